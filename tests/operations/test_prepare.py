"""`.ci/prepare`, on machines that lack something: small programs stand in for Python, pip, apt and sudo."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.operations.processes import ROOT

OLD_PYTHON = 'case "$*" in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac'
# Says yes to every question about its version, and makes an environment that holds itself.
GOOD_PYTHON = """
echo "$*" >>"$ACTS"
case "$*" in
--version) echo "Python 3.12.1" ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""


class Machine:
    """A machine with nothing on it but a shell's own tools and the programs put there."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.acts = folder / "acts"
        self.environment = folder / "environment"
        for name in ("sh", "cat", "cksum", "cp", "dirname", "env", "grep", "mkdir"):
            source = next(path for at in os.get_exec_path() if (path := Path(at) / name).exists())
            (self.programs / name).symlink_to(source)
        self.put("id", "echo 1000")
        self.put("chromium", "exit 0")

    def put(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def prepare(self, purpose: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.programs / "sh"), str(ROOT / ".ci" / "prepare"), purpose],
            env={"PATH": str(self.programs), "VENV": str(self.environment), "ACTS": str(self.acts)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def installs(self) -> int:
        """How often the pinned packages were installed."""
        return self.acts.read_text().count("--require-hashes") if self.acts.exists() else 0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


class TestPython:
    def test_an_old_one_is_refused_with_the_way_to_a_newer(self, machine: Machine) -> None:
        machine.put("python3", OLD_PYTHON)

        tried = machine.prepare("demo")

        assert tried.returncode == 1
        assert "needs Python 3.11 or newer, and found Python 3.9.2" in tried.stderr
        assert "apt-get install" in tried.stderr
        assert not machine.environment.exists()

    def test_a_newer_one_under_another_name_is_found(self, machine: Machine) -> None:
        machine.put("python3", OLD_PYTHON)
        machine.put("python3.12", GOOD_PYTHON)

        tried = machine.prepare("demo")

        assert tried.returncode == 0
        assert machine.installs() == 1


class TestSystemPackages:
    def test_without_the_right_to_install_the_line_is_printed_and_it_goes_on(self, machine: Machine) -> None:
        machine.put("python3", GOOD_PYTHON)
        machine.put("apt-get", 'echo "apt-get $*" >>"$ACTS"')
        machine.put("dpkg-query", '[ "$3" != libpango-1.0-0 ] && echo "install ok installed"')

        tried = machine.prepare("demo")

        assert tried.returncode == 0
        assert "sudo apt-get update && sudo apt-get install -y libpango-1.0-0 \n" in tried.stdout
        assert "apt-get" not in machine.acts.read_text()

    def test_with_sudo_that_asks_no_password_they_are_installed(self, machine: Machine) -> None:
        machine.put("python3", GOOD_PYTHON)
        machine.put("sudo", 'shift; exec "$@"')
        machine.put("true", "exit 0")
        machine.put("apt-get", 'echo "apt-get $*" >>"$ACTS"')
        machine.put("dpkg-query", "exit 1")

        tried = machine.prepare("demo")

        assert tried.returncode == 0
        assert "libharfbuzz-subset0" in machine.acts.read_text()
        assert "MISSING" not in tried.stdout

    def test_what_is_missing_is_named_again_the_next_time(self, machine: Machine) -> None:
        machine.put("python3", GOOD_PYTHON)
        machine.put("apt-get", "exit 1")
        machine.put("dpkg-query", "exit 1")
        machine.prepare("test")

        again = machine.prepare("test")

        assert "postgresql redis-server" in again.stdout
        assert machine.installs() == 1


class TestRepeating:
    def test_a_second_run_says_and_does_nothing(self, machine: Machine) -> None:
        machine.put("python3", GOOD_PYTHON)
        machine.put("apt-get", "exit 1")
        machine.put("dpkg-query", 'echo "install ok installed"')
        machine.prepare("demo")

        again = machine.prepare("demo")

        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
        assert machine.installs() == 1
