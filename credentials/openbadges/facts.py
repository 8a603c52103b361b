"""What must be known to write a credential: plain frozen facts, no model and no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerFacts:
    """Who signs. `did` is the controller of the signing key; the other fields describe the institution."""

    did: str
    name: str
    url: str | None = None
    email: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLevelFacts:
    """One level of a rubric criterion, as published with the achievement. `id` is an absolute IRI."""

    id: str
    name: str
    description: str | None = None
    level: str | None = None
    points: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescriptionFacts:
    """One result an achievement may carry; `required_level` is the id of one of `levels`."""

    id: str
    name: str
    result_type: str
    levels: tuple[RubricLevelFacts, ...] = ()
    required_level: str | None = None
    value_min: str | None = None
    value_max: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentFacts:
    """Something outside, or a part of the achievement's own page, that it answers to."""

    target_name: str
    target_url: str
    target_code: str | None = None
    target_description: str | None = None
    target_framework: str | None = None
    target_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementFacts:
    """One published version of an achievement. `id`, `criteria_id` and `image_id` are absolute IRIs.

    `endorsements` are signed documents as they stand, which `documents.embeddable` accepts.
    """

    id: str
    name: str
    description: str
    criteria_id: str
    criteria_narrative: str
    achievement_type: str
    image_id: str
    image_caption: str
    version: str
    human_code: str | None = None
    credits_available: Decimal | None = None
    in_language: str | None = None
    field_of_study: str | None = None
    specialization: str | None = None
    tags: tuple[str, ...] = ()
    alignments: tuple[AlignmentFacts, ...] = ()
    result_descriptions: tuple[ResultDescriptionFacts, ...] = ()
    endorsements: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFacts:
    """One result earned. `result_description` and `achieved_level` are ids within the achievement."""

    result_description: str | None
    achieved_level: str | None = None
    value: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    """One piece of evidence. A component of a stacked certificate has the genre "Component credential"."""

    id: str | None = None
    name: str | None = None
    narrative: str | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """Where a credential's revocation bit is published: the list's URL and the bit's place in it."""

    list_url: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementFacts:
    """What one organisation says of an achievement or a credential, by its id, an absolute IRI.

    `awarded_at` is when it was first said and never moves; `valid_from` is the moment of this signing.
    """

    public_id: UUID
    endorser: IssuerFacts
    name: str
    about: str
    comment: str
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """All that one credential says. Datetimes are aware.

    `awarded_at` is the first award and never moves; `valid_from` is the moment of this signing.
    `subject_id` is the learner's DID or a random `urn:uuid:`; `email_salt` is 16 random bytes as hex.
    `recipient_name` is None when the learner declines to be named.
    """

    public_id: UUID
    issuer: IssuerFacts
    achievement: AchievementFacts
    subject_id: str
    email: str
    email_salt: str
    recipient_name: str | None
    name: str
    description: str | None = None
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    status: StatusFacts | None
    results: tuple[ResultFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    endorsements: tuple[Mapping[str, Any], ...] = ()
    credits_earned: Decimal | None = None
