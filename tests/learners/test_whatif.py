"""A learner's what-if on her pathway: what would be left, what it costs, and nothing saved."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import Achievement
from learners.models import User
from learners.queries.whatif import Imagined, WhatIf
from pathways.models import Enrolment
from tests.makers import (
    Node,
    all_of,
    make_achievement,
    make_activity,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_offering,
    make_pathway,
    pool,
)
from tests.people import SignIn
from tests.speed.counting import opening

pytestmark = pytest.mark.django_db


class Walk:
    """A learner on a pathway of a core and one of two electives; she holds nothing of it."""

    def __init__(self, learner: User) -> None:
        self.core, self.one, self.other = (make_achievement() for _part in range(3))
        self.enrolment = self.on(learner, all_of(self.core, pool(1, self.one, self.other)))

    def on(self, learner: User, rule: Node) -> Enrolment:
        enrolment = make_enrolment(learner=learner, pathway=make_pathway(rule=rule))
        make_evaluation(enrolment=enrolment, at=now())
        return enrolment


@pytest.fixture
def walk(learner: User) -> Walk:
    return Walk(learner)


@pytest.fixture
def client(learner: User, sign_in: SignIn) -> Client:
    return sign_in(learner)


def address(enrolment: Enrolment, *achievements: Achievement) -> str:
    ticked = "&".join(f"if={row.code}" for row in achievements)
    return f"{reverse('learners:what_if', args=[enrolment.public_id])}?{ticked}"


def asked(client: Client, enrolment: Enrolment, *achievements: Achievement) -> WhatIf:
    response = client.get(address(enrolment, *achievements))
    assert response.status_code == 200
    found: WhatIf = response.context["what_if"]
    return found


def imagined(client: Client, enrolment: Enrolment, *achievements: Achievement) -> Imagined:
    found = asked(client, enrolment, *achievements).imagined
    assert found is not None
    return found


class TestWhatWouldBeLeft:
    def test_one_of_two(self, client: Client, walk: Walk) -> None:
        then = imagined(client, walk.enrolment, walk.one)

        assert (then.completes, then.left, then.still) == (False, 1, (walk.core.name,))

    def test_all_that_is_needed_completes_it(self, client: Client, walk: Walk) -> None:
        then = imagined(client, walk.enrolment, walk.one, walk.core)

        assert (then.completes, then.left, then.still) == (True, 0, ())
        page = client.get(address(walk.enrolment, walk.one, walk.core)).content.decode()
        assert "Then it would be complete" in page
        assert "Nothing is saved." in page

    def test_two_for_one_place_leave_as_much_as_one(self, client: Client, walk: Walk) -> None:
        assert imagined(client, walk.enrolment, walk.one, walk.other).left == 1

    def test_nothing_ticked_shows_what_can_be_ticked(self, client: Client, walk: Walk) -> None:
        found = asked(client, walk.enrolment)

        assert found.imagined is None
        assert {row.code for row in found.choices} == {walk.core.code, walk.one.code, walk.other.code}
        assert not any(row.is_chosen for row in found.choices)

    def test_what_is_ticked_stays_ticked(self, client: Client, walk: Walk) -> None:
        found = asked(client, walk.enrolment, walk.one)

        assert [row.code for row in found.choices if row.is_chosen] == [walk.one.code]

    def test_what_the_rule_does_not_list_changes_nothing(self, client: Client, walk: Walk) -> None:
        assert asked(client, walk.enrolment, make_achievement()).imagined is None

    def test_a_strict_order_is_earned_day_by_day(self, client: Client, learner: User, walk: Walk) -> None:
        parts = [make_achievement(), make_achievement()]
        rule = {**all_of(*parts), "kind": "ordered"}
        enrolment = walk.on(learner, rule)
        row = enrolment.version.requirements.get(parent=None)
        assert row.kind == "ordered"

        assert imagined(client, enrolment, *parts).completes

    def test_what_expired_can_be_earned_again(self, client: Client, learner: User, walk: Walk) -> None:
        make_credential(
            recipient=learner, achievement=walk.core, expires_on=now().date().replace(year=now().year - 1)
        )

        assert imagined(client, walk.enrolment, walk.core, walk.one).completes


class TestWhatItCosts:
    def test_hours_and_prices_are_added_up_and_the_unknown_is_named(
        self, client: Client, learner: User, walk: Walk
    ) -> None:
        dear, cheap, unknown = (make_achievement(hours=Decimal(hours)) for hours in (4, "2.5", 1))
        for achievement, price in ((dear, 100), (cheap, 20)):
            make_offering(activity=make_activity(leads_to=[achievement]), price=Decimal(price))
        enrolment = walk.on(learner, all_of(dear, cheap, unknown))

        then = imagined(client, enrolment, dear, cheap, unknown)

        assert (then.hours, then.costs, then.unpriced) == ("7.5", ("EUR 120.00",), (unknown.name,))


class TestTheWayThere:
    def test_the_pathway_s_page_offers_it_without_a_script(self, client: Client, walk: Walk) -> None:
        page = client.get(reverse("learners:progress", args=[walk.enrolment.public_id])).content.decode()

        assert f'action="{address(walk.enrolment)[:-1]}"' in page
        assert f'value="{walk.core.code}"' in page

    def test_a_complete_pathway_offers_nothing_to_tick(
        self, client: Client, learner: User, walk: Walk
    ) -> None:
        make_credential(recipient=learner, achievement=walk.core)
        make_credential(recipient=learner, achievement=walk.one)

        assert asked(client, walk.enrolment).choices == ()


class TestNothingIsSaved:
    def test_no_table_grows(self, client: Client, walk: Walk) -> None:
        client.get(address(walk.enrolment, walk.one))
        before = {model: model._default_manager.count() for model in apps.get_models()}

        client.get(address(walk.enrolment, walk.one, walk.core))

        assert {model: model._default_manager.count() for model in apps.get_models()} == before

    def test_another_s_pathway_is_hidden(self, stranger: User, sign_in: SignIn, walk: Walk) -> None:
        assert sign_in(stranger).get(address(walk.enrolment, walk.one)).status_code == 404


def test_it_asks_no_more_of_the_database_with_many_parts(client: Client, learner: User, walk: Walk) -> None:
    long = walk.on(learner, all_of(*(make_achievement() for _part in range(9))))
    parts = Achievement.objects.filter(steps__requirement__version=long.version)

    few = opening(client, address(walk.enrolment, walk.core))
    many = opening(client, address(long, *parts))

    assert len(many) == len(few) <= 13
