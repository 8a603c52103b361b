"""What is asked about credentials: the catalogue, a verification page's facts, what waits for staff."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.admin import WorkItem
from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    CredentialEvent,
    Job,
    Rendering,
    Role,
    SignedDocument,
    StatusList,
    SweepRun,
)

if TYPE_CHECKING:
    from learners.models import User

OVERDUE = timedelta(minutes=15)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A pathway that lists an achievement: where it leads, what it awards and what it asks in all."""

    name: str
    url: str
    awards: str
    sentence: str


def local_day(at: datetime) -> date:
    """The institution's calendar day of an instant."""
    return at.astimezone(ZoneInfo(settings.PORTAL_TIME_ZONE)).date()


def catalogue() -> QuerySet[AchievementVersion]:
    """What can be earned today: each active achievement in the version in force."""
    return (
        AchievementVersion.objects.filter(
            status=AchievementVersion.Status.PUBLISHED, achievement__is_active=True
        )
        .select_related("achievement__series", "achievement__issuer")
        .order_by("achievement__series__name", "achievement__code")
    )


def public_version(public_id: UUID) -> QuerySet[AchievementVersion]:
    """A version anyone may read: published now or earlier, so that old credentials keep their text."""
    return (
        AchievementVersion.objects.filter(public_id=public_id)
        .exclude(status=AchievementVersion.Status.DRAFT)
        .select_related("achievement__series", "achievement__issuer")
    )


def plain(amount: Decimal) -> str:
    """Hours or credits without idle zeros, as the reader writes numbers; empty for none."""
    return number_format(f"{amount.normalize():f}") if amount else ""


def card_of(version: AchievementVersion, *, note: str = "", state: str = "") -> Card:
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
    )


def versions_of(achievement: Achievement) -> QuerySet[AchievementVersion]:
    """Every text this achievement was ever published with, the newest first."""
    return achievement.versions.exclude(status=AchievementVersion.Status.DRAFT).order_by("-number")


def stacks_into(achievement: Achievement) -> list[Onward]:
    """The published pathways that list it, asked by a dotted name: credentials never imports pathways."""
    onward: list[Onward] = import_string(settings.STACKS_INTO)(achievement)
    return onward


def rubric_of(version: AchievementVersion, results: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:
    """The rubric frozen into a version, as components/rubric_grid.html reads it, with the levels reached."""
    reached = {result["id"]: result["level"] for result in results}
    return [
        {
            "name": row["name"],
            "must_pass": bool(row.get("required_level")),
            "levels": [
                {
                    "label": level["name"],
                    "descriptor": level["description"],
                    "points": None if level["points"] is None else plain(Decimal(level["points"])) or "0",
                    "chosen": reached.get(row["id"]) == level["id"],
                }
                for level in row["levels"]
            ],
        }
        for row in version.result_descriptions
    ]


def components_of(credential: Credential) -> QuerySet[Credential]:
    """The credentials a stacked one is made of, each with what its own verification needs."""
    return credential.components.select_related("version", "achievement__issuer").order_by(
        "achievement__code", "pk"
    )


def verifiable(code: str) -> QuerySet[Credential]:
    """The credential a normalised code names, with all its page needs."""
    return Credential.objects.filter(code=code).select_related(
        "version__achievement__series", "achievement__issuer", "recipient", "status_list"
    )


def history_of(credential: Credential) -> QuerySet[CredentialEvent]:
    return CredentialEvent.objects.filter(credential=credential).select_related("by").order_by("pk")


def certificate_file(credential: Credential) -> Rendering | None:
    """The newest printed certificate, or the one being prepared; None where nothing is printed."""
    return Rendering.objects.filter(document__credential=credential).order_by("-document__revision").first()


def signed_bytes(credential: Credential) -> bytes | None:
    """The newest signed document, exactly as it was signed; None while it is being prepared."""
    document = (
        SignedDocument.objects.filter(credential=credential, signed_at__isnull=False)
        .order_by("-revision")
        .first()
    )
    return bytes(document.signed) if document and document.signed else None


def last_sweep() -> datetime | None:
    """When the sweep that ran least recently ended; None before the first."""
    oldest: datetime | None = SweepRun.objects.aggregate(oldest=Min("finished_at"))["oldest"]
    return oldest


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: what is stuck, what waits for a second person."""
    overdue = Q(due_at__lt=at - OVERDUE, done_at__isnull=True)
    roles = Role.objects.waiting()
    drafts = AchievementVersion.objects.filter(status=AchievementVersion.Status.DRAFT)
    return [
        *_stuck(
            [
                (_("documents not signed"), SignedDocument.objects.filter(overdue), "signeddocument"),
                (_("certificates not printed"), Rendering.objects.filter(overdue), "rendering"),
                (_("jobs not finished"), Job.objects.filter(overdue), "job"),
                (_("status lists not published"), StatusList.objects.filter(overdue_list(at)), "statuslist"),
            ]
        ),
        WorkItem(
            label=_("roles to approve"),
            count=roles.count(),
            oldest=roles.aggregate(oldest=Min("starts_at"))["oldest"],
            url=reverse("admin:credentials_role_changelist") + "?approved_at__isnull=1",
        ),
        WorkItem(
            label=_("achievement drafts to publish"),
            count=drafts.count(),
            url=reverse("admin:credentials_achievementversion_changelist") + "?status__exact=draft",
        ),
    ]


def overdue_list(at: datetime) -> Q:
    """Status lists whose signed form is behind for longer than a sweep can explain."""
    return Q(published_revision__lt=F("revision"), due_at__lt=at - OVERDUE)


def _stuck(duties: Iterable[tuple[str, "QuerySet[Any]", str]]) -> list[WorkItem]:
    items = []
    for label, waiting, model in duties:
        facts = waiting.aggregate(count=Count("pk"), oldest=Min("due_at"))
        url = reverse(f"admin:credentials_{model}_changelist")
        items.append(
            WorkItem(label=label, count=facts["count"], oldest=facts["oldest"], url=url, severity="bad")
        )
    return items
