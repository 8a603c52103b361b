"""Sweeps: do one act for each duty found, so that one that fails never keeps the others waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger(__name__)


def for_each(found: Iterable[T], act: Callable[[T], object]) -> int:
    """Do `act` for each duty, log what fails and go on; answers how many there were.

    The failed duty is still a row, so the next sweep finds it again.
    """
    count = 0
    for duty in found:
        count += 1
        try:
            act(duty)
        except Exception:
            log.exception("sweep.duty_failed", duty=str(duty))
    return count
