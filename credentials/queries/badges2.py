"""What is also shown as Open Badges 2.0: what is offered so, and opened by its holder."""

from uuid import UUID

from django.db.models import QuerySet

from credentials.models import AchievementVersion, Credential, Issuer


def assertions_2() -> QuerySet[Credential]:
    """Credentials that their holders opened, of achievements that are offered so."""
    return (
        Credential.objects.filter(
            visibility=Credential.Visibility.PUBLIC, achievement__offers_open_badges_2=True
        )
        .select_related("version__achievement__series", "achievement__issuer")
        .order_by("pk")
    )


def badge_class_2(public_id: UUID) -> QuerySet[AchievementVersion]:
    return badge_classes_2().filter(public_id=public_id)


def badge_classes_2() -> QuerySet[AchievementVersion]:
    """Versions published now or earlier, of achievements that are offered so."""
    return (
        AchievementVersion.objects.filter(achievement__offers_open_badges_2=True)
        .exclude(status__in=AchievementVersion.OPEN)
        .select_related("achievement__series", "achievement__issuer")
        .order_by("pk")
    )


def issuers_2() -> QuerySet[Issuer]:
    """Issuers of at least one achievement that is offered so."""
    return Issuer.objects.filter(achievements__offers_open_badges_2=True).distinct().order_by("pk")
