"""An achievement that is tried with a few takes nobody's work beyond its places."""

from datetime import datetime
from typing import TYPE_CHECKING

from assessments.models import Assessment
from credentials.services.piloting import PilotIsFull, take_place

if TYPE_CHECKING:
    from learners.models import User


def over_cap(*, assessment: Assessment, learner: "User", at: datetime) -> str:
    """One of settings.SUBMISSION_GATES: why nobody more is taken; whoever has begun keeps her place."""
    try:
        take_place(achievement=assessment.achievement, learner=learner)
    except PilotIsFull as full:
        return str(full)
    return ""
