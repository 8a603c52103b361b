"""The registrar's desk for pathways: a rule drawn up without JSON, published by another, then only read."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Credential
from learners.models import User
from pathways.admin.builder import rule_page
from pathways.forms.filters import FILTERS
from pathways.models import Enrolment, Pathway, PathwayVersion, Requirement
from pathways.queries import rule_for
from pathways.queries.drafts import draft_revision
from pathways.rules import tree
from pathways.services.publishing import next_draft
from tests.makers import (
    all_of,
    make_achievement,
    make_certificate,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_pathway,
    make_pathway_version,
    pool,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def act(model: str, pk: int, name: str) -> str:
    return reverse(f"admin:pathways_{model}_act", args=[pk, name])


def page(model: str, pk: int) -> str:
    return reverse(f"admin:pathways_{model}_change", args=[pk])


def press(**answers: Any) -> dict[str, Any]:
    return {"op_key": str(uuid4()), **answers}


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


@pytest.fixture
def empty(registrar: User) -> PathwayVersion:
    """The first draft of a pathway, without a row."""
    pathway = Pathway.objects.create(
        name="Reading Tables",
        slug="tables",
        description="Two of three.",
        model="flexible",
        awards=make_certificate(code="CERT"),
    )
    return next_draft(pathway=pathway, by=registrar)


class TestPublishedRules:
    def test_no_forged_form_changes_one(self, desk: Client) -> None:
        version = make_pathway_version()
        before = list(Requirement.objects.filter(version=version).values())

        replies = [
            desk.post(page("pathwayversion", version.pk), {"lapse_policy": "keep", "_save": "1"}),
            desk.post(reverse("admin:pathways_pathwayversion_delete", args=[version.pk]), {"post": "yes"}),
            desk.post(reverse("admin:pathways_pathwayversion_add"), {"_save": "1"}),
        ]

        assert {reply.status_code for reply in replies} == {403}
        assert list(Requirement.objects.filter(version=version).values()) == before

    def test_publishing_says_whom_it_touches(self, approver: User, sign_in: SignIn) -> None:
        part = make_achievement()
        pathway = make_pathway(rule=all_of(part, make_achievement()))
        make_enrolment(pathway=pathway)
        for _holder in range(2):
            make_credential(achievement=part)
        draft = make_pathway_version(
            pathway=pathway, rule=all_of(part, make_achievement()), is_published=False
        )

        told = " ".join(
            sign_in(approver).get(act("pathwayversion", draft.pk, "publish")).content.decode().split()
        )

        assert '<dt>People who hold a part of it</dt> <dd dir="auto">2</dd>' in told
        assert '<dt>Learners enrolled on earlier versions</dt> <dd dir="auto">1</dd>' in told

    def test_the_next_draft_is_opened_once(self, desk: Client) -> None:
        pathway, answers = make_pathway(), press()

        replies = [desk.post(act("pathway", pathway.pk, "next-draft"), answers) for _press in range(2)]

        draft = pathway.versions.get(status="draft")
        assert {reply.headers["Location"] for reply in replies} == {rule_page(draft)}

    def test_a_pathway_is_copied_and_given_an_elective_in_four_steps(self, desk: Client) -> None:
        """Open the copy's page, name it, open its pool, choose the elective: no credential is touched."""
        held = make_credential()
        core, one, two, elective = (
            make_achievement(),
            make_achievement(),
            held.achievement,
            make_achievement(),
        )
        pathway = make_pathway(rule=all_of(core, pool(1, one, two)))
        before = list(Credential.objects.values())

        form = desk.get(act("pathway", pathway.pk, "clone"))
        named = press(name="Another road", awards=pathway.awards_id)
        replies = [desk.post(act("pathway", pathway.pk, "clone"), named) for _press in range(2)]
        draft = PathwayVersion.objects.get(pathway__name="Another road")
        some = draft.requirements.get(kind="pool")
        answers = press(
            revision=draft_revision(draft), n=1, label=some.label, codes=[one.code, two.code, elective.code]
        )
        answers |= {f"{name}_how": "above" for name in FILTERS}
        saved = desk.post(rule_page(draft, "requirement", some.pk), answers)

        assert f'value="{pathway.awards_id}" selected' in form.content.decode()
        assert {reply.headers["Location"] for reply in replies} == {rule_page(draft)}
        assert saved.status_code == 302
        rule = rule_for(draft)
        assert isinstance(rule, tree.AllOf)
        assert [tree.codes(part) for part in rule.children] == [
            (core.code,),
            (one.code, two.code, elective.code),
        ]
        assert pathway.versions.count() == 1
        assert not Enrolment.objects.exists()
        assert list(Credential.objects.values()) == before

    def test_a_copy_needs_an_address_of_its_own(self, desk: Client) -> None:
        pathway = make_pathway(name="One road", slug="one-road")

        for taken in ("One road", "!"):
            answer = desk.post(
                act("pathway", pathway.pk, "clone"), press(name=taken, awards=pathway.awards_id)
            )
            assert answer.status_code == 409
            assert "Choose another" in answer.content.decode()

        assert Pathway.objects.count() == 1

    def test_a_draft_may_be_thrown_away_with_its_rows(self, desk: Client, empty: PathwayVersion) -> None:
        Requirement.objects.create(version=empty, key="one", kind="all")

        desk.post(reverse("admin:pathways_pathwayversion_delete", args=[empty.pk]), {"post": "yes"})

        assert not PathwayVersion.objects.filter(pk=empty.pk).exists()

    def test_what_was_promised_stays(self, desk: Client) -> None:
        pathway = make_pathway(name="As promised")
        changed = {
            "name": "Newly named",
            "slug": "moved",
            "description": "x",
            "model": "linear",
            "awards": make_certificate().pk,
            "enrolment_policy": "by_act",
            "versions-TOTAL_FORMS": 1,
            "versions-INITIAL_FORMS": 1,
            "versions-0-id": pathway.versions.get().pk,
            "versions-0-pathway": pathway.pk,
            "_save": "1",
        }

        desk.post(page("pathway", pathway.pk), changed)

        slug, award = pathway.slug, pathway.awards_id
        pathway.refresh_from_db()
        assert (pathway.name, pathway.slug, pathway.awards_id) == ("Newly named", slug, award)


class TestProgress:
    def test_a_verdict_is_told_in_sentences(self, desk: Client, learner: User) -> None:
        sorting, joining = make_achievement(name="Sorting"), make_achievement(name="Joining")
        enrolment = make_enrolment(learner=learner, pathway=make_pathway(rule=all_of(sorting, joining)))
        make_credential(recipient=learner, achievement=sorting)
        make_credential(recipient=learner, achievement=make_achievement(name="Singing"))
        evaluation = make_evaluation(enrolment=enrolment)

        told = desk.get(page("evaluation", evaluation.pk)).content.decode()

        for words in ("1 of 2, 1 left.", "Still to earn: Joining.", "Singing", "not part of this pathway"):
            assert words in told
        assert "{" not in told.split("field-in_words")[1].split("field-counted")[0]

    def test_no_forged_form_changes_an_enrolment(self, desk: Client) -> None:
        evaluation = make_evaluation()
        enrolment = evaluation.enrolment

        replies = [
            desk.post(page("enrolment", enrolment.pk), {"state": "complete", "_save": "1"}),
            desk.post(page("evaluation", evaluation.pk), {"status": "satisfied", "_save": "1"}),
            desk.post(reverse("admin:pathways_enrolment_delete", args=[enrolment.pk]), {"post": "yes"}),
            desk.post(reverse("admin:pathways_enrolment_add"), {"_save": "1"}),
        ]

        assert {reply.status_code for reply in replies} == {403}
        assert Enrolment.objects.get(pk=enrolment.pk).state == Enrolment.State.ACTIVE

    @pytest.mark.parametrize(
        "model", ["enrolment", "evaluation", "pathway", "pathwayversion", "enrolmentchange"]
    )
    def test_a_list_costs_the_same_for_one_row_and_for_many(self, model: str, desk: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(reverse(f"admin:pathways_{model}_changelist")).status_code == 200
            return len(queries)

        make_evaluation()
        cost()
        one = cost()
        for _row in range(4):
            make_evaluation()

        assert cost() == one

    def test_a_rule_page_costs_the_same_for_a_long_rule(self, desk: Client) -> None:
        def cost(parts: int) -> int:
            rule = all_of(*[make_achievement() for _part in range(parts)])
            version = make_pathway_version(rule=rule, is_published=False)
            address = rule_page(version)
            desk.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address).status_code == 200
            return len(queries)

        assert cost(6) == cost(3)
