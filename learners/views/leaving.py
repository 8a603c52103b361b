"""Everything one holds, to take along."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from config.clock import now
from credentials.queries import local_day
from learners.services.packing import packed
from learners.views.own import person_of


@login_required
@require_safe
def all_credentials(request: HttpRequest) -> StreamingHttpResponse:
    """All one's own credentials as one ZIP, sent while it is written."""
    at = now()
    response = StreamingHttpResponse(packed(person=person_of(request), at=at), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"credentials-{local_day(at).isoformat()}.zip"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
