"""Two graders of one submission -> a settled result, a discussion, or a third voice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from assessments.marking.scoring import Aggregate, Criterion, IncompleteGrading, Outcome, score


class Policy(StrEnum):
    """How an assessment is marked; a sample is drawn by `sampling`."""

    SINGLE = "single"
    SAMPLE = "sample"
    SECOND_OPEN = "second_open"
    SECOND_BLIND = "second_blind"
    CONSENSUS = "consensus"


class Part(StrEnum):
    """The part in which somebody grades a submission."""

    FIRST = "first"
    SECOND_BLIND = "second_blind"
    SECOND_OPEN = "second_open"
    THIRD = "third"
    MODERATOR = "moderator"
    EXTERNAL = "external"
    CALIBRATION = "calibration"


# Who must be final before a submission is settled; a third or a moderator is called by what they find.
# Graders in consensus judge apart before they talk, or the louder one would decide.
NEEDED: Mapping[Policy, tuple[Part, ...]] = {
    Policy.SINGLE: (Part.FIRST,),
    Policy.SAMPLE: (Part.FIRST,),
    Policy.SECOND_OPEN: (Part.FIRST, Part.SECOND_OPEN),
    Policy.SECOND_BLIND: (Part.FIRST, Part.SECOND_BLIND),
    Policy.CONSENSUS: (Part.FIRST, Part.SECOND_BLIND),
}


class Taken(StrEnum):
    """Which level counts where two graders agree within the tolerance."""

    FIRST = "first"
    MEAN = "mean"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a rubric and an assessment ask: criteria, cut and aggregate; `tolerance` in levels."""

    criteria: Sequence[Criterion]
    cut: Decimal | None = None
    aggregate: Aggregate = Aggregate.LOWEST
    policy: Policy = Policy.SECOND_BLIND
    tolerance: int = 1
    taken: Taken = Taken.FIRST

    @property
    def allowed(self) -> int:
        """How many levels apart two graders may be; a consensus leaves nothing open."""
        return 0 if self.policy is Policy.CONSENSUS else self.tolerance

    def judge(self, levels: Mapping[str, int]) -> Outcome:
        return score(self.criteria, levels, cut=self.cut, aggregate=self.aggregate)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One criterion as two graders saw it.

    Agreed where they are close, and on the same side of the level to be reached.
    """

    key: str
    first: int
    second: int
    is_close: bool
    is_same_side: bool

    @property
    def is_agreed(self) -> bool:
        return self.is_close and self.is_same_side


class Why(StrEnum):
    """What stands against settling."""

    LEVELS_APART = "levels_apart"
    OTHER_SIDE = "other_side_of_the_level_to_be_reached"
    RESULTS_APART = "one_passes_one_fails"
    RESULT_OF_NEITHER = "together_a_result_that_neither_gave"


class Step(StrEnum):
    """What comes next. Beside a third marker, an adjudicator may decide."""

    SETTLED = "settled"
    DISCUSS = "discuss"
    THIRD = "third"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """`levels` and `outcome` where settled; otherwise None, and `reasons` say what stands against it."""

    step: Step
    comparisons: tuple[Comparison, ...]
    reasons: tuple[Why, ...] = ()
    levels: Mapping[str, int] | None = None
    outcome: Outcome | None = None


class ReasonMissing(ValueError):
    """An adjudicator decides against somebody, and has to say why."""


def compare(
    criteria: Sequence[Criterion], first: Mapping[str, int], second: Mapping[str, int], *, tolerance: int
) -> tuple[Comparison, ...]:
    """Criterion by criterion, in the order of the rubric. Raises IncompleteGrading."""
    _refuse_incomplete(criteria, first, second)
    return tuple(
        Comparison(
            key=criterion.key,
            first=first[criterion.key],
            second=second[criterion.key],
            is_close=abs(first[criterion.key] - second[criterion.key]) <= tolerance,
            is_same_side=criterion.is_failed_by(first[criterion.key])
            is criterion.is_failed_by(second[criterion.key]),
        )
        for criterion in criteria
    )


def settle(
    rules: Rules, first: Mapping[str, int], second: Mapping[str, int], *, is_discussed: bool = False
) -> Settlement:
    """Settle two gradings that agree in every criterion and in the result.

    Anything else is discussed, and what a discussion left open goes to a third marker. Levels taken together
    could come to a result that neither grader gave: that is discussed too. Raises IncompleteGrading.
    """
    comparisons = compare(rules.criteria, first, second, tolerance=rules.allowed)
    results = {rules.judge(first).passed, rules.judge(second).passed}
    levels = {
        criterion.key: _taken(criterion, found, rules.taken)
        for criterion, found in zip(rules.criteria, comparisons, strict=True)
    }
    outcome = rules.judge(levels)
    against = {
        Why.LEVELS_APART: not all(found.is_close for found in comparisons),
        Why.OTHER_SIDE: not all(found.is_same_side for found in comparisons),
        Why.RESULTS_APART: len(results) > 1,
        Why.RESULT_OF_NEITHER: outcome.passed not in results,
    }
    reasons = tuple(why for why, holds in against.items() if holds)
    if reasons:
        step = Step.THIRD if is_discussed else Step.DISCUSS
        return Settlement(step=step, comparisons=comparisons, reasons=reasons)
    return Settlement(step=Step.SETTLED, comparisons=comparisons, levels=levels, outcome=outcome)


def _taken(criterion: Criterion, found: Comparison, by: Taken) -> int:
    match by:
        case Taken.FIRST:
            return found.first
        case Taken.LOWER:
            return min(found.first, found.second)
        case Taken.MEAN:
            middle = round(Fraction(found.first + found.second, 2))
            # Of a rubric whose numbers leave gaps, the level nearest to it.
            return min(criterion.points, key=lambda level: (abs(level - middle), level))


def median_levels(
    criteria: Sequence[Criterion],
    first: Mapping[str, int],
    second: Mapping[str, int],
    third: Mapping[str, int],
) -> dict[str, int]:
    """With a third marker: in each criterion the middle of the three. Raises IncompleteGrading."""
    _refuse_incomplete(criteria, first, second, third)
    return {
        criterion.key: median_low(levels[criterion.key] for levels in (first, second, third))
        for criterion in criteria
    }


def adjudicate(rules: Rules, levels: Mapping[str, int], *, reason: str) -> Outcome:
    """The result as an adjudicator decides it. Raises ReasonMissing, IncompleteGrading."""
    if not reason.strip():
        raise ReasonMissing
    return rules.judge(levels)


def _refuse_incomplete(criteria: Sequence[Criterion], *gradings: Mapping[str, int]) -> None:
    for levels in gradings:
        if missing := [criterion.key for criterion in criteria if criterion.key not in levels]:
            raise IncompleteGrading(missing)
