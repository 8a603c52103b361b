"""The public pages of pathways, and a learner's two acts on them."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learners.models import User
from pathways.models import Act, Enrolment, Pathway
from pathways.queries import rule_for
from pathways.queries.drafts import draft_revision
from pathways.rules import ctdl
from pathways.services.enrolling import change_state
from pathways.services.publishing import publish_pathway
from pathways.services.rule_files import import_rule
from tests.makers import (
    TERM_DAY,
    all_of,
    default_competency,
    make_achievement,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_pathway,
    office,
    pool,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def press(client: Client, pathway: Pathway, act: str, key: object = None) -> int:
    """Press the button of an act; the status of the answer."""
    answer = client.post(f"/pathways/{pathway.slug}/{act}/", {"op_key": str(key or uuid4())})
    return answer.status_code


class TestPathwayList:
    def test_shows_pathways_in_force_with_their_rule_in_words(self, employer: Client) -> None:
        first, second = make_achievement(name="Plan"), make_achievement(name="Clean")
        make_pathway(name="Data road", rule=all_of(first, second))
        make_pathway(name="Unfinished road", is_published=False)

        page = employer.get("/pathways/").content.decode()

        assert "Data road" in page
        assert "Earn Plan and Clean." in page
        assert "Unfinished road" not in page

    def test_asks_the_database_no_more_for_many_than_for_one(self, employer: Client) -> None:
        make_pathway()
        with CaptureQueriesContext(connection) as for_one:
            employer.get("/pathways/")
        for _number in range(3):
            make_pathway()

        with CaptureQueriesContext(connection) as for_many:
            employer.get("/pathways/")

        assert len(for_many) == len(for_one) <= 6

    def test_says_kindly_that_there_is_none(self, employer: Client) -> None:
        assert "No pathway is open yet" in employer.get("/pathways/").content.decode()


class TestEveryKind:
    def test_is_shown_in_words_with_its_achievements(self, employer: Client) -> None:
        one, two, three, four = (
            make_achievement(name=name, hours=Decimal(10), credits=Decimal(1))
            for name in ("Plan", "Clean", "Join", "Chart")
        )
        skill = default_competency()
        Act.objects.create(code="viva", name="The viva", description="x")
        pathway = make_pathway(is_published=False)
        rule = {
            "kind": "all",
            "children": [
                {
                    "kind": "within",
                    "window": {"months": 6},
                    "anchor": "enrolment",
                    "child": {
                        "kind": "ordered",
                        "children": [
                            {"kind": "achievement", "achievement": one.code, "earned_from": "2020-03-31"},
                            {"kind": "achievement", "achievement": two.code},
                        ],
                    },
                },
                {
                    "kind": "n_of",
                    "n": 1,
                    "label": "Either",
                    "children": [
                        {"kind": "credits", "min": "1", "achievements": [three.code, four.code]},
                        {"kind": "step", "step": "step:viva"},
                        {"kind": "competency", "code": str(skill.public_id)},
                    ],
                },
            ],
        }
        version = pathway.versions.get()
        version.requirements.all().delete()
        import_rule(
            version=version,
            text=json.dumps({"rule": rule}).encode(),
            revision=draft_revision(version),
            by=office(),
        )
        publish_pathway(version=version, by=office("second"), at=TERM_DAY)

        page = " ".join(employer.get(f"/pathways/{pathway.slug}/").content.decode().split())

        for words in (
            "This, all within 6 months of enrolling.",
            "All of these, in this order.",
            "Plan (earned on or after 31 March 2020).",
            "<h3>Either</h3>",
            "Any one of these 3.",
            "1 credits out of these.",
            "Completion of The viva.",
            f"An achievement that shows “{skill.name}”.",
        ):
            assert words in page
        # The viva takes no hours, Join or Chart take ten.
        assert "20 to 30" in page


class TestPathwayPage:
    def test_shows_the_parts_in_order_and_what_any_way_through_takes(self, employer: Client) -> None:
        core = make_achievement(name="Core skill", hours=Decimal(10), credits=Decimal(1))
        short = make_achievement(name="Short elective", hours=Decimal(4), credits=Decimal(1))
        long = make_achievement(name="Long elective", hours=Decimal("7.5"), credits=Decimal(1))
        pathway = make_pathway(rule=all_of(core, pool(1, short, long, label="One elective")))

        page = employer.get(pathway.get_absolute_url()).content.decode()

        assert "14 to 17.5" in page
        assert "Any one of these 2." in page
        assert (
            page.index("Core skill</a>") < page.index("One elective</h3>") < page.index("Short elective</a>")
        )
        assert pathway.awards.name in page

    def test_asks_the_database_no_more_for_many_achievements_than_for_few(
        self, learner: User, sign_in: SignIn
    ) -> None:
        browser = sign_in(learner)
        small = make_pathway(rule=all_of(make_achievement()))
        large = make_pathway(rule=pool(2, *(make_achievement() for _number in range(6))))
        with CaptureQueriesContext(connection) as for_few:
            browser.get(small.get_absolute_url())

        with CaptureQueriesContext(connection) as for_many:
            browser.get(large.get_absolute_url())

        assert len(for_many) == len(for_few) <= 9

    def test_its_data_reads_back_as_the_rule_in_force(self, employer: Client) -> None:
        first, second, third = make_achievement(), make_achievement(), make_achievement()
        pathway = make_pathway(rule=all_of(first, pool(1, second, third)))

        answer = employer.get(f"/pathways/{pathway.slug}.jsonld")

        assert answer["Content-Type"] == "application/ld+json"
        assert pathway.current_version is not None
        assert ctdl.read(answer.json()) == rule_for(pathway.current_version)
        page = employer.get(pathway.get_absolute_url()).content.decode()
        assert f'href="/pathways/{pathway.slug}.jsonld"' in page

    def test_a_draft_has_no_data(self, employer: Client) -> None:
        draft = make_pathway(is_published=False)
        assert employer.get(f"/pathways/{draft.slug}.jsonld").status_code == 404

    def test_a_draft_has_no_page(self, employer: Client) -> None:
        assert employer.get(make_pathway(is_published=False).get_absolute_url()).status_code == 404

    def test_a_visitor_is_asked_to_sign_in_and_comes_back(self, employer: Client) -> None:
        pathway = make_pathway()

        page = employer.get(pathway.get_absolute_url()).content.decode()

        assert f"?next=/pathways/{pathway.slug}/" in page
        assert "Enrol on this pathway" not in page

    def test_a_learner_sees_where_she_is(self, learner: User, sign_in: SignIn) -> None:
        first, second = make_achievement(), make_achievement()
        pathway = make_pathway(rule=all_of(first, second))
        make_credential(recipient=learner, achievement=first)
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        make_evaluation(enrolment=enrolment)

        page = " ".join(sign_in(learner).get(pathway.get_absolute_url()).content.decode().split())

        assert "<strong> 1 of 2 </strong>" in page
        assert "Earned" in page
        assert "Enrol on this pathway" not in page
        assert str(enrolment.public_id) in page

    def test_one_learner_never_sees_another_ones_state(
        self, learner: User, stranger: User, sign_in: SignIn
    ) -> None:
        enrolment = make_enrolment(learner=learner)

        page = sign_in(stranger).get(enrolment.pathway.get_absolute_url()).content.decode()

        assert str(enrolment.public_id) not in page
        assert "Enrol on this pathway" in page

    def test_staff_are_not_offered_to_enrol(self, registrar: User, sign_in: SignIn) -> None:
        page = sign_in(registrar).get(make_pathway().get_absolute_url()).content.decode()

        assert "Enrol on this pathway" not in page


class TestEnrolling:
    def test_a_learner_enrols_once_however_often_the_button_is_pressed(
        self, learner: User, sign_in: SignIn
    ) -> None:
        pathway, key, browser = make_pathway(), uuid4(), sign_in(learner)

        answers = [press(browser, pathway, "enrol", key) for _time in range(2)]

        assert answers == [302, 302]
        assert Enrolment.objects.held_by(learner).count() == 1

    def test_a_visitor_is_sent_to_sign_in(self, employer: Client) -> None:
        pathway = make_pathway()

        assert press(employer, pathway, "enrol") == 302
        assert not Enrolment.objects.exists()

    def test_staff_without_the_learners_role_cannot(self, registrar: User, sign_in: SignIn) -> None:
        assert press(sign_in(registrar), make_pathway(), "enrol") == 403
        assert not Enrolment.objects.exists()

    def test_a_draft_cannot_be_enrolled_on(self, learner: User, sign_in: SignIn) -> None:
        assert press(sign_in(learner), make_pathway(is_published=False), "enrol") == 404

    def test_opening_the_address_changes_nothing(self, learner: User, sign_in: SignIn) -> None:
        answer = sign_in(learner).get(f"/pathways/{make_pathway().slug}/enrol/")

        assert answer.status_code == 405
        assert not Enrolment.objects.exists()

    def test_a_form_used_for_another_pathway_is_refused_in_words(
        self, learner: User, sign_in: SignIn
    ) -> None:
        first, second, key, browser = make_pathway(), make_pathway(), uuid4(), sign_in(learner)
        press(browser, first, "enrol", key)

        answer = browser.post(f"/pathways/{second.slug}/enrol/", {"op_key": str(key)})

        assert answer.status_code == 422
        assert "already used for something else" in answer.content.decode()
        assert Enrolment.objects.get().pathway == first

    def test_a_form_without_its_key_does_nothing_and_says_so(self, learner: User, sign_in: SignIn) -> None:
        answer = sign_in(learner).post(f"/pathways/{make_pathway().slug}/enrol/")

        assert answer.status_code == 400
        assert "Press the button again" in answer.content.decode()
        assert not Enrolment.objects.exists()


class TestLeaving:
    def test_a_learner_leaves_and_may_enrol_again(self, learner: User, sign_in: SignIn) -> None:
        enrolment, browser = make_enrolment(learner=learner), sign_in(learner)

        key = uuid4()
        answers = [press(browser, enrolment.pathway, "leave", key) for _time in range(2)]
        again = press(browser, enrolment.pathway, "enrol")

        enrolment.refresh_from_db()
        assert (answers, again) == ([302, 302], 302)
        assert enrolment.state == Enrolment.State.WITHDRAWN
        assert Enrolment.objects.current().held_by(learner).count() == 1

    def test_a_complete_pathway_cannot_be_left(self, learner: User, sign_in: SignIn) -> None:
        enrolment = make_enrolment(learner=learner)
        change_state(enrolment, Enrolment.State.COMPLETE, TERM_DAY)

        answer = sign_in(learner).post(f"/pathways/{enrolment.pathway.slug}/leave/", {"op_key": str(uuid4())})

        enrolment.refresh_from_db()
        assert answer.status_code == 409
        assert "there is nothing to leave" in answer.content.decode()
        assert enrolment.state == Enrolment.State.COMPLETE

    def test_a_stranger_has_nothing_to_leave(self, learner: User, stranger: User, sign_in: SignIn) -> None:
        enrolment = make_enrolment(learner=learner)

        assert press(sign_in(stranger), enrolment.pathway, "leave") == 404
        enrolment.refresh_from_db()
        assert enrolment.state == Enrolment.State.ACTIVE
