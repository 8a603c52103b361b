"""Who is close and by which steps; what holds people up, and whom relaxing it would let through."""

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import Achievement
from learners.models import User
from pathways.analytics import bottlenecks
from pathways.models import Enrolment, Pathway
from pathways.queries.closeness import closest, named
from pathways.services.evaluating import evaluate_learner
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_credential,
    make_enrolment,
    make_pathway,
    make_user,
    pool,
)
from tests.people import SignIn
from tests.speed.counting import grown, opening

pytestmark = pytest.mark.django_db
LIST = reverse("pathways:who_is_close")


class Data:
    """A pathway of a core and two of three electives."""

    def __init__(self) -> None:
        self.core, self.maps, self.charts, self.code = (
            make_achievement(name=name, code=f"{name.upper()}-1")
            for name in ("Core", "Maps", "Charts", "Code")
        )
        rule = all_of(self.core, pool(2, self.maps, self.charts, self.code, key="electives"))
        self.pathway = make_pathway(name="Data", rule=rule)

    def walker(self, *held: Achievement, name: str) -> Enrolment:
        learner = make_user(name=name)
        enrolment = make_enrolment(learner=learner, pathway=self.pathway)
        for achievement in held:
            make_credential(recipient=learner, achievement=achievement)
        evaluate_learner(learner=learner, at=TERM_DAY)
        return enrolment


@pytest.fixture
def data() -> Data:
    return Data()


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


class TestClosest:
    def test_the_nearest_come_first_with_their_exact_steps(self, data: Data) -> None:
        data.walker(data.core, name="Two Left")
        data.walker(data.maps, data.code, name="One Left")
        data.walker(data.core, data.maps, data.code, name="Through")

        rows = named(closest())

        assert [(str(row.enrolment.learner), row.left, row.steps) for row in rows] == [
            ("One Left", 1, (("Core",),)),
            ("Two Left", 2, (("Charts",), ("Code",))),
        ]

    def test_the_last_step_may_be_any_that_helps(self, data: Data) -> None:
        data.walker(data.core, data.maps, name="One Left")

        (row,) = named(closest(most=1))

        assert {*row.steps[0]} == {"Charts", "Code"}

    def test_whoever_left_is_not_close(self, data: Data) -> None:
        enrolment = data.walker(data.maps, data.code, name="Gone")
        Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.WITHDRAWN)

        assert not closest().exists()


class TestTheList:
    def test_filtered_to_one_step_left(self, desk: Client, data: Data) -> None:
        data.walker(data.core, name="Two Left")
        data.walker(data.maps, data.code, name="One Left")

        page = desk.get(LIST, {"left": "1"}).content.decode()

        assert "One Left" in page
        assert "Two Left" not in page

    def test_of_one_pathway(self, desk: Client, data: Data) -> None:
        data.walker(data.core, name="Here")
        make_pathway(name="Elsewhere")

        other = Pathway.objects.get(name="Elsewhere")

        assert "Here" in desk.get(LIST, {"pathway": data.pathway.pk}).content.decode()
        assert "Nobody is this close." in desk.get(LIST, {"pathway": other.pk}).content.decode()

    def test_as_a_table_without_formulas(self, desk: Client, data: Data) -> None:
        data.walker(data.core, data.maps, name="=1+1")

        answer = desk.get(LIST, {"as": "csv", "left": "1"})

        line = answer.content.decode("utf-8-sig").splitlines()[1]
        assert answer["Content-Disposition"] == 'attachment; filename="who-is-close.csv"'
        assert line.startswith("'=1+1,")
        assert line.endswith(",Data,1,1,Charts or Code")

    def test_costs_no_more_queries_with_many_learners(self, desk: Client, data: Data) -> None:
        data.walker(data.core, name="First")
        one = opening(desk, LIST)

        for place in range(6):
            data.walker(data.maps, name=f"Next {place}")

        many = opening(desk, LIST)
        assert len(many) == len(one) <= 8, grown(one, many)


class TestBottlenecks:
    def test_what_holds_most_people_up_comes_first(self, data: Data) -> None:
        data.walker(data.maps, data.code, name="Lacks the core")
        data.walker(data.maps, name="Lacks both")
        data.walker(data.core, data.maps, name="Lacks one elective")
        data.walker(data.core, data.maps, data.code, name="Through")

        found = bottlenecks(data.pathway)

        assert found.under_way == 3
        assert [(row.rule.key, row.blocked, row.one_fewer, row.without) for row in found.rows] == [
            ("core-1", 2, 0, 1),
            ("electives", 2, 1, 1),
        ]

    def test_its_page(self, desk: Client, data: Data) -> None:
        data.walker(data.core, data.maps, name="Lacks one elective")

        page = desk.get(reverse("pathways:bottlenecks", args=[data.pathway.slug])).content.decode()

        assert "2 of these 3" in page
        assert "1 learner is under way." in page

    def test_nobody_under_way(self, desk: Client, data: Data) -> None:
        page = desk.get(reverse("pathways:bottlenecks", args=[data.pathway.slug])).content.decode()

        assert "nobody is under way" in page

    def test_costs_no_more_queries_with_many_learners(self, desk: Client, data: Data) -> None:
        address = reverse("pathways:bottlenecks", args=[data.pathway.slug])
        data.walker(data.core, name="First")
        one = opening(desk, address)

        for place in range(6):
            data.walker(data.maps, name=f"Next {place}")

        many = opening(desk, address)
        assert len(many) == len(one) <= 8, grown(one, many)


def test_both_are_found_from_the_records_that_they_are_about(desk: Client, data: Data) -> None:
    enrolments = desk.get(reverse("admin:pathways_enrolment_changelist")).content.decode()
    pathway = desk.get(reverse("admin:pathways_pathway_change", args=[data.pathway.pk])).content.decode()

    assert f'href="{LIST}"' in enrolments
    assert f'href="{reverse("pathways:bottlenecks", args=[data.pathway.slug])}"' in pathway
