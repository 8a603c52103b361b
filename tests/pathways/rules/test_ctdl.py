"""A rule as CTDL component conditions, and back."""

import json
from typing import Any

import pytest
from hypothesis import given

from pathways.rules.ctdl import Component, Described, read, write
from pathways.rules.tree import AllOf, Earned, Pool, Rule, RuleError, codes, keyed, listed, nodes
from tests.pathways.rules.cases import rules

DESCRIBED = Described(
    url="https://portal.example/pathways/soil/",
    ctid="ce-2f0b4a4e-6f0c-4f0f-9d9e-0b1f4c1a7a11",
    name="Soil",
    description="What it takes to read a field.",
    language="en",
    owner="https://portal.example/issuers/uni/",
    version="3",
    goal=Component(code="CERT", name="Soil certificate", url="https://portal.example/achievements/9/"),
)


def written(rule: Rule) -> Any:
    """As it leaves the portal: through the text of a file."""
    components = {code: Component(code=code, name=f"Named {code}") for code in listed(rule)}
    return json.loads(json.dumps(write(DESCRIBED, rule, components), ensure_ascii=False))


@given(rules())
def test_reads_back_with_every_node_and_condition(rule: Rule) -> None:
    assert read(written(rule)) == keyed(rule)


def test_every_node_is_a_condition_and_every_achievement_a_component_once() -> None:
    rule = keyed(
        AllOf((Earned("A", "", "Ethik für alle"), Pool(2, ("A", "B B", "C")), AllOf((Earned("C"),))))
    )

    graph = written(rule)["@graph"]

    kinds = [node["@type"] for node in graph]
    assert kinds.count("ceterms:ComponentCondition") == len(list(nodes(rule))) == 5
    components = [node for node in graph if node["@type"] == "ceterms:CredentialComponent"]
    assert [node["ceterms:codedNotation"] for node in components] == ["CERT", "A", "B B", "C"]
    assert graph[0]["ceterms:hasPart"] == [node["@id"] for node in components]
    assert all(" " not in node["@id"] for node in graph)
    pool = next(node for node in graph if node["@id"].endswith("#rule-r.1"))
    assert pool["ceterms:requiredNumber"] == 2
    assert len(pool["ceterms:targetComponent"]) == len(codes(Pool(2, ("A", "B B", "C"))))


def broken(change: str) -> Any:
    document = written(AllOf((Earned("A", "one"), Pool(1, ("A", "B"), "some")), "top"))
    pathway, goal, *_parts = document["@graph"]
    by_key = {node["@id"].partition("#rule-")[2]: node for node in document["@graph"]}
    match change:
        case "no pathway":
            pathway["@type"] = "ceterms:Course"
        case "no goal":
            del pathway["ceterms:hasDestinationComponent"]
        case "two roots":
            goal["ceterms:hasCondition"] *= 2
        case "a circle":
            by_key["top"]["ceterms:hasCondition"] = [by_key["top"]["@id"]]
        case "missing part":
            by_key["one"]["ceterms:targetComponent"] = ["#nowhere"]
        case "no number":
            by_key["some"]["ceterms:requiredNumber"] = "two"
        case "no code":
            document["@graph"][2]["ceterms:codedNotation"] = ""
        case "foreign condition":
            by_key["one"]["@type"] = "ceterms:ConditionProfile"
    return document


@pytest.mark.parametrize(
    ("change", "node"),
    [
        ("no pathway", "document"),
        ("no goal", "document"),
        ("two roots", "document"),
        ("a circle", "top"),
        ("missing part", "one"),
        ("no number", "some"),
        ("no code", "one"),
        ("foreign condition", f"{DESCRIBED.url}#rule-one"),
    ],
)
def test_what_is_broken_is_refused_and_named(change: str, node: str) -> None:
    with pytest.raises(RuleError) as refused:
        read(broken(change))
    assert refused.value.node == node


@pytest.mark.parametrize("document", [None, [], {}, {"@graph": {}}, {"@graph": ["x"]}])
def test_what_is_no_graph_is_refused(document: object) -> None:
    with pytest.raises(RuleError):
        read(document)
