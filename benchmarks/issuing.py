"""Issuing whole: the rows, the signature and the evaluation of the learner's pathway, one by one and many."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.measuring import Line
from config.events import quietly
from credentials.models import Achievement, Credential, SignedDocument
from credentials.services.issuing import Award, issue
from credentials.services.signing_batches import AT_ONCE, sign_issued, sign_many
from learners.models import User
from pathways.models import Pathway
from pathways.services.evaluating import evaluate_learner
from tests import makers
from tests.speed.counting import statements

LEARNERS = 200
MOST_QUERIES, AT_LEAST = 15, 20


def measure(database: str) -> Iterator[Line]:
    with quietly():
        # One more than anybody is given: the last would complete the pathway, and that is another job.
        wanted = [makers.make_achievement() for _place in range(4)]
        pathway = makers.make_pathway(rule=makers.all_of(*wanted))
        first = _enrolled(pathway, 2)
        _one_by_one(wanted[0], first)  # what a process learns once: contexts, the schema, the status list
        few = _statements(partial(_one_by_one, wanted[1], first[:1]))
        learners = _enrolled(pathway, LEARNERS)
        alone = _Took(partial(_one_by_one, wanted[0], learners), LEARNERS)
        many = _statements(partial(_one_by_one, wanted[1], first[1:]))
        together = _Took(partial(_together, wanted[1], learners), LEARNERS)
        in_bulk = _statements(partial(_together, wanted[2], learners)) / LEARNERS
    yield alone.line(f"issue whole, {LEARNERS} one by one ({database})")
    yield together.line(f"issue whole, {LEARNERS} of them signed together ({database})")
    yield _queries(
        f"issue whole, queries of one ({database})", many, f"with 2 held by all: {few}", many > few
    )
    yield _queries(
        f"issue whole, queries of each signed together ({database})", in_bulk, f"alone: {many}", False
    )


class _Took:
    """How long some work took: by the clock, and of this process alone."""

    def __init__(self, do: Callable[[], object], count: int) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        do()
        self.wall = (time.perf_counter() - wall) / count
        self.processor = (time.process_time() - processor) / count

    def line(self, job: str) -> Line:
        return Line(
            job=job,
            ours=f"{1 / self.wall:.0f} a second",
            comparison=f"processor {self.processor * 1000:.0f} of {self.wall * 1000:.0f} ms each",
            goal=f">= {AT_LEAST} a second",
            is_met=1 / self.wall >= AT_LEAST,
        )


def _queries(job: str, queries: float, comparison: str, is_broken: bool) -> Line:
    return Line(
        job=job,
        ours=f"{queries:.0f}",
        comparison=comparison,
        goal=f"<= {MOST_QUERIES}",
        is_met=queries <= MOST_QUERIES,
        is_broken=is_broken,
    )


def _statements(do: Callable[[], object]) -> int:
    return len(statements(do))


def _enrolled(pathway: Pathway, count: int) -> list[User]:
    people = [makers.make_user() for _place in range(count)]
    for learner in people:
        makers.make_enrolment(learner=learner, pathway=pathway)
    return people


def _one_by_one(achievement: Achievement, learners: list[User]) -> None:
    """As the listeners of credential.issued do it."""
    for learner in learners:
        credential = _issued(achievement, learner)
        sign_issued(credential_id=credential.pk)
        evaluate_learner(learner=learner, at=makers.TERM_DAY)


def _together(achievement: Achievement, learners: list[User]) -> None:
    """As a bulk issue does it: what waits is signed together."""
    made = [_issued(achievement, learner) for learner in learners]
    waiting = list(SignedDocument.objects.filter(credential__in=made).values_list("pk", flat=True))
    for first in range(0, len(waiting), AT_ONCE):
        sign_many(waiting[first : first + AT_ONCE])
    for learner in learners:
        evaluate_learner(learner=learner, at=makers.TERM_DAY)


def _issued(achievement: Achievement, learner: User) -> Credential:
    award = Award(
        achievement=achievement,
        recipient=learner,
        source=Credential.Source.HAND,
        source_id=achievement.pk,
        earned_at=makers.TERM_DAY,
    )
    return issue(award=award, at=makers.TERM_DAY)
