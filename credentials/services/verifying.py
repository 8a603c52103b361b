"""Verify what we issued from its stored bytes, with the documents our own database holds."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings

from credentials.models import Credential, Issuer, SignedDocument, SigningKey, StatusList
from credentials.openbadges import keys
from credentials.openbadges.report import LedgerState, Report
from credentials.openbadges.verifying import verify


class NotSignedYet(Exception):
    """The credential exists; its document is still being prepared."""


def verify_credential(*, credential: Credential, at: datetime) -> Report:
    """Judge the newest signed document of one of our credentials. Raises NotSignedYet.

    The signature, dates and published status list are checked like a stranger's would be; our ledger is
    asked beside them, so a revocation shows before the list is signed again.
    """
    signed = (
        SignedDocument.objects.filter(credential=credential, signed_at__isnull=False)
        .select_related("key")
        .order_by("-revision")
        .first()
    )
    if signed is None:
        raise NotSignedYet
    return verify(
        bytes(signed.signed or b""),
        at=at,
        documents=stored_document,
        known_issuers=set(Issuer.objects.filter(did__isnull=False).values_list("did", flat=True)),
        ledger=LedgerState(
            recorded=True,
            revoked_at=credential.revoked_at,
            suspended=credential.state == Credential.State.SUSPENDED,
            key_compromised=_key_standing(signed),
        ),
        known_only=True,
        twin_of=suspension_twin,
    )


def stored_document(address: str) -> dict[str, Any] | None:
    """What stands at one of our own addresses (a DID, a status list), from the database; None for all else."""
    issuer = Issuer.objects.filter(did=address.partition("#")[0]).first()
    if issuer is not None:
        return did_document(issuer)
    for purpose in ("revocation", "suspension"):
        block = _list_at(address, purpose)
        if block is not None:
            stored = block.revocation_bytes if purpose == "revocation" else block.suspension_bytes
            document: dict[str, Any] | None = json.loads(bytes(stored)) if stored else None
            return document
    return None


def did_document(issuer: Issuer) -> dict[str, Any]:
    """The issuer's published keys: all that ever signed stay, compromised ones assert nothing."""
    rows = list(SigningKey.objects.filter(issuer=issuer).order_by("created_at"))
    revoked = {
        row.multikey: row.compromised_at or row.created_at
        for row in rows
        if row.state == SigningKey.State.COMPROMISED
    }
    return keys.did_document(issuer.did or "", [row.multikey for row in rows if row.multikey not in revoked], revoked=revoked)


def suspension_twin(list_url: str) -> str | None:
    """The suspension list beside one of our revocation lists."""
    block = _list_at(list_url, "revocation")
    return block.url("suspension") if block else None


def _list_at(address: str, purpose: str) -> StatusList | None:
    if not address.startswith(settings.PORTAL_URL) or not address.endswith(f"/{purpose}"):
        return None
    for block in StatusList.objects.select_related("issuer"):
        if block.url(purpose) == address:
            return block
    return None


def _key_standing(signed: SignedDocument) -> Any:
    if signed.key.state != SigningKey.State.COMPROMISED:
        return "no"
    since = signed.key.compromised_at
    return "before" if since and signed.signed_at and signed.signed_at < since else "inside"
