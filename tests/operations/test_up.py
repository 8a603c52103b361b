"""`manage.py up`: one command starts the portal, and nothing of it is left when it ends, however that is."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.operations.processes import ROOT, all_gone, demo_environment, descendants, parents, python, within
from tests.services import free_port

# One worker of a divided run takes them all: they share one loaded demonstration.
pytestmark = pytest.mark.xdist_group("up")
STARTED = "Ctrl-C stops it."
STOP_WITHIN = 12.0


class Portal:
    """The portal, started with `up --demo` on a folder and a port of its own, and answering."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process = subprocess.Popen(
            python("manage.py", "up", "--demo", "--port", str(self.port)),
            cwd=ROOT,
            env=demo_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = ""
        while STARTED not in self.said:
            line = self.process.stdout.readline()
            assert line, f"the portal did not start:\n{self.said}"
            self.said += line

    def family(self) -> set[int]:
        """Every process below `up`, once the worker has said that it is ready."""
        log = self.folder / "log" / "worker.log"
        assert within(30, lambda: " ready." in log.read_text())
        return descendants(self.process.pid)

    def worker(self) -> int:
        for pid in descendants(self.process.pid):
            if "worker -P" in subprocess.check_output(["ps", "-o", "args=", "-p", str(pid)], text=True):
                return pid
        raise AssertionError("no worker is running")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for every start, so that the demonstration is loaded once."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Portal]]:
    started: list[Portal] = []

    def begin() -> Portal:
        started.append(Portal(folder))
        return started[-1]

    yield begin
    for portal in started:
        portal.process.kill()
        portal.process.communicate()


@pytest.fixture(scope="class")
def portal(folder: Path) -> Iterator[Portal]:
    """One running portal for tests that only look at it."""
    running = Portal(folder)
    yield running
    running.process.kill()
    running.process.communicate()


def refused(folder: Path, *options: str) -> str:
    """What `up` says when it refuses to start."""
    attempt = subprocess.run(
        python("manage.py", "up", *options),
        cwd=ROOT,
        env=demo_environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert attempt.returncode == 1
    return attempt.stderr


@pytest.mark.faults
class TestRunning:
    def test_answers_and_says_where_and_how_to_sign_in(self, portal: Portal) -> None:
        with urlopen(f"http://127.0.0.1:{portal.port}/healthz", timeout=10) as answer:
            assert answer.status == 200

        assert f"http://localhost:{portal.port}/" in portal.said
        assert "registrar" in portal.said

    def test_a_second_on_the_same_folder_is_refused(self, portal: Portal) -> None:
        said = refused(portal.folder, "--demo", "--port", str(free_port()))

        assert f"already running on {portal.folder} (process {portal.process.pid})" in said

    def test_its_secrets_are_for_their_owner_only(self, portal: Portal) -> None:
        modes = {path.name: path.stat().st_mode & 0o777 for path in (portal.folder / "secrets").iterdir()}

        assert modes
        assert set(modes.values()) == {0o600}


@pytest.mark.faults
class TestEnding:
    def test_sigterm_stops_it_in_time_and_leaves_nothing(self, start: Callable[[], Portal]) -> None:
        portal = start()
        family = portal.family()
        assert len(family) >= 4  # web and its worker, the Celery worker, beat
        asked_at = time.monotonic()

        portal.process.send_signal(signal.SIGTERM)
        portal.process.communicate(timeout=60)

        assert time.monotonic() - asked_at < STOP_WITHIN
        assert portal.process.returncode == 0
        assert all_gone(family)

    def test_kill_9_of_up_leaves_nothing(self, start: Callable[[], Portal]) -> None:
        portal = start()
        family = portal.family()

        portal.process.kill()
        portal.process.wait()

        assert within(10, lambda: all_gone(family))

    def test_kill_9_of_the_worker_ends_the_rest(self, start: Callable[[], Portal]) -> None:
        portal = start()
        family = portal.family()

        os.kill(portal.worker(), signal.SIGKILL)
        said, _ = portal.process.communicate(timeout=60)

        assert portal.process.returncode == 1
        assert "worker ended by itself" in said
        assert all_gone(family)
        assert portal.process.pid not in parents()


class TestRefusing:
    def test_public_passwords_on_a_public_address(self, tmp_path: Path) -> None:
        said = refused(tmp_path, "--demo", "--host", "0.0.0.0")  # noqa: S104 it is what must be refused

        assert "its passwords are public" in said

    def test_a_taken_port_is_met_with_another(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as somebody:
            taken = somebody.getsockname()[1]

            said = refused(tmp_path, "--demo", "--port", str(taken))

        assert f"--port {taken + 1}" in said
