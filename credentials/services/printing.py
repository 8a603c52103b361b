"""Certificates on paper: the page as HTML, its QR code, and the press that makes a PDF of it."""

import functools
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self, TypeAlias, cast

import segno
import zxingcpp
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from PIL import Image

from credentials.services.artwork import border_svg
from credentials.services.press import Header, Message, receive, send

PRESS_FILE = Path(__file__).with_name("press.py")
INSTALL_LINES = {
    "linux": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig",
    "darwin": "brew install pango fontconfig",
}
ENVIRONMENT_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "DYLD_FALLBACK_LIBRARY_PATH")
"""What of our environment the child may see: keys and passwords stay here."""

BORDER_COLOURS = {
    "blue": ("#1f4e79", "#2f6a8b", "#17395a", "#c99a2e"),
    "terracotta": ("#b4532a", "#9c4326", "#7d3420", "#c99a2e"),
    "green": ("#2f7d6b", "#256577", "#1f5648", "#c99a2e"),
    "ochre": ("#a87418", "#8c5f12", "#b4532a", "#d9b45a"),
    "plum": ("#6b4a82", "#7e4270", "#4d3560", "#c99a2e"),
}

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

    def render(self, document: Document) -> bytes:
        """The PDF's bytes: equal documents give equal bytes. Raises PressMissing or PressFailed."""
        return self.print(document).pdf

    def print(self, document: Document) -> Printed:
        """As ``render``, with the number of pages."""
        with self._lock:
            child = self._ready_child()
            header, blobs = self._ask(child, _request(document))
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
        header, _blobs = self._ask(self._child, None)
        if "missing" in header:
            self._stop()
            raise PressMissing(header["missing"])
        return self._child

    def _ask(self, child: "subprocess.Popen[bytes]", request: Message | None) -> Message:
        """Send a request (none: only listen) and wait for the answer, at most ``wall_seconds``."""
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            child.kill()

        watch = threading.Timer(self.wall_seconds, end)
        watch.start()
        try:
            if request is not None:
                send(cast(BinaryIO, child.stdin), *request)
            return receive(cast(BinaryIO, child.stdout))
        except (EOFError, BrokenPipeError) as gone:
            self._stop()
            raise PressFailed(_why(child.returncode, is_overdue=overdue.is_set())) from gone
        finally:
            watch.cancel()

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


def _request(document: Document) -> Message:
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
    return "crashed"


def qr_png(text: str, *, scale: int = 6) -> bytes:
    """A QR code for print: 1-bit PNG, ``scale`` pixels a module, with its quiet zone."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = Image.fromarray(barcode.to_image(scale=scale)).convert("1")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def qr_svg(text: str) -> str:
    """A QR code for pages: SVG of one path, coloured by class (``qr-paper``, ``qr-ink``) alone."""
    code = segno.make_qr(text, error="m")
    width, height = code.symbol_size(border=4)
    runs = "".join(
        f"M{x + 4} {y + 4}h{length}v1h-{length}z"
        for y, row in enumerate(code.matrix)
        for x, length in _dark_runs(bytes(row))
    )
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' aria-hidden="true" focusable="false" shape-rendering="crispEdges">'
        f'<path class="qr-paper" fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path class="qr-ink" fill="#000" d="{runs}"/></svg>'
    )


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, module in enumerate(row):
        if not module:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
