"""A credential as files for its holder: the signed document, pictures that carry it, the certificate."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.clock import now
from config.limits import too_many
from credentials.models import Credential
from credentials.openbadges.baking import CannotBake
from credentials.queries import certificate_file, signed_bytes
from credentials.services import baking, rendering
from credentials.services.once import KeyReused, once
from credentials.services.rendering import ORDER, TooManyOrders
from credentials.services.verifying import NotSignedYet
from learners.forms import OrderForm
from learners.views.own import own_credential, person_of

SEALED = "sandbox; default-src 'none'"


@login_required
@require_safe
def credential_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The credential exactly as it was signed."""
    row = own_credential(request, public_id)
    signed = signed_bytes(row)
    if signed is None:
        raise Http404
    return _file(row, signed, "json", "application/vc+ld+json")


@login_required
@require_safe
def baked_png(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The picture with the signed credential inside."""
    return _baked(own_credential(request, public_id), baking.baked_png, "png", "image/png")


@login_required
@require_safe
def baked_svg(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same as SVG."""
    return _baked(own_credential(request, public_id), baking.baked_svg, "svg", "image/svg+xml")


@login_required
@require_safe
def certificate_pdf(request: HttpRequest, public_id: UUID) -> FileResponse:
    """The printed certificate."""
    row = own_credential(request, public_id)
    printed = certificate_file(row)
    if printed is None or not printed.file:
        raise Http404
    path = Path(settings.MEDIA_ROOT) / printed.file
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=_name(row, "pdf"), content_type="application/pdf"
    )
    response["Content-Security-Policy"] = SEALED
    return response


@login_required
@require_POST
def order_certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for the certificate of a credential that is not printed by itself."""
    row = own_credential(request, public_id)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return redirect("learners:credential", public_id=row.public_id)
    person = person_of(request)

    def order() -> str:
        rendering.order_certificate(credential=row, by=person, at=now())
        return reverse("learners:credential", args=[row.public_id])

    parameters = {"credential": str(row.public_id)}
    try:
        address = once(actor=person, key=form.operation, act=ORDER, parameters=parameters, do=order)
    except TooManyOrders as refusal:
        return too_many(request, wait=refusal.wait_seconds)
    except NotSignedYet:
        messages.warning(request, _("The credential is being signed. Ask for the certificate after that."))
        return redirect("learners:credential", public_id=row.public_id)
    except KeyReused:
        return render(request, "409.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The certificate is being prepared. It will be here in a moment."))
    return redirect(address)


def _baked(row: Credential, bake: Callable[..., bytes], ending: str, kind: str) -> HttpResponse:
    try:
        picture = bake(credential=row)
    except (NotSignedYet, CannotBake, FileNotFoundError) as absent:
        raise Http404 from absent
    return _file(row, picture, ending, kind)


def _file(row: Credential, data: bytes, ending: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_name(row, ending)
    )
    response["Content-Security-Policy"] = SEALED
    return response


def _name(row: Credential, ending: str) -> str:
    """What it is and which one, in letters that every system can keep."""
    return f"{slugify(row.version.name) or 'credential'}-{row.code}.{ending}"
