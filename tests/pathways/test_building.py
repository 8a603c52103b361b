"""Building a rule: small acts on a draft, each on the revision that was seen; files in and out."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.models import Achievement, Competency
from credentials.services.drafting import wrote
from learners.models import User
from pathways.models import Act, Milestone, Pathway, PathwayVersion, Requirement
from pathways.queries import rule_for, terms_for
from pathways.queries.drafts import draft_revision, exchange_document, outline
from pathways.rules import tree
from pathways.rules.exchange import terms_json
from pathways.rules.exchange.writing import terms_json as written
from pathways.services.building import (
    Asked,
    CannotBuild,
    ChangedMeanwhile,
    SomethingInside,
    add_requirement,
    change_requirement,
    move_requirement,
    put_into,
    put_into_new_group,
    remove_requirement,
    take_out,
)
from pathways.services.promising import (
    Promises,
    remove_limit,
    remove_milestone,
    save_limit,
    save_milestone,
    set_promises,
)
from pathways.services.rule_files import CannotImport, import_rule
from pathways.services.starting import Beginning, start_from
from tests.makers import (
    make_achievement,
    make_certificate,
    make_competency,
    make_framework,
    make_pathway,
    make_user,
)
from tests.pathways.rules.random_situations import CATALOGUE, STEPS, Maker

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(registrar: User) -> PathwayVersion:
    """The first draft of a pathway, without a row."""
    pathway = Pathway.objects.create(
        name="Tables", slug="tables", description="x", model="flexible", awards=make_certificate(code="CERT")
    )
    return PathwayVersion.objects.create(pathway=pathway, written_by=make_user())


@pytest.fixture
def codes(db: None) -> list[str]:
    """Achievements A to F."""
    return [make_achievement(code=code, name=f"Skill {code}").code for code in "ABCDEF"]


def signed(version: PathwayVersion, by: User) -> dict[str, Any]:
    return {"revision": draft_revision(version), "by": by}


def add(
    version: PathwayVersion, by: User, kind: str, inside: Requirement | None = None, **asked: Any
) -> Requirement:
    return add_requirement(
        version=version, inside=inside, asked=Asked(kind=kind, **asked), **signed(version, by)
    )


def keys(rule: tree.Rule) -> Any:
    """A rule as its keys, nested."""
    below = [keys(child) for child in tree.children(rule)]
    return (rule.key, below) if below else rule.key


class TestRequirements:
    def test_a_nested_rule_is_built_act_by_act(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all")
        add(draft, registrar, "achievement", root, codes=["A"])
        some = add(draft, registrar, "n_of", root, n=1, label="Either way")
        soon = add(draft, registrar, "within", some, details={"window": {"months": 6}})
        add(draft, registrar, "pool", soon, n=2, codes=["B", "C", "D"], filters={"min_level": 2})
        add(draft, registrar, "credits", some, codes=["E", "F"], details={"min": "3"})

        rule = rule_for(draft)

        assert keys(rule) == ("all", ["a", ("either-way", [("within", ["pool"]), "credits"])])
        assert wrote(draft, registrar)

    def test_keys_come_from_the_label_and_stay(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all", label="Core skills")
        twin = add(draft, registrar, "all", root, label="Core skills")

        change_requirement(
            requirement=twin, asked=Asked(kind="all", label="Renamed"), **signed(draft, registrar)
        )

        assert (root.key, Requirement.objects.get(pk=twin.pk).key) == ("core-skills", "core-skills-2")

    def test_a_key_of_an_earlier_version_is_not_given_to_something_else(self, registrar: User) -> None:
        pathway = make_pathway()
        used = set(pathway.versions.get().requirements.values_list("key", flat=True))
        version = PathwayVersion.objects.create(pathway=pathway, number=2)

        row = add(version, registrar, "all", label="All")

        assert "all" in used
        assert row.key == "all-2"

    def test_order_changes_by_one_place_and_stops_at_the_ends(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "ordered")
        first, _second, third = (add(draft, registrar, "achievement", root, codes=[c]) for c in "ABC")

        for is_up, row in ((True, third), (True, third), (True, third), (False, first)):
            move_requirement(requirement=row, is_up=is_up, **signed(draft, registrar))

        assert keys(rule_for(draft)) == ("ordered", ["c", "b", "a"])

    def test_into_a_group_and_out_again(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all")
        one = add(draft, registrar, "achievement", root, codes=["A"])
        add(draft, registrar, "achievement", root, codes=["B"])

        group = put_into_new_group(requirement=one, asked=Asked(kind="n_of", n=1), **signed(draft, registrar))
        wrapped = keys(rule_for(draft))
        two = draft.requirements.get(key="b")
        put_into(requirement=two, group=group, **signed(draft, registrar))
        together = keys(rule_for(draft))
        take_out(requirement=one, **signed(draft, registrar))

        assert wrapped == ("all", [("n-of", ["a"]), "b"])
        assert together == ("all", [("n-of", ["a", "b"])])
        assert keys(rule_for(draft)) == ("all", [("n-of", ["b"]), "a"])

    def test_the_outermost_may_be_put_into_a_new_group_only(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "pool", n=1, codes=["A", "B"])

        group = put_into_new_group(requirement=root, asked=Asked(kind="all"), **signed(draft, registrar))

        assert keys(rule_for(draft)) == ("all", ["pool"])
        with pytest.raises(CannotBuild, match="outermost"):
            put_into(requirement=group, group=group, **signed(draft, registrar))

    def test_nothing_stands_inside_itself_in_a_leaf_or_second_in_a_window(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all")
        outer = add(draft, registrar, "all", root)
        inner = add(draft, registrar, "all", outer)
        leaf = add(draft, registrar, "achievement", inner, codes=["A"])
        window = add(draft, registrar, "within", root, details={"window": {"years": 1}})
        add(draft, registrar, "achievement", window, codes=["B"])

        refused: list[tuple[Callable[[], object], str]] = [
            (lambda: put_into(requirement=outer, group=inner, **signed(draft, registrar)), "inside itself"),
            (lambda: add(draft, registrar, "all", leaf), "no group"),
            (lambda: add(draft, registrar, "all", window), "holds one requirement"),
            (lambda: add(draft, registrar, "all"), "outermost requirement already"),
            (lambda: take_out(requirement=outer, **signed(draft, registrar)), "cannot be taken out"),
        ]

        for act, why in refused:
            with pytest.raises(CannotBuild, match=why):
                act()

    def test_a_group_goes_with_all_inside_only_if_that_is_meant(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all")
        group = add(draft, registrar, "all", root)
        add(draft, registrar, "achievement", group, codes=["A"])

        with pytest.raises(SomethingInside):
            remove_requirement(requirement=group, with_all_inside=False, **signed(draft, registrar))
        remove_requirement(requirement=group, with_all_inside=True, **signed(draft, registrar))

        assert [row.key for row in draft.requirements.all()] == [root.key]

    def test_what_is_listed_stays_when_a_leaf_asks_something_else(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        row = add(draft, registrar, "pool", n=1, codes=["A", "B"])

        change_requirement(
            requirement=row,
            asked=Asked(kind="credits", codes=["A", "B"], details={"min": "2"}),
            **signed(draft, registrar),
        )

        assert rule_for(draft) == tree.read(
            {"kind": "credits", "key": "pool", "min": "2", "achievements": ["A", "B"]}
        )
        with pytest.raises(CannotBuild, match="cannot become"):
            change_requirement(requirement=row, asked=Asked(kind="all"), **signed(draft, registrar))

    def test_codes_nobody_knows_and_fields_no_rule_has_are_refused(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        with pytest.raises(CannotBuild, match="does not know these: NO, NOR"):
            add(draft, registrar, "pool", n=1, codes=["A", "NO", "NOR"])
        with pytest.raises(CannotBuild, match="colour"):
            add(draft, registrar, "all", details={"colour": "red"})

        assert not draft.requirements.exists()

    def test_a_half_built_rule_says_line_by_line_what_is_missing(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        root = add(draft, registrar, "all")
        add(draft, registrar, "within", root, details={"window": {"years": 1}})
        add(draft, registrar, "achievement", root)
        add(draft, registrar, "pool", root, n=2)

        lines = outline(draft, str)

        assert lines is not None
        assert [line.missing for line in lines.everything()] == [
            "",
            "Add the one requirement that has to be met within this time.",
            "Choose the achievement.",
            "Choose the achievements.",
        ]
        with pytest.raises(tree.RuleError):
            terms_for(draft)


class TestTwoEditors:
    def test_the_second_is_told_and_nothing_is_overwritten(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        row = add(draft, registrar, "pool", n=1, codes=["A", "B"])
        seen = draft_revision(draft)
        change_requirement(
            requirement=row, asked=Asked(kind="pool", n=2, codes=["A", "B", "C"]), revision=seen, by=registrar
        )
        other = make_user()
        root = Requirement.objects.get(pk=row.pk)
        late: list[Callable[[], object]] = [
            lambda: change_requirement(
                requirement=row, asked=Asked(kind="pool", n=1, codes=["A"]), revision=seen, by=other
            ),
            lambda: remove_requirement(requirement=row, with_all_inside=True, revision=seen, by=other),
            lambda: save_milestone(
                version=draft, milestone=None, name="x", at=1, node="", awards=None, revision=seen, by=other
            ),
            lambda: import_rule(version=draft, text=b'{"rule": {}}', revision=seen, by=other),
        ]

        for act in late:
            with pytest.raises((ChangedMeanwhile, CannotImport)):
                act()

        assert root.n == 2
        assert not wrote(draft, other)

    @pytest.mark.parametrize("status", ["in_review", "approved"])
    def test_what_is_no_draft_any_more_is_not_built_on(
        self, draft: PathwayVersion, registrar: User, codes: list[str], status: str
    ) -> None:
        add(draft, registrar, "pool", n=1, codes=["A", "B"])
        PathwayVersion.objects.filter(pk=draft.pk).update(status=status)

        with pytest.raises(CannotBuild, match="no draft any more"):
            set_promises(version=draft, promises=PROMISES, **signed(draft, registrar))

    def test_every_matter_of_a_draft_changes_its_revision(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        row = add(draft, registrar, "pool", n=1, codes=["A", "B"])
        other = Pathway.objects.create(
            name="Other", slug="other", description="x", model="linear", awards=draft.pathway.awards
        )
        achievements = list(Achievement.objects.filter(code__in="AB"))
        marks: dict[str, Any] = {"name": "Half", "at": 1, "node": "", "awards": None}
        acts: list[Callable[[], object]] = [
            lambda: change_requirement(
                requirement=row, asked=Asked(kind="pool", n=1, codes=["B", "A"]), **signed(draft, registrar)
            ),
            lambda: save_limit(
                version=draft, limit=None, k=1, achievements=achievements, **signed(draft, registrar)
            ),
            lambda: save_milestone(version=draft, milestone=None, **marks, **signed(draft, registrar)),
            lambda: set_promises(
                version=draft,
                promises=replace(PROMISES, exclusive_with=[other]),
                **signed(draft, registrar),
            ),
            lambda: set_promises(
                version=draft, promises=replace(PROMISES, approval="two"), **signed(draft, registrar)
            ),
        ]
        seen = [draft_revision(draft)]

        for act in acts:
            act()
            seen.append(draft_revision(draft))

        assert len(set(seen)) == len(acts) + 1


PROMISES = Promises(
    order_policy="advisory",
    lapse_policy="keep",
    grace_days=14,
    filters={"min_level": 2},
    exclusive_with=[],
    use_limit=1,
    approval="automatic",
)


class TestPromises:
    def test_they_stand_beside_the_rule(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        add(draft, registrar, "pool", n=2, codes=codes)
        other = make_pathway(slug="other")
        capped = list(Achievement.objects.filter(code__in="AB"))

        set_promises(
            version=draft,
            promises=replace(PROMISES, exclusive_with=[other], use_limit=2, approval="one"),
            **signed(draft, registrar),
        )
        save_limit(version=draft, limit=None, k=1, achievements=capped, **signed(draft, registrar))
        save_milestone(
            version=draft,
            milestone=None,
            name="Half way",
            at=1,
            node="pool",
            awards=capped[0],
            **signed(draft, registrar),
        )

        document = terms_json(terms_for(PathwayVersion.objects.get(pk=draft.pk)))
        assert document["min_level"] == 2
        assert document["at_most"] == [{"k": 1, "achievements": ["A", "B"]}]
        assert document["milestones"] == [{"code": "half-way", "at": 1, "node": "pool"}]
        assert (document["exclusive_with"], document["use_limit"]) == (["other"], 2)
        assert Pathway.objects.get(pk=draft.pathway_id).approval == "one"

    def test_one_person_may_ask_for_more_approvers_and_not_for_fewer(self, registrar: User) -> None:
        pathway = make_pathway(approval="one")
        version = PathwayVersion.objects.create(pathway=pathway, number=2)

        set_promises(
            version=version, promises=replace(PROMISES, approval="two"), **signed(version, registrar)
        )
        with pytest.raises(CannotBuild, match="as many approvers"):
            set_promises(
                version=version, promises=replace(PROMISES, approval="one"), **signed(version, registrar)
            )

        assert Pathway.objects.get(pk=pathway.pk).approval == "two"

    def test_they_are_taken_away_again_once(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        limit = save_limit(
            version=draft,
            limit=None,
            k=1,
            achievements=list(Achievement.objects.filter(code="A")),
            **signed(draft, registrar),
        )
        mark = save_milestone(
            version=draft, milestone=None, name="x", at=1, node="", awards=None, **signed(draft, registrar)
        )

        remove_limit(limit=limit, **signed(draft, registrar))
        remove_milestone(milestone=mark, **signed(draft, registrar))

        assert not draft.at_most.exists()
        with pytest.raises(ChangedMeanwhile):
            remove_milestone(milestone=mark, **signed(draft, registrar))

    def test_a_milestone_of_a_requirement_that_is_not_there_and_a_pathway_beside_itself_are_refused(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        with pytest.raises(CannotBuild, match="not in the rule any more"):
            save_milestone(
                version=draft,
                milestone=None,
                name="x",
                at=1,
                node="gone",
                awards=None,
                **signed(draft, registrar),
            )
        with pytest.raises(CannotBuild, match="itself"):
            set_promises(
                version=draft,
                promises=replace(PROMISES, exclusive_with=[draft.pathway]),
                **signed(draft, registrar),
            )


def leaf(code: str) -> dict[str, Any]:
    return {"kind": "achievement", "achievement": code}


def pool(n: int, *codes: str, **more: Any) -> dict[str, Any]:
    return {"kind": "pool", "n": n, "achievements": list(codes), **more}


class TestModels:
    @pytest.mark.parametrize(
        ("beginning", "expected"),
        [
            (
                Beginning(model="linear", achievements=["B", "A", "C"], order="strict_dates"),
                {"kind": "ordered", "children": [leaf("B"), leaf("A"), leaf("C")]},
            ),
            (Beginning(model="flexible", achievements=list("ABCD"), n=2), pool(2, *"ABCD")),
            (
                Beginning(model="core_elective", achievements=["C", "D", "E"], core=["A", "B"], n=2),
                {
                    "kind": "all",
                    "children": [leaf("A"), leaf("B"), pool(2, "C", "D", "E", label="Chosen by the learner")],
                },
            ),
            (
                Beginning(model="tiered", achievements=["A", "B"], lower="F"),
                {"kind": "all", "children": [leaf("F"), leaf("A"), leaf("B")]},
            ),
            (
                Beginning(model="tiered", achievements=["A", "B"], lower="F", n=1),
                {"kind": "all", "children": [leaf("F"), pool(1, "A", "B", label="Chosen by the learner")]},
            ),
            (
                Beginning(model="cross_series", achievements=list("ABC"), n=2, series=2),
                pool(2, "A", "B", "C", min_groups=2),
            ),
        ],
        ids=["linear", "flexible", "core", "tier-all", "tier-some", "cross"],
    )
    def test_each_writes_its_rows(
        self,
        draft: PathwayVersion,
        registrar: User,
        codes: list[str],
        beginning: Beginning,
        expected: dict[str, Any],
    ) -> None:
        start_from(version=draft, beginning=beginning, **signed(draft, registrar))

        draft.refresh_from_db()
        assert without_keys(tree.write(rule_for(draft))) == expected
        assert Pathway.objects.get(pk=draft.pathway_id).model == beginning.model

    def test_a_model_replaces_what_was_there(
        self, draft: PathwayVersion, registrar: User, codes: list[str]
    ) -> None:
        add(draft, registrar, "pool", n=1, codes=["A", "B"])

        beginning = Beginning(model="flexible", achievements=["C", "D"], n=1)
        start_from(version=draft, beginning=beginning, **signed(draft, registrar))

        assert tree.listed(rule_for(draft)) == {"C", "D"}


def without_keys(node: dict[str, Any]) -> dict[str, Any]:
    below = {"children": [without_keys(child) for child in node["children"]]} if "children" in node else {}
    return {name: value for name, value in node.items() if name != "key"} | below


K = UUID(int=11)


def known_to_the_portal(maker: Maker) -> tree.Rule:
    """A random rule four groups deep or deeper, its steps and its competency called as the portal does."""
    rule = AllDeep(maker).rule()

    def renamed(node: tree.Rule) -> tree.Rule:
        match node:
            case tree.Done():
                return replace(node, step=f"{Act.PREFIX}{node.step}")
            case tree.Competency():
                return replace(node, code=str(K))
            case tree.Within():
                return replace(node, child=renamed(node.child))
            case tree.AllOf() | tree.AtLeast() | tree.InOrder():
                return replace(node, children=tuple(renamed(child) for child in node.children))
            case _:
                return node

    return tree.keyed(renamed(rule))


def known_portal() -> None:
    """The achievements, steps and the competency that random rules name, made once."""
    if Act.objects.filter(code=STEPS[0]).exists():
        return
    for code in CATALOGUE:
        if code not in STEPS:
            make_achievement(code=code, name=f"Skill {code}")
    for code in STEPS:
        Act.objects.create(code=code, name=f"Step {code}", description="x")
    make_competency(framework=make_framework(levels=["low", "middle", "high"]), public_id=K, code="K1")


class AllDeep:
    """Takes the first tree of a maker that is deep enough."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker

    def rule(self) -> tree.Rule:
        while True:
            self.maker.places = 0
            rule = self.maker.node(6)
            if depth(rule) >= 5:
                return rule


def depth(rule: tree.Rule) -> int:
    """How many levels a rule has, its leaves among them."""
    return 1 + max((depth(child) for child in tree.children(rule)), default=0)


class TestFiles:
    @pytest.fixture
    def known(self, draft: PathwayVersion) -> PathwayVersion:
        """A draft in a portal that knows what the generator of random rules names."""
        known_portal()
        return draft

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seed=st.integers(0, 10_000))
    def test_any_rule_survives_the_way_from_file_to_rows_and_back(
        self, seed: int, known: PathwayVersion, registrar: User
    ) -> None:
        rule = known_to_the_portal(Maker(seed))
        sent = json.dumps({"catalog": {}, "rule": tree.write(rule)}).encode()

        import_rule(version=known, text=sent, **signed(known, registrar))
        version = PathwayVersion.objects.get(pk=known.pk)
        once_round = exchange_document(version)
        import_rule(version=version, text=json.dumps(once_round).encode(), **signed(version, registrar))

        again = PathwayVersion.objects.get(pk=known.pk)
        assert rule_for(version) == rule
        assert tree.rule_sha256(rule_for(again)) == tree.rule_sha256(rule)
        assert exchange_document(again) == once_round

    def test_what_stands_beside_a_rule_comes_with_it(self, known: PathwayVersion, registrar: User) -> None:
        other = make_pathway(slug="other")
        Milestone.objects.create(version=known, code="half", name="Half way", at=9)
        document = {
            "catalog": {},
            "rule": {"kind": "pool", "n": 2, "key": "some", "achievements": ["A", "B", "C"]},
            "at_most": [{"k": 1, "achievements": ["A", "B"]}],
            "milestones": [{"code": "half", "at": 1, "node": "some"}],
            "exclusive_with": [other.slug],
            "use_limit": 2,
            "min_level": 2,
            "lapse_policy": "review",
            "grace_days": 7,
        }

        import_rule(version=known, text=json.dumps(document).encode(), **signed(known, registrar))

        version = PathwayVersion.objects.get(pk=known.pk)
        back = written(terms_for(version))
        assert {name: back[name] for name in back if name != "rule"} == {
            name: document[name]
            for name in ("at_most", "milestones", "exclusive_with", "use_limit", "min_level")
        }
        assert (version.lapse_policy, version.grace_days) == ("review", 7)
        assert version.milestones.get().name == "Half way"

    def test_a_strict_draft_takes_the_order_of_the_file(self, known: PathwayVersion, registrar: User) -> None:
        PathwayVersion.objects.filter(pk=known.pk).update(order_policy="strict_dates")
        rule = {"kind": "all", "children": [leaf("A"), leaf("B")]}

        import_rule(version=known, text=json.dumps({"rule": rule}).encode(), **signed(known, registrar))

        assert isinstance(rule_for(PathwayVersion.objects.get(pk=known.pk)), tree.AllOf)

    def test_all_that_is_unknown_is_listed_and_nothing_is_written(
        self, known: PathwayVersion, registrar: User
    ) -> None:
        add(known, registrar, "pool", n=1, codes=["A", "B"])
        before = draft_revision(known)
        document = {
            "rule": {
                "kind": "all",
                "children": [
                    leaf("NO"),
                    {"kind": "step", "key": "viva", "step": "A"},
                    pool(1, "A", "A", "NOR"),
                    {"kind": "competency", "key": "skill", "code": "unheard"},
                ],
            },
            "at_most": [{"k": 1, "achievements": ["NEITHER"]}],
            "milestones": [{"code": "half", "at": 1, "node": "gone"}],
            "exclusive_with": ["nowhere"],
        }

        with pytest.raises(CannotImport) as refusal:
            import_rule(version=known, text=json.dumps(document).encode(), **signed(known, registrar))

        assert list(refusal.value.lines) == [
            "“r.0”, achievements: the catalogue does not know NO.",
            "“viva”, achievements: the catalogue does not know A.",
            "“r.2”, achievements: the catalogue does not know NOR.",
            "“r.2”, achievements: one is listed more than once.",
            "“skill”, code: no published framework has the competency unheard.",
            "“at_most”, achievements: the catalogue does not know NEITHER.",
            "“half”, node: the rule has no requirement gone.",
            "“exclusive_with”, nowhere: no pathway has this address part.",
        ]
        assert draft_revision(known) == before

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (b"", "not JSON"),
            (b"[]", "one document"),
            (b'{"rule": 1}', "must be an object"),
            (b'{"rule": {"kind": "pool", "n": NaN, "achievements": []}}', "not JSON"),
            (b'{"rule": {"kind": "all"}, "rule": {}}', "stands twice"),
            (b'{"rule": {"kind": "any"}}', "is not a kind"),
            (b'{"rule": {"kind": "all", "children": [], "colour": 1}}', "colour: is not a field"),
            (b'{"colour": 1}', "colour: is not a field"),
            (b'{"rule": {"kind": "pool", "n": 99999, "achievements": ["A"]}}', "from 1 to 32767"),
            (b'{"rule": {"kind": "pool", "n": 0, "achievements": ["A"]}}', "from 1 to 32767"),
            (b'{"rule": {"kind": "all", "key": "' + b"k" * 65 + b'", "children": []}}', "64 characters"),
            (b'{"rule": {"kind": "all", "label": "a\\u0000b", "children": []}}', "plain text"),
            (b'{"rule": {"kind": "all", "label": "\\ud800", "children": []}}', "plain text"),
            (b'{"rule": {"kind": "all", "children": []}, "grace_days": -1}', "grace_days"),
            (b'{"rule": {"kind": "all", "children": []}, "lapse_policy": "forget"}', "lapse_policy"),
            (b'{"rule": ' + b"[" * 100_000, "nested too deeply"),
            (b" " * 300_000, "larger than a rule"),
        ],
        ids=range(17),
    )
    def test_a_file_that_is_none_is_refused_in_words(
        self, known: PathwayVersion, registrar: User, text: bytes, why: str
    ) -> None:
        with pytest.raises(CannotImport, match=why):
            import_rule(version=known, text=text, **signed(known, registrar))

        assert not known.requirements.exists()

    def test_a_rule_nested_beyond_all_measure_is_refused(
        self, known: PathwayVersion, registrar: User
    ) -> None:
        text = b'{"rule": ' + b'{"kind": "all", "children": [' * 5_000 + b"]}" * 5_000 + b"}"

        with pytest.raises(CannotImport, match="nested too deeply"):
            import_rule(version=known, text=text, **signed(known, registrar))

    def test_a_competency_is_found_by_its_code_too(self, known: PathwayVersion, registrar: User) -> None:
        document = {"rule": {"kind": "competency", "code": "K1", "min_level": 2}}

        import_rule(version=known, text=json.dumps(document).encode(), **signed(known, registrar))

        assert known.requirements.get().competency == Competency.objects.get(code="K1")
