"""Files: no half one, none without its row, and a page that eats memory alone (SAFETY: faults 5, 6, 19)."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest

from tests.faults.invariants import assert_once, assert_sound, settle
from tests.faults.portal import Portal
from tests.faults.test_killed import wait_for_death

pytestmark = pytest.mark.faults_long


class TestKilledBeforeTheRename:
    LEARNERS = 3

    def test_leaves_no_half_certificate(self, portal: Portal) -> None:
        learners = portal.act("found", learners=self.LEARNERS)["learners"]
        with portal.worker(dies_at=["before_rename"]) as doomed:
            portal.act("finish", learners=learners)
            wait_for_death(doomed, 90)
        left = portal.act("state")
        misfits = portal.act("misfits")["certificate files"]

        with portal.worker(), portal.beat():
            healed_after = settle(portal)

        print(f"healed after {healed_after:.0f} s")
        assert left["half_files"] >= 1  # it was killed between writing and renaming
        assert all(name.startswith("certificates/.") for name in misfits)  # under no certificate's name
        assert_once(self.LEARNERS, portal.act("state"))
        assert_sound(portal)


@pytest.mark.faults_quiet
class TestPageThatEatsMemory:
    HUNGRY = 2
    # Every other one beside the pages that eat memory, so that both meet the same machine; the first one,
    # in which every process does its work for the first time, counts for neither.
    ROUNDS = 17
    BATCH = 15  # learners a round
    EVERY = 0.4
    TOLERANCE = 1.2

    def test_is_stuck_with_its_reason_and_the_other_queues_do_not_notice(self, portal: Portal) -> None:
        everybody = portal.act("found", learners=self.ROUNDS * self.BATCH)["learners"]
        portal.act("set_hungry_table", learners=everybody[: self.HUNGRY])
        calm: dict[str, list[float]] = {"signing": [], "mail": []}
        beside: dict[str, list[float]] = {"signing": [], "mail": []}
        with (
            portal.worker(queues="evaluate,notify,bulk"),
            portal.worker(queues="render", concurrency=1),
            portal.beat(),
        ):
            for number in range(self.ROUNDS):
                batch = everybody[number * self.BATCH : (number + 1) * self.BATCH]
                is_fed = number > 0 and number % 2 == 0
                portal.act("hurry" if is_fed else "rest")
                portal.act("paced", learners=batch, every=self.EVERY)
                portal.act("rest")
                settle_but_hungry(portal, self.HUNGRY)
                measured = portal.act("waits", learners=batch)
                for queue, seconds in (beside if is_fed else calm).items():
                    seconds += measured[queue] if number else []
            gave_up = wait_until_all_gave_up(portal, self.HUNGRY)

        for queue in ("signing", "mail"):
            usual, loaded = p95(calm[queue]), p95(beside[queue])
            print(f"{queue}: p95 {usual * 1000:.0f} ms, beside memory eaters {loaded * 1000:.0f} ms")
        assert len(gave_up["reasons"]) == gave_up["waiting"]["certificates not printed"] == self.HUNGRY
        assert all("more memory than it may" in reason for reason in gave_up["reasons"])
        assert portal.act("renderings")["done"] == len(everybody)
        for queue in ("signing", "mail"):
            assert p95(beside[queue]) <= p95(calm[queue]) * self.TOLERANCE, queue


class TestMediaDiskFull:
    LEARNERS = 3

    def test_says_so_keeps_no_row_without_a_file_and_heals(self, portal: Portal) -> None:
        with small_disk(portal.folder / "media", megabytes=16) as disk:
            learners = portal.act("found", learners=self.LEARNERS)["learners"]
            assessment = portal.act("set_assessment")["assessment"]
            filler = fill(disk)
            refused = portal.act("add_evidence", assessment=assessment, learner=learners[0])
            with portal.worker(), portal.beat():
                portal.act("finish", learners=learners)
                full = wait_for_reasons(portal, self.LEARNERS)
                seen, misfits, listed = portal.act("state"), portal.act("misfits"), portal.act("stuck")
                filler.unlink()
                healed_after = settle(portal)
            accepted = portal.act("add_evidence", assessment=assessment, learner=learners[0])

            print(f"healed {healed_after:.0f} s after there was room")
            assert "no room for files at the moment" in refused["told"]
            assert (refused["rows"], refused["files"]) == (0, 0)
            assert accepted == {"told": "", "rows": 1, "files": 1}
            assert all("The disk for files is full" in reason for reason in full["errors"])
            assert full["attempts"] == [0] * self.LEARNERS
            assert seen["certificates"] == self.LEARNERS  # issued and signed all the same
            assert (seen["pdf_rows"], seen["pdf_files"], seen["half_files"]) == (0, 0, 0)
            assert misfits["certificate files"] == []
            assert listed["waiting"]["certificates not printed"] == self.LEARNERS
            assert_once(self.LEARNERS, portal.act("state"))
            assert_sound(portal)


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A file system of its own at `folder`; skipped where this user may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tessera-test", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("a full disk needs the program `mount`")
    if mounted.returncode:
        pytest.skip(f"a full disk needs the right to mount one (run as root): {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        # A process that was killed a moment ago may still hold it.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    filler = disk / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"\0" * 4096)
    except OSError:
        return filler
    finally:
        os.close(descriptor)


def wait_for_reasons(portal: Portal, count: int) -> dict[str, Any]:
    until = time.monotonic() + 120
    while True:
        seen = portal.act("renderings")
        if len([reason for reason in seen["errors"] if reason]) == count:
            return seen
        assert time.monotonic() < until, seen
        time.sleep(0.5)


def settle_but_hungry(portal: Portal, hungry: int) -> None:
    """Until nothing is owed but the certificates that cannot be printed and the seals of the trail."""
    until = time.monotonic() + 120
    while True:
        left = [line for line in portal.act("owes")["owed"] if "audit" not in line]
        if len(left) == hungry:
            return
        assert time.monotonic() < until, left[:10]
        time.sleep(0.5)


def wait_until_all_gave_up(portal: Portal, count: int) -> dict[str, Any]:
    until = time.monotonic() + 400
    while True:
        gave_up = portal.act("stuck")
        if len(gave_up["reasons"]) == count:
            return gave_up
        assert time.monotonic() < until, gave_up
        portal.act("hurry")
        time.sleep(3)


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
