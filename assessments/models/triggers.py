"""Rules only the database can keep: a graded level fits its rubric, a blueprint stays with its version."""

from credentials.models.triggers import Trigger, kept_with_version

# A draft may hold a comment on a criterion whose level is still to be chosen.
MISMATCH = (
    "NOT EXISTS (SELECT 1 FROM assessments_grading grading "
    "JOIN assessments_rubriccriterion criterion ON criterion.rubric_id = grading.rubric_id "
    "LEFT JOIN assessments_rubriccriterionlevel level "
    "ON level.criterion_id = criterion.id AND level.id = NEW.level_id "
    "WHERE grading.id = NEW.grading_id AND criterion.id = NEW.criterion_id "
    "AND (NEW.level_id IS NULL OR level.id IS NOT NULL))"
)
GRADES = "assessments_criteriongrade"
MESSAGE = "This level is not one of the rubric used."
TRIGGERS = (
    Trigger("a_new_grade_fits_its_rubric", GRADES, "INSERT", MISMATCH, MESSAGE),
    Trigger("a_changed_grade_fits_its_rubric", GRADES, "UPDATE", MISMATCH, MESSAGE),
)
BLUEPRINTS = (*kept_with_version("blueprint", "assessments_blueprintcell", "version_id"),)
