"""An installation of the portal that a test may attack: its own database, broker, files and processes."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from config.supervisor import portal_children
from tests.migrated import make_new
from tests.services import ROOT, PrivateProcess, PrivateWorker, free_port

ALL_QUEUES = "evaluate,render,notify,bulk"


class PrivateBeat(PrivateProcess):
    """The portal's timetable."""

    name = "beat"

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__()
        self.environment = dict(os.environ) | environment
        self.working_folder = ROOT

    def command(self) -> list[str]:
        # Its own, as on a machine of its own: two beats may run at once.
        schedule = str(self.folder / "schedule")
        return [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "beat",
            "-l",
            "INFO",
            "--pidfile=",
            "-s",
            schedule,
        ]

    def answers(self) -> bool:
        return "beat: Starting..." in self._log()


class PrivateWeb(PrivateProcess):
    """The portal's web server, started as `manage.py up` starts it."""

    name = "web"

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__()
        # As the demonstration: one account per role and no second device at hand.
        self.environment = dict(os.environ) | environment | {"DEMO": "true"}
        self.working_folder = ROOT
        self.port = free_port()

    def prepare(self) -> None:
        """Gather the static files, without which no page is drawn."""
        gather = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(gather, cwd=ROOT, env=self.environment, check=True, timeout=120)

    def command(self) -> list[str]:
        web, *_others = portal_children("127.0.0.1", self.port)
        return list(web.command)

    def answers(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", "/healthz", headers={"Host": "localhost"})
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


class Portal:
    """Acts run in processes of their own, with the settings of a real installation."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        broker_url: str = "filesystem://",
        is_restored: bool = False,
    ) -> None:
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
        if is_restored:
            self._migrate()
        else:
            make_new(self.environment["DATABASE_URL"], self._migrate)

    def act(self, verb: str, **parameters: Any) -> dict[str, Any]:
        """Do one verb of tests/faults/acts*.py, in the process that does them all for this installation."""
        if self._actor is None:
            self._actor = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.actor"],
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

    def web(self) -> PrivateWeb:
        return PrivateWeb(self.environment)

    def settles(self, seconds: float, is_settled: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Look until everything owed is done, or until `seconds` have passed; the last look."""
        until = time.monotonic() + seconds
        while True:
            began = time.monotonic()
            seen = self.act("state")
            if is_settled(seen) or time.monotonic() > until:
                return seen
            # The workers need the processor more: looking takes no more than a quarter of the time.
            time.sleep(max(0.5, 3 * (time.monotonic() - began)))

    def doctor(self) -> str:
        """What `manage.py doctor` says of the installation."""
        return self._manage("doctor").stdout

    def _migrate(self) -> None:
        done = self._manage("migrate", "-v0")
        assert done.returncode == 0, done.stderr[-3000:]

    def _manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=dict(os.environ) | self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
