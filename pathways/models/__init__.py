from pathways.models.changes import (
    SeriesConsent,
    SimulatedLearner,
    Simulation,
    Transition,
    TransitionCase,
)
from pathways.models.design import ProgrammeDesign
from pathways.models.issues import (
    Approval,
    ApprovalCase,
    Consumption,
    IssueSnapshot,
    MilestoneReached,
)
from pathways.models.pathway import (
    AtMost,
    Milestone,
    Pathway,
    PathwayVersion,
    Requirement,
    Step,
    VersionAchievement,
    VersionIsFrozen,
)
from pathways.models.progress import Enrolment, EnrolmentChange, Evaluation
from pathways.models.rulings import (
    Act,
    Equivalence,
    Exemption,
    Pause,
    Recognition,
    Ruling,
    StepCompletion,
)

__all__ = [
    "Act",
    "Approval",
    "ApprovalCase",
    "AtMost",
    "Consumption",
    "Enrolment",
    "EnrolmentChange",
    "Equivalence",
    "Evaluation",
    "Exemption",
    "IssueSnapshot",
    "Milestone",
    "MilestoneReached",
    "Pathway",
    "PathwayVersion",
    "Pause",
    "ProgrammeDesign",
    "Recognition",
    "Requirement",
    "Ruling",
    "SeriesConsent",
    "SimulatedLearner",
    "Simulation",
    "Step",
    "StepCompletion",
    "Transition",
    "TransitionCase",
    "VersionAchievement",
    "VersionIsFrozen",
]
