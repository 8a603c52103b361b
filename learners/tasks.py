"""What workers do for people: tell them, once."""

from celery import shared_task

from config.clock import now
from credentials.models import SweepRun
from credentials.services.sweeping import for_each
from learners import queries
from learners.models import Notification
from learners.services import notifying


@shared_task
def notify(*, event_id: int, **_: object) -> None:
    notifying.notify_event(event=queries.events().get(pk=event_id), at=now())


@shared_task
def notify_feedback(*, grading_id: int, **_: object) -> None:
    notifying.notify_feedback(grading=queries.gradings().get(pk=grading_id), at=now())


@shared_task
def send_mail(*, notification_id: int, **_: object) -> None:
    notifying.send_mail(notification_id=notification_id)


@shared_task
def catch_up(**_: object) -> None:
    """Find news nobody was told, and messages nobody sent."""
    if not SweepRun.objects.begin("learners.catch_up"):
        return
    at = now()
    found = for_each(queries.untold_events(), lambda event: notifying.notify_event(event=event, at=at))
    found += for_each(
        queries.untold_gradings(), lambda grading: notifying.notify_feedback(grading=grading, at=at)
    )
    unsent = Notification.objects.open().values_list("pk", flat=True)[:200]
    found += for_each(unsent, lambda pk: notifying.send_mail(notification_id=pk))
    SweepRun.objects.finish("learners.catch_up", found)
