"""Sign many intended documents at once, by template; to each, all that `sign_document` promises.

A bulk issue, or a pathway whose publication credits hundreds, leaves hundreds of intents. One guarded UPDATE
claims up to a hundred of one key, the heart signs them outside any lock (openbadges/bulk.py), and one
transaction keeps them. A document that cannot be signed is given back alone.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from django.db import transaction
from django.db.models import BinaryField, Case, CharField, Exists, Field, OuterRef, Value, When
from django.db.models.functions import Cast, Now

from config.events import announce
from config.failpoints import reach
from credentials.models import SignedDocument, SigningKey
from credentials.openbadges import bulk
from credentials.services import signing
from credentials.services.auditing import Acted, audit, audit_all
from credentials.services.keystores import signer_for
from credentials.services.rendering import owe_certificates

log = structlog.get_logger(__name__)
AT_ONCE = 100
# A key kept elsewhere takes its time over each signature, and a lease is 45 s.
AT_ONCE_ELSEWHERE = 10
# From so many on, the checks of a batch cost less than signing one by one.
MANY = 10
# How far ahead the sweep looks for what goes together.
LOOKED_AT = 5_000
TEMPLATES = bulk.Templates()


class LeaseLost(Exception):
    """Another worker has taken up a part of the batch, or its key was withdrawn meanwhile."""


def sign_issued(*, credential_id: int) -> int:
    """Sign a credential's document, and what else of its key waits if that is much; answers how many."""
    first = Case(When(credential=credential_id, then=Value(0)), default=Value(1))
    found = SignedDocument.objects.open().order_by(first, "pk").values_list("pk", "key_id", "credential_id")
    waiting = list(found[:AT_ONCE])
    signed = 0
    for document_id, key_id, of_credential in waiting:
        if of_credential == credential_id:
            alike = [pk for pk, its_key, _of in waiting if its_key == key_id]
            together = len(alike) >= MANY
            signed += sign_many(alike) if together else signing.sign_document(document_id=document_id)
    return signed


def batches() -> Iterator[list[int]]:
    """The ids of open documents that are worth signing together."""
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    found = SignedDocument.objects.open().order_by("pk").values_list("pk", "key_id")[:LOOKED_AT]
    for document_id, key_id in found:
        waiting[key_id].append(document_id)
    for ids in waiting.values():
        for first in range(0, len(ids), AT_ONCE):
            if len(ids) - first >= MANY:
                yield ids[first : first + AT_ONCE]


def sign_many(document_ids: Sequence[int]) -> int:
    """Sign those of the documents, all of one key, that are open and in nobody's hands; answers how many.

    A worker that dies in between leaves leases that run out, and the next one makes the same bytes.
    """
    key = SigningKey.objects.select_related("issuer").get(documents=document_ids[0])
    if key.store != "database":
        document_ids = document_ids[:AT_ONCE_ELSEWHERE]
    if not signing.can_sign(key):
        # Each is moved to the key in use, by the service that knows how.
        return sum(signing.sign_document(document_id=document_id) for document_id in document_ids)
    owner = secrets.token_hex(16)
    if not SignedDocument.objects.filter(key=key).claim_many(document_ids, owner):
        return 0
    reach("after_intent")
    claimed = SignedDocument.objects.filter(pk__in=document_ids, lease_owner=owner, done_at__isnull=True)
    intents = list(claimed.select_related("key__issuer", "credential__version").order_by("pk"))
    try:
        signed = _signed(intents, key, owner)
        reach("after_sign")
        return _keep(intents, signed, owner)
    except Exception as error:
        for intent in intents:
            _give_back(intent, owner, error)
        raise


def _signed(intents: Sequence[SignedDocument], key: SigningKey, owner: str) -> list[bytes | None]:
    """The signed bytes of each; None of one that cannot be signed, which is given back."""

    def one(place: int) -> bytes | None:
        try:
            return signing.signed_bytes(intents[place])
        except Exception as error:
            log.exception("signing.failed", document=intents[place].pk)
            _give_back(intents[place], owner, error)
            return None

    batch = bulk.sign_batch(
        [
            bulk.Intent(
                unsigned=bytes(intent.unsigned),
                sha256=intent.unsigned_sha256,
                created=intent.proof_created_at,
                verification_method=key.verification_method,
            )
            for intent in intents
        ],
        sign=signer_for(key),
        one=one,
        templates=TEMPLATES,
        # Nobody who writes documents can know whom the check will meet.
        seed=int(owner, 16),
    )
    for place in batch.differing:
        log.error("signing.template_stopped", document=intents[place].pk)
        audit("signing template stopped", intents[place], by=None, batch=len(intents))
    return batch.signed


def _keep(intents: Sequence[SignedDocument], signed: Sequence[bytes | None], owner: str) -> int:
    made = [(intent, data) for intent, data in zip(intents, signed, strict=True) if data is not None]
    try:
        return _keep_all(made, owner)
    except LeaseLost:
        return sum(signing.keep_signed(intent, owner, data) for intent, data in made)


@transaction.atomic
def _keep_all(made: Sequence[tuple[SignedDocument, bytes]], owner: str) -> int:
    """As `keep_signed`, for all or, raising LeaseLost, for none."""
    if not made:
        return 0
    digests = {intent.pk: hashlib.sha256(data).hexdigest() for intent, data in made}
    # Asked of the row itself, without a join: an UPDATE that had to wait for another asks it again.
    ours = SignedDocument.objects.filter(
        ~Exists(SigningKey.objects.filter(pk=OuterRef("key_id"), state=SigningKey.State.COMPROMISED)),
        pk__in=list(digests),
        key=made[0][0].key,
        lease_owner=owner,
        done_at__isnull=True,
        signed_at__isnull=True,
    )
    kept = ours.update(
        signed=_by_row(BinaryField(), {intent.pk: data for intent, data in made}),
        sha256=_by_row(CharField(), digests),
        signed_at=Now(),
        done_at=Now(),
        lease_owner="",
        lease_until=None,
        last_error="",
    )
    if kept < len(made):
        raise LeaseLost
    owe_certificates([intent for intent, _data in made])
    audit_all(Acted("signed", intent, {"sha256": digests[intent.pk]}) for intent, _data in made)
    for intent, _data in made:
        announce("document.signed", document_id=intent.pk)
    reach("before_commit")
    return kept


def _by_row(field: "Field[Any, Any]", values: Mapping[int, bytes | str]) -> Cast:
    """Each row's own value, in one UPDATE."""
    each = [When(pk=pk, then=Value(value, output_field=field)) for pk, value in values.items()]
    return Cast(Case(*each, output_field=field), output_field=field)


def _give_back(intent: SignedDocument, owner: str, error: Exception) -> None:
    wait = signing.WAIT_AFTER_FAILURE * intent.attempts
    SignedDocument.objects.give_back(intent.pk, owner, repr(error), wait)
    audit("signing failed", intent, by=None, error=type(error).__name__)
