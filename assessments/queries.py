"""What is asked about assessments: rubrics as plain facts, the marking queue, what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.marking.scoring import Criterion
from assessments.models import (
    Assessment,
    BlueprintCell,
    Grading,
    MarkerQualification,
    Rubric,
    RubricCriterion,
    Submission,
    SubmittedEvidence,
)
from config.admin import WorkItem
from credentials.definitions import AssessmentFacts, BlueprintCellFacts
from credentials.models import Achievement, AchievementVersion
from credentials.queries import local_day

if TYPE_CHECKING:
    from learners.models import User

RUNS_OUT_WITHIN = timedelta(days=30)
Standing = Literal["open", "draft", "submitted", "resubmit", "passed", "used_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Where one learner stands with the assessment of one achievement.

    `standing`: nothing begun (open), a draft, waiting for marking (submitted), returned with an attempt
    left (resubmit), passed, or returned for the last time (used_up). `submission_url` leads to the newest
    attempt, empty before the first.
    """

    code: str
    name: str
    title: str
    standing: Standing
    attempt: int
    attempts: int
    takes_work: bool
    url: str
    submission_url: str

    @property
    def can_hand_in(self) -> bool:
        return self.takes_work and self.standing in ("open", "draft", "resubmit")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    label: str
    descriptor: str
    points: str | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A row of a rubric to be read, with the level that was chosen where one was."""

    name: str
    description: str
    must_pass: bool
    levels: tuple[LevelRow, ...]
    comment: str = ""


def criteria_of(rubric: Rubric) -> list[Criterion]:
    """The rubric as the marking heart reads it, in order; two queries."""
    return [
        Criterion(
            key=row.key,
            weight=row.weight,
            points={level.ordinal: level.points for level in row.levels.all()},
            must_pass_ordinal=row.must_pass_ordinal,
        )
        for row in rubric.criteria.prefetch_related("levels")
    ]


def rubric_rows(rubric: Rubric, grading: Grading | None = None) -> list[CriterionRow]:
    """The rubric as a learner reads it, low to high, with what a grading chose; three queries."""
    chosen = {grade.criterion_id: grade for grade in grading.grades.all()} if grading else {}
    rows = []
    for criterion in rubric.criteria.prefetch_related("levels"):
        grade = chosen.get(criterion.pk)
        levels = tuple(
            LevelRow(
                label=level.label,
                descriptor=level.descriptor,
                points=None if level.points is None else f"{level.points.normalize():f}",
                chosen=grade is not None and grade.level_id == level.pk,
            )
            for level in criterion.levels.all()
        )
        rows.append(
            CriterionRow(
                name=criterion.title,
                description=criterion.description,
                must_pass=criterion.must_pass_ordinal is not None,
                levels=levels,
                comment=grade.comment if grade else "",
            )
        )
    return rows


def open_to(learner: "User") -> QuerySet[Assessment]:
    """Assessments that take work today, and those this learner began while they did."""
    takes_work = Q(is_open=True, achievement__is_active=True, achievement__current_version__isnull=False)
    begun = Submission.objects.held_by(learner).values("assessment")
    return Assessment.objects.filter(takes_work | Q(pk__in=begun)).select_related(
        "achievement__current_version", "achievement__series", "rubric"
    )


def taking_part(achievement: Achievement) -> "QuerySet[Submission, Any]":
    """Ids of the people who have begun work for this achievement."""
    return Submission.objects.filter(assessment__achievement=achievement).values("learner")


def work_of(learner: "User", codes: Iterable[str]) -> dict[str, Work]:
    """Where the learner stands with the assessments of these achievements, by code; and with whatever of
    hers is unfinished, whatever its achievement. One query.
    """
    own = Submission.objects.held_by(learner)
    unfinished = own.filter(state__in=[Submission.State.DRAFT, Submission.State.SUBMITTED]).values(
        "assessment"
    )
    newest = own.filter(assessment=OuterRef("pk")).order_by("-attempt")
    facts = JSONObject(state="state", passed="passed", attempt="attempt", public_id="public_id")
    rows = (
        Assessment.objects.filter(Q(is_open=True, achievement__code__in=set(codes)) | Q(pk__in=unfinished))
        .select_related("achievement__current_version")
        .annotate(newest=Subquery(newest.values(facts=facts)[:1]))
    )
    return {row.achievement.code: _work(row, row.newest) for row in rows}


def _work(assessment: Assessment, newest: dict[str, Any] | None) -> Work:
    standing: Standing = "open"
    attempt = newest["attempt"] if newest else 0
    if newest is not None and newest["state"] == Submission.State.RETURNED:
        # SQLite writes a boolean into JSON as 0 or 1.
        failed: Standing = "resubmit" if attempt < assessment.max_attempts else "used_up"
        standing = "passed" if newest["passed"] else failed
    elif newest is not None and newest["state"] in (Submission.State.DRAFT, Submission.State.SUBMITTED):
        standing = "draft" if newest["state"] == Submission.State.DRAFT else "submitted"
    submission_url = reverse("assessments:submission", args=[UUID(newest["public_id"])]) if newest else ""
    return Work(
        code=assessment.achievement.code,
        name=assessment.achievement.name,
        title=assessment.title,
        standing=standing,
        attempt=attempt,
        attempts=assessment.max_attempts,
        takes_work=assessment.is_open and assessment.achievement.is_active,
        url=assessment.get_absolute_url(),
        submission_url=submission_url,
    )


def missing_kinds(submission: Submission) -> list[str]:
    """The required kinds of evidence (text, url, file) that a draft does not hold yet; one query."""
    given = set(submission.evidence.values_list("kind", flat=True))
    if submission.text.strip():
        given.add("text")
    return [kind for kind in submission.assessment.required_kinds if kind not in given]


def files_for(user: "User") -> QuerySet[SubmittedEvidence]:
    """Evidence files this person may fetch: her own, and those of work she may mark."""
    own = Q(submission__in=Submission.objects.held_by(user))
    to_mark = Q(submission__in=Submission.objects.gradable_by(user))
    return SubmittedEvidence.objects.filter(own | to_mark, kind=SubmittedEvidence.Kind.FILE)


def result_descriptions(version: AchievementVersion) -> list[dict[str, Any]]:
    """The rubric that assesses this achievement, as rows to freeze into its published version.

    Each: key, id, name, levels low to high [{id, name, description, level, points}], required_level.
    Ids are stable URNs of the version, so that results can point at them.
    """
    assessment = (
        Assessment.objects.filter(achievement=version.achievement, is_open=True)
        .select_related("rubric")
        .first()
    )
    if assessment is None:
        return []
    rows = []
    for criterion in assessment.rubric.criteria.prefetch_related("levels"):
        name = f"urn:uuid:{version.public_id}#{criterion.key}"
        levels = [
            {
                "id": f"{name}-{level.ordinal}",
                "name": level.label,
                "description": level.descriptor,
                "level": str(level.ordinal),
                "points": None if level.points is None else f"{level.points:f}",
            }
            for level in criterion.levels.all()
        ]
        rows.append(
            {
                "key": criterion.key,
                "id": name,
                "name": criterion.title,
                "levels": levels,
                "required_level": f"{name}-{criterion.must_pass_ordinal}"
                if criterion.must_pass_ordinal
                else None,
            }
        )
    return rows


def assessment_facts(version: AchievementVersion) -> AssessmentFacts:
    """What the design lint asks of the assessment of a version; two queries.

    A pass rule is a least mean, or a level to be reached in some criterion.
    """
    blueprint = tuple(
        BlueprintCellFacts(
            identity=cell.competency.identifier,
            name=cell.competency.name,
            code=cell.competency.code,
            method=cell.method,
            weight=cell.weight,
            level=cell.level,
            min_evidence=cell.min_evidence,
        )
        for cell in BlueprintCell.objects.filter(version=version).select_related("competency")
    )
    hurdles = RubricCriterion.objects.filter(rubric=OuterRef("rubric"), must_pass_ordinal__isnull=False)
    assessment = (
        Assessment.objects.filter(achievement=version.achievement_id, is_open=True)
        .annotate(has_criteria=Exists(RubricCriterion.objects.filter(rubric=OuterRef("rubric"))))
        .annotate(has_hurdle=Exists(hurdles))
        .select_related("rubric")
        .first()
    )
    if assessment is None:
        return AssessmentFacts(blueprint=blueprint)
    has_rule = assessment.has_hurdle or (assessment.has_criteria and assessment.rubric.cut is not None)
    return AssessmentFacts(kind=assessment.kind, has_pass_rule=has_rule, blueprint=blueprint)


def queue_of(marker: "User", at: datetime) -> QuerySet[Submission]:
    """What waits for this marker, the most urgent first."""
    return (
        Submission.objects.gradable_by(marker)
        .waiting()
        .select_related(
            "assessment__achievement__current_version",
            "assessment__achievement__series",
            "learner",
            "claimed_by",
        )
        .order_by("mark_by", "pk")
    )


def in_line_for(
    marker: "User", at: datetime, *, after: Submission | None = None, is_back: bool = False
) -> QuerySet[Submission]:
    """What nobody else has open, in the order of the queue; past `after` first, then from the other end.

    `is_back` walks the other way.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at) | Q(claimed_by=marker)
    order = ("-mark_by", "-pk") if is_back else ("mark_by", "pk")
    waiting = queue_of(marker, at).filter(free).order_by(*order)
    if after is None:
        return waiting
    beyond = "lt" if is_back else "gt"
    past = Q(**{f"mark_by__{beyond}": after.mark_by}) | Q(
        **{"mark_by": after.mark_by, f"pk__{beyond}": after.pk}
    )
    is_past = Case(When(past, then=0), default=1)
    return waiting.exclude(pk=after.pk).order_by(is_past, *order)


def lapsed_in(marker: "User") -> list[str]:
    """The names of the series in whose register this marker stands with nothing in force; one query.

    An entry for every series is named as such.
    """
    in_force = MarkerQualification.objects.in_force().filter(pk=OuterRef("pk"))
    hers = MarkerQualification.objects.filter(marker=marker).annotate(holds=Exists(in_force))
    rows = list(hers.order_by("series__name").values_list("series", "series__name", "holds"))
    standing = {series for series, _name, holds in rows if holds}
    if None in standing:
        return []
    lapsed = dict.fromkeys(name for series, name, _holds in rows if series not in standing)
    return [name or _("every series") for name in lapsed]


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: marking that is late, and qualifications of markers that run out."""
    soon = local_day(at) + RUNS_OUT_WITHIN
    running_out = MarkerQualification.objects.in_force().filter(valid_until__lte=soon)
    waiting = Submission.objects.waiting()
    late = waiting.filter(mark_by__lt=at).order_by("mark_by")
    oldest = late.first()
    return [
        WorkItem(
            label=_("submissions past their marking date"),
            count=late.count(),
            oldest=oldest.mark_by if oldest else None,
            url=reverse("admin:assessments_submission_changelist") + "?state__exact=submitted",
            severity="warn",
        ),
        WorkItem(
            label=_("qualifications of markers that run out within 30 days"),
            count=running_out.count(),
            url=reverse("admin:assessments_markerqualification_changelist") + "?standing=in_force",
            severity="plain",
        ),
    ]
