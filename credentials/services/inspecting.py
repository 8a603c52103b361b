"""Judge a file that a stranger brings, with the parts of a stacked certificate; nothing of it is kept."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import nh3
from django.conf import settings

from credentials.models import Credential
from credentials.models.credential import normalise_code
from credentials.openbadges.forms import many
from credentials.openbadges.report import Report, Verdict
from credentials.openbadges.text import clean_text, read_instant
from credentials.services.verifying import verify_file, verify_together

COMPONENT = "Component credential"
# A certificate of more parts than this was not made here.
MOST_PARTS, MOST_EVIDENCE = 100, 50
LONGEST = 2_000
_OURS = re.compile(r"/verify/(?P<code>[0-9A-Za-z-]{1,40})/?")
_WEB = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component that the file names, and how it stands here today."""

    name: str
    code: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Evidence named in the file; `url` only where it may be followed."""

    name: str
    told: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What the signed document says, as plain text: markup and control characters are gone."""

    name: str
    description: str
    achievement: str
    criteria: str
    issuer: str
    issuer_id: str
    awarded_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    evidence: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The report on a file, and what may be shown beside it.

    `says` is None unless a good signature covers it. `own` is our credential of this document. `is_person`
    answers whether what was typed is the recipient's, None where nothing was typed or nothing is signed.
    """

    report: Report
    says: Says | None
    own: Credential | None
    parts: tuple[Part, ...]
    is_person: bool | None

    @property
    def has_bad_part(self) -> bool:
        return any(part.verdict != "valid" for part in self.parts)


def inspect_file(*, data: bytes, at: datetime, typed: str = "") -> Inspected:
    """Judge the file at `at`; `typed` is a name or address to compare with the recipient's."""
    report = verify_file(data=data, at=at)
    document = report.document
    if document is None or report.state("proof") not in ("ok", "warning") or report.state("terms") != "ok":
        return Inspected(report=report, says=None, own=None, parts=(), is_person=None)
    return Inspected(
        report=report,
        says=_says(document),
        own=_own(report),
        parts=tuple(_parts(document, at)),
        is_person=is_subject(document=document, typed=typed) if typed.strip() else None,
    )


def is_subject(*, document: Mapping[str, Any], typed: str) -> bool:
    """Whether a name or address is one by which the signed document identifies its recipient.

    Hashes are of the lower-cased address and the salt (Open Badges 3.0, IdentityObject).
    """
    subject = document.get("credentialSubject")
    identifiers = many(subject.get("identifier", [])) if isinstance(subject, dict) else []
    return any(_fits(one, typed) for one in identifiers if isinstance(one, dict))


def plain_words(text: object) -> str:
    """Words from outside without markup, control characters and excess; not yet escaped for a page."""
    if not isinstance(text, str):
        return ""
    bare = html.unescape(nh3.clean(clean_text(text[: 4 * LONGEST]), tags=set()))
    return bare if len(bare) <= LONGEST else f"{bare[:LONGEST]}…"


def _fits(identifier: Mapping[str, Any], typed: str) -> bool:
    told, salt = identifier.get("identityHash"), identifier.get("salt", "")
    if not isinstance(told, str) or not isinstance(salt, str):
        return False
    if not identifier.get("hashed"):
        return _folded(told) == _folded(typed)
    forms = {typed.strip(), typed.strip().lower(), " ".join(typed.split())}
    return told.lower() in {
        f"sha256${hashlib.sha256((form + salt).encode('utf-8', 'replace')).hexdigest()}" for form in forms
    }


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _says(document: Mapping[str, Any]) -> Says:
    subject, issuer = _object(document.get("credentialSubject")), document.get("issuer")
    achievement = _object(subject.get("achievement"))
    return Says(
        name=plain_words(document.get("name")),
        description=plain_words(document.get("description")),
        achievement=plain_words(achievement.get("name")),
        criteria=plain_words(_object(achievement.get("criteria")).get("narrative")),
        issuer=plain_words(_object(issuer).get("name")),
        issuer_id=plain_words(issuer if isinstance(issuer, str) else _object(issuer).get("id")),
        awarded_at=read_instant(document.get("awardedDate")),
        valid_from=read_instant(document.get("validFrom")),
        valid_until=read_instant(document.get("validUntil")),
        evidence=tuple(_shown(item) for item in _evidence(document) if item.get("genre") != COMPONENT)[
            :MOST_EVIDENCE
        ],
    )


def _shown(item: Mapping[str, Any]) -> Shown:
    url = item.get("id")
    return Shown(
        name=plain_words(item.get("name")),
        told=plain_words(item.get("narrative")) or plain_words(item.get("description")),
        url=url if isinstance(url, str) and _WEB.fullmatch(url) else "",
    )


def _own(report: Report) -> Credential | None:
    """Our credential of this id, where our issuer signed it: a stranger may write any id."""
    name, did = report.credential["id"], report.issuer["id"]
    if not name or not did or report.state("issuer") != "ok":
        return None
    try:
        public_id = UUID(name.removeprefix("urn:uuid:"))
    except ValueError:
        return None
    return Credential.objects.filter(public_id=public_id, achievement__issuer__did=did).first()


def _parts(document: Mapping[str, Any], at: datetime) -> Iterator[Part]:
    """Every component that the document names by an address of ours, and how it stands today."""
    named = {
        normalise_code(found["code"]): plain_words(item.get("name"))
        for item in _evidence(document)
        if item.get("genre") == COMPONENT and (found := _named_here(item.get("id")))
    }
    codes = list(named)[:MOST_PARTS]
    held = Credential.objects.filter(code__in=codes).select_related(
        "version", "achievement__issuer", "recipient", "status_list"
    )
    found_here = {each.credential.code: each for each in verify_together(credentials=list(held), at=at)}
    for code in codes:
        checked = found_here.get(code)
        yield Part(
            name=checked.credential.version.name if checked else named[code],
            code=code if checked else "",
            verdict=checked.report.verdict if checked else "not_recognised",
        )


def _named_here(address: object) -> re.Match[str] | None:
    if not isinstance(address, str) or not address.startswith(f"{settings.PORTAL_URL}/"):
        return None
    return _OURS.fullmatch(address.removeprefix(settings.PORTAL_URL))


def _evidence(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [item for item in many(document.get("evidence", [])) if isinstance(item, dict)]


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
