"""Coefficients of agreement, exact. None says "not defined": with all grades equal they divide by zero."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product

from assessments.marking.sums import mean, root

Z = Fraction("1.959964")


@dataclass(frozen=True, slots=True)
class Interval:
    low: Fraction
    high: Fraction


def wilson(count: int, of: int) -> Interval:
    """The 95 % Wilson interval of a share, count out of `of` (at least 1)."""
    share = Fraction(count, of)
    shrink = 1 + Z**2 / of
    centre = (share + Z**2 / (2 * of)) / shrink
    half = Z * root(share * (1 - share) / of + Z**2 / (4 * of**2)) / shrink
    return Interval(centre - half, centre + half)


def weighted_kappa(pairs: Mapping[tuple[int, ...], int]) -> Fraction | None:
    """Cohen's kappa with quadratic weights; how often one grader gave i and the other j, by (i, j)."""
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    observed = 0
    for (one, other), count in pairs.items():
        rows[one] += count
        columns[other] += count
        observed += count * (one - other) ** 2
    by_chance = sum((i - j) ** 2 * rows[i] * columns[j] for i, j in product(rows, columns))
    if by_chance == 0:
        return None
    return 1 - Fraction(observed * rows.total(), by_chance)


def ordinal_alpha(units: Mapping[tuple[int, ...], int]) -> Fraction | None:
    """Krippendorff's alpha for ordered levels, any number of graders, gaps allowed.

    `units`: how often each tuple of levels given to one submission occurs. Fewer than two levels are dropped.
    """
    held: Counter[int] = Counter()
    for levels, count in units.items():
        if len(levels) > 1:
            for level in levels:
                held[level] += count
    far = _distances(held)
    by_chance = sum(held[one] * held[other] * far[one, other] for one, other in product(held, repeat=2))
    if by_chance == 0:
        return None
    # Summed apart by the number of graders, so that one division each keeps it exact and quick.
    by_size: Counter[int] = Counter()
    for levels, count in units.items():
        if len(levels) > 1:
            by_size[len(levels)] += count * sum(far[pair] for pair in permutations(levels, 2))
    observed = sum((Fraction(total, size - 1) for size, total in by_size.items()), Fraction())
    return 1 - (held.total() - 1) * observed / by_chance


def _distances(held: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Four times the squared ordinal distance of any two levels: how many grades lie between them."""
    levels = sorted(held)
    return {
        (one, other): 0
        if one == other
        else (
            2 * sum(held[level] for level in levels if min(one, other) <= level <= max(one, other))
            - held[one]
            - held[other]
        )
        ** 2
        for one, other in product(levels, repeat=2)
    }


def intraclass(rows: Sequence[Sequence[Fraction | Decimal | int]]) -> Fraction | None:
    """ICC(2,1) of numeric totals: a row for each submission, in it one total of each grader, none missing.

    None too for fewer than two submissions or graders. Raises ValueError where rows differ in length.
    """
    if len({len(row) for row in rows}) > 1:
        raise ValueError("Every submission needs a total of every grader.")
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < 2 or k < 2:
        return None
    table = [[Fraction(total) for total in row] for row in rows]
    centre = mean(total for row in table for total in row)
    of_rows = k * _squares([mean(row) for row in table], centre)
    of_graders = n * _squares([mean(column) for column in zip(*table, strict=True)], centre)
    whole = _squares([total for row in table for total in row], centre)
    msr, msc = of_rows / (n - 1), of_graders / (k - 1)
    mse = (whole - of_rows - of_graders) / ((n - 1) * (k - 1))
    spread = msr + (k - 1) * mse + k * (msc - mse) / n
    return None if spread == 0 else (msr - mse) / spread


def _squares(values: Sequence[Fraction], centre: Fraction) -> Fraction:
    return sum(((value - centre) ** 2 for value in values), Fraction())
