"""Which fields each object of our documents may have, and what each field may hold."""

from collections.abc import Callable, Mapping
from typing import Any

from credentials.openbadges.text import is_clean, is_iri, read_instant


class UnsafeDocument(ValueError):
    """The document must not be signed: someone else could not verify it, or would read it differently."""


# Field -> what it holds: a kind of value, the name of a shape, or either of these in [] for a list.
Shape = Mapping[str, str]

_PROFILE: Shape = {
    "id": "iri",
    "type": "[text]",
    "name": "text",
    "url": "iri",
    "email": "text",
    "description": "text",
}
_SHAPES: Mapping[str, Shape] = {
    "OpenBadgeCredential": {
        "@context": "[iri]",
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "description": "text",
        "issuer": "Profile",
        "validFrom": "instant",
        "validUntil": "instant",
        "awardedDate": "instant",
        "credentialSubject": "AchievementSubject",
        "evidence": "[Evidence]",
        "endorsement": "[signed]",
        "credentialStatus": "BitstringStatusListEntry",
        "credentialSchema": "[CredentialSchema]",
    },
    "EndorsementCredential": {
        "@context": "[iri]",
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "issuer": "Profile",
        "validFrom": "instant",
        "validUntil": "instant",
        "awardedDate": "instant",
        "credentialSubject": "EndorsementSubject",
    },
    "EndorsementSubject": {"id": "iri", "type": "[text]", "endorsementComment": "text"},
    "BitstringStatusListCredential": {
        "@context": "[iri]",
        "id": "iri",
        "type": "[text]",
        "issuer": "iri",
        "validFrom": "instant",
        "validUntil": "instant",
        "credentialSubject": "BitstringStatusList",
    },
    # A receipt for a check of many: about the check, with what was looked at as its evidence.
    "Receipt": {
        "@context": "[iri]",
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "description": "text",
        "issuer": "iri",
        "validFrom": "instant",
        "credentialSubject": "CheckOfMany",
        "evidence": "[Evidence]",
    },
    "CheckOfMany": {"id": "iri", "name": "text", "description": "text"},
    "Profile": _PROFILE,
    "AchievementSubject": {
        "id": "iri",
        "type": "[text]",
        "identifier": "[IdentityObject]",
        "achievement": "Achievement",
        "creditsEarned": "number",
        "result": "[Result]",
    },
    "IdentityObject": {
        "type": "text",
        "hashed": "flag",
        "identityHash": "text",
        "identityType": "text",
        "salt": "text",
    },
    "Achievement": {
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "description": "text",
        "criteria": "Criteria",
        "achievementType": "text",
        "image": "Image",
        "version": "text",
        "humanCode": "text",
        "creditsAvailable": "number",
        "inLanguage": "text",
        "fieldOfStudy": "text",
        "specialization": "text",
        "tag": "[text]",
        "alignment": "[Alignment]",
        "resultDescription": "[ResultDescription]",
        "endorsement": "[signed]",
    },
    "Alignment": {
        "type": "[text]",
        "targetName": "text",
        "targetUrl": "iri",
        "targetCode": "text",
        "targetDescription": "text",
        "targetFramework": "text",
        "targetType": "text",
    },
    "Criteria": {"id": "iri", "narrative": "text"},
    "Image": {"id": "iri", "type": "text", "caption": "text"},
    "ResultDescription": {
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "resultType": "text",
        "requiredLevel": "iri",
        "valueMin": "text",
        "valueMax": "text",
        "rubricCriterionLevel": "[RubricCriterionLevel]",
    },
    "RubricCriterionLevel": {
        "id": "iri",
        "type": "[text]",
        "name": "text",
        "description": "text",
        "level": "text",
        "points": "text",
    },
    "Result": {
        "type": "[text]",
        "resultDescription": "iri",
        "achievedLevel": "iri",
        "value": "text",
        "status": "text",
    },
    "Evidence": {"id": "iri", "type": "[text]", "name": "text", "narrative": "text", "genre": "text"},
    "BitstringStatusListEntry": {
        "id": "iri",
        "type": "text",
        "statusPurpose": "text",
        "statusListIndex": "text",
        "statusListCredential": "iri",
    },
    "CredentialSchema": {"id": "iri", "type": "text"},
    "BitstringStatusList": {
        "id": "iri",
        "type": "text",
        "statusPurpose": "text",
        "encodedList": "text",
        "ttl": "number",
    },
}


def _is_signed(value: object) -> bool:
    """A document that somebody signed: its fields are theirs, but no value may break our own signature.

    Fractions are left out too: they are hashed differently by different libraries.
    """
    if not isinstance(value, Mapping) or "proof" not in value:
        return False
    parts: list[object] = [value]
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            parts += [*part, *part.values()]
        elif isinstance(part, list):
            parts += part
        elif isinstance(part, float) or part is None or (isinstance(part, str) and not is_clean(part)):
            return False
    return True


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and value != "" and is_clean(value),
    "iri": lambda value: isinstance(value, str) and is_iri(value),
    "instant": lambda value: read_instant(value) is not None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "signed": _is_signed,
}


def is_sound(value: object, kind: str) -> bool:
    """Whether a field that holds this kind (text, iri, instant, number, flag) may hold this value."""
    return _KINDS[kind](value)


def check_shape(document: Mapping[str, Any]) -> None:
    """Refuse a field outside the allow-list and a value of another kind. Raises UnsafeDocument."""
    types = document.get("type")
    for name in ("OpenBadgeCredential", "EndorsementCredential", "BitstringStatusListCredential"):
        if isinstance(types, list) and name in types:
            _check(document, name, "$")
            return
    if types == ["VerifiableCredential"]:
        _check(document, "Receipt", "$")
        return
    raise UnsafeDocument("only an OpenBadgeCredential, an endorsement or a status list is signed here")


def _check(value: object, holds: str, path: str) -> None:
    if holds.startswith("["):
        if not isinstance(value, list) or not value:
            raise UnsafeDocument(f"{path} is not a list of at least one")
        for place, item in enumerate(value):
            _check(item, holds[1:-1], f"{path}[{place}]")
    elif holds in _KINDS:
        if not is_sound(value, holds):
            raise UnsafeDocument(f"{path} does not hold a sound {holds}")
    else:
        if not isinstance(value, Mapping) or not value:
            raise UnsafeDocument(f"{path} is not an object")
        shape = _SHAPES[holds]
        for field, part in value.items():
            if field not in shape:
                raise UnsafeDocument(f"{path} has the field {field}, which we do not write")
            _check(part, shape[field], f"{path}.{field}")
