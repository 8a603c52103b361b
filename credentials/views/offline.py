"""The offline verifier as a file to keep."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.clock import now
from credentials.services.offline import offline_verifier as assembled


@require_safe
def offline_verifier(request: HttpRequest) -> HttpResponse:
    """One HTML file, made of what is published at this moment; it is downloaded, never shown by the site."""
    at = now()
    answer = HttpResponse(assembled(at=at), content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="offline-verifier-{at:%Y-%m-%d}.html"'
    answer["Cache-Control"] = "no-cache"
    return answer
