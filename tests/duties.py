"""What workers do, done here: the three sweeps again and again, until the database owes nothing."""

from collections.abc import Iterator
from itertools import chain

from config.clock import now
from credentials import tasks as credential_tasks
from credentials.models import AuditEntry, BatchCheck, Endorsement, Job, Rendering, SignedDocument
from credentials.queries import local_day
from credentials.services.batch_checking import check_batch
from credentials.services.jobs import run_job
from credentials.services.rendering import render
from credentials.services.signing import lists_to_publish
from credentials.services.sweeping import for_each
from learners import queries as learner_queries
from learners import tasks as learner_tasks
from learners.models import Notification
from pathways import tasks as pathway_tasks
from pathways.queries import learners_to_enrol, stale_enrolments

MOST_ROUNDS = 20


def drain_duties(*, printing: bool = True) -> None:
    """Run the sweeps, the jobs they would wake and, with `printing`, the printing, until nothing is owed.

    Raises AssertionError with what is left and why, when a round of it changes nothing.
    """
    before: list[str] | None = None
    for _round in range(MOST_ROUNDS):
        _sweep(printing)
        left = list(owed(printing=printing))
        if not left:
            return
        if left == before:
            break
        before = left
    raise AssertionError("The sweeps leave this undone:\n" + "\n".join(before or ()))


def owed(*, printing: bool = True) -> Iterator[str]:
    """What the database still owes, one line each."""
    at = now()
    rows = (SignedDocument, Endorsement, BatchCheck, Job, Notification, *((Rendering,) if printing else ()))
    for duty in chain.from_iterable(model.objects.filter(done_at__isnull=True).iterator() for model in rows):
        yield f"{duty._meta.verbose_name} {duty.pk}: {duty.last_error or 'not done'}"
    yield from (f"status list {block.pk}: not published" for block in lists_to_publish(at=at))
    yield from (f"enrolment {row.pk}: not evaluated" for row in stale_enrolments(local_day(at)))
    yield from (f"credential {row.pk}: its holder is not enrolled" for row in learners_to_enrol())
    yield from (f"event {event.pk}: nobody was told" for event in learner_queries.untold_events())
    yield from (f"grading {row.pk}: nobody was told" for row in learner_queries.untold_gradings())
    if unsealed := AuditEntry.objects.filter(seq__isnull=True).count():
        yield f"{unsealed} audit entries: not sealed"


def _sweep(printing: bool) -> None:
    credential_tasks.catch_up()
    pathway_tasks.catch_up()
    learner_tasks.catch_up()
    for_each(Job.objects.open().values_list("pk", flat=True), lambda pk: run_job(job_id=pk, at=now()))
    unchecked = BatchCheck.objects.open().values_list("pk", flat=True)
    for_each(unchecked, lambda pk: check_batch(batch_id=pk, at=now()))
    if printing:
        unprinted = Rendering.objects.open().values_list("pk", flat=True)
        for_each(unprinted, lambda pk: render(rendering_id=pk))
