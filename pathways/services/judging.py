"""One enrolment before its rule at one moment: what everything that follows from a verdict reads."""

from dataclasses import dataclass, replace
from datetime import datetime

from pathways.models import Enrolment
from pathways.queries import Inputs, situation_of, terms_for
from pathways.rules.evaluate import Reason, Situation, Verdict, judged
from pathways.rules.exchange import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The situation and its verdict. The caller holds the learner and the enrolment.

    `has_case` says whether her certificate waits for approval; `is_news` is False while an earlier record
    is loaded, about which nobody is written to.
    """

    enrolment: Enrolment
    inputs: Inputs
    situation: Situation
    verdict: Verdict
    at: datetime
    has_case: bool = False
    is_news: bool = True


def judge(
    enrolment: Enrolment, inputs: Inputs, at: datetime, *, has_case: bool = False, is_news: bool = True
) -> Judged:
    """Ask the engine."""
    situation = situation_of(terms_for(enrolment.version), inputs, at, enrolment=enrolment)
    return Judged(
        enrolment=enrolment,
        inputs=inputs,
        situation=situation,
        verdict=judged(situation),
        at=at,
        has_case=has_case,
        is_news=is_news,
    )


def fingerprint(judgement: Judged) -> str:
    """Of all that the verdict reads but what the rule does not name: a badge from elsewhere is no news."""
    elsewhere = {row.credential for row in judgement.verdict.uncounted if row.code is Reason.NOT_LISTED}
    named = tuple(fact for fact in judgement.situation.facts if fact.id not in elsewhere)
    return digest(replace(judgement.situation, facts=named))
