"""Decisions at the desk: proposed on a form, read with what they would change, approved by another, ended."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from learners.models import User
from pathways.models import Act, Enrolment, Equivalence, Exemption, Pause, Recognition, Ruling, StepCompletion
from pathways.services.evaluating import evaluate_learner
from tests.makers import (
    TERM_DAY,
    make_achievement,
    make_act,
    make_credential,
    make_enrolment,
    make_equivalence,
    make_exemption,
    make_pause,
    make_recognition,
    make_step_completion,
)
from tests.pathways.ruling import another_approver, in_force
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def page(record: Any, name: str = "") -> str:
    """The address of a record's own page, or of an act on it."""
    model = record._meta.model_name
    if name:
        return reverse(f"admin:pathways_{model}_act", args=[record.pk, name])
    return reverse(f"admin:pathways_{model}_change", args=[record.pk])


def press(browser: Client, address: str, **fields: Any) -> Any:
    return browser.post(address, {"op_key": str(uuid4()), **fields})


@pytest.fixture
def enrolment(learner: User) -> Enrolment:
    return make_enrolment(learner=learner)


class TestProposing:
    def test_an_exception_is_proposed_on_the_enrolment_by_the_words_of_its_rule(
        self, enrolment: Enrolment, registrar: User, sign_in: SignIn
    ) -> None:
        browser = sign_in(registrar)
        core = enrolment.version.requirements.filter(kind="achievement").first()
        assert core is not None

        form = browser.get(page(enrolment, "exception")).content.decode()
        pressed = press(
            browser, page(enrolment, "exception"), type="waive", node=core.key, reason="Illness in June."
        )

        made = Exemption.objects.get()
        assert f'<option value="{core.key}">– ' in form
        assert "the whole pathway: all of these" in form
        assert (pressed.status_code, pressed.url) == (302, page(made))
        assert (made.node, made.recorded_by, made.approved_at) == (core.key, registrar, None)
        assert "Illness in June." in browser.get(page(enrolment)).content.decode()

    def test_one_that_does_not_fit_is_told_above_the_form(
        self, enrolment: Enrolment, registrar: User, sign_in: SignIn
    ) -> None:
        root = enrolment.version.requirements.get(parent=None)

        refused = press(
            sign_in(registrar),
            page(enrolment, "exception"),
            type="reduce",
            node=root.key,
            by=1,
            reason="Why.",
        )

        assert refused.status_code == 409
        assert "Only a number of achievements or of parts can be reduced" in refused.content.decode()

    @pytest.mark.parametrize("kind", [Equivalence, Pause, Recognition, StepCompletion])
    def test_every_kind_has_its_form_and_a_double_click_makes_one(
        self, kind: type[Ruling], learner: User, registrar: User, sign_in: SignIn
    ) -> None:
        achievement, other = make_achievement(), make_achievement()
        common = {"reason": "The panel saw it.", "evidence": "File 17.", "learner": learner.pk}
        fields: dict[type[Ruling], dict[str, Any]] = {
            Equivalence: {"source": achievement.pk, "target": other.pk},
            Pause: {"starts_on": "2026-03-01", "ends_on": "2026-04-29"},
            Recognition: {
                "achievement": achievement.pk,
                "source": "rpl",
                "institution": "Northern College",
                "title": "Sampling",
                "earned_on": "2024-05-02",
            },
            StepCompletion: {"act": make_act().pk, "earned_on": "2024-05-02"},
        }
        browser, address = sign_in(registrar), reverse(f"admin:pathways_{kind._meta.model_name}_add")
        key = {"op_key": str(uuid4())}
        assert browser.get(address).status_code == 200

        pressed = [browser.post(address, {**common, **fields[kind], **key}) for _click in range(2)]

        [made] = kind._default_manager.all()
        assert [answer.headers["Location"] for answer in pressed] == [page(made)] * 2
        assert made.recorded_by == registrar

    def test_a_day_of_earning_is_its_noon(self, learner: User, registrar: User, sign_in: SignIn) -> None:
        fields = {"learner": learner.pk, "act": make_act().pk, "earned_on": "2024-05-02"}
        why = {"reason": "Seen.", "evidence": "A letter."}

        press(sign_in(registrar), reverse("admin:pathways_stepcompletion_add"), **fields, **why)

        assert StepCompletion.objects.get().earned_at.isoformat() == "2024-05-02T12:00:00+00:00"

    def test_leaves_that_overlap_are_told_on_the_form(self, registrar: User, sign_in: SignIn) -> None:
        there = make_pause()
        days = {"starts_on": there.starts_on.isoformat(), "ends_on": there.ends_on.isoformat()}
        address = reverse("admin:pathways_pause_add")

        refused = press(sign_in(registrar), address, learner=there.learner.pk, reason="Again.", **days)

        assert refused.status_code == 409
        assert "It overlaps the leave from 1 September 2025" in refused.content.decode()

    def test_a_step_is_made_and_changed_by_the_registrar(self, registrar: User, sign_in: SignIn) -> None:
        browser = sign_in(registrar)
        fields = {"code": "ward", "name": "Ward", "kind": "externship", "description": "Four weeks."}
        browser.post(reverse("admin:pathways_act_add"), {**fields, "is_active": "on"})
        made = Act.objects.get()

        browser.post(page(made), {**fields, "code": "other", "name": "The ward"})

        made.refresh_from_db()
        assert (made.code, made.name, made.is_active) == ("ward", "The ward", False)


class TestDeciding:
    def test_the_page_says_how_the_verdict_changes(
        self, enrolment: Enrolment, approver: User, sign_in: SignIn
    ) -> None:
        core = enrolment.version.requirements.filter(kind="achievement").first()
        assert core is not None
        waiting = make_exemption(enrolment=enrolment, node=core.key)

        told = sign_in(approver).get(page(waiting, "approve")).content.decode()

        assert f"{enrolment.pathway}: before: 0 of 2, 2 left. After: 1 of 2, 1 left." in told

    def test_an_equivalence_says_how_many_it_has_evaluated_again(
        self, approver: User, sign_in: SignIn
    ) -> None:
        waiting = make_equivalence()
        rule = {"kind": "achievement", "key": "a", "achievement": waiting.target.code}
        for _learner in range(2):
            make_enrolment(pathway=in_force(rule))

        told = sign_in(approver).get(page(waiting, "approve")).content.decode()

        assert "2 enrolments of 2 learners are evaluated again." in told

    def test_an_approver_approves_and_her_own_proposal_shows_no_button(
        self, approver: User, sign_in: SignIn
    ) -> None:
        waiting = make_step_completion()
        own = make_pause()
        Pause.objects.filter(pk=own.pk).update(recorded_by=approver)
        browser = sign_in(approver)

        press(browser, page(waiting, "approve"))
        own_page = browser.get(page(own)).content.decode()

        waiting.refresh_from_db()
        assert waiting.approved_by == approver
        assert page(own, "approve") not in own_page
        assert page(own, "refuse") in own_page

    def test_two_approvers_of_one_thing_meet_no_error(self, approver: User, sign_in: SignIn) -> None:
        waiting = make_recognition()

        pressed = [
            press(sign_in(by), page(waiting, "approve")).status_code for by in (approver, another_approver())
        ]

        waiting.refresh_from_db()
        assert (pressed, waiting.approved_by) == ([302, 302], approver)

    def test_a_refusal_says_why_on_the_record(self, approver: User, sign_in: SignIn) -> None:
        waiting, browser = make_recognition(), sign_in(approver)

        press(browser, page(waiting, "refuse"), reason="The file is incomplete.")

        told = browser.get(page(waiting)).content.decode()
        assert "The file is incomplete." in told
        assert "refused" in told

    def test_what_stands_is_ended_with_a_reason(
        self, enrolment: Enrolment, registrar: User, approver: User, sign_in: SignIn
    ) -> None:
        core = enrolment.version.requirements.filter(kind="achievement").first()
        assert core is not None
        waiting = make_exemption(enrolment=enrolment, node=core.key)
        browser = sign_in(approver)
        press(browser, page(waiting, "approve"))

        told = browser.get(page(waiting, "end")).content.decode()
        empty = press(browser, page(waiting, "end"), reason="")
        press(browser, page(waiting, "end"), reason="Given by mistake.")

        waiting.refresh_from_db()
        assert f"{enrolment.pathway}: before: 1 of 2, 1 left. After: 0 of 2, 2 left." in told
        assert (empty.status_code, waiting.end_reason) == (200, "Given by mistake.")

    def test_lists_are_filtered_by_how_things_stand(self, registrar: User, sign_in: SignIn) -> None:
        waiting, ended = make_recognition(title="Waiting here"), make_recognition(title="Over and done")
        Recognition.objects.filter(pk=ended.pk).update(
            ended_at=TERM_DAY, ended_by=registrar, end_reason="A slip."
        )
        browser, address = sign_in(registrar), reverse("admin:pathways_recognition_changelist")

        shown = {
            name: browser.get(address, {"standing": name}).content.decode()
            for name in ("waiting", "standing", "ended", "refused")
        }

        assert {name for name, html in shown.items() if waiting.title in html} == {"waiting"}
        assert {name for name, html in shown.items() if ended.title in html} == {"refused"}

    def test_the_work_list_leads_to_what_waits(self, approver: User, sign_in: SignIn) -> None:
        make_step_completion()

        home = sign_in(approver).get(reverse("admin:index")).content.decode()

        assert reverse("admin:pathways_stepcompletion_changelist") + "?standing=waiting" in home
        assert "leaves to approve" not in home


class TestVerdictAtTheDesk:
    def test_names_what_is_no_credential(self, registrar: User, approver: User, sign_in: SignIn) -> None:
        act, achievement = make_act(name="Four weeks on the ward"), make_achievement(name="Sampling")
        rule = {
            "kind": "all",
            "key": "all",
            "children": [
                {"kind": "achievement", "key": "a", "achievement": achievement.code},
                {"kind": "step", "key": "s", "step": act},
            ],
        }
        enrolment = make_enrolment(pathway=in_force(rule))
        learner = enrolment.learner
        proposals: list[Ruling] = [
            make_recognition(learner=learner, achievement=achievement),
            make_step_completion(learner=learner, act=act),
        ]
        browser = sign_in(approver)
        for proposed in proposals:
            press(browser, page(proposed, "approve"))
        make_credential(recipient=learner)
        evaluate_learner(learner=learner, at=TERM_DAY + timedelta(days=1))

        told = browser.get(page(enrolment.evaluations.get(is_current=True))).content.decode()

        assert "Handling of Samples, earned at Northern College" in told
        assert f'<a href="{page(proposals[1])}">Four weeks on the ward</a>' in told
        assert "not part of this pathway" in told
