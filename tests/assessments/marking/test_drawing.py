"""Lots that anybody can draw again, years later and on another machine."""

import os
import subprocess
import sys
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

from assessments.marking.drawing import Lots

EXAMINEES = tuple(range(1, 11))


class TestDraw:
    def test_a_stored_seed_draws_what_it_drew_when_this_was_written(self) -> None:
        assert Lots(20260314).draw(EXAMINEES, 4) == [5, 1, 10, 6]
        assert Lots(20260314).places(100, 5) == [42, 43, 93, 42, 81]

    def test_nothing_comes_twice_and_nothing_foreign(self) -> None:
        drawn = Lots(7).draw(EXAMINEES, 6)

        assert len(set(drawn)) == 6
        assert set(drawn) <= set(EXAMINEES)

    def test_all_come_where_more_are_asked_for_than_there_are(self) -> None:
        assert sorted(Lots(7).draw(EXAMINEES, 99)) == list(EXAMINEES)

    @pytest.mark.parametrize("count", [0, -2])
    def test_none_come_where_none_are_wanted(self, count: int) -> None:
        assert Lots(7).draw(EXAMINEES, count) == []

    def test_every_order_is_as_likely(self) -> None:
        orders = Counter(tuple(Lots(seed).draw("abc", 3)) for seed in range(6000))

        assert set(orders) == set(permutations("abc"))
        assert all(880 < count < 1120 for count in orders.values())


FIGURES = """
from datetime import date
from assessments.marking.agreement import Mark, agreement
day = date(2026, 3, 1)
marks = {Mark(submission=s, grader=g, level=1 + s * g % 4, graded_on=day) for s in range(40) for g in (1, 2)}
print(agreement(marks, seed=5, resamples=100))
"""


def test_no_draw_hangs_on_how_a_process_hashes() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", FIGURES],
            cwd=Path(__file__).resolve().parents[3],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "2")
    }

    assert len(told) == 1
