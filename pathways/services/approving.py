"""Approve or refuse a certificate whose rule is met, where its pathway asks people first."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.queries import reaches
from credentials.services.auditing import audit
from credentials.services.ledger import hold
from pathways.models import Approval, ApprovalCase
from pathways.queries import inputs_of
from pathways.services.evaluating import evaluate_learner
from pathways.services.following import REFUSED, close_case
from pathways.services.judging import Judged, fingerprint, judge

if TYPE_CHECKING:
    from learners.models import User

APPROVERS = frozenset({"approver"})


class CannotDecide(Exception):
    """Nothing was decided; the message says why and what to do."""


def may_decide(case: ApprovalCase, by: "User") -> bool:
    """Whether she approves for the series of this certificate, and it is not her own."""
    enrolment = case.enrolment
    return by.pk != enrolment.learner_id and reaches(by, APPROVERS, enrolment.pathway.awards.series)


@transaction.atomic
def approve_case(*, case: ApprovalCase, by: "User", at: datetime) -> ApprovalCase:
    """Approve it; the last approval that is asked for issues the certificate, dated that day.

    Raises CannotDecide.
    """
    case, judgement = _open(case, by, at)
    if not judgement.verdict.satisfied:
        raise CannotDecide(
            _("The rule is no longer met, so there is nothing to approve. The case closes by itself.")
        )
    Approval.objects.create(case=case, by=by, at=at, is_approved=True)
    audit("approve certificate", case, by=by, about=case.enrolment.learner)
    evaluate_learner(learner=case.enrolment.learner, at=at)
    case.refresh_from_db()
    return case


@transaction.atomic
def refuse_case(*, case: ApprovalCase, reason: str, by: "User", at: datetime) -> ApprovalCase:
    """Refuse it; the learner reads the reason. It is asked again only once the facts are others.

    Raises CannotDecide.
    """
    case, judgement = _open(case, by, at)
    Approval.objects.create(case=case, by=by, at=at, is_approved=False, reason=reason)
    close_case(case, ApprovalCase.Outcome.REFUSED, judgement)
    audit(REFUSED, case, by=by, about=case.enrolment.learner, reason=reason, facts=fingerprint(judgement))
    evaluate_learner(learner=case.enrolment.learner, at=at)
    return case


def _open(case: ApprovalCase, by: "User", at: datetime) -> tuple[ApprovalCase, Judged]:
    """The case, held with its learner, and what is to be said of her now. Raises CannotDecide."""
    hold(case.enrolment.learner_id)
    case = (
        ApprovalCase.objects.select_for_update(no_key=True, of=("self",))
        .select_related("enrolment__learner", "enrolment__version", "enrolment__pathway__awards__series")
        .get(pk=case.pk)
    )
    if not may_decide(case, by):
        raise CannotDecide(
            _("Only an approver of this series decides, and nobody decides on their own certificate.")
        )
    if case.closed_at is not None:
        raise CannotDecide(
            _("This case was closed earlier: %(outcome)s.") % {"outcome": case.get_outcome_display()}
        )
    given = list(case.approvals.values_list("by", flat=True))
    if by.pk in given:
        raise CannotDecide(_("You approved it already. Somebody else gives the next approval."))
    if len(given) >= case.needs:
        raise CannotDecide(_("It has all its approvals, and waits for the review of what it certifies."))
    enrolment = case.enrolment
    return case, judge(enrolment, inputs_of(enrolment.learner), at, has_case=True)
