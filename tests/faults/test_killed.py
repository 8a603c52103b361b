"""Whatever is killed, and whenever: one certificate, one PDF, one message (SAFETY: faults 1, 3, 10, 14)."""

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import SERVICES_FIRST
from tests.faults.invariants import TWICE, assert_once, assert_sound, is_whole
from tests.faults.portal import Portal
from tests.services import PrivateRedis

pytestmark = pytest.mark.faults
# The issue's own bound: everything owed is done this long after the restart.
RECOVERED_WITHIN = 90


class TestPoolChildrenKilledMidIssue:
    QUALIFY = 500

    def test_five_hundred_qualify_and_five_hundred_are_issued(
        self, on_services: tuple[Portal, PrivateRedis]
    ) -> None:
        portal, _redis = on_services
        learners = portal.act("found", learners=self.QUALIFY)["learners"]
        with portal.worker(queues="evaluate", pool="prefork") as worker, portal.beat():
            portal.act("finish", learners=learners)
            killed = 0
            while killed < 6:
                killed += kill_children(worker.pid)
                time.sleep(1)
            seen = portal.settles(
                240, lambda state: state["certificates"] == self.QUALIFY and not state["unsigned"]
            )

        assert seen["certificates"] == seen["holders"] == self.QUALIFY
        assert seen["unsigned"] == 0
        for name in TWICE:
            assert seen[name] == 0, name


@pytest.mark.parametrize("portal", SERVICES_FIRST, indirect=True)
class TestWorkerKilledWhilePrinting:
    def test_one_certificate_one_pdf_and_one_message_within_90_seconds(self, portal: Portal) -> None:
        (learner,) = portal.act("found", learners=1)["learners"]
        with portal.worker(dies_at=["before_rename"]) as doomed:
            portal.act("finish", learners=[learner])
            wait_for_death(doomed, 60)

        with portal.worker(), portal.beat():
            restarted = time.monotonic()
            seen = portal.settles(RECOVERED_WITHIN, lambda state: is_whole(1, state))
            took = time.monotonic() - restarted

        assert_once(1, seen)
        assert seen["mails"] == 2  # the last component, and the certificate
        assert took <= RECOVERED_WITHIN
        assert_sound(portal)


class TestBrokerKilledWhileTasksWait:
    def test_a_wiped_redis_loses_nothing(self, on_services: tuple[Portal, PrivateRedis]) -> None:
        portal, redis = on_services
        learners = portal.act("found", learners=3)["learners"]
        portal.act("finish", learners=learners)  # no worker runs: every message waits in Redis
        redis.kill()
        redis.start()

        with portal.worker(), portal.beat():
            seen = portal.settles(RECOVERED_WITHIN, lambda state: is_whole(3, state))

        assert_once(3, seen)
        assert_sound(portal)

    def test_an_emptied_queue_folder_loses_nothing(
        self, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        portal = Portal(tmp_path)
        request.addfinalizer(portal.close)
        learners = portal.act("found", learners=3)["learners"]
        portal.act("finish", learners=learners)
        assert any((tmp_path / "broker" / "queue").iterdir())
        shutil.rmtree(tmp_path / "broker")

        with portal.worker(), portal.beat():
            seen = portal.settles(RECOVERED_WITHIN, lambda state: is_whole(3, state))

        assert_once(3, seen)
        assert_sound(portal)


@pytest.mark.parametrize("portal", SERVICES_FIRST, indirect=True)
class TestKilledBetweenSigningAndStoring:
    def test_the_same_bytes_are_stored_once(self, portal: Portal) -> None:
        (learner,) = portal.act("found", learners=1)["learners"]
        with portal.worker(dies_at=["after_sign"]) as doomed:
            portal.act("finish", learners=[learner])
            wait_for_death(doomed, 60)

        with portal.worker(), portal.beat():
            seen = portal.settles(RECOVERED_WITHIN, lambda state: is_whole(1, state))

        assert_once(1, seen)
        assert_sound(portal)


@pytest.mark.parametrize("portal", SERVICES_FIRST, indirect=True)
class TestEveryMessageFiveTimes:
    def test_doubles_nothing(self, portal: Portal) -> None:
        learners = portal.act("found", learners=4)["learners"]
        portal.act("finish", learners=learners)
        with portal.worker() as worker, portal.beat():
            portal.settles(RECOVERED_WITHIN, lambda state: is_whole(4, state))
            before = portal.act("state")

            portal.act("shout", times=5, seed=14)
            drained(worker)

        assert_once(4, before)
        assert portal.act("state") == before


def wait_for_death(process: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while process.is_running:
        assert time.monotonic() < until, "the worker never reached the failpoint"
        time.sleep(0.05)


def kill_children(parent: int) -> int:
    """kill -9 every child of the worker's pool that lives now; answers how many."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    return len(children)


def drained(worker: Any) -> None:
    """Stop the worker politely: it finishes what it has taken; then another empties the queue."""
    deadline = time.monotonic() + 120
    quiet_for = 0
    size = -1
    while quiet_for < 6 and time.monotonic() < deadline:
        grown = (worker.folder / "log").stat().st_size
        quiet_for = quiet_for + 1 if grown == size else 0
        size = grown
        time.sleep(0.5)
