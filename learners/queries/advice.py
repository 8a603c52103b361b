"""What to earn next, and what it asks: hours, what must be held first, the next date and its price."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import JSONObject, Now
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from credentials.models import Achievement, Credential, Offering
from credentials.queries import plain, price_in_words
from pathways.rules.advising import Advice, Option, Way, next_best, openings, reason

if TYPE_CHECKING:
    from learners.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """One achievement in force. `lacks` are the names of what must be held first and is not, by code.

    `starts_at` is the next date on which it is taught; `price` its list price, None where none is named.
    """

    code: str
    name: str
    url: str
    hours: Decimal
    starts_at: datetime | None = None
    price: Decimal | None = None
    currency: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)

    @property
    def option(self) -> Option:
        """As the rules weigh it."""
        return Option(hours=self.hours, lacks=frozenset(self.lacks))

    @property
    def hours_in_words(self) -> str:
        return plain(self.hours)

    @property
    def price_in_words(self) -> str:
        """Empty where no price is known."""
        return price_in_words(self.price, self.currency)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One achievement worth earning next, and why in a sentence."""

    effort: Effort
    reason: str


@dataclass(frozen=True, slots=True)
class OpensUp:
    """Something that must be held before others can be begun: its name, and theirs."""

    name: str
    opens: tuple[str, ...]


def suggestions(ways: Sequence[Way], known: Mapping[str, Effort]) -> tuple[Suggestion, ...]:
    """What can be earned now, the most useful first."""
    advised = next_best(ways, {code: effort.option for code, effort in known.items()})
    return tuple(Suggestion(known[advice.code], _said(advice)) for advice in advised)


def opens_up(ways: Sequence[Way], known: Mapping[str, Effort]) -> tuple[OpensUp, ...]:
    """What must be held before some of it can be begun, what opens most first."""
    found = openings(ways, {code: effort.option for code, effort in known.items()})
    return tuple(
        OpensUp(known[row.opens[0]].lacks[row.code], tuple(known[code].name for code in row.opens))
        for row in found
    )


def _said(advice: Advice) -> str:
    return reason(advice).render(_)


def efforts(learner: "User", codes: Iterable[str]) -> dict[str, Effort]:
    """What she would have to bring for each of these achievements, by code; one query."""
    wanted = set(codes)
    if not wanted:
        return {}
    upcoming = Offering.objects.filter(
        activity__is_active=True, activity__achievements=OuterRef("pk"), starts_at__gt=Now()
    ).order_by("starts_at", "pk")
    date = JSONObject(starts_at="starts_at", price="price", currency="currency")
    held = Credential.objects.live().filter(
        recipient=learner, achievement=OuterRef("current_version__requires")
    )
    rows = (
        Achievement.objects.filter(code__in=wanted, current_version__isnull=False)
        .annotate(
            next_date=Subquery(upcoming.values(date=date)[:1]),
            needs=F("current_version__requires__code"),
            needs_name=F("current_version__requires__current_version__name"),
            is_held=Exists(held),
        )
        .values(
            *("code", "next_date", "needs", "needs_name", "is_held"),
            *("current_version__name", "current_version__hours", "current_version__public_id"),
        )
    )
    found: dict[str, Effort] = {}
    lacking: dict[str, dict[str, str]] = {}
    # One row for each prerequisite.
    for row in rows:
        lacks = lacking.setdefault(row["code"], {})
        if row["needs"] and not row["is_held"]:
            lacks[row["needs"]] = row["needs_name"] or row["needs"]
        found[row["code"]] = _effort(row, lacks)
    return found


def _effort(row: Mapping[str, Any], lacks: Mapping[str, str]) -> Effort:
    date = row["next_date"] or {}
    price = date.get("price")
    return Effort(
        code=row["code"],
        name=row["current_version__name"],
        url=reverse("credentials:achievement", args=[row["current_version__public_id"]]),
        hours=row["current_version__hours"],
        starts_at=_moment(date.get("starts_at")),
        price=None if price is None else Decimal(str(price)),
        currency=date.get("currency", ""),
        lacks=lacks,
    )


def _moment(text: str | None) -> datetime | None:
    """SQLite writes an instant into JSON without its zone, which is UTC."""
    found = parse_datetime(text) if text else None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
