"""A marker's side: claim a submission, keep a draft grading, release it; a pass issues at once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.encoding import iri_to_uri
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessments.marking.scoring import Outcome, score
from assessments.models import (
    CriterionGrade,
    Grading,
    MarkerQualification,
    Rubric,
    RubricCriterionLevel,
    Submission,
)
from assessments.queries import criteria_of, in_line_for
from config.events import announce
from credentials.models import Credential
from credentials.openbadges.facts import EvidenceFacts
from credentials.services.auditing import audit
from credentials.services.issuing import AlreadyHeld, Award, issue
from credentials.services.ledger import hold

if TYPE_CHECKING:
    from learners.models import User

CLAIM = timedelta(minutes=10)
# How far down the queue one press looks when other markers take what it finds.
SEARCHED = 20


class ClaimedByAnother(Exception):
    """Somebody else has this submission open; `holder` and `until` say who and how long."""

    def __init__(self, holder: str, until: datetime | None) -> None:
        super().__init__(holder)
        self.holder, self.until = holder, until

    def __str__(self) -> str:
        if self.until is None:
            return _("%(name)s is marking this at the moment.") % {"name": self.holder}
        until = date_format(localtime(self.until), "H:i")
        return _("%(name)s is marking this until %(time)s.") % {"name": self.holder, "time": until}


class NotQualified(Exception):
    """The register of markers does not let this person mark it: a qualification lapsed, or is missing."""

    def __str__(self) -> str:
        return _(
            "Marking this needs a qualification in force, and the register of markers shows none of yours. "
            "Ask the registrar to record it."
        )


class AlreadyDecided(Exception):
    """This submission was released before; the message says by whom and when."""


class Overtaken(Exception):
    """The grading was saved elsewhere since this page was opened; `current` is what stands now."""

    def __init__(self, current: Grading) -> None:
        super().__init__(str(current.pk))
        self.current = current

    def __str__(self) -> str:
        return _(
            "This grading was saved in another window since you opened the page. Nothing was overwritten."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All that the form holds: level ids and comments by criterion id, and the two texts.

    A save replaces what was kept: a criterion that is in neither mapping is left empty.
    """

    levels: Mapping[int, int]
    comments: Mapping[int, str]
    comment: str = ""
    note: str = ""


@transaction.atomic
def claim(*, submission: Submission, by: "User", at: datetime) -> Grading:
    """Take a waiting submission for ten minutes, or renew one's own claim; answers the marker's grading.

    One guarded UPDATE decides between markers who press at once. Raises ClaimedByAnother, AlreadyDecided,
    NotQualified.
    """
    if not Submission.objects.filter(MarkerQualification.objects.let_mark(by), pk=submission.pk).exists():
        raise NotQualified
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at) | Q(claimed_by=by)
    taken = (
        Submission.objects.waiting()
        .filter(free, pk=submission.pk)
        .exclude(learner=by)
        .update(claimed_by=by, claimed_until=at + CLAIM)
    )
    if not taken:
        _refuse(submission)
    rubric = submission.assessment.rubric
    grading, _is_new = Grading.objects.get_or_create(
        submission=submission,
        marker=by,
        round=1,
        defaults={"rubric": rubric, "opened_at": at, "saved_at": at},
    )
    return grading


def claim_next(
    *, by: "User", at: datetime, after: Submission | None = None, is_back: bool = False
) -> Submission | None:
    """Claim the next submission in this marker's queue that nobody else has open; None if there is none.

    Past `after` where given, or before it with `is_back`, and on from the other end. Two markers who press
    at once get two submissions: who comes second goes on down the queue.
    """
    for submission in in_line_for(by, at, after=after, is_back=is_back)[:SEARCHED]:
        try:
            claim(submission=submission, by=by, at=at)
        except (ClaimedByAnother, AlreadyDecided):
            continue
        return submission
    return None


@transaction.atomic
def let_go(*, submission: Submission, by: "User") -> None:
    """Give a claim back so that others may mark; the draft grading stays."""
    Submission.objects.filter(pk=submission.pk, claimed_by=by).update(claimed_by=None, claimed_until=None)


@transaction.atomic
def save_grading(*, grading: Grading, marks: Marks, revision: int, by: "User", at: datetime) -> Grading:
    """Keep a draft. Raises Overtaken when another window saved since, and what `claim` raises."""
    claim(submission=grading.submission, by=by, at=at)
    grading = (
        Grading.objects.select_for_update(no_key=True, of=("self",))
        .select_related("submission", "rubric")
        .get(pk=grading.pk, marker=by)
    )
    if grading.state != Grading.State.OPEN or grading.revision != revision:
        raise Overtaken(grading)
    _keep(grading, marks)
    if marks.levels:
        # From here on the words of a level mean what they meant when it was chosen.
        Rubric.objects.filter(pk=grading.rubric_id, frozen_at__isnull=True).update(frozen_at=at)
    grading.comment, grading.note = marks.comment, marks.note
    grading.revision, grading.saved_at = revision + 1, at
    grading.save(update_fields=["comment", "note", "revision", "saved_at"])
    return grading


def record_grade(
    *, grading: Grading, marks: Marks, revision: int, by: "User", at: datetime, is_news: bool = True
) -> Grading:
    """Make a grading final and, under single marking, return it; a pass issues the credential here.

    `is_news` False loads an earlier record: nobody is written to about it.
    Raises IncompleteGrading when a criterion has no level, Overtaken, ClaimedByAnother, AlreadyDecided.
    """
    # Asked before the line of writers, where late comers by the thousand would keep each other waiting.
    if not Submission.objects.waiting().filter(pk=grading.submission_id).exists():
        _refuse(grading.submission)
    return _release(grading=grading, marks=marks, revision=revision, by=by, at=at, is_news=is_news)


@transaction.atomic
def _release(
    *, grading: Grading, marks: Marks, revision: int, by: "User", at: datetime, is_news: bool
) -> Grading:
    hold(grading.submission.learner_id)
    grading = save_grading(grading=grading, marks=marks, revision=revision, by=by, at=at)
    grades = list(grading.grades.select_related("criterion", "level"))
    outcome = _judge(grading, grades)
    grading.state, grading.final_at = Grading.State.FINAL, at
    grading.passed, grading.level, grading.is_news = outcome.passed, outcome.level, is_news
    grading.save(update_fields=["state", "final_at", "passed", "level", "is_news"])
    audit("grade", grading, by=by, about=grading.submission.learner, passed=outcome.passed)
    _return_grade(grading, grades, by, at)
    return grading


def _return_grade(grading: Grading, grades: Sequence[CriterionGrade], by: "User", at: datetime) -> None:
    """Let the learner see it, and issue what was passed: in one transaction with the grade."""
    submission = grading.submission
    returned = (
        Submission.objects.waiting()
        .filter(pk=submission.pk)
        .update(
            state=Submission.State.RETURNED,
            passed=grading.passed,
            returned_at=at,
            claimed_by=None,
            claimed_until=None,
            revision=F("revision") + 1,
        )
    )
    if not returned:
        _refuse(submission)
    announce("grading.returned", grading_id=grading.pk)
    if grading.passed:
        award = Award(
            achievement=submission.assessment.achievement,
            recipient=submission.learner,
            source=Credential.Source.SUBMISSION,
            source_id=submission.pk,
            earned_at=submission.submitted_at or at,
            level=grading.level,
            results=_results(grading, grades),
            evidence=_shown_of(submission),
        )
        # It may be held by another way since the work was handed in: then the grade stands alone.
        with suppress(AlreadyHeld):
            issue(award=award, at=at, by=by, is_news=grading.is_news)


def _shown_of(submission: Submission) -> list[EvidenceFacts]:
    """The links that the learner agreed to show, as the credential names them."""
    shown = submission.evidence.filter(is_shown=True)
    title = submission.assessment.title
    return [EvidenceFacts(id=iri_to_uri(item.url), name=title, genre="Work") for item in shown]


def _judge(grading: Grading, grades: Sequence[CriterionGrade]) -> Outcome:
    chosen = {grade.criterion.key: grade.level.ordinal for grade in grades if grade.level is not None}
    return score(criteria_of(grading.rubric), chosen, cut=grading.rubric.cut)


def _keep(grading: Grading, marks: Marks) -> None:
    """Write levels and comments; a comment may come before its level.

    A level of another rubric is left out, and the database would refuse it.
    """
    levels = dict(
        RubricCriterionLevel.objects.filter(
            pk__in=marks.levels.values(), criterion__rubric=grading.rubric_id
        ).values_list("criterion_id", "pk")
    )
    kept = set(grading.grades.values_list("criterion_id", flat=True))
    CriterionGrade.objects.bulk_create(
        [
            CriterionGrade(
                grading=grading,
                criterion_id=criterion,
                level_id=levels.get(criterion),
                comment=marks.comments.get(criterion, ""),
            )
            for criterion in grading.rubric.criteria.values_list("pk", flat=True)
            if criterion in levels or criterion in kept or marks.comments.get(criterion)
        ],
        update_conflicts=True,
        unique_fields=["grading", "criterion"],
        update_fields=["level", "comment"],
    )


def _results(grading: Grading, grades: Sequence[CriterionGrade]) -> list[dict[str, str]]:
    """The levels reached, named as the published version named them."""
    version = grading.submission.assessment.achievement.current_version
    named = {row["key"]: row for row in version.result_descriptions} if version else {}
    results = []
    for grade in grades:
        row = named.get(grade.criterion.key)
        level = (
            next((entry for entry in row["levels"] if entry["level"] == str(grade.level.ordinal)), None)
            if row and grade.level
            else None
        )
        if row and level:
            results.append({"id": row["id"], "level": level["id"]})
    return results


def _refuse(submission: Submission) -> None:
    """Say what stands in the way of a claim or a release."""
    submission = Submission.objects.select_related("claimed_by").get(pk=submission.pk)
    if submission.state == Submission.State.SUBMITTED and submission.claimed_by is not None:
        raise ClaimedByAnother(submission.claimed_by.name, submission.claimed_until)
    final = submission.gradings.filter(state=Grading.State.FINAL).select_related("marker").first()
    if final is None:
        raise AlreadyDecided(_("This submission is not waiting for marking."))
    when = date_format(localtime(final.final_at), "DATETIME_FORMAT")
    raise AlreadyDecided(_("%(name)s released this on %(when)s.") % {"name": final.marker.name, "when": when})
