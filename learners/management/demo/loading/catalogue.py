"""Loads what can be earned, all of it published: issuer and key, series, rubrics, achievements, pathways."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from assessments.models import Assessment, Rubric, RubricCriterion, RubricCriterionLevel
from credentials.models import (
    Achievement,
    AchievementVersion,
    Competency,
    Issuer,
    Job,
    Series,
    Signatory,
)
from credentials.services.jobs import run_job
from credentials.services.keys import make_key
from learners.management.demo import institution
from learners.management.demo import pathways as written_pathways
from learners.management.demo.achievements import CATALOGUE
from learners.management.demo.achievements import Achievement as WrittenAchievement
from learners.management.demo.loading import pictures
from learners.management.demo.loading.design import decide, describe, load_subject_areas
from learners.management.demo.loading.rules import write_rule
from learners.management.demo.rubrics import ASSESSMENTS
from learners.management.demo.rubrics import Assessment as WrittenAssessment
from learners.models import User
from pathways.models import Pathway, PathwayVersion
from pathways.queries import series_to_ask
from pathways.services.consenting import give_consent
from pathways.services.publishing import publish_pathway

# Named where the series itself leaves it open: the sign its badges wear.
MARKS = {"RD": "steps", "TL": "bars", "PH": "cross", "XS": "diamond"}


def load_issuer(by: User, at: datetime) -> Issuer:
    """The university, with a signing key in use."""
    written = institution.INSTITUTION
    issuer = Issuer.objects.create(
        name=written.name,
        slug=written.slug,
        is_main=not Issuer.objects.filter(is_main=True).exists(),
        url=written.url,
        email=written.email,
        description=written.description,
        country="IE",
    )
    Signatory.objects.create(issuer=issuer, name=written.signatory_name, office=written.signatory_title)
    make_key(issuer=issuer, by=by, at=at, at_once=True)
    return Issuer.objects.get(pk=issuer.pk)


def load_series(issuer: Issuer) -> dict[str, Series]:
    """Every series, by code."""
    return {
        written.code: Series.objects.create(
            issuer=issuer,
            name=written.name,
            slug=written.slug,
            description=written.description,
            mark=MARKS[written.code],
        )
        for written in institution.SERIES
    }


def load_achievements(
    series: dict[str, Series],
    competencies: dict[str, Competency],
    *,
    writer: User,
    publisher: User,
    at: datetime,
) -> dict[str, Achievement]:
    """The whole catalogue in force, by code; the assessed ones carry their rubric."""
    rows = {
        code: Achievement.objects.create(
            issuer=series[written.series].issuer, series=series[written.series], code=code
        )
        for code, written in CATALOGUE.items()
    }
    for assessment in ASSESSMENTS:
        _load_assessment(assessment, rows[assessment.achievement])
    areas = load_subject_areas(publisher)
    drafts = [_draft(CATALOGUE[code], rows[code], writer) for code in _in_order()]
    for version in drafts:
        written = CATALOGUE[version.achievement.code]
        describe(version, written, achievements=rows, competencies=competencies, areas=areas)
    for version, image in zip(drafts, pictures.drawn(drafts), strict=True):
        decide(version, image, writer=writer, approver=publisher, at=at)
    return {row.code: row for row in Achievement.objects.filter(pk__in=[row.pk for row in rows.values()])}


def load_pathways(
    achievements: dict[str, Achievement],
    *,
    writer: User,
    publisher: User,
    owners: Sequence[User],
    at: datetime,
) -> dict[str, Pathway]:
    """The pathways in force, by code; `owners` agree for other series, one person for each."""
    codes = []
    for written in written_pathways.PATHWAYS:
        pathway = Pathway.objects.create(
            name=written.name,
            slug=written.code,
            description=written.description,
            model=written.model,
            awards=achievements[written.award],
            enrolment_policy=written.enrolment,
        )
        version = PathwayVersion.objects.create(
            pathway=pathway,
            order_policy=written.order_policy,
            lapse_policy=written.lapse_policy,
            effective_from=at.date(),
            written_by=writer,
        )
        write_rule(version, written.rule, achievements)
        for series, owner in zip(series_to_ask(version), owners, strict=False):
            give_consent(version=version, series=series, by=owner, at=at)
        publish_pathway(version=version, by=publisher, at=at)
        codes.append(written.code)
    _credit_nobody(at)
    return {pathway.slug: pathway for pathway in Pathway.objects.filter(slug__in=codes)}


def _credit_nobody(at: datetime) -> None:
    """Run the jobs that publishing started while nobody holds anything.

    Later they would enrol whoever happens to satisfy a pathway that her story never enrolled her in.
    """
    for job_id in Job.objects.open().values_list("pk", flat=True):
        run_job(job_id=job_id, at=at)


def _load_assessment(written: WrittenAssessment, achievement: Achievement) -> None:
    rubric = Rubric.objects.create(title=written.title)
    for position, row in enumerate(written.criteria):
        criterion = RubricCriterion.objects.create(
            rubric=rubric,
            key=row.key,
            title=row.title,
            weight=Decimal(row.weight),
            must_pass_ordinal=row.must_pass_ordinal,
            position=position,
        )
        RubricCriterionLevel.objects.bulk_create(
            RubricCriterionLevel(
                criterion=criterion,
                ordinal=level.ordinal,
                label=level.label,
                points=level.points,
                descriptor=level.descriptor,
            )
            for level in row.levels
        )
    Assessment.objects.create(
        achievement=achievement,
        rubric=rubric,
        title=written.title,
        kind=written.method,
        brief=written.brief,
        required_kinds=list(written.evidence),
        may_show_evidence="url" in written.evidence,
    )


def _in_order() -> list[str]:
    """Codes of the catalogue, each after whatever it requires or leads to."""
    ordered: dict[str, None] = {}

    def place(code: str) -> None:
        written = CATALOGUE[code]
        for before in (*written.requires, *([written.leads_to] if written.leads_to else [])):
            if before not in ordered:
                place(before)
        ordered[code] = None

    for code in CATALOGUE:
        place(code)
    return list(ordered)


def _draft(written: WrittenAchievement, achievement: Achievement, writer: User) -> AchievementVersion:
    months = written.valid_for_months
    return AchievementVersion.objects.create(
        achievement=achievement,
        name=written.name,
        description=written.description,
        criteria=written.criteria,
        kind=written.kind,
        level=written.level,
        hours=written.hours,
        credits=Decimal(written.credits),
        learning_mode=written.learning_mode,
        assessment_mode=written.assessment_mode,
        expiry=AchievementVersion.Expiry.MONTHS if months else AchievementVersion.Expiry.NEVER,
        expiry_months=months,
        shape=written.artwork.shape,
        palette=written.artwork.palette,
        icon=written.artwork.icon,
        image_alt=written.alt_text,
        written_by=writer,
    )
