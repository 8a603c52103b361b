"""What a decision would change, answered by judging with it and without it; nothing is written."""

from dataclasses import dataclass
from datetime import datetime

from pathways.models import Enrolment, Ruling
from pathways.queries import as_if, inputs_of, terms_for
from pathways.rules.evaluate import Verdict
from pathways.services.evaluating import verdict_on
from pathways.services.ruling.reaching import learner_of, reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One enrolment before and after: a proposal approved, or what stands ended."""

    enrolment: Enrolment
    before: Verdict
    after: Verdict


def foresee(*, ruling: Ruling, at: datetime) -> list[Effect]:
    """How the verdicts of its learner would change; of an equivalence, which is nobody's own, nothing."""
    learner = learner_of(ruling)
    if learner is None or ruling.ended_at is not None:
        return []
    inputs = inputs_of(learner)
    decided = as_if(inputs, ruling, at)
    enrolments = reached(ruling).select_related("pathway", "version", "certificate").order_by("pk")
    return [
        Effect(
            enrolment=enrolment,
            before=verdict_on(terms, inputs, at, enrolment=enrolment),
            after=verdict_on(terms, decided, at, enrolment=enrolment),
        )
        for enrolment in enrolments
        for terms in [terms_for(enrolment.version)]
    ]
