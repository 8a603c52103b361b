"""Jobs: started once, done in chunks, cancelled between them, tried again where they failed."""

import pytest

from config.clock import now
from credentials.models import AuditEntry, Job, SignedDocument
from credentials.models.duty import MAX_ATTEMPTS
from credentials.services.duties import NotStuck, try_again
from credentials.services.jobs import cancel_job, retry_job, run_job, start_job
from credentials.services.signing import sign_document
from learners.models import User
from tests.makers import TERM_DAY, make_credential, make_job

pytestmark = pytest.mark.django_db


def count_to_three(job: Job, at: object) -> bool:
    """A job's work for these tests: one of three a chunk."""
    job.done_count += 1
    return job.done_count < 3


def fail(job: Job, at: object) -> bool:
    """A job's work that never goes well."""
    raise RuntimeError("the sheet is missing")


def work(function: object) -> str:
    return f"{__name__}.{getattr(function, '__name__', '')}"


def due_again(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(due_at=TERM_DAY)


class TestStart:
    def test_the_same_key_starts_one_job(self, registrar: User) -> None:
        first, second = (
            start_job(
                title="Count",
                work=work(count_to_three),
                dedupe_key="count",
                total=3,
                by=registrar,
                at=TERM_DAY,
            )
            for _press in range(2)
        )

        assert first == second
        assert AuditEntry.objects.filter(act="start job").count() == 1


class TestRun:
    def test_goes_on_from_chunk_to_chunk(self) -> None:
        job = make_job(work=work(count_to_three), total=3)

        seen = []
        for _chunk in range(4):
            run_job(job_id=job.pk, at=now())
            job.refresh_from_db()
            seen.append((job.state, job.done_count))

        assert seen == [("running", 1), ("running", 2), ("done", 3), ("done", 3)]

    def test_ends_after_its_present_chunk_when_cancelled(self, registrar: User) -> None:
        job = make_job(work=work(count_to_three), total=3)
        run_job(job_id=job.pk, at=now())

        cancel_job(job=job, by=registrar)
        run_job(job_id=job.pk, at=now())

        job.refresh_from_db()
        assert (job.state, job.done_count) == ("cancelled", 1)

    def test_gives_up_after_failing_in_a_row_and_can_be_tried_again(self, registrar: User) -> None:
        job = make_job(work=work(fail))
        for _attempt in range(MAX_ATTEMPTS):
            due_again(job)
            with pytest.raises(RuntimeError):
                run_job(job_id=job.pk, at=now())
        job.refresh_from_db()
        assert (job.state, job.is_stuck) == ("failed", True)
        assert "the sheet is missing" in job.last_error

        retry_job(job=job, by=registrar)

        job.refresh_from_db()
        assert (job.state, job.is_stuck) == ("waiting", False)
        assert Job.objects.open().filter(pk=job.pk).exists()


class TestTryAgain:
    def test_a_stuck_duty_is_open_again(self, registrar: User) -> None:
        document = make_credential().documents.get()
        SignedDocument.objects.filter(pk=document.pk).update(attempts=MAX_ATTEMPTS)
        assert not sign_document(document_id=document.pk)

        try_again(duty=document, by=registrar)

        assert sign_document(document_id=document.pk)
        assert AuditEntry.objects.filter(act="try again").exists()

    def test_what_is_done_or_still_tried_is_left_alone(self, registrar: User) -> None:
        document = make_credential().documents.get()

        with pytest.raises(NotStuck):
            try_again(duty=document, by=registrar)
