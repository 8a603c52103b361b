"""now(): the database's time, so that a web process, a worker and a lease agree to the second."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

STATEMENT = {
    "postgresql": "SELECT statement_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
}
MAY_DIFFER = timedelta(seconds=5)
AGREED = timedelta(0)
_apart = AGREED


class ClocksApart(Exception):
    """This machine and the database disagree about the time; which of them is right cannot be said here."""

    def __str__(self) -> str:
        return str(
            _(
                "The clocks of the portal's machines are %(seconds)d seconds apart, so nothing can be dated. "
                "Nothing was changed. Try again in a few minutes."
            )
            % {"seconds": _apart.total_seconds()}
        )


def now() -> datetime:
    """The database's present instant, aware, in UTC. Only hands ask; services and hearts are told.

    Each answer also measures how far this process's own clock is off.
    """
    global _apart
    asked = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT[connection.vendor])
        (instant,) = cursor.fetchone()
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant)
    moment: datetime = instant.astimezone(UTC)
    # However long the answer took, clocks that agree put it between the question and its arrival.
    _apart = max(asked - moment, moment - datetime.now(UTC), AGREED)
    return moment


def apart() -> timedelta:
    """How far this process's clock and the database's were apart when it last asked the time."""
    return _apart


def refuse_if_apart() -> None:
    """Called by whatever issues, signs or keeps a deadline: with a doubtful clock it is not done.

    Raises ClocksApart.
    """
    if _apart > MAY_DIFFER:
        raise ClocksApart
