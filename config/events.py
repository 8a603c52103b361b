"""HEARS: which tasks hear which event; the whole choreography of the product is this one table.

Names are dotted strings, as in `include()`; the start-up check config.E001 refuses a misspelt one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import structlog
from django.db import transaction
from django.utils.module_loading import import_string

HEARS: dict[str, tuple[str, ...]] = {
    "check.asked": ("credentials.tasks.check_batch",),
    "certificate.ordered": ("credentials.tasks.render_certificate",),
    "credential.issued": (
        "credentials.tasks.prepare_document",
        "pathways.tasks.evaluate_learner",
        "learners.tasks.notify",
    ),
    "credential.suspended": (
        "credentials.tasks.publish_status_list",
        "pathways.tasks.evaluate_learner",
        "learners.tasks.notify",
    ),
    "credential.reinstated": (
        "credentials.tasks.publish_status_list",
        "pathways.tasks.evaluate_learner",
        "learners.tasks.notify",
    ),
    "credential.revoked": (
        "credentials.tasks.publish_status_list",
        "pathways.tasks.evaluate_learner",
        "learners.tasks.notify",
    ),
    "credential.expired": ("pathways.tasks.evaluate_learner", "learners.tasks.notify"),
    "credential.renewed": ("credentials.tasks.prepare_document", "pathways.tasks.evaluate_learner"),
    "document.intended": ("credentials.tasks.sign_document",),
    "document.signed": ("credentials.tasks.render_certificate",),
    "endorsement.intended": ("credentials.tasks.sign_endorsement",),
    "enrolment.opened": ("pathways.tasks.evaluate_enrolment",),
    "enrolment.touched": ("pathways.tasks.evaluate_enrolment",),
    "grading.returned": ("learners.tasks.notify_feedback",),
    "job.started": ("credentials.tasks.run_job",),
    "notification.queued": ("learners.tasks.send_mail",),
}

log = structlog.get_logger(__name__)
# After a failed publish this process stays silent for a moment: with the broker down, a request must
# not wait for a timeout per event. The sweeps find whatever was not said.
SILENCE_SECONDS = 5.0
_silent_until = 0.0
_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Wake nobody inside: for loading many records at once, whose duties the sweeps then find by query."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def announce(event: str, **ids: int) -> None:
    """Wake, once this transaction commits, each task that hears `event`; ids are integers by keyword.

    A broker that is down never undoes the commit: the duty is a row that `catch_up` finds.
    """
    if _is_quiet.get():
        return
    for listener in HEARS[event]:
        transaction.on_commit(partial(_publish, listener, ids), robust=True)


def _publish(listener: str, ids: dict[str, int]) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        import_string(listener).apply_async(kwargs=ids, retry=False)
    except Exception as error:  # noqa: BLE001 whatever a broker's client raises, the commit stands
        _silent_until = time.monotonic() + SILENCE_SECONDS
        log.warning("announce.broker_unreachable", listener=listener, error=str(error), **ids)
