"""Rubric and levels chosen -> Outcome: passed or not, and the level that stacking rules see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class IncompleteGrading(ValueError):
    """A criterion has no level yet; `missing` holds the keys in the rubric's order."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"no level chosen for: {', '.join(missing)}")
        self.missing = tuple(missing)


class Aggregate(StrEnum):
    """What one level the levels chosen come to."""

    NONE = "none"
    WEIGHTED_MEAN = "weighted_mean"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a rubric. `points` by ordinal, None where a level has none; ordinal 1 is the lowest."""

    key: str
    weight: Decimal
    points: Mapping[int, Decimal | None]
    must_pass_ordinal: int | None = None

    def is_failed_by(self, ordinal: int) -> bool:
        return self.must_pass_ordinal is not None and ordinal < self.must_pass_ordinal


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed` names the criteria below the level to be reached; `mean` is the weighted mean of points.

    `level` is None where the rubric gives no level of the whole.
    """

    passed: bool
    failed: tuple[str, ...]
    mean: Decimal | None
    level: int | None


def score(
    criteria: Sequence[Criterion],
    chosen: Mapping[str, int],
    *,
    cut: Decimal | None = None,
    aggregate: Aggregate = Aggregate.LOWEST,
) -> Outcome:
    """Judge the chosen ordinals by the rubric's rule.

    Passed: every criterion with a level to be reached is at or above it AND, where a cut is set,
    the weighted mean of points is at or above the cut. A failed criterion is never averaged away.
    Levels without points count in no mean. Raises IncompleteGrading.
    """
    missing = [criterion.key for criterion in criteria if criterion.key not in chosen]
    if missing or not criteria:
        raise IncompleteGrading(missing)
    failed = [criterion for criterion in criteria if criterion.is_failed_by(chosen[criterion.key])]
    total, weight = _weighed(criteria, chosen)
    return Outcome(
        # By multiplying, so that no rounded quotient decides at the cut.
        passed=not failed and (cut is None or (weight > 0 and total >= cut * weight)),
        failed=tuple(criterion.key for criterion in failed),
        mean=total / weight if weight else None,
        level=_level_of(criteria, chosen, failed, aggregate),
    )


def _weighed(criteria: Sequence[Criterion], chosen: Mapping[str, int]) -> tuple[Decimal, Decimal]:
    """Points times weight, and weight, summed over the levels that have points."""
    counted = [
        (criterion.weight, points)
        for criterion in criteria
        if (points := criterion.points[chosen[criterion.key]]) is not None
    ]
    total = sum((weight * points for weight, points in counted), Decimal(0))
    return total, sum((weight for weight, _points in counted), Decimal(0))


def _level_of(
    criteria: Sequence[Criterion], chosen: Mapping[str, int], failed: Sequence[Criterion], by: Aggregate
) -> int | None:
    match by:
        case Aggregate.NONE:
            return None
        case Aggregate.LOWEST:
            return min(chosen[criterion.key] for criterion in criteria)
        case Aggregate.WEIGHTED_MEAN:
            total = sum(criterion.weight * chosen[criterion.key] for criterion in criteria)
            weight = sum(criterion.weight for criterion in criteria)
            rounded = round(Fraction(total) / Fraction(weight))
            return min([rounded, *(chosen[criterion.key] for criterion in failed)])


def is_borderline(
    criteria: Sequence[Criterion],
    chosen: Mapping[str, int],
    *,
    cut: Decimal | None = None,
    margin: Decimal | None = None,
) -> bool:
    """Whether the result stands on an edge.

    With a cut and a margin in points: the mean lies no further than the margin from the cut. Otherwise: one
    level higher or lower in a single criterion would turn the result. Raises IncompleteGrading.
    """
    outcome = score(criteria, chosen, cut=cut)
    if cut is not None and margin is not None:
        total, weight = _weighed(criteria, chosen)
        return weight > 0 and abs(total - cut * weight) <= margin * weight
    return any(
        score(criteria, {**chosen, criterion.key: near}, cut=cut).passed is not outcome.passed
        for criterion in criteria
        for near in _neighbours(criterion, chosen[criterion.key])
    )


def _neighbours(criterion: Criterion, ordinal: int) -> list[int]:
    levels = sorted(criterion.points)
    place = levels.index(ordinal)
    return [levels[near] for near in (place - 1, place + 1) if 0 <= near < len(levels)]


class Counting(StrEnum):
    """Which of several grades of one competency counts."""

    LATEST = "latest"
    HIGHEST = "highest"
    TIMES = "n_times"


@dataclass(frozen=True, slots=True)
class Shown:
    """A level of a competency, and the day on which the work showed it, however late it was graded.

    Not valid: void or superseded; such a grade never counts.
    """

    level: int
    shown_on: date
    is_valid: bool = True


def level_shown(grades: Iterable[Shown], *, by: Counting = Counting.HIGHEST, times: int = 1) -> Shown | None:
    """The level that several grades of one competency come to, and the day it was reached; None without one.

    latest: what was shown last, of one day the highest. highest: on the first day it was shown. n_times: the
    highest level shown, or surpassed, `times` times (at least 1), on the day of the last of these.
    """
    valid = sorted((grade for grade in grades if grade.is_valid), key=lambda grade: grade.shown_on)
    if by is Counting.LATEST:
        return max(valid, key=lambda grade: (grade.shown_on, grade.level), default=None)
    needed = times if by is Counting.TIMES else 1
    for level in sorted({grade.level for grade in valid}, reverse=True):
        reached = [grade for grade in valid if grade.level >= level]
        if len(reached) >= needed:
            return Shown(level, reached[needed - 1].shown_on)
    return None
