"""Credentials that count once, or k times: the next certificate that wants one is refused, and told why."""

import threading
from functools import partial

import pytest
from django.db import connection

from config.clock import now
from credentials.models import Credential
from learners.models import User
from learners.queries import progress
from pathways.models import Consumption, Pathway, PathwayVersion
from pathways.services.evaluating import evaluate_learner
from tests.makers import TERM_DAY, make_achievement, make_certificate, make_enrolment, make_user, pool
from tests.pathways.stacks import (
    certificate_of,
    certificates_of,
    days,
    enrolment_of,
    hold,
    look,
    make_stack,
    standing,
    void,
    withdraw_it,
)

LATER = TERM_DAY + days(10)


class Rivals:
    """Pathways that ask for the same part, each naming those before it as sharing only within its limit."""

    def __init__(self, learner: User, count: int, *, limit: int = 1) -> None:
        self.part, self.pathways = make_achievement(), list[Pathway]()
        for place in range(count):
            pathway = make_stack(
                rule=pool(1, self.part, make_achievement()),
                awards=make_certificate(name=f"Certificate {place + 1}"),
                not_with=list(self.pathways),
                use_limit=limit,
            )
            make_enrolment(learner=learner, pathway=pathway)
            self.pathways.append(pathway)


@pytest.mark.django_db
class TestCountsOnce:
    """Golden test 16."""

    def test_the_second_certificate_is_refused_naming_the_first(self, learner: User) -> None:
        rivals = Rivals(learner, 2)
        (held,) = hold(learner, rivals.part)

        look(learner, LATER)

        first, second = rivals.pathways
        (used,) = Consumption.objects.all()
        assert used.credential == held
        assert used.stacked_credential == certificate_of(learner, first)
        assert certificates_of(learner, second) == []
        told = progress(enrolment_of(learner, second), LATER).uncounted
        assert told == (f"{held.version.name} was already used for another certificate: Certificate 1.",)

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_certificate_k_and_one_is_refused(self, learner: User, limit: int) -> None:
        rivals = Rivals(learner, 4, limit=limit)
        hold(learner, rivals.part)

        look(learner, LATER)

        issued = [bool(certificates_of(learner, row)) for row in rivals.pathways]
        assert issued == [place < limit for place in range(4)]

    def test_what_is_free_is_written_down_nowhere(self, learner: User) -> None:
        part = make_achievement()
        pathway = make_stack(rule=pool(1, part, make_achievement()))
        make_enrolment(learner=learner, pathway=pathway)
        hold(learner, part)

        look(learner, LATER)

        assert certificate_of(learner, pathway)
        assert not Consumption.objects.exists()

    def test_the_first_keeps_what_a_freer_pathway_counts_as_well(self, learner: User) -> None:
        part = make_achievement()
        free = make_stack(rule=pool(1, part, make_achievement()))
        strict = make_stack(rule=pool(1, part, make_achievement()), not_with=[free])
        make_enrolment(learner=learner, pathway=strict)
        hold(learner, part)
        look(learner, TERM_DAY)
        make_enrolment(learner=learner, pathway=free)

        for sweep in range(2):
            look(learner, LATER + days(sweep))

        assert certificate_of(learner, strict).state == Credential.State.ACTIVE
        assert certificate_of(learner, free).state == Credential.State.ACTIVE


@pytest.mark.django_db
class TestRelease:
    @pytest.mark.parametrize("end", [void, withdraw_it])
    def test_a_revoked_certificate_frees_what_it_used_for_the_other(
        self,
        learner: User,
        registrar: User,
        end: object,
    ) -> None:
        rivals = Rivals(learner, 2)
        hold(learner, rivals.part)
        look(learner, TERM_DAY)
        first, second = rivals.pathways

        assert callable(end)
        end(certificate_of(learner, first), by=registrar, at=LATER)
        look(learner, LATER)

        released, taken = Consumption.objects.order_by("pk")
        assert (released.released_at, taken.released_at) == (LATER, None)
        assert taken.stacked_credential == certificate_of(learner, second)

    def test_one_that_expired_with_its_other_part_does_too(self, learner: User) -> None:
        part, short = make_achievement(), make_achievement(expiry="months", expiry_months=1)
        first = make_stack(
            rule=pool(2, part, short, make_achievement()), lapse_policy=PathwayVersion.Lapse.EXPIRE
        )
        second = make_stack(rule=pool(1, part, make_achievement()), not_with=[first])
        for pathway in (first, second):
            make_enrolment(learner=learner, pathway=pathway)
        hold(learner, part, short)
        look(learner, TERM_DAY)
        before = standing(learner, second).status

        look(learner, TERM_DAY + days(40))

        assert before == "unsatisfied"
        assert certificate_of(learner, first).state == Credential.State.EXPIRED
        assert certificate_of(learner, second).state == Credential.State.ACTIVE

    def test_a_suspended_one_goes_on_using_it(self, learner: User, registrar: User) -> None:
        part, other = make_achievement(), make_achievement()
        first = make_stack(rule=pool(2, part, other, make_achievement()))
        second = make_stack(rule=pool(1, part, make_achievement()), not_with=[first])
        for pathway in (first, second):
            make_enrolment(learner=learner, pathway=pathway)
        _part, falling = hold(learner, part, other)
        look(learner, TERM_DAY)

        withdraw_it(falling, by=registrar, at=LATER)
        look(learner, LATER)

        assert certificate_of(learner, first).state == Credential.State.SUSPENDED
        assert certificates_of(learner, second) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_give_a_shared_part_to_one_certificate(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        first_learner = make_user()
        rivals = Rivals(first_learner, 2)
        learners = [first_learner, *(make_user() for _round in range(19))]
        for learner in learners[1:]:
            for pathway in rivals.pathways:
                make_enrolment(learner=learner, pathway=pathway)
        for learner in learners:
            hold(learner, rivals.part)

        for learner in learners:
            threads = [threading.Thread(target=partial(work, learner)) for _worker in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)

        awards = [row.awards for row in rivals.pathways]
        assert Credential.objects.filter(achievement__in=awards).count() == len(learners)
        assert Consumption.objects.count() == len(learners)


def work(learner: User) -> None:
    try:
        evaluate_learner(learner=learner, at=now())
    finally:
        connection.close()
