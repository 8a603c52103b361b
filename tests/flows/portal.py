"""The demonstration as `make demo` runs it, on a port and in a folder of its own, for a browser to visit."""

import email
import email.policy
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from learners.management.demo.people import DOMAIN
from tests.migrated import make_new
from tests.services import (
    ROOT,
    PrivatePostgres,
    PrivateProcess,
    PrivateRedis,
    free_port,
    or_skip,
)

# What the file backend writes under every message.
BETWEEN_MAILS = "\n" + "-" * 79 + "\n"


class DemoPortal(PrivateProcess):
    """Web server, worker and timetable under one supervisor, with the invented university loaded."""

    name = "portal"
    # Migrating, loading sixty stories, signing what they earned and gathering the static files.
    start_within = 240.0

    def __init__(
        self, kind: str = "SQLite and files", *, database_url: str = "", broker_url: str = "filesystem://"
    ) -> None:
        super().__init__()
        self.kind = kind
        self.port = free_port()
        self.var = self.folder / "var"
        self.working_folder = ROOT
        self.database_url = database_url or f"sqlite:///{self.var / 'tessera.sqlite3'}"
        self.environment = dict(os.environ) | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEMO": "true",
            "VAR_DIR": str(self.var),
            "PORTAL_URL": self.url,
            "DATABASE_URL": self.database_url,
            "CELERY_BROKER_URL": broker_url,
            "EMAIL_URL": "filemail://",
            "LOG_LEVEL": "INFO",
        }
        # The run's own may be another installation's.
        for name in ("SECRET_KEY", "KEY_WRAPPING_KEY", "FAILPOINTS", "ALLOWED_HOSTS"):
            self.environment.pop(name, None)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def prepare(self) -> None:
        self.var.mkdir()
        make_new(self.database_url, self._migrate)

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "up", "--demo", "--port", str(self.port)]

    def answers(self) -> bool:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            web.request("GET", "/readyz", headers={"Host": "localhost"})
            return web.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()

    def _migrate(self) -> None:
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env=self.environment, check=True, timeout=120)

    def mails_to(self, key: str) -> list[EmailMessage]:
        """What was written to a person of the demonstration."""
        address = f"{key}@{DOMAIN}"
        return [mail for mail in self._mails() if address in str(mail["To"])]

    def _mails(self) -> Iterator[EmailMessage]:
        for file in sorted((self.var / "outbox").glob("*")):
            for text in file.read_text().split(BETWEEN_MAILS):
                if text.strip():
                    yield email.message_from_string(text, policy=email.policy.default)


class EmptyPortal(DemoPortal):
    """The same processes over an empty database: nobody and nothing is there yet."""

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "up", "--port", str(self.port)]

    def create_person(self, key: str, name: str, *roles: str) -> str:
        """Put a first person on record by the command; the link with which she sets her password."""
        asked = [argument for role in roles for argument in ("--role", role)]
        said = subprocess.run(
            [sys.executable, "manage.py", "create_person", f"{key}@{DOMAIN}", name, *asked],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return said.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def empty_portal() -> Iterator[EmptyPortal]:
    """A portal on its first day."""
    with EmptyPortal() as portal:
        yield portal


@pytest.fixture(scope="session")
def embedded_portal() -> Iterator[DemoPortal]:
    """On SQLite with the filesystem broker: no service but its own processes."""
    with DemoPortal() as portal:
        yield portal


@pytest.fixture(scope="session")
def services_portal() -> Iterator[DemoPortal]:
    """On a PostgreSQL and a Redis of its own."""
    with (
        or_skip(PrivatePostgres) as postgres,
        or_skip(PrivateRedis) as broker,
        DemoPortal("PostgreSQL and Redis", database_url=postgres.url, broker_url=broker.url) as portal,
    ):
        yield portal
