"""Redis gone, frozen or full: people notice nothing, and the workers find their way back (SAFETY: 9, 11)."""

import time
from collections.abc import Callable

import pytest

from tests.faults.client import Desk
from tests.faults.invariants import assert_acknowledged, assert_sound, settle
from tests.faults.portal import Portal
from tests.services import PrivateRedis

pytestmark = pytest.mark.faults_long
GONE_FOR = 60
APPROVALS = 200
ANSWERS_WITHIN = 2.0
ALARM = "sweeps stand still"
END_AND_BEGIN = {
    "frozen": (PrivateRedis.pause, PrivateRedis.resume),
    "shutdown": (PrivateRedis.stop, PrivateRedis.start),
}


@pytest.mark.faults_quiet
class TestGoneForAMinute:
    @pytest.mark.parametrize(("end", "begin"), END_AND_BEGIN.values(), ids=END_AND_BEGIN)
    def test_every_approval_is_answered_at_once_and_the_workers_resume(
        self,
        on_services: tuple[Portal, PrivateRedis],
        end: Callable[[PrivateRedis], None],
        begin: Callable[[PrivateRedis], None],
    ) -> None:
        portal, redis = on_services
        portal.act("found", learners=APPROVALS)
        with portal.worker() as worker, portal.beat(), portal.web() as web:
            desk = Desk.at(web.port, **portal.act("approver"))
            desk.open_revocations(portal.act("credentials")["pks"])
            end(redis)
            gone_at = time.monotonic()
            # Spread over the whole outage, so that many a press finds the broker newly tried.
            desk.press_all(desk.sent, pause=GONE_FOR * desk.windows / APPROVALS - 0.2)
            time.sleep(max(0.0, gone_at + GONE_FOR - time.monotonic()))
            begin(redis)
            drained = settle(portal)
            resumed = worker.is_running

        print(f"slowest answer {max(desk.seconds):.2f} s, drained {drained:.0f} s after its return")
        assert len(desk.attempts.ok) == APPROVALS
        assert max(desk.seconds) < ANSWERS_WITHIN
        assert resumed, "a worker ended"
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)


class TestFull:
    APPROVALS = 40
    NOTICED_WITHIN = 150  # the alarm's own 90 s, and the last sweep's half minute before them

    def test_commits_go_on_and_staff_are_told(self, on_services: tuple[Portal, PrivateRedis]) -> None:
        portal, redis = on_services
        portal.act("found", learners=self.APPROVALS)
        with portal.worker(), portal.beat(), portal.web() as web:
            settle(portal)
            desk = Desk.at(web.port, **portal.act("approver"))
            desk.open_revocations(portal.act("credentials")["pks"])
            redis.set("maxmemory", "1")
            began = time.monotonic()
            desk.press_all(desk.sent)
            diagnosis = portal.doctor()
            while not (alarmed := ALARM in desk.browser.get("/registrar/").body):
                if time.monotonic() - began > self.NOTICED_WITHIN:
                    break
                time.sleep(2)
            noticed = time.monotonic() - began

            redis.set("maxmemory", "0")
            drained = settle(portal)
            still_alarmed = ALARM in desk.browser.get("/registrar/").body

        print(
            f"slowest answer {max(desk.seconds):.2f} s, alarm after {noticed:.0f} s, drained {drained:.0f} s"
        )
        assert len(desk.attempts.ok) == self.APPROVALS
        assert max(desk.seconds) < ANSWERS_WITHIN
        assert "is full" in diagnosis
        assert alarmed
        assert not still_alarmed
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)
