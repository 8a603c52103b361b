"""What was signed, published and printed, held against the rows that say so."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from credentials.models import (
    AchievementVersion,
    Credential,
    Endorsement,
    Rendering,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.services.checking.stored import (
    Wrong,
    check_signature,
    document_of,
    moment,
    proof_of,
    raised_bits,
)

LATE = timedelta(minutes=15)
PRINTED = (AchievementVersion.Kind.STACKED_CERTIFICATE, AchievementVersion.Kind.FULL_CERTIFICATION)
# Which states raise which bit: a suspended credential raises both (STANDARDS §6).
RAISES = {
    "revocation": (Credential.State.REVOKED, Credential.State.SUSPENDED),
    "suspension": (Credential.State.SUSPENDED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be: of what, by which check, and how."""

    about: str
    check: str
    detail: str


def wrong_with(credential: Credential, at: datetime) -> Iterator[tuple[str, str]]:
    """Everything wrong with one credential's own rows, documents and files: (check, detail)."""
    if not credential.earned_at <= credential.issued_at <= at:
        yield "dates", "it was issued before it was earned, or in the future"
    if not 0 <= credential.status_index < StatusList.SIZE:
        yield "index", "its place is outside the status list"
    if credential.status_list.issuer_id != credential.achievement.issuer_id:
        yield "index", "its status list is another issuer's"
    documents = list(credential.documents.all())
    if not documents:
        yield "document", "nothing was intended to be signed"
    for document in documents:
        if document.signed_at is None:
            if document.is_stuck or document.due_at < at - LATE:
                yield (
                    "document",
                    f"revision {document.revision} is not signed: {document.last_error or 'late'}",
                )
            continue
        for check in (_hashes, _signature, _dates, _place):
            try:
                check(document, credential, at)
            except Wrong as wrong:
                yield check.__name__.removeprefix("_"), f"revision {document.revision}: {wrong}"
        yield from _print(document, credential, at)


def wrong_lists(at: datetime) -> Iterator[Finding]:
    """Both published lists of each block: signed by us, not run out, and bit for bit what the rows say."""
    for block in StatusList.objects.select_related("issuer").order_by("pk"):
        about = f"status list {block.public_id}"
        if block.published_revision < block.revision:
            if block.due_at < at - LATE:
                yield Finding(about=about, check="status", detail="it is behind its credentials")
            continue
        for purpose, states in RAISES.items():
            stored = block.revocation_bytes if purpose == "revocation" else block.suspension_bytes
            try:
                _check_list(block, purpose, bytes(stored or b""), at)
                wanted = set(
                    block.credentials.filter(state__in=states).values_list("status_index", flat=True)
                )
                raised = raised_bits(document_of(bytes(stored or b"")))
            except Wrong as wrong:
                yield Finding(about=about, check="status", detail=f"{purpose}: {wrong}")
                continue
            # A change that committed while we read is owed, not wrong.
            if StatusList.objects.filter(pk=block.pk, revision=block.revision).exists():
                for place in sorted(wanted ^ raised):
                    fault = "is not raised" if place in wanted else "is raised and should not be"
                    yield Finding(about=about, check="status", detail=f"{purpose}: bit {place} {fault}")


def wrong_endorsements(at: datetime) -> Iterator[Finding]:
    """Each one's stored bytes: those whose hash was kept and, where a key here signed them, by that key."""
    rows = Endorsement.objects.filter(signed_at__isnull=False).select_related("key__issuer").order_by("pk")
    for row in rows.iterator(chunk_size=200):
        signed, key = bytes(row.signed or b""), row.key
        try:
            if hashlib.sha256(signed).hexdigest() != row.sha256:
                raise Wrong("its bytes are not those whose hash was recorded")
            if key is not None:
                method = f"{key.issuer.did}#{key.multikey}"
                check_signature(document_of(signed), method=method, multikey=key.multikey)
                if row.withdrawn_at is None and key.declared_at and key.declared_at < at - LATE:
                    raise Wrong("its key is compromised, and it was not signed anew")
        except Wrong as wrong:
            yield Finding(about=f"endorsement {row.public_id}", check="endorsement", detail=str(wrong))


def wrong_files(at: datetime) -> Iterator[Finding]:
    """Files of certificates that no row names, or that were left half written."""
    folder = Path(settings.MEDIA_ROOT) / "certificates"
    named = set(Rendering.objects.exclude(file="").values_list("file", flat=True))
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        is_old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - LATE
        if f"certificates/{path.name}" not in named and is_old:
            detail = "it was left half written" if path.name.startswith(".") else "no row names it"
            yield Finding(about=f"file certificates/{path.name}", check="files", detail=detail)


def _hashes(document: SignedDocument, credential: Credential, at: datetime) -> None:
    signed, unsigned = bytes(document.signed or b""), bytes(document.unsigned)
    if hashlib.sha256(signed).hexdigest() != document.sha256:
        raise Wrong("the signed bytes are not those whose hash was recorded")
    if hashlib.sha256(unsigned).hexdigest() != document.unsigned_sha256:
        raise Wrong("the intended bytes are not those whose hash was recorded")
    without_proof = {name: part for name, part in document_of(signed).items() if name != "proof"}
    if without_proof != document_of(unsigned):
        raise Wrong("what was signed is not what was intended")


def _signature(document: SignedDocument, credential: Credential, at: datetime) -> None:
    key = document.key
    if key.issuer_id != credential.achievement.issuer_id:
        raise Wrong("the key is another issuer's")
    signed = document_of(bytes(document.signed or b""))
    issuer = signed.get("issuer")
    if not isinstance(issuer, dict) or issuer.get("id") != key.issuer.did:
        raise Wrong("the document names another issuer")
    check_signature(signed, method=f"{key.issuer.did}#{key.multikey}", multikey=key.multikey)


def _dates(document: SignedDocument, credential: Credential, at: datetime) -> None:
    signed, key = document_of(bytes(document.signed or b"")), document.key
    # A copy from before a renewal says the day that held then.
    is_newest = document.revision == max(row.revision for row in credential.documents.all())
    created = moment(proof_of(signed).get("created"))
    pairs = (
        ("the proof", created, document.proof_created_at),
        ("validFrom", moment(signed.get("validFrom")), document.valid_from),
        ("awardedDate", moment(signed.get("awardedDate")), credential.issued_at),
        *([("validUntil", moment(signed.get("validUntil")), _midnight_after(credential))] * is_newest),
    )
    for name, said, kept in pairs:
        if said != (kept.replace(microsecond=0) if kept else None):
            raise Wrong(f"{name} says {said}, its row {kept}")
    if created is None or created > at or (document.signed_at and created > document.signed_at):
        raise Wrong("the proof is dated later than it was made")
    begins, ends = key.activated_at, key.retired_at
    if begins is None or begins.replace(microsecond=0) > created or (ends and created > ends):
        raise Wrong("the proof is dated outside the key's time")
    if is_newest and key.declared_at and key.declared_at < at - LATE:
        raise Wrong("its key is compromised, and it was not signed anew")


def _midnight_after(credential: Credential) -> datetime | None:
    if credential.expires_on is None:
        return None
    zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
    return datetime.combine(credential.expires_on + timedelta(days=1), time.min, tzinfo=zone)


def _place(document: SignedDocument, credential: Credential, at: datetime) -> None:
    status = document_of(bytes(document.signed or b"")).get("credentialStatus")
    expected = (credential.status_list.url("revocation"), str(credential.status_index), "revocation")
    if not isinstance(status, dict) or expected != (
        status.get("statusListCredential"),
        status.get("statusListIndex"),
        status.get("statusPurpose"),
    ):
        raise Wrong("the document names another place on a status list")


def _print(document: SignedDocument, credential: Credential, at: datetime) -> Iterator[tuple[str, str]]:
    """The certificate's file: there where there should be one, whole, and the one whose hash was kept."""
    rendering: Rendering | None = getattr(document, "rendering", None)
    if rendering is None:
        if credential.version.kind in PRINTED:
            yield "files", "no certificate is owed or printed"
        return
    if rendering.rendered_at is None:
        if rendering.is_stuck or rendering.due_at < at - LATE:
            yield "files", f"the certificate is not printed: {rendering.last_error or 'late'}"
        return
    path = Path(settings.MEDIA_ROOT) / rendering.file
    if not path.is_file():
        yield "files", f"{rendering.file} is missing"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != rendering.sha256:
        yield "files", f"{rendering.file} was altered"


def _check_list(block: StatusList, purpose: str, stored: bytes, at: datetime) -> None:
    document = document_of(stored)
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("statusPurpose") != purpose:
        raise Wrong("the list is for another purpose")
    if (document.get("id"), document.get("issuer")) != (block.url(purpose), block.issuer.did):
        raise Wrong("the list is of another address or issuer")
    until = moment(document.get("validUntil"))
    if until is not None and until <= at:
        raise Wrong("the list has run out")
    method = str(proof_of(document).get("verificationMethod"))
    key = SigningKey.objects.filter(issuer=block.issuer, multikey=method.partition("#")[2]).first()
    if key is None:
        raise Wrong("the list is signed by a key that is not the issuer's")
    if key.declared_at and key.declared_at < at - LATE:
        raise Wrong("the list is signed by a compromised key")
    check_signature(document, method=f"{block.issuer.did}#{key.multikey}", multikey=key.multikey)
