"""The closed kinds of a stacking rule, read from and written to their exchange JSON."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, assert_never


class RuleError(ValueError):
    """A rule cannot be understood; `node` and `field` say where, the message says why."""

    def __init__(self, node: str, field: str, problem: str) -> None:
        super().__init__(f"{node}: {field}: {problem}")
        self.node = node
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Earned:
    """One achievement must be held."""

    achievement: str
    key: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Exactly `n` different achievements out of those listed must be held."""

    n: int
    achievements: tuple[str, ...]
    key: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every child must be met, all by one common assignment; without children it never is."""

    children: "tuple[Rule, ...]"
    key: str = ""
    label: str = ""


Rule: TypeAlias = Earned | Pool | AllOf

ROOT = "r"
_COMMON = frozenset({"kind", "key", "label"})
_FIELDS = {
    "achievement": _COMMON | {"achievement"},
    "pool": _COMMON | {"n", "achievements"},
    "all": _COMMON | {"children"},
}


def kind(rule: Rule) -> str:
    """The node's kind in the exchange format."""
    match rule:
        case Earned():
            return "achievement"
        case Pool():
            return "pool"
        case AllOf():
            return "all"
        case _:
            assert_never(rule)


def nodes(rule: Rule) -> Iterator[Rule]:
    """Every node in document order, the root first."""
    yield rule
    if isinstance(rule, AllOf):
        for child in rule.children:
            yield from nodes(child)


def listed(rule: Rule) -> frozenset[str]:
    """The codes of every achievement that some leaf names."""
    return frozenset(code for node in nodes(rule) for code in codes(node))


def codes(node: Rule) -> tuple[str, ...]:
    """The codes this node itself names, in its own order; a group names none."""
    match node:
        case Earned():
            return (node.achievement,)
        case Pool():
            return node.achievements
        case AllOf():
            return ()
        case _:
            assert_never(node)


def keyed(rule: Rule) -> Rule:
    """The same rule with every empty key replaced by the key of its position (`r`, `r.0`, `r.0.1`).

    Raises RuleError where two nodes share a key.
    """
    placed = _placed(rule, ROOT)
    seen: set[str] = set()
    for node in nodes(placed):
        if node.key in seen:
            raise RuleError(node.key, "key", "two nodes share this key")
        seen.add(node.key)
    return placed


def _placed(rule: Rule, position: str) -> Rule:
    key = rule.key or position
    if isinstance(rule, AllOf):
        children = tuple(_placed(child, f"{position}.{index}") for index, child in enumerate(rule.children))
        return replace(rule, key=key, children=children)
    return replace(rule, key=key)


def read(document: object) -> Rule:
    """A rule out of its exchange JSON, every key filled in.

    Raises RuleError for a kind or field this engine does not know, a wrong type or a key used twice.
    A count below one is read, so that the lint can name it.
    """
    return keyed(_read(document, ROOT))


def _read(document: object, position: str) -> Rule:
    if not isinstance(document, Mapping):
        raise RuleError(position, "kind", "a node must be an object")
    key = document.get("key", position)
    if not isinstance(key, str) or not key:
        raise RuleError(position, "key", "must be a text that is not empty")
    label = document.get("label")
    if label is not None and not isinstance(label, str):
        raise RuleError(key, "label", "must be a text")
    name = document.get("kind")
    if not isinstance(name, str) or name not in _FIELDS:
        raise RuleError(key, "kind", f"{name!r} is not a kind that this engine knows")
    for field in document:
        if field not in _FIELDS[name]:
            raise RuleError(key, str(field), f"is not a field that this engine knows for {name}")
    match name:
        case "achievement":
            return Earned(_text(document, "achievement", key), key, label or "")
        case "pool":
            return Pool(_integer(document, "n", key), _texts(document, "achievements", key), key, label or "")
        case _:
            children = _array(document, "children", key)
            parts = tuple(_read(child, f"{position}.{index}") for index, child in enumerate(children))
            return AllOf(parts, key, label or "")


def _text(document: Mapping[str, object], field: str, key: str) -> str:
    value = document.get(field)
    if not isinstance(value, str) or not value:
        raise RuleError(key, field, "must be a text that is not empty")
    return value


def _integer(document: Mapping[str, object], field: str, key: str) -> int:
    value = document.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RuleError(key, field, "must be a whole number")
    return value


def _array(document: Mapping[str, object], field: str, key: str) -> list[object]:
    value = document.get(field)
    if not isinstance(value, list):
        raise RuleError(key, field, "must be a list")
    return value


def _texts(document: Mapping[str, object], field: str, key: str) -> tuple[str, ...]:
    texts: list[str] = []
    for value in _array(document, field, key):
        if not isinstance(value, str) or not value:
            raise RuleError(key, field, "must hold texts that are not empty")
        texts.append(value)
    return tuple(texts)


def write(rule: Rule) -> dict[str, Any]:
    """The rule as exchange JSON; defaults, and keys that say no more than the position, are left out."""
    return _written(keyed(rule), ROOT)


def _written(rule: Rule, position: str) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": kind(rule)}
    if rule.key != position:
        document["key"] = rule.key
    if rule.label:
        document["label"] = rule.label
    match rule:
        case Earned():
            document["achievement"] = rule.achievement
        case Pool():
            document["n"] = rule.n
            document["achievements"] = list(rule.achievements)
        case AllOf():
            document["children"] = [
                _written(child, f"{position}.{index}") for index, child in enumerate(rule.children)
            ]
        case _:
            assert_never(rule)
    return document


def canonical(rule: Rule) -> str:
    """The one text of a rule: JSON with sorted keys, no spaces, nothing escaped that need not be."""
    return json.dumps(write(rule), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rule_sha256(rule: Rule) -> str:
    """The fingerprint of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(rule).encode()).hexdigest()
