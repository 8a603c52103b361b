from learners.models.account import User
from learners.models.notification import Notification
from learners.models.profile import LearnerProfile

__all__ = ["LearnerProfile", "Notification", "User"]
