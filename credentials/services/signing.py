"""Sign what was intended, wherever its key is kept; publish the signed status lists."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from config.clock import refuse_if_apart
from config.events import announce
from config.failpoints import reach
from credentials.models import (
    Credential,
    Issuer,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import documents, proofs, status
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.issuing import issuer_facts
from credentials.services.keystores import CannotOpen, signer_for
from credentials.services.rendering import owe_certificates

log = structlog.get_logger(__name__)
LIST_VALID_FOR = timedelta(days=31)
LIST_SIGNED_ANEW_AFTER = timedelta(days=7)
WAIT_AFTER_FAILURE = 15


class NoKeyInUse(Exception):
    """The issuer has no key in use, so nothing can be signed in its name."""

    def __str__(self) -> str:
        return str(_("This issuer has no signing key in use. Make one, or put the pending one in use."))


class IntentBroken(Exception):
    """The stored document is not the one that was intended; it is not signed."""


def sign_document(*, document_id: int) -> bool:
    """Sign one intended document; False if it is done, not due or in another worker's hands.

    Signing happens outside any lock. A worker that dies in between leaves a lease that runs out, and
    the next one makes the same bytes: the proof's moment is part of the intent.
    """
    owner = secrets.token_hex(16)
    if not SignedDocument.objects.claim(document_id, owner):
        return False
    reach("after_intent")
    intent = SignedDocument.objects.select_related("key__issuer", "credential__version").get(pk=document_id)
    try:
        if not can_sign(intent.key):
            intent = _with_the_key_in_use(intent, owner)
        signed = signed_bytes(intent)
        reach("after_sign")
        return keep_signed(intent, owner, signed)
    except Exception as error:
        SignedDocument.objects.give_back(
            document_id, owner, repr(error), WAIT_AFTER_FAILURE * intent.attempts
        )
        audit("signing failed", intent, by=None, error=type(error).__name__)
        raise


@transaction.atomic
def keep_signed(intent: SignedDocument, owner: str, signed: bytes) -> bool:
    """Keep the bytes, unless the intent is done or has another owner by now."""
    digest = hashlib.sha256(signed).hexdigest()
    compromised = SigningKey.objects.filter(pk=OuterRef("key_id"), state=SigningKey.State.COMPROMISED)
    kept = (
        SignedDocument.objects.owned(intent.pk, owner)
        # What its key signed since others had it is believed by nobody: it is signed again, with another.
        # Asked of the row itself, without a join: an UPDATE that had to wait for another asks it again.
        .filter(~Exists(compromised), signed_at__isnull=True, key_id=intent.key_id)
        .update(
            signed=signed,
            sha256=digest,
            signed_at=Now(),
            done_at=Now(),
            lease_owner="",
            lease_until=None,
            last_error="",
        )
    )
    if not kept:
        return False
    owe_certificates([intent])
    audit("signed", intent, by=None, sha256=digest)
    announce("document.signed", document_id=intent.pk)
    reach("before_commit")
    return True


@transaction.atomic
def _with_the_key_in_use(intent: SignedDocument, owner: str) -> SignedDocument:
    """The intent moved from a key that cannot sign it to the one in use: it says the same, dated anew."""
    key = key_in_use(intent.key.issuer)
    SignedDocument.objects.owned(intent.pk, owner).update(key=key, proof_created_at=Now())
    moved: SignedDocument = SignedDocument.objects.select_related("key__issuer").get(pk=intent.pk)
    SignedDocument.objects.filter(pk=moved.pk).update(
        proof_created_at=moved.proof_created_at.replace(microsecond=0)
    )
    audit("move to another key", moved, by=None, key=key.multikey, before=intent.key.multikey)
    moved.refresh_from_db(fields=["proof_created_at"])
    return moved


def can_sign(key: SigningKey) -> bool:
    """False for a key that is compromised, or retired and lost with the wrapping key of its time."""
    if key.state != SigningKey.State.RETIRED:
        return key.state != SigningKey.State.COMPROMISED
    try:
        signer_for(key)(b"")
    except CannotOpen:
        return False
    return True


def key_in_use(issuer: Issuer) -> SigningKey:
    """The one key that signs for this issuer now. Raises NoKeyInUse."""
    key = SigningKey.objects.select_related("issuer").filter(issuer=issuer, state=SigningKey.State.ACTIVE)
    found = key.first()
    if found is None:
        raise NoKeyInUse
    return found


def signed_bytes(intent: SignedDocument) -> bytes:
    """The reference path of the standard. Raises IntentBroken, UnsafeDocument."""
    unsigned = bytes(intent.unsigned)
    if hashlib.sha256(unsigned).hexdigest() != intent.unsigned_sha256:
        raise IntentBroken(f"document {intent.pk}")
    return proofs.sign(
        json.loads(unsigned),
        signer=signer_for(intent.key),
        verification_method=intent.key.verification_method,
        created=intent.proof_created_at,
    )


def lists_to_publish(*, at: datetime) -> QuerySet[StatusList]:
    """Lists whose signed form is behind their bits, or a week old."""
    behind = StatusList.objects.filter(published_revision__lt=F("revision"))
    old = StatusList.objects.filter(published_at__lt=at - LIST_SIGNED_ANEW_AFTER)
    return behind | old


def publish_status_list(*, list_id: int, at: datetime) -> bool:
    """Sign both lists for the revision that stands now; False if there is nothing newer to publish.

    Two workers may sign at once: the one with the lower revision changes nothing. Raises ClocksApart.
    """
    refuse_if_apart()
    block = StatusList.objects.select_related("issuer").get(pk=list_id)
    signed = _signed_lists(block, at, at + LIST_VALID_FOR)
    published = StatusList.objects.filter(pk=block.pk, published_revision__lte=block.revision).update(
        revocation_bytes=signed["revocation"],
        suspension_bytes=signed["suspension"],
        published_revision=block.revision,
        published_at=at,
    )
    return bool(published)


def last_status_lists(*, block: StatusList, at: datetime) -> dict[str, bytes]:
    """Both lists by purpose as they stand now, signed to hold for ever: for a portal that closes.

    Raises NoWrappingKey.
    """
    return _signed_lists(block, at, None)


def _signed_lists(block: StatusList, at: datetime, valid_until: datetime | None) -> dict[str, bytes]:
    key = key_in_use(block.issuer)
    held = Credential.objects.filter(status_list=block)
    suspended = list(held.filter(state=Credential.State.SUSPENDED).values_list("status_index", flat=True))
    # Ended before the last day that its document names: nothing but the list can say so.
    ended_early = Q(state=Credential.State.EXPIRED) & (
        Q(expires_on__isnull=True) | Q(expires_on__gte=local_day(at))
    )
    gone = held.filter(Q(state=Credential.State.REVOKED) | ended_early)
    revoked = list(gone.values_list("status_index", flat=True))
    # A suspended credential raises both bits: some verifiers read only revocation (STANDARDS §6).
    bits = {"revocation": [*revoked, *suspended], "suspension": suspended}
    return {
        purpose: _signed_list(block, purpose, raised, key, at, valid_until)
        for purpose, raised in bits.items()
    }


def _signed_list(
    block: StatusList,
    purpose: str,
    raised: list[int],
    key: SigningKey,
    at: datetime,
    valid_until: datetime | None,
) -> bytes:
    document = documents.status_list_credential(
        url=block.url(purpose),
        issuer=issuer_facts(block.issuer),
        purpose=purpose,
        encoded_list=status.encode(raised, size=StatusList.SIZE),
        valid_from=at,
        valid_until=valid_until,
    )
    return proofs.sign(
        document,
        signer=signer_for(key),
        verification_method=key.verification_method,
        created=at.replace(microsecond=0),
    )
