"""Exchange documents read strictly: a learner before a rule, or what a version promises."""

from dataclasses import dataclass, fields
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
)
from pathways.rules.evaluate.situation import Exempts
from pathways.rules.tree import NO_FILTERS, SOURCES, Fields, Filters, Rule, RuleError, day, read
from pathways.rules.tree.documents import VALIDITIES, read_sources, read_window

Json = dict[str, Any]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a version of a pathway promises to everybody: its rule, and what stands beside it."""

    rule: Rule
    defaults: Filters = NO_FILTERS
    at_most: tuple[AtMost, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    exclusive_with: frozenset[str] = frozenset()
    use_limit: int = 1


def terms_of(document: object) -> Terms:
    """The terms in an exchange document; what it says of a learner is not read. Raises RuleError."""
    root = root_of(document)
    return Terms(
        rule=read(root.document.get("rule")),
        defaults=defaults_of(root),
        at_most=at_most_of(root),
        milestones=milestones_of(root),
        exclusive_with=frozenset(root.texts("exclusive_with") if root.has("exclusive_with") else ()),
        use_limit=root.maybe("use_limit", root.integer, 1),
    )


def root_of(document: object) -> Fields:
    root = Fields(document, "document")
    root.only(_DOCUMENT, "a document")
    name_of(root)
    return root


def name_of(root: Fields) -> str | None:
    return root.text("id") if root.has("id") else None


def zone_of(root: Fields, clock: Clock) -> ZoneInfo:
    if not root.has("tz"):
        return clock.zone
    try:
        return ZoneInfo(root.text("tz"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise root.refuse("tz", "is not a time zone") from unknown


def as_of(root: Fields, zone: ZoneInfo, clock: Clock) -> datetime:
    return _instant(root, "as_of", zone) if root.has("as_of") else clock.now


def situation_of(root: Fields, clock: Clock) -> Situation:
    zone, catalog = zone_of(root, clock), catalog_of(root)
    facts = tuple(_fact(row, zone) for row in _rows(root, "credentials"))
    for fact in facts:
        if fact.achievement not in catalog:
            raise RuleError(fact.id, "achievement", f"{fact.achievement!r} is not in the catalogue")
    terms = terms_of(root.document)
    return Situation(
        rule=terms.rule,
        facts=facts,
        catalog=catalog,
        at=as_of(root, zone, clock),
        zone=zone,
        horizon_days=root.maybe("horizon_days", root.integer, 90),
        equivalences=equivalences_of(root),
        exemptions=tuple(_exemption(row, zone) for row in _rows(root, "exceptions")),
        at_most=terms.at_most,
        milestones=terms.milestones,
        exclusive_with=terms.exclusive_with,
        use_limit=terms.use_limit,
        enrolled_on=root.day("enrolled_on") if root.has("enrolled_on") else None,
        pauses=tuple(_pause(row) for row in _rows(root, "pauses")),
        defaults=terms.defaults,
    )


def defaults_of(root: Fields) -> Filters:
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


def catalog_of(root: Fields) -> dict[str, Entry]:
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


def equivalences_of(root: Fields) -> tuple[Equivalence, ...]:
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


def at_most_of(root: Fields) -> tuple[AtMost, ...]:
    found = []
    for row in _rows(root, "at_most"):
        row.only({"k", "achievements"}, "at_most")
        if row.integer("k") < 0:
            raise row.refuse("k", "must not be below nothing")
        found.append(AtMost(row.integer("k"), frozenset(row.texts("achievements"))))
    return tuple(found)


def milestones_of(root: Fields) -> tuple[Milestone, ...]:
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
