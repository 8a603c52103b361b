"""Open Badges 2.0 for readers of nothing newer: hosted documents, and the badge that carries its own."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials.queries.badges2 import assertions_2, badge_class_2, issuers_2
from credentials.services.badges2 import NoAssertion, assertion_of, badge_of, picture_of, profile_of

GONE = 410


@require_safe
def assertion(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One credential; 410 Gone while it is revoked or suspended, as Open Badges asks of a hosted one."""
    credential = get_object_or_404(assertions_2(), public_id=public_id)
    try:
        found = assertion_of(credential)
    except NoAssertion as nothing:
        raise Http404 from nothing
    return _document(found.document, status=200 if found.holds else GONE)


@require_safe
def picture(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The badge's picture, with the Assertion inside."""
    credential = get_object_or_404(assertions_2(), public_id=public_id)
    try:
        return _open(HttpResponse(picture_of(credential), content_type="image/png"))
    except NoAssertion as nothing:
        raise Http404 from nothing


@require_safe
def badge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _document(badge_of(get_object_or_404(badge_class_2(public_id))))


@require_safe
def issuer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _document(profile_of(get_object_or_404(issuers_2(), public_id=public_id)))


def _document(document: dict[str, object], *, status: int = 200) -> HttpResponse:
    answer = JsonResponse(
        document,
        status=status,
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False},
    )
    return _open(answer)


def _open(answer: HttpResponse) -> HttpResponse:
    answer["Access-Control-Allow-Origin"] = "*"
    # A holder who closes her credential, and a registrar who revokes it, are obeyed at once.
    answer["Cache-Control"] = "no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer
