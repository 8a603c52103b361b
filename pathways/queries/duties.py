"""What is owed: enrolments whose answer is behind, certificates not issued, people not enrolled."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import WorkItem
from credentials.models import AchievementVersion, Credential, CredentialEvent, Pilot, Series
from credentials.queries import local_day
from pathways.models import (
    ApprovalCase,
    Enrolment,
    Equivalence,
    Evaluation,
    Exemption,
    Pathway,
    PathwayVersion,
    Pause,
    Recognition,
    Ruling,
    Step,
    StepCompletion,
    VersionAchievement,
)

if TYPE_CHECKING:
    from learners.models import User


def stale_enrolments(today: date) -> QuerySet[Enrolment]:
    """Enrolments whose stored answer is missing, older than what it read, or due to change by time."""
    current = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True)
    newer = CredentialEvent.objects.filter(recipient=OuterRef("learner"))
    up_to_date = current.filter(
        Q(next_change_on__isnull=True) | Q(next_change_on__gt=today),
        input_revision=OuterRef("input_revision"),
    )
    newest = newer.order_by("-pk").values("pk")[:1]
    released = unissued().exclude(_stopped(today)).values("pk")
    return (
        Enrolment.objects.current()
        .annotate(newest_event=newest, seen_event=current.values("last_event")[:1])
        .filter(~Exists(up_to_date) | Q(newest_event__gt=F("seen_event")) | Q(pk__in=released))
    )


def unissued() -> QuerySet[Enrolment]:
    """Enrolments whose rule is met and whose certificate is still owed: something stopped its issue."""
    met = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True, status="satisfied")
    # People were asked, or decided; or it reached its own last day, which a renewal mends.
    met = met.exclude(standing__in=("waiting", "refused", "expired"))
    held = Credential.objects.live().filter(
        achievement=OuterRef("pathway__awards"),
        recipient=OuterRef("learner"),
        awarding_version=OuterRef("version"),
    )
    # What a person revoked, no rule gives back.
    by_a_person = CredentialEvent.objects.filter(
        credential=OuterRef("certificate"), kind=CredentialEvent.Kind.REVOKED, by__isnull=False
    )
    return Enrolment.objects.current().filter(Exists(met), ~Exists(held), ~Exists(by_a_person))


def waiting_for_review(today: date) -> QuerySet[Enrolment]:
    """Enrolments whose certificate is earned, and waits for the overdue review of what it certifies."""
    return unissued().filter(_stopped(today))


def _stopped(today: date) -> Q:
    return Q(
        pathway__awards__series__when_overdue=Series.WhenOverdue.STOP,
        pathway__awards__review_due_on__lt=today,
    )


def enrolling_by_themselves() -> QuerySet[Pathway]:
    """Pathways that a first component puts people on.

    While what one awards is tried with a few, people join by their own act, as long as there are places.
    """
    not_for_all = [Pilot.Outcome.RUNNING, Pilot.Outcome.STOPPED]
    return Pathway.objects.filter(enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC).exclude(
        awards__pilot__outcome__in=not_for_all
    )


def learners_to_enrol() -> QuerySet[Credential]:
    """Live credentials listed by a published automatic pathway whose holder is not enrolled there."""
    enrolled = Enrolment.objects.filter(
        learner=OuterRef(OuterRef("recipient")), pathway=OuterRef("version__pathway")
    )
    listing = VersionAchievement.objects.filter(
        ~Exists(enrolled),
        achievement=OuterRef("achievement"),
        version=F("version__pathway__current_version"),
        version__pathway__in=enrolling_by_themselves(),
    )
    is_gated = Q(version__order_policy=PathwayVersion.Order.GATE)
    listing = listing.filter(~is_gated | ~Exists(_lacked("recipient")))
    return Credential.objects.live().filter(Exists(listing)).order_by("recipient")


def _lacked(learner: str) -> QuerySet[Any]:
    """Inside a listing inside a row of `learner`: what the certificate requires and she does not hold.

    What was recognised, or stands for it, is not looked at: whatever decides that has her evaluated.
    """
    held = Credential.objects.filter(
        state=Credential.State.ACTIVE,
        achievement=OuterRef("achievement"),
        recipient=OuterRef(OuterRef(OuterRef(learner))),
    )
    required = AchievementVersion.requires.through.objects
    certificate = OuterRef("version__pathway__awards__current_version")
    return required.filter(~Exists(held), achievementversion=certificate)


def recognised_to_enrol() -> "QuerySet[User]":
    """Learners of whom something stands that a published automatic pathway counts, and who are not on it.

    A gated pathway takes people on when what it asks for is decided, which has them evaluated.
    """
    enrolled = Enrolment.objects.filter(learner=OuterRef(OuterRef("learner")))
    is_gated = Q(order_policy=PathwayVersion.Order.GATE)
    open_ones = PathwayVersion.objects.filter(~is_gated, pathway__in=enrolling_by_themselves())
    listing = VersionAchievement.objects.filter(
        ~Exists(enrolled.filter(pathway=OuterRef("version__pathway"))),
        achievement=OuterRef("achievement"),
        version=F("version__pathway__current_version"),
        version__in=open_ones,
    )
    asking = Step.objects.filter(
        ~Exists(enrolled.filter(pathway=OuterRef("requirement__version__pathway"))),
        act=OuterRef("act"),
        requirement__version=F("requirement__version__pathway__current_version"),
        requirement__version__in=open_ones,
    )
    recognised = Recognition.objects.standing().filter(Exists(listing)).values("learner")
    completed = StepCompletion.objects.standing().filter(Exists(asking)).values("learner")
    owed: QuerySet[User] = get_user_model().objects.filter(Q(pk__in=recognised) | Q(pk__in=completed))
    return owed


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The registrar's work list: what pathways need somebody for."""
    undecided = Evaluation.objects.filter(is_current=True, status="indeterminate")
    drafts = PathwayVersion.objects.filter(status=PathwayVersion.Status.DRAFT)
    return [
        WorkItem(
            label=_("pathway verdicts the engine could not decide"),
            count=undecided.count(),
            url=reverse("admin:pathways_evaluation_changelist") + "?status=indeterminate",
            severity="bad",
        ),
        WorkItem(
            label=_("certificates waiting for a review"),
            count=waiting_for_review(local_day(at)).count(),
            url=reverse("admin:pathways_enrolment_changelist"),
            severity="warn",
        ),
        WorkItem(
            label=_("certificates to approve"),
            url=reverse("admin:pathways_approvalcase_changelist") + "?state=waiting",
            severity="warn",
            **ApprovalCase.objects.filter(closed_at=None).aggregate(
                count=Count("pk"), oldest=Min("opened_at")
            ),
        ),
        WorkItem(
            label=_("certificates to decide on: their rule is no longer met"),
            count=Evaluation.objects.filter(is_current=True, standing="review").count(),
            url=reverse("admin:pathways_enrolment_changelist") + "?standing=review",
            severity="warn",
        ),
        WorkItem(
            label=_("pathway drafts to publish"),
            count=drafts.count(),
            url=reverse("admin:pathways_pathwayversion_changelist") + "?status__exact=draft",
        ),
        *_rulings_to_approve(),
    ]


def _rulings_to_approve() -> Iterator[WorkItem]:
    kinds: tuple[tuple[str, type[Ruling]], ...] = (
        (_("exceptions to approve"), Exemption),
        (_("equivalences to approve"), Equivalence),
        (_("leaves to approve"), Pause),
        (_("recognitions to approve"), Recognition),
        (_("completed steps to approve"), StepCompletion),
    )
    for label, kind in kinds:
        waiting = kind._default_manager.filter(approved_at=None, ended_at=None)
        found = waiting.aggregate(count=Count("pk"), oldest=Min("recorded_at"))
        address = reverse(f"admin:pathways_{kind._meta.model_name}_changelist")
        yield WorkItem(label=label, url=f"{address}?standing=waiting", severity="warn", **found)
