"""A learner's what-if about one of her pathways: asked by an address, and nothing is saved."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.clock import now
from learners.queries.whatif import what_if as asked
from learners.views.own import person_of
from pathways.models import Enrolment


@login_required
@require_safe
def what_if(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What would be left if she earned what is ticked."""
    own = Enrolment.objects.held_by(person_of(request)).select_related("learner", "pathway", "version")
    enrolment = get_object_or_404(own, public_id=public_id)
    context = {
        "enrolment": enrolment,
        "pathway": enrolment.pathway,
        "what_if": asked(enrolment, request.GET.getlist("if"), now()),
    }
    return render(request, "learners/what_if.html", context)
