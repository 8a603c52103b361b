"""What people send to pathways: a learner's two acts, and the pages of the guided design."""

from pathways.forms.acts import EnrolForm, LeaveForm
from pathways.forms.design import AchievementsForm, EndForm, RulesForm, SkillsForm, StartForm

__all__ = [
    "AchievementsForm",
    "EndForm",
    "EnrolForm",
    "LeaveForm",
    "RulesForm",
    "SkillsForm",
    "StartForm",
]
