"""Everybody at once: one decision, one history, whoever comes second (SAFETY: faults 15, 16)."""

import pytest

from tests.faults.invariants import assert_sound, settle
from tests.faults.portal import Portal

pytestmark = [pytest.mark.faults_long, pytest.mark.faults_quiet]


class TestTenThousandApprovals:
    TIMES, THREADS, WITHIN = 10_000, 50, 120

    def test_one_credential_and_all_others_are_told_by_whom_it_was_decided(self, portal: Portal) -> None:
        done = portal.act("approve_alike", times=self.TIMES, threads=self.THREADS)
        print(f"{self.TIMES} approvals took {done['seconds']:.1f} s")

        (refusal,) = done["told"].keys() - {"released"}
        assert done["told"] == {"released": 1, refusal: self.TIMES - 1}
        assert refusal.startswith(f"AlreadyDecided: {done['marker']} released this on ")
        assert done["credentials"] == done["final"] == 1
        assert done["seconds"] < self.WITHIN


class TestTwoMarkersAtOnce:
    ROUNDS = 1000

    @pytest.mark.parametrize("seed", [16, 17, 18])
    def test_every_history_is_legal_and_published_is_what_was_agreed(self, portal: Portal, seed: int) -> None:
        """Moderation and withdrawal come later; until then the second opinion is the other marker's."""
        done = portal.act("mark_together", rounds=self.ROUNDS, seed=seed)
        print(done["told"])
        with portal.worker(), portal.beat():
            print(f"drained in {settle(portal):.0f} s")

        assert done["illegal"] == []
        released = done["told"]["the first releases: done"] + done["told"]["the second releases: done"]
        assert released > self.ROUNDS * 0.9
        assert portal.act("told_once") == {"released": released, "told": released, "twice": 0}
        assert assert_sound(portal) > 0
