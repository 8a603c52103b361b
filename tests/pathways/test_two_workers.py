"""Two workers that finish a learner's last two components at the same moment issue one certificate."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from config.clock import now
from credentials.models import Achievement, Credential, CredentialEvent
from credentials.services.issuing import Award, issue
from learners.models import User
from pathways.models import Enrolment, Evaluation, Pathway
from pathways.services.evaluating import evaluate_learner
from tests import makers

ROUNDS = 100


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_issue_one_certificate_in_each_of_a_hundred_rounds(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        parts = [makers.make_achievement(code="LEFT"), makers.make_achievement(code="RIGHT")]
        certificate = makers.make_certificate(code="WHOLE")
        makers.make_pathway(
            rule=makers.all_of(*parts),
            awards=certificate,
            enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC,
        )
        learners = [makers.make_user() for _round in range(ROUNDS)]

        for learner in learners:
            at_once([partial(earn, part, learner) for part in parts])

        issued = Credential.objects.filter(achievement=certificate)
        assert issued.count() == issued.values("recipient").distinct().count() == ROUNDS
        assert Enrolment.objects.filter(state=Enrolment.State.COMPLETE).count() == ROUNDS
        assert Evaluation.objects.filter(is_current=True, status="satisfied").count() == ROUNDS
        assert CredentialEvent.objects.filter(credential__in=issued).count() == ROUNDS


def earn(part: Achievement, learner: User) -> None:
    """What one worker does: issue the component, then evaluate its holder, each in its own transaction."""
    award = Award(
        achievement=part,
        recipient=learner,
        source=Credential.Source.HAND,
        source_id=learner.pk * 10 + part.pk,
        earned_at=now(),
    )
    issue(award=award, at=now())
    evaluate_learner(learner=learner, at=now())


def at_once(acts: list[Callable[[], None]]) -> None:
    """Run the acts in threads of their own, with connections of their own, from one starting line."""
    line = threading.Barrier(len(acts))
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            line.wait(timeout=10)
            act()
        except BaseException as failure:  # noqa: BLE001 - shown by the test, not lost in a thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures
