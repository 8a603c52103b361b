"""check_credentials: a second way to the answer whether what we issued is what we say we issued.

It reads what is stored and shares no code with what issues, signs, publishes, prints or seals, so that one
mistake cannot hide in both. It changes nothing.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string

from credentials.models import Credential, CredentialEvent, SignedDocument
from credentials.services.checking import records, trail
from credentials.services.checking.records import Finding

__all__ = ["Checked", "Finding", "check_credentials"]

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many credentials were read, and everything that is not as it should be."""

    at: datetime
    credentials: int
    findings: tuple[Finding, ...]


def check_credentials(*, at: datetime, since: datetime | None = None, sample: int | None = None) -> Checked:
    """Read credentials issued at `since` or later, or `sample` of them drawn by lot; and always, whole:
    the status lists, the files of certificates, the endorsements and the audit chain.

    What is owed and not late (a document to be signed, a list to be published) is no finding.
    """
    rows = Credential.objects.order_by("pk")
    if since is not None:
        rows = rows.filter(issued_at__gte=since)
    chosen = list(rows.values_list("pk", flat=True))
    if sample is not None and sample < len(chosen):
        chosen = sorted(random.Random().sample(chosen, sample))  # noqa: S311 - a lot, no secret
    findings = [
        *_indexes_twice(),
        *records.wrong_lists(at),
        *records.wrong_files(at),
        *records.wrong_endorsements(at),
        *trail.broken_chain(),
    ]
    for start in range(0, len(chosen), AT_ONCE):
        findings += _wrong_among(chosen[start : start + AT_ONCE], at)
    return Checked(at=at, credentials=len(chosen), findings=tuple(findings))


def _wrong_among(chosen: Sequence[int], at: datetime) -> list[Finding]:
    credentials = list(
        Credential.objects.filter(pk__in=chosen)
        .select_related("achievement__issuer", "version", "status_list", "recipient")
        .prefetch_related("documents__key__issuer", "documents__rendering", "events", "components")
        .order_by("pk")
    )
    entries = trail.entries_about(credentials)
    grounds = _grounds_lost([row for row in credentials if row.state == Credential.State.ACTIVE], at)
    findings: list[Finding] = []
    for credential in credentials:
        about = f"credential {credential.public_id}"
        for check, detail in (
            *records.wrong_with(credential, at),
            *trail.wrong_ledger(credential),
            *trail.missing_entries(credential, entries),
            *_indefensible(credential, grounds),
        ):
            findings.append(Finding(about=about, check=check, detail=detail))
    return findings


def _grounds_lost(credentials: Sequence[Credential], at: datetime) -> Mapping[int, str]:
    """Why a credential in force would not be issued again, by its id: asked of what earned it."""
    lost: dict[int, str] = {}
    for source, asked in settings.ISSUE_GROUNDS.items():
        lost |= import_string(asked)(credentials=[row for row in credentials if row.source == source], at=at)
    return lost


def _indefensible(credential: Credential, lost: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Would we still issue this? Only what is in force is asked."""
    if credential.state != Credential.State.ACTIVE:
        return
    if credential.pk in lost:
        yield "grounds", lost[credential.pk]
    published = credential.version.published_at
    if published is None or published > credential.issued_at:
        yield "grounds", "its version was not published when it was issued"
    if credential.version.achievement_id != credential.achievement_id:
        yield "grounds", "its version is another achievement's"
    if any(part.recipient_id != credential.recipient_id for part in credential.components.all()):
        yield "grounds", "a component is held by somebody else"
    issued = [event for event in credential.events.all() if event.kind == CredentialEvent.Kind.ISSUED]
    if credential.source == Credential.Source.HAND and not any(event.by_id for event in issued):
        yield "grounds", "it was issued by hand, and nobody is named who did it"


def _indexes_twice() -> Iterator[Finding]:
    """Two rows on one place, or two documents of one revision: the database forbids it, and is asked."""
    pairs: Iterable[tuple[Any, tuple[str, str], str]] = (
        (Credential.objects, ("status_list", "status_index"), "a status index is held twice"),
        (SignedDocument.objects, ("credential", "revision"), "a revision has two documents"),
    )
    for rows, fields, detail in pairs:
        for row in rows.order_by().values(*fields).annotate(times=Count("pk")).filter(times__gt=1):
            yield Finding(about=f"{fields[0]} {row[fields[0]]}", check="unique", detail=detail)
