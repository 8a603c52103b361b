"""Pathways for machines: a published one as CTDL JSON-LD, at an address of its own."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pathways import queries


@require_safe
def pathway_document(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.published(), slug=slug)
    answer = JsonResponse(
        queries.ctdl_document(found),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
