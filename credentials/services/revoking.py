"""Suspend, reinstate, revoke, expire: credential, status bit and ledger in one transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential, CredentialEvent, StatusList
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.ledger import hold, record

if TYPE_CHECKING:
    from learners.models import User


class CannotChange(Exception):
    """The credential is not in a state that allows this; nothing was changed."""


class AlreadyRevoked(CannotChange):
    """This credential was revoked earlier; its history shows when and why."""

    def __str__(self) -> str:
        return str(_("This credential was revoked earlier; its history shows when and why."))


@transaction.atomic
def revoke(
    *,
    credential: Credential,
    revocation: Credential.Revocation,
    reason: str,
    by: "User | None",
    at: datetime,
    public_reason: str = "",
    is_news: bool = True,
) -> CredentialEvent:
    """End a credential for good. `void`: it was never right; `withdrawn`: right until `at`.

    `reason` stays inside; `public_reason` is read by whoever verifies. Raises AlreadyRevoked.
    """
    credential = _locked(credential)
    if credential.state == Credential.State.REVOKED:
        raise AlreadyRevoked
    credential.state = Credential.State.REVOKED
    credential.is_live = False
    credential.revoked_at, credential.revocation, credential.public_reason = at, revocation, public_reason
    credential.save(update_fields=["state", "is_live", "revoked_at", "revocation", "public_reason"])
    _raise_revision(credential)
    audit("revoke", credential, by=by, about=credential.recipient, reason=reason, kind=str(revocation))
    return record(
        credential,
        CredentialEvent.Kind.REVOKED,
        by=by,
        at=at,
        reason=reason,
        public_reason=public_reason,
        is_news=is_news,
    )


@transaction.atomic
def suspend(
    *,
    credential: Credential,
    reason: str,
    by: "User | None",
    at: datetime,
    public_reason: str = "",
    is_news: bool = True,
) -> CredentialEvent:
    """Take a credential out of force until it is reinstated. Raises CannotChange."""
    return _switch(
        credential,
        Credential.State.ACTIVE,
        Credential.State.SUSPENDED,
        CredentialEvent.Kind.SUSPENDED,
        by=by,
        at=at,
        reason=reason,
        public_reason=public_reason,
        is_news=is_news,
    )


@transaction.atomic
def reinstate(
    *, credential: Credential, reason: str, by: "User | None", at: datetime, is_news: bool = True
) -> CredentialEvent:
    """Put a suspended credential back in force. Raises CannotChange."""
    return _switch(
        credential,
        Credential.State.SUSPENDED,
        Credential.State.ACTIVE,
        CredentialEvent.Kind.REINSTATED,
        by=by,
        at=at,
        reason=reason,
        public_reason="",
        is_news=is_news,
    )


@transaction.atomic
def expire(*, credential: Credential, at: datetime, is_news: bool = True) -> CredentialEvent | None:
    """Record that the last valid day has passed; None if that was recorded before."""
    credential = _locked(credential)
    # Looked at again under the lock: it may have been renewed since the sweep found it.
    is_over = credential.expires_on is not None and credential.expires_on < local_day(at)
    if not credential.is_live or not is_over:
        return None
    credential.state, credential.is_live = Credential.State.EXPIRED, False
    credential.save(update_fields=["state", "is_live"])
    return record(credential, CredentialEvent.Kind.EXPIRED, by=None, at=at, reason="", is_news=is_news)


@transaction.atomic
def end(
    *,
    credential: Credential,
    reason: str,
    at: datetime,
    by: "User | None" = None,
    public_reason: str = "",
    is_news: bool = True,
) -> CredentialEvent:
    """Expire a credential before its last day, because what it was made of lapsed. Raises CannotChange."""
    credential = _locked(credential)
    if not credential.is_live:
        raise CannotChange(
            _("This credential is %(state)s, so it cannot expire.")
            % {"state": credential.get_state_display()}
        )
    credential.state, credential.is_live = Credential.State.EXPIRED, False
    credential.public_reason = public_reason
    credential.save(update_fields=["state", "is_live", "public_reason"])
    _raise_revision(credential)
    audit("expire", credential, by=by, about=credential.recipient, reason=reason)
    return record(
        credential,
        CredentialEvent.Kind.EXPIRED,
        by=by,
        at=at,
        reason=reason,
        public_reason=public_reason,
        is_news=is_news,
    )


def past_their_last_day(*, at: datetime) -> QuerySet[Credential]:
    return Credential.objects.live().filter(expires_on__lt=local_day(at))


def _locked(credential: Credential) -> Credential:
    hold(credential.recipient_id)
    return (
        Credential.objects.select_for_update(no_key=True, of=("self",))
        .select_related("recipient", "version", "status_list")
        .get(pk=credential.pk)
    )


def _switch(
    credential: Credential,
    before: Credential.State,
    after: Credential.State,
    kind: CredentialEvent.Kind,
    *,
    by: "User | None",
    at: datetime,
    reason: str,
    public_reason: str,
    is_news: bool,
) -> CredentialEvent:
    credential = _locked(credential)
    if credential.state != before:
        raise CannotChange(
            _("This credential is %(state)s, so it cannot be %(act)s.")
            % {"state": credential.get_state_display(), "act": kind.label}
        )
    credential.state, credential.public_reason = after, public_reason
    credential.save(update_fields=["state", "public_reason"])
    _raise_revision(credential)
    audit(str(kind), credential, by=by, about=credential.recipient, reason=reason)
    return record(credential, kind, by=by, at=at, reason=reason, public_reason=public_reason, is_news=is_news)


def _raise_revision(credential: Credential) -> None:
    """The list owes a new signed form; whoever hears the event, or the sweep, makes it."""
    StatusList.objects.filter(pk=credential.status_list_id).update(revision=F("revision") + 1, due_at=Now())
