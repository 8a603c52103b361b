from learners.models.account import User
from learners.models.notification import Notification
from learners.models.profile import LearnerProfile
from learners.models.sharing import ShareLink

__all__ = ["LearnerProfile", "Notification", "ShareLink", "User"]
