"""An endorsement at its own address: exactly the bytes that were signed, for any verifier anywhere."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials import queries

MEDIA_TYPE = "application/vc+ld+json"
BELIEVED_FOR = "public, max-age=300"


@require_safe
def endorsement_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The endorsement of this id; 404 also for one that was taken back or is of a private credential."""
    endorsement = get_object_or_404(queries.public_endorsement(public_id))
    answer = HttpResponse(bytes(endorsement.signed or b""), content_type=MEDIA_TYPE)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = BELIEVED_FOR
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
