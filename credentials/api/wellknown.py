"""What machines ask first: the issuers' keys (did:web), whether this process lives, may serve and is well."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.admin import READERS
from config.clock import MAY_DIFFER, apart, now
from credentials.models import Issuer
from credentials.openbadges.keys import did_web
from credentials.queries import health
from credentials.services.verifying import did_document


@require_safe
def main_did(request: HttpRequest) -> HttpResponse:
    """The key document of the issuer that speaks for the whole portal."""
    return _keys_of(did_web(settings.PORTAL_URL))


@require_safe
def issuer_did(request: HttpRequest, slug: str) -> HttpResponse:
    """The key document of a further issuer; the main issuer's stands at the portal's root alone."""
    return _keys_of(did_web(settings.PORTAL_URL, slug))


def _keys_of(did: str) -> HttpResponse:
    document = did_document(get_object_or_404(Issuer, did=did))
    answer = HttpResponse(json.dumps(document), content_type="application/did+json")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, holds every migration and agrees on the time; else 503, and why."""
    try:
        now()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"database": "out of reach"}, status=503)
    found = {
        "database": "ok",
        "migrations": f"{len(pending)} pending" if pending else "ok",
        "clock": "ok" if apart() <= MAY_DIFFER else f"{apart().total_seconds():.0f} s apart",
    }
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


@never_cache
@require_safe
@login_required
def deep(request: HttpRequest) -> JsonResponse:
    """For staff: all that the background owes, since when, and whether workers and timetable are silent."""
    user: Any = request.user
    if not user.roles & READERS:
        raise Http404
    return JsonResponse(health(now()))
