"""What workers do for credentials."""

from celery import shared_task

from config.clock import now
from credentials.models import CredentialEvent, Job, Rendering, SignedDocument, SweepRun
from credentials.services import auditing, jobs, once, rendering, revoking, signing
from credentials.services.sweeping import for_each

DUTIES_A_SWEEP = 200


@shared_task
def prepare_document(*, event_id: int, **_: object) -> None:
    event = CredentialEvent.objects.get(pk=event_id)
    for document_id in (
        SignedDocument.objects.open().filter(credential=event.credential_id).values_list("pk", flat=True)
    ):
        signing.sign_document(document_id=document_id)


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
def catch_up(**_: object) -> None:
    """Find what is unsigned, unprinted, unpublished, past its last day, unfinished or unsealed."""
    if not SweepRun.objects.begin("credentials.catch_up"):
        return
    at = now()
    unsigned = SignedDocument.objects.open().values_list("pk", flat=True)[:DUTIES_A_SWEEP]
    found = for_each(unsigned, lambda pk: signing.sign_document(document_id=pk))
    behind = signing.lists_to_publish(at=at).values_list("pk", flat=True)
    found += for_each(behind, lambda pk: signing.publish_status_list(list_id=pk, at=at))
    ended = revoking.past_their_last_day(at=at)[:DUTIES_A_SWEEP]
    found += for_each(ended, lambda credential: revoking.expire(credential=credential, at=at))
    # Printing and jobs are long: only woken here, so that this sweep stays short.
    unprinted = Rendering.objects.open().values_list("document", flat=True)[:DUTIES_A_SWEEP]
    found += for_each(unprinted, lambda pk: render_certificate.delay(document_id=pk))
    unfinished = Job.objects.open().values_list("pk", flat=True)
    found += for_each(unfinished, lambda pk: run_job.delay(job_id=pk))
    found += for_each(range(1), lambda _once: auditing.seal())
    SweepRun.objects.finish("credentials.catch_up", found)


@shared_task
def tidy(**_: object) -> None:
    once.forget_old_keys(at=now())
