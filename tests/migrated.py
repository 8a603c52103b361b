"""A migrated database, made once in a run and copied: migrating is most of what a new portal begins with.

A run of several processes or stages shares it by naming a folder in MIGRATED_DIR, as .ci/test does.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.db.backends.base.base import BaseDatabaseWrapper

from tests.services import newest_postgres_programs


def make_new(address: str, migrate: Callable[[], object]) -> None:
    """Fill the empty database at `address` as `migrate` would; the first one of each kind is migrated."""
    if urlsplit(address).scheme == "sqlite":
        with contextlib.closing(sqlite3.connect(urlsplit(address).path)) as file:
            _make_sqlite(file, migrate)
    else:
        _make_postgres(address, migrate)


def make_test_database(connection: BaseDatabaseWrapper, migrate: Callable[[], object]) -> None:
    """The same for the empty database that Django has just made for the tests of this process."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _make_sqlite(connection.connection, migrate)
    else:
        given = connection.settings_dict
        connection.close()
        _make_postgres(f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}", migrate)


def _make_sqlite(database: sqlite3.Connection, migrate: Callable[[], object]) -> None:
    def save(kept: Path) -> None:
        with contextlib.closing(sqlite3.connect(kept)) as copy:
            database.backup(copy)

    def load(kept: Path) -> None:
        with contextlib.closing(sqlite3.connect(kept)) as copy:
            copy.backup(database)

    _make("sqlite", migrate, save, load)


def _make_postgres(address: str, migrate: Callable[[], object]) -> None:
    _make(
        "postgres",
        migrate,
        lambda kept: _run("pg_dump", "-Fc", "--file", str(kept), address),
        lambda kept: _run("pg_restore", "--exit-on-error", "--dbname", address, str(kept)),
    )


def _make(
    kind: str, migrate: Callable[[], object], save: Callable[[Path], None], load: Callable[[Path], None]
) -> None:
    kept = _folder() / kind
    # One process at a time; whoever comes second finds it made.
    with kept.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            migrate()
            unfinished = kept.with_suffix(".new")
            save(unfinished)
            unfinished.rename(kept)
            return
    load(kept)


@cache
def _folder() -> Path:
    if named := os.environ.get("MIGRATED_DIR"):
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    folder = Path(tempfile.mkdtemp(prefix="tessera-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _run(program: str, *arguments: str) -> None:
    subprocess.run([str(newest_postgres_programs() / program), *arguments], check=True, timeout=120)
