"""Our verifier and one that shares no line with it, asked about the same good and tampered files."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from credentials.openbadges.baking import bake_png, bake_svg
from credentials.openbadges.containers import OPENERS, pdf
from credentials.openbadges.documents import to_bytes
from credentials.openbadges.folder import documents_in
from credentials.openbadges.keys import did_document
from credentials.openbadges.text import instant
from credentials.openbadges.verifying import verify
from tests.standards.independent import Verifier, needs_verifier, verifier
from tests.standards.institution import DID, KEY, LATER, PLACE, signed_credential, status_list
from tests.standards.test_containers import SVG, paper, picture, text
from tests.standards.test_foreign import ED_2020, KEYS, SUITES, badge, proven

__all__ = ["verifier"]
pytestmark = needs_verifier


def changed(change: Callable[[dict[str, Any]], Any]) -> bytes:
    document = json.loads(signed_credential())
    change(document)
    return to_bytes(document)


def in_2020() -> bytes:
    contexts = [*json.loads(signed_credential())["@context"], ED_2020]
    return to_bytes(proven(badge(**{"@context": contexts}), {"type": "Ed25519Signature2020"}))


def pasted(document: dict[str, Any]) -> None:
    document["proof"] = proven(badge(name="Something else"), SUITES[0][0])["proof"]


GOOD: dict[str, Callable[[], bytes]] = {
    "json": signed_credential,
    "png": lambda: bake_png(picture(), signed_credential()),
    "svg": lambda: bake_svg(SVG, signed_credential()),
    "pdf": lambda: paper(("credential.json", signed_credential())),
    "p256": lambda: to_bytes(proven(badge(), SUITES[2][0], "p256")),
    "2020": in_2020,
}
BAD: dict[str, Callable[[], bytes]] = {
    "word": lambda: signed_credential().replace(b"Awarded for a plan", b"Awarded for the plan"),
    "date": lambda: changed(lambda badge: badge.update(validUntil="2036-11-21T12:00:00Z")),
    "field": lambda: changed(lambda badge: badge["credentialSubject"].update(grade="A+")),
    "pasted": lambda: changed(pasted),
    "no proof": lambda: changed(lambda badge: badge.update(proof=[])),
    "twice": lambda: picture(text(signed_credential()), text(signed_credential())),
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    host = tmp_path / "portal.example"
    (host / ".well-known").mkdir(parents=True)
    document = did_document(DID, [KEY.multikey, KEYS["p256"][0]])
    (host / ".well-known" / "did.json").write_bytes(to_bytes(document))
    (host / "status").mkdir()
    (host / "status" / "r1.json").write_bytes(to_bytes(status_list()))
    return tmp_path


def judged(data: bytes, published: Path, independent: Verifier) -> tuple[str, bool, dict[str, Any]]:
    """Our verdict, whether the other one passes it, and what it says."""
    file = published / "file"
    file.write_bytes(data)
    options = ("--documents", str(published), "--profile", "verify", "--at", instant(LATER))
    theirs = independent.checks(file, *options)
    ours = verify(
        data,
        at=LATER,
        documents=documents_in(published),
        known_issuers={DID},
        openers={**OPENERS, "pdf": pdf.carried},
    )
    return ours.verdict, bool(theirs["SUMMARY"]["ok"]), theirs


class TestBothVerifiers:
    @pytest.mark.parametrize("name", GOOD)
    def test_accept_what_is_good(self, name: str, published: Path, verifier: Verifier) -> None:
        ours, passes, theirs = judged(GOOD[name](), published, verifier)

        assert (ours, passes) == ("valid", True), theirs

    @pytest.mark.parametrize("name", BAD)
    def test_refuse_what_was_tampered_with(self, name: str, published: Path, verifier: Verifier) -> None:
        ours, passes, theirs = judged(BAD[name](), published, verifier)

        assert (ours, passes) == ("not_recognised", False), theirs

    def test_refuse_what_was_revoked(self, published: Path, verifier: Verifier) -> None:
        (published / "portal.example" / "status" / "r1.json").write_bytes(to_bytes(status_list((PLACE,))))

        ours, passes, theirs = judged(signed_credential(), published, verifier)

        assert (ours, passes, theirs["SUMMARY"]["failed"]) == ("revoked", False, ["status"])

    def test_refuse_what_has_ended(self, published: Path, verifier: Verifier) -> None:
        over = signed_credential(valid_until=LATER - timedelta(seconds=1))

        ours, passes, _ = judged(over, published, verifier)

        assert (ours, passes) == ("expired", False)
