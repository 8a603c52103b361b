"""Mail: none lost, at most one repeat for each crash, no storm on a server in trouble (SAFETY: 7, 8)."""

import time

import pytest

from tests.faults.invariants import DRAINED_WITHIN, assert_once, assert_sound, settle
from tests.faults.portal import Portal
from tests.faults.smtp import MailServer
from tests.faults.test_killed import wait_for_death

pytestmark = pytest.mark.faults_long


class TestKilledAfterTheServerAccepted:
    LEARNERS = 5
    KILLS = 3

    def test_repeats_no_more_than_it_was_killed_and_under_the_same_message_id(self, portal: Portal) -> None:
        with MailServer() as server:
            portal.environment["EMAIL_URL"] = server.url
            learners = portal.act("found", learners=self.LEARNERS)["learners"]
            portal.act("finish", learners=learners)
            with portal.beat():
                for _kill in range(self.KILLS):
                    die_after_handing_over(portal)
                with portal.worker():
                    healed_after = settle(portal)

        accepted, mails = server.times(), portal.act("mail")["all"]
        repeats = accepted.total() - len(accepted)
        print(f"{repeats} repeats after {self.KILLS} kills; settled after {healed_after:.0f} s")
        assert len(mails) == 2 * self.LEARNERS
        assert {mail["stands"] for mail in mails} == {"sent"}
        assert set(accepted) == {mail["id"] for mail in mails}
        assert repeats <= self.KILLS
        assert_once(self.LEARNERS, portal.act("state"))
        assert_sound(portal)


class TestMailServerInTrouble:
    LEARNERS = 15
    REFUSED_FOR = 150  # nobody listens
    CLOSED_FOR = 150  # somebody answers: not now
    ASKED_EVERY = 30  # by each worker

    def test_the_rest_is_delivered_once_and_nobody_storms_it(self, portal: Portal) -> None:
        server = MailServer()
        portal.environment["EMAIL_URL"] = server.url
        learners = portal.act("found", learners=self.LEARNERS)["learners"]
        with portal.worker(), portal.worker(), portal.beat():
            down_since = time.monotonic()
            portal.act("finish", learners=learners)
            served_after = self.wait_for_all_but_mail(portal)
            waiting = portal.act("stuck")
            sleep_until(down_since + self.REFUSED_FOR)
            with server:
                server.is_closed = True
                time.sleep(self.CLOSED_FOR)
                asked = len(server.calls)
                gone = portal.act("mail")["all"][0]["to"]
                server.delay, server.refusals = 0.3, {gone: "550 no such mailbox"}
                server.is_closed = False
                healed_after = settle(portal)

        accepted, mails = server.times(), portal.act("mail")["all"]
        print(
            f"all but mail served after {served_after:.0f} s; {asked} calls in {self.CLOSED_FOR} s by 2"
            f" workers; {accepted.total()} mails delivered {healed_after:.0f} s after it opened"
        )
        assert waiting["waiting"]["e-mails not sent"] >= 1
        assert waiting["reasons"] == []
        assert asked <= 2 * (self.CLOSED_FOR / self.ASKED_EVERY + 1)
        assert {mail["stands"] for mail in mails if mail["to"] == gone} == {"bounced"}
        assert {mail["stands"] for mail in mails if mail["to"] != gone} == {"sent"}
        assert set(accepted) == {mail["id"] for mail in mails if mail["to"] != gone}
        assert set(accepted.values()) == {1}
        assert {mail["attempts"] for mail in mails} == {1}
        assert_once(self.LEARNERS, portal.act("state"))
        assert_sound(portal)

    def wait_for_all_but_mail(self, portal: Portal) -> float:
        """A silent mail server keeps nobody from her certificate."""
        began = time.monotonic()
        seen = portal.settles(
            DRAINED_WITHIN,
            lambda state: state["pdf_rows"] == state["told"] == self.LEARNERS and not state["unsigned"],
        )
        assert seen["pdf_rows"] == seen["told"] == self.LEARNERS
        assert seen["unsigned"] == 0
        return time.monotonic() - began


def die_after_handing_over(portal: Portal) -> None:
    """A worker that dies between the server's yes and our note of it; the point can be armed again."""
    (portal.folder / "failpoint-after_smtp").unlink(missing_ok=True)
    with portal.worker(dies_at=["after_smtp"]) as doomed:
        wait_for_death(doomed, 120)


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
