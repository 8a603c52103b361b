"""The shape of a learner's story so far; days count back from the load day, so that it never grows old."""

from dataclasses import dataclass
from enum import StrEnum

from learners.management.demo.rubrics import Assessment, Criterion


class State(StrEnum):
    """What a story shows; every one of these occurs in the demonstration."""

    NOTHING_YET = "enrolled, nothing handed in"
    DRAFT = "a draft begun and not handed in"
    WAITING = "handed in and waiting for marking"
    NOT_YET = "the last attempt was returned as not yet"
    HALFWAY = "some of a pathway held, two or more left"
    ONE_LEFT = "one step left"
    COMPLETE = "a pathway complete, its certificate held"
    EXPIRED_COMPONENT = "a component has expired"
    REVOKED_COMPONENT = "a component was void, and the certificate fell with it"
    SUSPENDED_COMPONENT = "a component is suspended"
    LAPSED_CERTIFICATE = "a certificate rests because a component does"
    TWO_PATHWAYS = "enrolled in two pathways"


class Outcome(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    PASSED = "passed"
    NOT_YET = "not_yet"


class Strength(StrEnum):
    """How good the work was: all top levels, one below, just enough, or one hurdle missed."""

    STRONG = "strong"
    SOLID = "solid"
    BARE = "bare"
    SHORT = "short"


class Act(StrEnum):
    REVOKE_VOID = "revoke_void"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt. `submitted` is the day it was handed in (a draft: begun), `returned` when it came back."""

    achievement: str
    outcome: Outcome
    submitted: int
    returned: int | None = None
    strength: Strength = Strength.SOLID


@dataclass(frozen=True, slots=True)
class Correction:
    """What the registrar did to a credential: the public reason is read by verifiers, the note is not."""

    achievement: str
    act: Act
    days_ago: int
    public_reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One learner so far. `shows` is what a reader of the story should find; the proofreading checks it."""

    learner: str
    enrolled: tuple[tuple[str, int], ...]
    shows: frozenset[State]
    work: tuple[Work, ...] = ()
    corrections: tuple[Correction, ...] = ()
    is_public: bool = False


def passed(
    achievement: str, submitted: int, strength: Strength = Strength.SOLID, *, marked_in: int = 5
) -> Work:
    return Work(achievement, Outcome.PASSED, submitted, submitted - marked_in, strength)


def not_yet(achievement: str, submitted: int, *, marked_in: int = 6) -> Work:
    return Work(achievement, Outcome.NOT_YET, submitted, submitted - marked_in, Strength.SHORT)


def waiting(achievement: str, submitted: int) -> Work:
    return Work(achievement, Outcome.WAITING, submitted)


def draft(achievement: str, begun: int) -> Work:
    return Work(achievement, Outcome.DRAFT, begun)


def levels_reached(assessment: Assessment, strength: Strength) -> dict[str, int]:
    """The ordinal a marker chose in each criterion, by the criterion's key."""
    reached = {row.key: _ordinal(row, strength) for row in assessment.criteria}
    if strength is Strength.SHORT:
        missed = next(row for row in assessment.criteria if row.must_pass_ordinal)
        reached[missed.key] = (missed.must_pass_ordinal or 2) - 1
    return reached


def _ordinal(row: Criterion, strength: Strength) -> int:
    enough = row.must_pass_ordinal or 2
    match strength:
        case Strength.STRONG:
            return row.top
        case Strength.SOLID:
            return max(enough, row.top - 1)
        case _:
            return enough
