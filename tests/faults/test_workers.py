"""A worker killed and gone for a minute, and a database that refuses one row (SAFETY: faults 2 and 4)."""

import random
import time
from typing import Any

import pytest

from tests.faults.invariants import assert_once, assert_sound, is_whole, settle
from tests.faults.portal import Portal

pytestmark = pytest.mark.faults_long
SEEDS = [2, 20, 200]


class TestWorkerGoneForAMinute:
    LEARNERS = 12
    GONE = 60
    DONE_WITHIN = 180

    @pytest.mark.parametrize("seed", SEEDS)
    def test_everything_is_done_within_three_minutes(self, portal: Portal, seed: int) -> None:
        learners = portal.act("found", learners=self.LEARNERS)["learners"]
        # In the first half of the work: so near its end that it may be over is no moment to be killed at.
        moment = random.Random(seed).randrange(1, self.LEARNERS)  # noqa: S311 - a moment, no secret
        with portal.beat():
            with portal.worker() as worker:
                portal.act("finish", learners=learners)
                portal.settles(60, lambda seen: seen["certificates"] + seen["pdf_rows"] >= moment)
                worker.kill()
            killed = time.monotonic()
            assert not is_whole(self.LEARNERS, portal.act("state"))
            time.sleep(self.GONE)
            with portal.worker():
                settle(portal)
                took = time.monotonic() - killed

        print(f"done {took:.0f} s after the kill, of which nobody worked for {self.GONE}")
        assert took < self.DONE_WITHIN
        assert_once(self.LEARNERS, portal.act("state"))
        assert_sound(portal)


class TestDatabaseRefusesToSignOne:
    QUALIFY = 500

    def test_the_others_are_issued_and_it_is_stuck_in_sight_revocable_and_heals(self, portal: Portal) -> None:
        learners = portal.act("found", learners=self.QUALIFY)["learners"]
        unlucky = learners[self.QUALIFY // 2]
        portal.act("refuse", table="credentials_rendering", learner=unlucky)
        with portal.worker(queues="evaluate"), portal.worker(queues="evaluate"), portal.beat():
            began = time.monotonic()
            portal.act("finish", learners=learners)
            while portal.act("signed")["signed"] < self.QUALIFY - 1:
                assert time.monotonic() - began < 600
                time.sleep(2)
            print(f"{self.QUALIFY - 1} issued and signed after {time.monotonic() - began:.0f} s")
            stuck = give_up(portal)
            told = portal.act("signed")
            withdrawn = portal.act("withdraw", learner=unlucky, code="CERTIFICATE")
            portal.act("refuse_no_more", table="credentials_rendering")
            portal.act("mend")
            healed_after = until_signed(portal, self.QUALIFY)

        print(f"healed {healed_after:.0f} s after it was tried again")
        assert (told["issued"], told["signed"]) == (self.QUALIFY, self.QUALIFY - 1)
        assert len(stuck["reasons"]) == 1
        assert "refused by the test" in stuck["reasons"][0]
        assert stuck["waiting"]["documents not signed"] == 1
        assert withdrawn["state"] == "revoked"
        assert_sound(portal)


class TestDatabaseRefusesToIssueOne:
    LEARNERS = 8

    def test_the_others_are_served_meanwhile_and_it_heals_by_itself(self, portal: Portal) -> None:
        learners = portal.act("found", learners=self.LEARNERS)["learners"]
        portal.act("refuse", table="credentials_credential", learner=learners[0])
        with portal.worker(), portal.beat():
            portal.act("finish", learners=learners)
            others = portal.settles(120, lambda seen: is_whole_but_for_one(self.LEARNERS, seen))
            # Several sweeps meet the learner whose certificate cannot be issued.
            time.sleep(65)
            still = portal.act("state")
            portal.act("refuse_no_more", table="credentials_credential")
            healed_after = settle(portal)

        print(f"healed by itself after {healed_after:.0f} s")
        assert is_whole_but_for_one(self.LEARNERS, others)
        assert still["certificates"] == self.LEARNERS - 1
        assert_once(self.LEARNERS, portal.act("state"))
        assert_sound(portal)


def is_whole_but_for_one(learners: int, seen: dict[str, int]) -> bool:
    done = seen["certificates"] == seen["pdf_rows"] == seen["told"] == learners - 1
    return done and not seen["unsigned"] and not seen["unsent"]


def give_up(portal: Portal) -> dict[str, Any]:
    """Hurry through the pauses between attempts until a duty is stuck; answers what is said of it."""
    until = time.monotonic() + 240
    while True:
        stuck = portal.act("stuck")
        if stuck["reasons"]:
            return stuck
        assert time.monotonic() < until, "it never gave up"
        portal.act("hurry")
        time.sleep(1)


def until_signed(portal: Portal, count: int) -> float:
    began = time.monotonic()
    while portal.act("signed")["signed"] < count:
        assert time.monotonic() - began < 120
        time.sleep(0.5)
    return time.monotonic() - began
