"""The deep health page: what the background owes, since when, and who has gone silent."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.clock import now
from config.events import quietly
from credentials.models import SignedDocument, SweepRun
from credentials.models.duty import MAX_ATTEMPTS
from learners.models import User
from tests import makers
from tests.people import SignIn

ADDRESS = reverse("credentials:deep")
DUTY = "credentials.signeddocument"


@pytest.fixture
def desk(sign_in: SignIn, registrar: User) -> Client:
    makers.make_sweep_run()
    return sign_in(registrar)


def told(desk: Client) -> dict[str, Any]:
    answer = desk.get(ADDRESS)
    assert answer.status_code == 200
    numbers: dict[str, Any] = answer.json()
    return numbers


class TestDeepHealth:
    def test_a_portal_that_owes_nothing_is_well(self, desk: Client) -> None:
        numbers = told(desk)

        assert numbers["well"]
        assert numbers["silent"] == {"worker": False, "beat": False}
        assert numbers["sweeps"]["credentials.catch_up"]["found"] == 0
        assert numbers["duties"].keys() >= {DUTY, "credentials.statuslist", "learners.notification"}

    def test_what_waits_is_counted_with_its_age_and_is_no_illness(self, desk: Client) -> None:
        with quietly():
            makers.make_credential()
        SignedDocument.objects.update(due_at=now() - timedelta(minutes=5))

        numbers = told(desk)

        assert numbers["duties"]["credentials.statuslist"]["owed"] == 1
        waiting = numbers["duties"][DUTY]
        assert (waiting["owed"], waiting["stuck"]) == (1, 0)
        assert 300 <= waiting["oldest"] < 360
        assert numbers["well"]
        assert numbers["audit"]["owed"] > 0

    def test_what_waits_too_long_or_gave_up_is(self, desk: Client) -> None:
        with quietly():
            makers.make_credential()
        SignedDocument.objects.update(due_at=now() - timedelta(minutes=16))
        late = told(desk)
        SignedDocument.objects.update(attempts=MAX_ATTEMPTS)

        stuck = told(desk)

        assert not late["well"]
        assert not stuck["well"]
        assert stuck["duties"][DUTY] == {"owed": 0, "oldest": None, "stuck": 1}

    def test_sweeps_that_end_no_more_mean_a_silent_worker_and_none_begun_a_silent_timetable(
        self, desk: Client
    ) -> None:
        SweepRun.objects.update(finished_at=now() - timedelta(seconds=70))
        worker = told(desk)
        SweepRun.objects.update(started_at=now() - timedelta(seconds=100))

        both = told(desk)

        assert worker["silent"] == {"worker": True, "beat": False}
        assert both["silent"] == {"worker": True, "beat": True}
        assert not both["well"]
