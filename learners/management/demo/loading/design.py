"""Loads what achievements are made of: the framework, subject areas, boards, activities and their dates."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from assessments.models import BlueprintCell
from credentials.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    Board,
    BoardMember,
    Competency,
    CompetencyFramework,
    LearningActivity,
    Offering,
    PerformanceCriterion,
    Resource,
    Series,
    SubjectArea,
    VersionCompetency,
    Vote,
)
from credentials.services.defining import next_draft, publish_achievement
from credentials.services.designing import give_reason
from credentials.services.drafting import note_writer
from credentials.services.reviewing import Votes, approve, renew, send_for_review, sitting_members
from learners.management.demo.achievements import Achievement as WrittenAchievement
from learners.management.demo.design import framework as written_framework
from learners.management.demo.design.activities import ACTIVITIES
from learners.management.demo.design.boards import BOARDS
from learners.management.demo.design.designs import DESIGNS, EQF, QUALITY
from learners.management.demo.design.drafts import HALF_WRITTEN, IN_REVIEW
from learners.management.demo.design.form import Activity
from learners.management.demo.institution import INSTITUTION
from learners.management.demo.loading.calendar import CORRECTING, WORKING, Calendar
from learners.management.demo.rubrics import ASSESSMENTS
from learners.models import User

REVIEWED_DAYS_AGO = 400
REVIEWED = "Marks and comments of two years were read; nothing has to change."
NOT_REVIEWED = {"RD-100", "RD-130"}
ASSESSMENT_OF = {written.achievement: written for written in ASSESSMENTS}


def load_framework() -> dict[str, Competency]:
    """The university's framework, published, with its competencies by code."""
    framework = CompetencyFramework.objects.create(
        title=written_framework.TITLE,
        version=written_framework.VERSION,
        creator=INSTITUTION.name,
        description=written_framework.DESCRIPTION,
        levels=list(written_framework.LEVELS),
        status=CompetencyFramework.Status.PUBLISHED,
    )
    # From the first line of the framework to its last, areas and competencies alike.
    places = itertools.count()
    found: dict[str, Competency] = {}
    for written in written_framework.COMPETENCIES:
        area = written.code.partition(".")[0]
        if area not in found:
            title, statement = written_framework.AREAS[area]
            found[area] = Competency.objects.create(
                framework=framework,
                position=next(places),
                code=area,
                title=title,
                statement=statement,
                kind="area",
            )
        competency = Competency.objects.create(
            framework=framework,
            parent=found[area],
            position=next(places),
            code=written.code,
            title=written.title,
            statement=written.statement,
            kind="competency",
            cognitive_level=written.cognitive,
        )
        PerformanceCriterion.objects.bulk_create(
            PerformanceCriterion(competency=competency, text=text, position=number)
            for number, text in enumerate(written.observable)
        )
        Alignment.objects.bulk_create(
            Alignment(
                competency=competency,
                purpose=outside.purpose,
                target_name=outside.name,
                target_url=outside.url,
                target_code=outside.code,
                target_framework=outside.framework,
            )
            for outside in written.outside
        )
        found[written.code] = competency
    return found


def load_subject_areas(by: User) -> dict[str, SubjectArea]:
    """Every subject area with its decision on expiry, by name."""
    return {
        name: SubjectArea.objects.create(
            name=name,
            expiry=SubjectArea.Expiry.MONTHS if months else SubjectArea.Expiry.NEVER,
            expiry_months=months,
            reason=reason,
            decided_by=by,
        )
        for name, (months, reason) in written_framework.SUBJECT_AREAS.items()
    }


def load_boards(people: Mapping[str, User], series: Mapping[str, Series], calendar: Calendar) -> None:
    """The boards, who sits on them, and the series that answer to them."""
    began = calendar.day(INSTITUTION.published_days_ago + 30)
    for written in BOARDS:
        board = Board.objects.create(name=written.name, remit=written.remit, quorum=written.quorum)
        BoardMember.objects.bulk_create(
            BoardMember(board=board, user=people[key], office=office, starts_on=began)
            for key, office in written.members
        )
        for code in written.series:
            series[code].board = board
            series[code].review_months = written.review_months
            series[code].when_overdue = written.when_overdue
            series[code].save()


def describe(
    version: AchievementVersion,
    written: WrittenAchievement,
    *,
    achievements: Mapping[str, Achievement],
    competencies: Mapping[str, Competency],
    areas: Mapping[str, SubjectArea],
) -> None:
    """Fill a draft with what it is made of beside its text."""
    design, assessment = DESIGNS[written.code], ASSESSMENT_OF.get(written.code)
    method = assessment.method if assessment else AchievementVersion.Method.COMPONENTS
    version.outcomes = "\n".join(design.outcomes)
    version.assessment_types = [method, *design.also]
    version.evidence_kinds = list(assessment.evidence) if assessment else []
    version.supervision = design.supervision
    version.quality_assurance = QUALITY
    version.subject_area = areas[design.subject_area]
    version.qualification_framework = AchievementVersion.QualificationFramework.EQF
    version.qualification_level = EQF[written.level]
    version.leads_to = achievements.get(written.leads_to)
    version.save()
    version.requires.set([achievements[code] for code in written.requires])
    VersionCompetency.objects.bulk_create(
        VersionCompetency(
            version=version,
            competency=competencies[shown.code],
            level=version.get_level_display(),
            criterion=shown.criterion,
            position=place,
        )
        for place, shown in enumerate(design.shows)
    )
    if assessment:
        _load_blueprint(version, [competencies[shown.code] for shown in design.shows])


def _load_blueprint(version: AchievementVersion, competencies: Sequence[Competency]) -> None:
    """Every competency by every method, all of equal weight, the last taking what rounding leaves."""
    places = [(row, method) for row in competencies for method in version.assessment_types]
    weight = Decimal(100 // len(places))
    weights = [weight] * (len(places) - 1) + [100 - weight * (len(places) - 1)]
    BlueprintCell.objects.bulk_create(
        BlueprintCell(
            version=version, competency=row, method=method, weight=share, level=version.get_level_display()
        )
        for (row, method), share in zip(places, weights, strict=True)
    )


def decide(version: AchievementVersion, image: bytes, *, writer: User, approver: User, at: datetime) -> None:
    """Send the draft for review, have it approved by whoever decides in its series, and publish it."""
    send_for_review(version=version, by=writer, at=at, image=image)
    approve(version=version, by=approver, at=at, votes=_votes(version, at))
    publish_achievement(version=version, by=approver, at=at)


def review(achievements: Mapping[str, Achievement], *, approver: User, calendar: Calendar) -> None:
    """Every achievement reviewed once since; those of NOT_REVIEWED are overdue, and the work list says so."""
    at = calendar.moment(REVIEWED_DAYS_AGO, CORRECTING, "reviewed")
    for code, achievement in achievements.items():
        version = achievement.current_version
        if code not in NOT_REVIEWED and version is not None:
            renew(achievement=achievement, reason=REVIEWED, by=approver, at=at, votes=_votes(version, at))


def load_drafts(
    series: Mapping[str, Series],
    achievements: Mapping[str, Achievement],
    competencies: Mapping[str, Competency],
    *,
    writer: User,
    calendar: Calendar,
) -> None:
    """What is not decided: one next version in review, and one draft with much to mend."""
    version = next_draft(achievement=achievements[IN_REVIEW.code], by=writer)
    version.criteria = IN_REVIEW.criteria
    version.save()
    send_for_review(
        version=version, by=writer, at=calendar.moment(IN_REVIEW.sent_days_ago, WORKING, "sent for review")
    )
    _load_half_written(series[HALF_WRITTEN.series], competencies[HALF_WRITTEN.shows], writer, calendar)


def _load_half_written(series: Series, shown: Competency, writer: User, calendar: Calendar) -> None:
    written = HALF_WRITTEN
    version = AchievementVersion.objects.create(
        achievement=Achievement.objects.create(issuer=series.issuer, series=series, code=written.code),
        name=written.name,
        description=written.description,
        hours=written.hours,
        assessment_types=list(written.assessed_by),
        shape=written.shape,
        icon=written.icon,
        palette=written.palette,
        written_by=writer,
    )
    note_writer(draft=version, by=writer)
    VersionCompetency.objects.create(version=version, competency=shown)
    at = calendar.moment(written.reasons_days_ago, WORKING, "reasons given")
    for code, reason in written.reasons.items():
        give_reason(version=version, code=code, reason=reason, by=writer, at=at)


def _votes(version: AchievementVersion, at: datetime) -> Votes | None:
    """Everybody sitting votes for it; a series without a board has nobody who votes."""
    members = sitting_members(version, at.date())
    return dict.fromkeys(members, Vote.Choice.FOR) or None


def load_activities(
    series: Mapping[str, Series],
    achievements: Mapping[str, Achievement],
    competencies: Mapping[str, Competency],
    calendar: Calendar,
) -> None:
    """Workshops and courses, what to read for them, and their dates after the load day."""
    for written in ACTIVITIES:
        row = LearningActivity.objects.create(
            series=series[written.series],
            title=written.title,
            kind=written.kind,
            description=written.description,
            hours=Decimal(written.hours),
        )
        row.achievements.set([achievements[code] for code in written.feeds])
        row.teaches.set([competencies[code] for code in written.teaches])
        Resource.objects.bulk_create(
            Resource(
                activity=row,
                title=resource.title,
                url=resource.url,
                needed_when=resource.needed_when,
                position=place,
            )
            for place, resource in enumerate(written.resources)
        )
        Offering.objects.bulk_create(_offerings(row, written, calendar))


def _offerings(row: LearningActivity, written: Activity, calendar: Calendar) -> list[Offering]:
    dates = []
    for offering in written.offerings:
        day = calendar.load_day + timedelta(days=offering.in_days)
        starts_at = datetime.combine(day, time(offering.hour), tzinfo=calendar.zone)
        dates.append(
            Offering(
                activity=row,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=offering.lasts_hours),
                mode=offering.mode,
                place=offering.place,
                seats=offering.seats,
                price=Decimal(offering.price or 0),
                signup_url=f"{INSTITUTION.url}sign-up/{row.pk}",
            )
        )
    return dates
