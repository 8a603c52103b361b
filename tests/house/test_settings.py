"""Settings: each is documented with an example, and nothing else is."""

import ast
import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, parsed, text_of

LINE = re.compile(r"^#?(?P<name>[A-Z][A-Z0-9_]+)=(?P<value>.*)$")


def read_by_the_settings() -> set[str]:
    """The names that config/settings.py asks the environment for."""
    asked = set()
    for node in ast.walk(parsed(Path("config/settings.py"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "setting",
            "env",
            "env.str",
            "env.bool",
            "env.int",
        }:
            name = node.args[0]
            if isinstance(name, ast.Constant):
                asked.add(str(name.value))
    return asked


def documented() -> dict[str, str]:
    """Name and value of each line of .env.example, in use or not."""
    matches = (LINE.match(line) for line in text_of(".env.example").splitlines())
    return {found["name"]: found["value"] for found in matches if found}


def test_every_setting_is_documented_and_nothing_more() -> None:
    assert "PORTAL_URL" in read_by_the_settings()

    assert documented().keys() == read_by_the_settings()


def test_each_has_its_meaning_above_it() -> None:
    lines = text_of(".env.example").splitlines()
    named = [number for number, line in enumerate(lines) if LINE.match(line)]

    for number in named:
        above = lines[number - 1]
        assert above.startswith("# "), f"{lines[number]} has no line of explanation"
        assert not above.startswith("# ---"), f"{lines[number]} has no line of explanation"


def test_the_examples_start_a_portal_once_the_secrets_are_filled_in(tmp_path: Path) -> None:
    filled = {
        **documented(),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "KEY_WRAPPING_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "VAR_DIR": str(tmp_path),
    }
    started = subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.PORTAL_URL, s.EMAIL_HOST, s.LOG_LEVEL)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **filled},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.stderr == ""
    assert started.stdout.split() == ["https://badges.example.edu", "mail.example.edu", "INFO"]
