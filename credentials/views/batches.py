"""Checks of many: fifty codes and files at once, one table of verdicts and one signed receipt."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from config.clock import now
from config.limits import Rate, wait_for
from credentials.forms import ManyForm
from credentials.models import BatchCheck
from credentials.services.batch_checking import CannotCheckMany, start_check
from credentials.views.negotiation import varied
from credentials.views.reporting import (
    refusal_data,
    too_often,
    wants_report,
)

AN_HOUR = 3600
# What a form adds around its files: boundaries, names, the codes.
AROUND = 1_000_000


@csrf_exempt  # only until its length is known: reading a form for its token would take in all of it
@require_http_methods(["GET", "HEAD", "POST"])
def verify_many(request: HttpRequest) -> HttpResponse:
    """Codes, one on each line, and files; a worker checks them, and the answer stands at an address."""
    most = settings.VERIFY_MAX_ITEMS * settings.VERIFY_MAX_BYTES + AROUND
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    answer: HttpResponse = _verify_many(request)
    return answer


@csrf_protect
def _verify_many(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _asking(request, ManyForm())
    wait = wait_for(request, Rate(name="many", most=settings.VERIFY_MANY_RATE, seconds=AN_HOUR))
    if wait is not None:
        return too_often(request, wait=wait)
    form = ManyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            batch = start_check(
                codes=form.cleaned_data["codes"],
                files=form.cleaned_data["uploads"],
                operation=form.operation,
                at=now(),
            )
        except CannotCheckMany as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("credentials:batch", public_id=batch.public_id)
    return _asking(request, form, status=HTTPStatus.BAD_REQUEST)


@require_safe
def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a check is, and what was found; whoever has the address may read it."""
    found = _kept(public_id)
    items = list(found.items.all())
    rows = [
        {
            "item": item,
            "verdict": item.report["verdict"] if item.report else None,
            "credential": item.report["credential"]["name"] if item.report else None,
            "issuer": item.report["issuer"]["name"] if item.report else None,
            "why": _why(item.report) if item.report else "",
        }
        for item in items
    ]
    if wants_report(request):
        return _as_data(found, items)
    context = {
        "batch": found,
        "rows": rows,
        "done": sum(row["verdict"] is not None for row in rows),
        "total": len(rows),
    }
    page = "_verify_batch.html" if getattr(request, "htmx", False) else "verify_batch.html"
    return _for_nobody_else(varied(render(request, f"credentials/{page}", context)))


@require_safe
def batch_receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The signed receipt, as a download: `manage.py verify` and any other verifier can read it."""
    found = _kept(public_id)
    if found.receipt is None:
        raise Http404
    answer = HttpResponse(bytes(found.receipt), content_type="application/vc+ld+json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{found.public_id}.json"'
    return _for_nobody_else(answer)


def _kept(public_id: UUID) -> BatchCheck:
    found: BatchCheck = get_object_or_404(BatchCheck, public_id=public_id, keep_until__gt=now())
    return found


def _why(report: dict[str, Any]) -> str:
    """The first check that stands in the way, in its own words."""
    if report["verdict"] == "valid":
        return ""
    states = ("failed", "not_checked")
    found = [check for state in states for check in report["checks"] if check["state"] == state]
    return _(found[0]["detail"]) if found else ""


def _as_data(found: BatchCheck, items: list[Any]) -> HttpResponse:
    data = {
        "state": "done" if found.done_at else "stuck" if found.is_stuck else "being checked",
        "items": [
            {
                "name": item.name,
                "sha256": item.sha256 or None,
                "code": item.code or None,
                "report": item.report,
            }
            for item in items
        ],
    }
    return _for_nobody_else(varied(JsonResponse(data, json_dumps_params={"ensure_ascii": False})))


def _for_nobody_else(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex", "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _asking(request: HttpRequest, form: ManyForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    if form.errors and wants_report(request):
        sentences = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return refusal_data(sentences, status=status)
    context = {"form": form, "most": settings.VERIFY_MAX_ITEMS}
    return render(request, "credentials/verify_many.html", context, status=status)
