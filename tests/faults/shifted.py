"""Runs a module as a program whose clock is off: `python -m tests.faults.shifted SECONDS MODULE ARGUMENT…`.

`time.time` and `datetime` are replaced before anything else is loaded, so Django, Celery and the portal all
see the shifted clock, as on a machine that is set wrong. The database's clock stays right.
"""

import datetime as library
import os
import runpy
import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

# A mark beside the installation: while it lies there the clock is off, so that a test may set it right.
MARK = "clock-is-off"
_true_time = time.time


def mark() -> Path:
    return Path(os.environ["VAR_DIR"]) / MARK


def shift(seconds: float) -> None:
    """Set this process's clock off by `seconds` for as long as the mark lies there."""
    off = timedelta(seconds=seconds)

    def error() -> timedelta:
        return off if mark().exists() else timedelta()

    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, datetime)

    class ShiftedDatetime(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            # The true kind of moment, so that whoever looks at its type finds what it expects.
            return datetime.now(tz) + error()

        @classmethod
        def utcnow(cls) -> Any:
            return datetime.now(UTC).replace(tzinfo=None) + error()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    time.time = lambda: _true_time() + error().total_seconds()
    library.datetime = ShiftedDatetime  # type: ignore[misc]


if __name__ == "__main__":
    seconds, module, *arguments = sys.argv[1:]
    shift(float(seconds))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
