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
        self._run("manage.py", "migrate", "-v0")

    def act(self, verb: str, **parameters: Any) -> dict[str, Any]:
        """Do one thing of tests/faults/acts.py in a process of its own."""
        answer: dict[str, Any] = json.loads(
            self._run("-m", "tests.faults.acts", verb, json.dumps(parameters))
        )
        return answer

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
            # Looking costs a process; the workers need the processor more.
            time.sleep(2)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(os.environ) | self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
