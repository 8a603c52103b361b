"""An installation of the portal that a test may attack: its own database, broker, files and processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.services import ROOT, PrivateProcess, PrivateWorker

ALL_QUEUES = "evaluate,render,notify,bulk"


class PrivateBeat(PrivateProcess):
    """The portal's timetable."""

    name = "beat"

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__()
        self.environment = dict(os.environ) | environment
        self.working_folder = ROOT

    def command(self) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", "config", "beat", "-l", "INFO", "--pidfile="]

    def answers(self) -> bool:
        return "beat: Starting..." in self._log()


class Portal:
    """Acts run in processes of their own, with the settings of a real installation."""

    def __init__(self, folder: Path, *, database_url: str = "", broker_url: str = "filesystem://") -> None:
        self.folder = folder
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEMO": "false",
            "TESTING": "true",
            "VAR_DIR": str(folder),
            "PORTAL_URL": "http://localhost:8000",
            "SECRET_KEY": "only-for-tests-" + "0" * 50,
            "KEY_WRAPPING_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'portal.sqlite3'}",
            "CELERY_BROKER_URL": broker_url,
            "EMAIL_URL": "filemail://",
            "FAILPOINTS": "",
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
        }
        self._actor: subprocess.Popen[str] | None = None
        self._migrate()

    def act(self, verb: str, **parameters: Any) -> dict[str, Any]:
        """Do one thing of tests/faults/acts.py, in the process that does them all for this installation."""
        if self._actor is None:
            self._actor = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.acts"],
                cwd=ROOT,
                env=dict(os.environ) | self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._actor.stdin is not None
        assert self._actor.stdout is not None
        self._actor.stdin.write(json.dumps([verb, parameters]) + "\n")
        self._actor.stdin.flush()
        answered = self._actor.stdout.readline()
        assert answered, f"{verb} failed; its trace is in the test's captured output"
        answer: dict[str, Any] = json.loads(answered)
        return answer

    def close(self) -> None:
        """End the process of the acts."""
        if self._actor is not None:
            self._actor.kill()
            self._actor.wait()

    def worker(
        self,
        *,
        queues: str = ALL_QUEUES,
        pool: str = "threads",
        concurrency: int = 2,
        dies_at: Iterable[str] = (),
    ) -> PrivateWorker:
        """A worker; with `dies_at`, one that kills itself at the first of these failpoints it reaches."""
        environment = self.environment | {"FAILPOINTS": ",".join(dies_at)}
        return PrivateWorker(environment, queues=queues, pool=pool, concurrency=concurrency)

    def beat(self) -> PrivateBeat:
        return PrivateBeat(self.environment)

    def settles(self, seconds: float, is_settled: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Look until everything owed is done, or until `seconds` have passed; the last look."""
        until = time.monotonic() + seconds
        while True:
            seen = self.act("state")
            if is_settled(seen) or time.monotonic() > until:
                return seen
            # The workers need the processor more.
            time.sleep(0.5)

    def _migrate(self) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=dict(os.environ) | self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
