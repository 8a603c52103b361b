"""The audit trail: written in the act's own transaction, sealed into a chain, proved link by link."""

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from django.db import models, transaction

from credentials.models import AuditEntry, AuditPerson

if TYPE_CHECKING:
    from learners.models import User

SEAL_AT_ONCE = 1000


def audit(
    act: str,
    target: models.Model,
    *,
    by: "User | None",
    about: "User | None" = None,
    reason: str = "",
    **facts: str | int | bool | None,
) -> AuditEntry:
    """Append who did what. Facts hold ids, codes and hashes, never a person's words or name.

    Must run inside the act's transaction: an act without its entry, or the reverse, cannot be.
    """
    person = {
        "actor_id": by.pk if by else None,
        "actor_name": by.name if by else "",
        "subject_name": about.name if about else "",
        "reason": reason,
    }
    salt = secrets.token_hex(16)
    entry = AuditEntry.objects.create(
        act=act,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        facts=facts,
        commitment=_sha256([salt, person]),
    )
    AuditPerson.objects.create(entry=entry, salt=salt, **person)
    return entry


@transaction.atomic
def seal() -> int:
    """Number and hash what is not sealed yet, in the order of its ids; answers how many.

    Ids may commit out of order, so an entry gets its number when it is first seen, never by its id.
    """
    last = (
        AuditEntry.objects.select_for_update(no_key=True).filter(seq__isnull=False).order_by("-seq").first()
    )
    seq, previous = (last.seq or 0, last.hash or "") if last else (0, "")
    unsealed = list(
        AuditEntry.objects.select_for_update(no_key=True)
        .filter(seq__isnull=True)
        .order_by("pk")[:SEAL_AT_ONCE]
    )
    for entry in unsealed:
        seq += 1
        entry.seq, entry.hash = seq, _link(previous, seq, entry)
        previous = entry.hash
        entry.save(update_fields=["seq", "hash"])
    return len(unsealed)


def broken_links() -> list[str]:
    """What does not fit in the sealed chain and its personal parts; an empty list when all is whole."""
    findings = []
    previous, expected = "", 1
    for entry in (
        AuditEntry.objects.filter(seq__isnull=False).select_related("person").order_by("seq").iterator()
    ):
        if entry.seq != expected:
            findings.append(f"entry {expected} is missing before entry {entry.seq}")
        if entry.hash != _link(previous, entry.seq or 0, entry):
            findings.append(f"entry {entry.seq} ({entry.public_id}) was altered")
        person = getattr(entry, "person", None)
        if person is not None and entry.commitment != _commitment_of(person):
            findings.append(f"the personal part of entry {entry.seq} ({entry.public_id}) was altered")
        previous, expected = entry.hash or "", (entry.seq or 0) + 1
    return findings


def _commitment_of(person: AuditPerson) -> str:
    named = ("actor_id", "actor_name", "subject_name", "reason")
    return _sha256([person.salt, {name: getattr(person, name) for name in named}])


def _link(previous: str, seq: int, entry: AuditEntry) -> str:
    return _sha256(
        [
            previous,
            seq,
            str(entry.public_id),
            entry.at.isoformat(),
            entry.act,
            entry.object_type,
            entry.object_id,
            entry.facts,
            entry.commitment,
        ]
    )


def _sha256(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
