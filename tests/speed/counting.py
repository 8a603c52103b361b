"""Counts the statements that a page or a service sends to the database."""

import re
from collections import Counter
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Marks of nested transactions: they ask nothing, and a page's number of them is no measure of its reading.
MARKS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def statements(do: Callable[[], object]) -> list[str]:
    """The SQL that `do` sends, in order."""
    with CaptureQueriesContext(connection) as captured:
        do()
    return [query["sql"] for query in captured if not query["sql"].startswith(MARKS)]


def opening(client: Client, address: str) -> list[str]:
    """The SQL of a page at its second opening: what a process learns once is not counted."""

    def look() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"

    look()
    return statements(look)


def grown(before: list[str], after: list[str]) -> str:
    """The statements that came more often the second time, whatever their values, for a message."""
    more = Counter(map(_shape, after)) - Counter(map(_shape, before))
    return "\n".join(f"{count} more: {shape[:200]}" for shape, count in more.items())


def _shape(sql: str) -> str:
    return re.sub(r"'[^']*'|\b\d+\b|\((\?, )*\?\)", "?", sql)
