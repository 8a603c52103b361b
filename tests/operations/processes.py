"""What the operations tests ask the operating system about processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


# What tests/settings.py or the test run itself put into the environment, and a demo must find for itself.
OF_THE_TEST_RUN = {
    *("DATABASE_URL", "CELERY_BROKER_URL", "PORTAL_URL", "SECRET_KEY", "KEY_WRAPPING_KEY"),
    *("LOG_LEVEL", "TESTING", "FAILPOINTS"),
}


def demo_environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a demo of its own in `folder`."""
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
    return inherited | {
        "DEMO": "true",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def parents() -> dict[int, int]:
    """Every living process and its parent; the dead that nobody has collected are left out."""
    listing = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,stat="], text=True)
    rows = (line.split() for line in listing.splitlines())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(ancestor: int) -> set[int]:
    by_child = parents()
    found: set[int] = set()
    while new := {pid for pid, parent in by_child.items() if parent in found | {ancestor}} - found:
        found |= new
    return found


def all_gone(pids: Iterable[int]) -> bool:
    return not set(pids) & set(parents())


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    """Whether it happened in time: looks until it has, and never longer than `seconds`."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
