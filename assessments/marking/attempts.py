"""May she hand in now, is it late, and what follows: dates and rules in, one answer with its reason out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from math import ceil

from assessments.marking.scoring import Criterion

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
# Of the day on which a resubmission is due.
LAST_MINUTE = time(23, 59)


class Late(StrEnum):
    """What happens to work handed in after it was due."""

    REFUSE = "refuse"
    ACCEPT = "accept"
    CAP = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an assessment asks of attempts; None leaves a thing open.

    After a result she may hand in again `cooling_off_days` later. `due_at` is for the first attempt; a later
    one is due in the last minute of the local day `resubmission_days` after she may. Within `grace` nothing
    is late. Late work is taken for `late_days`, and with CAP no level of it counts above `late_cap`; of a
    later attempt none above `retake_cap`.
    """

    max_attempts: int | None = None
    cooling_off_days: int = 0
    resubmission_days: int | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    grace: timedelta = timedelta(0)
    late: Late = Late.REFUSE
    late_days: int | None = None
    late_cap: int | None = None
    retake_cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodation:
    """What one person was granted: more time in per cent, more days, or a moment of her own."""

    extra_time_percent: int = 0
    extension_days: int = 0
    extended_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One that counts: handed in, and since `returned_on`, a local day, judged; None while it waits."""

    returned_on: date | None
    is_passed: bool | None


class Reason(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    LATE_CAPPED = "late_capped"
    AWAITING_RESULT = "awaiting_result"
    ALREADY_PASSED = "already_passed"
    NO_ATTEMPT_LEFT = "no_attempt_left"
    COOLING_OFF = "cooling_off"
    NOT_OPEN_YET = "not_open_yet"
    TOO_LATE = "too_late"


ALLOWING = frozenset({Reason.ON_TIME, Reason.LATE, Reason.LATE_CAPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether she may hand in at this moment, and why.

    `attempt` is the number this would be, from 1. `from_at` is when a refusal for being early ends. `due_at`
    holds what she was granted; nothing is taken after `closes_at`. `days_late` counts begun days. `level_cap`
    is the highest ordinal that will count.
    """

    reason: Reason
    attempt: int
    from_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    days_late: int = 0
    level_cap: int | None = None

    @property
    def is_allowed(self) -> bool:
        return self.reason in ALLOWING


def may_submit(
    rules: Rules,
    attempts: Sequence[Attempt],
    granted: Iterable[Accommodation] = (),
    *,
    at: datetime,
    zone: tzinfo,
) -> Answer:
    """Whether a next attempt may be handed in at `at`. `attempts` oldest first; days are those of `zone`."""
    number = len(attempts) + 1
    refusal = _used_up(rules, attempts)
    if refusal is not None:
        return Answer(reason=refusal, attempt=number)
    returned_on = attempts[-1].returned_on if attempts else None
    due_at = due_of(rules, returned_on, granted, zone=zone)
    closes_at = _closing(rules, due_at, zone)
    opens_at = _opening(rules, returned_on, zone)
    if opens_at is not None and at < opens_at:
        reason = Reason.NOT_OPEN_YET if returned_on is None else Reason.COOLING_OFF
        return Answer(reason=reason, attempt=number, from_at=opens_at, due_at=due_at, closes_at=closes_at)
    reason, days_late = _timeliness(rules, due_at, closes_at, at)
    caps = (
        rules.late_cap if reason is Reason.LATE_CAPPED else None,
        rules.retake_cap if attempts else None,
    )
    return Answer(
        reason=reason,
        attempt=number,
        due_at=due_at,
        closes_at=closes_at,
        days_late=days_late,
        level_cap=min((cap for cap in caps if cap is not None), default=None),
    )


def due_of(
    rules: Rules,
    returned_on: date | None,
    granted: Iterable[Accommodation] = (),
    *,
    zone: tzinfo,
) -> datetime | None:
    """When the attempt is due, in UTC: the first where nothing came back yet, else a later one.

    Of several accommodations the longest counts; days are added by the clock on the wall.
    """
    allowed = list(granted)
    if returned_on is None:
        due_at = rules.due_at
    elif rules.resubmission_days is not None:
        days = rules.cooling_off_days + rules.resubmission_days
        due_at = _on(returned_on + days * ONE_DAY, LAST_MINUTE, zone)
    else:
        due_at = None
    if due_at is None:
        return None
    days = max((accommodation.extension_days for accommodation in allowed), default=0)
    own = [moment.astimezone(UTC) for given in allowed if (moment := given.extended_to) is not None]
    return max([_later(due_at, days, zone), *own])


def time_allowed(limit: timedelta, granted: Iterable[Accommodation] = ()) -> timedelta:
    """A time limit with the most extra time granted, in whole minutes, a begun one being given."""
    percent = max((accommodation.extra_time_percent for accommodation in granted), default=0)
    minutes = Fraction(limit // timedelta(microseconds=1), ONE_MINUTE // timedelta(microseconds=1))
    return ceil(minutes * (100 + percent) / 100) * ONE_MINUTE


def to_grade_again(criteria: Sequence[Criterion], levels: Mapping[str, int]) -> tuple[str, ...]:
    """The criteria of a resubmission that takes up only what failed: their keys, in the rubric's order.

    All of them where none failed by itself, because the mean was too low.
    """
    failed = tuple(criterion.key for criterion in criteria if criterion.is_failed_by(levels[criterion.key]))
    return failed or tuple(criterion.key for criterion in criteria)


def levels_together(
    criteria: Sequence[Criterion],
    before: Mapping[str, int],
    again: Mapping[str, int],
    *,
    cap: int | None = None,
) -> dict[str, int]:
    """The levels that count after a resubmission: those graded again, under the cap, the others as before."""
    return {**before, **capped(criteria, again, cap=cap)}


def capped(criteria: Sequence[Criterion], levels: Mapping[str, int], *, cap: int | None) -> dict[str, int]:
    """The levels with none above the cap; a cap never takes away the level that had to be reached."""
    if cap is None:
        return dict(levels)
    least = {criterion.key: criterion.must_pass_ordinal or 0 for criterion in criteria}
    return {key: min(level, max(cap, least.get(key, 0))) for key, level in levels.items()}


def _used_up(rules: Rules, attempts: Sequence[Attempt]) -> Reason | None:
    if any(attempt.is_passed for attempt in attempts):
        return Reason.ALREADY_PASSED
    if any(attempt.returned_on is None for attempt in attempts):
        return Reason.AWAITING_RESULT
    if rules.max_attempts is not None and len(attempts) >= rules.max_attempts:
        return Reason.NO_ATTEMPT_LEFT
    return None


def _timeliness(
    rules: Rules, due_at: datetime | None, closes_at: datetime | None, at: datetime
) -> tuple[Reason, int]:
    """And the days it is late, begun ones counted."""
    if due_at is None or at <= due_at + rules.grace:
        return Reason.ON_TIME, 0
    days_late = ceil((at - due_at) / ONE_DAY)
    if closes_at is not None and at > closes_at:
        return Reason.TOO_LATE, days_late
    return Reason.LATE_CAPPED if rules.late is Late.CAP else Reason.LATE, days_late


def _opening(rules: Rules, returned_on: date | None, zone: tzinfo) -> datetime | None:
    if returned_on is not None:
        return _on(returned_on + rules.cooling_off_days * ONE_DAY, time.min, zone)
    return None if rules.opens_at is None else rules.opens_at.astimezone(UTC)


def _closing(rules: Rules, due_at: datetime | None, zone: tzinfo) -> datetime | None:
    """The last moment at which anything is taken; None where there is no end."""
    if due_at is None:
        return None
    if rules.late is Late.REFUSE:
        return due_at + rules.grace
    if rules.late_days is None:
        return None
    return max(_later(due_at, rules.late_days, zone), due_at + rules.grace)


def _later(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day so many days later, over a change of the clocks too."""
    return (moment.astimezone(zone) + days * ONE_DAY).astimezone(UTC)


def _on(day: date, moment: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, moment, zone).astimezone(UTC)
