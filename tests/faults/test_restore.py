"""A backup taken under load and restored: no status index twice, nothing signed twice (SAFETY: fault 21)."""

import contextlib
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.checking import manage
from tests.faults.invariants import assert_sound, is_whole, settle
from tests.faults.portal import Portal
from tests.services import newest_postgres_programs

pytestmark = pytest.mark.faults_long
LEARNERS = 24
RESTORED = "restored"


class TestABackupTakenUnderLoad:
    def test_restored_it_gives_no_place_twice_and_signs_nothing_twice(
        self, portal: Portal, tmp_path: Path
    ) -> None:
        learners = portal.act("found", learners=LEARNERS)["learners"]
        early, meanwhile, late = learners[:6], learners[6:18], learners[18:]
        # Nothing is printed yet: the files of a backup are copied after its database, and may hold more.
        with portal.worker(queues="evaluate"), portal.beat():
            portal.act("finish", learners=early)
            with at_once(lambda: portal.act("finish", learners=meanwhile)):
                backup = back_up(portal, tmp_path / "backup")
            portal.act("finish", learners=late)
            portal.settles(120, lambda state: state["certificates"] == LEARNERS and not state["unsigned"])
        lost = portal.act("handed_out")

        with contextlib.closing(restore(portal, backup, tmp_path / "again")) as restored:
            kept = restored.act("handed_out")
            assert manage(restored, "after_restore").returncode == 0
            with restored.worker(), restored.beat():
                restored.act("finish", learners=learners)
                settle(restored)
                seen = restored.act("state")
            after = restored.act("handed_out")

            assert_nothing_twice(lost, kept, after)
            assert is_whole(LEARNERS, seen)
            assert assert_sound(restored) == LEARNERS * 3


def assert_nothing_twice(
    lost: dict[str, dict[str, str]], kept: dict[str, dict[str, str]], after: dict[str, dict[str, str]]
) -> None:
    """`lost` is all there was before the disaster, `kept` what the backup held, `after` what is there now."""
    gone, new = lost["places"].keys() - kept["places"].keys(), after["places"].keys() - kept["places"].keys()
    assert kept["places"], "the backup holds nothing"
    assert gone, "nothing was issued after the backup"
    assert new, "nothing was issued after the restore"
    assert {lost["places"][one] for one in gone} & {after["places"][one] for one in new} == set()
    old_lists = {place.split()[0] for place in lost["places"].values()}
    assert {after["places"][one].split()[0] for one in new} & old_lists == set()
    both = lost["signed"].keys() & after["signed"].keys()
    assert {one: lost["signed"][one] for one in both} == {one: after["signed"][one] for one in both}


@contextmanager
def at_once(act: Callable[[], object]) -> Iterator[None]:
    """Do `act` while the block runs."""
    busy = threading.Thread(target=act)
    busy.start()
    try:
        yield
    finally:
        busy.join()


def back_up(portal: Portal, folder: Path) -> Path:
    """As docs/operations.md says: the database while it runs, then the files."""
    folder.mkdir()
    kept = folder / "database"
    if portal.environment["DATABASE_URL"].startswith("sqlite"):
        with (
            contextlib.closing(sqlite3.connect(portal.folder / "portal.sqlite3")) as source,
            contextlib.closing(sqlite3.connect(kept)) as copy,
        ):
            source.backup(copy)
    else:
        run("pg_dump", "-Fc", "--file", str(kept), portal.environment["DATABASE_URL"])
    shutil.copytree(portal.folder / "media", folder / "media")
    return folder


def restore(portal: Portal, backup: Path, folder: Path) -> Portal:
    """Another installation, of nothing but the backup."""
    folder.mkdir()
    shutil.copytree(backup / "media", folder / "media")
    address = portal.environment["DATABASE_URL"]
    broker = portal.environment["CELERY_BROKER_URL"]
    if address.startswith("sqlite"):
        shutil.copy(backup / "database", folder / "portal.sqlite3")
        return Portal(folder, broker_url=broker, is_restored=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {RESTORED}")
    beside = f"{address.rpartition('/')[0]}/{RESTORED}"
    run("pg_restore", "--exit-on-error", "--dbname", beside, str(backup / "database"))
    return Portal(folder, database_url=beside, broker_url=broker, is_restored=True)


def run(program: str, *arguments: str) -> None:
    command = [str(newest_postgres_programs() / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
