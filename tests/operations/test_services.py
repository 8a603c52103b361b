"""The private PostgreSQL and Redis that other tests lean on: they keep what they should, and they go."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from tests.operations.processes import ROOT, all_gone, descendants, python, within
from tests.services import FOLDER_PARENT, PrivatePostgres, PrivateRedis

pytestmark = pytest.mark.services


@pytest.fixture
def beside_services() -> Iterator[subprocess.Popen[str]]:
    """A command run beside both servers, once it runs."""
    run = subprocess.Popen(
        python("-m", "tests.services", "run", "--", "sh", "-c", "echo running; exec sleep 600"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "running\n"
    yield run
    run.kill()
    run.wait()


class TestPostgres:
    def test_keeps_what_was_committed_through_kill_9(self) -> None:
        with PrivatePostgres() as server:
            with psycopg.connect(server.url) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")

            server.kill()
            server.start()

            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)

    def test_is_empty_after_a_wipe(self) -> None:
        with PrivatePostgres() as server:
            with psycopg.connect(server.url) as connection:
                connection.execute("CREATE TABLE lost ()")

            server.wipe()

            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT to_regclass('lost')").fetchone() == (None,)


class TestRedis:
    @pytest.mark.parametrize(("appendonly", "after"), [(False, None), (True, b"queued")])
    def test_keeps_a_message_through_kill_9_only_when_appending(
        self, appendonly: bool, after: bytes | None
    ) -> None:
        with (
            PrivateRedis(appendonly=appendonly) as server,
            closing(redis.Redis.from_url(server.url)) as client,
        ):
            client.set("message", "queued")

            server.kill()
            server.start()

            assert client.get("message") == after


class TestRunCommand:
    def test_ends_with_the_commands_own_status(self) -> None:
        run = subprocess.run(
            python("-m", "tests.services", "run", "--", "sh", "-c", "exit 7"), cwd=ROOT, check=False
        )

        assert run.returncode == 7

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
    def test_leaves_no_process_when_it_is_ended(
        self, beside_services: subprocess.Popen[str], how: signal.Signals
    ) -> None:
        family = descendants(beside_services.pid)
        assert len(family) >= 4  # PostgreSQL and its helpers, Redis, the command

        beside_services.send_signal(how)
        beside_services.wait(timeout=20)

        assert within(10, lambda: all_gone(family))

    def test_removes_its_folders_when_it_is_stopped(self, beside_services: subprocess.Popen[str]) -> None:
        def folders() -> list[Path]:
            return list(FOLDER_PARENT.glob(f"tessera-services-{beside_services.pid}-*"))

        assert len(folders()) == 2

        beside_services.terminate()
        beside_services.wait(timeout=20)

        assert folders() == []
