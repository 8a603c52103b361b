"""Whoever reached the web server before it was told to stop is answered."""

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.supervisor import portal_children
from tests.operations.processes import ROOT, all_gone, descendants, python, within
from tests.services import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn with the portal's worker class, before an application that only says hello."""
    web, *_others = portal_children("127.0.0.1", port)
    worker_class = web.command[web.command.index("--worker-class") + 1]
    command = python(
        *("-m", "gunicorn", "wsgiref.simple_server:demo_app", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", worker_class, "--no-control-socket"),
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        assert within(20, lambda: bool(descendants(process.pid)) and says_hello(port))
        yield process
    finally:
        process.kill()
        process.wait()


class TestStopped:
    def test_answers_who_waits_at_the_door(self, server: subprocess.Popen[bytes], port: int) -> None:
        (worker,) = descendants(server.pid)
        os.kill(worker, signal.SIGSTOP)
        waiting = [ask(port) for _person in range(5)]

        server.terminate()
        os.kill(worker, signal.SIGCONT)

        assert [link.getresponse().status for link in waiting] == [200] * 5
        assert server.wait(20) == 0
        assert all_gone([worker])


def ask(port: int) -> http.client.HTTPConnection:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("GET", "/")
    return link


def says_hello(port: int) -> bool:
    try:
        return ask(port).getresponse().status == 200
    except OSError:
        return False
