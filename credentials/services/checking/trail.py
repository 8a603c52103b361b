"""What the ledger and the audit trail say of a credential, and whether the trail itself is whole."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from credentials.models import AuditEntry, Credential, CredentialEvent
from credentials.services.checking.records import Finding

Kind = CredentialEvent.Kind
Entries = Mapping[tuple[str, str], Sequence[AuditEntry]]

LEAVES = {
    Kind.ISSUED: Credential.State.ACTIVE,
    Kind.REINSTATED: Credential.State.ACTIVE,
    Kind.SUSPENDED: Credential.State.SUSPENDED,
    Kind.REVOKED: Credential.State.REVOKED,
    Kind.EXPIRED: Credential.State.EXPIRED,
    Kind.RENEWED: Credential.State.ACTIVE,
    Kind.SUPERSEDED: Credential.State.SUPERSEDED,
}
# What the trail must say for each event of the ledger; an expiry happens by itself and is not an act.
ACT_OF = {
    Kind.ISSUED: "issue",
    Kind.SUSPENDED: "suspended",
    Kind.REINSTATED: "reinstated",
    Kind.REVOKED: "revoke",
    Kind.RENEWED: "renew",
}
LINKED = ("public_id", "at", "act", "object_type", "object_id", "facts", "commitment")
PERSONAL = ("actor_id", "actor_name", "subject_name", "reason")


def wrong_ledger(credential: Credential) -> Iterator[tuple[str, str]]:
    """Told again from its events, the credential must be where its row says it is."""
    events = sorted(credential.events.all(), key=lambda event: event.pk)
    kinds = [Kind(event.kind) for event in events]
    if kinds.count(Kind.ISSUED) != 1 or kinds[0] != Kind.ISSUED:
        yield "ledger", "it was not issued exactly once, and first"
        return
    if any(event.recipient_id != credential.recipient_id for event in events):
        yield "ledger", "an event is somebody else's"
    left = LEAVES.get(kinds[-1])
    if left is not None and left != credential.state:
        yield "ledger", f"its events leave it {left}, its row says {credential.state}"
    revoked = [event.at for event in events if event.kind == Kind.REVOKED]
    if revoked != [credential.revoked_at] * bool(credential.revoked_at):
        yield "ledger", "its row and its events disagree on when it was revoked"


def entries_about(credentials: Sequence[Credential]) -> Entries:
    """The audit entries of these credentials and their documents, by what they are about."""
    documents = [document.pk for row in credentials for document in row.documents.all()]
    wanted = {
        "credentials.credential": [str(row.pk) for row in credentials],
        "credentials.signeddocument": [str(pk) for pk in documents],
    }
    found: dict[tuple[str, str], list[AuditEntry]] = defaultdict(list)
    for kind, ids in wanted.items():
        for entry in AuditEntry.objects.filter(object_type=kind, object_id__in=ids).order_by("pk"):
            found[kind, entry.object_id].append(entry)
    return found


def missing_entries(credential: Credential, entries: Entries) -> Iterator[tuple[str, str]]:
    """Every act on it was recorded, and that it would be signed before it was."""
    acts = Counter(entry.act for entry in entries.get(("credentials.credential", str(credential.pk)), ()))
    events = Counter(ACT_OF[Kind(event.kind)] for event in credential.events.all() if event.kind in ACT_OF)
    for act in sorted(set(ACT_OF.values())):
        if acts[act] != events[act]:
            yield "audit", f"{acts[act]} entries say {act}, and {events[act]} events"
    for document in credential.documents.all():
        own = entries.get(("credentials.signeddocument", str(document.pk)), ())
        intended = [entry for entry in own if entry.act == "signing"]
        signed = [entry for entry in own if entry.act == "signed"]
        if [entry.facts.get("sha256") for entry in intended] != [document.unsigned_sha256]:
            yield "audit", f"revision {document.revision}: what was to be signed is not recorded"
        if [entry.facts.get("sha256") for entry in signed] != [document.sha256] * bool(document.signed_at):
            yield "audit", f"revision {document.revision}: what was signed is not recorded"
        if intended and signed and signed[0].pk < intended[0].pk:
            yield "audit", f"revision {document.revision}: it was signed before that was recorded"


def broken_chain() -> Iterator[Finding]:
    """Number, hash and link of every sealed entry, worked out again."""
    previous, number = "", 0
    rows = AuditEntry.objects.filter(seq__isnull=False).select_related("person").order_by("seq")
    for entry in rows.iterator(chunk_size=2000):
        number += 1
        said = {name: getattr(entry, name) for name in LINKED}
        said["public_id"], said["at"] = str(entry.public_id), entry.at.isoformat()
        link = _sha256([previous, entry.seq, *said.values()])
        if entry.seq != number or entry.hash != link:
            yield _broken(entry, "it was altered, or what stood before it was")
        person = getattr(entry, "person", None)
        if person is not None:
            facts = {name: getattr(person, name) for name in PERSONAL}
            if _sha256([person.salt, facts]) != entry.commitment:
                yield _broken(entry, "its personal part was altered")
        previous, number = entry.hash or "", entry.seq or 0


def _broken(entry: AuditEntry, detail: str) -> Finding:
    return Finding(about=f"audit entry {entry.seq} ({entry.public_id})", check="chain", detail=detail)


def _sha256(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
