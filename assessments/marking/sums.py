"""Sums that stay exact: means, roots and percentiles of fractions."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor, isqrt

# Roots are cut off after this many digits, far beyond what any figure shows.
_DIGITS = 10**24


def mean(values: Iterable[Fraction | int]) -> Fraction:
    """The arithmetic mean; of nothing there is none: ZeroDivisionError."""
    kept = list(values)
    return Fraction(sum(kept)) / len(kept)


def root(value: Fraction) -> Fraction:
    """The square root; exact where it is a fraction itself. Raises ValueError below zero."""
    return Fraction(isqrt(value.numerator * value.denominator * _DIGITS**2), value.denominator * _DIGITS)


def variance(values: Sequence[Fraction | int]) -> Fraction:
    """The variance of a sample, by n - 1; needs two values."""
    centre = mean(values)
    return Fraction(sum((value - centre) ** 2 for value in values)) / (len(values) - 1)


def standard_error(values: Sequence[Fraction | int]) -> Fraction | None:
    """Of the mean of these values; of fewer than two nobody can tell."""
    return root(variance(values) / len(values)) if len(values) > 1 else None


def percentile(ascending: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which `share` (0 to 1) of the values lie, straight between the two nearest."""
    place = share * (len(ascending) - 1)
    below = floor(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (place - below) * (ascending[above] - ascending[below])


def median(values: Iterable[Fraction | int]) -> Fraction:
    """The middle value, or the middle between two."""
    return percentile(sorted(Fraction(value) for value in values), Fraction(1, 2))
