"""Writes a rule of the exchange format as the rows that a registrar edits."""

from collections.abc import Mapping, Sequence
from typing import Any

from credentials.models import Achievement
from pathways.models import PathwayVersion, Requirement, Step


def write_rule(
    version: PathwayVersion,
    node: Mapping[str, Any],
    achievements: Mapping[str, Achievement],
    *,
    parent: Requirement | None = None,
    position: int = 0,
) -> Requirement:
    """The rows of `node` and of all below it, in a draft version; achievements by their codes."""
    row = Requirement.objects.create(
        version=version,
        parent=parent,
        key=node["key"],
        kind=node["kind"],
        label=node.get("label", ""),
        n=node.get("n"),
        position=position,
    )
    Step.objects.bulk_create(
        Step(requirement=row, achievement=achievements[code], position=place)
        for place, code in enumerate(_codes(node))
    )
    for place, child in enumerate(node.get("children", ())):
        write_rule(version, child, achievements, parent=row, position=place)
    return row


def _codes(node: Mapping[str, Any]) -> Sequence[str]:
    if node["kind"] == Requirement.Kind.ACHIEVEMENT:
        return [node["achievement"]]
    return list(node.get("achievements", ()))
