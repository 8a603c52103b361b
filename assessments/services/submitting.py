"""A learner's side of an assessment: a draft that is kept, evidence added to it, and handing it in."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from assessments.marking.files import BadFile, media_type_of
from assessments.models import Assessment, Submission, SubmittedEvidence
from assessments.queries import missing_kinds
from config.clock import refuse_if_apart
from credentials.models import Cohort, Credential
from credentials.services.auditing import audit
from credentials.services.ledger import hold

if TYPE_CHECKING:
    from learners.models import User

log = structlog.get_logger(__name__)
WORDS_OF_KIND = {"text": _("your text"), "url": _("a link"), "file": _("a file")}


class CannotSubmit(Exception):
    """Nothing was handed in; the message says what is missing or in the way."""


class Overtaken(Exception):
    """The draft was changed in another window since this page was opened; nothing was overwritten."""

    def __str__(self) -> str:
        return str(
            _("This draft was changed in another window since you opened the page. Nothing was overwritten.")
        )


@transaction.atomic
def open_draft(*, assessment: Assessment, learner: "User", at: datetime) -> Submission:
    """The learner's draft: the one there is, or a new attempt. Raises CannotSubmit."""
    hold(learner.pk)
    own = Submission.objects.held_by(learner).filter(assessment=assessment)
    unfinished = own.filter(state__in=[Submission.State.DRAFT, Submission.State.SUBMITTED]).first()
    if unfinished is not None:
        return unfinished
    _refuse_needless(assessment, learner, at)
    attempt = (own.aggregate(last=Max("attempt"))["last"] or 0) + 1
    if attempt > assessment.max_attempts:
        raise CannotSubmit(
            _("All %(count)d attempts are used. Ask the registrar what is possible.")
            % {"count": assessment.max_attempts}
        )
    return Submission.objects.create(assessment=assessment, learner=learner, attempt=attempt, created_at=at)


@transaction.atomic
def save_draft(*, submission: Submission, text: str, revision: int) -> Submission:
    """Keep what was typed. Raises Overtaken when another window saved since, or CannotSubmit."""
    submission = _own_draft(submission)
    if submission.revision != revision:
        raise Overtaken
    submission.text, submission.revision = text, revision + 1
    submission.save(update_fields=["text", "revision"])
    return submission


@transaction.atomic
def add_link(*, submission: Submission, url: str, at: datetime) -> SubmittedEvidence:
    """Add a link to a draft; the same link twice stays one."""
    submission = _own_draft(submission)
    _refuse_too_many(submission)
    evidence, _is_new = SubmittedEvidence.objects.get_or_create(
        submission=submission, kind=SubmittedEvidence.Kind.URL, url=url, defaults={"added_at": at}
    )
    return evidence


@transaction.atomic
def add_file(*, submission: Submission, content: BinaryIO, name: str, at: datetime) -> SubmittedEvidence:
    """Keep a file under a name of our own; the same bytes twice stay one. Raises CannotSubmit."""
    submission = _own_draft(submission)
    _refuse_too_many(submission)
    data = content.read(settings.EVIDENCE_MAX_FILE_BYTES + 1)
    _refuse_too_large(submission, len(data))
    try:
        media_type = media_type_of(name, data)
    except BadFile as problem:
        raise CannotSubmit(str(problem)) from problem
    digest = hashlib.sha256(data).hexdigest()
    same = submission.evidence.filter(sha256=digest).first()
    if same is not None:
        return same
    evidence = SubmittedEvidence(
        submission=submission,
        kind=SubmittedEvidence.Kind.FILE,
        original_name=name[-200:],
        media_type=media_type,
        size=len(data),
        sha256=digest,
        added_at=at,
    )
    content.seek(0)
    _store(evidence, content)
    evidence.save()
    return evidence


def _store(evidence: SubmittedEvidence, content: BinaryIO) -> None:
    """Write the file, whole or not at all. Raises CannotSubmit where the disk does not take it."""
    name = f"{evidence.public_id}.bin"
    try:
        evidence.file.save(name, File(content), save=False)
    except OSError as error:
        log.exception("evidence.not_stored", submission=evidence.submission_id)
        evidence.file.storage.delete(evidence.file.field.generate_filename(evidence, name))
        raise CannotSubmit(
            _("The portal has no room for files at the moment; yours was not added. Please try again later.")
        ) from error


@transaction.atomic
def keep_work(
    *,
    submission: Submission,
    text: str,
    revision: int,
    links: Sequence[str],
    files: Sequence["UploadedFile[Any]"],
    at: datetime,
    shown: Collection[str] | None = None,
) -> Submission:
    """Keep all that the page of a draft holds, or nothing of it: its text, new links, new files.

    `shown` are the public ids of the links that the credential may name; None leaves them as they are.
    Raises Overtaken where another window saved a different text since, CannotSubmit.
    """
    submission = _own_draft(submission)
    # The same text typed twice overwrites nothing, whoever was first.
    if submission.text != text:
        submission = save_draft(submission=submission, text=text, revision=revision)
    if shown is not None and submission.assessment.may_show_evidence:
        kept = submission.evidence.filter(kind=SubmittedEvidence.Kind.URL)
        kept.exclude(public_id__in=shown).update(is_shown=False)
        kept.filter(public_id__in=shown).update(is_shown=True)
    for url in links:
        add_link(submission=submission, url=url, at=at)
    added: list[SubmittedEvidence] = []
    try:
        added.extend(
            add_file(submission=submission, content=file, name=file.name or "", at=at)  # type: ignore[arg-type]
            for file in files
        )
    except CannotSubmit:
        # Their rows go with this transaction; their files would stay.
        for evidence in added:
            if evidence.added_at == at:
                evidence.file.storage.delete(str(evidence.file.name))
        raise
    return submission


@transaction.atomic
def remove_evidence(*, evidence: SubmittedEvidence) -> None:
    """Take a link or file off a draft."""
    _own_draft(evidence.submission)
    stored = evidence.file
    evidence.delete()
    if stored.name:
        transaction.on_commit(partial(stored.storage.delete, stored.name))


@transaction.atomic
def submit(*, submission: Submission, by: "User", at: datetime) -> Submission:
    """Hand a draft in for marking; handing the same one in again changes nothing.

    Raises CannotSubmit, and ClocksApart: when it was handed in is a deadline's matter.
    """
    refuse_if_apart()
    submission = (
        Submission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("assessment")
        .get(pk=submission.pk)
    )
    if submission.state == Submission.State.SUBMITTED:
        return submission
    if submission.state != Submission.State.DRAFT:
        raise CannotSubmit(_("This was handed in and marked already."))
    _refuse_needless(submission.assessment, by, at)
    missing = [str(WORDS_OF_KIND[kind]) for kind in missing_kinds(submission)]
    if missing:
        raise CannotSubmit(_("Still to add: %(kinds)s.") % {"kinds": ", ".join(missing)})
    submission.state = Submission.State.SUBMITTED
    submission.submitted_at = at
    submission.mark_by = at + timedelta(days=submission.assessment.marking_days)
    submission.cohort = _cohort_of(submission)
    submission.revision += 1
    submission.save()
    audit(
        "submit",
        submission,
        by=by,
        about=by,
        assessment=str(submission.assessment.public_id),
        attempt=submission.attempt,
    )
    return submission


def _own_draft(submission: Submission) -> Submission:
    submission = (
        Submission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("assessment")
        .get(pk=submission.pk)
    )
    if submission.state != Submission.State.DRAFT:
        raise CannotSubmit(_("This was handed in and can no longer be changed."))
    return submission


def _refuse_needless(assessment: Assessment, learner: "User", at: datetime) -> None:
    if not assessment.is_open or assessment.achievement.current_version_id is None:
        raise CannotSubmit(_("This assessment takes no submissions at present."))
    held = Credential.objects.live().held_by(learner).filter(achievement=assessment.achievement)
    if not assessment.achievement.is_repeatable and held.exists():
        raise CannotSubmit(_("You hold this achievement already."))
    for gate in settings.SUBMISSION_GATES:
        if refusal := import_string(gate)(assessment=assessment, learner=learner, at=at):
            raise CannotSubmit(refusal)


def _refuse_too_many(submission: Submission) -> None:
    if submission.evidence.count() >= settings.EVIDENCE_MAX_FILES:
        raise CannotSubmit(
            _("A submission holds at most %(count)d files and links. Remove one first.")
            % {"count": settings.EVIDENCE_MAX_FILES}
        )


def _refuse_too_large(submission: Submission, size: int) -> None:
    megabytes = settings.EVIDENCE_MAX_FILE_BYTES // 1_000_000
    if size == 0:
        raise CannotSubmit(_("The file is empty. Choose another one."))
    if size > settings.EVIDENCE_MAX_FILE_BYTES:
        raise CannotSubmit(
            _("The file is larger than %(limit)d MB. Make it smaller, or add a link to it.")
            % {"limit": megabytes}
        )
    own = SubmittedEvidence.objects.filter(submission__learner=submission.learner_id)
    if (own.aggregate(total=Sum("size"))["total"] or 0) + size > settings.EVIDENCE_MAX_LEARNER_BYTES:
        raise CannotSubmit(
            _("Your files together would pass %(limit)d MB. Add a link instead.")
            % {"limit": settings.EVIDENCE_MAX_LEARNER_BYTES // 1_000_000}
        )


def _cohort_of(submission: Submission) -> Cohort | None:
    """The learner's newest cohort in the achievement's series, whose faculty mark her work."""
    return (
        Cohort.objects.filter(series=submission.assessment.achievement.series, members=submission.learner_id)
        .order_by("-starts_on", "-pk")
        .first()
    )
