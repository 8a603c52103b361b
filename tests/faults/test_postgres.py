"""PostgreSQL cut off, full or deadlocked under people's hands (SAFETY: faults 12, 13, 17)."""

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.deadlocks import AT_MOST
from tests.faults.client import Desk
from tests.faults.invariants import assert_acknowledged, assert_sound, settle
from tests.faults.portal import Portal
from tests.services import PrivatePostgres, PrivateRedis, or_skip

pytestmark = pytest.mark.faults_long
APPROVALS = 60
KNOWN_WITHIN = 60.0
SEATS = 25


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[tuple[Portal, PrivatePostgres]]:
    """The portal, and the PostgreSQL that a test may attack: few seats, and slow to see a deadlock."""
    options = {"max_connections": str(SEATS), "deadlock_timeout": "3s"}
    with (
        or_skip(lambda: PrivatePostgres(options)) as postgres,
        or_skip(PrivateRedis) as redis,
        contextlib.closing(Portal(tmp_path, database_url=postgres.url, broker_url=redis.url)) as portal,
    ):
        yield portal, postgres


class TestImmediateRestart:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_the_unknown_is_settled_by_sending_it_again(
        self, on_postgres: tuple[Portal, PrivatePostgres], seed: int
    ) -> None:
        portal, postgres = on_postgres
        portal.act("found", learners=APPROVALS)
        with portal.worker() as worker, portal.beat() as beat, portal.web() as web:
            desk = Desk.at(web.port, **portal.act("approver"), windows=8)
            desk.open_revocations(portal.act("credentials")["pks"])
            pressing = threading.Thread(target=desk.press_all, args=(desk.sent,))
            pressing.start()
            time.sleep(random.Random(seed).uniform(0.2, 0.8))  # noqa: S311 - a moment, no secret
            postgres.crash()
            postgres.start()
            pressing.join()
            unknown = len(desk.attempts.unknown)
            known = desk.settle_unknown(KNOWN_WITHIN)
            drained = settle(portal)
            survived = worker.is_running and beat.is_running and web.is_running

        print(f"{unknown} unknown, known after {known:.1f} s, drained after {drained:.0f} s")
        assert unknown > 0, "the restart met no press"
        assert survived
        assert len(desk.attempts.ok) == APPROVALS
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)


class TestConnectionsExhausted:
    def test_answers_503_until_there_is_room_again(self, on_postgres: tuple[Portal, PrivatePostgres]) -> None:
        portal, postgres = on_postgres
        portal.act("found", learners=12)
        with portal.worker(), portal.beat(), portal.web() as web:
            desk = Desk.at(web.port, **portal.act("approver"))
            desk.open_revocations(portal.act("credentials")["pks"])
            with every_seat_taken(postgres):
                refused = [desk.press(act) for act in desk.sent]
            began = time.monotonic()
            desk.settle_unknown(KNOWN_WITHIN)
            recovered = time.monotonic() - began
            drained = settle(portal)

        slowest = max(answer.seconds for answer in refused if answer)
        print(f"503 within {slowest:.2f} s, open again after {recovered:.1f} s, drained {drained:.0f} s")
        assert {answer and answer.status for answer in refused} == {503}
        assert all(answer and int(answer.headers["Retry-After"]) for answer in refused)
        assert len(desk.attempts.ok) == 12
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)


class TestForcedDeadlock:
    def test_the_victim_is_done_again_as_if_one_had_come_after_the_other(
        self, on_postgres: tuple[Portal, PrivatePostgres]
    ) -> None:
        portal, postgres = on_postgres
        (learner,) = portal.act("found", learners=1)["learners"]
        with portal.worker(), portal.beat(), portal.web() as web:
            settle(portal)
            desk = Desk.at(web.port, **portal.act("approver"))
            desk.open_revocations(portal.act("credentials")["pks"])
            with psycopg.connect(postgres.url) as rival:
                # The rival never looks for deadlocks, so that the portal is the one to be undone.
                rival.execute("SET deadlock_timeout = '10min'")
                rival.execute("SELECT FROM credentials_statuslist FOR UPDATE")
                pressing = threading.Thread(target=desk.press_all, args=(desk.sent,))
                pressing.start()
                wait_for_somebody_blocked(postgres)
                rival.execute("SELECT FROM learners_user WHERE id = %s FOR UPDATE", [learner])
            pressing.join()
            settle(portal)
            log = (web.folder / "log").read_text()

        assert 1 <= log.count('"deadlock.retried"') <= AT_MOST
        assert desk.attempts.answers == [302]
        assert_acknowledged(desk.attempts, portal.act("revocations")["pks"])
        assert_sound(portal)


@contextlib.contextmanager
def every_seat_taken(postgres: PrivatePostgres) -> Iterator[None]:
    """Take every seat there is, and send away whoever sits on one."""
    with contextlib.ExitStack() as stack:
        seats = [stack.enter_context(psycopg.connect(postgres.url, autocommit=True))]
        until = time.monotonic() + 30
        while len(seats) < SEATS:
            assert time.monotonic() < until, "the seats could not be taken"
            with contextlib.suppress(psycopg.OperationalError):
                seats.append(stack.enter_context(psycopg.connect(postgres.url, autocommit=True)))
                continue
            seats[0].execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)",
                [[seat.info.backend_pid for seat in seats]],
            )
        yield


def wait_for_somebody_blocked(postgres: PrivatePostgres) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    until = time.monotonic() + 30
    with psycopg.connect(postgres.url, autocommit=True) as observer:
        while observer.execute(waiting).fetchone() != (1,):
            assert time.monotonic() < until, "nobody was blocked"
            time.sleep(0.02)
