"""Verify what we issued from its stored bytes, with the documents our own database holds."""

import functools
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve

from credentials.models import (
    Credential,
    CredentialEvent,
    Issuer,
    KnownIssuer,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import keys
from credentials.openbadges.checking import Documents
from credentials.openbadges.report import Check, LedgerState, Report
from credentials.openbadges.verifying import verify
from credentials.services.badges2 import address_of, document_at
from credentials.services.examining import Answers, examine


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


def verify_together(
    *,
    credentials: Sequence[Credential],
    at: datetime,
    newest: Mapping[int, SignedDocument] | None = None,
) -> list[Checked]:
    """Judge the newest signed document of each; what they stand on is read once for all of them.

    The signature, dates and published status list are checked like a stranger's would be; our ledger is
    asked beside them, so a revocation shows before the list is signed again. `newest` holds these
    documents by their credentials' ids, with their keys, where they were read before.
    """
    if newest is None:
        newest = newest_signed(credentials)
    held = _held_documents(credentials)
    known = {address for address in held if address.startswith("did:")}

    @functools.cache
    def documents(address: str) -> dict[str, Any] | None:
        return held.get(address.partition("#")[0]) or stored_document(address)

    twin_of = functools.cache(suspension_twin)

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


def newest_signed(credentials: Sequence[Credential]) -> dict[int, SignedDocument]:
    """The newest signed document of each that has one, by its credential's id."""
    rows = SignedDocument.objects.filter(credential__in=credentials, signed_at__isnull=False)
    return {row.credential_id: row for row in rows.select_related("key").order_by("revision")}


def _held_documents(credentials: Sequence[Credential]) -> dict[str, dict[str, Any]]:
    """Every issuer's published keys, in one query, and the status lists that came with the credentials."""
    rows = list(SigningKey.objects.exclude(issuer__did=None).select_related("issuer").order_by("created_at"))
    issuers = {row.issuer_id: row.issuer for row in rows}
    held = {
        issuer.did or "": _controller_document(issuer, [row for row in rows if row.issuer_id == pk])
        for pk, issuer in issuers.items()
    }
    blocks = {
        credential.status_list_id: credential.status_list
        for credential in credentials
        if Credential.status_list.is_cached(credential)
    }
    for block in blocks.values():
        for purpose, stored in (
            ("revocation", block.revocation_bytes),
            ("suspension", block.suspension_bytes),
        ):
            if stored:
                held[block.url(purpose)] = json.loads(bytes(stored))
    return held


def verify_file(
    *,
    data: bytes,
    at: datetime,
    today: datetime | None = None,
    beside: Documents | None = None,
    known_only: bool = True,
) -> Report:
    """Judge a file that somebody brought: ours and those of known issuers, from what our database holds.

    It is opened in a limited child, which asks for what it must know: under six seconds in all.
    Never raises for what the file holds. With `known_only` an issuer who is neither ours nor registered is
    Not recognised. `today` is the day of the status lists (default: `at`); `beside` answers for documents
    that our database does not hold.
    """
    answers = Answers(
        documents=functools.cache(
            lambda address: known_document(address) or (beside(address) if beside else None)
        ),
        known_issuers=known_issuers(),
        ledger=functools.partial(ledger_state, at=at),
        twin_of=functools.cache(suspension_twin),
    )
    return examine(data=data, at=at, today=today or at, answers=answers, known_only=known_only)


def verify_alone(
    *, data: bytes, at: datetime, today: datetime, beside: Documents | None, known_only: bool
) -> Report:
    """Judge a file by given documents alone, where there is no database to ask: nobody is known then."""
    answers = Answers(documents=beside or (lambda address: None), known_issuers=())
    return examine(data=data, at=at, today=today, answers=answers, known_only=known_only)


def known_issuers() -> set[str]:
    """The identifiers of our own issuers and of those elsewhere for whom somebody vouched."""
    ours = set()
    for issuer in Issuer.objects.exclude(did=None):
        # The older standard knows us by the address of our profile.
        ours |= {issuer.did or "", address_of("ob2_issuer", issuer.public_id)}
    return ours | set(KnownIssuer.objects.in_force().values_list("identifier", flat=True))


def known_document(address: str) -> dict[str, Any] | None:
    """What stands at one of our own addresses, or what was pinned for a known issuer; None for all else."""
    stored = stored_document(address) or document_at(address)
    if stored is not None:
        return stored
    identifier = address.partition("#")[0]
    pinned = KnownIssuer.objects.in_force().filter(identifier=identifier).first()
    return pinned.document if pinned and isinstance(pinned.document, dict) else None


def ledger_state(data: bytes, document: Mapping[str, Any], *, at: datetime) -> LedgerState | None:
    """What our ledger knows at `at` of a credential somebody brought; None when we did not issue it.

    `data` are the credential's own bytes as its file carried them. Another writing of the same credential is
    found by its id and issuer; but only bytes that we kept are dated by us.
    """
    signed = (
        SignedDocument.objects.filter(sha256=hashlib.sha256(data).hexdigest(), signed_at__isnull=False)
        .select_related("credential", "key")
        .first()
    )
    credential = signed.credential if signed else _credential_named(document)
    if credential is None:
        return None
    return LedgerState(
        recorded=signed is not None,
        revoked_at=credential.revoked_at,
        suspended=_was_suspended(credential, at),
        key_compromised=_key_standing(signed) if signed else _named_key_standing(document),
        is_superseded=signed is not None and _is_superseded(signed),
    )


def _is_superseded(signed: SignedDocument) -> bool:
    """Whether a newer signed copy of the same credential took the place of this one."""
    newer = SignedDocument.objects.filter(
        credential=signed.credential_id, revision__gt=signed.revision, signed_at__isnull=False
    )
    return newer.exists()


def _credential_named(document: Mapping[str, Any]) -> Credential | None:
    """Our credential of the document's id, where the document also names its issuer.

    A stranger may use any id: our ledger must not answer for his document.
    """
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    name = document.get("id")
    if not isinstance(did, str) or not isinstance(name, str) or not name.startswith("urn:uuid:"):
        return None
    try:
        public_id = UUID(name.removeprefix("urn:uuid:"))
    except ValueError:
        return None
    return Credential.objects.filter(public_id=public_id, achievement__issuer__did=did).first()


def _was_suspended(credential: Credential, at: datetime) -> bool:
    kinds = CredentialEvent.Kind
    last = (
        CredentialEvent.objects.filter(
            credential=credential, kind__in=(kinds.SUSPENDED, kinds.REINSTATED), at__lte=at
        )
        .order_by("-at", "-pk")
        .first()
    )
    return last is not None and last.kind == kinds.SUSPENDED


def _named_key_standing(document: Mapping[str, Any]) -> Any:
    """Whether a key named in these proofs is one that others had; who wrote them so is not known."""
    proofs = document.get("proof")
    methods = {
        proof.get("verificationMethod")
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict) and isinstance(proof.get("verificationMethod"), str)
    }
    named = {method.rpartition("#")[2] for method in methods if method}
    compromised = SigningKey.objects.filter(multikey__in=named, state=SigningKey.State.COMPROMISED)
    return "inside" if compromised.exists() else "no"


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
    return _controller_document(issuer, SigningKey.objects.filter(issuer=issuer).order_by("created_at"))


def _controller_document(issuer: Issuer, rows: Iterable[SigningKey]) -> dict[str, Any]:
    rows = list(rows)
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
