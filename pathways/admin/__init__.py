"""The registrar's desk for pathways: rules drawn up and published, enrolments and verdicts followed."""

from pathways.admin.definitions import PathwayAdmin
from pathways.admin.designs import ProgrammeDesignAdmin
from pathways.admin.moving import TransitionAdmin, TransitionCaseAdmin
from pathways.admin.progress import EnrolmentAdmin, EnrolmentChangeAdmin, EvaluationAdmin
from pathways.admin.rules import PathwayVersionAdmin
from pathways.admin.simulating import SimulationAdmin

__all__ = [
    "EnrolmentAdmin",
    "EnrolmentChangeAdmin",
    "EvaluationAdmin",
    "PathwayAdmin",
    "PathwayVersionAdmin",
    "ProgrammeDesignAdmin",
    "SimulationAdmin",
    "TransitionAdmin",
    "TransitionCaseAdmin",
]
