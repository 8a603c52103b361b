"""Waypoints: reached once whatever happens later, and what they award issued once."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from config.clock import now
from credentials.models import Credential
from credentials.services.checking import check_credentials
from learners.models import User
from learners.services.notifying import notify_event
from pathways.models import MilestoneReached
from pathways.services.evaluating import evaluate_learner
from tests.makers import TERM_DAY, make_achievement, make_credential, make_enrolment, make_user, pool
from tests.pathways.stacks import days, hold, look, make_stack, void
from tests.people import SignIn

LATER = TERM_DAY + days(10)


class Road:
    """Six parts, and an achievement half way."""

    def __init__(self, **milestone: Any) -> None:
        self.parts = [make_achievement() for _part in range(6)]
        self.midpoint = make_achievement(name="Half Way There")
        half = {"code": "half", "name": "Half way", "at": 3, "awards": self.midpoint, **milestone}
        self.pathway = make_stack(rule=pool(6, *self.parts, make_achievement()), milestones=[half])


@pytest.fixture
def road(learner: User) -> Road:
    road = Road()
    make_enrolment(learner=learner, pathway=road.pathway)
    return road


@pytest.mark.django_db
class TestMidpoint:
    def test_is_issued_once_at_three_of_six(self, road: Road, learner: User) -> None:
        hold(learner, *road.parts[:2])
        look(learner, TERM_DAY)
        too_early = MilestoneReached.objects.exists()
        hold(learner, *road.parts[2:5], at=LATER)
        for sweep in range(3):
            look(learner, LATER + days(sweep))

        (reached,) = MilestoneReached.objects.all()
        (issued,) = Credential.objects.filter(achievement=road.midpoint)
        assert not too_early
        assert (reached.code, reached.reached_at, reached.credential) == ("half", LATER, issued)
        assert issued.source == Credential.Source.PATHWAY

    def test_the_ledger_tells_her_of_a_credential_not_of_the_end(self, road: Road, learner: User) -> None:
        hold(learner, *road.parts[:3])
        look(learner, TERM_DAY)

        event = Credential.objects.get(achievement=road.midpoint).events.get()
        told = notify_event(event=event, at=TERM_DAY)

        assert told is not None
        assert told.kind == "credential_issued"

    def test_falling_back_takes_nothing_away_and_gives_nothing_twice(
        self, road: Road, learner: User, registrar: User
    ) -> None:
        (first, *_others) = hold(learner, *road.parts[:3])
        look(learner, TERM_DAY)
        void(first, by=registrar, at=LATER)
        look(learner, LATER)
        hold(learner, road.parts[0], at=LATER + days(1))
        look(learner, LATER + days(1))

        (issued,) = Credential.objects.filter(achievement=road.midpoint)
        assert issued.state == Credential.State.ACTIVE
        assert MilestoneReached.objects.count() == 1
        assert [row for row in check_credentials(at=now()).findings if row.check == "grounds"] == []

    def test_what_she_holds_already_is_not_issued_again(self, road: Road, learner: User) -> None:
        own = make_credential(recipient=learner, achievement=road.midpoint)
        hold(learner, *road.parts[:3])

        look(learner, TERM_DAY)

        (reached,) = MilestoneReached.objects.all()
        assert reached.credential is None
        assert list(Credential.objects.filter(achievement=road.midpoint)) == [own]

    def test_one_that_awards_nothing_is_only_told_on_her_page(self, learner: User, sign_in: SignIn) -> None:
        road = Road(awards=None)
        enrolment = make_enrolment(learner=learner, pathway=road.pathway)
        hold(learner, *road.parts[:3])

        look(learner, TERM_DAY)

        page = sign_in(learner).get(reverse("learners:progress", args=[enrolment.public_id]))
        assert "Milestone reached: Half way." in " ".join(page.content.decode().split())
        assert MilestoneReached.objects.get().credential is None
        assert not Credential.objects.filter(achievement=road.midpoint).exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_issue_the_midpoint_once(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        road, learners = Road(), [make_user() for _round in range(20)]

        for learner in learners:
            make_enrolment(learner=learner, pathway=road.pathway)
            hold(learner, *road.parts[:3])
            threads = [threading.Thread(target=partial(work, learner)) for _worker in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)

        assert Credential.objects.filter(achievement=road.midpoint).count() == len(learners)
        assert MilestoneReached.objects.count() == len(learners)


def work(learner: User) -> None:
    try:
        evaluate_learner(learner=learner, at=now())
    finally:
        connection.close()
