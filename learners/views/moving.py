"""A learner's answer to the offer of a later version."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.clock import now
from credentials.services.once import KeyReused, once
from learners.forms import OfferForm
from learners.views.own import own_enrolment, person_of, progress_page
from pathways.services.moving import NoLongerOpen, answer_offer


@login_required
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She moves to the version she was offered, or stays on hers."""
    enrolment, person = own_enrolment(request, public_id), person_of(request)
    form = OfferForm(request.POST)
    if not form.is_valid():
        incomplete = _("The form came incomplete. Press the button again.")
        return progress_page(request, enrolment, refused=incomplete, status=400)
    case = get_object_or_404(enrolment.transitions, pk=form.cleaned_data["move"])

    def act() -> str:
        answer_offer(case=case, accepts=form.accepts, by=person, at=now())
        return reverse("learners:progress", args=[enrolment.public_id])

    parameters = {"case": case.pk, "accepts": form.accepts}
    try:
        address = once(actor=person, key=form.operation, act="answer offer", parameters=parameters, do=act)
    except KeyReused as reused:
        return progress_page(request, enrolment, refused=str(reused), status=422)
    except NoLongerOpen as closed:
        return progress_page(request, enrolment, refused=str(closed), status=409)
    said = _("You moved to the new version.") if form.accepts else _("You stay on your version.")
    messages.success(request, said)
    return redirect(address)
