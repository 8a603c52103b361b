"""Rubric and levels chosen -> Outcome: passed or not, and the level that stacking rules see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


class IncompleteGrading(ValueError):
    """A criterion has no level yet; `missing` holds the keys in the rubric's order."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"no level chosen for: {', '.join(missing)}")
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a rubric. `points` by ordinal, None where a level has none; ordinal 1 is the lowest."""

    key: str
    weight: Decimal
    points: Mapping[int, Decimal | None]
    must_pass_ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed` names the criteria below the level to be reached; `mean` is the weighted mean of points."""

    passed: bool
    failed: tuple[str, ...]
    mean: Decimal | None
    level: int


def score(criteria: Sequence[Criterion], chosen: Mapping[str, int], *, cut: Decimal | None = None) -> Outcome:
    """Judge the chosen ordinals by the rubric's rule (ASSESSMENT A1).

    Passed: every criterion with a level to be reached is at or above it AND, where a cut is set,
    the weighted mean of points is at or above the cut. A failed criterion is never averaged away.
    `level` is the lowest ordinal chosen. Raises IncompleteGrading.
    """
    missing = [criterion.key for criterion in criteria if criterion.key not in chosen]
    if missing or not criteria:
        raise IncompleteGrading(missing)
    failed = tuple(
        criterion.key
        for criterion in criteria
        if criterion.must_pass_ordinal is not None and chosen[criterion.key] < criterion.must_pass_ordinal
    )
    mean = _weighted_mean(criteria, chosen)
    over_the_cut = cut is None or (mean is not None and mean >= cut)
    return Outcome(
        passed=not failed and over_the_cut,
        failed=failed,
        mean=mean,
        level=min(chosen[criterion.key] for criterion in criteria),
    )


def _weighted_mean(criteria: Sequence[Criterion], chosen: Mapping[str, int]) -> Decimal | None:
    counted = [
        (criterion.weight, points)
        for criterion in criteria
        if (points := criterion.points[chosen[criterion.key]]) is not None
    ]
    if not counted:
        return None
    weight = sum((weight for weight, _points in counted), Decimal(0))
    return sum((weight * points for weight, points in counted), Decimal(0)) / weight
