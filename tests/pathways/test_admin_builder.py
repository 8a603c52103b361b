"""The pages on which a rule is built: plain forms, each pressed once, with what the rule says beside them."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.models import Role
from credentials.services.drafting import wrote
from learners.models import User
from pathways.admin.builder import rule_page
from pathways.forms.building import RequirementForm
from pathways.forms.filters import FILTERS
from pathways.models import Pathway, PathwayVersion, Requirement
from pathways.queries import rule_for
from pathways.queries.drafts import draft_revision, exchange_document
from pathways.rules import tree
from pathways.services.building import Asked, add_requirement, change_requirement
from pathways.services.rule_files import import_rule
from tests.makers import (
    all_of,
    make_achievement,
    make_certificate,
    make_credential,
    make_pathway,
    make_pathway_version,
    make_role,
    make_user,
    pool,
)
from tests.pathways.rules.random_situations import Maker
from tests.pathways.test_building import known_portal, known_to_the_portal
from tests.people import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


@pytest.fixture
def empty(registrar: User) -> PathwayVersion:
    """The first draft of a pathway, without a row, begun by somebody else."""
    pathway = Pathway.objects.create(
        name="Tables", slug="tables", description="x", model="flexible", awards=make_certificate(code="CERT")
    )
    return PathwayVersion.objects.create(pathway=pathway, written_by=make_user())


@pytest.fixture
def skills(db: None) -> list[str]:
    names = {"SORT": "Sorting", "JOIN": "Joining", "CHART": "Charting", "CITE": "Citing"}
    return [make_achievement(code=code, name=name).code for code, name in names.items()]


def press(version: PathwayVersion, **answers: Any) -> dict[str, Any]:
    """What a page sends: its key, the revision that was on it, filters as above, and these answers."""
    usual = {f"{name}_how": "above" for name in FILTERS}
    return {"op_key": str(uuid4()), "revision": draft_revision(version), **usual, **answers}


def new(version: PathwayVersion, kind: str, inside: Requirement | None = None) -> str:
    return rule_page(version, "new", kind) + (f"?inside={inside.pk}" if inside else "")


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


class TestBuilding:
    def test_from_the_first_requirement_to_publication(
        self, desk: Client, approver: User, sign_in: SignIn, empty: PathwayVersion, skills: list[str]
    ) -> None:
        before = words(desk.get(rule_page(empty)))

        saved = desk.post(new(empty, "pool"), press(empty, n=3, codes=skills, label="Table skills"))
        after = words(desk.get(rule_page(empty)))
        act = reverse("admin:pathways_pathwayversion_act", args=[empty.pk, "publish"])
        sign_in(approver).post(act, {"op_key": str(uuid4())})

        row = empty.requirements.get()
        empty.refresh_from_db()
        assert "Start from a model, or add one." in before
        assert saved.headers["Location"] == f"{rule_page(empty)}#requirement-{row.pk}"
        assert "Earn 3 of these 4: Sorting, Joining, Charting and Citing." in after
        assert "Nothing to put right." in after
        assert (row.key, empty.status) == ("table-skills", "published")

    def test_each_finding_leads_to_its_requirement(
        self, desk: Client, registrar: User, empty: PathwayVersion, skills: list[str]
    ) -> None:
        desk.post(new(empty, "pool"), press(empty, n=9, codes=skills))

        told = words(desk.get(rule_page(empty)))

        assert "Must be put right:" in told
        assert "asks for 9 but lists only 4" in told
        assert f'href="{rule_page(empty)}#requirement-{empty.requirements.get().pk}"' in told

    def test_a_half_built_rule_may_be_kept_and_says_what_is_missing(
        self, desk: Client, empty: PathwayVersion
    ) -> None:
        desk.post(new(empty, "all"), press(empty))
        desk.post(new(empty, "within", empty.requirements.get()), press(empty, months=6, anchor="first"))

        told = words(desk.get(rule_page(empty)))

        assert "The rule is not complete yet." in told
        assert told.count("Add the one requirement that has to be met within this time.") == 2

    @pytest.mark.parametrize(
        ("kind", "answers", "why"),
        [
            ("pool", {"n": ""}, "This field is required."),
            ("pool", {"n": 1, "typed": "SORT, NO"}, "does not know these: NO"),
            ("achievement", {"codes": ["SORT"], "typed": "JOIN"}, "Choose one achievement"),
            ("within", {"anchor": "first"}, "Say how long"),
            ("competency", {"competency": "flying", "level": "1", "count": 1}, "No published framework"),
            ("credits", {"min": "0", "measure": "hours"}, "greater than or equal to 0.01"),
            ("all", {"min_level_how": "given"}, "Give the value"),
        ],
    )
    def test_what_is_not_understood_is_said_beside_its_field(
        self,
        kind: str,
        answers: dict[str, Any],
        why: str,
        desk: Client,
        empty: PathwayVersion,
        skills: list[str],
    ) -> None:
        reply = desk.post(new(empty, kind), press(empty, **answers))

        assert why in words(reply)
        assert "<title>Error:" in words(reply)
        assert not empty.requirements.exists()

    def test_a_search_keeps_what_was_ticked_and_typed_and_saves_nothing(
        self, desk: Client, empty: PathwayVersion, skills: list[str]
    ) -> None:
        sent = press(empty, n=2, codes=["SORT"], typed="CITE", search="chart", find="1")

        told = words(desk.post(new(empty, "pool"), sent))

        assert 'value="SORT" checked' in told
        assert 'value="CHART"' in told
        assert 'value="JOIN"' not in told
        assert 'value="CITE"' in told
        assert "<title>Error:" not in told
        assert not empty.requirements.exists()

    def test_the_kind_can_change_and_keeps_what_was_listed(
        self, desk: Client, registrar: User, empty: PathwayVersion, skills: list[str]
    ) -> None:
        desk.post(new(empty, "pool"), press(empty, n=2, codes=skills[:2]))
        address = rule_page(empty, "requirement", empty.requirements.get().pk)
        shown = words(desk.get(f"{address}?kind=credits"))

        desk.post(
            f"{address}?kind=credits",
            press(empty, min="12.50", measure="hours", codes=skills[:2], cap_0="7", residency_min="3"),
        )

        assert 'value="SORT" checked' in shown
        row = empty.requirements.get()
        assert {name: row.details[name] for name in ("min", "measure", "residency_min")} == {
            "min": "12.5",
            "measure": "hours",
            "residency_min": "3",
        }
        assert list(row.details["group_caps"].values()) == ["7"]
        assert desk.get(f"{address}?kind=all").status_code == 404

    def test_filters_say_as_above_none_or_a_value(
        self, desk: Client, empty: PathwayVersion, skills: list[str]
    ) -> None:
        given = {
            "min_level_how": "given",
            "min_level": 2,
            "earned_from_how": "given",
            "earned_from": "2026-03-31",
            "earned_to_how": "cleared",
            "sources_how": "given",
            "sources": ["internal", "rpl"],
            "validity_how": "ever",
            "scope_how": "none",
        }

        desk.post(new(empty, "pool"), press(empty, n=1, codes=skills, **given))

        assert empty.requirements.get().filters == {
            "min_level": 2,
            "earned_from": "2026-03-31",
            "earned_to": None,
            "sources": ["internal", "rpl"],
            "validity": "ever",
            "scope": "none",
        }

    def test_each_model_has_a_page_that_asks_only_what_it_needs(
        self, desk: Client, empty: PathwayVersion, skills: list[str]
    ) -> None:
        asked = {
            model: set(desk.get(rule_page(empty, "start", model)).context["form"].fields)
            - {"op_key", "revision", "codes", "typed", "search"}
            for model in Pathway.Model.values
        }

        desk.post(rule_page(empty, "start", "core_elective"), press(empty, n=1, codes=skills, core=["SORT"]))

        assert asked == {
            "linear": {"order"},
            "flexible": {"n"},
            "core_elective": {"n", "core"},
            "tiered": {"n", "lower"},
            "cross_series": {"n", "min_series"},
        }
        assert (
            "Sorting; and one of these 3: Joining, Charting and Citing."
            in words(desk.get(rule_page(empty))).replace("Citing, Joining", "Joining")
            or empty.requirements.count() == 3
        )


class TestButtons:
    @pytest.fixture
    def built(self, registrar: User, empty: PathwayVersion, skills: list[str]) -> PathwayVersion:
        """All of: Sorting, then a group of Joining alone."""
        root = add_requirement(
            version=empty, inside=None, asked=Asked(kind="all"), revision=draft_revision(empty), by=registrar
        )
        for asked in (Asked(kind="achievement", codes=["SORT"]), Asked(kind="ordered", label="Later")):
            group = add_requirement(
                version=empty, inside=root, asked=asked, revision=draft_revision(empty), by=registrar
            )
        add_requirement(
            version=empty,
            inside=group,
            asked=Asked(kind="achievement", codes=["JOIN"]),
            revision=draft_revision(empty),
            by=registrar,
        )
        return empty

    def keys(self, version: PathwayVersion) -> list[str]:
        return [node.key for node in tree.nodes(rule_for(version))]

    def send(self, desk: Client, version: PathwayVersion, act: str, key: str) -> HttpResponse:
        row = version.requirements.get(key=key)
        sent = press(version, press=f"{act}:{row.pk}")
        answer: HttpResponse = desk.post(rule_page(version, "press"), sent)  # type: ignore[assignment]
        return answer

    def test_up_down_out_and_away(self, desk: Client, built: PathwayVersion) -> None:
        steps = []
        for act, key in (("up", "later"), ("down", "later"), ("out", "join"), ("remove", "join")):
            assert self.send(desk, built, act, key).status_code == 302
            steps.append(self.keys(built) if act != "remove" else [])

        assert steps[0] == ["all", "later", "join", "sort"]
        assert steps[1] == ["all", "sort", "later", "join"]
        assert steps[2] == ["all", "sort", "later", "join"]
        assert not built.requirements.filter(key="join").exists()

    def test_a_group_with_something_inside_is_asked_about_first(
        self, desk: Client, built: PathwayVersion
    ) -> None:
        row = built.requirements.get(key="later")

        asked = self.send(desk, built, "remove", "later")
        page = words(desk.get(asked.headers["Location"]))
        desk.post(asked.headers["Location"], press(built))

        assert asked.headers["Location"] == rule_page(built, "remove", row.pk)
        assert "All of this stands inside and goes with it:" in page
        assert "Joining" in page
        assert [line.key for line in built.requirements.order_by("pk")] == ["all", "sort"]

    def test_into_a_group_that_is_there_or_a_new_one(self, desk: Client, built: PathwayVersion) -> None:
        sort, later = built.requirements.get(key="sort"), built.requirements.get(key="later")

        desk.post(rule_page(built, "place", sort.pk), press(built, into=str(later.pk)))
        inside = self.keys(built)
        reply = desk.post(rule_page(built, "place", sort.pk), press(built, into="new:n_of"))

        group = built.requirements.get(kind="n_of")
        assert inside == ["all", "later", "join", "sort"]
        assert reply.headers["Location"] == rule_page(built, "requirement", group.pk)
        assert self.keys(built) == ["all", "later", "join", "n-of", "sort"]

    def test_one_press_that_arrives_twice_moves_once(self, desk: Client, built: PathwayVersion) -> None:
        row = built.requirements.get(key="later")
        sent = press(built, press=f"up:{row.pk}")

        replies = [desk.post(rule_page(built, "press"), sent) for _arrival in range(2)]

        assert {reply.status_code for reply in replies} == {302}
        assert self.keys(built) == ["all", "later", "join", "sort"]

    def test_two_editors_do_not_overwrite_one_another(
        self, desk: Client, built: PathwayVersion, sign_in: SignIn
    ) -> None:
        row = built.requirements.get(key="sort")
        mine, hers = press(built, label="Mine", codes=["SORT"]), press(built, label="Hers", codes=["SORT"])
        other = make_role(role=Role.Name.REGISTRAR).user

        first = sign_in(other).post(rule_page(built, "requirement", row.pk), hers)
        late = desk.post(rule_page(built, "requirement", row.pk), mine)

        assert (first.status_code, late.status_code) == (302, 409)
        assert "Somebody changed this draft" in words(late)
        assert 'value="Mine"' in words(late)
        assert built.requirements.get(key="sort").label == "Hers"

    def test_whoever_built_on_it_wrote_it(self, desk: Client, registrar: User, built: PathwayVersion) -> None:
        assert wrote(built, registrar)


class TestBeside:
    @pytest.fixture
    def next_draft(self, skills: list[str]) -> PathwayVersion:
        """A draft of a pathway in force that asks for one more than before."""
        by_code = {code: make_achievement(code=f"{code}2", name=f"New {code}") for code in ("A", "B", "C")}
        pathway = make_pathway(rule=all_of(by_code["A"], by_code["B"]))
        return make_pathway_version(
            pathway=pathway, rule=all_of(by_code["A"], by_code["B"], by_code["C"]), is_published=False
        )

    def test_the_difference_to_the_version_in_force(self, desk: Client, next_draft: PathwayVersion) -> None:
        told = words(desk.get(rule_page(next_draft)))

        assert "Different from version 1" in told
        assert '<li dir="auto">New: New C.</li>' in told

    def test_a_sample_learner_is_told_of_and_nothing_is_kept(
        self, desk: Client, next_draft: PathwayVersion, learner: User
    ) -> None:
        held = next(iter(next_draft.requirements.get(key="a2").steps.all())).achievement
        make_credential(recipient=learner, achievement=held)
        make_credential(recipient=learner, achievement=make_achievement(name="Singing"))
        before = next_draft.pathway.enrolments.count()

        told = words(desk.get(rule_page(next_draft), {"learner": learner.email}))

        assert "1 of 3, 2 left." in told
        assert "Still to earn: New B." in told
        assert '<li dir="auto">New A</li>' in told
        assert "One more credential is not part of this rule." in told
        assert next_draft.pathway.enrolments.count() == before

    def test_several_of_one_name_are_asked_about_and_nobody_is_said_to_be_nobody(
        self, desk: Client, next_draft: PathwayVersion
    ) -> None:
        twins = [make_user(name="Ines Abara") for _one in range(2)]

        several = words(desk.get(rule_page(next_draft), {"learner": "abara"}))
        chosen = words(desk.get(rule_page(next_draft), {"learner": f"#{twins[1].pk}"}))
        nobody = words(desk.get(rule_page(next_draft), {"learner": "nobody at all"}))

        assert all(twin.email in several for twin in twins)
        assert "0 of 3, 3 left." in chosen
        assert "Nobody of that name or address is on record." in nobody

    def test_a_long_stack_is_offered_a_midpoint(self, desk: Client, registrar: User) -> None:
        version = make_pathway_version(
            rule=pool(6, *[make_achievement() for _part in range(7)]), is_published=False
        )

        told = words(desk.get(rule_page(version)))
        form = desk.get(rule_page(version, "milestone", 0)).context["form"]
        desk.post(rule_page(version, "milestone", 0), press(version, name="Midpoint", at=3, node="pool"))

        assert "deserves a word halfway: after 3." in told
        assert (form["name"].value(), form["at"].value()) == ("Midpoint", 3)
        assert "Midpoint: 3 done of any 6 of these 7" in words(desk.get(rule_page(version))).replace(
            '<span dir="auto">Midpoint</span>', "Midpoint"
        )


class TestTheWhole:
    def test_policies_limits_and_milestones_have_pages(
        self, desk: Client, empty: PathwayVersion, skills: list[str]
    ) -> None:
        desk.post(new(empty, "pool"), press(empty, n=2, codes=skills))
        other = make_pathway(name="Other road")
        whole = {
            "order_policy": "gate",
            "lapse_policy": "review",
            "grace_days": 30,
            "approval": "two",
            "size_reason": "A pilot.",
            "use_limit": 2,
            "exclusive_with": [other.pk],
            "validity_how": "ever",
            "min_level_how": "given",
            "min_level": 2,
        }

        desk.post(rule_page(empty, "whole"), press(empty, **whole))
        desk.post(rule_page(empty, "limit", 0), press(empty, k=1, codes=skills[:2]))
        limit = empty.at_most.get()
        desk.post(rule_page(empty, "limit", limit.pk), press(empty, k=2, codes=skills[:3]))

        empty.refresh_from_db()
        assert (empty.order_policy, empty.lapse_policy, empty.grace_days) == ("gate", "review", 30)
        assert empty.filters == {"min_level": 2, "validity": "ever"}
        assert Pathway.objects.get(pk=empty.pathway_id).approval == "two"
        assert (empty.at_most.get().k, empty.at_most.get().achievements.count()) == (2, 3)

        desk.post(rule_page(empty, "limit", limit.pk), press(empty, k=2, codes=skills[:3], remove="1"))
        assert not empty.at_most.exists()

    def test_a_rule_leaves_as_a_file_and_comes_back(
        self, desk: Client, empty: PathwayVersion, skills: list[str]
    ) -> None:
        desk.post(new(empty, "pool"), press(empty, n=2, codes=skills, label="Table skills"))
        file = desk.get(rule_page(empty, "export"))
        before = exchange_document(empty)
        desk.post(rule_page(empty, "press"), press(empty, press=f"remove:{empty.requirements.get().pk}"))

        reply = desk.post(
            rule_page(empty, "import"),
            press(empty, file=SimpleUploadedFile("rule.json", file.content)),
        )

        assert file.headers["Content-Disposition"] == 'attachment; filename="tables-v1.json"'
        assert json.loads(file.content) == before
        assert reply.status_code == 302
        assert exchange_document(PathwayVersion.objects.get(pk=empty.pk)) == before

    def test_a_wrong_file_is_refused_line_by_line(self, desk: Client, empty: PathwayVersion) -> None:
        text = json.dumps({"rule": {"kind": "pool", "n": 1, "achievements": ["NO", "NOR"]}}).encode()

        reply = desk.post(
            rule_page(empty, "import"), press(empty, file=SimpleUploadedFile("rule.json", text))
        )

        assert reply.status_code == 400
        assert "the catalogue does not know NO." in words(reply)
        assert "the catalogue does not know NOR." in words(reply)

    def test_an_unfinished_rule_cannot_be_downloaded(self, desk: Client, empty: PathwayVersion) -> None:
        assert desk.get(rule_page(empty, "export")).headers["Location"] == rule_page(empty)

    def test_a_version_in_force_is_read_and_no_forged_press_changes_it(self, desk: Client) -> None:
        version = make_pathway_version(rule=all_of(make_achievement(), make_achievement()))
        row = version.requirements.exclude(parent=None).first()
        assert row is not None
        before = draft_revision(version)

        page = words(desk.get(rule_page(version)))
        for name, more in (
            ("press", ()),
            ("whole", ()),
            ("import", ()),
            ("requirement", (row.pk,)),
            ("remove", (row.pk,)),
            ("place", (row.pk,)),
            ("new", ("all",)),
            ("start", ("linear",)),
            ("limit", (0,)),
            ("milestone", (0,)),
        ):
            desk.post(
                rule_page(version, name, *more),
                press(version, press=f"remove:{row.pk}", label="Forged", into="new:all"),
            )

        assert 'name="press"' not in page
        assert draft_revision(version) == before


def as_sent(bound: Any) -> list[Any]:
    """What a browser sends of a field that nobody touched: of a list to choose from, its first line."""
    value = bound.value()
    if value is None and type(bound.field) is forms.ChoiceField:
        choices: Any = bound.field.choices
        return [choices[0][0]]
    if value is None or value is False:
        return []
    return value if isinstance(value, list) else [value]


class TestEveryFormKeepsWhatItShows:
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seed=st.integers(0, 10_000))
    def test_a_rule_of_any_kind_saved_without_a_change_stays_the_same(
        self, seed: int, registrar: User, empty: PathwayVersion
    ) -> None:
        known_portal()
        rule = known_to_the_portal(Maker(seed))
        import_rule(
            version=empty,
            text=json.dumps({"rule": tree.write(rule)}).encode(),
            revision=draft_revision(empty),
            by=registrar,
        )

        for row in empty.requirements.all():
            shown = RequirementForm(kind=row.kind, row=row, revision=draft_revision(empty))
            sent = MultiValueDict({bound.name: as_sent(bound) for bound in shown})
            if shown.has_choices:
                sent.setlist("codes", shown.chosen)
            form = RequirementForm(sent, kind=row.kind, row=row, revision=draft_revision(empty))
            assert form.is_valid(), form.errors
            change_requirement(
                requirement=row,
                asked=form.asked(),
                revision=form.cleaned_data["revision"],
                by=registrar,
            )

        assert rule_for(PathwayVersion.objects.get(pk=empty.pk)) == rule
