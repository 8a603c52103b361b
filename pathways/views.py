"""The public pages of pathways, and a learner's two acts on them: enrol and leave."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.clock import now
from config.framing import framed
from credentials.queries import card_of
from credentials.services.once import KeyReused, once
from credentials.services.piloting import PilotIsFull, places_left
from pathways import queries
from pathways.forms import EnrolForm, LeaveForm
from pathways.models import Enrolment, Pathway
from pathways.services import enrolling
from pathways.services.enrolling import CannotEnrol

if TYPE_CHECKING:
    from config.operations import OperationForm
    from learners.models import User


@require_safe
def pathway_list(request: HttpRequest) -> HttpResponse:
    """Every pathway in force, with how much it takes and what it awards."""
    return render(request, "pathways/pathway_list.html", {"outlines": queries.outlines(queries.published())})


@require_safe
def pathway(request: HttpRequest, slug: str) -> HttpResponse:
    """One pathway: its rule in a sentence, its parts in order and, signed in, where one stands on it."""
    return _page(request, get_object_or_404(queries.published(), slug=slug))


@framed
@require_safe
def embedded(request: HttpRequest, slug: str) -> HttpResponse:
    """A pathway in a frame on another site: its outline, and whether one can enrol on it now."""
    found = queries.published().filter(slug=slug).first()
    if found is None:
        return render(request, "pathways/embedded_gone.html", status=404)
    (outline,) = queries.outlines([found])
    context = {"outline": outline, "pathway": found, "is_open": _is_open(found)}
    return render(request, "pathways/embedded.html", context)


def _is_open(found: Pathway) -> bool:
    """Whether anybody new is taken: its award can be earned, and its trial, if any, has a place left."""
    return found.awards.is_active and places_left(found.awards) != 0


@login_required
@require_POST
def enrol(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.published(), slug=slug)
    learner = _learner(request)

    def act() -> str:
        enrolling.enrol(learner=learner, pathway=found, by=learner, at=now())
        return found.get_absolute_url()

    done = _("You are enrolled on %(pathway)s.") % {"pathway": found}
    return _once(request, found, EnrolForm(request.POST), act, done)


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.published(), slug=slug)
    learner = _learner(request)

    def act() -> str:
        enrolment = get_object_or_404(Enrolment.objects.current().held_by(learner), pathway=found)
        enrolling.withdraw(enrolment=enrolment, by=learner, at=now())
        return found.get_absolute_url()

    done = _("You left %(pathway)s. What you earned stays yours.") % {"pathway": found}
    return _once(request, found, LeaveForm(request.POST), act, done)


def _once(
    request: HttpRequest, found: Pathway, form: "OperationForm", act: Callable[[], str], done: str
) -> HttpResponse:
    """Do `act` for this press of the button alone, or show the page again with the reason against it."""
    if not form.is_valid():
        return _page(request, found, _("The form came incomplete. Press the button again."), status=400)
    try:
        address = once(
            actor=_learner(request),
            key=form.operation,
            act=type(form).__name__,
            parameters={"pathway": found.pk},
            do=act,
        )
    except KeyReused as reused:
        return _page(request, found, str(reused), status=422)
    except (CannotEnrol, PilotIsFull) as refused:
        return _page(request, found, str(refused), status=409)
    messages.success(request, done)
    return redirect(address)


def _page(request: HttpRequest, found: Pathway, refused: str = "", *, status: int = 200) -> HttpResponse:
    is_learner = request.user.is_authenticated and "learner" in request.user.doors
    learner = _learner(request) if is_learner else None
    (outline,) = queries.outlines([found], queries.held_states(learner) if learner else {})
    certificate = found.awards.current_version
    context = {
        "outline": outline,
        "pathway": found,
        "certificate": card_of(certificate) if certificate else None,
        "standing": queries.standing_of(found, learner) if learner else None,
        "is_learner": is_learner,
        "places_left": places_left(found.awards) if is_learner else None,
        "enrol_form": EnrolForm(),
        "leave_form": LeaveForm(),
        "refused": refused,
    }
    return render(request, "pathways/pathway.html", context, status=status)


def _learner(request: HttpRequest) -> "User":
    """The signed-in person, as a learner. Staff without that role have nothing to enrol on."""
    learner = cast("User", request.user)
    if "learner" not in learner.doors:
        raise PermissionDenied
    return learner
