"""Grades of the same submissions by several graders -> figures of agreement, never one number alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from assessments.marking.agreement.coefficients import Interval, ordinal_alpha, weighted_kappa, wilson
from assessments.marking.agreement.resampling import RESAMPLES, Coefficient, Unit, bootstrap
from assessments.marking.sums import mean

FEWEST_FOR_FIGURES = 10
FEWEST_TO_JUDGE = 30
RELIABLE = Fraction("0.800")
TENTATIVE = Fraction("0.667")


class Standing(StrEnum):
    """What so many cases allow to be said."""

    COUNTS_ONLY = "counts_only"
    TOO_FEW = "too_few_to_judge"
    NORMAL = "normal"


def standing_of(n: int) -> Standing:
    if n < FEWEST_FOR_FIGURES:
        return Standing.COUNTS_ONLY
    return Standing.TOO_FEW if n < FEWEST_TO_JUDGE else Standing.NORMAL


class Band(StrEnum):
    """What an alpha is good for. Kappas have none: by other weights they mean other things."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    BELOW = "below_tentative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One grader's level for one submission, in one criterion or overall.

    `level` is the ordinal, `passed` None where nothing has to be reached, `graded_on` the local day.
    """

    submission: int
    grader: int
    level: int
    graded_on: date
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` submissions; the share and its interval only where there are enough to say so."""

    count: int
    of: int
    share: Fraction | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Lean:
    """How much higher one grader marks than the others who marked the same: mean(own - other), in levels.

    `mean` is None where `n` allows only counts.
    """

    n: int
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class Bias:
    """`months` from the first of each month, in order, to show drift."""

    grader: int
    overall: Lean
    months: tuple[tuple[date, Lean], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value` None: not defined, which is neither 0 nor 1. `dropped` resamples were not defined either."""

    value: Fraction | None
    interval: Interval | None
    dropped: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The figures in the order to be shown; `n` submissions were graded by two or more.

    `kappa` is None unless exactly two graders did all of it; both coefficients are None where only counts
    may be shown. `pass_fail` is None where nothing has to be reached, `band` where there are too few.
    """

    n: int
    standing: Standing
    exact: Share
    adjacent: Share
    pass_fail: Share | None
    bias: tuple[Bias, ...]
    kappa: Estimate | None
    alpha: Estimate | None
    band: Band | None


def agreement(marks: Iterable[Mark], *, seed: int, resamples: int = RESAMPLES) -> Agreement:
    """The figures of one criterion, or of the overall level.

    Criteria are never pooled: a second mark of one grader for one submission raises ValueError.
    """
    units = _double_graded(marks)
    n = len(units)
    standing = standing_of(n)
    levels = [tuple(mark.level for mark in unit) for unit in units]
    judged = [unit for unit in units if all(mark.passed is not None for mark in unit)]
    coefficients: dict[str, Coefficient] = {}
    if standing is not Standing.COUNTS_ONLY:
        coefficients["alpha"] = ordinal_alpha
        if len({mark.grader for unit in units for mark in unit}) == 2:
            coefficients["kappa"] = weighted_kappa
    estimates = _estimates(levels, coefficients, seed, resamples)
    alpha = estimates.get("alpha")
    return Agreement(
        n=n,
        standing=standing,
        exact=_share(sum(len(set(given)) == 1 for given in levels), n),
        adjacent=_share(sum(max(given) - min(given) <= 1 for given in levels), n),
        pass_fail=_share(sum(len({mark.passed for mark in unit}) == 1 for unit in judged), len(judged))
        if judged
        else None,
        bias=bias_of(units),
        kappa=estimates.get("kappa"),
        alpha=alpha,
        band=band_of(alpha.value) if alpha and standing is Standing.NORMAL else None,
    )


def band_of(alpha: Fraction | None) -> Band | None:
    if alpha is None:
        return None
    if alpha >= RELIABLE:
        return Band.RELIABLE
    return Band.TENTATIVE if alpha >= TENTATIVE else Band.BELOW


def bias_of(units: Iterable[Sequence[Mark]]) -> tuple[Bias, ...]:
    """Of each grader, in ascending order; several others who marked the same count by their mean."""
    apart: dict[int, list[tuple[date, Fraction]]] = {}
    for unit in units:
        for own in unit:
            others = mean(mark.level for mark in unit if mark.grader != own.grader)
            apart.setdefault(own.grader, []).append((own.graded_on.replace(day=1), own.level - others))
    return tuple(
        Bias(grader, _lean([apart for _month, apart in rows]), _by_month(rows))
        for grader, rows in sorted(apart.items())
    )


def _by_month(rows: Iterable[tuple[date, Fraction]]) -> tuple[tuple[date, Lean], ...]:
    return tuple(
        (month, _lean([apart for _month, apart in group]))
        for month, group in groupby(sorted(rows), key=lambda row: row[0])
    )


def _lean(apart: Sequence[Fraction]) -> Lean:
    shows = standing_of(len(apart)) is not Standing.COUNTS_ONLY
    return Lean(len(apart), mean(apart) if shows else None)


def _share(count: int, of: int) -> Share:
    if standing_of(of) is Standing.COUNTS_ONLY:
        return Share(count, of, None, None)
    return Share(count, of, Fraction(count, of), wilson(count, of))


def _estimates(
    units: Sequence[Unit], coefficients: Mapping[str, Coefficient], seed: int, resamples: int
) -> dict[str, Estimate]:
    values = {name: coefficient(Counter(units)) for name, coefficient in coefficients.items()}
    spreads = bootstrap(units, coefficients, seed=seed, resamples=resamples) if coefficients else {}
    return {
        # Of what is not defined nothing could lie off.
        name: Estimate(values[name], None if values[name] is None else spread.interval, spread.dropped, seed)
        for name, spread in spreads.items()
    }


def _double_graded(marks: Iterable[Mark]) -> list[tuple[Mark, ...]]:
    """The marks of each submission that has two or more: submissions and graders in ascending order."""
    by_submission: dict[int, dict[int, Mark]] = {}
    for mark in marks:
        given = by_submission.setdefault(mark.submission, {})
        if mark.grader in given:
            raise ValueError(f"Grader {mark.grader} has two marks for submission {mark.submission}.")
        given[mark.grader] = mark
    return [_in_order(given) for _id, given in sorted(by_submission.items()) if len(given) > 1]


def _in_order(given: Mapping[int, Mark]) -> tuple[Mark, ...]:
    return tuple(given[grader] for grader in sorted(given))
