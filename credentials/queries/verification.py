"""What the verdict on one of our credentials stands on, in one question to the database."""

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from credentials.models import (
    AchievementVersion,
    Credential,
    CredentialEvent,
    Endorsement,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.queries.days import local_day
from credentials.queries.definition import definition_of

# A signed list is believed for 31 days; one that old is about to end by the hour, not by the day.
# Stands in the statement for whichever code is asked.
ANY_CODE = "any code"
LISTS_ARE_FRESH = timedelta(days=29)
# With everything else that stands before the checks, a page opens with 120 words at most.
WORDS_OF_OUTCOMES, FEWEST_WORDS = 40, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What a verdict stands on: while nothing of it changes, neither does the verdict of this day.

    `changes` are the ledger, the documents, the keys and the lists behind a credential and its parts, and
    what its holder opened. `is_steady` is False where something may end before the day does.
    """

    code: str
    at: datetime
    changes: tuple[object, ...]
    is_public: bool
    is_steady: bool
    is_endorsed: bool

    @property
    def key(self) -> tuple[object, ...]:
        return (self.code, local_day(self.at), *self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A credential in plain words: what its holder can do, and how and by whom that was found out."""

    can: str
    assessed: str
    by: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One part of a certificate as it was when that was awarded; `evidence` are names and addresses.

    `version` and `level` are None for what was recognised or done without a credential here.
    """

    name: str
    url: str
    version: int | None
    earned_on: date
    level: int | None
    evidence: tuple[tuple[str, str], ...]

    @property
    def told(self) -> str:
        """Version, day and level in words."""
        day = {"day": date_format(self.earned_on, "j F Y")}
        if self.version is None:
            return _("Recognised as earned on %(day)s") % day
        said = {**day, "number": self.version, "level": self.level}
        if self.level is None:
            return _("Version %(number)s, earned on %(day)s") % said
        return _("Version %(number)s, earned on %(day)s at level %(level)s") % said


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a certificate was awarded on: the rule in one sentence, the day it was met, each part."""

    sentence: str
    met_on: date
    parts: tuple[Ground, ...]


def grounds_of(credential: Credential) -> Grounds | None:
    """As kept on the day of its issue, whatever changed since; None where nothing was kept."""
    found: Grounds | None = import_string(settings.AWARDED_ON)(credential)
    return found


def footing_of(code: str) -> Footing | None:
    """For a normalised code; None where no credential has it. One query, and the moment of its answer."""
    sql, parameters = _statement(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [code if value == ANY_CODE else value for value in parameters])
        found = cursor.fetchone()
    if found is None:
        return None
    at, *changes, endorsements, oldest_list = found
    moment, oldest = _instant(at), oldest_list and _instant(oldest_list)
    return Footing(
        code=code,
        at=moment,
        changes=(*changes, endorsements),
        is_public=changes[0] == Credential.Visibility.PUBLIC,
        is_endorsed=bool(endorsements),
        is_steady=bool(oldest) and moment - oldest < LISTS_ARE_FRESH,
    )


@functools.cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The question as SQL: writing it out takes longer than all the rest of a page that is kept."""
    signed = SignedDocument.objects.filter(signed_at__isnull=False)
    compromised = SigningKey.objects.filter(state=SigningKey.State.COMPROMISED)
    about = Q(version=OuterRef("version")) | Q(credential=OuterRef("pk"))
    endorsed = Endorsement.objects.standing().filter(about)
    dated = compromised.filter(compromised_at__isnull=False)
    rows = Credential.objects.filter(code=ANY_CODE).order_by()
    question = rows.values_list(
        Now(),
        "visibility",
        "state",
        "revoked_at",
        "public_reason",
        "expires_on",
        "recipient__name",
        "achievement__issuer__name",
        "status_list__published_revision",
        "status_list__published_at",
        _newest(CredentialEvent.objects.filter(credential=OuterRef("pk"))),
        _newest(CredentialEvent.objects.filter(credential__certificates=OuterRef("pk"))),
        _newest(signed.filter(credential=OuterRef("pk"))),
        _newest(signed.filter(credential__certificates=OuterRef("pk"))),
        _count(compromised),
        Subquery(dated.order_by("-compromised_at").values("compromised_at")[:1]),
        _count(endorsed),
        Subquery(StatusList.objects.order_by("published_at").values("published_at")[:1]),
    )
    return question.query.sql_with_params()


def _instant(told: datetime | str) -> datetime:
    """SQLite tells moments as text or without their zone, in UTC."""
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest_document(code: str) -> QuerySet[SignedDocument]:
    """The newest signed document of the credential that a code names, with all that its page needs."""
    return (
        SignedDocument.objects.filter(credential__code=code, signed_at__isnull=False)
        .select_related(
            "key",
            "credential__version__achievement__series",
            "credential__achievement__issuer",
            "credential__recipient",
            "credential__status_list",
        )
        .defer("unsigned")
        .order_by("-revision")
    )


def meaning_of(credential: Credential) -> Meaning:
    """In as few words as leave room for the reason of a revocation, which nobody may shorten."""
    version = credential.version
    definition = definition_of(version)
    room = max(FEWEST_WORDS, WORDS_OF_OUTCOMES - len(credential.public_reason.split()))
    methods = ", ".join(definition.assessed_by) or version.get_assessment_mode_display()
    return Meaning(
        can=Truncator("; ".join(definition.outcomes) or version.description).words(room),
        assessed=_assessed(version, methods),
        by=str(credential.achievement.issuer),
        level=version.get_level_display(),
    )


def _assessed(version: AchievementVersion, methods: str) -> str:
    if not version.supervision:
        return methods
    return _("%(methods)s; %(supervision)s") % {
        "methods": methods,
        "supervision": version.get_supervision_display(),
    }


def suspended_since(credential: Credential) -> datetime | None:
    """None for all but the suspended; the ledger knows."""
    if credential.state != Credential.State.SUSPENDED:
        return None
    events = CredentialEvent.objects.filter(credential=credential, kind=CredentialEvent.Kind.SUSPENDED)
    since: datetime | None = events.aggregate(Max("at"))["at__max"]
    return since


def newer_than(credential: Credential) -> Credential | None:
    """The credential in force that the same person holds for the same achievement, where this one is over."""
    if credential.is_live or credential.state == Credential.State.REVOKED:
        return None
    return (
        Credential.objects.live()
        .filter(
            recipient=credential.recipient_id,
            achievement=credential.achievement_id,
            issued_at__gt=credential.issued_at,
        )
        .order_by("-issued_at", "-pk")
        .first()
    )


def _newest(rows: "QuerySet[CredentialEvent] | QuerySet[SignedDocument]") -> Subquery:
    return Subquery(rows.order_by("-pk").values("pk")[:1])


def _count(rows: "QuerySet[SigningKey] | QuerySet[Endorsement]") -> Subquery:
    alone = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(alone.annotate(count=Count("pk")).values("count"))
