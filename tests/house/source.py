"""Reads the project's own files for the tests of the house: what is tracked, and what its Python says."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "credentials", "pathways", "assessments", "learners")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, by its path in it: tracked, or new and not ignored."""
    asked = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    # A copy without its repository, such as an unpacked archive: then whatever of the project lies there.
    found = [Path(name) for name in listed if name] or [
        path.relative_to(ROOT)
        for folder in (*APPS, "tests", "templates")
        for path in (ROOT / folder).rglob("*.*")
    ]
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def modules(*folders: str) -> Iterator[Path]:
    """The Python files below these top-level folders; migrations are made, not written."""
    for path in files():
        if path.suffix == ".py" and path.parts[0] in folders and "migrations" not in path.parts:
            yield path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
