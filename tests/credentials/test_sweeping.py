"""Sweeps: one worker at a time, for as long as it gets on, and nobody kept waiting by those that fail."""

from datetime import timedelta
from types import ModuleType

import pytest
from django.db.models.functions import Now

from config.clock import now
from config.events import quietly
from credentials.models import SweepRun
from credentials.services import sweeping
from credentials.services.sweeping import Round, Sweep
from learners import tasks as learner_tasks
from learners.models import Notification, User
from learners.services import notifying
from pathways import tasks as pathway_tasks
from pathways.models import Evaluation
from tests import makers

pytestmark = pytest.mark.django_db
NAME = "test.catch_up"


def begun() -> Sweep:
    sweep = Sweep.begin(NAME, at=now())
    assert sweep is not None
    return sweep


def run_out() -> None:
    """The worker on it has not been heard of for too long."""
    SweepRun.objects.update(lease_until=Now() - timedelta(seconds=1))


class TestOneWorkerAtATime:
    def test_a_sweep_that_somebody_is_on_is_begun_by_nobody_else(self) -> None:
        begun()

        assert Sweep.begin(NAME, at=now()) is None

    def test_a_finished_one_is_free_and_says_what_it_found(self) -> None:
        sweep = begun()
        sweep.for_each([1, 2], lambda _duty: None)
        sweep.finish()

        assert SweepRun.objects.get().found == 2
        assert Sweep.begin(NAME, at=now()) is not None

    def test_who_was_thought_dead_does_not_finish_the_sweep_of_another(self) -> None:
        late = begun()
        run_out()
        other = Sweep.begin(NAME, at=now() + timedelta(seconds=1))

        late.finish()

        assert other is not None
        assert SweepRun.objects.get().finished_at is None
        assert Sweep.begin(NAME, at=now()) is None


class TestALongSweep:
    def test_keeps_its_lease_while_it_gets_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "RENEWED_EVERY", 0)
        sweep = begun()
        run_out()

        sweep.for_each([1], lambda _duty: None)

        assert Sweep.begin(NAME, at=now()) is None

    def test_leaves_the_rest_to_whoever_took_it_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "RENEWED_EVERY", 0)
        sweep = begun()
        done: list[int] = []
        run_out()
        SweepRun.objects.begin(NAME, at=now() + timedelta(seconds=1))

        sweep.for_each([1, 2], done.append)

        assert done == []

    def test_ends_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "PART_SECONDS", -1)
        sweep = begun()
        done: list[int] = []

        sweep.for_each([1], done.append)

        assert done == []


class TestThoseThatFail:
    def test_a_round_takes_everybody_and_begins_again(self) -> None:
        people = [makers.make_user().pk for _place in range(3)]
        turns = Round(count=2)

        taken = [[row.pk for row in turns.next(User.objects.filter(pk__in=people))] for _time in range(3)]

        first, second, third = people
        assert taken == [[first, second], [third, first], [second, third]]

    def test_keep_no_other_learner_from_being_evaluated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unlucky, other = makers.make_enrolment(), makers.make_enrolment()
        monkeypatch.setattr(pathway_tasks, "LEARNERS", Round(count=1))
        failing(monkeypatch, pathway_tasks, "evaluate_everything_of", learner=unlucky.learner)

        for _time in range(2):
            pathway_tasks.catch_up()

        assert [row.enrolment for row in Evaluation.objects.all()] == [other]

    def test_keep_no_other_news_from_being_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with quietly():
            unlucky, other = makers.make_credential(), makers.make_credential()
        monkeypatch.setattr(learner_tasks, "EVENTS", Round(count=1))
        failing(monkeypatch, notifying, "notify_event", event=unlucky.events.get())

        for _time in range(2):
            learner_tasks.catch_up()

        assert [row.recipient for row in Notification.objects.all()] == [other.recipient]


def failing(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, **unlucky: object) -> None:
    """From now on this service fails for the one named, and does its work for everybody else."""
    act = getattr(module, name)

    def fails_for_one(**given: object) -> object:
        if unlucky.items() <= given.items():
            raise RuntimeError("unlucky")
        return act(**given)

    monkeypatch.setattr(module, name, fails_for_one)
