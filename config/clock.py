"""now(): the database's time, so that a web process, a worker and a lease agree to the second."""

from datetime import UTC, datetime

from django.db import connection

STATEMENT = {
    "postgresql": "SELECT statement_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
}


def now() -> datetime:
    """The database's present instant, aware, in UTC. Only hands ask; services and hearts are told."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT[connection.vendor])
        (instant,) = cursor.fetchone()
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant)
    moment: datetime = instant
    return moment.astimezone(UTC)
