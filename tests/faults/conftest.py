"""The two kinds of installation that faults are tried on."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.portal import Portal
from tests.services import PrivatePostgres, PrivateRedis, or_skip

# The long plan tries the embedded kind on every fault; `make test` tries it where it differs most.
BOTH = ["embedded", "services"]
SERVICES_FIRST = [pytest.param("embedded", marks=pytest.mark.faults_long), "services"]


@pytest.fixture(params=BOTH)
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """On SQLite with the filesystem broker, then on PostgreSQL with Redis."""
    if request.param == "embedded":
        with contextlib.closing(Portal(tmp_path)) as embedded:
            yield embedded
    else:
        services: tuple[Portal, PrivateRedis] = request.getfixturevalue("on_services")
        yield services[0]


@pytest.fixture
def on_services(tmp_path: Path) -> Iterator[tuple[Portal, PrivateRedis]]:
    """PostgreSQL, and the Redis that a test may kill."""
    with (
        or_skip(PrivatePostgres) as postgres,
        or_skip(PrivateRedis) as redis,
        contextlib.closing(Portal(tmp_path, database_url=postgres.url, broker_url=redis.url)) as portal,
    ):
        yield portal, redis
