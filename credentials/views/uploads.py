"""Where to ask for a verdict: by code, address, pasted text or file. Nothing that is sent is kept."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.clock import now
from config.limits import Rate, wait_for
from credentials.forms import CodeForm, FileForm
from credentials.services.inspecting import Inspected, inspect_file
from credentials.views.negotiation import varied
from credentials.views.reporting import (
    FORM_CHECKS,
    MAIN_CHECKS,
    checks_of,
    refusal_data,
    report_data,
    too_often,
    wants_report,
)

# What a form adds around a file: boundaries, names, what was typed.
AROUND = 100_000
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


@csrf_exempt  # it changes nothing and keeps nothing: no cookie, no token (SAFETY §5.12)
@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request: HttpRequest) -> HttpResponse:
    """A good code leads to its permanent page; a file or text that is sent is answered with its report."""
    if request.method == "POST":
        return _upload(request)
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("credentials:verify", code=form.cleaned_data["code"])
    return _asking(request, code_form=form, status=400 if form.errors else 200)


def _upload(request: HttpRequest) -> HttpResponse:
    wait = wait_for(request, Rate(name="verify", most=settings.VERIFY_RATE))
    if wait is not None:
        return too_often(request, wait=wait)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.VERIFY_MAX_BYTES + AROUND:
        return _too_large(request)
    try:
        if request.content_type not in FORM_TYPES:
            return _inspected(request, request.body, FileForm())
        form = FileForm(request.POST, request.FILES)
    except RequestDataTooBig:
        return _too_large(request)
    if not form.is_valid():
        if form.has_error("file", "too_large"):
            return _too_large(request)
        if wants_report(request):
            sentences = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return refusal_data(sentences, status=HTTPStatus.BAD_REQUEST)
        return _asking(request, file_form=form, status=HTTPStatus.BAD_REQUEST)
    if form.code:
        # A person reads the page of the code; a name that was typed is compared there.
        return redirect("credentials:verify", code=form.code)
    return _inspected(request, form.data_sent(), form)


def _inspected(request: HttpRequest, data: bytes, form: FileForm) -> HttpResponse:
    found = inspect_file(data=data, at=now(), typed=form.name_typed)
    if wants_report(request):
        return report_data(found.report)
    context = {
        "found": found,
        "report": found.report,
        "checks": [*checks_of(found.report, MAIN_CHECKS), _recipient_check(found)],
        "form_checks": checks_of(found.report, FORM_CHECKS),
        "again": FileForm(initial={"text": form.pasted}),
        "form": form,
    }
    answer = render(request, "credentials/verify_file.html", context)
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex", "no-store"
    return varied(answer)


def _recipient_check(found: Inspected) -> dict[str, str]:
    if found.is_person is None:
        state, detail = "not_checked", _("Type a name or address with the file to compare it.")
    elif found.is_person:
        state, detail = "ok", _("What you typed is the recipient's.")
    else:
        state, detail = "failed", _("What you typed is not the recipient's.")
    return {"label": _("Recipient"), "name": "recipient", "state": state, "detail": detail}


def _asking(
    request: HttpRequest,
    *,
    code_form: CodeForm | None = None,
    file_form: FileForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "code_form": code_form or CodeForm(),
        "file_form": file_form or FileForm(),
        # The one that was sent: its errors stand in the title and in the summary.
        "form": file_form or code_form,
    }
    return render(request, "credentials/verify_form.html", context, status=status)


def _too_large(request: HttpRequest) -> HttpResponse:
    sentence = _(
        "A file may have %(megabytes)s MB. Send the credential alone, as JSON or as its picture."
    ) % {"megabytes": settings.VERIFY_MAX_BYTES // 1_000_000}
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if wants_report(request):
        return refusal_data(sentence, status=status)
    context = {"code_form": CodeForm(), "file_form": FileForm(), "too_large": sentence}
    return render(
        request, "credentials/verify_form.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )
