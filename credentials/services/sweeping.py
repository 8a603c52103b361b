"""Sweeps: do one act for each duty found, so that one that fails never keeps the others waiting."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Self, TypeVar

import structlog
from django.db.models import Model, QuerySet

from config.deadlocks import retried
from credentials.models import SweepRun

T = TypeVar("T")
M = TypeVar("M", bound=Model)
log = structlog.get_logger(__name__)
RENEWED_EVERY = 10.0  # seconds, of the lease's forty
# For each kind of duty: a sweep ends before a worker's time limit, and what is left waits for the next one.
PART_SECONDS = 20.0
AT_ONCE = 1000


def for_each(found: Iterable[T], act: Callable[[T], object]) -> int:
    """Do `act` for each duty, log what fails and go on; answers how many there were.

    The failed duty is still a row, so the next sweep finds it again.
    """
    count = 0
    for duty in found:
        count += 1
        try:
            retried(partial(act, duty))
        except Exception:
            log.exception("sweep.duty_failed", duty=str(duty))
    return count


class Sweep:
    """One run of a sweep, which stays with us for as long as we are getting on with it."""

    def __init__(self, run: SweepRun) -> None:
        self.run = run
        self.found = 0
        self._renewed_at = time.monotonic()

    @classmethod
    def begin(cls, name: str, *, at: datetime) -> Self | None:
        """None if another worker is on it."""
        run = SweepRun.objects.begin(name, at=at)
        return cls(run) if run else None

    def for_each(self, found: Iterable[T], act: Callable[[T], object]) -> None:
        """As the function of this name; ends early when its time is over or another worker took over."""
        self.found += for_each(self._while_ours(found), act)

    def finish(self) -> None:
        self.run.finish(self.found)

    def _while_ours(self, found: Iterable[T]) -> Iterator[T]:
        until = time.monotonic() + PART_SECONDS
        for duty in found:
            if time.monotonic() > until:
                return
            if time.monotonic() - self._renewed_at > RENEWED_EVERY:
                if not self.run.renew():
                    log.warning("sweep.taken_over", sweep=self.run.name)
                    return
                self._renewed_at = time.monotonic()
            yield duty


class Round:
    """Takes some rows a time, by their ids and round again: those that fail keep nobody else waiting."""

    def __init__(self, count: int = AT_ONCE) -> None:
        self.count = count
        self.reached = 0

    def next(self, rows: "QuerySet[M, Any]") -> Iterator[M]:
        """The rows after the last one that was taken, and from the first one again after the end."""
        ordered = rows.order_by("pk")
        found = list(ordered.filter(pk__gt=self.reached)[: self.count])
        if self.reached and len(found) < self.count:
            found += ordered.filter(pk__lte=self.reached)[: self.count - len(found)]
        for row in found:
            self.reached = row.pk
            yield row
