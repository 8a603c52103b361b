"""Waypoints: reached once, whatever happens later, and what some of them award."""

from credentials.models import Credential
from credentials.services.issuing import AlreadyHeld, Award, CannotIssue, issue
from pathways.models import Milestone, MilestoneReached
from pathways.services.judging import Judged


def reach_milestones(judgement: Judged) -> bool:
    """Write down each that is due for the first time, and issue what it awards; the ledger tells her.

    Answers False where an award could not be issued today: that milestone is reached another day.
    """
    if not judgement.verdict.milestones_due:
        return True
    enrolment = judgement.enrolment
    reached = enrolment.milestones.values_list("code", flat=True)
    due = enrolment.version.milestones.filter(code__in=judgement.verdict.milestones_due)
    all_done = True
    for milestone in due.exclude(code__in=list(reached)).select_related("awards"):
        try:
            credential = _award(judgement, milestone)
        except CannotIssue:
            all_done = False
            continue
        MilestoneReached.objects.create(
            enrolment=enrolment,
            milestone=milestone,
            code=milestone.code,
            reached_at=judgement.at,
            credential=credential,
        )
    return all_done


def _award(judgement: Judged, milestone: Milestone) -> Credential | None:
    """The credential issued for it; None where it awards nothing, or what she holds already."""
    if milestone.awards is None:
        return None
    award = Award(
        achievement=milestone.awards,
        recipient=judgement.enrolment.learner,
        source=Credential.Source.PATHWAY,
        source_id=judgement.enrolment.pk,
        earned_at=judgement.at,
        components=[
            judgement.inputs.credentials[pk]
            for pk in judgement.verdict.used
            if pk in judgement.inputs.credentials
        ],
    )
    try:
        return issue(award=award, at=judgement.at, is_news=judgement.is_news)
    except AlreadyHeld:
        return None
