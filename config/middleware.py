"""What every answer carries: no caching of personal pages, a reference id, a second factor for staff.

And what is said when the portal may not act for a while.
"""

from collections.abc import Callable

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from config.clock import ClocksApart

Handler = Callable[[HttpRequest], HttpResponse]
LOOK_AGAIN_AFTER = "60"
log = structlog.get_logger(__name__)


class PrivatePages:
    """Marks what a signed-in person sees as not to be kept, and puts the reference id on the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if request.user.is_authenticated and "Cache-Control" not in response:
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        return response


class StaffTwoFactor:
    """Sends anyone who holds a role to set up a second factor before anything else."""

    OPEN = ("/accounts/", "/static/", "/healthz", "/readyz")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_NEED_2FA and not request.path.startswith(self.OPEN):
            user = request.user
            if user.is_authenticated and getattr(user, "is_staff", False) and not is_mfa_enabled(user):
                return redirect("mfa_activate_totp")
        return self.get_response(request)


class Resting:
    """Answers 503 and when to come back, where an act was refused for the state the portal is in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ClocksApart):
            return None
        log.error("clock.apart", path=request.path, reason=str(exception))
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = LOOK_AGAIN_AFTER
        return answer
