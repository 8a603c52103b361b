"""Where one learns what an achievement asks: activities, their dates, what is read at the right moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials.models import Achievement, LearningActivity, Offering, Resource
from credentials.queries.catalogue import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """An offering to come. `until` and `price` are in words, empty where none is named."""

    starts_at: datetime
    until: str
    mode: str
    place: str
    link: str
    seats: int | None
    price: str
    signup_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity with its next dates."""

    title: str
    kind: str
    hours: str
    url: str
    dates: tuple[Date, ...]


def activity(public_id: UUID) -> "QuerySet[LearningActivity]":
    """One that is offered, with what its page shows."""
    return (
        LearningActivity.objects.filter(public_id=public_id, is_active=True)
        .select_related("series")
        .prefetch_related("resources")
    )


def activities_of(
    achievements: Iterable[Achievement], at: datetime, *, but: LearningActivity | None = None
) -> list[Activity]:
    """What leads to any of these achievements, other than `but`, with the dates to come; two queries."""
    rows = LearningActivity.objects.filter(is_active=True, achievements__in=list(achievements))
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    coming = Prefetch("offerings", Offering.objects.filter(starts_at__gt=at), to_attr="coming")
    return [
        Activity(
            title=row.title,
            kind=row.get_kind_display(),
            hours=plain(row.hours),
            url=row.get_absolute_url(),
            dates=tuple(date_of(offering) for offering in row.coming),
        )
        for row in rows.distinct().prefetch_related(coming)
    ]


def dates_of(activity: LearningActivity, at: datetime) -> list[Date]:
    """The dates to come of one activity, the next first."""
    return [date_of(offering) for offering in activity.offerings.filter(starts_at__gt=at)]


def date_of(offering: Offering) -> Date:
    return Date(
        starts_at=offering.starts_at,
        until=_until(offering.starts_at, offering.ends_at),
        mode=offering.get_mode_display(),
        place=offering.place,
        link=offering.link,
        seats=offering.seats,
        price=price_in_words(offering.price, offering.currency),
        signup_url=offering.signup_url,
    )


def _until(starts_at: datetime, ends_at: datetime | None) -> str:
    """The hour, and the day where it is another one."""
    if ends_at is None:
        return ""
    begins, ends = localtime(starts_at), localtime(ends_at)
    return date_format(ends, "H:i" if begins.date() == ends.date() else "j M Y, H:i")


def price_in_words(amount: Decimal | None, currency: str) -> str:
    """A list price as the reader writes numbers; empty where none is named."""
    if amount is None:
        return ""
    return f"{currency} {number_format(amount, 2)}" if amount else _("free")


def resources_for(codes: Iterable[str]) -> dict[str, list[Resource]]:
    """By achievement, what is read or watched when it is needed; one query."""
    found: dict[str, list[Resource]] = {}
    rows = (
        Resource.objects.filter(activity__is_active=True, activity__achievements__code__in=set(codes))
        .select_related("activity")
        .annotate(code=F("activity__achievements__code"))
    )
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found
