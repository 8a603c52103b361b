"""A deadlock's victim is done again, as if one had come after the other."""

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from config import deadlocks
from config.deadlocks import AT_MOST, retried
from credentials.services.sweeping import for_each
from credentials.tasks import tidy
from learners.models import User
from tests.makers import make_user


class Work:
    """Fails with these errors of the database, one a time, and then succeeds."""

    def __init__(self, *causes: Exception) -> None:
        self.causes = list(causes)
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        if self.causes:
            cause = self.causes.pop(0)
            raise OperationalError(str(cause)) from cause
        return "done"


@pytest.mark.django_db(transaction=True)
class TestRetried:
    def test_up_to_three_times_again(self) -> None:
        work = Work(*[DeadlockDetected()] * AT_MOST)

        assert retried(work) == "done"
        assert work.times == 4

    def test_and_then_no_more(self) -> None:
        work = Work(*[DeadlockDetected()] * (AT_MOST + 1))

        with pytest.raises(OperationalError):
            retried(work)

    def test_nothing_else_is_repeated(self) -> None:
        work = Work(LockNotAvailable())

        with pytest.raises(OperationalError):
            retried(work)

        assert work.times == 1

    def test_stands_back_before_it_is_done_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        monkeypatch.setattr("time.sleep", pauses.append)

        retried(Work(DeadlockDetected()))

        assert pauses == [deadlocks.STANDS_BACK]

    def test_inside_a_transaction_the_error_goes_to_whoever_began_it(self) -> None:
        work = Work(DeadlockDetected())

        with pytest.raises(OperationalError), transaction.atomic():
            retried(work)

        assert work.times == 1

    def test_a_sweep_goes_on_with_the_duty_that_met_one(self) -> None:
        work = Work(DeadlockDetected())

        for_each(["duty"], lambda _duty: work())

        assert work.times == 2

    def test_a_task_is_done_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        work = Work(DeadlockDetected())

        monkeypatch.setattr(tidy, "run", work)

        assert tidy() == "done"
        assert work.times == 2


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWhoLockTheOtherWayRound:
    def test_both_are_done(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time and knows no deadlock")
        left, right = make_user(), make_user()
        met = threading.Barrier(2)

        run_together(
            lambda: retried(both(left, right, "a", Once(met))),
            lambda: retried(both(right, left, "b", Once(met))),
        )

        names = User.objects.filter(pk__in=[left.pk, right.pk]).values_list("name", flat=True)
        assert {name[-2:] for name in names} in ({"ab"}, {"ba"})


class Once:
    """Waits for the other one the first time; whoever comes again finds nobody to wait for."""

    def __init__(self, barrier: threading.Barrier) -> None:
        self.barrier: threading.Barrier | None = barrier

    def wait(self) -> None:
        barrier, self.barrier = self.barrier, None
        if barrier is not None:
            barrier.wait(30)


def both(first: User, second: User, mark: str, meeting: Once) -> Callable[[], None]:
    """Add a mark to the names of two people in one transaction, in that order."""

    @transaction.atomic
    def act() -> None:
        for person in (first, second):
            held = User.objects.select_for_update().get(pk=person.pk)
            held.name += mark
            held.save(update_fields=["name"])
            meeting.wait()

    return act


def run_together(*acts: Callable[[], None]) -> None:
    def run(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
