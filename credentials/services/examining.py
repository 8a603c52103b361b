"""Judge a stranger's file in a limited child, which asks us what it must know and reaches nothing else."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Container
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from credentials.openbadges.checking import Documents
from credentials.openbadges.reading import MAXIMUM_FILE_BYTES, container_of
from credentials.openbadges.report import Check, Report
from credentials.openbadges.verifying import LedgerOf, verify
from credentials.services.press import Message, receive, send

MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS = 300 * 1024 * 1024, 5, 5.8
MOST_QUESTIONS = 200
CHILDREN_AT_ONCE, PATIENCE_SECONDS = 4, 2.0
"""Many files at once wait for each other rather than for memory; what was waited is not had for checking."""

ENVIRONMENT_KEPT = ("PATH", "LANG", "TMPDIR")
ROOT = Path(__file__).parents[2]
BEGIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); import {0}; {0}.main()".format(
    "credentials.services.examiner"
)

_free = threading.BoundedSemaphore(CHILDREN_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Who answers the child's questions: documents by address, known issuers, our ledger, twin lists."""

    documents: Documents
    known_issuers: Container[str]
    ledger: LedgerOf = lambda data, document: None
    twin_of: Callable[[str], str | None] = lambda address: None

    def to(self, question: dict[str, Any], blobs: list[bytes]) -> Any:
        match question["ask"]:
            case "document":
                return self.documents(question["of"])
            case "known":
                return question["of"] in self.known_issuers
            case "twin":
                return self.twin_of(question["of"])
            case "ledger":
                state = self.ledger(blobs[0], json.loads(blobs[1]))
                return None if state is None else state.to_json()
        raise ValueError("the child asked something that nobody answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost: bytes of memory, seconds of CPU, seconds in all."""

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    wall_seconds: float = WALL_SECONDS


USUAL = Limits()


def examine(
    *,
    data: bytes,
    at: datetime,
    today: datetime,
    answers: Answers,
    known_only: bool,
    limits: Limits = USUAL,
) -> Report:
    """Judge one file at the moment `at`, with status lists as they are `today`. Never raises for the file.

    A file that costs more than the limits, or ends its child, is Cannot check: nothing was found out.
    """
    if len(data) > MAXIMUM_FILE_BYTES:
        return verify(data, at=at, documents=lambda address: None, known_issuers=())
    began = time.monotonic()
    if not _free.acquire(timeout=PATIENCE_SECONDS):
        return _unanswered(data, at, "Too many files are being checked at this moment. Try again soon.")
    try:
        errand = {"at": at.isoformat(), "today": today.isoformat(), "known_only": known_only}
        left = limits.wall_seconds - (time.monotonic() - began)
        return _asked_of_child((errand, [data]), answers, replace(limits, wall_seconds=left))
    except (EOFError, OSError, ValueError):
        return _unanswered(data, at, "Checking this file takes more time or memory than it may.")
    finally:
        _free.release()


def _asked_of_child(errand: Message, answers: Answers, limits: Limits) -> Report:
    """The child's report. Raises EOFError or OSError when it has gone, ValueError when it gave up."""
    kept = {name: os.environ[name] for name in ENVIRONMENT_KEPT if name in os.environ}
    child = subprocess.Popen(  # noqa: S603 - our own file, no shell
        [sys.executable, "-I", "-c", BEGIN, str(ROOT), json.dumps(asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, "MALLOC_ARENA_MAX": "2"},
    )
    watch = threading.Timer(limits.wall_seconds, child.kill)
    watch.start()
    asked, told = cast("BinaryIO", child.stdout), cast("BinaryIO", child.stdin)
    try:
        send(told, *errand)
        for _ in range(MOST_QUESTIONS):
            header, blobs = receive(asked)
            if "report" in header:
                return Report.unpacked(json.loads(blobs[0]))
            if "failed" in header:
                break
            answer = answers.to(header, blobs)
            send(told, {}, [json.dumps(answer).encode()])
        raise ValueError("the child gave up or asked without end")
    finally:
        watch.cancel()
        child.kill()
        child.communicate()


def _unanswered(data: bytes, at: datetime, why: str) -> Report:
    return Report(
        verdict="cannot_check",
        at=at,
        container=container_of(data),
        standard="unknown",
        suites=(),
        credential={"id": None, "name": None, "valid_from": None, "valid_until": None},
        issuer={"id": None, "name": None, "known": False},
        checks=(Check("container", "not_checked", why),),
    )
