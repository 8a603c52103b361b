"""Competency frameworks as anyone may read them: the list, and one as a tree or as CASE JSON."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from credentials.models import CompetencyFramework
from credentials.queries import frameworks as queries
from credentials.services.frameworks import case_document
from credentials.views.negotiation import varied, wants

LONGEST_SEARCH = 200


@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    return render(request, "credentials/frameworks.html", {"frameworks": queries.published_frameworks()})


@require_safe
def framework(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One framework with its parts, who shows them and what they answer to; as data for who asks for it."""
    found = get_object_or_404(queries.public_framework(public_id))
    if wants(request, ("application/json",)):
        return varied(_document(found))
    whole = queries.tree_of(found)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    shown = queries.pruned(whole, words) if words else whole
    context = {
        "framework": found,
        "nodes": shown,
        "words": words,
        "count": queries.found_in(shown),
        "is_retired": found.status == CompetencyFramework.Status.RETIRED,
    }
    return varied(render(request, "credentials/framework.html", context))


def _document(found: CompetencyFramework) -> HttpResponse:
    answer = JsonResponse(case_document(found), json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
