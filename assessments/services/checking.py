"""Would we still issue this? What a passed submission says of the credential it earned."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from assessments.models import Grading, Submission
from credentials.models import Credential


def grounds_lost(*, credentials: Sequence[Credential], at: datetime) -> Mapping[int, str]:
    """Of credentials earned by a submission, those whose submission does not bear them, and why, by id."""
    found = (
        Submission.objects.filter(pk__in=[row.source_id for row in credentials])
        .select_related("assessment")
        .prefetch_related("gradings")
    )
    submissions = {row.pk: row for row in found}
    said = ((row.pk, _fault(row, submissions.get(row.source_id))) for row in credentials)
    return {pk: fault for pk, fault in said if fault}


def _fault(credential: Credential, submission: Submission | None) -> str:
    if submission is None:
        return "the submission it was earned by is not there"
    final = [row for row in submission.gradings.all() if row.state == Grading.State.FINAL]
    faults = (
        (submission.learner_id != credential.recipient_id, "the work is somebody else's"),
        (
            submission.assessment.achievement_id != credential.achievement_id,
            "the work was for another achievement",
        ),
        (submission.state != Submission.State.RETURNED or not submission.passed, "the work was not passed"),
        (not any(row.passed for row in final), "no released grading passes the work"),
        (any(row.marker_id == submission.learner_id for row in final), "the learner marked her own work"),
        (not any(row.level == credential.level for row in final), "no grading gives the level it shows"),
    )
    return next((fault for holds, fault in faults if holds), "")
