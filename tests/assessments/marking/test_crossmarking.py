"""Two markers of one piece of work: when they agree, what counts, and who is called when they do not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.crossmarking import (
    NEEDED,
    Part,
    Policy,
    ReasonMissing,
    Rules,
    Step,
    Taken,
    Why,
    adjudicate,
    compare,
    median_levels,
    settle,
)
from assessments.marking.scoring import Aggregate, Criterion, IncompleteGrading

POINTS = {1: Decimal(0), 2: Decimal(1), 3: Decimal(2), 4: Decimal(3)}
METHOD = Criterion(key="method", weight=Decimal(1), points=POINTS, must_pass_ordinal=2)
CLARITY = Criterion(key="clarity", weight=Decimal(1), points=POINTS)
RULES = Rules(criteria=[METHOD, CLARITY])


def levels(method: int, clarity: int) -> dict[str, int]:
    return {"method": method, "clarity": clarity}


class TestAgreeing:
    @pytest.mark.parametrize(
        ("first", "second", "is_agreed"),
        [(3, 3, True), (2, 3, True), (2, 4, False), (1, 2, False), (1, 1, True)],
        ids=["alike", "a level apart", "two apart", "either side of what must be reached", "both below"],
    )
    def test_two_agree_within_the_tolerance_and_on_one_side(
        self, first: int, second: int, is_agreed: bool
    ) -> None:
        (found,) = compare([METHOD], {"method": first}, {"method": second}, tolerance=1)

        assert found.is_agreed is is_agreed

    def test_where_nothing_must_be_reached_only_the_distance_counts(self) -> None:
        (found,) = compare([CLARITY], {"clarity": 1}, {"clarity": 2}, tolerance=1)

        assert found.is_agreed

    def test_another_tolerance_changes_who_agrees(self) -> None:
        settled = settle(replace(RULES, tolerance=2), levels(2, 3), levels(4, 3))

        assert settled.step is Step.SETTLED
        assert settle(replace(RULES, tolerance=0), levels(2, 3), levels(3, 3)).step is Step.DISCUSS

    def test_unfinished_gradings_are_not_compared(self) -> None:
        with pytest.raises(IncompleteGrading) as refusal:
            settle(RULES, levels(2, 2), {"method": 2})

        assert refusal.value.missing == ("clarity",)


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("taken", "method", "clarity"),
        [(Taken.FIRST, 3, 3), (Taken.LOWER, 2, 3), (Taken.MEAN, 2, 4)],
    )
    def test_the_level_taken_is_the_first_the_lower_or_the_mean_half_to_even(
        self, taken: Taken, method: int, clarity: int
    ) -> None:
        settled = settle(replace(RULES, taken=taken), levels(3, 3), levels(2, 4))

        assert settled.levels == levels(method, clarity)
        assert settled.outcome is not None
        assert settled.outcome.passed

    def test_the_outcome_follows_the_aggregate_of_the_rubric(self) -> None:
        settled = settle(replace(RULES, aggregate=Aggregate.NONE), levels(3, 3), levels(3, 3))

        assert settled.outcome is not None
        assert settled.outcome.level is None

    def test_a_mean_falls_on_a_level_that_there_is(self) -> None:
        gapped = replace(CLARITY, points={1: None, 4: None})

        settled = settle(
            Rules(criteria=[gapped], tolerance=3, taken=Taken.MEAN), {"clarity": 1}, {"clarity": 4}
        )

        assert settled.levels == {"clarity": 1}

    @given(st.sampled_from(Taken), *[st.integers(2, 4)] * 4)
    def test_whatever_is_taken_lies_between_the_two(
        self, taken: Taken, one: int, other: int, clear: int, clearer: int
    ) -> None:
        settled = settle(replace(RULES, taken=taken, tolerance=3), levels(one, clear), levels(other, clearer))

        assert settled.levels is not None
        assert min(one, other) <= settled.levels["method"] <= max(one, other)
        assert min(clear, clearer) <= settled.levels["clarity"] <= max(clear, clearer)


class TestDisagreeing:
    def test_levels_too_far_apart_are_discussed(self) -> None:
        settled = settle(RULES, levels(2, 1), levels(2, 3))

        assert (settled.step, settled.reasons) == (Step.DISCUSS, (Why.LEVELS_APART,))
        assert settled.levels is None

    def test_so_is_a_level_to_be_reached_that_only_one_saw_reached(self) -> None:
        settled = settle(RULES, levels(1, 3), levels(2, 3))

        assert settled.reasons == (Why.OTHER_SIDE, Why.RESULTS_APART)

    def test_so_is_a_pass_beside_a_fail_although_every_criterion_agrees(self) -> None:
        with_cut = replace(RULES, cut=Decimal("1.5"))

        settled = settle(with_cut, levels(2, 3), levels(2, 2))

        assert settled.reasons == (Why.RESULTS_APART,)

    def test_so_is_a_result_that_neither_gave(self) -> None:
        with_cut = replace(RULES, cut=Decimal("1.5"), taken=Taken.LOWER)

        settled = settle(with_cut, levels(2, 3), levels(3, 2))

        assert settled.reasons == (Why.RESULT_OF_NEITHER,)

    def test_what_a_discussion_left_open_goes_to_a_third_marker(self) -> None:
        assert settle(RULES, levels(1, 3), levels(2, 3), is_discussed=True).step is Step.THIRD
        assert settle(RULES, levels(2, 3), levels(2, 3), is_discussed=True).step is Step.SETTLED

    def test_a_consensus_discusses_every_difference(self) -> None:
        consensus = replace(RULES, policy=Policy.CONSENSUS)

        assert settle(consensus, levels(2, 3), levels(3, 3)).step is Step.DISCUSS
        assert settle(consensus, levels(3, 3), levels(3, 3)).step is Step.SETTLED


class TestThirdVoice:
    def test_the_median_is_taken_criterion_by_criterion(self) -> None:
        middle = median_levels(RULES.criteria, levels(1, 4), levels(3, 2), levels(2, 1))

        assert middle == levels(2, 2)
        assert RULES.judge(middle).passed

    def test_an_unfinished_third_grading_settles_nothing(self) -> None:
        with pytest.raises(IncompleteGrading):
            median_levels(RULES.criteria, levels(1, 4), levels(3, 2), {"method": 2})

    def test_an_adjudicator_gives_a_reason(self) -> None:
        assert adjudicate(RULES, levels(2, 3), reason="The log shows that the test was run.").passed
        with pytest.raises(ReasonMissing):
            adjudicate(RULES, levels(2, 3), reason=" ")


class TestPolicies:
    def test_each_says_who_must_be_final_before_anything_is_settled(self) -> None:
        assert set(NEEDED) == set(Policy)
        assert NEEDED[Policy.SECOND_BLIND] == (Part.FIRST, Part.SECOND_BLIND)
        assert NEEDED[Policy.SINGLE] == NEEDED[Policy.SAMPLE] == (Part.FIRST,)

    def test_an_external_examiner_advises_and_is_needed_by_none(self) -> None:
        assert not any(part in {Part.EXTERNAL, Part.THIRD} for parts in NEEDED.values() for part in parts)
