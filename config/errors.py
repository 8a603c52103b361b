"""What a fault of ours looks like from outside: a page that says what is safe and when to come back."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

COME_BACK_AFTER = "10"  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After when the database could not serve us; 500 for everything else.

    Whoever sends the same form again then learns what became of it: its op_key is the same.
    """
    # Django calls this while it handles the error, wherever that happened: view, session or sign-in.
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return defaults.server_error(request)
    answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"], answer["Cache-Control"] = COME_BACK_AFTER, "no-store"
    return answer
