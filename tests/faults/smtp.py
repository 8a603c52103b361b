"""A mail server of the test's own, which it may stop, slow down and make refuse; it remembers everything."""

import socketserver
import threading
import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from types import TracebackType
from typing import Self

from tests.services import free_port


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was accepted: from then on it is the server's to deliver."""

    to: str
    message_id: str
    subject: str


class MailServer:
    """Set `delay` (seconds before each answer), `is_closed` (421 to everybody) and `refusals` as it runs."""

    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[Letter] = []
        self.calls: list[float] = []  # when somebody connected, by the monotonic clock
        self.delay = 0.0
        self.is_closed = False
        self.refusals: dict[str, str] = {}  # address -> answer, as "550 no such mailbox"
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Conversation)
        self._server.owner = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Nobody listens any more: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def times(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(letter.message_id for letter in self.letters)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    owner: MailServer


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        owner = self.server.owner
        owner.calls.append(time.monotonic())
        if owner.is_closed:
            self._say("421 closed for the moment")
            return
        self._say("220 mail.example")
        to = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            match line.split(":")[0].split(" ")[0].upper():
                case "RCPT":
                    to = line.partition("<")[2].rstrip(">")
                    self._say(owner.refusals.get(to, "250 fine"))
                case "DATA":
                    self._say("354 go on")
                    letter = message_from_bytes(self._message())
                    owner.letters.append(Letter(to, letter["Message-ID"], letter["Subject"]))
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    def _say(self, answer: str) -> None:
        time.sleep(self.server.owner.delay)
        self.wfile.write(f"{answer}\r\n".encode())

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)
