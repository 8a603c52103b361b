"""May she hand in now, is it late, and what follows: every answer with its reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.attempts import (
    Accommodation,
    Answer,
    Attempt,
    Late,
    Reason,
    Rules,
    capped,
    due_of,
    levels_together,
    may_submit,
    time_allowed,
    to_grade_again,
)
from assessments.marking.scoring import Criterion

PRAGUE = ZoneInfo("Europe/Prague")


def local(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PRAGUE)


DUE = local(3, 20, 23, 59)
RULES = Rules(max_attempts=3, cooling_off_days=7, due_at=DUE)
FAILED = Attempt(returned_on=date(2026, 3, 25), is_passed=False)


def asked(rules: Rules, at: datetime, *attempts: Attempt, granted: tuple[Accommodation, ...] = ()) -> Answer:
    return may_submit(rules, attempts, granted, at=at.astimezone(UTC), zone=PRAGUE)


class TestAttempts:
    def test_the_first_one_in_time(self) -> None:
        answer = asked(RULES, local(3, 20))

        assert (answer.reason, answer.attempt, answer.is_allowed) == (Reason.ON_TIME, 1, True)
        assert answer.level_cap is None

    def test_rules_that_say_nothing_leave_everything_open(self) -> None:
        answer = asked(Rules(), local(3, 25, 0, 0), FAILED)

        assert answer == Answer(reason=Reason.ON_TIME, attempt=2)
        assert answer.days_late == 0

    def test_none_while_the_last_one_waits_for_its_result(self) -> None:
        waiting = Attempt(returned_on=None, is_passed=None)

        assert asked(RULES, local(3, 20), waiting).reason is Reason.AWAITING_RESULT

    def test_none_after_a_pass(self) -> None:
        passed = Attempt(returned_on=date(2026, 3, 25), is_passed=True)

        assert asked(RULES, local(5, 1), FAILED, passed).reason is Reason.ALREADY_PASSED

    def test_none_over_the_limit(self) -> None:
        answer = asked(RULES, local(5, 1), FAILED, FAILED, FAILED)

        assert answer.reason is Reason.NO_ATTEMPT_LEFT
        assert not answer.is_allowed

    def test_without_a_limit_there_is_always_another(self) -> None:
        answer = asked(replace(RULES, max_attempts=None), local(5, 1), *[FAILED] * 9)

        assert (answer.is_allowed, answer.attempt) == (True, 10)

    def test_none_before_it_opens(self) -> None:
        opening = replace(RULES, opens_at=local(3, 1))

        assert asked(opening, local(3, 1, 11, 59)).reason is Reason.NOT_OPEN_YET
        assert asked(opening, local(3, 1, 11, 59)).from_at == local(3, 1)
        assert asked(opening, local(3, 1)).is_allowed


class TestCoolingOff:
    @pytest.mark.parametrize(
        ("at", "reason"),
        [(local(3, 31, 23, 59), Reason.COOLING_OFF), (local(4, 1, 0, 0), Reason.ON_TIME)],
    )
    def test_it_ends_as_the_day_begins_so_many_days_after_the_result(
        self, at: datetime, reason: Reason
    ) -> None:
        # Clocks change between the two days: it is the local day that counts.
        assert asked(RULES, at, FAILED).reason is reason

    def test_a_refusal_says_from_when(self) -> None:
        assert asked(RULES, local(3, 26), FAILED).from_at == local(4, 1, 0, 0)

    def test_no_days_no_waiting(self) -> None:
        assert asked(replace(RULES, cooling_off_days=0), local(3, 25), FAILED).is_allowed


class TestLate:
    @pytest.mark.parametrize(
        ("late", "reason"),
        [
            (Late.REFUSE, Reason.TOO_LATE),
            (Late.ACCEPT, Reason.LATE),
            (Late.CAP, Reason.LATE_CAPPED),
        ],
    )
    def test_a_minute_after_it_was_due(self, late: Late, reason: Reason) -> None:
        answer = asked(replace(RULES, late=late, late_cap=2), local(3, 21, 0, 0))

        assert answer.reason is reason
        assert answer.is_allowed is (reason is not Reason.TOO_LATE)
        assert answer.days_late == 1
        assert answer.level_cap == (2 if reason is Reason.LATE_CAPPED else None)

    def test_the_due_moment_itself_is_in_time(self) -> None:
        assert asked(RULES, DUE).reason is Reason.ON_TIME

    def test_within_the_grace_nothing_is_late(self) -> None:
        graceful = replace(RULES, grace=timedelta(minutes=15))

        last = asked(graceful, local(3, 21, 0, 14))
        assert (last.reason, last.days_late, last.closes_at) == (Reason.ON_TIME, 0, local(3, 21, 0, 14))
        assert asked(graceful, local(3, 21, 0, 15)).reason is Reason.TOO_LATE

    def test_a_grace_outlasts_an_end_of_late_days_before_it(self) -> None:
        no_days = replace(RULES, grace=timedelta(minutes=15), late=Late.ACCEPT, late_days=0)

        assert asked(no_days, local(3, 21, 0, 14)).closes_at == local(3, 21, 0, 14)

    def test_late_work_is_taken_for_so_many_days_and_begun_ones_are_counted(self) -> None:
        for_three_days = replace(RULES, late=Late.ACCEPT, late_days=3)

        last = asked(for_three_days, local(3, 23, 23, 59))
        assert (last.reason, last.days_late, last.closes_at) == (Reason.LATE, 3, local(3, 23, 23, 59))
        assert asked(for_three_days, local(3, 24, 0, 0)).reason is Reason.TOO_LATE

    def test_without_a_due_date_nothing_is_late(self) -> None:
        assert asked(replace(RULES, due_at=None), local(12, 31)).reason is Reason.ON_TIME

    def test_a_later_attempt_has_a_date_of_its_own(self) -> None:
        dated = replace(RULES, resubmission_days=7)

        answer = asked(dated, local(4, 8, 23, 59), FAILED)

        assert (answer.reason, answer.due_at) == (Reason.ON_TIME, local(4, 8, 23, 59))
        assert asked(dated, local(4, 9, 0, 0), FAILED).reason is Reason.TOO_LATE

    def test_of_two_caps_the_lower_counts(self) -> None:
        both = replace(RULES, resubmission_days=14, late=Late.CAP, late_cap=3, retake_cap=2)

        assert asked(both, local(4, 2), FAILED).level_cap == 2
        assert asked(both, local(4, 20), FAILED).level_cap == 2
        assert asked(replace(both, retake_cap=None), local(4, 20), FAILED).level_cap == 3


class TestAccommodations:
    def test_an_extension_moves_what_is_due_by_whole_local_days(self) -> None:
        # The clocks go forward on 29 March; 23:59 stays 23:59.
        granted = (Accommodation(extension_days=10),)

        answer = asked(RULES, local(3, 30, 23, 59), granted=granted)

        assert (answer.reason, answer.due_at) == (Reason.ON_TIME, local(3, 30, 23, 59))
        assert asked(RULES, local(3, 31, 0, 0), granted=granted).reason is Reason.TOO_LATE

    def test_the_longest_of_several_counts(self) -> None:
        granted = (
            Accommodation(extension_days=2),
            Accommodation(extension_days=5),
            Accommodation(extended_to=local(3, 24)),
        )

        assert due_of(RULES, None, granted, zone=PRAGUE) == local(3, 25, 23, 59)

    def test_a_moment_of_her_own_counts_where_it_is_later(self) -> None:
        own = Accommodation(extended_to=local(3, 21))

        assert due_of(RULES, None, [own], zone=PRAGUE) == local(3, 21)

    def test_days_and_a_moment_granted_together_give_the_later(self) -> None:
        own = Accommodation(extended_to=local(3, 28), extension_days=1)

        assert due_of(RULES, None, [own], zone=PRAGUE) == local(3, 28)

    def test_it_holds_for_a_later_attempt_too(self) -> None:
        dated = replace(RULES, resubmission_days=7)

        due_at = due_of(
            dated, FAILED.returned_on, [Accommodation(extension_days=2), Accommodation()], zone=PRAGUE
        )

        assert due_at == local(4, 10, 23, 59)

    @pytest.mark.parametrize(
        ("minutes", "percent", "allowed"), [(90, 0, 90), (90, 25, 113), (60, 25, 75), (45, 50, 68)]
    )
    def test_extra_time_is_given_in_whole_minutes_rounded_up(
        self, minutes: int, percent: int, allowed: int
    ) -> None:
        granted = [Accommodation(extra_time_percent=percent), Accommodation()]

        assert time_allowed(timedelta(minutes=minutes), granted) == timedelta(minutes=allowed)

    def test_who_was_granted_nothing_has_the_time_of_everybody(self) -> None:
        assert time_allowed(timedelta(minutes=90)) == timedelta(minutes=90)

    @given(st.integers(0, 60), st.integers(-40, 80))
    def test_a_longer_extension_never_makes_anything_later(self, days: int, moved: int) -> None:
        at = DUE + timedelta(days=moved)
        late = replace(RULES, late=Late.ACCEPT, late_days=5)

        plain = asked(late, at)
        helped = asked(late, at, granted=(Accommodation(extension_days=days),))

        assert helped.is_allowed or not plain.is_allowed
        assert helped.days_late <= plain.days_late


class TestWhatFailed:
    POINTS = {1: Decimal(0), 2: Decimal(1), 3: Decimal(2), 4: Decimal(3)}
    METHOD = Criterion(key="method", weight=Decimal(1), points=POINTS, must_pass_ordinal=2)
    CLARITY = Criterion(key="clarity", weight=Decimal(1), points=POINTS, must_pass_ordinal=3)
    RUBRIC = (METHOD, CLARITY)

    def test_only_failed_criteria_are_graded_again_and_the_others_stand(self) -> None:
        before = {"method": 4, "clarity": 2}

        assert to_grade_again(self.RUBRIC, before) == ("clarity",)
        assert levels_together(self.RUBRIC, before, {"clarity": 4}) == {"method": 4, "clarity": 4}

    def test_where_only_the_mean_was_too_low_all_are_taken_up(self) -> None:
        assert to_grade_again(self.RUBRIC, {"method": 2, "clarity": 3}) == ("method", "clarity")

    def test_a_cap_holds_for_what_was_graded_again_only(self) -> None:
        before = {"method": 4, "clarity": 2}

        assert levels_together(self.RUBRIC, before, {"clarity": 4}, cap=3) == {"method": 4, "clarity": 3}

    def test_a_cap_never_takes_away_the_level_to_be_reached(self) -> None:
        assert capped(self.RUBRIC, {"method": 4, "clarity": 4}, cap=2) == {"method": 2, "clarity": 3}

    def test_where_nothing_has_to_be_reached_the_cap_alone_counts(self) -> None:
        free = replace(self.METHOD, must_pass_ordinal=None)

        assert capped([free], {"method": 4}, cap=1) == {"method": 1}

    def test_without_a_cap_levels_stand(self) -> None:
        assert capped(self.RUBRIC, {"method": 4}, cap=None) == {"method": 4}
