"""A rule only the database can keep: a graded level belongs to its criterion and to the rubric used."""

from credentials.models.triggers import Trigger

MISMATCH = (
    "NOT EXISTS (SELECT 1 FROM assessments_rubriccriterionlevel level "
    "JOIN assessments_rubriccriterion criterion ON criterion.id = level.criterion_id "
    "JOIN assessments_grading grading ON grading.rubric_id = criterion.rubric_id "
    "WHERE level.id = NEW.level_id AND criterion.id = NEW.criterion_id AND grading.id = NEW.grading_id)"
)
GRADES = "assessments_criteriongrade"
MESSAGE = "This level is not one of the rubric used."
TRIGGERS = (
    Trigger("a_new_grade_fits_its_rubric", GRADES, "INSERT", MISMATCH, MESSAGE),
    Trigger("a_changed_grade_fits_its_rubric", GRADES, "UPDATE", MISMATCH, MESSAGE),
)
