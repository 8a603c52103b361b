"""Hands never write: a view, an admin page, an API endpoint or a task asks a service to."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.source import APPS, modules, parsed

HANDS = {"views", "admin", "api", "tasks"}
WRITES = ("save", "create", "update", "delete", "get_or_create", "update_or_create")
# What looks like a write and is none, or is one of a draft: "path:function": why.
ALLOWED: Mapping[str, str] = {}


def is_of_the_hands(path: Path) -> bool:
    return path.parts[0] in APPS and bool({path.parts[1].removesuffix(".py")} & HANDS)


def writes_in(path: Path) -> Iterator[tuple[str, int, str]]:
    """(place, line, call) of each call in this module that would write a row."""
    for function in ast.walk(parsed(path)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                if name in WRITES or name.startswith("bulk_"):
                    yield f"{path.as_posix()}:{function.name}", node.lineno, ast.unparse(node.func)


def test_hands_write_no_rows() -> None:
    found = [
        f"{place} (line {line}): {call}()"
        for path in modules(*APPS)
        if is_of_the_hands(path)
        for place, line, call in writes_in(path)
        if place not in ALLOWED
    ]

    assert found == []


def test_every_exception_is_still_needed() -> None:
    places = {
        place for path in modules(*APPS) if is_of_the_hands(path) for place, _line, _call in writes_in(path)
    }

    assert set(ALLOWED) <= places


def test_a_write_in_a_view_would_be_found(tmp_path: Path) -> None:
    view = tmp_path / "views.py"
    view.write_text("def grade(request):\n    Credential.objects.filter(pk=1).update(state='revoked')\n")

    assert [call for _place, _line, call in writes_in(view)] == ["Credential.objects.filter(pk=1).update"]
