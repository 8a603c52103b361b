"""Long work in chunks: started once, watched on its page, safe to kill and to run by two workers."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from config.events import announce
from credentials.models import Job
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User

log = structlog.get_logger(__name__)
CHUNK_SECONDS = 60
WAIT_AFTER_FAILURE = 10


@transaction.atomic
def start_job(
    *,
    title: str,
    work: str,
    dedupe_key: str,
    total: int,
    by: "User | None",
    at: datetime,
    **parameters: int | str,
) -> Job:
    """Start `work`, a dotted callable (job, at) -> bool "there is more"; a known key answers its job.

    Each call does one chunk of at most a minute and moves `position`, `done_count` and `log` itself.
    """
    job, is_new = Job.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "title": title,
            "work": work,
            "parameters": parameters,
            "total_count": total,
            "started_by": by,
            "created_at": at,
        },
    )
    if is_new:
        audit("start job", job, by=by, work=work)
        announce("job.started", job_id=job.pk)
    return job


def run_job(*, job_id: int, at: datetime) -> None:
    """Run one chunk, and wake the next; a killed worker's chunk was never committed and runs again."""
    owner = secrets.token_hex(16)
    if not Job.objects.claim(job_id, owner, seconds=CHUNK_SECONDS + 30):
        return
    try:
        _run_chunk(job_id, owner, at)
    except Exception as error:
        job = Job.objects.get(pk=job_id)
        Job.objects.give_back(job_id, owner, repr(error), WAIT_AFTER_FAILURE * job.attempts)
        Job.objects.filter(pk=job_id).update(state=Job.State.FAILED if job.is_stuck else Job.State.WAITING)
        raise


@transaction.atomic
def _run_chunk(job_id: int, owner: str, at: datetime) -> None:
    job = Job.objects.select_for_update(no_key=True).get(pk=job_id, lease_owner=owner)
    if job.cancel_requested:
        job.state, job.done_at = Job.State.CANCELLED, at
        there_is_more = False
    else:
        there_is_more = bool(import_string(job.work)(job, at))
        job.state = Job.State.RUNNING if there_is_more else Job.State.DONE
        job.done_at = None if there_is_more else at
    # A chunk that went well clears the count: only failures in a row make a job stuck.
    job.attempts, job.last_error, job.lease_owner, job.lease_until = 0, "", "", None
    job.save()
    if there_is_more:
        announce("job.started", job_id=job.pk)


@transaction.atomic
def cancel_job(*, job: Job, by: "User") -> None:
    """Ask the job to end after its present chunk; what was done stays done."""
    Job.objects.filter(pk=job.pk, done_at__isnull=True).update(cancel_requested=True)
    audit("cancel job", job, by=by)


@transaction.atomic
def retry_job(*, job: Job, by: "User") -> None:
    """Give a failed job a fresh set of attempts from where it stopped."""
    renewed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.WAITING, attempts=0, due_at=Now(), lease_until=None, lease_owner=""
    )
    if renewed:
        audit("retry job", job, by=by)
        announce("job.started", job_id=job.pk)
