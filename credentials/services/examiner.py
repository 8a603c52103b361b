"""The child that reads one stranger's file and judges it, within limits and without any way out.

It knows nothing of Django or of our database: whatever it must know it asks of its parent, by message, and
is told or not. The messages are those of the press. It answers one file and ends.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials.openbadges.containers import OPENERS, pdf
from credentials.openbadges.report import LedgerState
from credentials.openbadges.verifying import verify
from credentials.services.press import (
    Header,
    close_doors,
    limit_memory,
    limit_processor,
    receive,
    send,
)


class Parent:
    """What the child may know, asked one question at a time."""

    def __init__(self) -> None:
        # Anything a library prints must not fall into the protocol.
        self._out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def errand(self) -> tuple[Header, bytes]:
        header, blobs = receive(sys.stdin.buffer)
        return header, blobs[0]

    def document(self, address: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._ask({"ask": "document", "of": address})
        return found

    def twin(self, address: str) -> str | None:
        found: str | None = self._ask({"ask": "twin", "of": address})
        return found

    def __contains__(self, issuer: object) -> bool:
        return bool(self._ask({"ask": "known", "of": str(issuer)}))

    def ledger(self, data: bytes, document: Mapping[str, Any]) -> LedgerState | None:
        told = self._ask({"ask": "ledger"}, [data, json.dumps(document).encode()])
        return LedgerState.from_json(told) if told is not None else None

    def tell(self, report: dict[str, Any]) -> None:
        send(self._out, {"report": True}, [json.dumps(report).encode()])

    def fail(self, why: str) -> None:
        send(self._out, {"failed": why}, [])

    def _ask(self, question: Header, blobs: list[bytes] | None = None) -> Any:
        send(self._out, question, blobs or [])
        _, answer = receive(sys.stdin.buffer)
        return json.loads(answer[0])


def main() -> None:
    """The limits come as JSON in the first argument."""
    limits = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = Parent()
    errand, data = parent.errand()
    limit_memory(limits["memory_bytes"])
    limit_processor(limits["cpu_seconds"])
    close_doors()
    try:
        report = verify(
            data,
            at=datetime.fromisoformat(errand["at"]),
            today=datetime.fromisoformat(errand["today"]),
            documents=parent.document,
            known_issuers=parent,
            ledger=parent.ledger,
            known_only=errand["known_only"],
            twin_of=parent.twin,
            openers={**OPENERS, "pdf": pdf.carried},
        )
        parent.tell(report.packed())
    except MemoryError:
        parent.fail("memory")
