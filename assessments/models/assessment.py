"""Assessment: the task that shows an achievement, and the rubric that judges it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

EVIDENCE_KINDS = [("text", _("text")), ("url", _("link")), ("file", _("file"))]


class Assessment(models.Model):
    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("achievement"),
    )
    rubric = models.ForeignKey(
        "assessments.Rubric", on_delete=models.PROTECT, related_name="assessments", verbose_name=_("rubric")
    )
    title = models.CharField(_("title"), max_length=200)
    brief = models.TextField(_("what to do and hand in"))
    required_kinds = models.JSONField(_("evidence required"), default=list, blank=True)
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    is_open = models.BooleanField(_("takes submissions"), default=True)
    marking_days = models.PositiveSmallIntegerField(_("days to mark"), default=14)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement"], condition=Q(is_open=True), name="one_open_assessment_per_achievement"
            ),
            models.CheckConstraint(condition=Q(max_attempts__gt=0), name="at_least_one_attempt"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:submit", args=[self.public_id])
