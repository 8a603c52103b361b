"""What was found, as a page lists it and as a machine reads it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from config.limits import too_many
from credentials.openbadges.report import Report
from credentials.views.negotiation import varied, wants

# What a verifier asks first, then whether the file itself is sound; by the names of the checks.
MAIN_CHECKS = ("issuer", "proof", "status", "dates", "endorsement", "refresh")
FORM_CHECKS = ("container", "json", "context", "schema", "subject", "terms")
AS_REPORT = ("application/json",)


def wants_report(request: HttpRequest) -> bool:
    return wants(request, AS_REPORT)


def report_data(report: Report, *, status: int = 200) -> HttpResponse:
    """The report in the shape of `manage.py verify --json`."""
    answer = JsonResponse(report.to_json(), status=status, json_dumps_params={"ensure_ascii": False})
    answer["X-Robots-Tag"] = "noindex"
    return varied(answer)


def refusal_data(sentence: str, *, status: int) -> HttpResponse:
    """Why nothing was checked, for a machine."""
    return varied(JsonResponse({"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False}))


def too_often(request: HttpRequest, *, wait: int) -> HttpResponse:
    """As a page or as data; `wait` in seconds."""
    if not wants_report(request):
        return too_many(request, wait=wait)
    answer = refusal_data(_("Too many tries in a short time."), status=HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = str(wait)
    return answer


def checks_of(report: Report, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Each check of these names with its label, state and words, for components/check_list.html."""
    labels, passed = _labels(), _passed()
    return [
        {
            "label": labels[name],
            "name": check.name,
            "state": check.state,
            "detail": passed.get(name, _(check.detail)) if check.state == "ok" else _(check.detail),
        }
        for name in names
        for check in report.checks
        if check.name.partition("[")[0] == name
    ]


def _labels() -> dict[str, str]:
    return {
        "issuer": _("Issuer"),
        "proof": _("Signature"),
        "status": _("Revocation and suspension"),
        "dates": _("Dates"),
        "endorsement": _("Endorsement"),
        "container": _("Kind of file"),
        "json": _("Readable in one way only"),
        "context": _("Vocabulary"),
        "schema": _("Open Badges 3.0 form"),
        "subject": _("One recipient"),
        "terms": _("Everything is signed"),
        "refresh": _("Newer versions"),
    }


def _passed() -> dict[str, str]:
    """What a passed check means to who is no engineer; what went wrong is told in the check's own words."""
    return {
        "issuer": _("The institution is known here, and the key that signed is its own."),
        "proof": _("Nothing was changed since it was signed."),
        "status": _("It is neither revoked nor suspended."),
        "dates": _("Today lies within its dates."),
    }
