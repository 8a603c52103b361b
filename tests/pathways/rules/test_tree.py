"""Rules in and out of their exchange JSON."""

import json

import pytest
from hypothesis import given, settings

from pathways.rules.tree import (
    AllOf,
    Earned,
    Pool,
    Rule,
    RuleError,
    canonical,
    keyed,
    listed,
    nodes,
    read,
    rule_sha256,
    write,
)
from tests.pathways.rules.cases import rules

CERTIFICATE = {
    "kind": "all",
    "children": [
        {"kind": "achievement", "key": "ethics", "label": "Ethik für alle", "achievement": "ETH"},
        {"kind": "pool", "n": 2, "achievements": ["SAM", "PUM", "CHL"]},
    ],
}


class TestReading:
    def test_fills_in_the_key_of_each_position(self) -> None:
        rule = read(CERTIFICATE)

        assert rule == AllOf(
            (Earned("ETH", "ethics", "Ethik für alle"), Pool(2, ("SAM", "PUM", "CHL"), "r.1")), "r"
        )

    def test_places_a_grandchild_by_position_whatever_its_parents_are_called(self) -> None:
        rule = read({"kind": "all", "key": "top", "children": [{"kind": "all", "key": "part", "children": [
            {"kind": "achievement", "achievement": "ETH"}]}]})  # fmt: skip

        assert [node.key for node in nodes(rule)] == ["top", "part", "r.0.0"]

    def test_keeps_a_count_below_one_for_the_lint_to_name(self) -> None:
        assert read({"kind": "pool", "n": 0, "achievements": []}) == Pool(0, (), "r")

    def test_lists_every_code_once(self) -> None:
        assert listed(read(CERTIFICATE)) == {"ETH", "SAM", "PUM", "CHL"}

    @pytest.mark.parametrize(
        ("document", "node", "field"),
        [
            ("ETH", "r", "kind"),
            ({}, "r", "kind"),
            ({"kind": "within", "key": "soon"}, "soon", "window"),
            ({"kind": ["all"]}, "r", "kind"),
            ({"kind": "achievement", "achievement": "A", "level": 2}, "r", "level"),
            ({"kind": "achievement", "achievement": "A", "key": ""}, "r", "key"),
            ({"kind": "achievement", "achievement": "A", "key": None}, "r", "key"),
            ({"kind": "achievement", "achievement": "A", "label": 7}, "r", "label"),
            ({"kind": "achievement"}, "r", "achievement"),
            ({"kind": "achievement", "achievement": ""}, "r", "achievement"),
            ({"kind": "pool", "achievements": ["A"]}, "r", "n"),
            ({"kind": "pool", "n": True, "achievements": ["A"]}, "r", "n"),
            ({"kind": "pool", "n": "2", "achievements": ["A"]}, "r", "n"),
            ({"kind": "pool", "n": 1, "achievements": "A"}, "r", "achievements"),
            ({"kind": "pool", "n": 1, "achievements": [1]}, "r", "achievements"),
            ({"kind": "pool", "n": 1, "achievements": ["A"], "min_groups": "2"}, "r", "min_groups"),
            ({"kind": "all"}, "r", "children"),
            ({"kind": "all", "children": [{"kind": "all", "children": [None]}]}, "r.0.0", "kind"),
        ],
    )
    def test_refuses_what_it_does_not_know_naming_node_and_field(
        self, document: object, node: str, field: str
    ) -> None:
        with pytest.raises(RuleError) as refused:
            read(document)

        assert (refused.value.node, refused.value.field) == (node, field)
        assert node in str(refused.value)
        assert field in str(refused.value)

    def test_refuses_two_nodes_with_one_key_even_where_one_is_only_a_position(self) -> None:
        children = [{"kind": "achievement", "achievement": code} for code in "AB"]
        children[0]["key"] = "r.1"

        with pytest.raises(RuleError, match="two nodes share this key"):
            read({"kind": "all", "children": children})


class TestWriting:
    def test_leaves_out_defaults_and_positional_keys(self) -> None:
        assert write(read(CERTIFICATE)) == CERTIFICATE
        assert write(Pool(1, ("A",), key="r", label="")) == {"kind": "pool", "n": 1, "achievements": ["A"]}

    def test_has_one_text_with_sorted_keys_no_spaces_and_letters_unescaped(self) -> None:
        assert canonical(read(CERTIFICATE)) == (
            '{"children":[{"achievement":"ETH","key":"ethics","kind":"achievement","label":"Ethik für alle"},'
            '{"achievements":["SAM","PUM","CHL"],"kind":"pool","n":2}],"kind":"all"}'
        )

    def test_fingerprints_a_rule_built_in_python_as_the_same_rule_read(self) -> None:
        built = AllOf((Earned("ETH", "ethics", "Ethik für alle"), Pool(2, ("SAM", "PUM", "CHL"))))

        assert rule_sha256(built) == rule_sha256(read(CERTIFICATE))
        assert len(rule_sha256(built)) == 64

    def test_fingerprints_another_count_as_another_rule(self) -> None:
        assert rule_sha256(Pool(1, ("A", "B"))) != rule_sha256(Pool(2, ("A", "B")))

    @settings(derandomize=True, max_examples=100, deadline=None)
    @given(rules())
    def test_comes_back_the_same_through_json(self, rule: Rule) -> None:
        assert read(json.loads(canonical(rule))) == keyed(rule)
