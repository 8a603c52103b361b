"""What workers do for people: tell them, once."""

from celery import shared_task

from config.clock import now
from credentials.services.sweeping import AT_ONCE, Round, Sweep
from learners import queries
from learners.models import Notification
from learners.services import notifying

EVENTS, GRADINGS = Round(), Round()


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
    at = now()
    sweep = Sweep.begin("learners.catch_up", at=at)
    if sweep is None:
        return
    events, gradings = EVENTS.next(queries.untold_events()), GRADINGS.next(queries.untold_gradings())
    sweep.for_each(events, lambda event: notifying.notify_event(event=event, at=at))
    sweep.for_each(gradings, lambda grading: notifying.notify_feedback(grading=grading, at=at))
    unsent = Notification.objects.open().values_list("pk", flat=True)[:AT_ONCE]
    sweep.for_each(unsent, lambda pk: notifying.send_mail(notification_id=pk))
    sweep.finish()
