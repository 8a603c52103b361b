"""A pathway as CTDL JSON-LD: components, and the rule as component conditions; read back to the same rule.

Terms: ceterms:Pathway, ceterms:CredentialComponent and ceterms:ComponentCondition of the Credential
Transparency Description Language, https://credreg.net/ctdl/terms. What they do not say (sums, order, windows,
competencies, steps, filters) stands beside them in `tessera:node`, the node's own fields in the exchange
format without its children, as a JSON literal (JSON-LD 1.1, section 4.2.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from pathways.rules.tree import (
    AllOf,
    AtLeast,
    Earned,
    InOrder,
    Pool,
    Rule,
    RuleError,
    Within,
    children,
    codes,
    is_leaf,
    keyed,
    nodes,
)
from pathways.rules.tree import read as read_rule
from pathways.rules.tree.documents import own_fields

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
AND, OR = "logic:And", "logic:Or"
OWN_TERMS = {"tessera": "urn:tessera:terms:"}
NODE = "tessera:node"
_RULE = "rule-"
_COMPONENT = "component-"

Json = dict[str, Any]
Known = Mapping[Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An achievement that a pathway names; `url` is its public page, empty while it has none."""

    code: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """All of a pathway but its rule. `ctid` is `ce-` and a UUID; `goal` is what it awards."""

    url: str
    ctid: str
    name: str
    description: str
    language: str
    owner: str
    version: str
    goal: Component


def write(described: Described, rule: Rule, components: Mapping[str, Component]) -> Json:
    """The pathway as one JSON-LD graph; `components` by code hold every achievement that the rule names."""
    rule = keyed(rule)
    listed = list(dict.fromkeys(code for node in nodes(rule) for code in codes(node)))
    goal = f"{described.url}#goal"
    pathway = {
        "@id": described.url,
        "@type": "ceterms:Pathway",
        "ceterms:ctid": described.ctid,
        "ceterms:name": _said(described, described.name),
        "ceterms:description": _said(described, described.description),
        "ceterms:inLanguage": [described.language],
        "ceterms:subjectWebpage": described.url,
        "ceterms:ownedBy": [described.owner],
        "ceterms:versionIdentifier": described.version,
        "ceterms:hasDestinationComponent": [goal],
        "ceterms:hasPart": [goal, *(_component_id(described, code) for code in listed)],
    }
    destination = _component(described, described.goal, goal) | {
        "ceterms:isDestinationComponentOf": [described.url],
        "ceterms:hasCondition": [_condition_id(described, rule)],
    }
    parts = [_component(described, components[code], _component_id(described, code)) for code in listed]
    conditions = [_condition(described, node) for node in nodes(rule)]
    plain = all(NODE not in condition for condition in conditions)
    context = CONTEXT if plain else [CONTEXT, OWN_TERMS]
    return {"@context": context, "@graph": [pathway, destination, *parts, *conditions]}


def read(document: object) -> Rule:
    """The rule of such a graph, with the keys it was written with. Raises RuleError."""
    graph = document.get("@graph") if isinstance(document, Mapping) else None
    if not isinstance(graph, list) or not all(isinstance(node, Mapping) for node in graph):
        raise RuleError("document", "@graph", "must be a list of objects")
    known = {node.get("@id"): node for node in graph}
    pathway = next((node for node in graph if node.get("@type") == "ceterms:Pathway"), None)
    if pathway is None:
        raise RuleError("document", "@graph", "holds no ceterms:Pathway")
    goal = _one(pathway, "ceterms:hasDestinationComponent", known, "document")
    root = _one(goal, "ceterms:hasCondition", known, "document")
    return keyed(_read(root, known, ()))


def _said(described: Described, text: str) -> dict[str, str]:
    return {described.language: text}


def _component_id(described: Described, code: str) -> str:
    return f"{described.url}#{_COMPONENT}{quote(code, safe='')}"


def _condition_id(described: Described, node: Rule) -> str:
    return f"{described.url}#{_RULE}{node.key}"


def _component(described: Described, component: Component, identity: str) -> Json:
    shown = {
        "@id": identity,
        "@type": "ceterms:CredentialComponent",
        "ceterms:name": _said(described, component.name),
        "ceterms:codedNotation": component.code,
        "ceterms:isPartOf": [described.url],
    }
    return shown | {"ceterms:proxyFor": component.url} if component.url else shown


def _condition(described: Described, node: Rule) -> Json:
    """One node: a pool or some parts say how many, one achievement needs no number, a group of all is And."""
    condition: Json = {"@id": _condition_id(described, node), "@type": "ceterms:ComponentCondition"}
    if node.label:
        condition["ceterms:name"] = _said(described, node.label)
    if isinstance(node, Pool | AtLeast):
        condition["ceterms:requiredNumber"] = node.n
    if not is_leaf(node):
        condition["ceterms:logicalOperator"] = OR if isinstance(node, AtLeast) else AND
        condition["ceterms:hasCondition"] = [_condition_id(described, child) for child in children(node)]
    elif codes(node):
        condition["ceterms:targetComponent"] = [_component_id(described, code) for code in codes(node)]
    if not _is_said(node):
        condition[NODE] = {"@type": "@json", "@value": own_fields(node)}
    return condition


# The fields of the exchange format that the terms of CTDL say.
_SAID = frozenset({"kind", "achievement", "n", "achievements"})


def _is_said(node: Rule) -> bool:
    """Whether the terms of CTDL say all of a node but its children."""
    return isinstance(node, Earned | Pool | AllOf | AtLeast) and own_fields(node).keys() <= _SAID


def _read(condition: Mapping[str, Any], known: Known, above: tuple[str, ...]) -> Rule:
    identity = str(condition.get("@id"))
    _, found, key = identity.partition(f"#{_RULE}")
    if not found or condition.get("@type") != "ceterms:ComponentCondition":
        raise RuleError(identity, "@type", "is no ceterms:ComponentCondition of this kind")
    if identity in above:
        raise RuleError(key, "ceterms:hasCondition", "leads back to itself")
    label = _label(condition)
    operator = condition.get("ceterms:logicalOperator")
    below: tuple[Rule, ...] = ()
    if operator in {AND, OR}:
        parts = _all(condition, "ceterms:hasCondition", known, key)
        below = tuple(_read(part, known, (*above, identity)) for part in parts)
    if NODE in condition:
        return _own(condition, below, known, key, label)
    if operator == AND:
        return AllOf(below, key, label)
    if operator == OR:
        return AtLeast(_number(condition, key), below, key, label)
    targets = _all(condition, "ceterms:targetComponent", known, key)
    listed = tuple(_code(target, key) for target in targets)
    number = condition.get("ceterms:requiredNumber")
    if number is None and len(listed) == 1:
        return Earned(listed[0], key, label)
    return Pool(_number(condition, key), listed, key, label)


def _number(condition: Mapping[str, Any], key: str) -> int:
    number = condition.get("ceterms:requiredNumber")
    if not isinstance(number, int) or isinstance(number, bool):
        raise RuleError(key, "ceterms:requiredNumber", "must be a whole number")
    return number


def _own(condition: Mapping[str, Any], below: tuple[Rule, ...], known: Known, key: str, label: str) -> Rule:
    """A node whose own fields stand in full beside the terms of CTDL, with which they must agree."""
    held = condition[NODE]
    value = held.get("@value") if isinstance(held, Mapping) else None
    if not isinstance(value, Mapping):
        raise RuleError(key, NODE, "must be a JSON literal")
    stand_in: Json = {"children": []} if value.get("kind") in {"all", "n_of", "ordered"} else {}
    if value.get("kind") == "within":
        stand_in = {"child": {"kind": "all", "key": f"{key} below", "children": []}}
    node = read_rule({**value, **stand_in, "key": key, **({"label": label} if label else {})})
    targets = _all(condition, "ceterms:targetComponent", known, key) if codes(node) else []
    if tuple(_code(target, key) for target in targets) != codes(node):
        raise RuleError(key, NODE, "names other components than ceterms:targetComponent")
    match node:
        case AllOf() | AtLeast() | InOrder():
            return replace(node, children=below)
        case Within() if len(below) == 1:
            return replace(node, child=below[0])
        case Within():
            raise RuleError(key, "ceterms:hasCondition", "must name one object")
        case _:
            return node


def _label(condition: Mapping[str, Any]) -> str:
    said = condition.get("ceterms:name")
    texts = [text for text in said.values() if isinstance(text, str)] if isinstance(said, Mapping) else []
    return texts[0] if texts else ""


def _code(component: Mapping[str, Any], key: str) -> str:
    code = component.get("ceterms:codedNotation")
    if not isinstance(code, str) or not code:
        raise RuleError(key, "ceterms:targetComponent", "must name components with a ceterms:codedNotation")
    return code


def _all(node: Mapping[str, Any], field: str, known: Known, key: str) -> list[Mapping[str, Any]]:
    named = node.get(field)
    if not isinstance(named, list) or not all(isinstance(name, str) and name in known for name in named):
        raise RuleError(key, field, "must name objects of the graph")
    return [known[name] for name in named]


def _one(node: Mapping[str, Any], field: str, known: Known, key: str) -> Mapping[str, Any]:
    found = _all(node, field, known, key)
    if len(found) != 1:
        raise RuleError(key, field, "must name one object")
    return found[0]
