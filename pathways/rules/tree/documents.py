"""A rule out of its exchange JSON and into the one text that is hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final, Literal, assert_never

from pathways.rules.tree.fields import Fields, RuleError
from pathways.rules.tree.kinds import (
    NO_FILTERS,
    ROOT,
    SOURCES,
    UNSET,
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Rule,
    Validity,
    Window,
    Within,
    keyed,
    kind,
)

FILTERS = tuple(field.name for field in fields(Filters))
UNITS = tuple(field.name for field in fields(Window))
ANCHORS: Final[tuple[Literal["first", "enrolment"], ...]] = ("first", "enrolment")
VALIDITIES: Final[tuple[Validity, ...]] = ("current", "ever")

_COMMON = frozenset({"kind", "key", "label", *FILTERS})
_FIELDS = {
    "achievement": _COMMON | {"achievement"},
    "step": _COMMON | {"step"},
    "pool": _COMMON | {"n", "achievements", "min_groups", "max_per_group", "group_by"},
    "credits": _COMMON
    | {"min", "achievements", "group_caps", "group_by", "transfer_max", "residency_min", "measure"},
    "competency": _COMMON | {"code", "count"},
    "all": _COMMON | {"children"},
    "n_of": _COMMON | {"n", "children"},
    "ordered": _COMMON | {"children", "strict"},
    "within": _COMMON | {"child", "window", "anchor"},
}


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
    node = Fields(document, key)
    node.only(_FIELDS[name], name)
    said = label or ""
    filters = read_filters(node, leave_out=("min_level",) if name == "competency" else ())
    match name:
        case "achievement":
            return Earned(node.text("achievement"), key, said, filters)
        case "step":
            return Done(node.text("step"), key, said, filters)
        case "pool":
            return _pool(node, said, filters)
        case "credits":
            return _credits(node, said, filters)
        case "competency":
            level, count = node.maybe("min_level", node.integer, 1), node.maybe("count", node.integer, 1)
            return Competency(node.text("code"), level, count, key, said, filters)
        case "within":
            window = read_window(node.below("window"))
            child = _read(document.get("child"), f"{position}.0")
            anchor = node.one_of("anchor", ANCHORS) if node.has("anchor") else ANCHORS[0]
            return Within(child, window, anchor, key, said, filters)
        case _:
            parts = tuple(
                _read(child, f"{position}.{index}") for index, child in enumerate(node.array("children"))
            )
    if name == "n_of":
        return AtLeast(node.integer("n"), parts, key, said, filters)
    if name == "ordered":
        return InOrder(parts, node.maybe("strict", node.boolean, False), key, said, filters)
    return AllOf(parts, key, said, filters)


def _pool(node: Fields, label: str, filters: Filters) -> Pool:
    return Pool(
        node.integer("n"),
        node.texts("achievements"),
        node.where,
        label,
        filters,
        min_groups=node.integer("min_groups") if node.has("min_groups") else None,
        max_per_group=node.integer("max_per_group") if node.has("max_per_group") else None,
        group_by=node.maybe("group_by", node.text, "series"),
    )


def _credits(node: Fields, label: str, filters: Filters) -> Credits:
    caps: tuple[tuple[str, Decimal], ...] = ()
    if node.has("group_caps"):
        given = node.below("group_caps")
        caps = tuple(sorted((group, given.amount(group)) for group in given.document))
    return Credits(
        node.amount("min"),
        node.texts("achievements"),
        node.where,
        label,
        filters,
        group_caps=caps,
        group_by=node.maybe("group_by", node.text, "series"),
        transfer_max=node.amount("transfer_max") if node.has("transfer_max") else None,
        residency_min=node.amount("residency_min") if node.has("residency_min") else None,
        measure=node.maybe("measure", node.text, "credits"),
    )


def read_window(node: Fields) -> Window:
    """A window out of its four counts, each nothing unless given."""
    node.only(UNITS, "a window")
    counts = {unit: node.maybe(unit, node.integer, 0) for unit in UNITS}
    for unit, count in counts.items():
        if count < 0:
            raise node.refuse(unit, "must not be below nothing")
    return Window(**counts)


def read_filters(node: Fields, leave_out: tuple[str, ...] = ()) -> Filters:
    """The filters on one node: those not given are unset, those given as null are cleared."""
    read: dict[str, Any] = {
        "min_level": node.integer,
        "earned_from": node.day,
        "earned_to": node.day,
        "sources": lambda field: read_sources(node, field),
        "validity": lambda field: node.one_of(field, VALIDITIES),
        "scope": node.text,
    }
    found = {
        name: read[name](name) if node.has(name) else None
        for name in FILTERS
        if name in node.document and name not in leave_out
    }
    return Filters(**found) if found else NO_FILTERS


def read_sources(node: Fields, field: str) -> tuple[Any, ...]:
    """The sources that are let in; none named means all."""
    given = node.texts(field)
    for name in given:
        if name not in SOURCES:
            raise node.refuse(field, f"{name!r} is not a source; known are {', '.join(SOURCES)}")
    return given


def write(rule: Rule) -> dict[str, Any]:
    """The rule as exchange JSON; defaults, and keys that say no more than the position, are left out."""
    return _written(keyed(rule), ROOT)


def _written(rule: Rule, position: str) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": kind(rule)}
    if rule.key != position:
        document["key"] = rule.key
    if rule.label:
        document["label"] = rule.label
    return document | _own(rule, position) | filters_json(rule.filters)


def filters_json(filters: Filters) -> dict[str, Any]:
    """The filters that are given, a cleared one as null."""
    document: dict[str, Any] = {}
    for name in FILTERS:
        value = getattr(filters, name)
        if value is UNSET:
            continue
        if name.startswith("earned_") and value is not None:
            value = value.isoformat()
        document[name] = list(value) if isinstance(value, tuple) else value
    return document


def own_fields(rule: Rule) -> dict[str, Any]:
    """One node's kind, fields and filters as exchange JSON, without key, label and children."""
    own = {name: value for name, value in _own(rule, ROOT).items() if name not in {"children", "child"}}
    return {"kind": kind(rule)} | own | filters_json(rule.filters)


def _own(rule: Rule, position: str) -> dict[str, Any]:
    """The fields that only this kind has."""
    match rule:
        case Earned():
            return {"achievement": rule.achievement}
        case Done():
            return {"step": rule.step}
        case Pool():
            shown = {"n": rule.n, "achievements": list(rule.achievements)}
            return shown | _given(
                min_groups=rule.min_groups, max_per_group=rule.max_per_group, group_by=_grouped(rule.group_by)
            )
        case Credits():
            caps = {group: plain(cap) for group, cap in rule.group_caps}
            return {"min": plain(rule.min), "achievements": list(rule.achievements)} | _given(
                group_caps=caps or None,
                group_by=_grouped(rule.group_by),
                transfer_max=None if rule.transfer_max is None else plain(rule.transfer_max),
                residency_min=None if rule.residency_min is None else plain(rule.residency_min),
                measure=None if rule.measure == "credits" else rule.measure,
            )
        case Competency():
            level, count = (None if number == 1 else number for number in (rule.min_level, rule.count))
            return {"code": rule.code} | _given(min_level=level, count=count)
        case AllOf():
            return {"children": _below(rule.children, position)}
        case AtLeast():
            return {"n": rule.n, "children": _below(rule.children, position)}
        case InOrder():
            return {"children": _below(rule.children, position)} | _given(strict=rule.strict or None)
        case Within():
            child = _written(rule.child, f"{position}.0")
            anchor = None if rule.anchor == "first" else rule.anchor
            return {"child": child, "window": window_json(rule.window)} | _given(anchor=anchor)
        case _:
            assert_never(rule)


def _given(**shown: object) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if value is not None}


def _grouped(group_by: str) -> str | None:
    return None if group_by == "series" else group_by


def _below(parts: tuple[Rule, ...], position: str) -> list[dict[str, Any]]:
    return [_written(child, f"{position}.{index}") for index, child in enumerate(parts)]


def window_json(window: Window) -> dict[str, int]:
    """A window's counts, those of nothing left out."""
    return {unit: count for unit in UNITS if (count := getattr(window, unit))}


def plain(number: Decimal) -> str:
    """A decimal number without an exponent, its digits as they were given."""
    return format(number, "f")


def canonical(rule: Rule) -> str:
    """The one text of a rule: JSON with sorted keys, no spaces, nothing escaped that need not be."""
    return json.dumps(write(rule), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rule_sha256(rule: Rule) -> str:
    """The fingerprint of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(rule).encode()).hexdigest()
