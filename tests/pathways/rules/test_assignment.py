"""The assignment of least cost, beside a trial of every assignment there is."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.rules.evaluate.assignment import least_cost


def rows(largest: int) -> st.SearchStrategy[list[dict[int, int]]]:
    """Up to five rows over six columns; small costs are often equal, and a wrong step shows in a tie."""
    row = st.dictionaries(st.integers(0, 5), st.integers(-largest, largest), max_size=6)
    return st.lists(row, max_size=5)


class TestLeastCost:
    @settings(derandomize=True, max_examples=700, deadline=None)
    @given(st.one_of(rows(30), rows(2)))
    def test_is_what_trying_everything_finds(self, costs: list[dict[int, int]]) -> None:
        trials = [
            sum(row[column] for row, column in zip(costs, columns, strict=True))
            for columns in permutations(range(6), len(costs))
            if all(column in row for row, column in zip(costs, columns, strict=True))
        ]

        chosen = least_cost(costs)

        if chosen is None:
            assert not trials
        else:
            assert len(set(chosen)) == len(costs)
            assert sum(row[column] for row, column in zip(costs, chosen, strict=True)) == min(trials)

    def test_is_exact_in_numbers_beyond_any_float(self) -> None:
        huge = 2**200

        assert least_cost([{0: huge, 1: huge + 1}, {0: huge + 1, 1: huge + 3}]) == [1, 0]
