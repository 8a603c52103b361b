"""A migrated database, made once in a run and copied: migrating is most of what a fault test begins with."""

import atexit
import contextlib
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.services import newest_postgres_programs


def make_new(address: str, migrate: Callable[[], None]) -> None:
    """Fill the empty database at `address` as `migrate` would; the first one of each kind is migrated."""
    is_sqlite = urlsplit(address).scheme == "sqlite"
    save, load = (_save_sqlite, _load_sqlite) if is_sqlite else (_save_postgres, _load_postgres)
    kept = _folder() / save.__name__
    if kept.exists():
        load(address, kept)
        return
    migrate()
    save(address, kept)


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="tessera-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _save_sqlite(address: str, kept: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(urlsplit(address).path)) as source,
        contextlib.closing(sqlite3.connect(kept)) as copy,
    ):
        source.backup(copy)


def _load_sqlite(address: str, kept: Path) -> None:
    shutil.copy(kept, urlsplit(address).path)


def _save_postgres(address: str, kept: Path) -> None:
    _run("pg_dump", "-Fc", "--file", str(kept), address)


def _load_postgres(address: str, kept: Path) -> None:
    _run("pg_restore", "--exit-on-error", "--dbname", address, str(kept))


def _run(program: str, *arguments: str) -> None:
    subprocess.run([str(newest_postgres_programs() / program), *arguments], check=True, timeout=120)
