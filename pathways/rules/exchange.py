"""The exchange document: one learner before one rule as JSON, read strictly, and the answers as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pathways.rules.evaluate import (
    AtMost,
    Entry,
    Equivalence,
    Exemption,
    Fact,
    Milestone,
    Pause,
    Revocation,
    Situation,
    Suspension,
    Verdict,
    end_of_day,
    judged,
    local_day,
)
from pathways.rules.evaluate.situation import Exempts
from pathways.rules.lifecycle import LapsePolicy, Life, life_of
from pathways.rules.soundness import Finding, Plans, lint
from pathways.rules.tree import SOURCES, Fields, Filters, RuleError, day, read
from pathways.rules.tree.documents import VALIDITIES, read_sources, read_window

Json = dict[str, Any]

POLICIES: Final[tuple[LapsePolicy, ...]] = ("keep", "suspend", "expire", "review")
EXEMPTIONS: Final[tuple[Exempts, ...]] = ("waive", "reduce", "substitute", "block")
REVOCATIONS: Final[tuple[Revocation, ...]] = ("void", "withdrawn")

_DOCUMENT = frozenset(
    (
        *("id", "title", "note", "published_on", "tz", "as_of", "catalog", "rule", "credentials"),
        *("equivalences", "exceptions", "at_most", "milestones", "exclusive_with", "use_limit"),
        *("enrolled_on", "pauses", "validity", "min_level", "earned_from", "earned_to", "sources"),
        *("horizon_days", "issues", "lapse_policy", "grace_days", "at", "outcomes", "typical_days"),
    )
)
_FACT = frozenset(field.name for field in fields(Fact))
_EXEMPTION = frozenset(
    (
        *("type", "node", "approved_at", "expires_on", "approver", "second_approver"),
        *("reason", "evidence", "by", "achievement", "credential"),
    )
)
_ENTRY = frozenset(
    (
        *("name", "active", "repeatable", "credits", "series", "competencies", "criteria"),
        *("attendance_only", "name_positional", "requires", "valid_for", "offered_on"),
    )
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document without `tz` or `as_of` means by them."""

    zone: ZoneInfo
    now: datetime


def evaluated(document: object, clock: Clock) -> Json:
    """What `pathway_evaluate` prints of one document. Raises RuleError and FactError."""
    root = _root(document)
    verdict = judged(_situation(root, clock))
    return {"id": _name(root)} | _verdict(verdict)


def _verdict(verdict: Verdict) -> Json:
    written = verdict.to_json() | {"milestones_due": sorted(verdict.milestones_due)}
    del written["next_change_on"]
    return written


def linted(document: object, clock: Clock) -> list[Finding]:
    """What is wrong with the rule of one document, by what the document says of it. Raises RuleError."""
    root = _root(document)
    zone = _zone(root, clock)
    rule = read(root.document.get("rule"))
    policy = root.one_of("lapse_policy", POLICIES) if root.has("lapse_policy") else None
    return lint(
        rule,
        _catalog(root),
        issues=root.text("issues") if root.has("issues") else None,
        plans=Plans(
            equivalences=_equivalences(root),
            at_most=_at_most(root),
            milestones=_milestones(root),
            has_lapse_policy=policy is not None,
            outcomes=root.texts("outcomes") if root.has("outcomes") else (),
            typical_days=root.integer("typical_days") if root.has("typical_days") else None,
            as_of=local_day(_as_of(root, zone, clock), zone),
            defaults=_defaults(root),
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
    root = _root(document)
    policy = root.one_of("lapse_policy", POLICIES)
    grace_days = root.maybe("grace_days", root.integer, 0)
    if grace_days < 0:
        raise root.refuse("grace_days", "must not be below nothing")
    zone = _zone(root, clock)
    on = root.day("at") if root.has("at") else local_day(clock.now, zone)
    situation = replace(_situation(root, clock), at=end_of_day(on, zone))
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


def _root(document: object) -> Fields:
    root = Fields(document, "document")
    root.only(_DOCUMENT, "a document")
    _name(root)
    return root


def _name(root: Fields) -> str | None:
    return root.text("id") if root.has("id") else None


def _zone(root: Fields, clock: Clock) -> ZoneInfo:
    if not root.has("tz"):
        return clock.zone
    try:
        return ZoneInfo(root.text("tz"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise root.refuse("tz", "is not a time zone") from unknown


def _as_of(root: Fields, zone: ZoneInfo, clock: Clock) -> datetime:
    return _instant(root, "as_of", zone) if root.has("as_of") else clock.now


def _situation(root: Fields, clock: Clock) -> Situation:
    zone, catalog = _zone(root, clock), _catalog(root)
    facts = tuple(_fact(row, zone) for row in _rows(root, "credentials"))
    for fact in facts:
        if fact.achievement not in catalog:
            raise RuleError(fact.id, "achievement", f"{fact.achievement!r} is not in the catalogue")
    return Situation(
        rule=read(root.document.get("rule")),
        facts=facts,
        catalog=catalog,
        at=_as_of(root, zone, clock),
        zone=zone,
        horizon_days=root.maybe("horizon_days", root.integer, 90),
        equivalences=_equivalences(root),
        exemptions=tuple(_exemption(row, zone) for row in _rows(root, "exceptions")),
        at_most=_at_most(root),
        milestones=_milestones(root),
        exclusive_with=frozenset(root.texts("exclusive_with") if root.has("exclusive_with") else ()),
        use_limit=root.maybe("use_limit", root.integer, 1),
        enrolled_on=root.day("enrolled_on") if root.has("enrolled_on") else None,
        pauses=tuple(_pause(row) for row in _rows(root, "pauses")),
        defaults=_defaults(root),
    )


def _defaults(root: Fields) -> Filters:
    found: Json = {}
    if root.has("validity"):
        found["validity"] = root.one_of("validity", VALIDITIES)
    if root.has("min_level"):
        found["min_level"] = root.integer("min_level")
    found |= {name: root.day(name) for name in ("earned_from", "earned_to") if root.has(name)}
    if root.has("sources"):
        found["sources"] = read_sources(root, "sources")
    if found.get("validity") == "current":
        del found["validity"]
    return Filters(**found)


def _rows(root: Fields, field: str) -> list[Fields]:
    if not root.has(field):
        return []
    return [Fields(row, f"{field}[{index}]") for index, row in enumerate(root.array(field))]


def _instant(node: Fields, field: str, zone: ZoneInfo) -> datetime:
    """An instant; without an offset it is local, and a bare day is its noon."""
    value = node.document.get(field)
    whole_day = day(value)
    if whole_day is not None:
        return datetime.combine(whole_day, time(12), tzinfo=zone)
    if isinstance(value, str) and day(value[:10]) is not None and value[10:11] in {"T", " "}:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=zone)
    raise node.refuse(field, "must be an instant such as 2026-03-31 or 2026-03-31T09:00:00+02:00")


def _catalog(root: Fields) -> dict[str, Entry]:
    given = root.below("catalog")
    return {code: _entry(code, entry) for code, entry in given.document.items()}


def _entry(code: str, document: object) -> Entry:
    entry = Fields(document, f"catalog {code}")
    levels: dict[str, int] = {}
    if entry.has("competencies"):
        aligned = entry.below("competencies")
        levels = {name: aligned.integer(name) for name in aligned.document}
    return Entry(
        name=str(entry.document.get("name") or ""),
        active=entry.maybe("active", entry.boolean, True),
        repeatable=entry.maybe("repeatable", entry.boolean, False),
        credits=entry.maybe("credits", entry.amount, Decimal(0)),
        series=entry.text("series") if entry.has("series") else None,
        requires=entry.texts("requires") if entry.has("requires") else (),
        criteria=_criteria(entry),
        attendance_only=entry.boolean("attendance_only") if entry.has("attendance_only") else None,
        name_positional=entry.boolean("name_positional") if entry.has("name_positional") else None,
        competencies=levels,
        valid_for=read_window(entry.below("valid_for")) if entry.has("valid_for") else None,
        offered_on=_days(entry, "offered_on") if entry.has("offered_on") else None,
        attributes={name: value for name, value in entry.document.items() if name not in _ENTRY},
    )


def _criteria(entry: Fields) -> str | None:
    value = entry.document.get("criteria")
    if value is not None and not isinstance(value, str):
        raise entry.refuse("criteria", "must be a text")
    return value


def _days(entry: Fields, field: str) -> tuple[date, ...]:
    found = [day(value) for value in entry.array(field)]
    if None in found:
        raise entry.refuse(field, "must hold days such as 2026-03-31")
    return tuple(each for each in found if each is not None)


def _fact(row: Fields, zone: ZoneInfo) -> Fact:
    row = Fields(row.document, row.text("id"))
    row.only(_FACT, "a credential")
    stays = []
    for stay in _rows(row, "suspensions"):
        stay.only({"from", "to"}, "a suspension")
        stays.append(
            Suspension(_instant(stay, "from", zone), _instant(stay, "to", zone) if stay.has("to") else None)
        )
    return Fact(
        id=row.text("id"),
        achievement=row.text("achievement"),
        earned_at=_instant(row, "earned_at", zone),
        expires_on=row.day("expires_on") if row.has("expires_on") else None,
        revoked_at=_instant(row, "revoked_at", zone) if row.has("revoked_at") else None,
        revocation=row.one_of("revocation", REVOCATIONS) if row.has("revocation") else "void",
        suspensions=tuple(stays),
        level=row.integer("level") if row.has("level") else None,
        credits=row.amount("credits") if row.has("credits") else None,
        source=row.one_of("source", SOURCES) if row.has("source") else "internal",
        consumed_by=row.texts("consumed_by") if row.has("consumed_by") else (),
    )


def _equivalences(root: Fields) -> tuple[Equivalence, ...]:
    found = []
    for row in _rows(root, "equivalences"):
        row.only({"from", "to", "valid_from", "valid_to"}, "an equivalence")
        found.append(
            Equivalence(
                row.text("from"),
                row.text("to"),
                row.day("valid_from") if row.has("valid_from") else None,
                row.day("valid_to") if row.has("valid_to") else None,
            )
        )
    return tuple(found)


def _exemption(row: Fields, zone: ZoneInfo) -> Exemption:
    row.only(_EXEMPTION, "an exception")
    kind = row.one_of("type", EXEMPTIONS)
    return Exemption(
        type=kind,
        node=row.text("node"),
        approved_at=_instant(row, "approved_at", zone),
        expires_on=row.day("expires_on") if row.has("expires_on") else None,
        by=row.integer("by") if kind == "reduce" else 0,
        achievement=row.text("achievement") if kind == "substitute" else "",
        credential=row.text("credential") if kind == "block" else "",
    )


def _at_most(root: Fields) -> tuple[AtMost, ...]:
    found = []
    for row in _rows(root, "at_most"):
        row.only({"k", "achievements"}, "at_most")
        if row.integer("k") < 0:
            raise row.refuse("k", "must not be below nothing")
        found.append(AtMost(row.integer("k"), frozenset(row.texts("achievements"))))
    return tuple(found)


def _milestones(root: Fields) -> tuple[Milestone, ...]:
    found = []
    for row in _rows(root, "milestones"):
        row.only({"code", "at", "node"}, "a milestone")
        found.append(
            Milestone(row.text("code"), row.integer("at"), row.text("node") if row.has("node") else None)
        )
    return tuple(found)


def _pause(row: Fields) -> Pause:
    row.only({"from", "to"}, "a pause")
    pause = Pause(row.day("from"), row.day("to"))
    if pause.ends_on < pause.starts_on:
        raise row.refuse("to", "must not lie before its beginning")
    return pause


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
