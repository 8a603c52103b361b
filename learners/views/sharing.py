"""What a holder shows to others: her acts on a link, the page behind it, the strip for her letters."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.clock import now
from credentials.models import Credential, Evidence
from credentials.openbadges.report import Report
from credentials.queries import components_of, rubric_of
from credentials.services.artwork.strip import Strip, strip_png, strip_svg
from credentials.services.judging import judged
from credentials.services.once import KeyReused, once
from credentials.services.verifying import Checked
from learners import queries
from learners.disclosure import Shown, shown_by_link
from learners.forms import ShareForm, WithdrawForm
from learners.models import ShareLink
from learners.services import sharing
from learners.services.sharing import AlreadyShared, NotShared
from learners.views.own import own_credential, person_of

if TYPE_CHECKING:
    from config.operations import OperationForm

# A strip may be this old: mail programs ask on every opening, and some keep what they were given for ever.
BELIEVED_FOR = "public, max-age=300"
SEALED = "default-src 'none'; img-src data:; sandbox"


@login_required
@require_POST
def share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a link to one's credential."""
    return _make(request, public_id, sharing.make_link, "make share link")


@login_required
@require_POST
def remake_share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new address in place of the one given out; the old one leads nowhere from now on."""
    return _make(request, public_id, sharing.remake_link, "remake share link")


@login_required
@require_POST
def withdraw_share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the link back; it acts at once."""
    row, person = own_credential(request, public_id), person_of(request)

    def act() -> None:
        sharing.withdraw_link(credential=row, by=person, at=now())

    return _act(
        request, row, WithdrawForm(request.POST), "withdraw share link", act, _("The link leads nowhere now.")
    )


def _make(
    request: HttpRequest, public_id: UUID, service: Callable[..., ShareLink], act_name: str
) -> HttpResponse:
    row, person = own_credential(request, public_id), person_of(request)
    form = ShareForm(request.POST)

    def act() -> None:
        service(
            credential=row,
            shows_results=form.cleaned_data["shows_results"],
            shows_evidence=form.cleaned_data["shows_evidence"],
            by=person,
            at=now(),
        )

    return _act(request, row, form, act_name, act, _("Your link is ready. Whoever has it reads your name."))


def _act(
    request: HttpRequest,
    row: Credential,
    form: "OperationForm",
    act_name: str,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Do it once for this press of the button, and lead back to the credential with what came of it."""
    page = f"{reverse('learners:credential', args=[row.public_id])}#sharing"

    def do() -> str:
        act()
        return page

    if not form.is_valid():
        messages.error(request, _("The form came incomplete. Press the button again."))
        return redirect(page)
    parameters = {"credential": str(row.public_id)} | {
        name: value for name, value in form.cleaned_data.items() if name != "op_key"
    }
    try:
        once(actor=person_of(request), key=form.operation, act=act_name, parameters=parameters, do=do)
    except (KeyReused, AlreadyShared, NotShared) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A credential behind an open link, judged now, and what its holder shows of herself there."""

    link: ShareLink
    checked: Checked
    parts: list[Checked]
    shown: Shown

    @property
    def credential(self) -> Credential:
        return self.link.credential

    @property
    def report(self) -> Report:
        return self.checked.report

    @property
    def evidence(self) -> list[Evidence]:
        """Without the components, which are listed with their own verdicts."""
        if not self.shown.evidence:
            return []
        listed = {part.credential.verify_url for part in self.parts}
        return [item for item in self.credential.evidence.all() if item.url not in listed]


def open_link(token: str, at: datetime, *, with_parts: bool = False) -> Opened:
    """Raises Http404 alike for a link that never was, was withdrawn, or went with its holder."""
    link = get_object_or_404(queries.opened(token))
    components = components_of(link.credential) if with_parts else ()
    checked, *parts = judged(credential=link.credential, parts=list(components), at=at)
    shown = shown_by_link(results=link.shows_results, evidence=link.shows_evidence)
    return Opened(link=link, checked=checked, parts=parts, shown=shown)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a holder shows to whom she gave this address: the verdict, her name, and what else she chose."""
    found = open_link(token, now(), with_parts=True)
    credential = found.credential
    context = {
        "found": found,
        "credential": credential,
        "version": credential.version,
        "issuer": credential.achievement.issuer,
        "criteria": rubric_of(credential.version, credential.results)
        if found.shown.results and credential.results
        else [],
        "address": settings.PORTAL_URL + found.link.get_absolute_url(),
        "image_address": settings.PORTAL_URL + credential.version.image_url,
    }
    answer = render(request, "learners/shared.html", context)
    answer["X-Robots-Tag"] = "noindex"
    # Kept nowhere: a link that is withdrawn must not live on in a cache.
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def badge_png(request: HttpRequest, token: str) -> HttpResponseBase:
    """The strip for an e-mail's foot, as it stands in this minute."""
    return _strip(request, token, "image/png", strip_png)


@require_safe
def badge_svg(request: HttpRequest, token: str) -> HttpResponseBase:
    return _strip(request, token, "image/svg+xml", lambda strip: strip_svg(strip).encode())


def _strip(
    request: HttpRequest, token: str, media_type: str, draw: Callable[[Strip], bytes]
) -> HttpResponseBase:
    at = now()
    found = open_link(token, at)
    version = found.credential.version
    name = (version.thumbnail or version.image).name
    if not name or not default_storage.exists(name):
        raise Http404
    # Whoever loads a picture in a letter told us no language: it speaks the portal's.
    with translation.override(settings.LANGUAGE_CODE):
        word = standing_words(found.report.verdict, at)
    said = "\n".join((version.name, found.credential.achievement.issuer.name, word, name, media_type))
    etag = f'"{hashlib.sha256(said.encode()).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        with default_storage.open(name) as picture:
            strip = Strip(
                title=version.name,
                issuer=found.credential.achievement.issuer.name,
                verdict=found.report.verdict,
                word=word,
                picture=picture.read(),
            )
        answer = HttpResponse(draw(strip), content_type=media_type)
    answer["ETag"], answer["Cache-Control"] = etag, BELIEVED_FOR
    answer["Content-Security-Policy"] = SEALED
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def standing_words(verdict: str, at: datetime) -> str:
    """The verdict's word and the day on which it was reached."""
    words = {
        "valid": _("Valid on %(day)s"),
        "revoked": _("Revoked: do not rely on it"),
        "expired": _("Expired (looked up on %(day)s)"),
        "suspended": _("Suspended (looked up on %(day)s)"),
        "not_yet_valid": _("Not yet valid on %(day)s"),
        "not_recognised": _("Not recognised: do not rely on it"),
    }
    sentence = words.get(verdict, _("Cannot be checked just now"))
    return sentence % {"day": date_format(localtime(at), "j F Y")} if "%(" in sentence else sentence
