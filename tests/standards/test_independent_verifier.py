"""What we sign, judged by a verifier that shares no line with us: published npm libraries under Node."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from credentials.openbadges.documents import to_bytes
from credentials.openbadges.keys import did_document
from credentials.openbadges.text import instant
from tests.standards.institution import (
    DID,
    KEY,
    LATER,
    PLACE,
    SHARED,
    signed_credential,
    status_list,
)

VERIFIER = SHARED / "tools" / "verify-credential"

pytestmark = [
    pytest.mark.skipif(not VERIFIER.is_dir(), reason="the independent verifier is not here"),
    pytest.mark.skipif(shutil.which("node") is None or shutil.which("npm") is None, reason="Node is missing"),
]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verifier") / "tool"
    shutil.copytree(VERIFIER, folder, ignore=shutil.ignore_patterns("node_modules"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    installed = subprocess.run(
        [shutil.which("npm") or "npm", "ci", "--omit=optional", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"the verifier's libraries cannot be installed here: {installed.stderr[-200:]}")
    return folder / "verify.mjs"


def judge(verifier: Path, folder: Path, data: bytes, at: str) -> dict[str, dict[str, object]]:
    """The named checks the verifier prints about these bytes, its SUMMARY among them."""
    credential = folder / "credential.json"
    credential.write_bytes(data)
    options = ["--documents", str(folder), "--standards", str(SHARED / "standards"), "--at", at]
    told = subprocess.run(
        [shutil.which("node") or "node", str(verifier), str(credential), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    checks = [json.loads(line) for line in told.stdout.splitlines()]
    return {check["check"]: check for check in checks}


def publish(folder: Path, *, set_bits: tuple[int, ...] = ()) -> None:
    host = folder / "portal.example"
    (host / ".well-known").mkdir(parents=True)
    (host / ".well-known" / "did.json").write_bytes(to_bytes(did_document(DID, [KEY.multikey])))
    (host / "status").mkdir()
    (host / "status" / "r1.json").write_bytes(to_bytes(status_list(set_bits)))


class TestWhatWeIssue:
    def test_passes_every_rule_of_an_independent_verifier(self, verifier: Path, tmp_path: Path) -> None:
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

    def test_fails_there_once_it_is_revoked(self, verifier: Path, tmp_path: Path) -> None:
        publish(tmp_path, set_bits=(PLACE,))

        checks = judge(verifier, tmp_path, signed_credential(), instant(LATER))

        assert checks["SUMMARY"]["failed"] == ["status"]

    def test_fails_there_once_a_word_is_changed(self, verifier: Path, tmp_path: Path) -> None:
        publish(tmp_path)
        forged = signed_credential().replace(b"Awarded for a plan", b"Awarded for the plan")

        checks = judge(verifier, tmp_path, forged, instant(LATER + timedelta(days=1)))

        assert checks["SUMMARY"]["failed"] == ["proof"]
