"""The supervisor, with small children in place of the portal's."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.processes import ROOT, all_gone, demo_environment, descendants, python, within

pytestmark = pytest.mark.faults

PATIENT = "import time; time.sleep(600)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {PATIENT}"
)
WITH_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {PATIENT!r}])"
ENDS_ONCE_ALLOWED = """
import pathlib, sys, time
while not pathlib.Path("allowed").exists():
    time.sleep(0.05)
sys.exit(3)
"""

# Runs a supervisor over the programs given, and says "ready" when all have been started.
DRIVER = """
import os, sys
from functools import partial
from pathlib import Path
from config.supervisor import Child, Supervisor, sole_supervisor

say = partial(print, flush=True)
folder = Path.cwd()
children = [Child(f"child{i}", (sys.executable, "-c", program)) for i, program in enumerate(sys.argv[1:])]
with sole_supervisor(folder):
    supervisor = Supervisor(children, env=os.environ, cwd=folder, log_folder=folder / "log", grace=1.5)
    status = supervisor.run(is_ready=lambda: True, on_ready=lambda: say("ready"), say=say)
sys.exit(status)
"""


class Supervised:
    def __init__(self, folder: Path, *programs: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            python("-c", DRIVER, *programs),
            cwd=folder,
            env=demo_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        assert first_line == "ready\n", first_line + self.process.stdout.read()

    def children(self, count: int) -> set[int]:
        """The processes below the supervisor, once there are `count` of them that have become themselves."""
        assert within(10, lambda: len(descendants(self.process.pid)) == count)
        return descendants(self.process.pid)

    def end(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=15)
        return self.process.returncode, said


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[list[Supervised]]:
    started: list[Supervised] = []
    yield started
    for supervised in started:
        supervised.process.kill()
        supervised.process.wait()


class TestStopping:
    def test_sigterm_ends_every_child(self, tmp_path: Path, supervise: list[Supervised]) -> None:
        supervise.append(portal := Supervised(tmp_path, PATIENT, PATIENT, PATIENT))
        children = portal.children(3)

        portal.process.send_signal(signal.SIGTERM)

        assert portal.end()[0] == 0
        assert all_gone(children)

    def test_a_child_deaf_to_sigterm_is_killed_after_the_grace_period(
        self, tmp_path: Path, supervise: list[Supervised]
    ) -> None:
        supervise.append(portal := Supervised(tmp_path, STUBBORN))
        assert within(10, lambda: "deaf" in (tmp_path / "log" / "child0.log").read_text())
        children = portal.children(1)

        portal.process.send_signal(signal.SIGINT)

        assert portal.end()[0] == 0
        assert all_gone(children)

    def test_a_childs_own_children_go_too(self, tmp_path: Path, supervise: list[Supervised]) -> None:
        supervise.append(portal := Supervised(tmp_path, WITH_A_CHILD))
        family = portal.children(2)

        portal.process.send_signal(signal.SIGTERM)

        assert portal.end()[0] == 0
        assert all_gone(family)


class TestWhenOneEnds:
    def test_the_others_are_stopped_and_it_is_named(
        self, tmp_path: Path, supervise: list[Supervised]
    ) -> None:
        supervise.append(portal := Supervised(tmp_path, PATIENT, ENDS_ONCE_ALLOWED))
        children = portal.children(2)

        (tmp_path / "allowed").touch()

        status, said = portal.end()
        assert status == 1
        assert "child1 ended by itself (status 3)" in said
        assert all_gone(children)

    def test_a_killed_child_takes_the_others_with_it(
        self, tmp_path: Path, supervise: list[Supervised]
    ) -> None:
        supervise.append(portal := Supervised(tmp_path, PATIENT, PATIENT))
        children = portal.children(2)

        os.kill(min(children), signal.SIGKILL)

        assert portal.end()[0] == 1
        assert all_gone(children)


class TestKilledSupervisor:
    def test_no_child_survives_it(self, tmp_path: Path, supervise: list[Supervised]) -> None:
        supervise.append(portal := Supervised(tmp_path, PATIENT, STUBBORN, PATIENT))
        children = portal.children(3)

        portal.process.kill()
        portal.process.wait()

        assert within(5, lambda: all_gone(children))

    def test_the_next_one_may_start_on_the_same_folder(
        self, tmp_path: Path, supervise: list[Supervised]
    ) -> None:
        supervise.append(killed := Supervised(tmp_path, PATIENT))
        killed.process.kill()
        killed.process.wait()

        supervise.append(following := Supervised(tmp_path, PATIENT))

        assert following.process.poll() is None


class TestOneSupervisorPerFolder:
    def test_a_second_is_refused_and_told_who_holds_it(
        self, tmp_path: Path, supervise: list[Supervised]
    ) -> None:
        supervise.append(first := Supervised(tmp_path, PATIENT))

        second = subprocess.run(
            python("-c", DRIVER, PATIENT),
            cwd=tmp_path,
            env=demo_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

        assert second.returncode == 1
        assert f"AlreadyRunningError: {first.process.pid}" in second.stderr


class TestTether:
    @pytest.mark.parametrize("kernel_tie", [True, False], ids=["by the kernel", "by a watched pipe"])
    def test_a_command_ends_with_the_process_that_started_it(self, tmp_path: Path, kernel_tie: bool) -> None:
        if kernel_tie and os.uname().sysname != "Linux":
            pytest.skip("Only Linux can tie a process to its parent")
        starter = (
            "import sys; from config.tether import start_tethered; "
            f"start_tethered([sys.executable, '-c', {PATIENT!r}], kernel_tie={kernel_tie}); "
            "print('started', flush=True); sys.stdin.read()"
        )
        parent = subprocess.Popen(
            python("-c", starter),
            cwd=ROOT,
            env=demo_environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        expected = 1 if kernel_tie else 2
        assert within(10, lambda: len(descendants(parent.pid)) == expected)
        tied = descendants(parent.pid)

        parent.kill()
        parent.communicate()

        assert within(5, lambda: all_gone(tied))

    def test_a_command_whose_starter_has_already_gone_never_begins(self, tmp_path: Path) -> None:
        nobody = "999999999"

        late = subprocess.run(
            python(
                "-I",
                str(ROOT / "config" / "tether.py"),
                nobody,
                "9",
                "",
                "",
                "touch",
                str(tmp_path / "begun"),
            ),
            check=False,
        )

        assert late.returncode == 70
        assert not (tmp_path / "begun").exists()
