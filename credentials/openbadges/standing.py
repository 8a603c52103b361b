"""Whether a credential still stands: its status entries, the lists they name, and our own ledger."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.openbadges import checking, forms, status
from credentials.openbadges.checking import CLOCK_TOLERANCE, Documents
from credentials.openbadges.report import Check, LedgerState, Standing, State

MAXIMUM_ENTRIES = 4
FEWEST_BITS = 10_000
_OF_ITS_DAY = "The list tells of the day it was read, not of the moment asked about."
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one standard writes a status list: the types of list and subject, and the list's first letter."""

    credential: str
    subject: str
    prefix: str


_KINDS: Mapping[str, _Kind] = {
    "BitstringStatusListEntry": _Kind("BitstringStatusListCredential", "BitstringStatusList", ""),
    # Its predecessor left out the multibase prefix that decoding asks for.
    "StatusList2021Entry": _Kind("StatusList2021Credential", "StatusList2021", "u"),
}
_REVOCATION_LIST = "1EdTechRevocationList"

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
    if ledger is not None and asked.at < asked.today:
        # Our lists say how it stands today; only our own record knows how it stood.
        return "good", [Check("status", "ok", "The issuer's own record says that it stood at that moment.")]
    entries = entries_of(document)
    if not entries:
        return "good", [Check("status", "ok", "The credential names no status list.")]
    standings: list[Standing] = []
    checks: list[Check] = []
    for place, entry in enumerate(entries):
        standing, state, detail = _read(entry, document.get("id"), asked, documents, twin_of)
        if standing == "unknown" and ledger is not None:
            standing, state = "good", "warning"
            detail = f"The issuer's own record says that it stands, but not its list: {detail}"
        standings.append(standing)
        checks.append(Check("status" if len(entries) == 1 else f"status[{place}]", state, detail))
    order: Sequence[Standing] = ("revoked", "suspended", "unknown", "good")
    return min(standings, key=order.index), checks


def _read(
    entry: object, name: object, asked: Asked, documents: Documents, twin_of: TwinOf | None
) -> tuple[Standing, State, str]:
    try:
        if isinstance(entry, dict) and entry.get("type") == _REVOCATION_LIST:
            return _read_revocations(entry, name, asked, documents)
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
    kind = _KINDS.get(entry["type"]) if isinstance(entry.get("type"), str) else None
    if kind is None:
        raise _OutOfReach("This kind of status cannot be checked here.")
    purpose, url = entry.get("statusPurpose"), entry.get("statusListCredential")
    if purpose not in ("revocation", "suspension"):
        return "good", "warning", "A status of another purpose was not read."
    if not isinstance(url, str) or entry.get("statusSize", 1) != 1:
        raise _NotBelieved("The status entry is malformed.")
    index, warnings = _index(entry)
    is_set, more = _bit(url, purpose, index, asked, documents, kind)
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


def _read_revocations(
    entry: Mapping[str, Any], name: object, asked: Asked, documents: Documents
) -> tuple[Standing, State, str]:
    """1EdTech's plain list of revoked credentials. Nobody signs it: its address alone vouches for it."""
    url = entry.get("id")
    if not isinstance(url, str):
        raise _NotBelieved("The status entry is malformed.")
    if not isinstance(name, str):
        raise _NotBelieved("The credential has no id by which a list could name it.")
    listed = documents(url)
    if listed is None:
        raise _OutOfReach("The status list is out of reach.")
    revoked = listed.get("revokedCredential", []) if isinstance(listed, dict) else None
    if not isinstance(revoked, list):
        raise _NotBelieved("The address holds no status list.")
    warnings = _doubted(
        asked,
        (
            forms.identity(listed.get("issuer")) != asked.issuer,
            "Someone else than the issuer keeps the list.",
        ),
        (listed.get("id") != url, "The list stands at another address than it says."),
    )
    for item in revoked:
        if forms.identity(item) == name and (not isinstance(item, dict) or item.get("revoked", True) is True):
            return "revoked", "failed", "The issuer's list says that it was revoked."
    if asked.at != asked.today:
        warnings.append(_OF_ITS_DAY)
    return "good", "warning" if warnings else "ok", " ".join(warnings or ["The list does not name it."])


def _doubted(asked: Asked, *doubts: tuple[bool, str]) -> list[str]:
    """The doubts that hold: of a known issuer, who knows better, none is passed over."""
    for holds, doubt in doubts:
        if holds and asked.known:
            raise _NotBelieved(doubt)
    return [doubt for holds, doubt in doubts if holds]


def _bit(
    url: str,
    purpose: str,
    index: int,
    asked: Asked,
    documents: Documents,
    kind: _Kind = _KINDS["BitstringStatusListEntry"],
) -> tuple[bool, list[str]]:
    """The bit at `index` of the list at `url`, with warnings; raises when the list cannot be believed."""
    listed = documents(url)
    if listed is None:
        raise _OutOfReach("The status list is out of reach.")
    if not isinstance(listed, dict):
        raise _NotBelieved("The status list is not an object.")
    day = _day_of(listed, asked)
    _check_list_proof(listed, day, documents)
    subject = listed.get("credentialSubject")
    if kind.credential not in forms.many(listed.get("type")) or not isinstance(subject, dict):
        raise _NotBelieved("The address holds no status list.")
    if forms.many(subject.get("type")) != [kind.subject] or purpose not in forms.many(
        subject.get("statusPurpose")
    ):
        raise _NotBelieved("The list has another type or purpose.")
    warnings = [_OF_ITS_DAY] if asked.at != asked.today else []
    try:
        bits = status.decode(f"{kind.prefix}{subject['encodedList']}")
        is_set = status.bit(bits, index)
    except (status.BadStatusList, KeyError, AttributeError) as broken:
        raise _NotBelieved("The list cannot be read.") from broken
    if len(bits) * 8 < FEWEST_BITS:
        raise _NotBelieved("The list is too short to keep anyone's secret.")
    warnings += _doubted(
        asked,
        (
            forms.identity(listed.get("issuer")) != asked.issuer,
            "Someone else than the issuer signed the list.",
        ),
        (listed.get("id") != url, "The list stands at another address than it says."),
        (len(bits) * 8 < status.MINIMUM_BITS, "The list is shorter than the standard asks."),
    )
    return is_set, warnings


def _check_list_proof(listed: Mapping[str, Any], day: datetime, documents: Documents) -> None:
    for state, detail in (forms.contexts_of(listed), forms.terms_of(listed)):
        if state == "failed":
            raise _NotBelieved(f"The status list is malformed. {detail}")
        if state == "not_checked":
            raise _OutOfReach(f"The status list cannot be read. {detail}")
    result = checking.check(listed, documents=documents, at=day)
    if result.state == "not_checked":
        raise _OutOfReach(f"The status list's proof cannot be checked. {result.detail}")
    if result.state == "failed" or set(result.controllers) != {forms.identity(listed.get("issuer"))}:
        raise _NotBelieved("The status list's proof is wrong.")


def _day_of(listed: Mapping[str, Any], asked: Asked) -> datetime:
    """The day on which the list speaks: today, or for a kept list of its own time, the moment asked about."""
    period, wrong = forms.period_of(listed)
    if wrong:
        raise _NotBelieved("The status list's dates are malformed.")
    for day in (asked.today, asked.at):
        has_begun = period.valid_from is None or period.valid_from <= day + CLOCK_TOLERANCE
        if has_begun and (period.until is None or day < period.until):
            return day
    raise _NotBelieved(
        "The status list has expired."
        if period.until is not None and period.until <= asked.today
        else "The status list is not valid yet."
    )
