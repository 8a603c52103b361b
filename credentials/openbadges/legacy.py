"""Open Badges 2.0: an assertion that its own address vouches for, or one its issuer signed as a token."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from credentials.openbadges import jws, public_keys
from credentials.openbadges.checking import Documents
from credentials.openbadges.contexts import OPEN_BADGES_2
from credentials.openbadges.jws import BadToken, Token, UnknownAlgorithm
from credentials.openbadges.keys import BadKey
from credentials.openbadges.public_keys import UnknownKey
from credentials.openbadges.report import Check, Period, Standing, State
from credentials.openbadges.text import read_instant

HOSTED = frozenset({"hosted", "HostedBadge"})
SIGNED = frozenset({"signed", "SignedBadge"})


@dataclass(slots=True)
class Judged:
    """What was found of an assertion; `issuer` and `badge` are the documents it rests on, where they are."""

    checks: list[Check] = field(default_factory=list)
    suites: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    standing: Standing = "unknown"
    is_known: bool = False
    issuer: Mapping[str, Any] = field(default_factory=dict)
    badge: Mapping[str, Any] = field(default_factory=dict)

    def add(self, name: str, state: State, detail: str) -> None:
        self.checks.append(Check(name, state, detail))

    @property
    def has_failed(self) -> bool:
        return any(check.state == "failed" for check in self.checks)


class _Wrong(Exception):
    """The assertion is not what it says."""


class _OutOfReach(Exception):
    """What the assertion rests on cannot be had here."""


def is_assertion(document: Mapping[str, Any]) -> bool:
    return OPEN_BADGES_2 in _many(document.get("@context")) and "Assertion" in _many(document.get("type"))


def judge(
    document: dict[str, Any],
    token: Token | None,
    *,
    at: datetime,
    documents: Documents,
    known_issuers: Container[str],
    known_only: bool,
) -> Judged:
    """Check an assertion of Open Badges 2.0 as far as `documents` reach; nothing is fetched."""
    found = Judged()
    _check_form(document, token, found)
    if found.has_failed:
        return found
    found.badge = _named(document.get("badge"), documents)
    found.issuer = _named(found.badge.get("issuer"), documents)
    try:
        if token is not None:
            found.suites = (token.algorithm,)
            owner = _check_signature(document, token, documents)
        else:
            found.suites = ("hosted",)
            owner = _check_hosted(document, found, documents)
        found.add("proof", "ok", "Whoever issued it vouches for exactly this.")
    except _Wrong as wrong:
        found.add("proof", "failed", str(wrong))
    except _OutOfReach as reason:
        found.add("proof", "not_checked", str(reason))
    else:
        _check_issuer(owner, found, known_issuers, known_only)
    if found.checks[-1].name == "proof":
        found.add("issuer", "not_checked", "Without a good signature the issuer is only claimed.")
    _check_dates(document, at, found)
    _check_status(document, token, documents, found)
    return found


def _check_form(document: Mapping[str, Any], token: Token | None, found: Judged) -> None:
    if any(not isinstance(name, str) for name in _many(document.get("@context"))):
        found.add("context", "failed", "The document brings a context of its own.")
        return
    found.add("context", "ok", "The contexts are those of Open Badges 2.0.")
    verification = document.get("verification")
    kinds = set(_strings(verification.get("type"))) if isinstance(verification, dict) else set()
    if not isinstance(document.get("id"), str) or not kinds & (SIGNED if token else HOSTED):
        found.add("schema", "failed", "The assertion does not say how it can be verified.")
    elif not isinstance(document.get("badge"), str | dict):
        found.add("schema", "failed", "The assertion names no badge.")
    else:
        found.add("schema", "warning", "The credential follows an older standard: Open Badges 2.0.")
    recipient = document.get("recipient")
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        found.add("subject", "failed", "A credential is about exactly one person.")
    else:
        found.add("subject", "ok", "The credential names one earner.")
    found.add("terms", "ok", "The whole assertion is vouched for, every field of it.")


def _check_hosted(document: dict[str, Any], found: Judged, documents: Documents) -> str:
    """The issuer, when what stands at the assertion's address is this very assertion."""
    address = document["id"]
    hosted = documents(address) if address.startswith(("https://", "http://")) else None
    if hosted is None:
        raise _OutOfReach(f"Only its address vouches for it, and it was not opened: {address[:200]}")
    if {**hosted, "revoked": None, "revocationReason": None} != {
        **document,
        "revoked": None,
        "revocationReason": None,
    } and hosted.get("revoked") is not True:
        raise _Wrong("Something else stands at the assertion's own address.")
    issuer = found.issuer.get("id")
    if not isinstance(issuer, str):
        raise _OutOfReach("The badge or its issuer's profile is out of reach.")
    # Whoever may write at the issuer's host speaks for the issuer (Open Badges 2.0, hosted verification).
    verification = found.issuer.get("verification")
    origins = _strings(verification.get("allowedOrigins")) if isinstance(verification, dict) else []
    if urlsplit(address).hostname not in {urlsplit(issuer).hostname, *origins}:
        raise _Wrong("The assertion does not stand at an address of its issuer.")
    return issuer


def _check_signature(document: Mapping[str, Any], token: Token, documents: Documents) -> str:
    """The issuer whose profile lists the key that signed the token."""
    try:
        jws.check_header(token, names_key=False)
    except BadToken as wrong:
        raise _Wrong(str(wrong)) from wrong
    except UnknownAlgorithm as unknown:
        raise _OutOfReach(str(unknown)) from unknown
    verification = document.get("verification")
    creator = verification.get("creator") if isinstance(verification, dict) else None
    if not isinstance(creator, str):
        raise _Wrong("The assertion names no key.")
    key = documents(creator)
    owner = key.get("owner") if key else None
    profile = documents(owner) if isinstance(owner, str) else None
    if key is None or profile is None or not isinstance(owner, str):
        raise _OutOfReach("The issuer's key or profile is out of reach.")
    listed = [item.get("id") if isinstance(item, dict) else item for item in _many(profile.get("publicKey"))]
    if key.get("id") != creator or profile.get("id") != owner or creator not in listed:
        raise _Wrong("The issuer's profile does not hold this key.")
    try:
        public_key = public_keys.of_pem(str(key.get("publicKeyPem")))
    except BadKey as wrong:
        raise _Wrong(f"The key is malformed: {wrong}.") from wrong
    except UnknownKey as unknown:
        raise _OutOfReach("The key is of a kind that cannot be used here.") from unknown
    if not token.fits(public_key):
        raise _Wrong("The signature does not fit the token: something was changed.")
    return owner


def _check_issuer(owner: str, found: Judged, known_issuers: Container[str], known_only: bool) -> None:
    if found.issuer.get("id") != owner:
        reach: State = "failed" if found.issuer else "not_checked"
        found.add("issuer", reach, "The badge's issuer is not the one who vouches for the assertion.")
        return
    found.is_known = owner in known_issuers
    if found.is_known:
        found.add("issuer", "ok", "The issuer is known here.")
    elif known_only:
        found.add("issuer", "failed", "The issuer is not known here.")
    else:
        found.add("issuer", "warning", "The issuer vouches for it, but is not known here.")


def _check_dates(document: Mapping[str, Any], at: datetime, found: Judged) -> None:
    begins = read_instant(document.get("issuedOn"))
    ends = read_instant(document.get("expires")) if "expires" in document else None
    if begins is None or ("expires" in document and ends is None) or (ends and ends < begins):
        found.period = Period(is_sound=False)
        found.add("dates", "failed", "A date of the assertion is malformed or missing.")
        return
    found.period = Period(begins, ends)
    is_within = begins <= at and (ends is None or at < ends)
    found.add(
        "dates",
        "ok" if is_within else "failed",
        "The credential holds at this moment."
        if is_within
        else "The credential does not hold at this moment.",
    )


def _check_status(
    document: Mapping[str, Any], token: Token | None, documents: Documents, found: Judged
) -> None:
    if token is None:
        hosted = documents(document["id"])
        if hosted is None:
            found.add("status", "not_checked", "Whether it was revoked stands at its address alone.")
        else:
            _add_revoked(hosted.get("revoked") is True, found)
        return
    address = found.issuer.get("revocationList")
    if address is None and found.issuer:
        found.standing = "good"
        found.add("status", "ok", "The issuer keeps no list of revoked assertions.")
        return
    listed = documents(address) if isinstance(address, str) else None
    if listed is None:
        found.add("status", "not_checked", "The list of revoked assertions is out of reach.")
    elif listed.get("id") != address or listed.get("issuer") not in (None, found.issuer.get("id")):
        found.add("status", "failed", "The list of revoked assertions is somebody else's.")
    else:
        names = {document.get("id"), document.get("uid")} - {None}
        revoked = {
            name
            for item in _many(listed.get("revokedAssertions", []))
            for name in ([item.get("id"), item.get("uid")] if isinstance(item, dict) else [item])
            if isinstance(name, str)
        }
        _add_revoked(bool(names & revoked), found)


def _add_revoked(is_revoked: bool, found: Judged) -> None:
    found.standing = "revoked" if is_revoked else "good"
    told = "The issuer says that it was revoked." if is_revoked else "It was not revoked."
    found.add("status", "failed" if is_revoked else "ok", told)


def _named(thing: object, documents: Documents) -> Mapping[str, Any]:
    """A badge or a profile that may be written whole or as its address."""
    if isinstance(thing, str):
        thing = documents(thing)
    return thing if isinstance(thing, dict) else {}


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _strings(value: object) -> list[str]:
    return [item for item in _many(value) if isinstance(item, str)]
