"""An achievement that is tried with a few takes nobody's work beyond its places."""

from typing import TYPE_CHECKING

from assessments.models import Assessment
from assessments.services.submitting import CannotSubmit
from credentials.services.piloting import PilotIsFull, take_place

if TYPE_CHECKING:
    from learners.models import User


def refuse_over_cap(*, assessment: Assessment, learner: "User") -> None:
    """One of settings.SUBMISSION_GATES. Raises CannotSubmit; whoever has begun keeps her place."""
    try:
        take_place(achievement=assessment.achievement, learner=learner)
    except PilotIsFull as full:
        raise CannotSubmit(str(full)) from full
