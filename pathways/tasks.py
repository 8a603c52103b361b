"""What workers do for pathways."""

from celery import shared_task
from django.contrib.auth import get_user_model

from config.clock import now
from credentials.models import CredentialEvent, SweepRun
from credentials.queries import local_day
from credentials.services.sweeping import for_each
from pathways import queries
from pathways.models import Enrolment
from pathways.services.evaluating import evaluate_learner as evaluate_everything_of

LEARNERS_A_SWEEP = 200


@shared_task
def evaluate_learner(*, event_id: int, **_: object) -> None:
    event = CredentialEvent.objects.select_related("recipient").get(pk=event_id)
    evaluate_everything_of(learner=event.recipient, at=now())


@shared_task
def evaluate_enrolment(*, enrolment_id: int, **_: object) -> None:
    enrolment = Enrolment.objects.select_related("learner").get(pk=enrolment_id)
    evaluate_everything_of(learner=enrolment.learner, at=now())


@shared_task
def catch_up(**_: object) -> None:
    """Find every learner whose stored answers are behind, whatever message was lost."""
    if not SweepRun.objects.begin("pathways.catch_up"):
        return
    at = now()
    stale = queries.stale_enrolments(local_day(at)).values_list("learner", flat=True)
    unenrolled = queries.learners_to_enrol().values_list("recipient", flat=True)
    behind = sorted({*stale[:LEARNERS_A_SWEEP], *unenrolled[:LEARNERS_A_SWEEP]})
    learners = get_user_model().objects.filter(pk__in=behind).order_by("pk")
    found = for_each(learners, lambda learner: evaluate_everything_of(learner=learner, at=at))
    SweepRun.objects.finish("pathways.catch_up", found)
