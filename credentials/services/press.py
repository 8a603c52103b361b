"""The lasting child that turns HTML into PDF, within limits and without any way out.

It is started as a file, by ``printing.Press``, and knows nothing of Django. A message is four bytes
of length, a JSON header, then the blobs whose lengths the header lists. The first message out says
whether the engine could be loaded; after it every request is answered by one reply, until standard
input closes: the child does not outlive its parent, not even in the middle of a document.
"""

import hashlib
import importlib
import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, BinaryIO, TypeAlias

Header: TypeAlias = dict[str, Any]
Message: TypeAlias = tuple[Header, list[bytes]]

LENGTH_BYTES = 4
STYLESHEETS_KEPT = 8
STEPS_BACK = 10
"""How far printing stands back for whoever else wants the processor: signing and mail do not wait for it."""
MEDIA_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
}
CLOSED_DOORS = (
    "socket.__new__",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "pty.spawn",
)
"""Audit events (PEP 578) that no document has any business to raise."""


def send(stream: BinaryIO, header: Header, blobs: list[bytes]) -> None:
    """Write one message."""
    head = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    stream.write(len(head).to_bytes(LENGTH_BYTES, "big") + head)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> Message:
    """Read one message; EOFError where the other side has gone."""
    length = int.from_bytes(_exactly(stream, LENGTH_BYTES), "big")
    header: Header = json.loads(_exactly(stream, length))
    return header, [_exactly(stream, size) for size in header["blobs"]]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def limit_memory(size: int) -> None:
    """Cap the address space in bytes. Linux keeps the cap; macOS accepts it and does not."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ValueError, OSError):
        # Only the wall clock and the recycling of children are left then.
        return


def limit_processor(seconds: int) -> None:
    """Allow this many more seconds of CPU; the system ends the process (SIGXCPU) after them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def close_doors() -> None:
    """Refuse sockets and further processes for good: an audit hook cannot be taken out again."""
    closed = frozenset(CLOSED_DOORS)

    def refuse(event: str, _arguments: tuple[object, ...]) -> None:
        if event in closed:
            raise PermissionError(f"the press may not use {event}")

    sys.addaudithook(refuse)


@dataclass(slots=True)
class Engine:
    """WeasyPrint with what is dear to make and safe to keep: fonts and parsed stylesheets."""

    weasyprint: Any
    urls: Any
    fonts: Any
    stylesheets: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Engine":
        """OSError or ImportError where Pango or WeasyPrint is missing."""
        weasyprint = importlib.import_module("weasyprint")
        urls = importlib.import_module("weasyprint.urls")
        fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        return cls(weasyprint, urls, fonts)

    def fetcher(self, assets: Mapping[str, bytes]) -> Any:
        """What answers every address in a document: ``asset:`` names from memory, nothing else."""

        def fetch(url: str) -> Any:
            scheme, _, name = url.partition(":")
            if scheme != "asset" or name not in assets:
                # WeasyPrint only warns about an ordinary error, and prints on without the picture.
                raise self.urls.FatalURLFetchingError(url[:200])
            media_type = MEDIA_TYPES.get(PurePath(name).suffix, "application/octet-stream")
            return self.urls.URLFetcherResponse(url, assets[name], {"Content-Type": media_type})

        return fetch

    def stylesheet(self, text: str, fetch: Any) -> Any:
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self.stylesheets:
            if len(self.stylesheets) >= STYLESHEETS_KEPT:
                self.stylesheets.pop(next(iter(self.stylesheets)))
            self.stylesheets[key] = self.weasyprint.CSS(
                string=text, url_fetcher=fetch, font_config=self.fonts
            )
        return self.stylesheets[key]

    def print(self, header: Header, blobs: list[bytes]) -> tuple[bytes, int]:
        """The PDF and its number of pages. Dates come from the header, so equal input, equal bytes."""
        html, stylesheet = blobs[0].decode(), blobs[1].decode()
        rest = blobs[2:]
        attachment = header.get("attachment")
        attached = rest.pop() if attachment else b""
        fetch = self.fetcher(dict(zip(header["assets"], rest, strict=True)))
        made_at = datetime.fromisoformat(header["made_at"]).astimezone(UTC)
        document = self.weasyprint.HTML(string=html, url_fetcher=fetch).render(
            font_config=self.fonts,
            stylesheets=[self.stylesheet(stylesheet, fetch)],
            presentational_hints=False,
            pdf_variant="pdf/a-3a",
        )
        metadata = document.metadata
        metadata.title, metadata.lang = header["title"], header["lang"]
        metadata.created = metadata.modified = made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        if attachment:
            metadata.attachments = [self._attachment(attachment, attached)]
        return document.write_pdf(pdf_variant="pdf/a-3a"), len(document.pages)

    def _attachment(self, facts: Header, data: bytes) -> Any:
        created = datetime.fromisoformat(facts["created"]).astimezone(UTC)
        return self.weasyprint.Attachment(
            string=data,
            name=facts["name"],
            description=facts["description"],
            created=created,
            modified=created,
            relationship="Source",
        )


def answer(engine: Engine, message: Message) -> Message:
    """One document's reply: the PDF, or the reason why there is none."""
    try:
        pdf, pages = engine.print(*message)
    except engine.urls.FatalURLFetchingError as refusal:
        return {"failed": "refused", "detail": str(refusal)}, []
    except MemoryError:
        return {"failed": "memory", "detail": ""}, []
    except Exception as error:  # noqa: BLE001 - whatever a document does, the parent is told
        return {"failed": "broken", "detail": f"{type(error).__name__}: {error}"[:500]}, []
    return {"pages": pages}, [pdf]


def _listen(stream: BinaryIO, requests: "queue.SimpleQueue[Message]") -> None:
    """Read requests until the parent is gone, then end the process, whatever it is doing."""
    try:
        while True:
            requests.put(receive(stream))
    finally:
        os._exit(0)


def main() -> None:
    """Serve until standard input closes. The limits come as JSON in the first argument."""
    limits = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Anything a C library prints must not fall into the protocol.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    limit_memory(limits["memory_bytes"])
    os.nice(STEPS_BACK)
    try:
        engine = Engine.load()
    except (ImportError, OSError, AttributeError) as missing:
        send(replies, {"missing": str(missing)[:500]}, [])
        return
    close_doors()
    requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    send(replies, {"ready": True}, [])
    while True:
        message = requests.get()
        limit_processor(limits["cpu_seconds"])
        send(replies, *answer(engine, message))


if __name__ == "__main__":
    main()
