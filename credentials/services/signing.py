"""Sign what was intended, with keys that are opened only here; publish the signed status lists."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from config.events import announce
from config.failpoints import reach
from credentials.models import (
    AchievementVersion,
    Credential,
    Issuer,
    Job,
    Rendering,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import documents, keys, proofs, status
from credentials.services.auditing import audit
from credentials.services.issuing import issuer_facts
from credentials.services.jobs import start_job

if TYPE_CHECKING:
    from learners.models import User

log = structlog.get_logger(__name__)
LIST_VALID_FOR = timedelta(days=31)
LIST_SIGNED_ANEW_AFTER = timedelta(days=7)
WAIT_AFTER_FAILURE = 15
PRINTED = (AchievementVersion.Kind.STACKED_CERTIFICATE, AchievementVersion.Kind.FULL_CERTIFICATION)


class NoWrappingKey(Exception):
    """KEY_WRAPPING_KEY is not set here: only a worker that has it can open signing keys."""

    def __str__(self) -> str:
        return str(_("KEY_WRAPPING_KEY is not set in this process. Set it for the workers."))


class IntentBroken(Exception):
    """The stored document is not the one that was intended; it is not signed."""


@transaction.atomic
def make_key(*, issuer: Issuer, by: "User | None", at: datetime) -> SigningKey:
    """Make a key, seal it and put it in use; the key in use before retires and verifies for ever."""
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    if not issuer.did:
        issuer.did = keys.did_web(settings.PORTAL_URL, None if issuer.is_main else issuer.slug)
        issuer.save(update_fields=["did"])
    pair = keys.KeyPair.generate()
    in_use = SigningKey.objects.filter(issuer=issuer, state=SigningKey.State.ACTIVE)
    in_use.update(state=SigningKey.State.RETIRED, retired_at=at)
    key = SigningKey.objects.create(
        issuer=issuer,
        multikey=pair.multikey,
        sealed_private_key=keys.seal(pair.private_bytes, wrapping_key=_wrapping_key(), key_id=pair.multikey),
        state=SigningKey.State.ACTIVE,
        created_at=at,
        activated_at=at,
    )
    audit("make key", key, by=by, issuer=issuer.slug, multikey=pair.multikey)
    return key


def order_key(*, issuer: Issuer, by: "User", operation: UUID, at: datetime) -> Job:
    """Have a worker make a key: web processes cannot seal one, for they hold no wrapping key.

    `operation` names the press of the button: the same press orders one key.
    """
    return start_job(
        title=str(_("Make a signing key for %(issuer)s") % {"issuer": issuer}),
        work="credentials.services.signing.make_ordered_key",
        dedupe_key=f"make-key:{operation}",
        total=1,
        by=by,
        at=at,
        issuer=issuer.pk,
    )


def make_ordered_key(job: Job, at: datetime) -> bool:
    """The whole of that job, in one chunk."""
    make_key(issuer=Issuer.objects.get(pk=job.parameters["issuer"]), by=job.started_by, at=at)
    job.done_count = 1
    return False


def sign_document(*, document_id: int) -> bool:
    """Sign one intended document; False if it is done, not due or in another worker's hands.

    Signing happens outside any lock. A worker that dies in between leaves a lease that runs out, and
    the next one makes the same bytes: the proof's moment is part of the intent.
    """
    owner = secrets.token_hex(16)
    if not SignedDocument.objects.claim(document_id, owner):
        return False
    reach("after_intent")
    intent = SignedDocument.objects.select_related("key__issuer").get(pk=document_id)
    try:
        signed = _signed(intent)
    except Exception as error:
        SignedDocument.objects.give_back(
            document_id, owner, repr(error), WAIT_AFTER_FAILURE * intent.attempts
        )
        audit("signing failed", intent, by=None, error=type(error).__name__)
        raise
    reach("after_sign")
    return _keep_signed(intent, owner, signed)


@transaction.atomic
def _keep_signed(intent: SignedDocument, owner: str, signed: bytes) -> bool:
    digest = hashlib.sha256(signed).hexdigest()
    kept = (
        SignedDocument.objects.owned(intent.pk, owner)
        .filter(signed_at__isnull=True)
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
    if intent.credential.version.kind in PRINTED:
        Rendering.objects.get_or_create(document=intent)
    audit("signed", intent, by=None, sha256=digest)
    announce("document.signed", document_id=intent.pk)
    reach("before_commit")
    return True


def _signed(intent: SignedDocument) -> bytes:
    unsigned = bytes(intent.unsigned)
    if hashlib.sha256(unsigned).hexdigest() != intent.unsigned_sha256:
        raise IntentBroken(f"document {intent.pk}")
    return proofs.sign(
        json.loads(unsigned),
        private_key=_private_key(intent.key),
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

    Two workers may sign at once: the one with the lower revision changes nothing.
    """
    block = StatusList.objects.select_related("issuer").get(pk=list_id)
    key = SigningKey.objects.select_related("issuer").get(issuer=block.issuer, state=SigningKey.State.ACTIVE)
    held = Credential.objects.filter(status_list=block)
    suspended = list(held.filter(state=Credential.State.SUSPENDED).values_list("status_index", flat=True))
    revoked = list(held.filter(state=Credential.State.REVOKED).values_list("status_index", flat=True))
    # A suspended credential raises both bits: some verifiers read only revocation (STANDARDS §6).
    bits = {"revocation": [*revoked, *suspended], "suspension": suspended}
    signed = {purpose: _signed_list(block, purpose, raised, key, at) for purpose, raised in bits.items()}
    published = StatusList.objects.filter(pk=block.pk, published_revision__lte=block.revision).update(
        revocation_bytes=signed["revocation"],
        suspension_bytes=signed["suspension"],
        published_revision=block.revision,
        published_at=at,
    )
    return bool(published)


def _signed_list(block: StatusList, purpose: str, raised: list[int], key: SigningKey, at: datetime) -> bytes:
    document = documents.status_list_credential(
        url=block.url(purpose),
        issuer=issuer_facts(block.issuer),
        purpose=purpose,
        encoded_list=status.encode(raised, size=StatusList.SIZE),
        valid_from=at,
        valid_until=at + LIST_VALID_FOR,
    )
    return proofs.sign(
        document,
        private_key=_private_key(key),
        verification_method=key.verification_method,
        created=at.replace(microsecond=0),
    )


def _private_key(key: SigningKey) -> bytes:
    return keys.unseal(bytes(key.sealed_private_key), wrapping_key=_wrapping_key(), key_id=key.multikey)


def _wrapping_key() -> bytes:
    if settings.KEY_WRAPPING_KEY is None:
        raise NoWrappingKey
    return bytes(settings.KEY_WRAPPING_KEY)
