"""What another site may show in a frame: a shared credential, as it stands when it is looked at."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.clock import now
from config.framing import framed
from learners.views.sharing import open_link


@framed
@require_safe
def embedded(request: HttpRequest, token: str) -> HttpResponse:
    """A withdrawn link answers like one that never was; both in a page that fits the frame."""
    try:
        found = open_link(token, now())
    except Http404:
        return render(request, "learners/embedded_gone.html", status=404)
    context = {
        "found": found,
        "credential": found.credential,
        "version": found.credential.version,
        "issuer": found.credential.achievement.issuer,
        "address": settings.PORTAL_URL + found.link.get_absolute_url(),
    }
    return render(request, "learners/embedded.html", context)
