"""Signing keys: made, published, put in use, retired, and declared compromised with all that follows."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from config.events import quietly
from credentials.models import (
    Credential,
    Endorsement,
    Issuer,
    Job,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import keys
from credentials.services.auditing import audit
from credentials.services.endorsing import intend_anew
from credentials.services.jobs import start_job
from credentials.services.keystores import store_named
from credentials.services.renewing import rekey

if TYPE_CHECKING:
    from learners.models import User

State = SigningKey.State
# did:web has no history: whoever kept our key document yesterday must have met the key before it is used.
PUBLISHED_FIRST = timedelta(hours=24)
AT_ONCE = 100


class CannotChangeKey(Exception):
    """The key is left as it is; the message says why and what to do."""


class TooSoon(CannotChangeKey):
    """The key has not been published for a day yet."""


@transaction.atomic
def make_key(
    *, issuer: Issuer, by: "User | None", at: datetime, store: str = "database", at_once: bool = False
) -> SigningKey:
    """Make a key in `store` and publish it. It signs from the day after on, by `activate_key`.

    `at_once` puts it in use now: for a first key, a demonstration, or where the one in use must go.
    Raises NoWrappingKey, StoreFailed, UnknownStore.
    """
    issuer = _held(issuer)
    if not issuer.did:
        issuer.did = keys.did_web(settings.PORTAL_URL, None if issuer.is_main else issuer.slug)
        issuer.save(update_fields=["did"])
    made = store_named(store).make(issuer)
    key = SigningKey.objects.create(
        issuer=issuer,
        multikey=made.multikey,
        store=store,
        handle=made.handle,
        sealed_private_key=made.sealed,
        created_at=at,
    )
    audit("make key", key, by=by, issuer=issuer.slug, multikey=key.multikey, store=store)
    return activate_key(key=key, by=by, at=at, at_once=True) if at_once else key


@transaction.atomic
def activate_key(*, key: SigningKey, by: "User | None", at: datetime, at_once: bool = False) -> SigningKey:
    """Sign with it from now on; the key in use before retires and verifies for ever.

    Raises TooSoon within a day of its making, unless `at_once` is chosen; CannotChangeKey.
    """
    issuer, key = _held(key.issuer), SigningKey.objects.get(pk=key.pk)
    if key.state != State.PENDING:
        raise CannotChangeKey(
            _("This key is %(state)s; only a pending key can be put in use.")
            % {"state": key.get_state_display()}
        )
    if not at_once and at < key.created_at + PUBLISHED_FIRST:
        raise TooSoon(
            _(
                "This key was published less than a day ago, and verifiers may not know it yet. Put it in "
                "use tomorrow, or choose to do so at once."
            )
        )
    for before in SigningKey.objects.filter(issuer=issuer, state=State.ACTIVE):
        before.state, before.retired_at = State.RETIRED, at
        before.save(update_fields=["state", "retired_at"])
        audit("retire key", before, by=by, multikey=before.multikey)
    key.state, key.activated_at = State.ACTIVE, at
    key.save(update_fields=["state", "activated_at"])
    _owe_lists(issuer)
    # What gave up because no key could sign it has a fresh start.
    SignedDocument.objects.filter(key__issuer=issuer).retry()
    Endorsement.objects.filter(endorser=issuer).retry()
    audit("activate key", key, by=by, multikey=key.multikey, at_once=at_once)
    return key


@transaction.atomic
def retire_key(*, key: SigningKey, by: "User | None", at: datetime, reason: str = "") -> SigningKey:
    """Sign nothing more with it; what it signed verifies for ever. Raises CannotChangeKey.

    The key in use retires when another takes its place; alone only where nothing is owed a signature.
    """
    issuer, key = _held(key.issuer), SigningKey.objects.get(pk=key.pk)
    if key.state not in (State.PENDING, State.ACTIVE):
        raise CannotChangeKey(_("This key is %(state)s already.") % {"state": key.get_state_display()})
    if key.state == State.ACTIVE and StatusList.objects.filter(issuer=issuer).exists():
        raise CannotChangeKey(
            _(
                "%(issuer)s signs its status lists anew every week and needs a key in use. Put another one "
                "in use: this one retires then."
            )
            % {"issuer": issuer}
        )
    key.state, key.retired_at = State.RETIRED, at
    key.save(update_fields=["state", "retired_at"])
    audit("retire key", key, by=by, reason=reason, multikey=key.multikey)
    return key


@transaction.atomic
def declare_compromised(
    *,
    key: SigningKey,
    compromised_at: datetime | None,
    reason: str,
    by: "User | None",
    at: datetime,
) -> Job:
    """Nothing that it signed from `compromised_at` on is believed any more; None: nothing at all.

    Answers the job that signs anew all that this key signed, first making a key if none is in use. Said
    again, the moment can only move back. Raises CannotChangeKey.
    """
    issuer, key = _held(key.issuer), SigningKey.objects.get(pk=key.pk)
    if compromised_at is not None and compromised_at > at:
        raise CannotChangeKey(_("That moment has not come yet. Give one that is past."))
    if key.state == State.COMPROMISED:
        known = key.compromised_at
        if known is None or (compromised_at is not None and compromised_at >= known):
            raise CannotChangeKey(_("This key is declared compromised already, and from then on or before."))
    key.state, key.compromised_at, key.declared_at = State.COMPROMISED, compromised_at, at
    key.retired_at = key.retired_at or at
    key.save(update_fields=["state", "compromised_at", "declared_at", "retired_at"])
    _owe_lists(issuer)
    since = compromised_at.isoformat() if compromised_at else None
    audit("declare key compromised", key, by=by, reason=reason, multikey=key.multikey, since=since)
    return start_job(
        title=str(_("Sign anew what a compromised key of %(issuer)s signed") % {"issuer": issuer}),
        work="credentials.services.keys.sign_anew",
        dedupe_key=f"sign-anew:{key.pk}:{at.isoformat()}",
        total=signed_with(key).count(),
        by=by,
        at=at,
        key=key.pk,
    )


def order_key(
    *,
    issuer: Issuer,
    by: "User",
    operation: UUID,
    at: datetime,
    store: str = "database",
    at_once: bool = False,
) -> Job:
    """Have a worker make a key: web processes cannot seal one, for they hold no wrapping key.

    `operation` names the press of the button: the same press orders one key.
    """
    return start_job(
        title=str(_("Make a signing key for %(issuer)s") % {"issuer": issuer}),
        work="credentials.services.keys.make_ordered_key",
        dedupe_key=f"make-key:{operation}",
        total=1,
        by=by,
        at=at,
        issuer=issuer.pk,
        store=store,
        at_once=int(at_once),
    )


def make_ordered_key(job: Job, at: datetime) -> bool:
    """The whole of that job, in one chunk."""
    make_key(
        issuer=Issuer.objects.get(pk=job.parameters["issuer"]),
        by=job.started_by,
        at=at,
        store=str(job.parameters.get("store", "database")),
        at_once=bool(job.parameters.get("at_once", False)),
    )
    job.done_count = 1
    return False


def signed_with(key: SigningKey) -> QuerySet[Credential]:
    """Credentials whose newest signed document, with no newer one on its way, carries this key."""
    newer = SignedDocument.objects.filter(
        credential=OuterRef("credential"), revision__gt=OuterRef("revision")
    )
    newest = SignedDocument.objects.filter(~Exists(newer), key=key, signed_at__isnull=False)
    return Credential.objects.filter(pk__in=newest.values("credential")).order_by("pk")


def sign_anew(job: Job, at: datetime) -> bool:
    """One chunk: the next hundred documents of the compromised key are intended anew, with the key in use.

    Whatever has a newer revision is passed over, so that a killed chunk is done again and nothing twice.
    """
    key = SigningKey.objects.select_related("issuer").get(pk=job.parameters["key"])
    if not SigningKey.objects.filter(issuer=key.issuer, state=State.ACTIVE).exists():
        _replace(key, job.started_by, at)
    credentials = list(signed_with(key)[:AT_ONCE])
    # Thousands of messages would only say what the sweep finds anyway.
    with quietly():
        for credential in credentials:
            rekey(credential=credential, at=at)
        for endorsement in Endorsement.objects.filter(
            key=key, signed_at__isnull=False, withdrawn_at__isnull=True
        )[:AT_ONCE]:
            intend_anew(endorsement=endorsement, at=at)
    job.done_count += len(credentials)
    job.total_count = max(job.total_count, job.done_count)
    return len(credentials) == AT_ONCE or signed_with(key).exists()


def _replace(key: SigningKey, by: "User | None", at: datetime) -> None:
    """A key in use in the place of one that must not sign any more: one that is published, or a new one."""
    waiting = key.issuer.keys.filter(state=State.PENDING).order_by("created_at").first()
    if waiting is not None:
        activate_key(key=waiting, by=by, at=at, at_once=True)
    else:
        make_key(issuer=key.issuer, by=by, at=at, store=key.store, at_once=True)


def _held(issuer: Issuer) -> Issuer:
    """Its row locked: one change of an issuer's keys at a time."""
    return Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)


def _owe_lists(issuer: Issuer) -> None:
    """Its status lists are signed anew with the key in use then."""
    StatusList.objects.filter(issuer=issuer).update(revision=F("revision") + 1, due_at=Now())
