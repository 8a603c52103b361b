"""What a learner holds, as cards, and what happened to it, as a timeline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.models import Credential, CredentialEvent

if TYPE_CHECKING:
    from learners.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One credential as components/credential_card.html shows it; `state` is a code of state_chip.html."""

    title: str
    url: str
    image_url: str
    kind: str
    issuer: str
    awarded_at: datetime
    valid_until: date | None
    state: str
    state_word: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of the timeline; `reason` is the one that may be read by anybody."""

    at: datetime
    words: str
    reason: str
    url: str


def wallet(learner: "User") -> QuerySet[Credential]:
    """All she holds or held, newest first, with what its cards show."""
    return (
        Credential.objects.held_by(learner)
        .exclude(state=Credential.State.SUPERSEDED)
        .select_related("version", "achievement__issuer")
        .order_by("-earned_at", "-pk")
    )


def card_of(credential: Credential, today: date) -> Card:
    """`today` is the institution's calendar day."""
    state, word, note = _standing(credential, today)
    return Card(
        title=credential.version.name,
        url=reverse("learners:credential", args=[credential.public_id]),
        image_url=credential.version.thumbnail_url,
        kind=str(credential.version.get_kind_display()),
        issuer=credential.achievement.issuer.name,
        awarded_at=credential.earned_at,
        valid_until=credential.expires_on,
        state=state,
        state_word=word,
        note=note,
    )


def timeline(learner: "User", *, limit: int) -> list[Happening]:
    """The newest lines of her ledger; one query."""
    rows = (
        CredentialEvent.objects.filter(recipient=learner)
        .select_related("credential__version")
        .order_by("-pk")
    )
    return [
        Happening(
            at=row.at,
            words=_WORDS[CredentialEvent.Kind(row.kind)]() % {"name": row.credential.version.name},
            reason=row.public_reason,
            url=reverse("learners:credential", args=[row.credential.public_id]),
        )
        for row in rows[:limit]
    ]


def _standing(credential: Credential, today: date) -> tuple[str, str, str]:
    """The chip's code and words, and a note where there is something to know."""
    until = credential.expires_on
    if credential.state != Credential.State.ACTIVE:
        return credential.state, str(credential.get_state_display()).capitalize(), credential.public_reason
    if until is not None and until < today:
        day = date_format(until, "j F Y")
        return "expired", _("Expired"), _("Was valid until %(day)s.") % {"day": day}
    if until is not None and until <= today + timedelta(days=settings.RULE_HORIZON_DAYS):
        return "expiring", _("Expires soon"), _("Valid until %(day)s.") % {"day": date_format(until, "j F Y")}
    return "valid", _("In force"), ""


_WORDS = {
    CredentialEvent.Kind.ISSUED: lambda: _("%(name)s was issued."),
    CredentialEvent.Kind.SUSPENDED: lambda: _("%(name)s was suspended."),
    CredentialEvent.Kind.REINSTATED: lambda: _("%(name)s was reinstated."),
    CredentialEvent.Kind.REVOKED: lambda: _("%(name)s was revoked."),
    CredentialEvent.Kind.EXPIRED: lambda: _("%(name)s expired."),
    CredentialEvent.Kind.RENEWED: lambda: _("%(name)s was renewed."),
    CredentialEvent.Kind.SUPERSEDED: lambda: _("%(name)s was replaced by a newer one."),
}
