"""Verify what we issued from its stored bytes, with the documents our own database holds."""

import functools
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from credentials.models import Credential, Issuer, SignedDocument, SigningKey, StatusList
from credentials.openbadges import keys
from credentials.openbadges.report import Check, LedgerState, Report
from credentials.openbadges.verifying import verify


class NotSignedYet(Exception):
    """The credential exists; its document is still being prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A credential and what was found of it; `is_signed` is False while its document is being prepared."""

    credential: Credential
    report: Report
    is_signed: bool


def verify_credential(*, credential: Credential, at: datetime) -> Report:
    """Judge the newest signed document of one of our credentials. Raises NotSignedYet."""
    (checked,) = verify_together(credentials=[credential], at=at)
    if not checked.is_signed:
        raise NotSignedYet
    return checked.report


def verify_together(*, credentials: Sequence[Credential], at: datetime) -> list[Checked]:
    """Judge the newest signed document of each; what they stand on is read once for all of them.

    The signature, dates and published status list are checked like a stranger's would be; our ledger is
    asked beside them, so a revocation shows before the list is signed again.
    """
    rows = (
        SignedDocument.objects.filter(credential__in=credentials, signed_at__isnull=False)
        .select_related("key")
        .order_by("revision")
    )
    newest = {row.credential_id: row for row in rows}
    known = {issuer.did for issuer in Issuer.objects.exclude(did=None) if issuer.did}
    documents, twin_of = functools.cache(stored_document), functools.cache(suspension_twin)

    def judged(credential: Credential) -> Checked:
        signed = newest.get(credential.pk)
        if signed is None:
            return Checked(credential=credential, report=_being_prepared(credential, at), is_signed=False)
        report = verify(
            bytes(signed.signed or b""),
            at=at,
            documents=documents,
            known_issuers=known,
            ledger=LedgerState(
                recorded=True,
                revoked_at=credential.revoked_at,
                suspended=credential.state == Credential.State.SUSPENDED,
                key_compromised=_key_standing(signed),
            ),
            known_only=True,
            twin_of=twin_of,
        )
        return Checked(credential=credential, report=report, is_signed=True)

    return [judged(credential) for credential in credentials]


def is_recipient(*, credential: Credential, typed: str) -> bool:
    """Whether a name or e-mail address is the recipient's, whatever its case, spacing or Unicode form."""
    return _folded(typed) in {_folded(credential.recipient.name), _folded(credential.recipient.email)}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _being_prepared(credential: Credential, at: datetime) -> Report:
    """What is said of a credential that was issued and not signed yet: nothing could be checked."""
    issuer = credential.achievement.issuer
    return Report(
        verdict="cannot_check",
        at=at,
        container="none",
        standard="unknown",
        suites=(),
        credential={
            "id": credential.public_id.urn,
            "name": credential.version.name,
            "valid_from": None,
            "valid_until": None,
        },
        issuer={"id": issuer.did, "name": issuer.name, "known": True},
        checks=(Check("proof", "not_checked", "The document is being signed."),),
    )


def stored_document(address: str) -> dict[str, Any] | None:
    """What stands at one of our own addresses (a DID, a status list); None for all else."""
    if address.startswith("did:"):
        issuer = Issuer.objects.filter(did=address.partition("#")[0]).first()
        return did_document(issuer) if issuer else None
    found = _list_at(address)
    if found is None:
        return None
    block, purpose = found
    stored = block.revocation_bytes if purpose == "revocation" else block.suspension_bytes
    document: dict[str, Any] | None = json.loads(bytes(stored)) if stored else None
    return document


def did_document(issuer: Issuer) -> dict[str, Any]:
    """The issuer's published keys: all that ever signed stay, compromised ones assert nothing."""
    rows = list(SigningKey.objects.filter(issuer=issuer).order_by("created_at"))
    revoked = {
        row.multikey: row.compromised_at or row.created_at
        for row in rows
        if row.state == SigningKey.State.COMPROMISED
    }
    return keys.did_document(
        issuer.did or "", [row.multikey for row in rows if row.multikey not in revoked], revoked=revoked
    )


def suspension_twin(list_url: str) -> str | None:
    """The suspension list beside one of our revocation lists."""
    found = _list_at(list_url)
    return found[0].url("suspension") if found and found[1] == "revocation" else None


def _list_at(address: str) -> tuple[StatusList, str] | None:
    """The status list and purpose that one of our own addresses names."""
    try:
        match = resolve(address.removeprefix(settings.PORTAL_URL))
    except Resolver404:
        return None
    if match.view_name != "credentials:status_list":
        return None
    block = StatusList.objects.filter(public_id=match.kwargs["public_id"]).first()
    purpose: str = match.kwargs["purpose"]
    return (block, purpose) if block and block.url(purpose) == address else None


def _key_standing(signed: SignedDocument) -> Any:
    if signed.key.state != SigningKey.State.COMPROMISED:
        return "no"
    since = signed.key.compromised_at
    return "before" if since and signed.signed_at and signed.signed_at < since else "inside"
