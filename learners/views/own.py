"""A person's own pages: where she stands, what she holds, what was told to her; and the front door."""

import base64
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.clock import now
from credentials.models import Credential
from credentials.queries import certificate_file, history_of, local_day
from credentials.services.once import KeyReused, once
from credentials.services.printing import qr_svg
from credentials.services.verifying import NotSignedYet, verify_credential
from learners import queries
from learners.forms import OfferForm, OrderForm, ReadForm, ShareForm, VisibilityForm, WithdrawForm
from learners.models import Notification
from learners.services import notifying, sharing
from pathways.models import Enrolment
from pathways.queries.standings import told_of

if TYPE_CHECKING:
    from learners.models import User

A_PAGE = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Signed in: one's own first page. Everybody else: what this portal is."""
    if not request.user.is_authenticated:
        return render(request, "learners/home.html")
    doors = request.user.doors
    if "staff" in doors:
        return redirect("admin:index")
    return redirect("assessments:queue" if "marker" in doors else "learners:dashboard")


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Where am I, what is next, by when, what can I share."""
    return render(request, "learners/dashboard.html", _dashboard(request))


@login_required
@require_safe
def dashboard_status(request: HttpRequest) -> HttpResponse:
    """Asked every few seconds while marking or an answer is awaited: nothing new (204), or the dashboard."""
    if not getattr(request, "htmx", False):
        return redirect("learners:dashboard")
    _at, seen = queries.pulse(person_of(request))
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "learners/_dashboard.html", _dashboard(request))


@login_required
@require_safe
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One pathway as a map: what counts, what is missing, and why."""
    return progress_page(request, own_enrolment(request, public_id))


@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """All that this person holds or held, and what happened to it."""
    person = person_of(request)
    page = Paginator(queries.wallet(person), A_PAGE).get_page(request.GET.get("page"))
    today = local_day(now())
    context = {
        "page_obj": page,
        "cards": [queries.card_of(row, today) for row in page],
        "timeline": queries.timeline(person, limit=10),
    }
    return render(request, "learners/wallet.html", context)


@login_required
@require_safe
def credential(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One credential as its holder sees it: its verdict, its files, and what others see of it."""
    row = own_credential(request, public_id)
    return render(request, "learners/credential.html", _credential_page(request, row))


@login_required
@require_POST
def visibility(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open or close the name on the verification page; it acts at once."""
    row = own_credential(request, public_id)
    form = VisibilityForm(request.POST)
    if form.is_valid():
        person = person_of(request)
        parameters = {"credential": str(row.public_id), "visibility": form.chosen.value}

        def change() -> str:
            sharing.set_visibility(credential=row, visibility=form.chosen, by=person)
            return reverse("learners:credential", args=[row.public_id])

        try:
            address = once(
                actor=person, key=form.operation, act="set visibility", parameters=parameters, do=change
            )
        except KeyReused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _VISIBILITY_WORDS[form.chosen]())
            return redirect(f"{address}#visibility")
    return render(request, "learners/credential.html", _credential_page(request, row, form=form), status=422)


@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Everything the portal told this person, newest first."""
    own = Notification.objects.filter(recipient=person_of(request))
    context = {
        "page_obj": Paginator(own, A_PAGE).get_page(request.GET.get("page")),
        "unread_count": own.filter(read_at__isnull=True).count(),
        "read_form": ReadForm(),
    }
    return render(request, "learners/notifications.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return redirect("learners:notifications")

    def read() -> str:
        notifying.mark_read(recipient=person, at=now())
        return reverse("learners:notifications")

    try:
        return redirect(once(actor=person, key=form.operation, act="mark read", parameters={}, do=read))
    except KeyReused:
        return render(request, "409.html", status=422)


def _dashboard(request: HttpRequest) -> dict[str, object]:
    at, seen = queries.pulse(person_of(request))
    return {"dashboard": queries.dashboard(person_of(request), local_day(at), seen)}


def _credential_page(
    request: HttpRequest, row: Credential, *, form: VisibilityForm | None = None
) -> dict[str, object]:
    at = now()
    try:
        verdict = verify_credential(credential=row, at=at).verdict
    except NotSignedYet:
        verdict = None
    other = (
        Credential.Visibility.PRIVATE
        if row.visibility == Credential.Visibility.PUBLIC
        else Credential.Visibility.PUBLIC
    )
    qr = base64.b64encode(qr_svg(row.verify_url).encode()).decode()
    return {
        "credential": row,
        "version": row.version,
        "verdict": verdict,
        "at": at,
        "card": queries.card_of(row, local_day(at)),
        "rendering": certificate_file(row),
        "order_form": OrderForm(),
        "qr": f"data:image/svg+xml;base64,{qr}",
        "is_public": row.visibility == Credential.Visibility.PUBLIC,
        "other_visibility": other,
        "form": form or VisibilityForm(initial={"visibility": other}),
        "components": row.components.select_related("version").order_by("earned_at", "pk"),
        "certificates": row.certificates.filter(recipient=row.recipient_id).select_related("version"),
        "history": history_of(row),
        "sharing": queries.sharing_of(row),
        "share_form": ShareForm(),
        "withdraw_form": WithdrawForm(),
    }


def own_enrolment(request: HttpRequest, public_id: UUID) -> Enrolment:
    """Raises Http404 for what is not hers, as for what never was."""
    own = Enrolment.objects.held_by(person_of(request)).select_related(
        "learner", "pathway__awards__current_version", "version", "certificate__version"
    )
    return get_object_or_404(own, public_id=public_id)


def progress_page(
    request: HttpRequest, enrolment: Enrolment, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """The page of one enrolment; `refused` says why what was asked there was not done."""
    at = now()
    context = {
        "enrolment": enrolment,
        "pathway": enrolment.pathway,
        "certificate": enrolment.certificate,
        "progress": queries.progress(enrolment, at),
        "standing": told_of(enrolment),
        "is_left": enrolment.state == Enrolment.State.WITHDRAWN,
        "order_notes": queries.order_notes(enrolment, at),
        "offer": queries.offer(enrolment, at),
        "offer_form": OfferForm(),
        "refused": refused,
    }
    return render(request, "learners/progress.html", context, status=status)


def own_credential(request: HttpRequest, public_id: UUID) -> Credential:
    """Raises Http404 for what is not hers, as for what never was."""
    own = Credential.objects.held_by(person_of(request)).select_related(
        "version", "achievement__issuer", "recipient"
    )
    return get_object_or_404(own, public_id=public_id)


def person_of(request: HttpRequest) -> "User":
    return cast("User", request.user)


_VISIBILITY_WORDS = {
    Credential.Visibility.PUBLIC: lambda: _("Your name now shows on the verification page."),
    Credential.Visibility.PRIVATE: lambda: _("Your name no longer shows on the verification page."),
}
