"""What a measurement answers, and how a page and a piece of work are measured."""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table. `is_broken` is for the cost's shape alone: a slow machine breaks nothing."""

    job: str
    ours: str
    comparison: str = ""
    ratio: str = ""
    goal: str = ""
    is_met: bool = True
    is_broken: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Many openings of a page: milliseconds at the median and at 95 %, and the most queries of one."""

    p50: float
    p95: float
    # Of this process alone: what a busy machine does not stretch.
    cpu95: float
    queries: int

    def in_words(self) -> str:
        return f"p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms (processor {self.cpu95:.0f} ms)"


def opened(addresses: Sequence[str]) -> Opened:
    """Each address asked of the WSGI handler once, after a first round that warms what a process learns."""
    handler = WSGIHandler()
    for address in addresses[:20]:
        _answer(handler, address)
    walls, processors = [], []
    for address in addresses:
        wall, processor = time.perf_counter(), time.process_time()
        _answer(handler, address)
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    queries = max(counted(partial(_answer, handler, address)) for address in addresses[:40])
    return Opened(
        p50=_share(walls, 0.5), p95=_share(walls, 0.95), cpu95=_share(processors, 0.95), queries=queries
    )


def seconds(do: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what it answered."""
    began = time.perf_counter()
    result = do()
    return time.perf_counter() - began, result


def counted(do: Callable[[], Any]) -> int:
    """How many statements it sent to the database."""
    sent = 0

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(*told)

    with connection.execute_wrapper(count):
        do()
    return sent


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _answer(handler: WSGIHandler, address: str) -> bytes:
    parts = urlsplit(address)
    environ: dict[str, Any] = {"PATH_INFO": parts.path, "QUERY_STRING": parts.query, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO()
    status: list[str] = []

    def start(said: str, _headers: object, _error: object = None) -> Callable[[bytes], Any]:
        status.append(said)
        return lambda _data: None

    response = handler(environ, start)
    body = b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{address} answers {status[0]}")
    return body
