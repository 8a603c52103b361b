"""What waits for staff, and whether the sweeps run."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import WorkItem
from credentials.models import (
    AchievementVersion,
    Endorsement,
    ImportBatch,
    Job,
    Rendering,
    Role,
    SignedDocument,
    StatusList,
    SweepRun,
)
from credentials.queries.days import local_day
from credentials.queries.governance import pilots_over, reasons_to_confirm, reviews_due, reviews_overdue

if TYPE_CHECKING:
    from learners.models import User

OVERDUE = timedelta(minutes=15)
# Three of the timetable's half minutes: nobody wakes the workers, or none is there.
SWEEPS_SILENT = timedelta(seconds=90)


def last_sweep() -> datetime | None:
    """When the sweep that ran least recently ended; None before the first."""
    oldest: datetime | None = SweepRun.objects.aggregate(oldest=Min("finished_at"))["oldest"]
    return oldest


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: what is stuck, what waits for a second person."""
    # What failed shows at once, with its reason, though it may be tried again by itself.
    overdue = Q(Q(due_at__lt=at - OVERDUE) | ~Q(last_error=""), done_at__isnull=True)
    roles = Role.objects.waiting()
    return [
        _standstill(at),
        *_stuck(
            [
                (_("documents not signed"), SignedDocument.objects.filter(overdue), "signeddocument"),
                (_("endorsements not signed"), Endorsement.objects.filter(overdue), "endorsement"),
                (_("certificates not printed"), Rendering.objects.filter(overdue), "rendering"),
                (_("jobs not finished"), Job.objects.filter(overdue), "job"),
                (_("status lists not published"), StatusList.objects.filter(overdue_list(at)), "statuslist"),
            ]
        ),
        WorkItem(
            label=_("roles to approve"),
            count=roles.count(),
            oldest=roles.aggregate(oldest=Min("starts_at"))["oldest"],
            url=reverse("admin:credentials_role_changelist") + "?approved_at__isnull=1",
        ),
        *_to_decide(at),
    ]


def _to_decide(at: datetime) -> list[WorkItem]:
    """What definitions wait for: approval, publication, a second person, a review, a trial's end, a look."""
    versions = reverse("admin:credentials_achievementversion_changelist")
    achievements = reverse("admin:credentials_achievement_changelist")
    status, today = AchievementVersion.Status, local_day(at)
    in_review = AchievementVersion.objects.filter(status=status.IN_REVIEW)
    approved = AchievementVersion.objects.filter(status=status.APPROVED)
    reasons = reasons_to_confirm()
    # Without anything to write it waits for nobody.
    imports = ImportBatch.objects.filter(state=ImportBatch.State.STAGED).exclude(new_count=0, changed_count=0)
    return [
        WorkItem(
            label=_("achievement versions in review"),
            count=in_review.count(),
            oldest=in_review.aggregate(oldest=Min("submitted_at"))["oldest"],
            url=f"{versions}?status__exact={status.IN_REVIEW}",
        ),
        WorkItem(
            label=_("approved achievement versions to publish"),
            count=approved.count(),
            oldest=approved.aggregate(oldest=Min("approved_at"))["oldest"],
            url=f"{versions}?status__exact={status.APPROVED}",
        ),
        WorkItem(
            label=_("reasons to confirm"),
            count=reasons.count(),
            oldest=reasons.aggregate(oldest=Min("written_at"))["oldest"],
            url=f"{versions}?reasons=waiting",
        ),
        WorkItem(
            label=_("achievements whose review is overdue"),
            count=reviews_overdue(today).count(),
            url=f"{achievements}?review=overdue",
            severity="warn",
        ),
        WorkItem(
            label=_("achievements to review within 30 days"),
            count=reviews_due(today).count(),
            url=f"{achievements}?review=due",
        ),
        WorkItem(
            label=_("pilots to decide"),
            count=pilots_over(today).count(),
            url=reverse("admin:credentials_pilot_changelist") + "?time=over",
        ),
        WorkItem(
            label=_("imports to look at"),
            count=imports.count(),
            oldest=imports.aggregate(oldest=Min("created_at"))["oldest"],
            url=reverse("admin:credentials_importbatch_changelist") + "?state__exact=staged",
        ),
    ]


def _standstill(at: datetime) -> WorkItem:
    """The alarm that nothing is done in the background, whatever stopped: workers, beat or a full broker."""
    silent = SweepRun.objects.filter(finished_at__lt=at - SWEEPS_SILENT)
    facts = silent.aggregate(count=Count("pk"), oldest=Min("finished_at"))
    return WorkItem(
        label=_("sweeps stand still: nothing is signed, printed or sent. Ask IT to run manage.py doctor"),
        count=facts["count"],
        oldest=facts["oldest"],
        url=reverse("admin:credentials_sweeprun_changelist"),
        severity="bad",
    )


def overdue_list(at: datetime) -> Q:
    """Status lists whose signed form is behind for longer than a sweep can explain."""
    return Q(published_revision__lt=F("revision"), due_at__lt=at - OVERDUE)


def _stuck(duties: Iterable[tuple[str, "QuerySet[Any]", str]]) -> list[WorkItem]:
    items = []
    for label, waiting, model in duties:
        facts = waiting.aggregate(count=Count("pk"), oldest=Min("due_at"))
        url = reverse(f"admin:credentials_{model}_changelist")
        items.append(
            WorkItem(label=label, count=facts["count"], oldest=facts["oldest"], url=url, severity="bad")
        )
    return items
