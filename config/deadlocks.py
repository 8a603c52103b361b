"""retried(): what the database undid to break a deadlock is done again, as if it had come later."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import OperationalError, connection

T = TypeVar("T")
log = structlog.get_logger(__name__)
# PostgreSQL's. SQLite lets one writer in at a time and knows no deadlock.
DEADLOCK = "40P01"
AT_MOST = 3
# Who was in the way gets the row first: whoever asks again at once may take it and be undone once more.
STANDS_BACK = 0.1  # seconds


def retried(do: Callable[[], T]) -> T:
    """Call `do`, and up to three times again while it is a deadlock's victim: all it did was undone.

    Inside somebody's transaction there is nothing to repeat: the whole of that was undone, so the error
    goes on to whoever began it.
    """
    for again in range(1, AT_MOST + 1):
        try:
            return do()
        except OperationalError as error:
            if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            log.warning("deadlock.retried", again=again)
            time.sleep(STANDS_BACK)
    return do()
