"""framed(): for the few pages that another site may show in a frame (SAFETY 5.13); all others refuse it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt

View = Callable[..., HttpResponseBase]
# Anybody may frame it, and in exchange it can do nothing: no script, no form, no request of its own.
POLICY = {"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE], "frame-ancestors": ["*"]}


def framed(view: View) -> View:
    """Let every site frame what `view` answers; never kept, never indexed, without any cookie asked for."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex"
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    return xframe_options_exempt(csp_replace(POLICY)(answered))
