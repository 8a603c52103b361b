"""Whether a stranger's document is formed as a credential: its contexts, schema, terms, subject and dates."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from jsonschema import ValidationError

from credentials.openbadges import canonical, contexts
from credentials.openbadges.report import Period, State
from credentials.openbadges.text import instant, read_instant

MAXIMUM_STATUSES = 4
MAXIMUM_ENDORSEMENTS = 20

_OPEN_BADGES = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json", re.ASCII)
_BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})
# 1EdTech's learner record: its credentials name contexts of their own.
_COLLECTION = "ClrCredential"
# Of the data model, the first context says which edition is followed: 2.0 or 1.1.
_DATA_MODELS = (contexts.CREDENTIALS_V2, contexts.CREDENTIALS_V1)
# Lists that are closed in the schema and open in the world: an unlisted value is worth a word.
_CLOSED_LISTS = frozenset({"achievementType", "identityType", "identifierType", "resultType", "targetType"})

# A text with its language, as the data model allows it.
_VALUE_OBJECT = frozenset({"@value", "@language", "@direction"})
_ENDORSING = ("endorsement", "endorsementJwt")
_BEGINNINGS, _ENDINGS = ("validFrom", "issuanceDate"), ("validUntil", "expirationDate")
# What an endorsement may say of the credential it endorses.
_REFERENCE = frozenset({"id", "type", "endorsementComment"})


def many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def identity(thing: object) -> object:
    """The id of something that may be written as its id alone or as an object."""
    return thing.get("id") if isinstance(thing, Mapping) else thing


def is_badge(document: Mapping[str, Any]) -> bool:
    return any(name in _BADGE_TYPES for name in many(document.get("type")) if isinstance(name, str))


def is_older(document: Mapping[str, Any]) -> bool:
    """Whether the document follows the data model 1.1, which called its dates otherwise."""
    return contexts.CREDENTIALS_V1 in many(document.get("@context"))


def _names_achievement(document: Mapping[str, Any]) -> bool:
    return all(
        isinstance(subject, dict)
        and isinstance(subject.get("achievement"), dict)
        and isinstance(subject["achievement"].get("name"), str | dict)
        for subject in many(document.get("credentialSubject"))
    )


def standard_of(document: Mapping[str, Any]) -> str:
    """Which standard the document claims to follow: ob-3.0, ob-2.0, vc-2.0, vc-1.1 or unknown."""
    named = many(document.get("@context"))
    if is_badge(document):
        return "ob-3.0"
    if contexts.OPEN_BADGES_2 in named:
        return "ob-2.0"
    if contexts.CREDENTIALS_V2 in named:
        return "vc-2.0"
    return "vc-1.1" if contexts.CREDENTIALS_V1 in named else "unknown"


def contexts_of(document: Mapping[str, Any]) -> tuple[State, str]:
    """Whether all contexts are known addresses, each once and in order, and none is written inside.

    A context of the document's own could give every word another meaning.
    """
    named = document.get("@context")
    if isinstance(named, str):
        named = [named]
    if not isinstance(named, list) or not named:
        return "failed", "The document names no context."
    if not all(isinstance(name, str) for name in named):
        return "failed", "The document brings a context of its own."
    if len(set(named)) != len(named):
        return "failed", "The document names a context twice."
    if named[0] not in _DATA_MODELS:
        if set(named) & set(_DATA_MODELS):
            return "failed", "The document names its contexts in the wrong order."
        return "not_checked", "Documents of this standard cannot be checked here."
    if _COLLECTION in many(document.get("type")):
        return "not_checked", "Collections of credentials cannot be checked here."
    endorsements = [
        item for item in endorsements_of(document) if isinstance(item, dict) and "@context" in item
    ]
    if any(inner != named for inner in _inner_contexts(document, {id(item) for item in endorsements})):
        return "failed", "The document changes its context on the way."
    if set(_DATA_MODELS) <= set(named):
        return "failed", "The document follows two data models at once."
    if is_badge(document) and (len(named) < 2 or not _OPEN_BADGES.fullmatch(named[1])):
        return "failed", "An Open Badge names the Open Badges context second."
    unknown = [name for name in named if not contexts.is_known(name)]
    if unknown:
        return "not_checked", f"The context {unknown[0][:200]} is not known here."
    # An endorsement is a credential of its own and may name its contexts itself, under the same rules.
    states = [contexts_of(item) for item in endorsements]
    return min(states, key=lambda state: state[0] == "ok", default=("ok", "All contexts are known."))


def schema_of(document: Mapping[str, Any]) -> tuple[State, str]:
    """Whether the document keeps the published schema; a plain credential has only a few rules to keep."""
    if len(many(document.get("credentialStatus", []))) > MAXIMUM_STATUSES:
        return "failed", "The document has too many status entries."
    if len(endorsements_of(document)) > MAXIMUM_ENDORSEMENTS:
        return "failed", "The document has too many endorsements."
    if "VerifiableCredential" not in many(document.get("type")):
        return "failed", "The document is not a credential."
    if not isinstance(identity(document.get("issuer")), str):
        return "failed", "The document names no issuer."
    if is_badge(document) and not _names_achievement(document):
        return "failed", "The badge does not say what was achieved."
    if is_older(document):
        return "warning", "The credential follows an older edition of the data model (1.1)."
    if not is_badge(document):
        return "warning", "This is a credential, but not an Open Badge."
    if contexts.validator(contexts.STRICT_SCHEMA).is_valid(document):
        return "ok", "The document keeps the Open Badges 3.0 schema."
    errors = list(contexts.validator(contexts.COMPACT_SCHEMA).iter_errors(document))
    if not errors:
        return "warning", "A lone value stands where the schema asks for a list."
    hard = [error for error in errors if not _is_unlisted(error)]
    if hard:
        return "failed", f"{hard[0].json_path}: {hard[0].message[:160]}"
    return "warning", f"A value outside the standard's list: {errors[0].json_path}"


def terms_of(document: Mapping[str, Any]) -> tuple[State, str]:
    """Whether every field and type is part of what was signed, and stands where it was signed.

    An unmapped field could be added afterwards. A field under another spelling of its name, or moved to
    a second object of the same id, keeps the signature good and hides an expiry date from its reader.
    """
    hidden = next(_disguised(document, document.get("id")), None)
    if hidden is not None:
        return "failed", f"Written so that readers may miss it: {hidden[:200]}"
    try:
        unmapped = canonical.VENDORED.expand(document).unmapped
    except canonical.TooMuchWork as heavy:
        return "not_checked", f"The document cannot be checked here: {heavy}."
    except canonical.NotCanonical as refused:
        return "failed", f"The document is no linked data: {refused}."
    if unmapped:
        return "failed", f"Not covered by any signature: {', '.join(sorted(set(unmapped)))[:200]}"
    return "ok", "Every field is covered by the signature."


def subject_of(document: Mapping[str, Any]) -> tuple[State, str]:
    """Whether the credential is about exactly one person who is identified."""
    subjects = many(document.get("credentialSubject"))
    if len(subjects) != 1 or not isinstance(subjects[0], dict) or not subjects[0]:
        return "failed", "A credential is about exactly one person."
    if not subjects[0].get("id") and not subjects[0].get("identifier"):
        return "warning", "The credential does not say who earned it."
    return "ok", "The credential names one earner."


def period_of(document: Mapping[str, Any]) -> tuple[Period, str]:
    """From when until when the credential says it holds, and what is wrong with that, if anything is."""
    unsound = Period(is_sound=False)
    moments = {}
    for field in (*_BEGINNINGS, *_ENDINGS, "awardedDate"):
        if field in document:
            moments[field] = read_instant(document[field])
            if moments[field] is None:
                return unsound, f"The date {field} is malformed."
    # The edition 1.1 allows both names: the narrowest period is what its reader may rely on.
    begins = max((moment for field in _BEGINNINGS if (moment := moments.get(field))), default=None)
    ends = min((moment for field in _ENDINGS if (moment := moments.get(field))), default=None)
    if begins is None and is_badge(document):
        return unsound, "An Open Badge says from when it holds."
    if begins is not None and ends is not None and ends < begins:
        return unsound, "The credential ends before it begins."
    return Period(begins, ends), ""


def dates_at(period: Period, at: datetime) -> tuple[State, str]:
    """Whether the moment lies within the period."""
    if period.until is not None and at >= period.until:
        return "failed", f"Expired on {instant(period.until)}."
    if period.valid_from is not None and at < period.valid_from:
        return "failed", f"Not valid before {instant(period.valid_from)}."
    return "ok", "The credential holds at this moment."


def endorsements_of(document: Mapping[str, Any]) -> list[Any]:
    """The endorsements embedded in a credential, its achievement and all profiles in it, signed or as JWT."""
    return [item for _, given in endorsed_in(document) for item in given]


def endorsed_in(value: object) -> Iterator[tuple[Mapping[str, Any], list[Any]]]:
    """Each object that brings endorsements, with them; what stands within an endorsement is its own."""
    if isinstance(value, list):
        for part in value:
            yield from endorsed_in(part)
    elif isinstance(value, Mapping):
        given = [item for field in _ENDORSING if field in value for item in many(value[field])]
        if given:
            yield value, given
        for key, part in value.items():
            if key not in _ENDORSING:
                yield from endorsed_in(part)


def _inner_contexts(value: object, apart: Set[int], outermost: bool = True) -> Iterator[object]:
    """The contexts written inside the document, but for those of the objects `apart` (by identity)."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key != "@context":
                yield from _inner_contexts(part, apart, outermost=False)
            elif not outermost and id(value) not in apart:
                yield part
    elif isinstance(value, list):
        for part in value:
            yield from _inner_contexts(part, apart, outermost=False)


def _disguised(value: object, root: object, outermost: bool = True) -> Iterator[str]:
    """Fields that mean the same to a signature and something else to a reader."""
    if isinstance(value, list):
        for part in value:
            yield from _disguised(part, root, outermost=False)
    elif isinstance(value, dict):
        if "@value" in value and value.keys() <= _VALUE_OBJECT:
            return
        if not outermost and root is not None and value.get("id") == root:
            yield from (key for key in value if key not in _REFERENCE)
        for key, part in value.items():
            if ":" in key or (key.startswith("@") and key != "@context"):
                yield key
            yield from _disguised(part, root, outermost=False)


def _is_unlisted(error: ValidationError) -> bool:
    path: Sequence[object] = list(error.absolute_path)
    if not path or not isinstance(error.instance, str):
        return False
    return path[-1] in _CLOSED_LISTS or (path[-1] == "status" and "result" in path)
