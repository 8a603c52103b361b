"""The audit trail: written in the act's own transaction, sealed into a chain, proved link by link."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models, transaction

from credentials.models import AuditEntry, AuditPerson

if TYPE_CHECKING:
    from learners.models import User

SEAL_AT_ONCE = 5000


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
    entry, person = _entry(Acted(act, target, by=by, about=about, reason=reason, facts=facts))
    entry.save(force_insert=True)
    person.save(force_insert=True)
    return entry


@dataclass(frozen=True, slots=True)
class Acted:
    """One entry to append: the arguments of `audit`."""

    act: str
    target: models.Model
    facts: Mapping[str, str | int | bool | None]
    by: "User | None" = None
    about: "User | None" = None
    reason: str = ""


def audit_all(acts: Iterable[Acted]) -> None:
    """Append them in their order, with two statements whatever their number; otherwise as `audit`."""
    made = [_entry(acted) for acted in acts]
    AuditEntry.objects.bulk_create(entry for entry, _person in made)
    AuditPerson.objects.bulk_create(person for _entry, person in made)


def _entry(acted: Acted) -> tuple[AuditEntry, AuditPerson]:
    """An entry and its personal part, not stored yet."""
    person = {
        "actor_id": acted.by.pk if acted.by else None,
        "actor_name": acted.by.name if acted.by else "",
        "subject_name": acted.about.name if acted.about else "",
        "reason": acted.reason,
    }
    salt = secrets.token_hex(16)
    entry = AuditEntry(
        act=acted.act,
        object_type=acted.target._meta.label_lower,
        object_id=str(acted.target.pk),
        facts=dict(acted.facts),
        commitment=_sha256([salt, person]),
    )
    return entry, AuditPerson(entry=entry, salt=salt, **person)


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
    AuditEntry.objects.bulk_update(unsealed, ["seq", "hash"], batch_size=500)
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
