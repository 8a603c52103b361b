"""Verdicts for pages that many open at once: judged anew only when something that they stand on changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.cache import cache

from credentials.models import Credential
from credentials.openbadges.report import Report
from credentials.openbadges.text import read_instant
from credentials.queries.verification import footing_of
from credentials.services.verifying import Checked, verify_together

KEPT = timedelta(seconds=60)
# What neither waits for a document nor could not be reached just now.
SETTLED = frozenset({"valid", "revoked", "expired", "suspended"})


def judged(*, credential: Credential, parts: Sequence[Credential] = (), at: datetime) -> list[Checked]:
    """The verdict on a credential and on each of its parts at `at`.

    What was found less than a minute ago is told again, dated anew, unless ledger, documents, keys or lists
    behind it changed since (`Footing`), or a period ended.
    """
    rows = [credential, *parts]
    footing = footing_of(credential.code)
    if footing is None or not footing.is_steady:
        return verify_together(credentials=rows, at=at)
    stands_on = repr((footing.key, [row.pk for row in rows]))
    kept_as = f"judged:{hashlib.sha256(stands_on.encode()).hexdigest()}"
    kept: list[Report] | None = cache.get(kept_as)
    if kept is not None:
        return [
            Checked(credential=row, report=replace(report, at=at), is_signed=True)
            for row, report in zip(rows, kept, strict=True)
        ]
    found = verify_together(credentials=rows, at=at)
    if all(_stays(each, at) for each in found):
        cache.set(kept_as, [each.report for each in found], timeout=KEPT.total_seconds())
    return found


def _stays(checked: Checked, at: datetime) -> bool:
    """Whether the verdict holds for as long as it is kept, unless what it stands on changes."""
    ends = read_instant(checked.report.credential["valid_until"])
    is_ending = ends is not None and at < ends <= at + KEPT
    return checked.is_signed and checked.report.verdict in SETTLED and not is_ending
