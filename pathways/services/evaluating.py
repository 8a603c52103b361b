"""Evaluate enrolments: ask the engine, keep the answer, and do what follows from it."""

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from credentials.models import CredentialEvent
from credentials.queries import local_day
from credentials.services.ledger import hold
from pathways.models import Enrolment, Evaluation
from pathways.queries import Inputs, inputs_of, situation_of, terms_for
from pathways.rules.evaluate import ENGINE_VERSION, Verdict, judged
from pathways.rules.exchange import Terms, digest
from pathways.services.enrolling import enrol_by_components
from pathways.services.following import Standing, follow, standing_of

if TYPE_CHECKING:
    from learners.models import User


@transaction.atomic
def evaluate_learner(*, learner: "User", at: datetime, is_news: bool = True) -> list[Evaluation]:
    """Bring every pathway of this learner up to date, enrolling her where a component does that.

    `is_news` False loads an earlier record: what follows from it enters the ledger, and nobody is written to.

    Her row is held throughout: two credentials landing together must not both conclude that the
    certificate is still missing. Whoever waited for it may come with an `at` before what was recorded
    meanwhile: the answer is of that later instant, because one of the past would take back what followed.
    """
    learner = hold(learner.pk)
    enrol_by_components(learner=learner, at=at)
    enrolments = list(_held_enrolments(learner))
    known = [moment for row in enrolments for moment in (row.newest_at, row.answered_at) if moment]
    inputs, at = inputs_of(learner), max(at, *known) if known else at
    return [_evaluate(enrolment, inputs, at, is_news) for enrolment in enrolments]


def verdict_on(terms: Terms, inputs: Inputs, at: datetime, *, enrolment: Enrolment | None = None) -> Verdict:
    """What the engine says of these inputs now, by the institution's calendar.

    Whoever is not enrolled is judged as if she enrolled today.
    """
    return judged(situation_of(terms, inputs, at, enrolment=enrolment, enrolled_on=local_day(at)))


def _held_enrolments(learner: "User") -> "QuerySet[Enrolment, Any]":
    """Her enrolments, locked; each with the time of her newest event and of its own last answer."""
    newest = CredentialEvent.objects.filter(recipient=OuterRef("learner")).order_by("-at").values("at")[:1]
    answered = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True).values("evaluated_at")
    return (
        Enrolment.objects.current()
        .filter(learner=learner)
        .select_related("version", "pathway__awards", "certificate")
        .annotate(newest_at=Subquery(newest), answered_at=Subquery(answered))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )


def _evaluate(enrolment: Enrolment, inputs: Inputs, at: datetime, is_news: bool) -> Evaluation:
    situation = situation_of(terms_for(enrolment.version), inputs, at, enrolment=enrolment)
    verdict = judged(situation)
    standing = standing_of(enrolment, situation, verdict)
    read = f"{digest(situation)} {local_day(at)} {ENGINE_VERSION}"
    evaluation = _store(enrolment, verdict, standing, inputs, at, hashlib.sha256(read.encode()).hexdigest())
    follow(enrolment, situation, verdict, standing, inputs, at, is_news=is_news)
    return evaluation


def _store(
    enrolment: Enrolment, verdict: Verdict, standing: Standing, inputs: Inputs, at: datetime, input_hash: str
) -> Evaluation:
    """Keep the answer; the same inputs on the same day only note how far they were read."""
    next_change_on = _earlier(verdict.next_change_on, standing.grace_through)
    current = Evaluation.objects.filter(enrolment=enrolment, is_current=True).first()
    if current is not None and current.input_hash == input_hash and current.verdict == verdict.to_json():
        current.last_event, current.input_revision = inputs.last_event, enrolment.input_revision
        current.next_change_on = next_change_on
        current.save(update_fields=["last_event", "input_revision", "next_change_on"])
        return current
    if current is not None:
        current.is_current = False
        current.save(update_fields=["is_current"])
    return Evaluation.objects.create(
        enrolment=enrolment,
        input_hash=input_hash,
        input_revision=enrolment.input_revision,
        last_event=inputs.last_event,
        status=verdict.status,
        remaining=verdict.remaining,
        total=verdict.total,
        first_satisfied_on=verdict.first_satisfied_on,
        holds_through=verdict.holds_through,
        standing=standing.state,
        broken_on=standing.broken_on,
        cause=standing.cause or "",
        grace_through=standing.grace_through,
        verdict=verdict.to_json(),
        next_change_on=next_change_on,
        evaluated_at=at,
    )


def _earlier(change_on: date | None, grace_through: date | None) -> date | None:
    """The day on which time alone may change something: of the verdict, or of the grace it leaves."""
    after_grace = grace_through + timedelta(days=1) if grace_through else None
    return min((day for day in (change_on, after_grace) if day), default=None)
