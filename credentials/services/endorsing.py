"""Endorsements: said in the name of an organisation whose key is here, or received as a signed file."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from config.clock import refuse_if_apart
from config.events import announce
from config.failpoints import reach
from credentials.models import AchievementVersion, Credential, Endorsement, Issuer, SigningKey
from credentials.openbadges import documents, proofs
from credentials.openbadges.facts import EndorsementFacts
from credentials.openbadges.text import clean_text, read_instant
from credentials.queries import endorsed_id
from credentials.services.auditing import audit
from credentials.services.issuing import issuer_facts
from credentials.services.keystores import signer_for
from credentials.services.signing import IntentBroken, NoKeyInUse, can_sign, key_in_use
from credentials.services.verifying import verify_file

if TYPE_CHECKING:
    from learners.models import User

Target = AchievementVersion | Credential
WAIT_AFTER_FAILURE = 15
LONGEST_COMMENT = 5000
LONGEST_FILE = 256_000


class CannotEndorse(Exception):
    """Nothing is kept; the message says why and what to do."""


class AlreadyWithdrawn(Exception):
    """The endorsement was taken back earlier."""

    def __str__(self) -> str:
        return str(_("This endorsement was taken back earlier; its page says when and why."))


@transaction.atomic
def endorse(
    *,
    endorser: Issuer,
    target: Target,
    comment: str,
    by: "User",
    at: datetime,
    valid_until: datetime | None = None,
) -> Endorsement:
    """Say of a published achievement version, or of a credential, what `endorser` has to say.

    A worker signs it with the endorser's own key. Credentials signed from then on carry it; those signed
    before stay as they are. Raises CannotEndorse, ClocksApart.
    """
    refuse_if_apart()
    _name, owner = _about(target)
    if endorser == owner:
        raise CannotEndorse(
            _("%(issuer)s issues this itself; an endorsement is somebody else's word.") % {"issuer": endorser}
        )
    said = clean_text(comment).strip()
    if not said:
        raise CannotEndorse(_("Say what is endorsed, in a sentence or more."))
    if valid_until is not None and valid_until <= at:
        raise CannotEndorse(_("The last moment of an endorsement lies ahead."))
    try:
        key = key_in_use(endorser)
    except NoKeyInUse as missing:
        raise CannotEndorse(
            _("%(issuer)s has no signing key in use. Make one first.") % {"issuer": endorser}
        ) from missing
    endorsement = Endorsement.objects.create(
        **_target(target),
        endorser=endorser,
        endorser_name=endorser.name,
        comment=said,
        valid_from=at,
        valid_until=valid_until,
        given_by=by,
    )
    _intend(endorsement, key, first_at=at, at=at)
    audit("endorse", endorsement, by=by, endorser=endorser.slug, of=endorsed_id(target))
    announce("endorsement.intended", endorsement_id=endorsement.pk)
    return endorsement


@transaction.atomic
def receive(*, target: Target, data: bytes, by: "User", at: datetime) -> Endorsement:
    """Keep an EndorsementCredential that somebody else signed, exactly as it came.

    It must be Valid for our own verifier, whose known issuers include whoever signed it, and be about this
    very thing. Raises CannotEndorse.
    """
    name, _owner = _about(target)
    if len(data) > LONGEST_FILE:
        raise CannotEndorse(_("The file is larger than 256 kB."))
    digest = hashlib.sha256(data).hexdigest()
    if Endorsement.objects.filter(sha256=digest, withdrawn_at__isnull=True).exists():
        raise CannotEndorse(_("This endorsement was received before."))
    report = verify_file(data=data, at=at)
    document = report.document
    if report.verdict != "valid" or document is None:
        raise CannotEndorse(
            _refusal(
                report.verdict,
                [check.detail for check in report.checks if check.state in ("failed", "not_checked")],
            )
        )
    subject = document.get("credentialSubject")
    subject = subject[0] if isinstance(subject, list) and len(subject) == 1 else subject
    if "EndorsementCredential" not in document.get("type", []) or not isinstance(subject, dict):
        raise CannotEndorse(_("The file is a credential, but no endorsement."))
    if subject.get("id") != endorsed_id(target):
        raise CannotEndorse(
            _("The file endorses something else: %(other)s, not %(this)s.")
            % {"other": str(subject.get("id"))[:200], "this": name}
        )
    comment = clean_text(str(subject.get("endorsementComment", ""))).strip()
    if len(comment) > LONGEST_COMMENT:
        raise CannotEndorse(_("What is said there is longer than 5,000 characters."))
    issuer = report.issuer
    endorsement = Endorsement.objects.create(
        **_target(target),
        endorser_name=clean_text(str(issuer["name"] or issuer["id"]))[:200],
        comment=comment,
        valid_from=read_instant(document.get("validFrom")) or at,
        valid_until=read_instant(document.get("validUntil")),
        given_by=by,
        signed=data,
        sha256=digest,
        signed_at=at,
        done_at=at,
    )
    audit(
        "receive endorsement",
        endorsement,
        by=by,
        sha256=digest,
        issuer=issuer["id"],
        of=endorsed_id(target),
    )
    return endorsement


@transaction.atomic
def withdraw(*, endorsement: Endorsement, reason: str, by: "User", at: datetime) -> Endorsement:
    """Take it back: no page shows it, and nothing signed from now on carries it. Raises AlreadyWithdrawn."""
    endorsement = Endorsement.objects.select_for_update(no_key=True).get(pk=endorsement.pk)
    if endorsement.withdrawn_at is not None:
        raise AlreadyWithdrawn
    endorsement.withdrawn_at, endorsement.withdrawn_by = at, by
    endorsement.withdrawal_reason = reason[:250]
    # What was not signed yet never will be.
    endorsement.done_at = endorsement.done_at or at
    endorsement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "done_at"])
    audit("withdraw endorsement", endorsement, by=by, reason=reason)
    return endorsement


@transaction.atomic
def intend_anew(*, endorsement: Endorsement, at: datetime) -> None:
    """Have it signed again with the endorser's key in use: same id, newer validFrom, same first date.

    For what a compromised key signed; nobody need believe those bytes any more. Raises NoKeyInUse.
    """
    endorsement = (
        Endorsement.objects.select_for_update(no_key=True, of=("self",))
        .select_related("endorser")
        .get(pk=endorsement.pk)
    )
    if endorsement.endorser is None or endorsement.key is None:
        return
    said = json.loads(bytes(endorsement.unsigned or b"{}"))
    first_at = read_instant(said.get("awardedDate")) or endorsement.valid_from
    before = endorsement.sha256
    endorsement.valid_from = at
    endorsement.signed, endorsement.sha256, endorsement.signed_at, endorsement.done_at = None, "", None, None
    endorsement.attempts = 0
    endorsement.save()
    _intend(endorsement, key_in_use(endorsement.endorser), first_at=first_at, at=at)
    audit("sign endorsement anew", endorsement, by=None, before=before)


def sign_endorsement(*, endorsement_id: int) -> bool:
    """Sign one that is intended; False if it is done, not due or in another worker's hands.

    As with credentials: outside any lock, and a second worker makes the same bytes.
    """
    owner = secrets.token_hex(16)
    if not Endorsement.objects.claim(endorsement_id, owner):
        return False
    endorsement = Endorsement.objects.select_related("key__issuer").get(pk=endorsement_id)
    try:
        if endorsement.key is None or not can_sign(endorsement.key):
            endorsement = _with_the_key_in_use(endorsement)
        signed = _signed(endorsement)
        reach("after_sign")
        return _keep_signed(endorsement, owner, signed)
    except Exception as error:
        Endorsement.objects.give_back(
            endorsement_id, owner, repr(error), WAIT_AFTER_FAILURE * endorsement.attempts
        )
        audit("signing failed", endorsement, by=None, error=type(error).__name__)
        raise


@transaction.atomic
def _keep_signed(endorsement: Endorsement, owner: str, signed: bytes) -> bool:
    digest = hashlib.sha256(signed).hexdigest()
    kept = (
        Endorsement.objects.owned(endorsement.pk, owner)
        .filter(signed_at__isnull=True, key_id=endorsement.key_id)
        .exclude(key__state=SigningKey.State.COMPROMISED)
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
    if kept:
        audit("signed", endorsement, by=None, sha256=digest)
    return bool(kept)


def _signed(endorsement: Endorsement) -> bytes:
    unsigned = bytes(endorsement.unsigned or b"")
    if hashlib.sha256(unsigned).hexdigest() != endorsement.unsigned_sha256:
        raise IntentBroken(f"endorsement {endorsement.pk}")
    if endorsement.key is None or endorsement.proof_created_at is None:
        raise IntentBroken(f"endorsement {endorsement.pk}")
    return proofs.sign(
        json.loads(unsigned),
        signer=signer_for(endorsement.key),
        verification_method=endorsement.key.verification_method,
        created=endorsement.proof_created_at,
    )


@transaction.atomic
def _with_the_key_in_use(endorsement: Endorsement) -> Endorsement:
    if endorsement.endorser is None:
        raise IntentBroken(f"endorsement {endorsement.pk}")
    key = key_in_use(endorsement.endorser)
    endorsement.key = key
    endorsement.save(update_fields=["key"])
    audit("move to another key", endorsement, by=None, key=key.multikey)
    return endorsement


def _intend(endorsement: Endorsement, key: SigningKey, *, first_at: datetime, at: datetime) -> None:
    """Commit what will be signed, by which key and as of when, before anything is signed."""
    target: Any = endorsement.version or endorsement.credential
    name, _owner = _about(target)
    unsigned = documents.to_bytes(
        documents.endorsement_credential(
            EndorsementFacts(
                public_id=endorsement.public_id,
                endorser=issuer_facts(key.issuer),
                name=f"Endorsement of {name}",
                about=endorsed_id(target),
                comment=endorsement.comment,
                awarded_at=first_at,
                valid_from=endorsement.valid_from,
                valid_until=endorsement.valid_until,
            )
        )
    )
    endorsement.key, endorsement.proof_created_at = key, at.replace(microsecond=0)
    endorsement.unsigned, endorsement.unsigned_sha256 = unsigned, hashlib.sha256(unsigned).hexdigest()
    endorsement.save(update_fields=["key", "proof_created_at", "unsigned", "unsigned_sha256"])
    audit("signing", endorsement, by=None, sha256=endorsement.unsigned_sha256, key=key.multikey)


def _about(target: Target) -> tuple[str, Issuer]:
    """The name of what is endorsed, and who issues it."""
    if isinstance(target, Credential):
        return target.version.name, target.achievement.issuer
    if target.published_at is None:
        raise CannotEndorse(_("Only what is published can be endorsed."))
    return target.name, target.achievement.issuer


def _target(target: Target) -> Mapping[str, Any]:
    return {"credential": target} if isinstance(target, Credential) else {"version": target}


def _refusal(verdict: str, details: list[str]) -> str:
    """Why a file is not kept, in the words of the checks that stood in its way."""
    why = " ".join(details[:3])
    return str(
        _(
            "Our verifier does not call this file valid (%(verdict)s). %(why)s Whoever signed it must be a "
            "known issuer here."
        )
        % {"verdict": verdict.replace("_", " "), "why": why}
    )
