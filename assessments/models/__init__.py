from assessments.models.assessment import Assessment
from assessments.models.grading import CriterionGrade, Grading
from assessments.models.rubric import Rubric, RubricCriterion, RubricCriterionLevel
from assessments.models.submission import Submission, SubmittedEvidence

__all__ = [
    "Assessment",
    "CriterionGrade",
    "Grading",
    "Rubric",
    "RubricCriterion",
    "RubricCriterionLevel",
    "Submission",
    "SubmittedEvidence",
]
