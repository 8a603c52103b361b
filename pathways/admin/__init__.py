"""The registrar's desk for pathways: rules drawn up and published, enrolments and verdicts followed."""

from pathways.admin.approving import ApprovalCaseAdmin
from pathways.admin.definitions import PathwayAdmin
from pathways.admin.designs import ProgrammeDesignAdmin
from pathways.admin.issues import IssueSnapshotAdmin
from pathways.admin.moving import TransitionAdmin, TransitionCaseAdmin
from pathways.admin.progress import EnrolmentAdmin, EnrolmentChangeAdmin, EvaluationAdmin
from pathways.admin.rules import PathwayVersionAdmin
from pathways.admin.rulings import (
    ActAdmin,
    EquivalenceAdmin,
    ExemptionAdmin,
    PauseAdmin,
    RecognitionAdmin,
    StepCompletionAdmin,
)
from pathways.admin.simulating import SimulationAdmin

__all__ = [
    "ActAdmin",
    "ApprovalCaseAdmin",
    "EnrolmentAdmin",
    "EnrolmentChangeAdmin",
    "EquivalenceAdmin",
    "EvaluationAdmin",
    "ExemptionAdmin",
    "IssueSnapshotAdmin",
    "PathwayAdmin",
    "PathwayVersionAdmin",
    "PauseAdmin",
    "ProgrammeDesignAdmin",
    "RecognitionAdmin",
    "SimulationAdmin",
    "StepCompletionAdmin",
    "TransitionAdmin",
    "TransitionCaseAdmin",
]
