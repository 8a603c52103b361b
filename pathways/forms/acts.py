"""The two acts of a learner on a pathway; each press of the button has its own key."""

from config.operations import OperationForm


class EnrolForm(OperationForm):
    """Enrol on a pathway."""


class LeaveForm(OperationForm):
    """Leave a pathway; what was earned stays."""
