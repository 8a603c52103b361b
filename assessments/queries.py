"""What is asked about assessments: rubrics as plain facts, the marking queue, what waits for whom."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.marking.scoring import Criterion
from assessments.models import Assessment, Grading, Rubric, Submission
from config.admin import WorkItem
from credentials.models import AchievementVersion

if TYPE_CHECKING:
    from learners.models import User


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


def next_for(marker: "User", at: datetime, *, after: Submission | None = None) -> Submission | None:
    """The next submission nobody else has open, past `after` if given."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at) | Q(claimed_by=marker)
    waiting = queue_of(marker, at).filter(free)
    return (waiting.exclude(pk=after.pk) if after else waiting).first()


def released_by(marker: "User") -> QuerySet[Grading]:
    return (
        Grading.objects.filter(marker=marker, state=Grading.State.FINAL)
        .select_related("submission__assessment", "submission__learner")
        .order_by("-final_at")
    )


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: marking that is late."""
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
    ]
