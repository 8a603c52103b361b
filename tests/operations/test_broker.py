"""A broker that is dead or frozen costs whoever publishes a second at most, and nobody their commit."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from config.celery import app, listen_patiently, transport_options
from tests.services import free_port


@pytest.fixture
def frozen() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield mute.getsockname()[1]


def publish(port: int) -> float:
    """The seconds that a failing publish took, sent as the portal sends."""
    address = f"redis://127.0.0.1:{port}/0"
    portal = Celery("publisher")
    portal.conf.broker_write_url = address
    portal.conf.broker_transport_options = transport_options(address, Path("unused"))
    began = time.monotonic()
    with pytest.raises(OperationalError):
        portal.send_task("tests.nothing", retry=False)
    return time.monotonic() - began


class TestPublishing:
    def test_to_a_frozen_broker_fails_within_two_seconds(self, frozen: int) -> None:
        assert publish(frozen) < 2

    def test_to_no_broker_fails_within_two_seconds(self) -> None:
        assert publish(free_port()) < 2


class TestWorkers:
    def test_listen_longer_than_a_web_server_waits(self) -> None:
        worker = Celery("worker")
        worker.conf.broker_transport_options = transport_options("redis://127.0.0.1/0", Path("unused"))

        listen_patiently(conf=worker.conf)

        assert worker.conf.broker_transport_options["socket_timeout"] == 5

    def test_never_give_up_looking_for_their_broker(self) -> None:
        assert app.conf.broker_connection_max_retries is None


class TestFiles:
    def test_nobody_finds_half_a_message(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        address, found = "filesystem://", []
        appear = Path.replace

        def look_first(written: Path, target: Path) -> Path:
            found.append(link.SimpleQueue("evaluate").qsize())
            return appear(written, target)

        options = transport_options(address, tmp_path)
        with app.connection(address, transport_options=options) as link:
            monkeypatch.setattr(Path, "replace", look_first)
            link.SimpleQueue("evaluate").put({"event_id": 1})
            message = link.SimpleQueue("evaluate").get(timeout=5)

        assert set(found) == {0}
        assert message.payload == {"event_id": 1}
