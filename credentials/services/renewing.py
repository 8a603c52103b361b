"""The next signed copy of a credential: its name corrected, its time renewed, or its key replaced.

Never a second copy of the same: the credential, its id and its place on the status list stay, each copy is
the next revision with a newer validFrom, and the copies before it stay stored.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.clock import refuse_if_apart
from config.events import announce
from credentials.models import Credential, CredentialEvent, Job, SignedDocument, SigningKey
from credentials.openbadges import documents
from credentials.queries import local_day, months_after
from credentials.services.auditing import audit
from credentials.services.issuing import CannotIssue, facts_of, intend
from credentials.services.jobs import start_job
from credentials.services.ledger import hold, record

if TYPE_CHECKING:
    from learners.models import User

Cause = SignedDocument.Cause
AT_ONCE = 100


class CannotRevise(Exception):
    """No new copy is made; the message says why and what to do."""


class StillBeingSigned(CannotRevise):
    """The copy before it is not signed yet."""

    def __str__(self) -> str:
        return str(_("The document before this one is still being signed. Try again in a minute."))


class CannotRenew(CannotRevise):
    """The credential is not one that can be renewed."""


@transaction.atomic
def renew(
    *,
    credential: Credential,
    by: "User | None",
    at: datetime,
    reason: str = "",
    expires_on: date | None = None,
    is_news: bool = True,
) -> CredentialEvent:
    """Give it a new last valid day: `expires_on`, or the one that its version's period gives (RULES §9).

    One that has expired is in force again. Raises CannotRenew, StillBeingSigned, ClocksApart.
    """
    refuse_if_apart()
    credential = _locked(credential)
    until = expires_on or renewed_until(credential, on=local_day(at))
    _refuse_renewal(credential, until, at)
    key = _ready(credential)
    credential.expires_on, credential.state, credential.is_live = until, Credential.State.ACTIVE, True
    credential.save(update_fields=["expires_on", "state", "is_live"])
    _intend_next(credential, key, Cause.RENEWED, at)
    audit(
        "renew",
        credential,
        by=by,
        about=credential.recipient,
        reason=reason,
        expires_on=until.isoformat(),
    )
    return record(credential, CredentialEvent.Kind.RENEWED, by=by, at=at, reason=reason, is_news=is_news)


@transaction.atomic
def move_last_day(
    *, credential: Credential, until: date | None, reason: str, at: datetime
) -> CredentialEvent:
    """Let its last valid day follow what it is made of: later, earlier or, with None, to no end at all.

    Only of one in force. Raises CannotRenew, StillBeingSigned, ClocksApart.
    """
    refuse_if_apart()
    credential = _locked(credential)
    if credential.state != Credential.State.ACTIVE:
        raise CannotRenew(
            _("This credential is %(state)s, so its last day stays.")
            % {"state": credential.get_state_display()}
        )
    key = _ready(credential)
    credential.expires_on = until
    credential.save(update_fields=["expires_on"])
    _intend_next(credential, key, Cause.RENEWED, at)
    audit(
        "renew",
        credential,
        by=None,
        about=credential.recipient,
        reason=reason,
        expires_on=until.isoformat() if until else None,
    )
    return record(credential, CredentialEvent.Kind.RENEWED, by=None, at=at, reason=reason)


def renewed_until(credential: Credential, *, on: date) -> date:
    """The last valid day after a renewal on the day `on`. Raises CannotRenew for what never ends.

    In time it follows on: the old day and a period. Late, a period from that day on ends on the day before
    its anniversary, or on the month's last day where that has no such day (RULES §9).
    """
    months, ended = credential.version.expiry_months, credential.expires_on
    if ended is None or not months:
        raise CannotRenew(_("This credential has no end, so there is nothing to renew."))
    if on <= ended:
        return months_after(ended, months)
    anniversary = months_after(on, months)
    return anniversary if anniversary.day < on.day else anniversary - timedelta(days=1)


@transaction.atomic
def correct_document(
    *, credential: Credential, by: "User | None", at: datetime, reason: str = ""
) -> SignedDocument | None:
    """The next copy, saying what is on record now; None where the newest one says just that.

    Raises StillBeingSigned, ClocksApart.
    """
    refuse_if_apart()
    credential = _locked(credential)
    if not says_otherwise(credential):
        return None
    key = _ready(credential)
    intent = _intend_next(credential, key, Cause.CORRECTED, at)
    audit("correct document", credential, by=by, about=credential.recipient, reason=reason)
    announce("document.intended", document_id=intent.pk)
    return intent


@transaction.atomic
def rekey(*, credential: Credential, at: datetime) -> SignedDocument | None:
    """The next copy, signed with the key in use; None where a newer one is on its way.

    It says what the copy before it said, but for validFrom: only the key was wrong.
    """
    credential = _locked(credential)
    newest = _newest(credential)
    if newest.signed_at is None or newest.key.state != SigningKey.State.COMPROMISED:
        return None
    intent = _intend_next(credential, _key_in_use(credential), Cause.REKEYED, at, says=_said(newest))
    audit("sign anew", credential, by=None, about=credential.recipient, key=newest.key.multikey)
    announce("document.intended", document_id=intent.pk)
    return intent


@transaction.atomic
def correct_name(*, recipient: "User", by: "User | None", at: datetime, reason: str = "") -> Job | None:
    """Sign anew whatever this person holds that says otherwise than her record; None where nothing does.

    For a name or an address that changed: called in the transaction that changes it. The copies follow by a
    job; what is being signed at that moment is waited for.
    """
    held = Credential.objects.held_by(recipient).count()
    if not held:
        return None
    return start_job(
        title=str(_("Sign anew what %(person)s holds") % {"person": f"#{recipient.pk}"}),
        work="credentials.services.renewing.correct_all",
        dedupe_key=f"correct:{recipient.pk}:{at.isoformat()}",
        total=held,
        by=by,
        at=at,
        recipient=recipient.pk,
        reason=reason,
    )


def correct_all(job: Job, at: datetime) -> bool:
    """One chunk of that job. What is still being signed is left for the end, and then waited for."""
    held = Credential.objects.filter(recipient=job.parameters["recipient"])
    credentials = list(held.filter(pk__gt=job.position).order_by("pk")[:AT_ONCE])
    for credential in credentials:
        if _newest(credential).signed_at is not None:
            correct_document(
                credential=credential, by=job.started_by, at=at, reason=str(job.parameters["reason"])
            )
        job.position, job.done_count = credential.pk, job.done_count + 1
    if credentials:
        return True
    waiting = [row for row in held if says_otherwise(row)]
    if any(_newest(row).signed_at is None for row in waiting):
        # Tried again from here in a while; by then a worker has signed it.
        raise StillBeingSigned
    for credential in waiting:
        correct_document(
            credential=credential, by=job.started_by, at=at, reason=str(job.parameters["reason"])
        )
    return False


def says_otherwise(credential: Credential) -> bool:
    """Whether its newest document, signed or on its way, says otherwise of it than the record does now."""
    newest = _newest(credential)
    facts = facts_of(credential, valid_from=newest.valid_from)
    return documents.to_bytes(documents.open_badge_credential(facts)) != bytes(newest.unsigned)


def _intend_next(
    credential: Credential,
    key: SigningKey,
    cause: SignedDocument.Cause,
    at: datetime,
    says: Mapping[str, Any] | None = None,
) -> SignedDocument:
    newest = _newest(credential)
    # Of two copies the newer validFrom wins: in whole seconds, as they are written.
    valid_from = max(at, newest.valid_from + timedelta(seconds=1))
    return intend(
        credential=credential,
        key=key,
        at=at,
        valid_from=valid_from,
        revision=newest.revision + 1,
        cause=cause,
        says=says,
    )


def _refuse_renewal(credential: Credential, until: date, at: datetime) -> None:
    if credential.state not in (Credential.State.ACTIVE, Credential.State.EXPIRED):
        raise CannotRenew(
            _("This credential is %(state)s, so it cannot be renewed.")
            % {"state": credential.get_state_display()}
        )
    if credential.expires_on is None:
        raise CannotRenew(_("This credential has no end, so there is nothing to renew."))
    if until <= credential.expires_on or until < local_day(at):
        raise CannotRenew(
            _("The new last day must lie after the old one, %(day)s, and not be past.")
            % {"day": credential.expires_on}
        )
    others = Credential.objects.live().exclude(pk=credential.pk)
    twin = others.filter(
        achievement=credential.achievement_id,
        recipient=credential.recipient_id,
        awarding_version=credential.awarding_version,
    )
    if not credential.allows_many and not credential.is_live and twin.exists():
        raise CannotRenew(_("A newer credential of this achievement is held; this one stays expired."))


def _ready(credential: Credential) -> SigningKey:
    """The key to sign with, once the copy before is signed: one intent at a time."""
    if _newest(credential).signed_at is None:
        raise StillBeingSigned
    return _key_in_use(credential)


def _key_in_use(credential: Credential) -> SigningKey:
    issuer = credential.achievement.issuer
    key = SigningKey.objects.filter(issuer=issuer, state=SigningKey.State.ACTIVE).first()
    if key is None:
        raise CannotIssue(_("%(issuer)s has no signing key in use. Make one first.") % {"issuer": issuer})
    return key


def _newest(credential: Credential) -> SignedDocument:
    rows = SignedDocument.objects.filter(credential=credential).select_related("key")
    newest: SignedDocument = rows.latest("revision")
    return newest


def _said(document: SignedDocument) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(bytes(document.unsigned))
    return said


def _locked(credential: Credential) -> Credential:
    hold(credential.recipient_id)
    return (
        Credential.objects.select_for_update(no_key=True, of=("self",))
        .select_related("recipient", "version__achievement__series", "achievement__issuer", "status_list")
        .get(pk=credential.pk)
    )
