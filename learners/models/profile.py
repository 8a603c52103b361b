"""LearnerProfile: what a learner tells about herself; never needed to issue."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LearnerProfile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    biography = models.TextField(_("about me"), max_length=2000, blank=True)
    wants_progress_mail = models.BooleanField(_("write to me about progress"), default=True)

    class Meta:
        verbose_name = _("learner profile")
        verbose_name_plural = _("learner profiles")

    def __str__(self) -> str:
        return str(self.user)
