"""Means, roots and percentiles that stay exact."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.sums import mean, median, percentile, root, standard_error, variance


class TestRoot:
    @given(st.fractions(min_value=0, max_value=10**6))
    def test_the_root_of_a_square_is_exact(self, value: Fraction) -> None:
        assert root(value**2) == value

    def test_other_roots_are_true_to_more_digits_than_any_figure_shows(self) -> None:
        assert abs(root(Fraction(2)) ** 2 - 2) < Fraction(1, 10**22)

    def test_there_is_none_below_zero(self) -> None:
        with pytest.raises(ValueError, match="nonnegative"):
            root(Fraction(-1))


class TestMiddle:
    def test_mean_and_median(self) -> None:
        assert mean([1, 2, 4]) == Fraction(7, 3)
        assert median([4, 1, 2]) == 2
        assert median([1, 2]) == Fraction(3, 2)

    def test_a_percentile_lies_straight_between_its_neighbours(self) -> None:
        rising = [Fraction(0), Fraction(10), Fraction(30)]

        assert [percentile(rising, Fraction(quarter, 4)) for quarter in range(5)] == [0, 5, 10, 20, 30]
        assert percentile([Fraction(3)], Fraction(1)) == 3

    def test_variance_and_standard_error_divide_by_one_less(self) -> None:
        assert variance([2, 4, 4, 4, 5, 5, 7, 9]) == Fraction(32, 7)
        assert standard_error([1, 3]) == 1
        assert standard_error([1]) is None
