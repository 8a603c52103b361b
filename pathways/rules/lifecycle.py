"""What a verdict does to the stacked credential that a learner holds, by the pathway's policy."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from pathways.rules.evaluate import Fact, Situation, Verdict, end_of_day, local_day, prepared
from pathways.rules.evaluate.facts import END_OF_TIME, ONE_DAY
from pathways.rules.evaluate.judge import Judge
from pathways.rules.evaluate.tokens import OverBudget

LapsePolicy: TypeAlias = Literal["keep", "suspend", "expire", "review"]
Held: TypeAlias = Literal["none", "active", "suspended", "review", "expired", "revoked"]


class Act(StrEnum):
    """The one thing to do now."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    REVIEW = "review"
    EXPIRE = "expire"
    NONE = "none"


_LAPSE = {"keep": Act.NONE, "suspend": Act.SUSPEND, "expire": Act.EXPIRE, "review": Act.REVIEW}


def consequence(*, verdict: Verdict, lapse_policy: LapsePolicy, held: Held) -> Act:
    """The act due on the latest issue (`held` is its standing, `none` if there was none).

    A rule never satisfied once void facts are taken out revokes under every policy; one that was satisfied
    and is no longer follows the policy; one satisfied again restores what was set aside and issues anew
    what had ended. A verdict that is undecided changes nothing.
    """
    if verdict.satisfied is None:
        return Act.NONE
    if verdict.satisfied:
        return _when_satisfied(held)
    if held in {"none", "revoked"}:
        return Act.NONE
    if verdict.first_satisfied_on is None:
        return Act.REVOKE
    return _LAPSE[lapse_policy] if held == "active" else Act.NONE


def _when_satisfied(held: Held) -> Act:
    match held:
        case "active":
            return Act.NONE
        case "suspended" | "review":
            return Act.REINSTATE
        case "none" | "expired" | "revoked":
            return Act.ISSUE


State: TypeAlias = Literal[
    "not_issued", "active", "grace", "suspended", "review", "expired", "revoked", "indeterminate"
]
Cause: TypeAlias = Literal["expiry", "revocation"]

_AFTER_GRACE: dict[LapsePolicy, State] = {"suspend": "suspended", "expire": "expired", "review": "review"}


@dataclass(frozen=True, slots=True)
class Life:
    """Where the stacked credential stands at the end of a day; while it is broken, since when and why."""

    state: State
    issue_no: int = 0
    issued_on: date | None = None
    broken_on: date | None = None
    cause: Cause | None = None
    grace_through: date | None = None


def life_of(situation: Situation, *, lapse_policy: LapsePolicy, grace_days: int) -> Life:
    """The whole history up to the instant of the situation, the end of each local day deciding.

    What is void by then never was. Raises RuleError and FactError as an evaluation does.
    """
    situation = prepared(situation)
    try:
        return _lived(situation, lapse_policy, grace_days)
    except OverBudget:
        return Life("indeterminate")


def _lived(situation: Situation, policy: LapsePolicy, grace_days: int) -> Life:
    judge = Judge(situation)
    first = judge.first_met_on(situation.rule)
    if first is None:
        believed = tuple(replace(fact, revocation="withdrawn") for fact in situation.facts)
        was_issued = Judge(replace(situation, facts=believed)).first_met_on(situation.rule) is not None
        return Life("revoked" if was_issued else "not_issued")
    right = tuple(fact for fact in situation.facts if not _is_void(fact, situation.at))
    life = Life("active", 1, first)
    for day in sorted({first, *_turning_days(situation, right, after=first)}):
        life = _at_end_of(day, life, situation, judge, right, policy, grace_days)
    return replace(life, state=_state(life, situation.today, policy))


def _at_end_of(
    day: date,
    life: Life,
    situation: Situation,
    judge: Judge,
    facts: tuple[Fact, ...],
    policy: LapsePolicy,
    grace_days: int,
) -> Life:
    end = min(end_of_day(day, situation.zone), situation.at)
    is_met = judge.is_met(situation.rule, judge.look(end, facts, end))
    if is_met and life.broken_on is None:
        return life
    if is_met:
        if _state(life, day - ONE_DAY, policy) == "expired":
            return Life("active", life.issue_no + 1, day)
        return Life("active", life.issue_no, life.issued_on)
    if life.broken_on is not None:
        return life
    unrevoked = (replace(fact, revoked_at=None) for fact in facts)
    holds = judge.is_met(situation.rule, judge.look(end, unrevoked, end))
    cause: Cause = "revocation" if holds else "expiry"
    has_grace = cause == "expiry" and grace_days > 0 and policy != "keep"
    through = day + timedelta(days=grace_days - 1) if has_grace else None
    return replace(life, broken_on=day, cause=cause, grace_through=through)


def _state(life: Life, day: date, policy: LapsePolicy) -> State:
    if life.broken_on is None or policy == "keep":
        return "active"
    if life.grace_through is not None and day <= life.grace_through:
        return "grace"
    return _AFTER_GRACE[policy]


def _is_void(fact: Fact, at: datetime) -> bool:
    return fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= at


def _turning_days(situation: Situation, facts: tuple[Fact, ...], *, after: date) -> set[date]:
    """The days up to today whose end may find the rule other than the day before."""
    instants = [instant for fact in facts for instant in fact.instants()]
    instants += [exemption.approved_at for exemption in situation.exemptions]
    days = {local_day(instant, situation.zone) for instant in instants}
    ends = [fact.expires_on for fact in facts] + [row.expires_on for row in situation.exemptions]
    days |= {end + ONE_DAY for end in ends if end is not None and end < END_OF_TIME}
    return {day for day in days if after < day <= situation.today}
