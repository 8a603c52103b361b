"""What we sign, judged by a verifier that shares no line with us: published npm libraries under Node."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from credentials.openbadges.documents import to_bytes
from credentials.openbadges.keys import did_document
from credentials.openbadges.text import instant
from tests.standards.independent import Verifier, needs_verifier, verifier
from tests.standards.institution import (
    DID,
    KEY,
    LATER,
    PLACE,
    signed_credential,
    status_list,
)

__all__ = ["verifier"]

pytestmark = needs_verifier


def judge(verifier: Verifier, folder: Path, data: bytes, at: str) -> dict[str, dict[str, Any]]:
    """What the verifier says of these bytes at that moment, with what is published in `folder`."""
    credential = folder / "credential.json"
    credential.write_bytes(data)
    return verifier.checks(credential, "--documents", str(folder), "--at", at)


def publish(folder: Path, *, set_bits: tuple[int, ...] = ()) -> None:
    host = folder / "portal.example"
    (host / ".well-known").mkdir(parents=True)
    (host / ".well-known" / "did.json").write_bytes(to_bytes(did_document(DID, [KEY.multikey])))
    (host / "status").mkdir()
    (host / "status" / "r1.json").write_bytes(to_bytes(status_list(set_bits)))


class TestWhatWeIssue:
    def test_passes_every_rule_of_an_independent_verifier(self, verifier: Verifier, tmp_path: Path) -> None:
        publish(tmp_path)

        checks = judge(verifier, tmp_path, signed_credential(), instant(LATER))

        assert checks["SUMMARY"]["ok"] is True, checks
        assert {
            "schema-strict",
            "schema-compact",
            "subject-identified",
            "jsonld-safe",
            "same-under-both-3.0.3-contexts",
            "proof",
            "dates",
            "status",
        } <= checks.keys()

    def test_fails_there_once_it_is_revoked(self, verifier: Verifier, tmp_path: Path) -> None:
        publish(tmp_path, set_bits=(PLACE,))

        checks = judge(verifier, tmp_path, signed_credential(), instant(LATER))

        assert checks["SUMMARY"]["failed"] == ["status"]

    def test_fails_there_once_a_word_is_changed(self, verifier: Verifier, tmp_path: Path) -> None:
        publish(tmp_path)
        forged = signed_credential().replace(b"Awarded for a plan", b"Awarded for the plan")

        checks = judge(verifier, tmp_path, forged, instant(LATER + timedelta(days=1)))

        assert checks["SUMMARY"]["failed"] == ["proof"]
