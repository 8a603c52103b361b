"""Grading: one marker's judgement of one submission; CriterionGrade: the level chosen for a criterion."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Grading(models.Model):
    """Kept in every state; a final one is never edited, only superseded."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        FINAL = "final", _("final")
        SUPERSEDED = "superseded", _("superseded")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    submission = models.ForeignKey(
        "assessments.Submission",
        on_delete=models.PROTECT,
        related_name="gradings",
        verbose_name=_("submission"),
    )
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gradings", verbose_name=_("marker")
    )
    rubric = models.ForeignKey(
        "assessments.Rubric", on_delete=models.PROTECT, related_name="gradings", verbose_name=_("rubric")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    comment = models.TextField(_("comment to the learner"), max_length=5000, blank=True)
    note = models.TextField(_("note to markers"), max_length=5000, blank=True)
    revision = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("opened"))
    saved_at = models.DateTimeField(_("saved"))
    final_at = models.DateTimeField(_("final"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    # Loaded from an earlier record, not news: nobody is written to about it.
    is_news = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "marker", "round"], name="one_grading_per_marker_and_round"
            ),
            models.UniqueConstraint(
                fields=["submission", "round"], condition=Q(state="final"), name="one_final_grading_per_round"
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(passed__isnull=False, final_at__isnull=False),
                name="a_final_grading_has_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} by {self.marker}"


class CriterionGrade(models.Model):
    """The level chosen for a criterion, and what is said about it; in a draft the words may come first."""

    grading = models.ForeignKey(
        Grading, on_delete=models.PROTECT, related_name="grades", verbose_name=_("grading")
    )
    criterion = models.ForeignKey(
        "assessments.RubricCriterion", on_delete=models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    level = models.ForeignKey(
        "assessments.RubricCriterionLevel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level"),
    )
    comment = models.TextField(_("comment"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("criterion grade")
        verbose_name_plural = _("criterion grades")
        constraints = [
            models.UniqueConstraint(fields=["grading", "criterion"], name="one_level_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"
