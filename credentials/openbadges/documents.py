"""Facts in, unsigned Open Badges 3.0 documents out, and the guard that no unsafe document passes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from jsonschema import Draft201909Validator

from credentials.openbadges import canonical, contexts
from credentials.openbadges.facts import (
    AchievementFacts,
    AlignmentFacts,
    CredentialFacts,
    EndorsementFacts,
    EvidenceFacts,
    IssuerFacts,
    ResultDescriptionFacts,
    ResultFacts,
    RubricLevelFacts,
    StatusFacts,
)
from credentials.openbadges.shapes import UnsafeDocument, check_shape, is_sound
from credentials.openbadges.text import clean_text, instant

__all__ = [
    "UnsafeDocument",
    "achievement_document",
    "clean_text",
    "embeddable",
    "endorsement_credential",
    "guard",
    "open_badge_credential",
    "profile_document",
    "status_list_credential",
    "to_bytes",
]

# A list may be believed for five minutes after it was read, in milliseconds.
STATUS_TTL = 300_000

Json = dict[str, Any]
_PUBLIC_CONTEXTS = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES]


def open_badge_credential(facts: CredentialFacts) -> Json:
    """The unsigned OpenBadgeCredential of these facts: Open Badges 3.0 on VCDM 2.0.

    Equal facts give equal documents, so that a hash committed before signing still fits afterwards.
    """
    return _present(
        {
            "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.EXTENSIONS],
            "id": facts.public_id.urn,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": clean_text(facts.name),
            "description": _text(facts.description),
            "issuer": _profile(facts.issuer),
            "validFrom": instant(facts.valid_from),
            "validUntil": facts.valid_until and instant(facts.valid_until, keep_offset=True),
            "awardedDate": instant(facts.awarded_at),
            "credentialSubject": _subject(facts),
            "evidence": [_evidence(item) for item in facts.evidence],
            "endorsement": [dict(item) for item in facts.endorsements],
            "credentialStatus": facts.status and _status(facts.status),
            "credentialSchema": [
                {"id": contexts.STRICT_SCHEMA, "type": "1EdTechJsonSchemaValidator2019"},
            ],
        }
    )


def endorsement_credential(facts: EndorsementFacts) -> Json:
    """The unsigned EndorsementCredential of these facts (Open Badges 3.0, B.3): a credential of its own."""
    return _present(
        {
            "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.EXTENSIONS],
            "id": facts.public_id.urn,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": clean_text(facts.name),
            "issuer": _profile(facts.endorser),
            "validFrom": instant(facts.valid_from),
            "validUntil": facts.valid_until and instant(facts.valid_until),
            "awardedDate": instant(facts.awarded_at),
            "credentialSubject": _present(
                {
                    "id": facts.about,
                    "type": ["EndorsementSubject"],
                    "endorsementComment": clean_text(facts.comment),
                }
            ),
        }
    )


def embeddable(endorsement: Mapping[str, Any]) -> bool:
    """Whether a signed endorsement can stand in a credential that we sign, without spoiling it for others.

    It names our contexts, is formed by the strict schema, and nothing of it would fall out of the graph.
    """
    ours = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.EXTENSIONS]
    if endorsement.get("@context") != ours or not is_sound(endorsement, "signed"):
        return False
    if not _endorsement_schema().is_valid(dict(endorsement)):
        return False
    try:
        return not canonical.VENDORED.expand(endorsement).unmapped
    except canonical.NotCanonical:
        return False


def status_list_credential(
    *,
    url: str,
    issuer: IssuerFacts,
    purpose: str,
    encoded_list: str,
    valid_from: datetime,
    valid_until: datetime | None,
) -> Json:
    """The unsigned BitstringStatusListCredential published at `url`; `purpose` is revocation or suspension.

    `valid_until` is None only for the last lists of a portal that closes.
    """
    return _present(
        {
            "@context": [contexts.CREDENTIALS_V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer.did,
            "validFrom": instant(valid_from),
            "validUntil": valid_until and instant(valid_until),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "encodedList": encoded_list,
                "ttl": STATUS_TTL,
            },
        }
    )


def achievement_document(facts: AchievementFacts) -> Json:
    """The achievement as it stands at its own address."""
    return {"@context": _PUBLIC_CONTEXTS, **_achievement(facts)}


def profile_document(facts: IssuerFacts) -> Json:
    """The issuer's profile as it stands at its own address."""
    return {"@context": _PUBLIC_CONTEXTS, **_profile(facts)}


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as compact UTF-8 JSON. A signed one is emitted once; those bytes are kept and served."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def guard(document: Mapping[str, Any]) -> canonical.Expansion:
    """Refuse a document that others could not verify after us; answer its expansion, ready to be signed.

    Raises UnsafeDocument. Each guard closes a gap that was found: characters on which canonicalisers
    differ, addresses that are dropped from the graph, terms that no context maps, and shapes that the
    published schema refuses.
    """
    check_shape(document)
    try:
        expansion = canonical.VENDORED.expand(document)
    except canonical.NotCanonical as refused:
        raise UnsafeDocument(str(refused)) from refused
    if expansion.unmapped:
        raise UnsafeDocument(f"no context maps {', '.join(expansion.unmapped)}")
    schema = None
    if "OpenBadgeCredential" in document["type"]:
        schema = contexts.validator(contexts.STRICT_SCHEMA)
    elif "EndorsementCredential" in document["type"]:
        schema = _endorsement_schema()
    if schema is not None:
        for error in schema.iter_errors(document):
            raise UnsafeDocument(f"{error.json_path}: {error.message[:200]}")
    return expansion


@cache
def _endorsement_schema() -> Draft201909Validator:
    """The strict schema's own part for endorsements, which were not published as a file."""
    whole: Mapping[str, Any] = contexts.validator(contexts.STRICT_SCHEMA).schema
    return Draft201909Validator({"$defs": whole["$defs"], "$ref": "#/$defs/EndorsementCredential"})


def _profile(issuer: IssuerFacts) -> Json:
    return _present(
        {
            "id": issuer.did,
            "type": ["Profile"],
            "name": clean_text(issuer.name),
            "url": issuer.url,
            "email": _text(issuer.email),
            "description": _text(issuer.description),
        }
    )


def _subject(facts: CredentialFacts) -> Json:
    return _present(
        {
            "id": facts.subject_id,
            "type": ["AchievementSubject"],
            "identifier": _identifiers(facts),
            "achievement": _achievement(facts.achievement),
            "creditsEarned": _number(facts.credits_earned),
            "result": [_result(item) for item in facts.results],
        }
    )


def _identifiers(facts: CredentialFacts) -> list[Json]:
    salted = (facts.email.lower() + facts.email_salt).encode()
    email = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256(salted).hexdigest(),
        "identityType": "emailAddress",
        "salt": facts.email_salt,
    }
    if not facts.recipient_name:
        return [email]
    name = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": clean_text(facts.recipient_name),
        "identityType": "name",
    }
    return [email, name]


def _achievement(achievement: AchievementFacts) -> Json:
    return _present(
        {
            "id": achievement.id,
            "type": ["Achievement"],
            "name": clean_text(achievement.name),
            "description": clean_text(achievement.description),
            "criteria": {
                "id": achievement.criteria_id,
                "narrative": clean_text(achievement.criteria_narrative),
            },
            "achievementType": achievement.achievement_type,
            "image": {
                "id": achievement.image_id,
                "type": "Image",
                "caption": clean_text(achievement.image_caption),
            },
            "version": clean_text(achievement.version),
            "humanCode": _text(achievement.human_code),
            "creditsAvailable": _number(achievement.credits_available),
            "inLanguage": achievement.in_language,
            "fieldOfStudy": _text(achievement.field_of_study),
            "specialization": _text(achievement.specialization),
            "tag": [clean_text(tag) for tag in achievement.tags],
            "alignment": [_alignment(item) for item in achievement.alignments],
            "resultDescription": [_result_description(item) for item in achievement.result_descriptions],
            "endorsement": [dict(item) for item in achievement.endorsements],
        }
    )


def _alignment(alignment: AlignmentFacts) -> Json:
    return _present(
        {
            "type": ["Alignment"],
            "targetName": clean_text(alignment.target_name),
            "targetUrl": alignment.target_url,
            "targetCode": _text(alignment.target_code),
            "targetDescription": _text(alignment.target_description),
            "targetFramework": _text(alignment.target_framework),
            "targetType": alignment.target_type,
        }
    )


def _result_description(description: ResultDescriptionFacts) -> Json:
    return _present(
        {
            "id": description.id,
            "type": ["ResultDescription"],
            "name": clean_text(description.name),
            "resultType": description.result_type,
            "requiredLevel": description.required_level,
            "valueMin": description.value_min,
            "valueMax": description.value_max,
            "rubricCriterionLevel": [_rubric_level(level) for level in description.levels],
        }
    )


def _rubric_level(level: RubricLevelFacts) -> Json:
    return _present(
        {
            "id": level.id,
            "type": ["RubricCriterionLevel"],
            "name": clean_text(level.name),
            "description": _text(level.description),
            "level": _text(level.level),
            "points": _text(level.points),
        }
    )


def _result(result: ResultFacts) -> Json:
    return _present(
        {
            "type": ["Result"],
            "resultDescription": result.result_description,
            "achievedLevel": result.achieved_level,
            "value": _text(result.value),
            "status": result.status,
        }
    )


def _evidence(evidence: EvidenceFacts) -> Json:
    return _present(
        {
            "id": evidence.id,
            "type": ["Evidence"],
            "name": _text(evidence.name),
            "narrative": _text(evidence.narrative),
            "genre": _text(evidence.genre),
        }
    )


def _status(status: StatusFacts) -> Json:
    # Open Badges 3.0 allows one status object, and some verifiers read no purpose but revocation; a
    # suspended credential is told apart by the same bit in the twin list.
    return {
        "id": f"{status.list_url}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(status.index),
        "statusListCredential": status.list_url,
    }


def _text(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _number(amount: Decimal | None) -> int | float | None:
    """A decimal of at most two places, whole ones as whole numbers: 3.0 would be hashed as 3.0E0 by some."""
    if amount is None:
        return None
    if amount != round(amount, 2):
        raise UnsafeDocument(f"{amount} has more than two decimal places")
    return int(amount) if amount == int(amount) else float(amount)


def _present(fields: Mapping[str, Any]) -> Json:
    """The fields without those that say nothing: null, an empty text and an empty list are never written."""
    return {key: value for key, value in fields.items() if not _says_nothing(value)}


def _says_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str | Sequence) and not value)
