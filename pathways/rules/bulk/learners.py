"""What one learner brings to a rule that is asked of many, and what it answers her."""

from dataclasses import dataclass
from datetime import date

from pathways.rules.evaluate import Exemption, Fact, Pause, Verdict
from pathways.rules.evaluate.verdict import Status


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner's part of a situation; `id` is whatever the caller knows her by."""

    id: str
    facts: tuple[Fact, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    pauses: tuple[Pause, ...] = ()
    enrolled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict without its explanation; every field means and holds what it does in `Verdict`."""

    status: Status
    satisfied: bool | None
    remaining: int | None
    total: int | None
    used: tuple[str, ...]
    first_satisfied_on: date | None
    holds_through: date | None
    next_change_on: date | None
    milestones_due: tuple[str, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict) -> "Answer":
        """The same fields of a whole verdict."""
        return cls(
            status=verdict.status,
            satisfied=verdict.satisfied,
            remaining=verdict.remaining,
            total=verdict.total,
            used=verdict.used,
            first_satisfied_on=verdict.first_satisfied_on,
            holds_through=verdict.holds_through,
            next_change_on=verdict.next_change_on,
            milestones_due=verdict.milestones_due,
        )
