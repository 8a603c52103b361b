"""The sample that a moderator sees: large enough, drawn again alike, and never without what matters most."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.sampling import Biased, Moderated, Piece, Plan, Reason, biased, sample

JANA, MILAN, NEW = 1, 2, 3
TENTH = Plan(rate=Decimal("0.10"))


def piece(submission: int, grader: int = JANA, *, nth: int = 100) -> Piece:
    """A plain pass by a grader of long standing."""
    return Piece(
        submission=submission,
        grader=grader,
        nth=nth,
        is_passed=True,
        is_borderline=False,
        is_top_level=False,
    )


BATCH = [piece(number, JANA if number % 2 else MILAN) for number in range(501, 701)]

batches = st.lists(
    st.builds(
        Piece,
        submission=st.integers(1, 10_000),
        grader=st.integers(1, 5),
        nth=st.integers(1, 30),
        is_passed=st.booleans(),
        is_borderline=st.booleans(),
        is_top_level=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda found: found.submission,
)
plans = st.builds(
    Plan,
    rate=st.decimals(0, 1, places=2),
    min_n=st.integers(0, 20),
    cap=st.none() | st.integers(0, 30),
    takes_root=st.booleans(),
    per_grader=st.integers(0, 6),
    first_of_new=st.integers(0, 10),
)


class TestSize:
    @pytest.mark.parametrize(
        ("plan", "batch", "n"),
        [
            (TENTH, 200, 20),
            (TENTH, 201, 21),
            (TENTH, 50, 8),
            (TENTH, 49, 7),
            (replace(TENTH, takes_root=False), 50, 5),
            (replace(TENTH, min_n=12), 50, 12),
            (replace(TENTH, min_n=12), 9, 9),
            (replace(TENTH, cap=15), 200, 15),
            (replace(TENTH, min_n=12, cap=5), 50, 5),
            (TENTH, 1, 1),
            (TENTH, 0, 0),
        ],
    )
    def test_the_greatest_of_three_under_the_cap(self, plan: Plan, batch: int, n: int) -> None:
        assert plan.size(batch) == n

    def test_a_rate_is_a_decimal_that_no_rounding_raises(self) -> None:
        # In binary fractions 0.07 of 100 is a little more than 7.
        assert Plan(rate=Decimal("0.07"), takes_root=False).size(100) == 7

    @given(st.integers(0, 10**6))
    def test_the_root_is_rounded_up(self, batch: int) -> None:
        assert Plan(rate=Decimal(0)).size(batch) == ceil(sqrt(batch))


class TestDraw:
    def test_the_same_seed_draws_the_same_sample_in_whatever_order_the_batch_comes(self) -> None:
        mixed = random.Random(1).sample(BATCH, len(BATCH))  # noqa: S311 - an order, no secret

        assert sample(BATCH, TENTH, seed=77) == sample(mixed, TENTH, seed=77)

    def test_another_seed_draws_another(self) -> None:
        assert sample(BATCH, TENTH, seed=77).reasons != sample(BATCH, TENTH, seed=78).reasons

    def test_a_kept_seed_draws_today_what_it_drew_then(self) -> None:
        drawn = sample(BATCH[:20], TENTH, seed=20260314)

        assert list(drawn.reasons) == [509, 510, 511, 518, 519]

    def test_every_submission_has_the_same_chance(self) -> None:
        batch = [piece(number) for number in range(10)]
        times = [0] * 10
        for seed in range(3000):
            for submission in sample(batch, TENTH, seed=seed).reasons:
                times[submission] += 1

        # Four of ten each time: 1,200 of 3,000, give or take five standard deviations.
        assert all(abs(count - 1200) < 135 for count in times)

    def test_changing_the_size_changes_the_next_sample(self) -> None:
        assert len(sample(BATCH, replace(TENTH, rate=Decimal("0.25")), seed=77).reasons) == 50

    def test_a_submission_is_in_a_batch_once(self) -> None:
        with pytest.raises(ValueError, match="once"):
            sample([piece(1), piece(1)], TENTH, seed=1)


class TestAlways:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"is_passed": False}, Reason.FAILED),
            ({"is_borderline": True}, Reason.BORDERLINE),
            ({"is_top_level": True}, Reason.TOP_LEVEL),
            ({"nth": 3}, Reason.NEW_GRADER),
        ],
    )
    def test_what_matters_most_comes_in_beside_the_lot(
        self, change: dict[str, bool | int], reason: Reason
    ) -> None:
        plan = Plan(rate=Decimal(0), takes_root=False, first_of_new=3)
        batch = [*BATCH, replace(piece(9), **change)]  # type: ignore[arg-type]

        assert sample(batch, plan, seed=1).reasons == {9: (reason,)}

    def test_the_fourth_piece_of_a_new_grader_is_left_to_the_lot(self) -> None:
        plan = Plan(rate=Decimal(0), takes_root=False, first_of_new=3)
        batch = [piece(number, NEW, nth=number) for number in range(1, 9)]

        assert list(sample(batch, plan, seed=1).reasons) == [1, 2, 3]

    def test_by_itself_a_plan_takes_in_no_grader_s_first_piece(self) -> None:
        assert sample([piece(1, nth=1)], Plan(rate=Decimal(0), takes_root=False), seed=1).reasons == {}

    def test_a_submission_is_told_all_its_reasons(self) -> None:
        failed = replace(piece(9, nth=1), is_passed=False, is_borderline=True)

        found = sample([failed], Plan(rate=Decimal(1), first_of_new=1), seed=1)

        assert found.reasons[9] == (
            Reason.DRAWN,
            Reason.FAILED,
            Reason.BORDERLINE,
            Reason.NEW_GRADER,
        )

    def test_of_each_grader_come_at_least_so_many_and_what_is_in_already_counts(self) -> None:
        batch = [piece(1, MILAN), piece(2, MILAN), piece(3, MILAN), replace(piece(4, MILAN), is_passed=False)]

        found = sample(batch, Plan(rate=Decimal(0), takes_root=False, per_grader=2), seed=1)

        assert found.reasons[4] == (Reason.FAILED,)
        assert [reasons for key, reasons in found.reasons.items() if key != 4] == [(Reason.OF_EACH_GRADER,)]

    @given(batches, plans, st.integers(0, 2**32))
    def test_the_sample_is_complete_whatever_the_batch(
        self, batch: list[Piece], plan: Plan, seed: int
    ) -> None:
        found = sample(batch, plan, seed=seed)

        inside = set(found.reasons)
        drawn = [key for key, reasons in found.reasons.items() if Reason.DRAWN in reasons]
        assert len(drawn) == found.drawn == plan.size(len(batch))
        assert inside >= {
            row.submission
            for row in batch
            if not row.is_passed or row.is_borderline or row.is_top_level or row.nth <= plan.first_of_new
        }
        for grader in {row.grader for row in batch}:
            own = {row.submission for row in batch if row.grader == grader}
            assert len(own & inside) >= min(plan.per_grader, len(own))
        assert all(found.reasons.values())
        assert list(found.reasons) == sorted(inside)


def moderated(grader: int, *pairs: tuple[int, int], criterion: str = "method") -> list[Moderated]:
    return [
        Moderated(submission=place, grader=grader, criterion=criterion, given=given, moderated=by)
        for place, (given, by) in enumerate(pairs, start=501)
    ]


class TestBias:
    def test_beyond_the_tolerance_the_whole_batch_is_graded_again(self) -> None:
        rows = moderated(JANA, (3, 2), (3, 2), (2, 2)) + moderated(MILAN, (3, 2), (2, 3))

        (found,) = biased(BATCH, rows, tolerance=Decimal("0.5"))

        assert found == Biased(JANA, {"method": Fraction(2, 3)}, tuple(range(501, 701, 2)))

    def test_exactly_at_the_tolerance_it_stands(self) -> None:
        assert biased(BATCH, moderated(JANA, (3, 2), (2, 2)), tolerance=Decimal("0.5")) == ()

    def test_too_strict_is_as_far_off_as_too_mild(self) -> None:
        (found,) = biased(BATCH, moderated(MILAN, (1, 2), (1, 2)), tolerance=Decimal("0.5"))

        assert found.bias == {"method": -1}

    def test_criteria_are_not_pooled_into_a_bias_that_cancels_out(self) -> None:
        rows = moderated(JANA, (3, 2), (3, 2)) + moderated(JANA, (2, 3), (2, 3), criterion="clarity")

        (found,) = biased(BATCH, rows, tolerance=Decimal("0.5"))

        assert found.bias == {"clarity": -1, "method": 1}
