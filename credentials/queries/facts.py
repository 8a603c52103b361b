"""One version of an achievement as the plain facts of its document: what its page says, and no more."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings

from credentials.models import AchievementVersion
from credentials.openbadges import elements
from credentials.openbadges.facts import (
    AchievementFacts,
    AlignmentFacts,
    ResultDescriptionFacts,
    ResultFacts,
    RubricLevelFacts,
)
from credentials.openbadges.text import is_iri
from credentials.queries.endorsements import carried_endorsements

Kind = AchievementVersion.Kind
ACHIEVEMENT_TYPES = {
    Kind.MICRO_CREDENTIAL: "MicroCredential",
    Kind.SPECIALTY: "MicroCredential",
    Kind.INTRODUCTORY: "Badge",
    Kind.STACKED_CERTIFICATE: "Certificate",
    Kind.FULL_CERTIFICATION: "Certification",
    # No type of the closed list says that somebody was there and nothing was assessed.
    Kind.PARTICIPATION: "ext:ParticipationRecord",
}


def achievement_facts(version: AchievementVersion) -> AchievementFacts:
    """What the document of a version holds. One without a frozen definition reads as it did before there were
    any, byte for byte: it was signed so.
    """
    address = settings.PORTAL_URL + version.get_absolute_url()
    told = _elements(version, address) if version.definition else None
    area = version.definition.get("subject_area", "")
    return AchievementFacts(
        id=address,
        name=version.name,
        description=version.description,
        criteria_id=f"{address}#criteria",
        criteria_narrative=elements.narrative(version.criteria, told) if told else version.criteria,
        achievement_type=ACHIEVEMENT_TYPES[Kind(version.kind)],
        image_id=settings.PORTAL_URL + version.image_url,
        image_caption=version.image_alt,
        version=str(version.number),
        human_code=version.achievement.code,
        credits_available=Decimal(version.credits) or None,
        in_language=version.language or None,
        field_of_study=area or None,
        specialization=version.name if told and version.kind == Kind.SPECIALTY else None,
        tags=tuple(dict.fromkeys(tag for tag in (version.achievement.series.name, area) if tag)),
        # Two alignments alike would be one in the signed graph, and two in the text.
        alignments=tuple(dict.fromkeys(_alignments(version, address, told))) if told else (),
        result_descriptions=(*_rubric(version), *_workload(version)),
        endorsements=carried_endorsements(version),
    )


def workload_result(version: AchievementVersion) -> tuple[ResultFacts, ...]:
    """The hours of the version as a result of whoever earned it."""
    return tuple(ResultFacts(result_description=row.id, value=row.value_max) for row in _workload(version))


def _rubric(version: AchievementVersion) -> Iterator[ResultDescriptionFacts]:
    for row in version.result_descriptions:
        yield ResultDescriptionFacts(
            id=row["id"],
            name=row["name"],
            result_type="RubricCriterionLevel",
            levels=tuple(RubricLevelFacts(**level) for level in row["levels"]),
            required_level=row.get("required_level"),
        )


def _workload(version: AchievementVersion) -> Iterator[ResultDescriptionFacts]:
    if version.definition and version.hours:
        hours = f"{Decimal(version.hours).normalize():f}"
        yield ResultDescriptionFacts(
            id=f"{settings.PORTAL_URL}{version.get_absolute_url()}#workload",
            name="Learning hours",
            result_type="ext:Workload",
            value_min=hours,
            value_max=hours,
        )


def _elements(version: AchievementVersion, address: str) -> elements.Elements:
    definition = version.definition
    leads_to = definition.get("leads_to")
    return elements.Elements(
        page=address,
        kind=version.kind,
        outcomes=tuple(version.outcomes.splitlines()),
        requires=tuple(f"{row['code']} {row['name']}" for row in definition.get("requires", ())),
        prerequisites=version.prerequisites,
        learning_mode=version.learning_mode,
        assessment_mode=version.assessment_mode,
        assessment_types=tuple(version.assessment_types),
        evidence_kinds=tuple(version.evidence_kinds),
        supervision=version.supervision,
        qualification_framework=version.qualification_framework,
        qualification_level=version.qualification_level,
        quality_assurance=version.quality_assurance,
        leads_to=(leads_to["name"], _address(leads_to["url"], f"{address}#stackability"))
        if leads_to
        else None,
    )


def _alignments(
    version: AchievementVersion, address: str, told: elements.Elements
) -> Iterator[AlignmentFacts]:
    for row in version.definition.get("competencies", ()):
        yield _competency(row, f"{address}#competencies")
    for row in version.definition.get("alignments", ()):
        yield _outside(row, f"{address}#standards")
    yield from elements.alignments(told)


def _competency(row: Mapping[str, Any], place: str) -> AlignmentFacts:
    told = (row["level"], row["criterion"] or row["statement"])
    return AlignmentFacts(
        target_type=row["type"],
        target_name=row["name"],
        target_url=_address(row["uri"], place),
        target_code=row["code"] or None,
        target_description=": ".join(part for part in told if part and part != row["name"]) or None,
        target_framework=f"{row['framework']} {row['framework_version']}".strip() or None,
    )


def _outside(row: Mapping[str, Any], place: str) -> AlignmentFacts:
    is_element = row["purpose"].startswith("ext:")
    return AlignmentFacts(
        target_type=row["purpose"] if is_element else row["target_type"] or None,
        target_name=row["target_name"],
        target_url=_address(row["target_url"], place),
        target_code=row["target_code"] or None,
        target_description=row["target_description"] or None,
        target_framework=row["target_framework"] or None,
    )


def _address(url: str, place: str) -> str:
    """An address that may be signed; where there is none, the place on our own page that says the same."""
    whole = settings.PORTAL_URL + url if url.startswith("/") else url
    return whole if is_iri(whole) else place
