"""The marking heart: what the levels chosen come to, by a rubric's own rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.scoring import Criterion, IncompleteGrading, score

POINTS = {1: Decimal(0), 2: Decimal(1), 3: Decimal(2)}


def criterion(key: str, *, weight: str = "1", least: int | None = 2) -> Criterion:
    return Criterion(key=key, weight=Decimal(weight), points=POINTS, must_pass_ordinal=least)


METHOD, CLARITY = criterion("method"), criterion("clarity")


class TestLevelsToBeReached:
    def test_everything_at_the_level_asked_for_passes(self) -> None:
        outcome = score([METHOD, CLARITY], {"method": 2, "clarity": 3})

        assert outcome.passed
        assert outcome.failed == ()

    def test_one_criterion_below_its_level_fails_however_high_the_others_are(self) -> None:
        outcome = score([METHOD, CLARITY], {"method": 1, "clarity": 3}, cut=Decimal("0.5"))

        assert not outcome.passed
        assert outcome.failed == ("method",)
        assert outcome.mean == Decimal(1)

    def test_a_criterion_that_asks_for_no_level_never_fails_by_itself(self) -> None:
        style = criterion("style", least=None)

        assert score([METHOD, style], {"method": 2, "style": 1}).passed

    def test_the_level_of_the_whole_is_the_lowest_chosen(self) -> None:
        assert score([METHOD, CLARITY], {"method": 3, "clarity": 2}).level == 2


class TestCut:
    def test_a_mean_exactly_at_the_cut_passes(self) -> None:
        tenths = [
            Criterion(key=key, weight=Decimal(1), points={1: Decimal(points)})
            for key, points in (("a", "0.1"), ("b", "0.2"), ("c", "0.3"))
        ]

        assert score(tenths, {"a": 1, "b": 1, "c": 1}, cut=Decimal("0.2")).passed

    def test_weights_count(self) -> None:
        heavy = criterion("method", weight="3")

        assert score([heavy, CLARITY], {"method": 3, "clarity": 2}).mean == Decimal("1.75")
        assert score([heavy, CLARITY], {"method": 2, "clarity": 3}).mean == Decimal("1.25")

    def test_a_mean_under_the_cut_is_not_yet_although_nothing_failed(self) -> None:
        outcome = score([METHOD, CLARITY], {"method": 2, "clarity": 2}, cut=Decimal("1.5"))

        assert not outcome.passed
        assert outcome.failed == ()

    def test_levels_without_points_are_left_out_of_the_mean(self) -> None:
        unpointed = Criterion(key="style", weight=Decimal(5), points={1: None})

        assert score([METHOD, unpointed], {"method": 3, "style": 1}).mean == Decimal(2)

    def test_a_cut_cannot_be_reached_without_any_points(self) -> None:
        unpointed = Criterion(key="style", weight=Decimal(1), points={1: None})

        outcome = score([unpointed], {"style": 1}, cut=Decimal(0))

        assert outcome.mean is None
        assert not outcome.passed


class TestUnfinished:
    def test_missing_criteria_are_named_in_the_order_of_the_rubric(self) -> None:
        with pytest.raises(IncompleteGrading) as refusal:
            score([METHOD, CLARITY, criterion("data")], {"clarity": 2})

        assert refusal.value.missing == ("method", "data")

    def test_a_rubric_without_criteria_decides_nothing(self) -> None:
        with pytest.raises(IncompleteGrading):
            score([], {})


class TestProperties:
    @given(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=1, max_size=8), st.integers(0, 7)
    )
    def test_a_higher_level_never_turns_a_pass_into_a_fail(
        self, rows: list[tuple[int, int]], raised: int
    ) -> None:
        criteria = [criterion(f"c{place}", weight=str(weight)) for place, (_level, weight) in enumerate(rows)]
        chosen = {f"c{place}": level for place, (level, _weight) in enumerate(rows)}
        better = {**chosen, f"c{raised % len(rows)}": 3}

        before = score(criteria, chosen, cut=Decimal("1.2"))
        after = score(criteria, better, cut=Decimal("1.2"))

        assert after.passed or not before.passed
        assert after.level >= before.level
