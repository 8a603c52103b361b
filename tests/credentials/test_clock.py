"""One clock, the database's: a machine that disagrees with it issues nothing and takes nothing in."""

from datetime import datetime, timedelta, tzinfo
from uuid import uuid4

import pytest
from django.test import Client

from assessments.models import Submission
from assessments.services.submitting import submit
from config import clock
from config.celery import refuse_a_doubtful_clock
from config.events import quietly
from credentials.models import Credential, StatusList
from credentials.services.signing import publish_status_list
from tests import makers
from tests.people import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[7200, -7200], ids=["ahead", "behind"])
def two_hours_off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process's clock, until the test ends."""

    class Off(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Off":
            return super().now(tz) + timedelta(seconds=request.param)

    monkeypatch.setattr(clock, "datetime", Off)
    monkeypatch.setattr(clock, "_apart", timedelta(0))


class TestClocksThatAgree:
    def test_are_within_a_moment_of_each_other(self) -> None:
        clock.now()

        assert clock.apart() < timedelta(seconds=1)
        clock.refuse_if_apart()


@pytest.mark.usefixtures("two_hours_off")
class TestAClockTwoHoursOff:
    def test_nothing_is_issued(self) -> None:
        achievement, learner = makers.make_achievement(), makers.make_user()
        at = clock.now()

        with pytest.raises(clock.ClocksApart, match="seconds apart"):
            makers.make_credential(achievement=achievement, recipient=learner, at=at)

        assert not Credential.objects.exists()

    def test_no_status_list_is_signed(self) -> None:
        with quietly():
            block = makers.make_credential().status_list
        at = clock.now()

        with pytest.raises(clock.ClocksApart):
            publish_status_list(list_id=block.pk, at=at)

        assert StatusList.objects.get().published_revision == 0

    def test_nothing_is_taken_in(self) -> None:
        draft = makers.make_submission(is_handed_in=False)
        at = clock.now()

        with pytest.raises(clock.ClocksApart):
            submit(submission=draft, by=draft.learner, at=at)

        assert Submission.objects.get().state == Submission.State.DRAFT

    def test_a_page_that_would_says_to_come_back(self, sign_in: SignIn) -> None:
        draft = makers.make_submission(is_handed_in=False)
        form = {"op_key": str(uuid4()), "revision": draft.revision, "text": draft.text}

        answer = sign_in(draft.learner).post(draft.assessment.get_absolute_url(), form)

        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert Submission.objects.get().state == Submission.State.DRAFT

    def test_it_is_not_ready(self, employer: Client) -> None:
        answer = employer.get("/readyz")

        assert answer.status_code == 503
        assert "apart" in answer.json()["clock"]

    def test_a_worker_does_not_start(self) -> None:
        with pytest.raises(SystemExit, match="Set it"):
            refuse_a_doubtful_clock()

    def test_it_acts_again_once_the_clock_is_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock.now()
        monkeypatch.setattr(clock, "datetime", datetime)

        makers.make_credential(at=clock.now())

        assert Credential.objects.count() == 1
