"""Evaluate enrolments: ask the engine, keep the answer, and do what follows from it."""

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from credentials.models import CredentialEvent
from credentials.queries import local_day
from credentials.services.ledger import hold
from pathways.models import ApprovalCase, Enrolment, Evaluation
from pathways.queries import Inputs, inputs_of, situation_of
from pathways.rules.evaluate import ENGINE_VERSION, Verdict, judged
from pathways.rules.exchange import Terms, digest
from pathways.services.consuming import release_ended
from pathways.services.enrolling import enrol_by_components
from pathways.services.following import Followed, follow
from pathways.services.judging import Judged, judge

if TYPE_CHECKING:
    from learners.models import User

# Deeper stacks than any programme has go on by the news of what was done.
MOST_TIERS = 10


@transaction.atomic
def evaluate_learner(*, learner: "User", at: datetime, is_news: bool = True) -> list[Evaluation]:
    """Bring every pathway of this learner up to date, enrolling her where a component does that.

    What happens to one certificate may be a part of another: all are looked at again until nothing changes.
    `is_news` False loads an earlier record: what follows from it enters the ledger, and nobody is written to.

    Her row is held throughout: two credentials landing together must not both conclude that the
    certificate is still missing. Whoever waited for it may come with an `at` before what was recorded
    meanwhile: the answer is of that later instant, because one of the past would take back what followed.
    """
    learner = hold(learner.pk)
    enrol_by_components(learner=learner, at=at)
    evaluations: list[Evaluation] = []
    for _tier in range(MOST_TIERS):
        enrolments = list(_held_enrolments(learner))
        at = max([at, *(known for row in enrolments for known in (row.newest_at, row.answered_at) if known)])
        inputs, evaluations, has_changed = _inputs(learner, at), [], False
        for enrolment in enrolments:
            evaluation, is_change = _evaluate(enrolment, inputs, at, is_news)
            evaluations.append(evaluation)
            if is_change and len(enrolments) > 1:
                # The next must not count what this one has just used up, and may be made of it.
                inputs, has_changed = _inputs(learner, at), True
        if not has_changed:
            break
    return evaluations


def verdict_on(terms: Terms, inputs: Inputs, at: datetime, *, enrolment: Enrolment | None = None) -> Verdict:
    """What the engine says of these inputs now, by the institution's calendar.

    Whoever is not enrolled is judged as if she enrolled today.
    """
    return judged(situation_of(terms, inputs, at, enrolment=enrolment, enrolled_on=local_day(at)))


def _held_enrolments(learner: "User") -> "QuerySet[Enrolment, Any]":
    """Her enrolments, locked; each with the times of her newest event and of its own last answer, and
    whether its certificate waits for approval.
    """
    newest = CredentialEvent.objects.filter(recipient=OuterRef("learner")).order_by("-at").values("at")[:1]
    waits = ApprovalCase.objects.filter(enrolment=OuterRef("pk"), closed_at__isnull=True)
    answered = Evaluation.objects.filter(enrolment=OuterRef("pk"), is_current=True).values("evaluated_at")
    return (
        Enrolment.objects.current()
        .filter(learner=learner)
        .select_related("version", "pathway__awards", "certificate__version")
        .annotate(newest_at=Subquery(newest), answered_at=Subquery(answered), has_case=Exists(waits))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )


def _inputs(learner: "User", at: datetime) -> Inputs:
    """What verdicts read of her, once what ended has released what it had used."""
    inputs = inputs_of(learner)
    if any(fact.consumed_by for fact in inputs.facts) and release_ended(learner, at):
        return inputs_of(learner)
    return inputs


def _evaluate(enrolment: Any, inputs: Inputs, at: datetime, is_news: bool) -> tuple[Evaluation, bool]:
    """The answer, once what follows from it is done; and whether that changed what she holds."""
    judgement = judge(enrolment, inputs, at, has_case=enrolment.has_case, is_news=is_news)
    followed = follow(judgement)
    return _store(judgement, followed), followed.has_changed


def _store(judgement: Judged, followed: Followed) -> Evaluation:
    """Keep the answer; the same inputs on the same day only note how far they were read."""
    enrolment, verdict, standing = judgement.enrolment, judgement.verdict, followed.standing
    read = f"{digest(judgement.situation)} {local_day(judgement.at)} {ENGINE_VERSION}"
    answer = {
        "input_hash": hashlib.sha256(read.encode()).hexdigest(),
        "verdict": verdict.to_json(),
        "standing": standing.state,
        "broken_on": standing.broken_on,
        "cause": standing.cause or "",
        "grace_through": standing.grace_through,
    }
    next_change_on = _look_again_on(verdict, followed)
    current = Evaluation.objects.filter(enrolment=enrolment, is_current=True).first()
    if current is not None and all(getattr(current, name) == said for name, said in answer.items()):
        current.last_event, current.input_revision = judgement.inputs.last_event, enrolment.input_revision
        current.next_change_on = next_change_on
        current.save(update_fields=["last_event", "input_revision", "next_change_on"])
        return current
    if current is not None:
        current.is_current = False
        current.save(update_fields=["is_current"])
    return Evaluation.objects.create(
        enrolment=enrolment,
        input_revision=enrolment.input_revision,
        last_event=judgement.inputs.last_event,
        status=verdict.status,
        remaining=verdict.remaining,
        total=verdict.total,
        first_satisfied_on=verdict.first_satisfied_on,
        holds_through=verdict.holds_through,
        next_change_on=next_change_on,
        evaluated_at=judgement.at,
        **answer,
    )


def _look_again_on(verdict: Verdict, followed: Followed) -> date | None:
    """The day on which time alone may change something: the verdict, the end of grace, what had to wait."""
    standing = followed.standing
    in_grace = standing.grace_through if standing.state == "grace" else None
    after_grace = in_grace + timedelta(days=1) if in_grace else None
    days = (verdict.next_change_on, after_grace, followed.look_again_on)
    return min((day for day in days if day), default=None)
