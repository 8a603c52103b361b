"""What workers do for pathways."""

from celery import shared_task
from django.contrib.auth import get_user_model
from django.db.models import Q

from config.clock import now
from credentials.models import CredentialEvent
from credentials.queries import local_day
from credentials.services.sweeping import Round, Sweep
from pathways import queries
from pathways.models import Enrolment
from pathways.queries.moves import due_moves
from pathways.services.evaluating import evaluate_learner as evaluate_everything_of
from pathways.services.moving import end_teach_out

LEARNERS, MOVES = Round(), Round()


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
    """Move whose teach-out ended, and find every learner whose stored answers are behind."""
    at = now()
    sweep = Sweep.begin("pathways.catch_up", at=at)
    if sweep is None:
        return
    moves = MOVES.next(due_moves(local_day(at)))
    sweep.for_each(moves, lambda case: end_teach_out(case=case, at=now()))
    stale = queries.stale_enrolments(local_day(at)).values("learner")
    unenrolled = queries.learners_to_enrol().values("recipient")
    recognised = queries.recognised_to_enrol().values("pk")
    behind = get_user_model().objects.filter(Q(pk__in=stale) | Q(pk__in=unenrolled) | Q(pk__in=recognised))
    sweep.for_each(LEARNERS.next(behind), lambda learner: evaluate_everything_of(learner=learner, at=now()))
    sweep.finish()
