from assessments.models.assessment import Assessment, BlueprintCell
from assessments.models.grading import CriterionGrade, Grading
from assessments.models.register import MarkerQualification
from assessments.models.rubric import Rubric, RubricCriterion, RubricCriterionLevel
from assessments.models.submission import Submission, SubmittedEvidence

__all__ = [
    "Assessment",
    "BlueprintCell",
    "CriterionGrade",
    "Grading",
    "MarkerQualification",
    "Rubric",
    "RubricCriterion",
    "RubricCriterionLevel",
    "Submission",
    "SubmittedEvidence",
]
