"""What can be earned today: the catalogue, its words and choices, and each entry as a card."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils.formats import number_format

from credentials.models import AchievementVersion, Offering, VersionCompetency

SHOWN = (
    "public_id",
    "name",
    "kind",
    "level",
    "hours",
    "credits",
    "learning_mode",
    "image_alt",
    "achievement__code",
    "achievement__series__name",
)
WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An achievement as a card shows it: the context of components/credential_card.html."""

    title: str
    url: str
    image_url: str
    image_alt: str
    kind: str
    hours: str
    credits: str
    note: str = ""
    state: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The series and subject areas in which something can be earned: slug or id, and name."""

    series: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]


def catalogue() -> QuerySet[AchievementVersion]:
    """What can be earned today: each active achievement in the version in force, with what a card shows.

    The long texts stay in the database: a page of cards needs none of them.
    """
    return (
        AchievementVersion.objects.filter(
            status=AchievementVersion.Status.PUBLISHED, achievement__is_active=True
        )
        .select_related("achievement__series")
        .only(*SHOWN)
        .order_by("achievement__series__name", "achievement__code")
    )


def choices() -> Choices:
    """What the catalogue can be narrowed to, of what is in it; one query."""
    rows = set(
        catalogue()
        .order_by()
        .values_list(
            "achievement__series__slug", "achievement__series__name", "subject_area", "subject_area__name"
        )
        .distinct()
    )
    series = {(slug, name) for slug, name, _area, _called in rows}
    areas = {(str(area), called) for _slug, _name, area, called in rows if area is not None}
    return Choices(series=_by_name(series), areas=_by_name(areas))


def _by_name(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0])))


def with_words(versions: QuerySet[AchievementVersion], text: str) -> QuerySet[AchievementVersion]:
    """Versions in which every word occurs, in whichever of their texts or competencies."""
    for word in text.split()[:WORDS]:
        versions = versions.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(outcomes__icontains=word)
            | Q(criteria__icontains=word)
            | Q(achievement__code__icontains=word)
            | Q(achievement__series__name__icontains=word)
            | Q(pk__in=_showing(word))
        )
    return versions


def with_skill(versions: QuerySet[AchievementVersion], text: str) -> QuerySet[AchievementVersion]:
    """Versions that show a competency of that code, or whose name holds every word."""
    words = Q()
    for word in text.split()[:WORDS]:
        words &= Q(competency__title__icontains=word) | Q(competency__statement__icontains=word)
    shown = VersionCompetency.objects.filter(Q(competency__code__iexact=text.strip()) | words)
    return versions.filter(pk__in=shown.values("version"))


def _showing(word: str) -> "QuerySet[VersionCompetency, Any]":
    in_its_texts = (
        Q(competency__code__icontains=word)
        | Q(competency__title__icontains=word)
        | Q(competency__statement__icontains=word)
    )
    return VersionCompetency.objects.filter(in_its_texts).values("version")


def next_dates(achievements: Iterable[int], at: datetime) -> dict[int, datetime]:
    """When the next offering of an activity for each of these achievements begins; one query."""
    rows = (
        Offering.objects.filter(
            activity__is_active=True, activity__achievements__in=list(achievements), starts_at__gt=at
        )
        .order_by()
        .values_list("activity__achievements")
        .annotate(Min("starts_at"))
    )
    return dict(rows)


def plain(amount: Decimal) -> str:
    """Hours or credits without idle zeros, as the reader writes numbers; empty for none."""
    return number_format(f"{amount.normalize():f}") if amount else ""


def card_of(
    version: AchievementVersion, *, note: str = "", state: str = "", next_at: datetime | None = None
) -> Card:
    return Card(
        title=version.name,
        url=version.get_absolute_url(),
        image_url=version.thumbnail_url,
        image_alt=version.image_alt,
        kind=version.get_kind_display(),
        hours=plain(version.hours),
        credits=plain(version.credits),
        note=note,
        state=state,
        next_at=next_at,
    )
