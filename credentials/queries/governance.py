"""Who may decide on a series, what waits for a decision, and which reviews are due."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from credentials.definitions import CODES
from credentials.models import Achievement, AchievementVersion, Board, DesignReason, Pilot, Role, Series

if TYPE_CHECKING:
    from learners.models import User

SOON = timedelta(days=30)
NEEDS_TWO = tuple(code for code, rule in CODES.items() if rule.severity == "block")


def reaches(user: "User", roles: Collection[str], series: Series) -> bool:
    """Whether one of these roles is hers for the whole institution or for this series."""
    return (
        Role.objects.in_force()
        .filter(Q(series=None, cohort=None) | Q(series=series), user=user, role__in=roles)
        .exists()
    )


def in_review(board: Board) -> QuerySet[AchievementVersion]:
    """Versions that wait for this board, the one that waits longest first."""
    return (
        AchievementVersion.objects.filter(
            achievement__series__board=board, status=AchievementVersion.Status.IN_REVIEW
        )
        .select_related("achievement")
        .order_by("submitted_at")
    )


def reviewed() -> QuerySet[Achievement]:
    """What is in force and has a day of review, the next first."""
    return (
        Achievement.objects.filter(is_active=True, current_version__isnull=False, review_due_on__isnull=False)
        .select_related("current_version", "series")
        .order_by("review_due_on", "code")
    )


def reviews_overdue(today: date) -> QuerySet[Achievement]:
    return reviewed().filter(review_due_on__lt=today)


def reviews_due(today: date) -> QuerySet[Achievement]:
    """Due within a month, and not overdue."""
    return reviewed().filter(review_due_on__gte=today, review_due_on__lte=today + SOON)


def reasons_to_confirm() -> QuerySet[DesignReason]:
    """Reasons that let a block stand and that no second person has confirmed yet."""
    return DesignReason.objects.filter(
        code__in=NEEDS_TWO, confirmed_by=None, version__status=AchievementVersion.Status.DRAFT
    )


def pilots_over(today: date) -> QuerySet[Pilot]:
    """Pilots whose time is over and that nobody has decided."""
    return Pilot.objects.filter(outcome=Pilot.Outcome.RUNNING, ends_on__lt=today)
