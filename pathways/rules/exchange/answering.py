"""The answers to exchange documents: what the commands print of each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from pathways.rules.evaluate import Verdict, end_of_day, judged, local_day
from pathways.rules.exchange.reading import (
    Clock,
    as_of,
    at_most_of,
    catalog_of,
    defaults_of,
    equivalences_of,
    milestones_of,
    name_of,
    root_of,
    situation_of,
    zone_of,
)
from pathways.rules.lifecycle import LapsePolicy, Life, life_of
from pathways.rules.soundness import Finding, Plans, lint
from pathways.rules.tree import RuleError, read

Json = dict[str, Any]

POLICIES: Final[tuple[LapsePolicy, ...]] = ("keep", "suspend", "expire", "review")


def evaluated(document: object, clock: Clock) -> Json:
    """What `pathway_evaluate` prints of one document. Raises RuleError and FactError."""
    root = root_of(document)
    verdict = judged(situation_of(root, clock))
    return {"id": name_of(root)} | _verdict(verdict)


def _verdict(verdict: Verdict) -> Json:
    written = verdict.to_json() | {"milestones_due": sorted(verdict.milestones_due)}
    del written["next_change_on"]
    return written


def linted(document: object, clock: Clock) -> list[Finding]:
    """What is wrong with the rule of one document, by what the document says of it. Raises RuleError."""
    root = root_of(document)
    zone = zone_of(root, clock)
    rule = read(root.document.get("rule"))
    policy = root.one_of("lapse_policy", POLICIES) if root.has("lapse_policy") else None
    return lint(
        rule,
        catalog_of(root),
        issues=root.text("issues") if root.has("issues") else None,
        plans=Plans(
            equivalences=equivalences_of(root),
            at_most=at_most_of(root),
            milestones=milestones_of(root),
            has_lapse_policy=policy is not None,
            outcomes=root.texts("outcomes") if root.has("outcomes") else (),
            typical_days=root.integer("typical_days") if root.has("typical_days") else None,
            as_of=local_day(as_of(root, zone, clock), zone),
            defaults=defaults_of(root),
        ),
    )


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    """What `pathway_lint` prints of one document."""
    return [
        {"code": row.code, "severity": row.severity, "node": row.node, "message": str(row.message)}
        for row in findings
    ]


def lived(document: object, clock: Clock) -> Json:
    """What `pathway_lifecycle` prints of one document. Raises RuleError and FactError."""
    root = root_of(document)
    policy = root.one_of("lapse_policy", POLICIES)
    grace_days = root.maybe("grace_days", root.integer, 0)
    if grace_days < 0:
        raise root.refuse("grace_days", "must not be below nothing")
    zone = zone_of(root, clock)
    on = root.day("at") if root.has("at") else local_day(clock.now, zone)
    situation = replace(situation_of(root, clock), at=end_of_day(on, zone))
    return _life(life_of(situation, lapse_policy=policy, grace_days=grace_days))


def _life(life: Life) -> Json:
    days = ("issued_on", "broken_on", "grace_through")
    return {
        "state": life.state,
        "issue_no": life.issue_no,
        "issued_on": None,
        "broken_on": None,
        "cause": life.cause,
        "grace_through": None,
    } | {name: found.isoformat() for name in days if (found := getattr(life, name))}


# Reading


def each(document: object) -> tuple[list[object], bool]:
    """The documents of a file, and whether they are an array to be answered by one."""
    return (list(document), True) if isinstance(document, list) else ([document], False)


def without_repeats(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    """A JSON object whose keys are all different, as `json.load` hands it over. Raises RuleError."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise RuleError("document", key, "is given twice in one object")
        found[key] = value
    return found
