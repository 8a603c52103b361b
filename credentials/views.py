"""The pages anyone may read: catalogue, achievement, issuer, and the verdict on a credential."""

from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.clock import now
from credentials import queries
from credentials.forms import CatalogueFilter, CodeForm, RecipientForm
from credentials.models import AchievementVersion, Credential, Issuer
from credentials.models.credential import is_mistyped, normalise_code
from credentials.openbadges.documents import achievement_document, profile_document
from credentials.openbadges.report import Report
from credentials.services.issuing import achievement_facts, issuer_facts
from credentials.services.verifying import Checked, is_recipient, verify_together

CARDS_A_PAGE = 24
LINKED_DATA = ("application/ld+json", "application/vc+ld+json", "application/vc", "application/json")
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be earned today, searched and filtered by the address alone."""
    found = CatalogueFilter(request.GET, queryset=queries.catalogue())
    page = Paginator(found.qs, CARDS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page_obj": page,
        "cards": [
            queries.card_of(version, note=f"{version.achievement.series} · {version.get_level_display()}")
            for version in page
        ],
        "is_filtered": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "credentials/catalogue.html", context)


@require_safe
def achievement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One published version of an achievement: a page, or linked data for who asks for it."""
    version = get_object_or_404(queries.public_version(public_id))
    if _wants(request, LINKED_DATA):
        return _linked_data(achievement_document(achievement_facts(version)))
    context = {
        "version": version,
        "achievement": version.achievement,
        "criteria": queries.rubric_of(version),
        "hours": queries.plain(version.hours),
        "credits": queries.plain(version.credits),
        "onward": queries.stacks_into(version.achievement),
        "versions": list(queries.versions_of(version.achievement)),
        "is_in_force": version.status == AchievementVersion.Status.PUBLISHED,
        "image_address": settings.PORTAL_URL + version.image_url,
        "address": settings.PORTAL_URL + version.get_absolute_url(),
    }
    return _varied(render(request, "credentials/achievement.html", context))


@require_safe
def achievement_image(request: HttpRequest, public_id: UUID, *, is_small: bool = False) -> HttpResponseBase:
    """A published version's picture; frozen with it, so that whoever has it may keep it for ever."""
    version = get_object_or_404(queries.public_version(public_id))
    name = (version.thumbnail if is_small else version.image).name
    if not name or not default_storage.exists(name):
        raise Http404
    # The file is named by the hash of its bytes.
    etag = f'"{PurePosixPath(name).stem}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        with default_storage.open(name) as picture:
            answer = HttpResponse(picture.read(), content_type="image/png")
    answer["ETag"], answer["Cache-Control"] = etag, FOR_EVER
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Who signs, how to reach them, and where their keys stand; the Profile for who asks for linked data."""
    found = get_object_or_404(Issuer, slug=slug)
    if found.did and _wants(request, LINKED_DATA):
        return _linked_data(profile_document(issuer_facts(found)))
    cards = [queries.card_of(version) for version in queries.catalogue().filter(achievement__issuer=found)]
    keys = reverse("credentials:main_did") if found.is_main else None
    context = {
        "issuer": found,
        "cards": cards,
        "keys_url": keys or reverse("credentials:issuer_did", args=[found.slug]),
    }
    return _varied(render(request, "credentials/issuer.html", context))


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type or paste a code; a good one leads to its permanent page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("credentials:verify", code=form.cleaned_data["code"])
    return render(request, "credentials/verify_form.html", {"form": form}, status=400 if form.errors else 200)


@csrf_exempt  # it changes nothing, and whoever scans a code is given no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The permanent address on every certificate: one verdict, and each check behind it.

    A POST compares a typed name with the recipient's and answers yes or no; a name in an address would
    stand in every log.
    """
    plain_code = normalise_code(code)
    if is_mistyped(plain_code):
        return _unknown(request, code, is_slip=True)
    if plain_code != code and request.method != "POST":
        return redirect("credentials:verify", code=plain_code, permanent=True)
    credential = queries.verifiable(plain_code).first()
    if credential is None:
        return _unknown(request, plain_code, is_slip=False)
    with_parts = [credential, *queries.components_of(credential)]
    checked, *parts = verify_together(credentials=with_parts, at=now())
    if _wants(request, ("application/json",)):
        return _report_data(checked.report)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    is_person = (
        is_recipient(credential=credential, typed=form.cleaned_data["typed"]) if form.is_valid() else None
    )
    context = {
        **_facts(checked, parts),
        "form": form,
        "is_person": is_person,
        "checks": [*_checks(checked.report, MAIN_CHECKS), _recipient_check(credential, is_person)],
        "form_checks": _checks(checked.report, FORM_CHECKS),
    }
    answer = render(request, "credentials/verify.html", context, status=422 if form.errors else 200)
    if not context["is_public"]:
        answer["X-Robots-Tag"] = "noindex"
    return _varied(answer)


# What a verifier asks first, then whether the file itself is sound; labels by the names of the checks.
MAIN_CHECKS = ("issuer", "proof", "status", "dates", "endorsement")
FORM_CHECKS = ("container", "json", "context", "schema", "subject", "terms", "refresh")


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


def _checks(report: Report, names: tuple[str, ...]) -> list[dict[str, str]]:
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


def _recipient_check(credential: Credential, is_person: bool | None) -> dict[str, str]:
    state, detail = "not_checked", _("Type a name or address below to compare it.")
    if is_person is not None:
        state = "ok" if is_person else "failed"
        detail = (
            _("What you typed is the recipient's.")
            if is_person
            else _("What you typed is not the recipient's.")
        )
    elif credential.visibility == Credential.Visibility.PUBLIC:
        detail = _("Compare the name above with the person in front of you.")
    return {"label": _("Recipient"), "name": "recipient", "state": state, "detail": detail}


def _facts(checked: Checked, parts: list[Checked]) -> dict[str, object]:
    """What the page tells of a credential: of the person, only what the holder opened."""
    credential = checked.credential
    is_public = credential.visibility == Credential.Visibility.PUBLIC
    listed = {part.credential.verify_url for part in parts}
    return {
        "credential": credential,
        "version": credential.version,
        "verdict": checked.report.verdict,
        "at": checked.report.at,
        "is_signed": checked.is_signed,
        "parts": parts,
        "is_public": is_public,
        "criteria": queries.rubric_of(credential.version, credential.results)
        if is_public and credential.results
        else [],
        "evidence": [item for item in credential.evidence.all() if item.url not in listed]
        if is_public
        else [],
        "image_address": settings.PORTAL_URL + credential.version.image_url,
    }


def _unknown(request: HttpRequest, code: str, *, is_slip: bool) -> HttpResponse:
    """Not recognised: a slip of the fingers, which the check character shows, or a code that is not ours."""
    at = now()
    if _wants(request, ("application/json",)):
        report = Report(
            verdict="not_recognised",
            at=at,
            container="none",
            standard="unknown",
            suites=(),
            credential={"id": None, "name": None, "valid_from": None, "valid_until": None},
            issuer={"id": None, "name": None, "known": False},
            checks=(),
        )
        return _report_data(report, status=404)
    context = {
        "code": code,
        "is_slip": is_slip,
        "at": at,
        "code_form": CodeForm(initial={"code": code[:300]}),
    }
    return _varied(render(request, "credentials/verify_unknown.html", context, status=404))


def _wants(request: HttpRequest, types: tuple[str, ...]) -> bool:
    """Whether the reader prefers one of these media types to a page."""
    return request.get_preferred_type(["text/html", *types]) in types


def _linked_data(document: dict[str, object]) -> HttpResponse:
    answer = JsonResponse(
        document, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False}
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return _varied(answer)


def _report_data(report: Report, *, status: int = 200) -> HttpResponse:
    answer = JsonResponse(report.to_json(), status=status, json_dumps_params={"ensure_ascii": False})
    answer["X-Robots-Tag"] = "noindex"
    return _varied(answer)


def _varied(answer: HttpResponse) -> HttpResponse:
    patch_vary_headers(answer, ["Accept"])
    return answer
