from pathways.models.design import ProgrammeDesign
from pathways.models.pathway import (
    Pathway,
    PathwayVersion,
    Requirement,
    Step,
    VersionAchievement,
    VersionIsFrozen,
)
from pathways.models.progress import Enrolment, EnrolmentChange, Evaluation

__all__ = [
    "Enrolment",
    "EnrolmentChange",
    "Evaluation",
    "Pathway",
    "PathwayVersion",
    "ProgrammeDesign",
    "Requirement",
    "Step",
    "VersionAchievement",
    "VersionIsFrozen",
]
