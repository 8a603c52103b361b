"""The limited child: a hostile file costs what it may and no more, reaches nothing, and gets an answer."""

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest

from credentials.openbadges import proofs
from credentials.openbadges.baking import bake_png, bake_svg
from credentials.openbadges.documents import open_badge_credential, to_bytes
from credentials.openbadges.report import LedgerState, Report
from credentials.services import examining
from credentials.services.examining import Answers, Limits, examine
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    METHOD,
    PLACE,
    credential,
    published,
    signed_credential,
    status_list,
)
from tests.standards.test_containers import SVG, bomb, paper, picture, text

SMALL = Limits(memory_bytes=300 * 1024 * 1024, cpu_seconds=1, wall_seconds=3)


def examined(data: bytes, *, limits: Limits = examining.USUAL, **answers: Any) -> Report:
    told: dict[str, Any] = {"documents": published(), "known_issuers": {DID}, **answers}
    return examine(data=data, at=LATER, today=LATER, answers=Answers(**told), known_only=True, limits=limits)


def resigned(**changes: Any) -> bytes:
    """A document no guard would sign, signed all the same."""
    document = {**open_badge_credential(credential()), **changes}
    options = proofs.proof_options(verification_method=METHOD, created=AWARD_DAY)
    value = proofs.proof_value(document, options, private_key=KEY.private_bytes)
    return to_bytes({**document, "proof": [{**options, "proofValue": value}]})


class TestHonestFile:
    @pytest.mark.parametrize("kind", ["json", "png", "svg", "pdf"])
    def test_is_valid_in_every_container(self, kind: str) -> None:
        data = signed_credential()
        files = {
            "json": data,
            "png": bake_png(picture(), data),
            "svg": bake_svg(SVG, data),
            "pdf": paper(("credential.json", data)),
        }

        report = examined(files[kind])

        assert (report.verdict, report.container) == ("valid", kind)
        assert report.document == report.shown == json.loads(data)

    def test_is_told_as_it_would_be_here(self) -> None:
        revoked = published(revocation=status_list((PLACE,)))

        report = examined(signed_credential(), documents=revoked)

        assert (report.verdict, report.state("status")) == ("revoked", "failed")
        assert Report.unpacked(report.packed()) == report

    def test_our_ledger_is_asked_for_the_very_bytes(self) -> None:
        data = signed_credential()
        asked: list[bytes] = []

        def ledger(carried: bytes, document: Any) -> LedgerState:
            asked.append(carried)
            return LedgerState(revoked_at=AWARD_DAY + timedelta(days=1))

        report = examined(bake_png(picture(), data), ledger=ledger)

        assert report.verdict == "revoked"
        assert asked == [data]


class TestHostileFile:
    @pytest.mark.parametrize(
        "data",
        [
            b'{"a":' * 40_000,
            b"[" * 250_000,
            b'{"a": ' + b"9" * 250_000 + b"}",
            b'{"a": 1e' + b"9" * 250_000 + b"}",
            b'{"a": "' + b'\\"' * 120_000,
            b"{" + b",".join(b'"%d": 1' % n for n in range(20_000)) + b"}",
            b"%PDF-1.7\n" + b"1 0 obj<<" * 100_000,
            b"%PDF-1.7\n" + b"%" * 1_000_000,
            b"<svg>" + b"<g>" * 1_000_000,
            b"<svg " + b"".join(b'a%d="1" ' % n for n in range(100_000)) + b"/>",
            picture(text(zlib.compress(b"\0" * 50_000_000), flags=b"\1\0")),
            b"a" * 4_900_000 + b".b.c",
            b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IHDR" * 100_000,
            b"",
        ],
        ids=lambda data: f"{data[:24]!r}-{len(data)}",
    )
    def test_is_answered_and_never_valid(self, data: bytes) -> None:
        report = examined(data)

        assert report.verdict in ("not_recognised", "cannot_check")
        assert report.checks[0].detail

    def test_pdf_that_inflates_without_end_stays_within_the_childs_memory(self) -> None:
        assert examined(bomb()).verdict == "cannot_check"

    def test_knot_of_look_alikes_is_left_open(self) -> None:
        knot: dict[str, Any] = {"type": ["Profile"]}
        for _ in range(5):
            knot = {"type": ["Profile"], "parentOrg": [knot] * 3}
        document = json.loads(signed_credential())
        document |= {"type": ["VerifiableCredential"], "credentialSubject": knot, "credentialSchema": []}

        assert examined(to_bytes(document)).verdict == "cannot_check"

    def test_that_only_repeats_itself_is_still_read(self) -> None:
        twins = [{"type": ["Evidence"], "name": "same", "narrative": str(n % 2)} for n in range(900)]

        assert examined(resigned(evidence=twins)).verdict == "valid"

    def test_that_takes_too_much_processor_ends_with_its_child(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(examining, "BEGIN", _endless("while True: pass"))

        report = examined(signed_credential(), limits=Limits(cpu_seconds=1, wall_seconds=20))

        assert (report.verdict, report.container) == ("cannot_check", "json")
        assert "more time or memory" in report.checks[0].detail

    def test_that_never_answers_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(examining, "BEGIN", _endless("time.sleep(60)"))

        assert examined(signed_credential(), limits=Limits(wall_seconds=1.0)).verdict == "cannot_check"

    def test_that_takes_too_much_memory_is_refused_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            examining, "BEGIN", _endless("x = bytearray(1 << 31); send(out, {'report': 1}, [])")
        )

        assert examined(signed_credential()).verdict == "cannot_check"

    @pytest.mark.parametrize(
        "act",
        [
            "import socket; socket.socket()",
            "import socket; socket.getaddrinfo('localhost', 80)",
            "import subprocess; subprocess.run(['true'])",
            "import os; os.system('true')",
            "import os; os.fork()",
        ],
    )
    def test_child_has_no_way_out(self, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
        told = f"""
try:
    {act}
except PermissionError:
    send(out, {{'ask': 'twin', 'of': 'refused'}}, [])
"""
        monkeypatch.setattr(examining, "BEGIN", _endless(told))
        asked: list[str] = []

        examined(signed_credential(), twin_of=lambda address: asked.append(address))

        assert asked == ["refused"]

    def test_child_that_asks_without_end_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = "\nwhile True:\n    send(out, {'ask': 'twin', 'of': 'x'}, [])\n    receive(sys.stdin.buffer)"
        monkeypatch.setattr(examining, "BEGIN", _endless(told))
        asked: list[str] = []

        report = examined(signed_credential(), twin_of=lambda address: asked.append(address))

        assert report.verdict == "cannot_check"
        assert len(asked) == examining.MOST_QUESTIONS

    def test_many_at_once_wait_and_are_told_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(examining, "PATIENCE_SECONDS", 0.05)
        for _ in range(examining.CHILDREN_AT_ONCE):
            examining._free.acquire()
        try:
            report = examined(signed_credential())
        finally:
            for _ in range(examining.CHILDREN_AT_ONCE):
                examining._free.release()

        assert (report.verdict, report.checks[0].state) == ("cannot_check", "not_checked")
        assert examined(signed_credential()).verdict == "valid"


def _endless(act: str) -> str:
    """A child that keeps our limits and then does something else."""
    return f"""
import json, sys, time
sys.path.insert(0, sys.argv.pop(1))
from credentials.services.press import *
limits = json.loads(sys.argv[1])
receive(sys.stdin.buffer)
limit_memory(limits["memory_bytes"]); limit_processor(limits["cpu_seconds"]); close_doors()
out = sys.stdout.buffer
{act}
"""


INSIDE = (
    "https://127.0.0.1/",
    "https://localhost:8000/admin/",
    "http://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://10.0.0.1/status",
    "file:///etc/passwd",
    "did:web:127.0.0.1%3A8000",
    "did:web:localhost",
    "https://portal.example@127.0.0.1/",
)


class TestNoRequestIsEverMade:
    """pytest-socket and the child's own doors would both end a test that opened a connection."""

    @pytest.mark.parametrize("address", INSIDE)
    def test_to_an_address_in_a_status(self, address: str) -> None:
        entry = {
            "id": f"{address}#1",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": address,
        }

        report = examined(resigned(credentialStatus=entry))

        assert report.verdict in ("cannot_check", "not_recognised")

    @pytest.mark.parametrize("address", INSIDE)
    def test_to_an_address_that_calls_itself_issuer(self, address: str) -> None:
        issuer = {**open_badge_credential(credential())["issuer"], "id": address}
        document = json.loads(resigned(issuer=issuer))
        document["proof"][0]["verificationMethod"] = f"{address}#key"

        assert examined(to_bytes(document)).verdict in ("cannot_check", "not_recognised")

    def test_for_an_unknown_context(self) -> None:
        document = json.loads(signed_credential())
        document["@context"].append("http://127.0.0.1/context.json")

        assert examined(to_bytes(document)).verdict == "cannot_check"
