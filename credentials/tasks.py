"""What workers do for credentials."""

from celery import shared_task

from config.clock import now
from credentials.models import BatchCheck, CredentialEvent, Endorsement, Job, Rendering, SignedDocument
from credentials.services import (
    auditing,
    batch_checking,
    endorsing,
    jobs,
    once,
    rendering,
    revoking,
    signing,
    signing_batches,
)
from credentials.services.sweeping import AT_ONCE, Round, Sweep

WOKEN_AT_ONCE = 200
ENDED = Round()


@shared_task
def prepare_document(*, event_id: int, **_: object) -> None:
    event = CredentialEvent.objects.get(pk=event_id)
    signing_batches.sign_issued(credential_id=event.credential_id)


@shared_task
def sign_document(*, document_id: int, **_: object) -> None:
    signing.sign_document(document_id=document_id)


@shared_task
def sign_endorsement(*, endorsement_id: int, **_: object) -> None:
    endorsing.sign_endorsement(endorsement_id=endorsement_id)


@shared_task
def render_certificate(*, document_id: int, **_: object) -> None:
    for rendering_id in Rendering.objects.open().filter(document=document_id).values_list("pk", flat=True):
        rendering.render(rendering_id=rendering_id)


@shared_task
def publish_status_list(*, event_id: int, **_: object) -> None:
    event = CredentialEvent.objects.select_related("credential").get(pk=event_id)
    signing.publish_status_list(list_id=event.credential.status_list_id, at=now())


@shared_task
def run_job(*, job_id: int, **_: object) -> None:
    jobs.run_job(job_id=job_id, at=now())


@shared_task
def check_batch(*, batch_id: int, **_: object) -> None:
    batch_checking.check_batch(batch_id=batch_id, at=now())


@shared_task
def catch_up(**_: object) -> None:
    """Find what is unsigned, unprinted, unpublished, past its last day, unfinished or unsealed."""
    at = now()
    sweep = Sweep.begin("credentials.catch_up", at=at)
    if sweep is None:
        return
    sweep.for_each(signing_batches.batches(), signing_batches.sign_many)
    unsigned = SignedDocument.objects.open().values_list("pk", flat=True)[:AT_ONCE]
    sweep.for_each(unsigned, lambda pk: signing.sign_document(document_id=pk))
    unsaid = Endorsement.objects.open().values_list("pk", flat=True)[:AT_ONCE]
    sweep.for_each(unsaid, lambda pk: endorsing.sign_endorsement(endorsement_id=pk))
    behind = signing.lists_to_publish(at=at).values_list("pk", flat=True)
    sweep.for_each(behind, lambda pk: signing.publish_status_list(list_id=pk, at=at))
    ended = ENDED.next(revoking.past_their_last_day(at=at))
    sweep.for_each(ended, lambda credential: revoking.expire(credential=credential, at=at))
    # Printing and jobs are long: only woken here, so that this sweep stays short.
    unprinted = Rendering.objects.open().values_list("document", flat=True)[:WOKEN_AT_ONCE]
    sweep.for_each(unprinted, lambda pk: render_certificate.delay(document_id=pk))
    unfinished = Job.objects.open().values_list("pk", flat=True)
    sweep.for_each(unfinished, lambda pk: run_job.delay(job_id=pk))
    unchecked = BatchCheck.objects.open().values_list("pk", flat=True)[:WOKEN_AT_ONCE]
    sweep.for_each(unchecked, lambda pk: check_batch.delay(batch_id=pk))
    sweep.for_each(range(1), lambda _once: auditing.seal())
    sweep.finish()


@shared_task
def tidy(**_: object) -> None:
    at = now()
    once.forget_old_keys(at=at)
    batch_checking.forget_checks(at=at)
