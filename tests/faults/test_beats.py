"""Two beats at once, and a worker older than the web server beside it (SAFETY: fault 20)."""

import time

import pytest

from tests.faults.invariants import assert_once, assert_sound, is_whole, settle
from tests.faults.portal import Portal

pytestmark = pytest.mark.faults_long
LEARNERS = 5
A_TICK = 35  # of the timetable, which rings every 30 seconds
HELD_FOR = 60
WITHIN = 120


class TestTwoBeats:
    def test_each_duty_is_done_once(self, portal: Portal) -> None:
        learners = portal.act("found", learners=LEARNERS)["learners"]
        portal.act("finish", learners=learners, is_quiet=True)
        with portal.worker(), portal.worker(), portal.beat(), portal.beat():
            portal.settles(WITHIN, lambda state: is_whole(LEARNERS, state))
            # Both timetables come round again, with nothing left to do.
            time.sleep(A_TICK)
            settle(portal)

        assert_once(LEARNERS, portal.act("state"))
        assert_sound(portal)

    def test_a_sweep_that_somebody_is_on_is_begun_by_neither(self, portal: Portal) -> None:
        portal.act("found", learners=1)
        assert len(portal.act("hold_sweeps", seconds=HELD_FOR)["held"]) == 3
        held = portal.act("sweeps")
        until = time.monotonic() + HELD_FOR - 10
        with portal.worker(), portal.worker(), portal.beat(), portal.beat():
            while time.monotonic() < until:
                assert portal.act("sweeps") == held
                time.sleep(1)

            resumed = resumes(portal, held)

        assert resumed, "the sweeps stayed with somebody who had gone"


class TestOlderWorker:
    def test_drops_an_unknown_task_and_ignores_what_it_is_told_besides(self, portal: Portal) -> None:
        learners = portal.act("found", learners=LEARNERS)["learners"]
        # No beat: what is signed here was signed by the message, not by a sweep.
        with portal.worker(queues="evaluate") as worker:
            settles_signing(portal)
            portal.act("finish", learners=learners, is_quiet=True)
            waiting = portal.act("unsigned")["pks"]
            portal.act("speak_newer")
            settles_signing(portal)
            left = portal.act("unsigned")["pks"]
            log = (worker.folder / "log").read_text()
            survived = worker.is_running

        assert len(waiting) == LEARNERS
        assert left == []
        assert "credentials.tasks.of_a_later_release" in log
        assert survived

    def test_leaves_a_newer_shape_to_a_newer_worker(self, portal: Portal) -> None:
        older, newer = portal.act("found", learners=2)["learners"]
        portal.act("finish", learners=[newer], is_quiet=True)
        newer_rows = portal.act("unsigned")["pks"]
        portal.act("make_newer")
        portal.act("finish", learners=[older], is_quiet=True)
        with portal.worker(), portal.beat():
            portal.settles(WITHIN, lambda state: state["unsigned"] == 1)
            # A sweep more: whoever would take it up had the time.
            time.sleep(A_TICK)
            left_alone = portal.act("unsigned")["pks"]

            taken_up = portal.act("be_newer")["signed"]
            settle(portal)

        assert left_alone[:1] == newer_rows
        assert all(taken_up)
        assert_once(2, portal.act("state"))
        assert_sound(portal)


def settles_signing(portal: Portal) -> None:
    portal.settles(WITHIN, lambda state: state["unsigned"] == 0)


def resumes(portal: Portal, held: dict[str, str]) -> bool:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        if all(began != held[name] for name, began in portal.act("sweeps").items()):
            return True
        time.sleep(1)
    return False
