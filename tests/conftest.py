"""What every test stands on: people, folders of its own, a closed network, and work done to its end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_socket
from django.core import management
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings

from assessments.models.triggers import BLUEPRINTS
from credentials.models import triggers
from pathways.models.triggers import TRIGGERS as PATHWAYS
from tests.duties import drain_duties
from tests.kept import draw_small
from tests.migrated import make_test_database
from tests.people import (  # noqa: F401  fixtures
    analyst,
    approver,
    auditor,
    employer,
    faculty,
    learner,
    registrar,
    second_marker,
    series,
    sign_in,
    stranger,
    support,
)

LOOPBACK = ["127.0.0.1", "::1"]


def pytest_runtest_setup() -> None:
    """Nothing but this machine can be reached: a test that needs the network is a broken test."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files go to a folder of this run and this worker, whatever was left by another."""
    var = tmp_path_factory.mktemp("var")
    with override_settings(VAR_DIR=var, MEDIA_ROOT=var / "media", EMAIL_FILE_PATH=var / "outbox"):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The tests' own database is a copy of one that was migrated, where this run has one already."""

    def call(name: str, *arguments: Any, **options: Any) -> Any:
        if name != "migrate":
            return call_command(name, *arguments, **options)
        database = connections[options["database"]]
        return make_test_database(database, lambda: call_command(name, *arguments, **options))

    with pytest.MonkeyPatch.context() as patched:
        # Where Django, making a test database, looks the command up.
        patched.setattr(management, "call_command", call)
        yield


@pytest.fixture(scope="session", autouse=True)
def append_only_rows_can_be_flushed() -> Iterator[None]:
    """Emptying the database after a transactional test meets the triggers that refuse every DELETE."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def lifted(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        guards = (*triggers.EVERY, *BLUEPRINTS, *PATHWAYS)
        triggers.remove(operations.connection, guards)
        try:
            flush(operations, statements)
        finally:
            triggers.install(operations.connection, guards)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)
        yield


@pytest.fixture(autouse=True)
def thumbnails(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Badge pictures are small and drawn once for each look; `full_artwork` leaves the real ones."""
    if "full_artwork" not in request.fixturenames:
        draw_small(monkeypatch)


@pytest.fixture
def full_artwork() -> None:
    """Badge pictures as the portal draws them: about half a second each."""


@pytest.fixture
def drain(db: None) -> Callable[..., None]:
    """Does what workers would do, in this process, until nothing is left: `drain()`.

    `drain(printing=False)` leaves the PDFs. A duty that fails stops the test with its error.
    """
    return drain_duties


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what talks to the database: only that is run a second time, on PostgreSQL."""
    for item in items:
        asked_for = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if asked_for or item.get_closest_marker("django_db"):
            item.add_marker("database")
