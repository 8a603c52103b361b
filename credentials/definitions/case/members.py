"""How the members of a CASE file and the fields of a competency say the same thing, in both directions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

COGNITIVE = frozenset(
    {
        "1_remember",
        "2_understand",
        "3_apply",
        "4_analyse",
        "5_evaluate",
        "6_create",
    }
)
_WEB = re.compile(r"https?://[^\s<>\"]+")


class WrongType(ValueError):
    """A member holds another kind of value than CASE gives it."""


def text(value: object) -> str:
    """A text member; null and absent say nothing."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongType
    return value.strip()


def address(value: object) -> str:
    """An address that a page may link to; any other stays with what the file said."""
    said = text(value)
    return said if _WEB.fullmatch(said) and len(said) <= 500 else ""


def one_level(value: object) -> str:
    """The level, where the file names exactly one."""
    if value is None or isinstance(value, str):
        return text(value)
    if not isinstance(value, list) or not all(isinstance(level, str) for level in value):
        raise WrongType
    return text(value[0]) if len(value) == 1 else ""


def licence(value: object) -> str:
    """A licence by its title; CASE wants an object, and many files hold a text."""
    if isinstance(value, dict):
        return text(value.get("title")) or text(value.get("uri"))
    return text(value)


def licence_member(said: str) -> dict[str, str]:
    identifier = str(uuid5(NAMESPACE_URL, said))
    return {"title": said, "identifier": identifier, "uri": address(said) or f"urn:uuid:{identifier}"}


@dataclass(frozen=True, slots=True)
class Member:
    """One member and its field: how it is read and written, and how much of it fits."""

    name: str
    field: str
    limit: int = 0
    read: Callable[[object], str] = text
    write: Callable[[str], object] = str
    is_required: bool = False


ITEM = (
    Member("identifier", "identifier", 64, is_required=True),
    Member("uri", "uri", read=address, is_required=True),
    Member("fullStatement", "statement", is_required=True),
    Member("humanCodingScheme", "code", 64),
    Member("abbreviatedStatement", "title", 250),
    Member("CFItemType", "kind", 64),
    Member("educationLevel", "level", 80, read=one_level, write=lambda level: [level]),
)
DOCUMENT = (
    Member("identifier", "identifier", 64, is_required=True),
    Member("uri", "uri", read=address, is_required=True),
    Member("title", "title", 250, is_required=True),
    Member("creator", "creator", 250, is_required=True),
    Member("version", "version", 40),
    Member("description", "description"),
    Member("language", "language", 16),
    Member("licenseURI", "licence", 250, read=licence, write=licence_member),
)
# What a document means that does not say it.
UNSAID = {"version": "1", "language": "en"}

# Every member that CASE 1.0 and 1.1 know; others are kept, with a warning.
# fmt: off
KNOWN: Mapping[str, frozenset[str]] = {
    "CFPackage": frozenset({
        "CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics", "extensions",
    }),
    "CFDocument": frozenset({
        "identifier", "uri", "frameworkType", "caseVersion", "creator", "title", "lastChangeDateTime",
        "officialSourceURL", "publisher", "description", "subject", "subjectURI", "language",
        "version", "adoptionStatus", "statusStartDate", "statusEndDate", "licenseURI", "notes",
        "extensions", "CFPackageURI",
    }),
    "CFItem": frozenset({
        "identifier", "fullStatement", "alternativeLabel", "CFItemType", "uri", "humanCodingScheme",
        "listEnumeration", "abbreviatedStatement", "conceptKeywords", "conceptKeywordsURI", "notes",
        "subject", "subjectURI", "language", "educationLevel", "CFItemTypeURI", "licenseURI",
        "statusStartDate", "statusEndDate", "lastChangeDateTime", "extensions",
    }),
    "CFAssociation": frozenset({
        "identifier", "associationType", "sequenceNumber", "uri", "originNodeURI",
        "destinationNodeURI", "CFAssociationGroupingURI", "lastChangeDateTime", "notes", "extensions",
    }),
}
KINDS = frozenset({
        "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy",
        "exemplar", "hasSkillLevel", "isTranslationOf",
    })

# fmt: on


def merged(members: tuple[Member, ...], fields: Any, kept: Mapping[str, Any], *, at: str) -> dict[str, Any]:
    """A CASE object: what the file said, except where a field says something else today."""
    said = dict(kept)
    for member in members:
        value = getattr(fields, member.field)
        if member.name in said and _says(member, said[member.name], value, fields):
            continue
        if value or member.is_required:
            said[member.name] = member.write(value)
        else:
            said.pop(member.name, None)
    said.setdefault("lastChangeDateTime", at)
    return said


def _says(member: Member, kept: object, value: str, fields: Any) -> bool:
    """Whether what the file said still means this value: null, a cut title and a text licence do."""
    meant = member.read(kept)
    if member.field == "title" and not value and hasattr(fields, "statement"):
        return bool(fields.statement.startswith(meant))
    return meant == value
