"""Whether a credential still stands: its status entries, the lists they name, and our own ledger."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.openbadges import forms, proofs, status
from credentials.openbadges.proofs import CLOCK_TOLERANCE, Documents
from credentials.openbadges.report import Check, LedgerState, Standing, State
from credentials.openbadges.text import read_instant

MAXIMUM_ENTRIES = 4
FEWEST_BITS = 10_000
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)

TwinOf = Callable[[str], str | None]
"""The URL of a revocation list -> the URL of its suspension twin, or None when it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """About whom and when: the issuer, whether it is known, the moment, and the day of reading."""

    issuer: str
    known: bool
    at: datetime
    today: datetime


class _NotBelieved(Exception):
    """The list cannot be believed."""


class _OutOfReach(Exception):
    """The list or its kind cannot be read here."""


def entries_of(document: Mapping[str, Any]) -> list[Any]:
    entries = document.get("credentialStatus", [])
    return entries if isinstance(entries, list) else [entries]


def standing_of(
    document: Mapping[str, Any],
    *,
    asked: Asked,
    documents: Documents,
    ledger: LedgerState | None,
    twin_of: TwinOf | None,
) -> tuple[Standing, list[Check]]:
    """How the credential stands, and the check that says why, one for each status entry."""
    if ledger is not None and ledger.revoked_at is not None and ledger.revoked_at <= asked.at:
        return "revoked", [Check("status", "failed", "The issuer's own record says that it was revoked.")]
    if ledger is not None and ledger.suspended:
        return "suspended", [Check("status", "failed", "The issuer's own record says that it is suspended.")]
    entries = entries_of(document)
    if not entries:
        return "good", [Check("status", "ok", "The credential names no status list.")]
    standings: list[Standing] = []
    checks: list[Check] = []
    for place, entry in enumerate(entries):
        standing, state, detail = _read(entry, asked, documents, twin_of)
        if standing == "unknown" and ledger is not None:
            standing, state = "good", "warning"
            detail = f"The issuer's own record says that it stands, but not its list: {detail}"
        standings.append(standing)
        checks.append(Check("status" if len(entries) == 1 else f"status[{place}]", state, detail))
    order: Sequence[Standing] = ("revoked", "suspended", "unknown", "good")
    return min(standings, key=order.index), checks


def _read(
    entry: object, asked: Asked, documents: Documents, twin_of: TwinOf | None
) -> tuple[Standing, State, str]:
    try:
        return _read_entry(entry, asked, documents, twin_of)
    except _NotBelieved as reason:
        return "unknown", "failed", str(reason)
    except _OutOfReach as reason:
        return "unknown", "not_checked", str(reason)


def _read_entry(
    entry: object, asked: Asked, documents: Documents, twin_of: TwinOf | None
) -> tuple[Standing, State, str]:
    if not isinstance(entry, dict):
        raise _NotBelieved("The status entry is not an object.")
    if entry.get("type") != "BitstringStatusListEntry":
        raise _OutOfReach("This kind of status cannot be checked here.")
    purpose, url = entry.get("statusPurpose"), entry.get("statusListCredential")
    if purpose not in ("revocation", "suspension"):
        return "good", "warning", "A status of another purpose was not read."
    if not isinstance(url, str) or entry.get("statusSize", 1) != 1:
        raise _NotBelieved("The status entry is malformed.")
    index, warnings = _index(entry)
    is_set, more = _bit(url, purpose, index, asked, documents)
    warnings += more
    if not is_set:
        return "good", "warning" if warnings else "ok", " ".join(warnings or ["The bit is not set."])
    if purpose == "suspension":
        return "suspended", "failed", "The issuer's list says that it is suspended."
    if _is_only_suspended(twin_of(url) if twin_of is not None else None, index, asked, documents):
        return "suspended", "failed", "The issuer's lists say that it is suspended."
    return "revoked", "failed", "The issuer's list says that it was revoked."


def _is_only_suspended(twin: str | None, index: int, asked: Asked, documents: Documents) -> bool:
    """Whether the twin list has the bit too: one is set with both, so that a reader of one accepts neither.

    A twin that cannot be read leaves the word of the list that the credential names.
    """
    try:
        return twin is not None and _bit(twin, "suspension", index, asked, documents)[0]
    except (_NotBelieved, _OutOfReach):
        return False


def _index(entry: Mapping[str, Any]) -> tuple[int, list[str]]:
    index = entry.get("statusListIndex")
    if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < 10**9:
        return index, ["The place in the list is written as a number, not as text."]
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise _NotBelieved("The place in the status list is malformed.")
    return int(index), []


def _bit(url: str, purpose: str, index: int, asked: Asked, documents: Documents) -> tuple[bool, list[str]]:
    """The bit at `index` of the list at `url`, with warnings; raises when the list cannot be believed."""
    listed = documents(url)
    if listed is None:
        raise _OutOfReach("The status list is out of reach.")
    if not isinstance(listed, dict):
        raise _NotBelieved("The status list is not an object.")
    _check_list_proof(listed, asked, documents)
    subject = listed.get("credentialSubject")
    if "BitstringStatusListCredential" not in forms.many(listed.get("type")) or not isinstance(subject, dict):
        raise _NotBelieved("The address holds no status list.")
    if subject.get("type") != "BitstringStatusList" or purpose not in forms.many(
        subject.get("statusPurpose")
    ):
        raise _NotBelieved("The list has another type or purpose.")
    warnings = _check_list_dates(listed, asked)
    try:
        bits = status.decode(subject["encodedList"])
        is_set = status.bit(bits, index)
    except (status.BadStatusList, KeyError, AttributeError) as broken:
        raise _NotBelieved("The list cannot be read.") from broken
    if len(bits) * 8 < FEWEST_BITS:
        raise _NotBelieved("The list is too short to keep anyone's secret.")
    doubts = [
        (
            forms.identity(listed.get("issuer")) != asked.issuer,
            "Someone else than the issuer signed the list.",
        ),
        (listed.get("id") != url, "The list stands at another address than it says."),
        (len(bits) * 8 < status.MINIMUM_BITS, "The list is shorter than the standard asks."),
    ]
    for holds, doubt in doubts:
        if holds and asked.known:
            raise _NotBelieved(doubt)
        warnings += [doubt] if holds else []
    return is_set, warnings


def _check_list_proof(listed: Mapping[str, Any], asked: Asked, documents: Documents) -> None:
    for state, detail in (forms.contexts_of(listed), forms.terms_of(listed)):
        if state == "failed":
            raise _NotBelieved(f"The status list is malformed. {detail}")
        if state == "not_checked":
            raise _OutOfReach(f"The status list cannot be read. {detail}")
    result = proofs.check(listed, documents=documents, at=asked.today)
    if result.state == "not_checked":
        raise _OutOfReach(f"The status list's proof cannot be checked. {result.detail}")
    if result.state == "failed" or set(result.controllers) != {forms.identity(listed.get("issuer"))}:
        raise _NotBelieved("The status list's proof is wrong.")


def _check_list_dates(listed: Mapping[str, Any], asked: Asked) -> list[str]:
    moments = {field: read_instant(listed[field]) for field in ("validFrom", "validUntil") if field in listed}
    if None in moments.values():
        raise _NotBelieved("The status list's dates are malformed.")
    begins, ends = moments.get("validFrom"), moments.get("validUntil")
    if begins is not None and begins > asked.today + CLOCK_TOLERANCE:
        raise _NotBelieved("The status list is not valid yet.")
    if ends is not None and ends <= asked.today:
        raise _NotBelieved("The status list has expired.")
    if asked.at != asked.today:
        return ["The list tells of the day it was read, not of the moment asked about."]
    return []
