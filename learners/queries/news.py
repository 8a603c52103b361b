"""The news nobody was told yet, and the messages that could not be delivered."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Grading
from config.admin import WorkItem
from credentials.models import Credential, CredentialEvent
from learners.models import Notification
from pathways.models import Enrolment

if TYPE_CHECKING:
    from learners.models import User

OVERDUE = timedelta(minutes=15)


def events() -> QuerySet[CredentialEvent]:
    """Ledger rows with all a message about them needs."""
    return CredentialEvent.objects.select_related(
        "recipient", "credential__version", "credential__achievement__issuer"
    )


def gradings() -> QuerySet[Grading]:
    return Grading.objects.select_related("submission__learner", "submission__assessment")


def untold_events() -> QuerySet[CredentialEvent]:
    """News of the ledger without a notification."""
    told = Notification.objects.filter(event=OuterRef("pk"))
    return events().filter(~Exists(told), is_news=True).exclude(kind__in=("renewed", "superseded"))


def untold_gradings() -> QuerySet[Grading]:
    """Returned work whose learner was not told."""
    told = Notification.objects.filter(grading=OuterRef("pk"))
    returned = gradings().filter(
        state=Grading.State.FINAL, submission__returned_at__isnull=False, is_news=True
    )
    return returned.filter(~Exists(told))


def standing_on(learner: "User", credential: Credential) -> list[str]:
    """For each pathway this credential counts on, one line: how much is left."""
    enrolments = (
        Enrolment.objects.current()
        .filter(
            learner=learner,
            version__listed__achievement=credential.achievement_id,
            evaluations__is_current=True,
        )
        .values_list("pathway__name", "evaluations__remaining")
    )
    return [
        _("%(pathway)s: complete.") % {"pathway": name}
        if remaining == 0
        else _("%(pathway)s: %(count)d left.") % {"pathway": name, "count": remaining}
        for name, remaining in enrolments
        if remaining is not None
    ]


def waiting_work(user: "User", at: datetime) -> list[WorkItem]:
    """The work list: messages that could not be delivered."""
    bounced = Notification.objects.filter(mail=Notification.Mail.BOUNCED)
    late = Q(created_at__lt=at - OVERDUE) | ~Q(last_error="")
    unsent = Notification.objects.filter(late, done_at__isnull=True)
    url = reverse("admin:learners_notification_changelist")
    return [
        WorkItem(
            label=_("e-mails that came back"),
            count=bounced.count(),
            url=f"{url}?mail__exact=bounced",
            severity="warn",
        ),
        WorkItem(
            label=_("e-mails not sent"),
            count=unsent.count(),
            url=f"{url}?done_at__isnull=1",
            severity="bad",
        ),
    ]
