"""The registrar's desk for pathways: a rule drawn up without JSON, published by another, then only read."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Credential, Role
from credentials.services.drafting import wrote
from learners.models import User
from pathways.models import Enrolment, Pathway, PathwayVersion, Requirement, Step
from pathways.queries import rule_for
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
    make_role,
    make_user,
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


def rows(version: PathwayVersion, *changed: dict[str, Any]) -> dict[str, Any]:
    """What the page of a version sends: its rows as they stand, and what was typed over them."""
    stored = list(version.requirements.order_by("position", "pk"))
    sent: dict[str, Any] = {
        "lapse_policy": version.lapse_policy,
        "requirements-TOTAL_FORMS": max(len(stored), len(changed)),
        "requirements-INITIAL_FORMS": len(stored),
        "_save": "1",
    }
    for number in range(sent["requirements-TOTAL_FORMS"]):
        row = stored[number] if number < len(stored) else None
        fields: dict[str, Any] = {
            "id": "",
            "version": version.pk,
            "position": number,
            "parent": "",
            "key": "",
        }
        if row is not None:
            fields |= {name: getattr(row, name) for name in ("key", "kind", "label", "position")}
            fields |= {"id": row.pk, "parent": row.parent_id or "", "n": row.n or ""}
        fields |= changed[number] if number < len(changed) else {}
        sent |= {f"requirements-{number}-{name}": value for name, value in fields.items()}
    return sent


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


class TestDrawingUpARule:
    def test_from_the_first_row_to_publication(
        self, desk: Client, approver: User, sign_in: SignIn, empty: PathwayVersion
    ) -> None:
        chosen = [make_achievement(name=name) for name in ("Sorting", "Joining", "Charting", "Citing")]
        not_yet = desk.get(page("pathwayversion", empty.pk)).content.decode()

        desk.post(page("pathwayversion", empty.pk), rows(empty, {"key": "three", "kind": "pool", "n": 3}))
        row = empty.requirements.get()
        steps: dict[str, Any] = {"steps-TOTAL_FORMS": 4, "steps-INITIAL_FORMS": 0, "n": 3, "_save": "1"}
        for number, achievement in enumerate(chosen):
            steps |= {f"steps-{number}-{name}": "" for name in ("id",)}
            steps |= {
                f"steps-{number}-requirement": row.pk,
                f"steps-{number}-achievement": achievement.pk,
                f"steps-{number}-position": number,
            }
        back = desk.post(page("requirement", row.pk), steps)
        told = desk.get(page("pathwayversion", empty.pk)).content.decode()
        reply = sign_in(approver).post(act("pathwayversion", empty.pk, "publish"), press())

        empty.refresh_from_db()
        assert "Not a rule yet" in not_yet
        assert back.headers["Location"] == page("pathwayversion", empty.pk)
        assert "Earn 3 of these 4: Sorting, Joining, Charting and Citing." in told
        assert "Nothing to put right." in told
        assert reply.status_code == 302
        assert (empty.status, empty.published_by) == ("published", approver)

    def test_the_lint_speaks_on_the_page(self, desk: Client) -> None:
        version = make_pathway_version(
            is_published=False, rule=pool(3, make_achievement(), make_achievement())
        )

        told = desk.get(page("pathwayversion", version.pk)).content.decode()

        assert "Must be put right" in told
        assert "asks for 3 but lists only 2" in told

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ({"key": "second", "kind": "all"}, "Only one row can be the outermost"),
            ({"key": "inner", "kind": "pool", "n": ""}, "Say how many of them are asked for"),
        ],
    )
    def test_rows_that_are_no_tree_are_refused_in_words(
        self, typed: dict[str, Any], why: str, desk: Client, empty: PathwayVersion
    ) -> None:
        Requirement.objects.create(version=empty, key="first", kind="all")
        reply = desk.post(page("pathwayversion", empty.pk), rows(empty, {}, typed))

        assert reply.status_code == 200
        assert why in reply.content.decode()
        assert empty.requirements.count() == 1

    def test_a_row_cannot_stand_inside_itself_or_in_a_row_that_holds_none(
        self, desk: Client, empty: PathwayVersion
    ) -> None:
        outer = Requirement.objects.create(version=empty, key="outer", kind="all")
        inner = Requirement.objects.create(version=empty, key="inner", kind="all", parent=outer, position=1)

        circle = desk.post(page("pathwayversion", empty.pk), rows(empty, {"parent": inner.pk}))
        in_a_leaf = desk.post(
            page("pathwayversion", empty.pk), rows(empty, {"kind": "pool", "n": 1}, {"parent": outer.pk})
        )

        assert "would stand inside itself" in circle.content.decode()
        assert "can hold other rows" in in_a_leaf.content.decode()

    def test_rows_of_another_pathway_cannot_be_stood_in(self, desk: Client, empty: PathwayVersion) -> None:
        Requirement.objects.create(version=empty, key="outer", kind="all")
        elsewhere = make_pathway(is_published=False).versions.get().requirements.get(parent=None)

        reply = desk.post(
            page("pathwayversion", empty.pk),
            rows(empty, {}, {"key": "x", "kind": "all", "parent": elsewhere.pk}),
        )

        assert "not one of the available choices" in reply.content.decode()

    def test_who_chose_an_achievement_wrote_on_the_rule(
        self, desk: Client, registrar: User, empty: PathwayVersion
    ) -> None:
        PathwayVersion.objects.filter(pk=empty.pk).update(written_by=make_user())
        make_role(user=registrar, role=Role.Name.APPROVER)
        row = Requirement.objects.create(version=empty, key="one", kind="pool", n=1)
        desk.post(
            page("requirement", row.pk),
            {
                "n": 1,
                "steps-TOTAL_FORMS": 1,
                "steps-INITIAL_FORMS": 0,
                "steps-0-requirement": row.pk,
                "steps-0-achievement": make_achievement().pk,
                "steps-0-position": 0,
                "_save": "1",
            },
        )

        reply = desk.post(act("pathwayversion", empty.pk, "publish"), press())

        assert row.steps.count() == 1
        assert reply.status_code == 409
        assert "Somebody else has to publish it" in reply.content.decode()

    def test_who_took_a_row_away_wrote_on_the_rule(
        self, desk: Client, registrar: User, empty: PathwayVersion
    ) -> None:
        PathwayVersion.objects.filter(pk=empty.pk).update(written_by=make_user())
        row = Requirement.objects.create(version=empty, key="one", kind="all")

        desk.post(reverse("admin:pathways_requirement_delete", args=[row.pk]), {"post": "yes"})

        assert not empty.requirements.exists()
        assert wrote(empty, registrar)


class TestPublishedRules:
    def test_no_forged_form_changes_one(self, desk: Client) -> None:
        version = make_pathway_version()
        row = version.requirements.exclude(parent=None).first()
        assert row is not None
        before = list(Requirement.objects.filter(version=version).values())

        replies = [
            desk.post(page("pathwayversion", version.pk), rows(version, {"label": "Forged"})),
            desk.post(page("requirement", row.pk), {"label": "Forged", "_save": "1"}),
            desk.post(reverse("admin:pathways_pathwayversion_delete", args=[version.pk]), {"post": "yes"}),
            desk.post(reverse("admin:pathways_requirement_delete", args=[row.pk]), {"post": "yes"}),
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
        assert {reply.headers["Location"] for reply in replies} == {page("pathwayversion", draft.pk)}

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
        chosen = [*some.steps.all(), Step(achievement=elective)]
        rows: dict[str, object] = {"label": some.label, "steps-TOTAL_FORMS": 3, "steps-INITIAL_FORMS": 2}
        for place, step in enumerate(chosen):
            rows |= {
                f"steps-{place}-id": step.pk or "",
                f"steps-{place}-requirement": some.pk,
                f"steps-{place}-achievement": step.achievement_id,
                f"steps-{place}-position": place,
            }
        saved = desk.post(page("requirement", some.pk), rows)

        assert f'value="{pathway.awards_id}" selected' in form.content.decode()
        assert {reply.headers["Location"] for reply in replies} == {page("pathwayversion", draft.pk)}
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
            address = page("pathwayversion", version.pk)
            desk.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address).status_code == 200
            return len(queries)

        assert cost(6) == cost(3)
