"""Facts to CASE 1.1: what came from a file is written as it stood there, what was added here as CASE asks."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from credentials.definitions.case import members
from credentials.definitions.case.shapes import Framework, Item, Link, Package

Json = dict[str, Any]
LAST = 10**9


def package(facts: Package, *, at: str) -> Json:
    """The whole CFPackage; `at` dates what carries no date of its own."""
    placed = placements(facts, at=at)
    by_identifier = {item.identifier: item for item in facts.items}
    extras = facts.framework.extras
    associations: list[tuple[int, Json]] = [
        (item.extras.get("placed_order", LAST), association)
        for item in facts.items
        if (association := placed[item.identifier]) is not None
    ]
    associations += [
        (link.extras.get("order", LAST), link_member(link, by_identifier, at=at)) for link in facts.links
    ]
    associations += [(order, kept) for order, kept in extras.get("associations", ())]
    return {
        **extras.get("package", {}),
        "CFDocument": document_member(facts.framework, at=at),
        "CFItems": [
            item_member(item, at=at)
            for item in sorted(facts.items, key=lambda i: i.extras.get("order", LAST))
        ],
        "CFAssociations": [kept for _order, kept in sorted(associations, key=lambda pair: pair[0])],
    }


def document_member(framework: Framework, *, at: str) -> Json:
    said = members.merged(members.DOCUMENT, framework, framework.extras.get("members", {}), at=at)
    for name in framework.extras.get("silent", ()):
        if said.get(name) == members.UNSAID[name]:
            del said[name]
    return _extended(said, {"levels": list(framework.levels)})


def item_member(item: Item, *, at: str) -> Json:
    said = members.merged(members.ITEM, item, item.extras.get("members", {}), at=at)
    return _extended(said, {"cognitiveLevel": item.cognitive_level, "sort": item.sort})


def _extended(said: Json, ours: Mapping[str, object]) -> Json:
    """With what CASE has no member for, in the place it keeps for that."""
    before = said.get("extensions") or {}
    after = {name: value for name, value in before.items() if name not in ours}
    after |= {name: value for name, value in ours.items() if value}
    if after != before:
        said["extensions"] = after
        if not after:
            del said["extensions"]
    return said


def placements(facts: Package, *, at: str) -> dict[str, Json | None]:
    """For each item the association that says what it is part of; None where its file said nothing.

    Sequence numbers of the file stay as long as they tell the order of today.
    """
    by_identifier = {item.identifier: item for item in facts.items}
    last: dict[str, int] = {}
    placed: dict[str, Json | None] = {}
    for item in facts.items:
        said = item.extras.get("placed", {})
        if said is None and not item.parent:
            placed[item.identifier] = None
            continue
        target = item.parent or facts.framework.identifier
        is_same = bool(said) and said["destinationNodeURI"]["identifier"] == target
        sequence = said.get("sequenceNumber") if is_same else None
        before = last.get(item.parent, -1)
        if is_same and sequence is None:
            placed[item.identifier] = dict(said)
            continue
        if sequence is None or sequence < before:
            sequence = before + 1
        last[item.parent] = sequence
        if is_same:
            placed[item.identifier] = {**said, "sequenceNumber": sequence}
        else:
            parent = by_identifier[item.parent] if item.parent else facts.framework
            placed[item.identifier] = _placement(item, parent, sequence, at)
    return placed


def _placement(item: Item, parent: Item | Framework, sequence: int, at: str) -> Json:
    identifier = str(uuid5(NAMESPACE_URL, f"{item.identifier} isChildOf {parent.identifier}"))
    return {
        "identifier": identifier,
        "uri": f"urn:uuid:{identifier}",
        "associationType": "isChildOf",
        "sequenceNumber": sequence,
        "originNodeURI": _node(item),
        "destinationNodeURI": _node(parent),
        "lastChangeDateTime": at,
    }


def _node(thing: Item | Framework) -> Json:
    title = thing.title if isinstance(thing, Framework) else thing.code or thing.title or thing.statement
    return {"title": title, "identifier": thing.identifier, "uri": thing.uri}


def link_member(link: Link, by_identifier: Mapping[str, Item], *, at: str) -> Json:
    said: Json = dict(link.extras.get("members", {}))
    target = by_identifier.get(link.target)
    outside = {
        "title": link.target_title or link.target_uri,
        "identifier": link.target_identifier or link.target_uri,
        "uri": link.target_uri,
    }
    written: Json = {
        "identifier": link.identifier,
        "associationType": link.kind,
        "originNodeURI": _node(by_identifier[link.origin]),
        "destinationNodeURI": _node(target) if target else outside,
    }
    for name in ("originNodeURI", "destinationNodeURI"):
        if name in said and said[name]["identifier"] == written[name]["identifier"]:
            written[name] = said[name]
    if link.sequence is not None:
        written["sequenceNumber"] = link.sequence
    said.setdefault("uri", f"urn:uuid:{link.identifier}")
    said.setdefault("lastChangeDateTime", at)
    return {**said, **written}


def pruned(said: Mapping[str, Any], written: Mapping[str, Any]) -> Json:
    """What a file said that the fields would not say by themselves."""
    absent = object()
    return {name: value for name, value in said.items() if written.get(name, absent) != value}


def in_order(items: Iterable[Item], rank: Mapping[str, tuple[int, int]]) -> tuple[Item, ...]:
    """From the top down, each before its parts, siblings by `rank`; what is part of itself is left out."""
    every = {item.identifier: item for item in items}
    children: dict[str, list[Item]] = {}
    for item in every.values():
        children.setdefault(item.parent if item.parent in every else "", []).append(item)
    for siblings in children.values():
        siblings.sort(key=lambda item: rank[item.identifier], reverse=True)
    ordered: list[Item] = []
    waiting = list(children.get("", ()))
    while waiting:
        item = waiting.pop()
        ordered.append(item)
        waiting += children.get(item.identifier, ())
    return tuple(ordered)
