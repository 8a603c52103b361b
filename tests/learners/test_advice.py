"""What a learner is advised to earn next: why, what it asks, what has to come first."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from config.clock import now
from credentials.models import Achievement
from learners.models import User
from learners.queries import Dashboard
from learners.queries.advice import OpensUp, efforts
from pathways.models import Enrolment
from tests.makers import (
    Node,
    all_of,
    make_achievement,
    make_activity,
    make_assessment,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_offering,
    make_pathway,
    make_submission,
    pool,
    put_in_force,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def walk(learner: User, name: str, rule: Node) -> Enrolment:
    enrolment = make_enrolment(learner=learner, pathway=make_pathway(rule=rule, name=name))
    make_evaluation(enrolment=enrolment, at=now())
    return enrolment


def lead_to(achievement: Achievement, **offering: Any) -> None:
    make_offering(activity=make_activity(leads_to=[achievement]), **offering)


class TestDashboard:
    def look(self, learner: User, sign_in: SignIn) -> tuple[Dashboard, str]:
        response = sign_in(learner).get(reverse("learners:dashboard"))
        return response.context["dashboard"], response.content.decode()

    def test_what_completes_a_pathway_comes_before_what_is_one_of_many(
        self, learner: User, sign_in: SignIn
    ) -> None:
        held, last, other = (make_achievement(code=f"A-{place}") for place in (1, 3, 2))
        make_credential(recipient=learner, achievement=held)
        walk(learner, "Nearly done", all_of(held, last))
        walk(learner, "Far away", all_of(other, make_achievement(), make_achievement()))

        dashboard, page = self.look(learner, sign_in)

        best = dashboard.suggestions[0]
        assert best.effort.code == last.code
        assert best.reason == "It completes Nearly done."
        assert best.reason in page

    def test_hours_and_the_price_of_the_next_date_are_named(self, learner: User, sign_in: SignIn) -> None:
        part = make_achievement(hours=Decimal("7.5"))
        lead_to(part, price=Decimal(120), currency="EUR")
        walk(learner, "Data", all_of(part))

        dashboard, page = self.look(learner, sign_in)

        effort = dashboard.suggestions[0].effort
        assert (effort.hours_in_words, effort.price_in_words) == ("7.5", "EUR 120.00")
        assert "7.5 hours" in page
        assert "EUR 120.00" in page

    def test_the_smallest_set_that_completes_a_pathway_is_named(self, learner: User, sign_in: SignIn) -> None:
        core, either, other = (make_achievement() for _part in range(3))
        walk(learner, "Data", all_of(core, pool(1, either, other)))

        dashboard, page = self.look(learner, sign_in)

        named = dashboard.standings[0].completed_by
        assert len(named) == 2
        assert core.name in named
        assert "Would complete it: " in page

    def test_with_one_left_whatever_would_complete_it_is_named(self, learner: User, sign_in: SignIn) -> None:
        either, other = make_achievement(), make_achievement()
        walk(learner, "Data", pool(1, either, other))

        _dashboard, page = self.look(learner, sign_in)

        assert f"Would complete it: {either.name} or {other.name}" in page

    def test_nothing_more_is_suggested_where_what_waits_for_marking_would_do(
        self, learner: User, sign_in: SignIn
    ) -> None:
        handed_in = make_assessment()
        walk(learner, "Data", pool(1, handed_in.achievement, make_achievement()))
        make_submission(assessment=handed_in, learner=learner)

        dashboard, page = self.look(learner, sign_in)

        assert dashboard.suggestions == ()
        assert "What you handed in would complete it." in page
        assert "Would complete it:" not in page

    def test_what_cannot_be_begun_yet_is_listed_apart_with_what_opens_it(
        self, learner: User, sign_in: SignIn
    ) -> None:
        first, second = make_achievement(), make_achievement(is_published=False)
        draft = second.versions.get()
        draft.requires.add(first)
        put_in_force(draft)
        walk(learner, "Data", all_of(second))

        dashboard, page = self.look(learner, sign_in)

        assert dashboard.suggestions == ()
        assert dashboard.opens_up == (OpensUp(first.name, (draft.name,)),)
        assert f"{first.name} has to be held first. It opens up: {draft.name}." in page

        make_credential(recipient=learner, achievement=first)
        dashboard, _page = self.look(learner, sign_in)
        assert [row.effort.code for row in dashboard.suggestions] == [second.code]
        assert dashboard.opens_up == ()


class TestEfforts:
    def test_a_soonest_date_is_chosen_and_the_past_forgotten(self, learner: User) -> None:
        part = make_achievement()
        lead_to(part, starts_at=now().replace(year=2001), price=Decimal(1))
        lead_to(part, starts_at=now().replace(year=now().year + 2), price=Decimal(3))
        lead_to(part, starts_at=now().replace(year=now().year + 1), price=Decimal(2))

        effort = efforts(learner, [part.code])[part.code]

        assert effort.price == 2
        assert effort.starts_at is not None
        assert effort.starts_at.year == now().year + 1

    def test_nothing_is_asked_about_nothing(self, learner: User) -> None:
        assert efforts(learner, []) == {}
