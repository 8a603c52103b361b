"""Our side of the press: what is handed to the child, how long we wait, what we say when it fails."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self, TypeAlias, cast

from django.utils.translation import gettext_lazy as _

from credentials.services.press import Header, Message, receive, send

PRESS_FILE = Path(__file__).parent.with_name("press.py")
INSTALL_LINES = {
    "linux": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig",
    "darwin": "brew install pango fontconfig",
}
ENVIRONMENT_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "DYLD_FALLBACK_LIBRARY_PATH")
"""What of our environment the child may see: keys and passwords stay here."""

START_SECONDS = 60.0
"""How long the engine may take to load: on a cold disk with many fonts that is not quick."""

Reason: TypeAlias = Literal["time", "memory", "crashed", "refused", "broken"]
REASONS = {
    "time": _("The document took longer than it may."),
    "memory": _("The document needed more memory than it may."),
    "crashed": _("The PDF engine ended without an answer."),
    "refused": _("The document asked for a file or an address that was not handed over with it."),
    "broken": _("The document could not be read as a page."),
}


class PressMissing(Exception):
    """The PDF engine cannot be loaded here; ``cure`` is the line that installs what is missing."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        self.cure = INSTALL_LINES["darwin" if sys.platform == "darwin" else "linux"]
        super().__init__(f"{_('PDF engine missing. To install it:')} {self.cure}")


class PressFailed(Exception):
    """This document gave no PDF; the press itself is ready for the next one."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{REASONS[reason]} {detail}".strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels inside the PDF as its source (PDF/A-3)."""

    name: str
    data: bytes
    description: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that a PDF is made of. The page names its pictures ``asset:<name>``; nothing else is read."""

    html: str
    stylesheet: str
    lang: str
    title: str
    made_at: datetime
    assets: Mapping[str, bytes] = field(default_factory=dict)
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF."""

    pdf: bytes
    pages: int


@dataclass(slots=True)
class Press:
    """One child process that prints, started when first needed and replaced when worn or broken.

    Safe to share between threads: documents are printed one after another. ``memory_bytes`` caps the
    child's address space, ``cpu_seconds`` and ``wall_seconds`` each document, and after
    ``documents_per_child`` documents a fresh child takes over.
    """

    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    documents_per_child: int = 200
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _printed: int = field(default=0, repr=False)
    _owner: int = field(default_factory=os.getpid, repr=False)

    def render(self, document: Document) -> bytes:
        """The PDF's bytes: equal documents give equal bytes. Raises PressMissing or PressFailed."""
        return self.print(document).pdf

    def print(self, document: Document) -> Printed:
        """As ``render``, with the number of pages."""
        with self._lock:
            child = self._ready_child()
            header, blobs = self._ask(child, request_of(document), self.wall_seconds)
            self._printed += 1
            if self._printed >= self.documents_per_child or header.get("failed") == "memory":
                self._stop()
        if "failed" in header:
            raise PressFailed(header["failed"], header["detail"])
        return Printed(pdf=blobs[0], pages=header["pages"])

    def check(self) -> None:
        """Start the press if it is not running. Raises PressMissing where it cannot be."""
        with self._lock:
            self._ready_child()

    def close(self) -> None:
        """End the child; a later document starts another."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ready_child(self) -> "subprocess.Popen[bytes]":
        if self._owner != os.getpid():
            # After a fork the child belongs to the parent alone: two may not share its pipes.
            self._child, self._owner = None, os.getpid()
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        limits = json.dumps({"memory_bytes": self.memory_bytes, "cpu_seconds": self.cpu_seconds})
        kept = {name: os.environ[name] for name in ENVIRONMENT_KEPT if name in os.environ}
        self._child = subprocess.Popen(  # noqa: S603 - our own file, no shell
            [sys.executable, "-I", str(PRESS_FILE), limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A few memory arenas only, or reserving them would eat the cap on addresses.
            env={**kept, "MALLOC_ARENA_MAX": "2"},
        )
        self._printed = 0
        header, _blobs = self._ask(self._child, None, START_SECONDS)
        if "missing" in header:
            self._stop()
            raise PressMissing(header["missing"])
        return self._child

    def _ask(self, child: "subprocess.Popen[bytes]", request: Message | None, patience: float) -> Message:
        """Send a request (none: only listen) and wait for the answer, at most ``patience`` seconds."""
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            child.kill()

        watch = threading.Timer(patience, end)
        watch.daemon = True
        watch.start()
        try:
            if request is not None:
                send(cast(BinaryIO, child.stdin), *request)
            answer = receive(cast(BinaryIO, child.stdout))
        except (EOFError, BrokenPipeError) as gone:
            self._stop()
            raise PressFailed(_why(child.returncode, is_overdue=overdue.is_set())) from gone
        except BaseException:
            # Interrupted between question and answer: a child left alive would give this document's
            # answer to the next question, one person's certificate to another.
            child.kill()
            self._stop()
            raise
        finally:
            watch.cancel()
        if overdue.is_set():
            self._stop()
        return answer

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            try:
                cast(BinaryIO, pipe).close()
            except BrokenPipeError:
                # The child had gone with part of a request still unread.
                continue
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def request_of(document: Document) -> Message:
    header: Header = {
        "lang": document.lang,
        "title": document.title,
        "made_at": document.made_at.isoformat(),
        "assets": sorted(document.assets),
    }
    blobs = [document.html.encode(), document.stylesheet.encode()]
    blobs += [document.assets[name] for name in header["assets"]]
    if document.attachment:
        header["attachment"] = {
            "name": document.attachment.name,
            "description": document.attachment.description,
            "created": document.attachment.created.isoformat(),
        }
        blobs.append(document.attachment.data)
    return header, blobs


def _why(returncode: int | None, *, is_overdue: bool) -> Reason:
    if is_overdue or returncode == -signal.SIGXCPU:
        return "time"
    # Where memory is refused to the layout libraries, they end the process by themselves.
    return "memory" if returncode in {-signal.SIGABRT, -signal.SIGTRAP} else "crashed"
