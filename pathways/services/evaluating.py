"""Evaluate enrolments: ask the engine, keep the answer, and do what follows from it."""

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

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
    certificate is still missing.
    """
    learner = hold(learner.pk)
    enrol_by_components(learner=learner, at=at)
    inputs = inputs_of(learner)
    enrolments = (
        Enrolment.objects.current()
        .filter(learner=learner)
        .select_related("version", "pathway__awards", "certificate")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    return [_evaluate(enrolment, inputs, at, is_news) for enrolment in enrolments]


def verdict_on(terms: Terms, inputs: Inputs, at: datetime, *, enrolment: Enrolment | None = None) -> Verdict:
    """What the engine says of these inputs now, by the institution's calendar.

    Whoever is not enrolled is judged as if she enrolled today.
    """
    return judged(situation_of(terms, inputs, at, enrolment=enrolment, enrolled_on=local_day(at)))


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
