"""The exchange document of a situation, which read again gives the same verdict."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pathways.rules.evaluate import Entry, Exemption, Fact, Situation
from pathways.rules.exchange.reading import Terms
from pathways.rules.tree import write
from pathways.rules.tree.documents import filters_json, plain, window_json

Json = dict[str, Any]


def document_of(situation: Situation) -> Json:
    """One learner before one rule (RULES §12): instants in UTC, what is at its default left out."""
    beside = {
        "credentials": [fact_json(fact) for fact in _by_id(situation.facts)],
        "equivalences": [
            _given(**{"from": row.source, "to": row.target}, valid_from=row.valid_from, valid_to=row.valid_to)
            for row in sorted(situation.equivalences, key=lambda row: (row.source, row.target, str(row)))
        ],
        "exceptions": [_exemption(row) for row in situation.exemptions],
        "pauses": [
            _given(**{"from": row.starts_on, "to": row.ends_on})
            for row in sorted(situation.pauses, key=lambda row: (row.starts_on, row.ends_on))
        ],
    }
    terms = Terms(
        rule=situation.rule,
        defaults=situation.defaults,
        at_most=situation.at_most,
        milestones=situation.milestones,
        exclusive_with=situation.exclusive_with,
        use_limit=situation.use_limit,
    )
    return {
        "tz": situation.zone.key,
        "as_of": _utc(situation.at),
        "horizon_days": situation.horizon_days,
        "catalog": {code: entry_json(entry) for code, entry in sorted(situation.catalog.items())},
        **_given(enrolled_on=situation.enrolled_on),
        **{name: rows for name, rows in beside.items() if rows},
        **terms_json(terms),
    }


def terms_json(terms: Terms) -> Json:
    """What a version promises, as fields of an exchange document."""
    beside = {
        "at_most": [
            {"k": cap.k, "achievements": sorted(cap.achievements)}
            for cap in sorted(terms.at_most, key=lambda cap: (sorted(cap.achievements), cap.k))
        ],
        "milestones": [_given(code=row.code, at=row.at, node=row.node) for row in terms.milestones],
        "exclusive_with": sorted(terms.exclusive_with),
    }
    limit = {} if terms.use_limit == 1 else {"use_limit": terms.use_limit}
    return {
        "rule": write(terms.rule),
        **filters_json(terms.defaults),
        **{name: rows for name, rows in beside.items() if rows},
        **limit,
    }


def digest(situation: Situation) -> str:
    """The fingerprint of all that a verdict reads, its instant and the catalogue apart, in hexadecimal."""
    document = document_of(situation)
    del document["as_of"], document["catalog"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def entry_json(entry: Entry) -> Json:
    """One entry of the catalogue, what nobody has said left out."""
    return {
        **entry.attributes,
        **({"name": entry.name} if entry.name else {}),
        **({} if entry.active else {"active": False}),
        **({"repeatable": True} if entry.repeatable else {}),
        **({"credits": plain(entry.credits)} if entry.credits else {}),
        **({"competencies": dict(sorted(entry.competencies.items()))} if entry.competencies else {}),
        **({"requires": list(entry.requires)} if entry.requires else {}),
        **({"valid_for": window_json(entry.valid_for)} if entry.valid_for else {}),
        **({"offered_on": [day.isoformat() for day in entry.offered_on]} if entry.offered_on else {}),
        **_given(
            series=entry.series,
            criteria=entry.criteria,
            attendance_only=entry.attendance_only,
            name_positional=entry.name_positional,
        ),
    }


def fact_json(fact: Fact) -> Json:
    """One fact; its revocation is said only where it was revoked."""
    document = _given(
        id=fact.id,
        achievement=fact.achievement,
        earned_at=_utc(fact.earned_at),
        expires_on=fact.expires_on,
        level=fact.level,
        credits=None if fact.credits is None else plain(fact.credits),
        source=None if fact.source == "internal" else fact.source,
        consumed_by=sorted(fact.consumed_by) or None,
    )
    if fact.revoked_at is not None:
        document |= {"revoked_at": _utc(fact.revoked_at), "revocation": fact.revocation}
    if fact.suspensions:
        document["suspensions"] = [
            {"from": _utc(stay.starts_at), "to": None if stay.ends_at is None else _utc(stay.ends_at)}
            for stay in fact.suspensions
        ]
    return document


def _exemption(row: Exemption) -> Json:
    return _given(
        type=row.type,
        node=row.node,
        approved_at=_utc(row.approved_at),
        expires_on=row.expires_on,
        by=row.by or None,
        achievement=row.achievement or None,
        credential=row.credential or None,
    )


def _by_id(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: fact.id)


def _given(**fields: Any) -> Json:
    """The fields that are not None, days in ISO 8601."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in fields.items()
        if value is not None
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
