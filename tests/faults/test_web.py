"""The web server told to stop while people press buttons: it answers whatever it accepted (SAFETY: 23)."""

import random
import threading

import pytest

from tests.faults.client import Desk
from tests.faults.invariants import assert_acknowledged, assert_sound, settle
from tests.faults.portal import Portal
from tests.services import PrivateRedis

pytestmark = pytest.mark.faults_long


class TestStoppedUnderLoad:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_no_request_is_lost(self, on_services: tuple[Portal, PrivateRedis], seed: int) -> None:
        portal, _redis = on_services
        portal.act("found", learners=60)
        with portal.worker(), portal.beat(), portal.web() as web:
            desk = Desk.at(web.port, **portal.act("approver"), windows=8)
            desk.open_revocations(portal.act("credentials")["pks"])
            moment = random.Random(seed).uniform(0.2, 1.0)  # noqa: S311 - a moment, no secret
            stopper = threading.Timer(moment, web.stop)
            stopper.start()
            desk.press_all(desk.sent)
            stopper.join()
            settle(portal)

        assert desk.attempts.unknown == set(), "accepted and never answered"
        assert 0 < len(desk.attempts.ok) < len(desk.sent), "it was not stopped in the midst of the load"
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)
