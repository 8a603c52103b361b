"""Habits that no linter knows: no signals, one door for markup we vouch for, nothing of anybody's machine."""

import ast
import re
from pathlib import Path

import pytest
from django.db import connection

from assessments.models import triggers as of_grades
from credentials.models import triggers
from tests.house.source import APPS, ROOT, files, modules, parsed, text_of

# Celery's own hook for its logging is the library's, not news between our apps.
SIGNALS = {"django.dispatch", "django.db.models.signals", "django.core.signals"}
# Reviewed: draws squares from numbers, whatever the text it is given.
VOUCHES_FOR_MARKUP = {"credentials/templatetags/codes.py"}
# Help texts are written in our forms, and Django's own list of password rules is markup.
TRUSTING_TEMPLATES = {"templates/components/field.html"}
MARKUP = {"mark_safe", "SafeString", "SafeText", "html_safe"}
# Written in two parts, so that this file does not name them.
ELSEWHERE = re.compile(
    "|".join((r"/ro" r"ot/", r"/ho" r"me/[a-z]", r"/Us" r"ers/[a-z]", r"index-" r"url", r"extra-" r"index"))
)
BINARY = {".png", ".jpg", ".woff2", ".ttf", ".otf", ".pdf", ".ico", ".zip", ".mo"}


def imports_of(path: Path) -> set[str]:
    """Every module and name this file imports, dotted."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_signals() -> None:
    assert [str(path) for path in modules(*APPS) if imports_of(path) & SIGNALS] == []


def test_markup_is_vouched_for_in_one_place() -> None:
    vouching = {
        path.as_posix()
        for path in modules(*APPS)
        if {name.rpartition(".")[2] for name in imports_of(path)} & MARKUP
    }

    assert vouching == VOUCHES_FOR_MARKUP


def test_no_template_turns_escaping_off() -> None:
    trusting = {
        path.as_posix()
        for path in files()
        if path.parts[0] == "templates"
        and re.search(r"\|\s*safe(seq)?\b|autoescape\s+off", text_of(path.as_posix()))
        and path.suffix == ".html"
    }

    assert trusting == TRUSTING_TEMPLATES


def test_nothing_of_anybody_s_machine_is_tracked() -> None:
    found = []
    for path in files():
        if path.suffix not in BINARY:
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            found += [f"{path}: {match.group()}" for match in ELSEWHERE.finditer(text)]

    assert found == []


@pytest.mark.django_db
def test_every_trigger_stands_in_the_database() -> None:
    assert triggers.missing(connection) == []
    assert triggers.missing(connection, of_grades.TRIGGERS) == []
