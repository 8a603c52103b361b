"""The verifier that shares no line with us, of the documents beside this project."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.standards.institution import SHARED

VERIFIER = SHARED / "tools" / "verify-credential"

needs_verifier = [
    pytest.mark.skipif(not VERIFIER.is_dir(), reason="the independent verifier is not here"),
    pytest.mark.skipif(shutil.which("node") is None or shutil.which("npm") is None, reason="Node is missing"),
]


@dataclass(frozen=True)
class Verifier:
    """The installed tool."""

    script: Path

    def checks(self, file: Path, *options: str) -> dict[str, dict[str, Any]]:
        """What it says of a file: its named checks, SUMMARY among them."""
        told = subprocess.run(
            [
                shutil.which("node") or "node",
                self.script,
                file,
                "--standards",
                SHARED / "standards",
                *options,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        checks = [json.loads(line) for line in told.stdout.splitlines()]
        assert checks, told.stderr
        return {check["check"]: check for check in checks}


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """A copy of it with its libraries, as its lock file names them."""
    folder = tmp_path_factory.mktemp("verifier") / "tool"
    shutil.copytree(VERIFIER, folder, ignore=shutil.ignore_patterns("node_modules"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    installed = subprocess.run(
        [
            shutil.which("npm") or "npm",
            "ci",
            "--omit=optional",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"the verifier's libraries cannot be installed here: {installed.stderr[-200:]}")
    return Verifier(folder / "verify.mjs")
