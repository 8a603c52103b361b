"""One assessment with its rubric for every achievement that is not a sum of others."""

from learners.management.demo.rubrics.form import Assessment, Criterion, Level
from learners.management.demo.rubrics.public_health import PUBLIC_HEALTH
from learners.management.demo.rubrics.research_data import RESEARCH_DATA
from learners.management.demo.rubrics.teaching import TEACHING

ASSESSMENTS = (*RESEARCH_DATA, *TEACHING, *PUBLIC_HEALTH)

__all__ = ["ASSESSMENTS", "Assessment", "Criterion", "Level"]
