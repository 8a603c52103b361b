"""A small institution for the standards' tests: its key, its documents, and one credential it may issue."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from credentials.openbadges.documents import open_badge_credential, status_list_credential
from credentials.openbadges.elements import Elements, alignments
from credentials.openbadges.facts import (
    AchievementFacts,
    AlignmentFacts,
    CredentialFacts,
    EvidenceFacts,
    IssuerFacts,
    ResultDescriptionFacts,
    ResultFacts,
    RubricLevelFacts,
    StatusFacts,
)
from credentials.openbadges.keys import KeyPair, did_document, did_web, verification_method
from credentials.openbadges.proofs import sign
from credentials.openbadges.status import encode

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = SHARED / "standards" / "vectors"

PORTAL = "https://portal.example"
DID = did_web(PORTAL)
REVOCATION_LIST = f"{PORTAL}/status/r1"
SUSPENSION_LIST = f"{PORTAL}/status/s1"
PLACE = 4711
AWARD_DAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = AWARD_DAY + timedelta(days=2)
KEY = KeyPair.from_private_bytes(bytes(range(32)))
METHOD = verification_method(DID, KEY.multikey)

needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors are not here")


def institution() -> IssuerFacts:
    return IssuerFacts(
        did=DID,
        name="University of Eastmere",
        url=f"{PORTAL}/",
        email="registry@portal.example",
        description="A university by the sea.",
    )


def achievement() -> AchievementFacts:
    home = f"{PORTAL}/achievements/6b0f7a52-3f0a-4d0e-9b3c-0a4a2f7c11d2/"
    levels = tuple(
        RubricLevelFacts(
            id=f"{home}#clarity-{points}", name=name, description=told, level=name, points=str(points)
        )
        for points, name, told in (
            (0, "Not yet", "The plan cannot be followed."),
            (1, "Sound", "Another person can follow the plan."),
            (2, "Strong", "The plan foresees what may go wrong."),
        )
    )
    return AchievementFacts(
        id=home,
        name="Plan research data",
        description="Write a plan by which research data stay findable.",
        criteria_id=home,
        criteria_narrative="A data management plan, marked by rubric.\n\nEach criterion at least *Sound*.",
        achievement_type="MicroCredential",
        image_id=f"{home}image.png",
        image_caption="A hexagon of small stones around a cabinet",
        version="1",
        human_code="RD-101",
        credits_available=Decimal("1.50"),
        in_language="en",
        tags=("data", "research"),
        result_descriptions=(
            ResultDescriptionFacts(
                id=f"{home}#clarity",
                name="Clarity",
                result_type="RubricCriterionLevel",
                levels=levels,
                required_level=levels[1].id,
            ),
            ResultDescriptionFacts(
                id=f"{home}#workload",
                name="Learning hours",
                result_type="ext:Workload",
                value_min="12.5",
                value_max="12.5",
            ),
        ),
        field_of_study="Information science",
        alignments=(
            AlignmentFacts(
                target_type="CFItem",
                target_name="Organises research files",
                target_url="https://frameworks.example/rd#1",
                target_code="RD.1",
                target_framework="Framework for Research Data 2.1",
                target_description="advanced: A colleague finds three named files.",
            ),
            *alignments(
                Elements(
                    page=home,
                    kind="micro_credential",
                    learning_mode="hybrid",
                    assessment_types=("applied_project", "viva"),
                    supervision="identity",
                    qualification_framework="eqf",
                    qualification_level="5",
                    quality_assurance="A second marker sees every tenth piece of work.",
                )
            ),
        ),
    )


def credential(**changes: Any) -> CredentialFacts:
    """What Ada earned, with `changes`."""
    earned = achievement()
    criterion = earned.result_descriptions[0]
    facts = CredentialFacts(
        public_id=UUID("2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77"),
        issuer=institution(),
        achievement=earned,
        subject_id="urn:uuid:9b2d9a0e-98a1-4f43-b2f8-3f3f3a7b7c10",
        email="Ada.Lovelace@portal.example",
        email_salt="000102030405060708090a0b0c0d0e0f",
        recipient_name="Ada Lovelace-Žižková 李",
        name="Plan research data",
        description="Awarded for a plan that others can follow.",
        awarded_at=AWARD_DAY,
        valid_from=AWARD_DAY,
        valid_until=AWARD_DAY + timedelta(days=365),
        status=StatusFacts(list_url=REVOCATION_LIST, index=PLACE),
        results=(
            ResultFacts(
                result_description=criterion.id, achieved_level=criterion.levels[2].id, status="Completed"
            ),
            ResultFacts(result_description=f"{earned.id}#workload", value="12.5"),
        ),
        evidence=(
            EvidenceFacts(
                id=f"{PORTAL}/verify/7QK2-M4XN/", name="Describe a data set", genre="Component credential"
            ),
        ),
        credits_earned=Decimal("3.0"),
    )
    return replace(facts, **changes)


def signed(document: dict[str, Any], *, created: datetime = AWARD_DAY) -> bytes:
    return sign(document, private_key=KEY.private_bytes, verification_method=METHOD, created=created)


def signed_credential(**changes: Any) -> bytes:
    return signed(open_badge_credential(credential(**changes)))


def status_list(
    set_bits: Iterable[int] = (),
    *,
    url: str = REVOCATION_LIST,
    purpose: str = "revocation",
    valid_until: datetime | None = AWARD_DAY + timedelta(days=31),
) -> dict[str, Any]:
    """A signed status list, parsed."""
    document = status_list_credential(
        url=url,
        issuer=institution(),
        purpose=purpose,
        encoded_list=encode(set_bits),
        valid_from=AWARD_DAY,
        valid_until=valid_until,
    )
    parsed: dict[str, Any] = json.loads(signed(document))
    return parsed


def published(**changes: dict[str, Any] | None) -> Callable[[str], dict[str, Any] | None]:
    """What the institution publishes: did, revocation and suspension; a change of None is out of reach."""
    by_name: dict[str, dict[str, Any] | None] = {
        "did": did_document(DID, [KEY.multikey]),
        "revocation": status_list(),
        "suspension": status_list(url=SUSPENSION_LIST, purpose="suspension"),
        **changes,
    }
    places = {DID: "did", REVOCATION_LIST: "revocation", SUSPENSION_LIST: "suspension"}
    return lambda url: by_name.get(places.get(url, ""))


def vector(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8")
