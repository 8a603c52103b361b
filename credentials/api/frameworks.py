"""Competency frameworks for machines: a published one as a CASE 1.1 CFPackage, at an address of its own."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials.queries.frameworks import public_framework
from credentials.services.frameworks import case_document


@require_safe
def framework_document(request: HttpRequest, public_id: UUID) -> JsonResponse:
    found = get_object_or_404(public_framework(public_id))
    answer = JsonResponse(case_document(found), json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
