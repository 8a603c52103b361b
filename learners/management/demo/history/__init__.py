"""What each of the sixty learners has done so far."""

from learners.management.demo.history.form import (
    Act,
    Correction,
    Outcome,
    State,
    Story,
    Strength,
    Work,
    levels_reached,
)
from learners.management.demo.history.public_health import PUBLIC_HEALTH
from learners.management.demo.history.research_data import RESEARCH_DATA
from learners.management.demo.history.teaching import TEACHING

STORIES = (*RESEARCH_DATA, *TEACHING, *PUBLIC_HEALTH)

__all__ = ["STORIES", "Act", "Correction", "Outcome", "State", "Story", "Strength", "Work", "levels_reached"]
