"""The page of a verdict against a trivial one of the same server: kept, made anew, and not sent again."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler

from benchmarks.measuring import Line, counted
from config.clock import now
from credentials.models import Credential
from tests import makers

CREDENTIALS, ROUNDS = 12, 4
KEPT_SHARE, ANEW_SHARE = 0.30, 0.10
MOST_KEPT, MOST_ANEW = 1, 3


def measure(database: str) -> Iterator[Line]:
    server = WSGIHandler()
    achievement = makers.make_achievement()
    held = [_signed(achievement=achievement) for _number in range(CREDENTIALS)]
    stacked = _signed(achievement=makers.make_certificate(), components=held[:5])
    for credential in (held[0], stacked):
        makers.make_status_list(credential=credential, at=now())
    pages, stack = [credential.get_absolute_url() for credential in held], stacked.get_absolute_url()
    _open(server, ["/healthz", *pages[:3]])  # what a process learns once
    kept, anew, trivial, known = _turns(server, pages)
    yield _share(f"verification page, kept ({database})", kept, trivial, KEPT_SHARE)
    yield _share(f"verification page, made anew ({database})", anew, trivial, ANEW_SHARE)
    yield _share(f"verification page, not sent again ({database})", known, trivial, 0)
    yield _queries(f"verification page, queries kept and anew ({database})", server, pages[0])
    of_stack = _rate(partial(_anew, server, [stack] * 10), 10)
    yield Line(
        job=f"verification of a stack of five, anew ({database})",
        ours=f"{1000 / of_stack:.1f} ms",
        comparison=f"plain: {1000 / anew:.1f} ms",
        ratio=f"{anew / of_stack:.1f}x",
    )


def _turns(server: WSGIHandler, pages: Sequence[str]) -> tuple[float, float, float, float]:
    """Requests a second, the best of some rounds: a busy machine slows one round and then another."""
    kinds: tuple[Callable[[], Any], ...] = (
        partial(_open, server, pages),
        partial(_anew, server, pages),
        partial(_open, server, ["/healthz"] * len(pages)),
    )
    best = [0.0] * len(kinds)
    again = 0.0
    for _round in range(ROUNDS):
        tags = [_answer(server, page)["ETag"] for page in pages]
        again = max(again, _rate(partial(_again, server, list(zip(pages, tags, strict=True))), len(pages)))
        for place, kind in enumerate(kinds):
            best[place] = max(best[place], _rate(kind, len(pages)))
            _open(server, pages)
    return best[0], best[1], best[2], again


def _rate(do: Callable[[], Any], count: int) -> float:
    """Requests for each second of this process's own work: what others do on the machine is not counted."""
    began = time.process_time()
    do()
    return count / (time.process_time() - began)


def _open(server: WSGIHandler, addresses: Sequence[str]) -> None:
    for address in addresses:
        _answer(server, address)


def _anew(server: WSGIHandler, addresses: Sequence[str]) -> None:
    for address in addresses:
        cache.clear()
        _answer(server, address)


def _again(server: WSGIHandler, asked: Sequence[tuple[str, str]]) -> None:
    """As a browser asks that has the page: at the turn of a minute it is sent all the same."""
    for address, tag in asked:
        _answer(server, address, HTTP_IF_NONE_MATCH=tag)


def _answer(server: WSGIHandler, address: str, **headers: str) -> dict[str, str]:
    environ: dict[str, Any] = {"PATH_INFO": address, "HTTP_HOST": "localhost", **headers}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO()
    told: dict[str, str] = {}

    def start(status: str, sent: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], Any]:
        if not status.startswith(("200", "304")):
            raise RuntimeError(f"{address} answers {status}")
        told.update(sent)
        return lambda _data: None

    response = server(environ, start)
    b"".join(response)
    response.close()
    return told


def _share(job: str, ours: float, trivial: float, goal: float) -> Line:
    return Line(
        job=job,
        ours=f"{ours:.0f}/s",
        comparison=f"trivial page: {trivial:.0f}/s",
        ratio=f"{ours / trivial:.0%}",
        goal=f">= {goal:.0%}" if goal else "",
        is_met=ours / trivial >= goal,
    )


def _queries(job: str, server: WSGIHandler, page: str) -> Line:
    anew = counted(partial(_anew, server, [page]))
    kept = counted(partial(_open, server, [page]))
    return Line(
        job=job,
        ours=f"{kept} and {anew}",
        goal=f"<= {MOST_KEPT} and {MOST_ANEW}",
        is_met=kept <= MOST_KEPT and anew <= MOST_ANEW,
        is_broken=kept > MOST_KEPT or anew > MOST_ANEW,
    )


def _signed(**facts: Any) -> Credential:
    credential = makers.make_credential(**facts)
    makers.make_signed_document(credential=credential)
    return credential
