"""The time of one sitting: when it ends for this person, and whether an answer came in time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from assessments.marking.attempts import Accommodation, time_allowed

# A page sends itself as its time ends; this long it may be under way.
ON_ITS_WAY = timedelta(seconds=30)


def ends_at(
    *,
    started_at: datetime,
    limit: timedelta,
    granted: Iterable[Accommodation] = (),
    closes_at: datetime | None = None,
) -> datetime:
    """When the sitting ends, in UTC: after the time allowed, and no later than the examination closes.

    Who was granted extra time has it after the closing too.
    """
    allowed = time_allowed(limit, granted)
    end = started_at.astimezone(UTC) + allowed
    return end if closes_at is None else min(end, closes_at.astimezone(UTC) + (allowed - limit))


def is_in_time(*, at: datetime, ends_at: datetime) -> bool:
    """Whether what arrived at `at` still counts."""
    return at <= ends_at + ON_ITS_WAY
