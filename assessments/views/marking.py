"""A marker's pages: the queue, one submission beside its rubric, and what happens when two save at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.forms import GradingForm, NextForm, QueueFilter
from assessments.models import Grading, Submission
from assessments.queries import lapsed_in, queue_of, rubric_rows
from assessments.services import grading as services
from assessments.services.grading import AlreadyDecided, ClaimedByAnother, Overtaken
from config.clock import now
from credentials.models import Credential, Role
from credentials.services.issuing import CannotIssue
from credentials.services.once import KeyReused, once

if TYPE_CHECKING:
    from learners.models import User

PAGE = 25
Refusal = AlreadyDecided | ClaimedByAnother | Overtaken


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: a submission and where it stands for this marker at this moment."""

    submission: Submission
    is_late: bool
    is_mine: bool
    is_others: bool


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this marker, the most urgent first."""
    marker, at = _marker(request), now()
    waiting = queue_of(marker, at)
    form = QueueFilter(request.GET, waiting=waiting)
    chosen = form.chosen()
    page = Paginator(_narrowed(waiting, chosen, marker, at), PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "is_filtered": any(chosen.values()),
        "at": at,
        "lapsed_in": lapsed_in(marker),
        "page_obj": page,
        "rows": [_row(submission, marker, at) for submission in page],
        "total": page.paginator.count,
        "late": _narrowed(waiting, {"show": "late"}, marker, at).count(),
    }
    return render(request, "assessments/queue.html", context)


@login_required
@require_POST
def next_submission(request: HttpRequest) -> HttpResponse:
    """Claim what comes next, after or before the one named, and open it."""
    marker = _marker(request)
    form = NextForm(request.POST, submissions=Submission.objects.gradable_by(marker))
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = services.claim_next(
        by=marker, at=now(), after=given.get("after"), is_back=bool(given.get("back"))
    )
    if found is None:
        messages.info(request, _("Nothing else waits that nobody is marking."))
        return redirect("assessments:queue")
    return redirect("assessments:grade", found.public_id)


@login_required
def grade(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The evidence beside the rubric for who has claimed it, to be read by other markers; POST releases."""
    marker, at = _marker(request), now()
    submission = get_object_or_404(_markable(marker), public_id=public_id)
    if request.method == "POST":
        return _release(request, submission)
    own = submission.gradings.filter(marker=marker, state=Grading.State.OPEN)
    grading = own.select_related("rubric").prefetch_related("grades").first()
    if grading is None or not (_is_claimed(submission, at) and submission.claimed_by == marker):
        return _to_read(request, submission, at)
    return _page(request, submission, GradingForm(grading=grading))


@login_required
@require_POST
def claim(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a submission for marking, or hold it longer; a script that asks for JSON learns until when."""
    marker, at = _marker(request), now()
    submission = get_object_or_404(_markable(marker), public_id=public_id)
    wants_page = request.accepts("text/html")
    try:
        services.claim(submission=submission, by=marker, at=at)
    except (ClaimedByAnother, AlreadyDecided) as refusal:
        if not wants_page:
            return JsonResponse({"message": str(refusal)}, status=409)
        return _to_read(request, submission, at, refusal=refusal)
    if not wants_page:
        return JsonResponse({"until": _time(at + services.CLAIM)})
    return redirect("assessments:grade", public_id)


@login_required
@require_POST
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a draft; the revision on the page decides whether it may. Answers JSON to the page's script."""
    marker, at = _marker(request), now()
    submission = get_object_or_404(_markable(marker), public_id=public_id)
    grading = get_object_or_404(_own(submission, marker))
    form = GradingForm(request.POST, grading=grading, is_draft=True)
    wants_page = request.accepts("text/html")
    if not form.is_valid():
        if not wants_page:
            return JsonResponse({"message": _("Not saved. Press “Save draft” to see why.")}, status=422)
        return _page(request, submission, form, status=422)
    try:
        kept = services.save_grading(
            grading=grading, marks=form.marks, revision=form.cleaned_data["revision"], by=marker, at=at
        )
    except (Overtaken, ClaimedByAnother, AlreadyDecided) as refusal:
        if not wants_page:
            return JsonResponse({"message": str(refusal)}, status=409)
        return _conflict(request, submission, form, refusal)
    if not wants_page:
        return JsonResponse({"revision": kept.revision, "message": _saved(at)})
    messages.success(request, _saved(at))
    return redirect("assessments:grade", public_id)


@login_required
@require_POST
def let_go(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the submission back to the queue; the draft stays."""
    marker = _marker(request)
    submission = get_object_or_404(_markable(marker), public_id=public_id)
    services.let_go(submission=submission, by=marker)
    messages.success(request, _("Given back to the queue. Your draft is kept."))
    return redirect("assessments:queue")


def _release(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Release once for this press of the button, then go on to the next submission or the queue."""
    marker, at = _marker(request), now()
    grading = get_object_or_404(_own(submission, marker))
    form = GradingForm(request.POST, grading=grading)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    marks = form.marks

    def release() -> str:
        services.record_grade(
            grading=grading, marks=marks, revision=form.cleaned_data["revision"], by=marker, at=at
        )
        return str(grading.public_id)

    parameters = {
        "grading": str(grading.public_id),
        "levels": marks.levels,
        "comments": [marks.comments, marks.comment, marks.note],
    }
    try:
        once(actor=marker, key=form.operation, act="release grade", parameters=parameters, do=release)
    except (Overtaken, ClaimedByAnother, AlreadyDecided) as refusal:
        return _conflict(request, submission, form, refusal)
    except (KeyReused, CannotIssue) as refusal:
        status = 422 if isinstance(refusal, KeyReused) else 409
        again = GradingForm({**request.POST.dict(), "op_key": str(uuid4())}, grading=grading)
        again.add_error(None, str(refusal))
        return _page(request, submission, again, status=status)
    messages.success(request, _released(submission))
    following = services.claim_next(by=marker, at=at, after=submission)
    if following is None:
        return redirect("assessments:queue")
    return redirect("assessments:grade", following.public_id)


def _released(submission: Submission) -> str:
    """What the press did, in a sentence; asked of the database, so that a repeated press says the same."""
    submission = Submission.objects.select_related("learner").get(pk=submission.pk)
    name = submission.learner.name
    if not submission.passed:
        return _("Returned to %(name)s: not yet.") % {"name": name}
    earned = Credential.objects.filter(source=Credential.Source.SUBMISSION, source_id=submission.pk)
    credential = earned.select_related("version").first()
    if credential is None:
        return _("Released to %(name)s, who already held this achievement.") % {"name": name}
    return _("Released. %(achievement)s issued to %(name)s.") % {
        "achievement": credential.version.name,
        "name": name,
    }


def _page(
    request: HttpRequest, submission: Submission, form: GradingForm, *, status: int = 200
) -> HttpResponse:
    grading = form.grading
    context = {
        **_evidence(submission),
        "form": form,
        "grading": grading,
        "running": form.running(),
        "saved": _saved(grading.saved_at) if grading.revision > 1 else "",
    }
    return render(request, "assessments/grade.html", context, status=status)


def _to_read(
    request: HttpRequest, submission: Submission, at: datetime, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The evidence without a form; with the judgement once it is released, never another's draft."""
    submission = Submission.objects.select_related(*_BESIDE).get(pk=submission.pk)
    final = submission.gradings.filter(state=Grading.State.FINAL).select_related("rubric", "marker")
    released = final.prefetch_related("grades").order_by("-round").first()
    rubric = released.rubric if released else submission.assessment.rubric
    is_waiting = submission.state == Submission.State.SUBMITTED
    is_others = _is_claimed(submission, at) and submission.claimed_by != _marker(request)
    context = {
        **_evidence(submission),
        "released": released,
        "rubric": rubric_rows(rubric, released),
        "may_claim": is_waiting and not is_others,
        "holder": submission.claimed_by if is_waiting and is_others else None,
        "refusal": refusal,
    }
    return render(request, "assessments/grade.html", context, status=409 if refusal else 200)


def _conflict(
    request: HttpRequest, submission: Submission, form: GradingForm, refusal: Refusal
) -> HttpResponse:
    """Both versions: what was typed here, and what stands. Another marker's draft is nobody's to see."""
    standing, can_keep = None, not isinstance(refusal, AlreadyDecided)
    revision = form.cleaned_data["revision"]
    if isinstance(refusal, Overtaken):
        standing, revision = refusal.current, refusal.current.revision
    elif isinstance(refusal, AlreadyDecided):
        final = submission.gradings.filter(state=Grading.State.FINAL)
        standing = final.select_related("rubric").order_by("-round").first()
    mine = {**request.POST.dict(), "revision": str(revision)}
    context = {
        "submission": submission,
        "refusal": refusal,
        "mine": GradingForm(mine, grading=form.grading, is_draft=True),
        "standing": GradingForm(grading=standing) if standing else None,
        "can_keep": can_keep,
        "is_overtaken": isinstance(refusal, Overtaken),
    }
    return render(request, "assessments/conflict.html", context, status=409)


def _evidence(submission: Submission) -> dict[str, Any]:
    evidence = list(submission.evidence.all())
    return {
        "submission": submission,
        "assessment": submission.assessment,
        "learner": submission.learner,
        "links": [row for row in evidence if row.url],
        "files": [row for row in evidence if not row.url],
    }


def _narrowed(
    waiting: QuerySet[Submission], chosen: dict[str, Any], marker: "User", at: datetime
) -> QuerySet[Submission]:
    if chosen.get("series"):
        waiting = waiting.filter(assessment__achievement__series=chosen["series"])
    if chosen.get("assessment"):
        waiting = waiting.filter(assessment=chosen["assessment"])
    match chosen.get("show"):
        case "late":
            waiting = waiting.filter(mark_by__lt=at)
        case "mine":
            waiting = waiting.filter(claimed_by=marker, claimed_until__gt=at)
        case "unclaimed":
            waiting = waiting.exclude(claimed_until__gt=at)
    return waiting


def _row(submission: Submission, marker: "User", at: datetime) -> Row:
    is_claimed = _is_claimed(submission, at)
    is_mine = is_claimed and submission.claimed_by_id == marker.pk
    return Row(
        submission=submission,
        is_late=submission.mark_by is not None and submission.mark_by < at,
        is_mine=is_mine,
        is_others=is_claimed and not is_mine,
    )


def _is_claimed(submission: Submission, at: datetime) -> bool:
    is_waiting = submission.state == Submission.State.SUBMITTED
    return is_waiting and submission.claimed_until is not None and submission.claimed_until > at


_BESIDE = ("assessment__achievement__current_version", "assessment__rubric", "learner", "claimed_by")


def _markable(marker: "User") -> QuerySet[Submission]:
    return Submission.objects.gradable_by(marker).select_related(*_BESIDE).prefetch_related("evidence")


def _own(submission: Submission, marker: "User") -> QuerySet[Grading]:
    """This marker's grading of it, open or released: a repeated press must find what it released."""
    own = Grading.objects.filter(submission=submission, marker=marker).order_by("-round")
    return own.select_related("rubric", "submission").prefetch_related("grades")[:1]


def _marker(request: HttpRequest) -> "User":
    """Who asks; a page for markers does not exist for anybody else."""
    person = cast("User", request.user)
    if not person.roles & Role.MARKING_ROLES:
        raise Http404
    return person


def _time(moment: datetime) -> str:
    return date_format(localtime(moment), "H:i")


def _saved(moment: datetime) -> str:
    return _("Saved %(time)s") % {"time": _time(moment)}
