"""How often one address may ask, counted in a cache; beyond it 429 says when to come back."""

import hashlib
import time
from dataclasses import dataclass

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `most` times in `seconds`, for each address. `name` keeps what is counted apart."""

    name: str
    most: int
    seconds: int = 60


def wait_for(request: HttpRequest, rate: Rate) -> int | None:
    """Count this request; None while it is within the rate, else the seconds until the next window.

    The address is that of the sign-in limits (allauth), kept only as a hash. Counting is not exact under two
    requests at once, and a cache that cannot be written lets everybody through: this is for acts that read.
    """
    moment = time.time()
    window, into = divmod(moment, rate.seconds)
    who = get_adapter(request).get_client_ip(request)
    key = hashlib.sha256(f"{rate.name} {int(window)} {who}".encode()).hexdigest()
    try:
        count = int(caches["limits"].get(key, 0)) + 1
        caches["limits"].set(key, count, timeout=rate.seconds)
    except Exception as error:  # noqa: BLE001 whatever a cache's client raises, who asks is answered
        log.warning("limits.not_counted", rate=rate.name, error=str(error))
        return None
    return None if count <= rate.most else max(1, int(rate.seconds - into))


def too_many(request: HttpRequest, *, wait: int) -> HttpResponse:
    """The page that says so; `wait` in seconds."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(wait)
    return answer
