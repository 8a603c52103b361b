"""A learner's pages of an assessment: read what is asked, write, hand in, read what came back."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import queries
from assessments.forms import BeginForm, DraftForm, SubmissionForm
from assessments.models import Assessment, Grading, Submission, SubmittedEvidence
from assessments.services import submitting
from assessments.services.submitting import CannotSubmit, Overtaken
from config.clock import now
from credentials.models import Credential
from credentials.services.once import KeyReused, once

if TYPE_CHECKING:
    from learners.models import User

SEALED = "sandbox; default-src 'none'"


@login_required
def submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is asked and how it is judged; then the draft, and handing it in."""
    learner = _person(request)
    assessment = get_object_or_404(queries.open_to(learner), public_id=public_id)
    submission = _newest(assessment, learner)
    if request.method == "POST":
        if "begin" in request.POST:
            return _begin(request, assessment, submission)
        return _hand_in(request, assessment, submission)
    if submission is not None and submission.state == Submission.State.SUBMITTED:
        return redirect(submission)
    return _page(request, assessment, submission)


@login_required
@require_POST
def save_draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the page. A script that asks for JSON sends the text alone and is told the new revision."""
    learner = _person(request)
    assessment = get_object_or_404(queries.open_to(learner), public_id=public_id)
    submission = _newest(assessment, learner)
    if request.accepts("text/html"):
        return _keep(request, assessment, submission)
    form = DraftForm(request.POST)
    if submission is None or not form.is_valid():
        return JsonResponse({"message": _("Not saved. Press “Save draft” to see why.")}, status=422)
    try:
        kept = submitting.keep_work(submission=submission, at=now(), links=(), files=(), **_text(form))
    except (CannotSubmit, Overtaken) as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"revision": kept.revision, "message": _saved_now()})


@login_required
@require_POST
def add_evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the links and files of the page, and keep its text."""
    learner = _person(request)
    submission = get_object_or_404(Submission.objects.held_by(learner), public_id=public_id)
    assessment = get_object_or_404(queries.open_to(learner), pk=submission.assessment_id)
    return _keep(request, assessment, submission)


@login_required
@require_POST
def remove_evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one link or file off a draft, and keep the text that stood beside it."""
    learner = _person(request)
    own = SubmittedEvidence.objects.filter(submission__in=Submission.objects.held_by(learner))
    form = DraftForm(request.POST)
    if not form.is_valid():
        evidence = get_object_or_404(own.select_related("submission__assessment"), public_id=public_id)
        messages.error(request, _("Nothing was removed: the page was incomplete. Try again."))
        return redirect(evidence.submission.assessment)

    def remove() -> str:
        evidence = get_object_or_404(own.select_related("submission__assessment"), public_id=public_id)
        submitting.remove_evidence(evidence=evidence)
        return f"{evidence.submission.assessment.get_absolute_url()}#evidence"

    found = own.filter(public_id=public_id).select_related("submission").first()
    try:
        if found is not None:
            submitting.keep_work(submission=found.submission, at=now(), links=(), files=(), **_text(form))
        parameters = {"evidence": str(public_id)}
        address = once(
            actor=learner, key=form.operation, act="remove evidence", parameters=parameters, do=remove
        )
    except Overtaken:
        assessment = queries.open_to(learner).get(submissions__evidence__public_id=public_id)
        return _conflict(request, assessment, form)
    except CannotSubmit:
        return render(request, "409.html", status=409)
    except KeyReused:
        return render(request, "409.html", status=422)
    return redirect(address)


@login_required
@require_safe
def evidence(request: HttpRequest, public_id: UUID) -> FileResponse:
    """One file as a download that no browser opens in our name: the learner's own, or one to mark."""
    row = get_object_or_404(queries.files_for(_person(request)), public_id=public_id)
    response = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.original_name, content_type=row.media_type
    )
    response["Content-Security-Policy"] = SEALED
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def submission(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was handed in, where it stands, and what came back."""
    own = Submission.objects.held_by(_person(request)).select_related(
        "assessment__achievement__current_version", "assessment__rubric"
    )
    row = get_object_or_404(own.prefetch_related("evidence"), public_id=public_id)
    if row.state == Submission.State.DRAFT:
        return redirect(row.assessment)
    grading = None
    if row.state == Submission.State.RETURNED:
        final = row.gradings.filter(state=Grading.State.FINAL).prefetch_related("grades")
        grading = final.select_related("rubric").order_by("-round").first()
    credential = Credential.objects.held_by(row.learner).filter(
        source=Credential.Source.SUBMISSION, source_id=row.pk
    )
    context = {
        "submission": row,
        "assessment": row.assessment,
        "grading": grading,
        "rubric": queries.rubric_rows(grading.rubric if grading else row.assessment.rubric, grading),
        "credential": credential.select_related("version").first() if row.passed else None,
        "attempts_left": max(0, row.assessment.max_attempts - row.attempt),
        "is_newest": not Submission.objects.held_by(row.learner)
        .filter(assessment=row.assessment, attempt__gt=row.attempt)
        .exists(),
    }
    return render(request, "assessments/submission.html", context)


def _begin(request: HttpRequest, assessment: Assessment, newest: Submission | None) -> HttpResponse:
    form = BeginForm(request.POST)
    learner = _person(request)
    if not form.is_valid():
        return _page(request, assessment, newest, begin=form, status=422)

    def begin() -> str:
        draft = submitting.open_draft(assessment=assessment, learner=learner, at=now())
        return draft.assessment.get_absolute_url()

    parameters = {"assessment": str(assessment.public_id)}
    try:
        address = once(
            actor=learner, key=form.operation, act="begin attempt", parameters=parameters, do=begin
        )
    except (CannotSubmit, KeyReused) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, assessment, newest, begin=form, status=409)
    return redirect(f"{address}#work")


def _keep(request: HttpRequest, assessment: Assessment, submission: Submission | None) -> HttpResponse:
    """Keep all that the page holds, and show it again."""
    if submission is None:
        return redirect(assessment)
    form = SubmissionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, assessment, submission, form=form, status=422)
    try:
        submitting.keep_work(submission=submission, at=now(), **_work(form))
    except Overtaken:
        return _conflict(request, assessment, form)
    except CannotSubmit as refusal:
        return _refused(request, assessment, form, refusal, was_kept=False)
    messages.success(request, _saved_now())
    return redirect(f"{assessment.get_absolute_url()}#{'evidence' if _adds_evidence(form) else 'work'}")


def _hand_in(request: HttpRequest, assessment: Assessment, submission: Submission | None) -> HttpResponse:
    """Keep the page, then hand it in; a second press finds it handed in and changes nothing."""
    if submission is None:
        return redirect(assessment)
    learner = _person(request)
    form = SubmissionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, assessment, submission, form=form, status=422)
    handed_in, at, was_kept = submission, now(), False
    try:
        if submission.state == Submission.State.DRAFT:
            handed_in = submitting.keep_work(submission=submission, at=at, **_work(form))
        was_kept = True
        address = once(
            actor=learner,
            key=form.operation,
            act="submit",
            parameters={"submission": str(submission.public_id)},
            do=lambda: submitting.submit(submission=handed_in, by=learner, at=at).get_absolute_url(),
        )
    except Overtaken:
        return _conflict(request, assessment, form)
    except (CannotSubmit, KeyReused) as refusal:
        return _refused(request, assessment, form, refusal, was_kept=was_kept)
    messages.success(request, _("Handed in. You are told as soon as it is marked."))
    return redirect(address)


def _refused(
    request: HttpRequest,
    assessment: Assessment,
    form: SubmissionForm,
    refusal: CannotSubmit | KeyReused,
    *,
    was_kept: bool,
) -> HttpResponse:
    """The page again with what stands in the way beside its field, and all that was typed."""
    current = _newest(assessment, _person(request))
    if current is None or current.state != Submission.State.DRAFT:
        messages.error(request, str(refusal))
        return redirect(current or assessment)
    data = request.POST.copy()
    if was_kept:
        data["revision"], data["link"] = str(current.revision), ""
    shown = SubmissionForm(data)
    shown.is_valid()
    missing = queries.missing_kinds(current) if was_kept and isinstance(refusal, CannotSubmit) else []
    for kind in missing:
        shown.add_error(SubmissionForm.FIELD_OF_KIND[kind], _WANTED[kind]())
    if not missing:
        shown.add_error("file" if form.cleaned_data["file"] and not was_kept else None, str(refusal))
    return _page(request, assessment, current, form=shown, status=422)


def _conflict(request: HttpRequest, assessment: Assessment, form: DraftForm) -> HttpResponse:
    """Both versions, side by side: what was typed here, to be kept or not, and what stands saved."""
    current = _newest(assessment, _person(request))
    if current is None or current.state != Submission.State.DRAFT:
        messages.error(request, _("This was handed in from another window."))
        return redirect(current or assessment)
    typed = form.cleaned_data
    initial = {"text": typed["text"], "link": typed.get("link", ""), "revision": current.revision}
    again = SubmissionForm(initial=initial)
    return _page(request, assessment, current, form=again, theirs=current.text, status=409)


def _page(
    request: HttpRequest,
    assessment: Assessment,
    submission: Submission | None,
    *,
    form: SubmissionForm | None = None,
    begin: BeginForm | None = None,
    theirs: str | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = submission if submission and submission.state == Submission.State.DRAFT else None
    if draft is not None and form is None:
        form = SubmissionForm(initial={"text": draft.text, "revision": draft.revision})
    attempt = submission.attempt if submission else 0
    held = Credential.objects.live().held_by(_person(request)).filter(achievement=assessment.achievement_id)
    context = {
        "assessment": assessment,
        "rubric": queries.rubric_rows(assessment.rubric),
        "required": [str(submitting.WORDS_OF_KIND[kind]) for kind in assessment.required_kinds],
        "submission": submission,
        "draft": draft,
        "evidence": list(draft.evidence.all()) if draft else [],
        "missing": [str(submitting.WORDS_OF_KIND[kind]) for kind in queries.missing_kinds(draft)]
        if draft
        else [],
        "form": form if draft else begin or BeginForm(),
        "theirs": theirs,
        "is_conflict": theirs is not None,
        "held": None if draft or assessment.achievement.is_repeatable else held.first(),
        "next_attempt": attempt + 1,
        "may_begin": assessment.is_open and attempt < assessment.max_attempts,
        "wanted": assessment.required_kinds,
    }
    return render(request, "assessments/submit.html", context, status=status)


def _newest(assessment: Assessment, learner: "User") -> Submission | None:
    own = Submission.objects.held_by(learner).filter(assessment=assessment)
    return own.select_related("assessment").order_by("-attempt").first()


def _text(form: DraftForm) -> dict[str, Any]:
    return {"text": form.cleaned_data["text"], "revision": form.cleaned_data["revision"]}


def _work(form: SubmissionForm) -> dict[str, Any]:
    return {
        **_text(form),
        "links": form.links,
        "files": form.cleaned_data["file"],
        "shown": form.cleaned_data["shown"],
    }


def _adds_evidence(form: SubmissionForm) -> bool:
    return bool(form.links or form.cleaned_data["file"])


def _saved_now() -> str:
    return _("Saved %(time)s") % {"time": date_format(localtime(), "H:i")}


def _person(request: HttpRequest) -> "User":
    return cast("User", request.user)


_WANTED = {
    "text": lambda: _("Write your text: this assessment asks for it."),
    "url": lambda: _("Add at least one link: this assessment asks for it."),
    "file": lambda: _("Add at least one file: this assessment asks for it."),
}
