"""The marking heart: what the levels chosen come to, by a rubric's own rule."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.scoring import (
    Aggregate,
    Counting,
    Criterion,
    IncompleteGrading,
    Outcome,
    Shown,
    is_borderline,
    level_shown,
    score,
)

POINTS = {1: Decimal(0), 2: Decimal(1), 3: Decimal(2)}


def criterion(key: str, *, weight: str = "1", least: int | None = 2) -> Criterion:
    return Criterion(key=key, weight=Decimal(weight), points=POINTS, must_pass_ordinal=least)


def lowest(outcome: Outcome) -> int:
    assert outcome.level is not None
    return outcome.level


METHOD, CLARITY = criterion("method"), criterion("clarity")
MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2)


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

    def test_a_weight_below_one_is_a_weight(self) -> None:
        assert score([criterion("method", weight="0.5")], {"method": 3}, cut=Decimal(2)).passed

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

    @pytest.mark.parametrize(("cut", "passed"), [("0.66", True), ("0.67", False)])
    def test_two_thirds_lie_between_their_roundings(self, cut: str, passed: bool) -> None:
        free = [criterion(key, least=None) for key in ("a", "b", "c")]

        assert score(free, {"a": 2, "b": 2, "c": 1}, cut=Decimal(cut)).passed is passed


class TestLevelOfTheWhole:
    def test_none_gives_none(self) -> None:
        outcome = score([METHOD, CLARITY], {"method": 2, "clarity": 3}, aggregate=Aggregate.NONE)

        assert outcome.level is None
        assert outcome.passed

    @pytest.mark.parametrize(
        ("method", "clarity", "level"), [(2, 3, 2), (1, 2, 2), (3, 3, 3)], ids=["2.5", "1.5", "3"]
    )
    def test_a_weighted_mean_is_rounded_half_to_even(self, method: int, clarity: int, level: int) -> None:
        free = [criterion("method", least=None), criterion("clarity", least=None)]

        outcome = score(free, {"method": method, "clarity": clarity}, aggregate=Aggregate.WEIGHTED_MEAN)

        assert outcome.level == level

    def test_weights_count_in_it(self) -> None:
        heavy = criterion("method", weight="3")

        outcome = score([heavy, CLARITY], {"method": 3, "clarity": 2}, aggregate=Aggregate.WEIGHTED_MEAN)

        assert outcome.level == 3

    def test_what_failed_is_not_averaged_away_there_either(self) -> None:
        light = criterion("method", weight="0.1")

        outcome = score([light, CLARITY], {"method": 1, "clarity": 3}, aggregate=Aggregate.WEIGHTED_MEAN)

        assert not outcome.passed
        assert outcome.level == 1


class TestBorderline:
    def test_a_pass_that_one_level_less_would_lose(self) -> None:
        assert is_borderline([METHOD, CLARITY], {"method": 2, "clarity": 3})
        assert not is_borderline([METHOD, CLARITY], {"method": 3, "clarity": 3})

    def test_a_fail_that_one_level_more_would_mend(self) -> None:
        assert is_borderline([METHOD, CLARITY], {"method": 1, "clarity": 3})
        assert not is_borderline([METHOD, CLARITY], {"method": 1, "clarity": 1})

    def test_two_levels_below_is_no_edge(self) -> None:
        assert not is_borderline([criterion("method", least=3)], {"method": 1})

    def test_without_points_nothing_lies_near_a_cut(self) -> None:
        unpointed = Criterion(key="style", weight=Decimal(1), points={1: None})

        assert not is_borderline([unpointed], {"style": 1}, cut=Decimal(0), margin=Decimal(9))

    def test_a_cut_without_a_margin_is_an_edge_too(self) -> None:
        free = [criterion("method", least=None), criterion("clarity", least=None)]

        assert is_borderline(free, {"method": 2, "clarity": 3}, cut=Decimal("1.5"))
        assert not is_borderline(free, {"method": 3, "clarity": 3}, cut=Decimal("0.5"))

    @pytest.mark.parametrize(
        ("cut", "is_near"), [("1.2", False), ("1.3", True), ("1.7", True), ("1.8", False)]
    )
    def test_with_a_margin_the_distance_from_the_cut_decides(self, cut: str, is_near: bool) -> None:
        near = is_borderline(
            [METHOD, CLARITY], {"method": 2, "clarity": 3}, cut=Decimal(cut), margin=Decimal("0.2")
        )

        assert near is is_near


class TestSeveralGradesOfOneCompetency:
    # Graded in another order than shown: the list is the order of grading.
    EARLY_WELL, LATE_WORSE = Shown(3, MARCH), Shown(2, MAY)
    HISTORY = (LATE_WORSE, EARLY_WELL, Shown(3, APRIL))

    def test_the_highest_counts_from_the_first_day_it_was_shown(self) -> None:
        assert level_shown(self.HISTORY) == Shown(3, MARCH)

    def test_the_latest_is_what_was_shown_last_not_what_was_graded_last(self) -> None:
        assert level_shown(self.HISTORY, by=Counting.LATEST) == Shown(2, MAY)

    def test_of_one_day_the_higher_counts_as_the_latest(self) -> None:
        assert level_shown([Shown(3, MAY), Shown(2, MAY)], by=Counting.LATEST) == Shown(3, MAY)

    @pytest.mark.parametrize(
        ("times", "reached"),
        [(1, Shown(3, MARCH)), (2, Shown(3, APRIL)), (3, Shown(2, MAY)), (4, None)],
    )
    def test_n_times_asks_for_the_level_so_often_and_higher_ones_count(
        self, times: int, reached: Shown | None
    ) -> None:
        assert level_shown(self.HISTORY, by=Counting.TIMES, times=times) == reached

    @pytest.mark.parametrize("by", Counting)
    def test_what_is_not_valid_never_counts(self, by: Counting) -> None:
        void = Shown(4, MAY, is_valid=False)

        assert level_shown([void], by=by) is None
        assert level_shown([void, self.EARLY_WELL], by=by) == self.EARLY_WELL


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
        assert lowest(after) >= lowest(before)
