"""The permanent address of a credential: its verdict for whoever holds the code."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.clock import now
from config.limits import Rate, wait_for
from credentials import queries
from credentials.forms import CodeForm, RecipientForm
from credentials.models import Credential
from credentials.models.credential import is_mistyped, normalise_code
from credentials.openbadges.report import Report
from credentials.openbadges.text import read_instant
from credentials.queries.verification import (
    Footing,
    Grounds,
    footing_of,
    grounds_of,
    meaning_of,
    newer_than,
    newest_document,
    suspended_since,
)
from credentials.services.verifying import Checked, is_recipient, newest_signed, verify_together
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

AS_CREDENTIAL = ("application/vc+ld+json", "application/vc", "application/ld+json")
# As components/verdict.html writes the moment of checking.
MOMENT = "j F Y, H:i T"
# For what a page shows beside the verdict, and a footing does not count.
KEPT_SECONDS = 300
A_DAY = timedelta(days=1)


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
    footing = footing_of(plain_code)
    # A code that leads nowhere and a name that is tried are guesses; a page that many open is none.
    is_guess = footing is None or request.method == "POST"
    wait = wait_for(request, Rate(name="verify", most=settings.VERIFY_RATE)) if is_guess else None
    if wait is not None:
        return too_often(request, wait=wait)
    if footing is None:
        return _unknown(request, plain_code, is_slip=False)
    if request.method == "POST":
        return _compared(request, plain_code, footing)
    if request.get_preferred_type(["text/html", *AS_CREDENTIAL, "application/json"]) in AS_CREDENTIAL:
        return _as_signed(plain_code)
    return _told(request, plain_code, footing)


def _told(request: HttpRequest, code: str, footing: Footing) -> HttpResponse:
    """Page or report. While nothing it stands on changes, its text is made once a day and dated each time."""
    is_data = wants_report(request)
    # Who is signed in sees her own doors in the shell of the page.
    is_anybody = not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}
    kept_as = _kept_as(footing, get_language(), is_data)
    text = cache.get(kept_as) if is_anybody else None
    if text is None:
        checked, parts = _judged(code, footing.at)
        text = checked.report if is_data else _dated_page(request, checked, parts, footing)
        if (
            is_anybody
            and footing.is_steady
            and all(_is_steady(each, footing.at) for each in (checked, *parts))
        ):
            cache.set(kept_as, text, timeout=KEPT_SECONDS)
    if isinstance(text, Report):
        answer = report_data(replace(text, at=footing.at))
    else:
        page, dated = text
        answer = varied(HttpResponse(page.replace(dated, _moment(footing.at))))
        if not footing.is_public:
            answer["X-Robots-Tag"] = "noindex"
    if not is_anybody:
        return answer
    answer["Cache-Control"] = "no-cache"
    answer["ETag"] = quote_etag(hashlib.sha256(answer.content).hexdigest())
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


def _kept_as(footing: Footing, *how: object) -> str:
    return f"verify:{hashlib.sha256(repr((footing.key, *how)).encode()).hexdigest()}"


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), MOMENT)


def _is_steady(checked: Checked, at: datetime) -> bool:
    """Whether its verdict holds until the day is over, unless what it stands on changes."""
    report = checked.report
    ends = read_instant(report.credential["valid_until"])
    settled = report.verdict in {"valid", "revoked", "expired", "suspended"}
    return settled and not (ends is not None and at < ends <= at + A_DAY)


def _judged(code: str, at: datetime) -> tuple[Checked, list[Checked]]:
    signed = newest_document(code).first()
    credential = signed.credential if signed else queries.verifiable(code).get()
    newest = {credential.pk: signed} if signed else {}
    parts: list[Credential] = []
    if credential.version.kind in credential.version.STACKED:
        parts = list(queries.components_of(credential))
        newest |= newest_signed(parts)
    checked, *of_parts = verify_together(credentials=[credential, *parts], at=at, newest=newest)
    return checked, of_parts


def _dated_page(
    request: HttpRequest, checked: Checked, parts: list[Checked], footing: Footing
) -> tuple[str, str]:
    """The page, and how the moment of checking stands in it."""
    facts = _facts(checked, parts, is_endorsed=footing.is_endorsed)
    page = render_to_string("credentials/verify.html", {**facts, "form": RecipientForm()}, request)
    return page, _moment(footing.at)


def _compared(request: HttpRequest, code: str, footing: Footing) -> HttpResponse:
    """The page with an answer to the question whether this is the person."""
    checked, parts = _judged(code, footing.at)
    form = RecipientForm(request.POST)
    is_person = (
        is_recipient(credential=checked.credential, typed=form.cleaned_data["typed"])
        if form.is_valid()
        else None
    )
    facts = _facts(checked, parts, is_endorsed=footing.is_endorsed, is_person=is_person)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    answer = render(
        request, "credentials/verify.html", {**facts, "form": form, "is_person": is_person}, status=status
    )
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex", "no-store"
    return varied(answer)


def _facts(
    checked: Checked, parts: list[Checked], *, is_endorsed: bool, is_person: bool | None = None
) -> dict[str, object]:
    """What the page tells of a credential: of the person, only what the holder opened."""
    credential = checked.credential
    is_public = credential.visibility == Credential.Visibility.PUBLIC
    grounds = grounds_of(credential) if credential.source == Credential.Source.PATHWAY else None
    listed = {part.credential.verify_url for part in parts}
    return {
        "credential": credential,
        "version": credential.version,
        "meaning": meaning_of(credential),
        "verdict": checked.report.verdict,
        "at": checked.report.at,
        "is_signed": checked.is_signed,
        "checks": [*checks_of(checked.report, MAIN_CHECKS), _recipient_check(is_person, is_public=is_public)],
        "form_checks": checks_of(checked.report, FORM_CHECKS),
        "grounds": grounds,
        "parts": _made_of(parts, grounds, shows_evidence=is_public),
        "is_public": is_public,
        "suspended_since": suspended_since(credential),
        "newer": newer_than(credential),
        "criteria": queries.rubric_of(credential.version, credential.results)
        if is_public and credential.results
        else [],
        "evidence": [item for item in credential.evidence.all() if item.url not in listed]
        if is_public
        else [],
        # What is said of one person's credential may name her.
        "endorsements": [
            *queries.endorsements_of(credential.version),
            *(queries.endorsements_of(credential) if is_public else ()),
        ]
        if is_endorsed
        else [],
        "image_address": settings.PORTAL_URL + credential.version.image_url,
    }


def _made_of(
    parts: list[Checked], grounds: Grounds | None, *, shows_evidence: bool
) -> list[dict[str, object]]:
    """The parts as they were on the day of its issue, each with what is true of it today."""
    today = {part.credential.get_absolute_url(): part.report.verdict for part in parts}
    if grounds is None:
        return [
            {"name": part.credential.version.name, "url": url, "verdict": today[url]}
            for part, url in zip(parts, today, strict=True)
        ]
    return [
        {
            "name": ground.name,
            "url": ground.url,
            "told": ground.told,
            "verdict": today.get(ground.url),
            "evidence": ground.evidence if shows_evidence else (),
        }
        for ground in grounds.parts
    ]


def _recipient_check(is_person: bool | None, *, is_public: bool) -> dict[str, str]:
    state, detail = "not_checked", _("Type a name or address below to compare it.")
    if is_person is not None:
        state = "ok" if is_person else "failed"
        detail = (
            _("What you typed is the recipient's.")
            if is_person
            else _("What you typed is not the recipient's.")
        )
    elif is_public:
        detail = _("Compare the name above with the person in front of you.")
    return {"label": _("Recipient"), "name": "recipient", "state": state, "detail": detail}


def _as_signed(code: str) -> HttpResponse:
    """The signed bytes, only where their holder opened the credential: they name her."""
    credential = queries.verifiable(code).get()
    signed = queries.signed_bytes(credential)
    if credential.visibility != Credential.Visibility.PUBLIC or signed is None:
        return refusal_data(
            _("This credential has no such form here. Ask its holder for the file."),
            status=HTTPStatus.NOT_ACCEPTABLE,
        )
    answer = HttpResponse(signed, content_type="application/vc+ld+json")
    answer["Access-Control-Allow-Origin"], answer["Cache-Control"] = "*", "no-cache"
    return varied(answer)


def _unknown(request: HttpRequest, code: str, *, is_slip: bool) -> HttpResponse:
    """Not recognised: a slip of the fingers, which the check character shows, or a code that is not ours."""
    at = now()
    if wants_report(request):
        return report_data(_nothing(at), status=HTTPStatus.NOT_FOUND)
    context = {
        "code": code,
        "is_slip": is_slip,
        "at": at,
        "code_form": CodeForm(initial={"code": code[:300]}),
    }
    return varied(render(request, "credentials/verify_unknown.html", context, status=HTTPStatus.NOT_FOUND))


def _nothing(at: datetime) -> Report:
    return Report(
        verdict="not_recognised",
        at=at,
        container="none",
        standard="unknown",
        suites=(),
        credential={"id": None, "name": None, "valid_from": None, "valid_until": None},
        issuer={"id": None, "name": None, "known": False},
        checks=(),
    )
