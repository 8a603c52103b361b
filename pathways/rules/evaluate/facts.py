"""What a learner holds and what the catalogue says of it; when a fact counts, and on which local day."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pathways.rules.tree import Source, Validity, Window, amount

Revocation: TypeAlias = Literal["void", "withdrawn"]

ONE_DAY = timedelta(days=1)

# An expiry on the calendar's very last days is how some systems write "never"; no day follows it.
END_OF_TIME = date.max - ONE_DAY


class FactError(ValueError):
    """A fact cannot be judged: its id occurs twice, or one of its instants names no zone."""


class Reason(StrEnum):
    """Why a fact is not counted; down to LEVEL_TOO_LOW the tests of one fact at one leaf, in their order."""

    FUTURE = "FUTURE"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    BLOCKED = "BLOCKED"
    CONSUMED_ELSEWHERE = "CONSUMED_ELSEWHERE"
    BEFORE_CUTOFF = "BEFORE_CUTOFF"
    AFTER_CUTOFF = "AFTER_CUTOFF"
    SOURCE_NOT_ALLOWED = "SOURCE_NOT_ALLOWED"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    NOT_LISTED = "NOT_LISTED"
    IDENTITY_ALREADY_USED = "IDENTITY_ALREADY_USED"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    WRONG_ORDER = "WRONG_ORDER"
    CAP_REACHED = "CAP_REACHED"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stay from one instant up to, not including, another; without an end it still stands."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One credential, or one completed act that issues none, as the rules see it.

    `earned_at` is when the standard was met, not when it was graded or issued; `expires_on` is the last
    valid local day. A `void` revocation says that it was never right; a `withdrawn` one, not from then on.
    `level` is the rubric level reached; `credits` replace those of the catalogue; `consumed_by` names the
    pathways that have used it for a certificate.
    """

    id: str
    achievement: str
    earned_at: datetime
    expires_on: date | None = None
    revoked_at: datetime | None = None
    revocation: Revocation = "void"
    suspensions: tuple[Suspension, ...] = ()
    level: int | None = None
    credits: Decimal | None = None
    source: Source = "internal"
    consumed_by: tuple[str, ...] = ()

    def instants(self) -> Iterator[datetime]:
        """Every instant at which this fact begins or ceases to count, its expiry apart."""
        yield self.earned_at
        if self.revoked_at is not None:
            yield self.revoked_at
        for suspension in self.suspensions:
            yield suspension.starts_at
            if suspension.ends_at is not None:
                yield suspension.ends_at


@dataclass(frozen=True, slots=True)
class Entry:
    """One achievement or step in the catalogue; what only the lint reads is None where nobody has said.

    `competencies` are the levels it is aligned with, by code; `attributes` whatever else the catalogue says,
    for a rule to group by or to add up.
    """

    name: str = ""
    active: bool = True
    repeatable: bool = False
    credits: Decimal = Decimal(0)
    series: str | None = None
    requires: tuple[str, ...] = ()
    criteria: str | None = None
    attendance_only: bool | None = None
    participation: bool | None = None
    name_positional: bool | None = None
    competencies: Mapping[str, int] = field(default_factory=dict)
    valid_for: Window | None = None
    offered_on: tuple[date, ...] | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)

    def group(self, by: str) -> str | None:
        """Its value of an attribute that a rule groups by; None puts it with all that have none."""
        value = self.series if by == "series" else self.attributes.get(by)
        return None if value is None else str(value)

    def measured(self, measure: str) -> Decimal:
        """How much it counts of an attribute that a rule adds up; nothing unless the catalogue says."""
        if measure == "credits":
            return self.credits
        value = self.attributes.get(measure)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return amount(value) or Decimal(0)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The institution's calendar day at this instant."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a local day, however many hours that day has."""
    midnight = datetime.combine(day + ONE_DAY, time.min, tzinfo=zone)
    return midnight.astimezone(UTC) - timedelta.resolution


def refusal(fact: Fact, *, at: datetime, zone: ZoneInfo, validity: Validity) -> Reason | None:
    """The first test this fact fails at this instant; None if it may be used."""
    if fact.earned_at > at:
        return Reason.FUTURE
    if fact.revoked_at is not None and fact.revoked_at <= at:
        return Reason.REVOKED
    if any(stay.starts_at <= at and (stay.ends_at is None or at < stay.ends_at) for stay in fact.suspensions):
        return Reason.SUSPENDED
    if validity == "current" and fact.expires_on is not None and local_day(at, zone) > fact.expires_on:
        return Reason.EXPIRED
    return None


def ranked(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts, those that make a stack last longest first; ties go to the earlier, then the lower id."""
    return tuple(
        sorted(facts, key=lambda fact: (_reversed_day(fact.expires_on), fact.earned_at, fact.id)),
    )


def _reversed_day(day: date | None) -> tuple[bool, int]:
    return (False, 0) if day is None else (True, -day.toordinal())


def change_days(fact: Fact, *, after: datetime, zone: ZoneInfo, validity: Validity) -> set[date]:
    """The local days after that of `after` whose end may find this fact's standing changed by time alone."""
    if fact.revoked_at is not None and fact.earned_at <= after and fact.revoked_at <= after:
        return set()
    tomorrow = local_day(after, zone) + ONE_DAY
    # What happens later today is first seen at the end of tomorrow: today is judged as it stands now.
    days = {max(local_day(instant, zone), tomorrow) for instant in fact.instants() if instant > after}
    expires_on = fact.expires_on if validity == "current" else None
    if expires_on is not None and tomorrow - ONE_DAY <= expires_on < END_OF_TIME:
        days.add(expires_on + ONE_DAY)
    return days


def check_facts(facts: Iterable[Fact]) -> None:
    """Raises FactError where an id occurs twice or an instant names no zone."""
    seen: set[str] = set()
    for fact in facts:
        if fact.id in seen:
            raise FactError(f"{fact.id}: two facts share this id")
        seen.add(fact.id)
        if any(instant.tzinfo is None for instant in fact.instants()):
            raise FactError(f"{fact.id}: every instant must name its zone")


def facts_digest(facts: Iterable[Fact]) -> str:
    """The fingerprint of what was judged, in hexadecimal: the same facts in any order and zone, the same."""
    documents = [_digested(fact) for fact in sorted(facts, key=lambda fact: fact.id)]
    text = json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _digested(fact: Fact) -> dict[str, Any]:
    """One fact as JSON without its defaults, so that a field added later leaves old digests as they are."""
    document: dict[str, Any] = {
        "id": fact.id,
        "achievement": fact.achievement,
        "earned_at": _utc(fact.earned_at),
    }
    if fact.expires_on is not None:
        document["expires_on"] = fact.expires_on.isoformat()
    if fact.revoked_at is not None:
        document["revoked_at"] = _utc(fact.revoked_at)
        document["revocation"] = fact.revocation
    if fact.suspensions:
        document["suspensions"] = [
            {"from": _utc(stay.starts_at), "to": None if stay.ends_at is None else _utc(stay.ends_at)}
            for stay in sorted(fact.suspensions, key=lambda stay: stay.starts_at)
        ]
    if fact.level is not None:
        document["level"] = fact.level
    if fact.credits is not None:
        document["credits"] = format(fact.credits, "f")
    if fact.source != "internal":
        document["source"] = fact.source
    if fact.consumed_by:
        document["consumed_by"] = sorted(fact.consumed_by)
    return document


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
