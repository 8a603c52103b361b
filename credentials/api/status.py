"""The published status lists: exactly the bytes that were signed, for any verifier anywhere."""

import hashlib
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials.models import StatusList

MEDIA_TYPE = "application/vc+ld+json"
BELIEVED_FOR = "public, max-age=300"
LOOK_AGAIN_AFTER = "30"


@require_safe
def status_list(request: HttpRequest, public_id: UUID, purpose: str) -> HttpResponseBase:
    """The list for `purpose`, revocation or suspension; 503 with Retry-After before its first signing."""
    if purpose not in ("revocation", "suspension"):
        raise Http404
    block = get_object_or_404(StatusList, public_id=public_id)
    stored = block.revocation_bytes if purpose == "revocation" else block.suspension_bytes
    if not stored:
        answer = HttpResponse(_("This list is being signed."), content_type="text/plain", status=503)
        answer["Retry-After"] = LOOK_AGAIN_AFTER
        answer["Cache-Control"] = "no-store"
        answer["Access-Control-Allow-Origin"] = "*"
        return answer
    signed = bytes(stored)
    etag = f'"{hashlib.sha256(signed).hexdigest()}"'
    found = get_conditional_response(request, etag=etag) or HttpResponse(signed, content_type=MEDIA_TYPE)
    found["ETag"], found["Cache-Control"] = etag, BELIEVED_FOR
    found["Access-Control-Allow-Origin"] = "*"
    return found
