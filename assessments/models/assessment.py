"""Assessment: the task that shows an achievement, and the rubric that judges it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

EVIDENCE_KINDS = [("text", _("text")), ("url", _("link")), ("file", _("file"))]


class Kind(models.TextChoices):
    """How something is assessed (ASSESSMENT §A2). Attendance is no kind."""

    APPLIED_PROJECT = "applied_project", _("applied project")
    PERFORMANCE = "performance", _("observed performance")
    WRITTEN_EXAM = "written_exam", _("written examination")
    MULTIPLE_CHOICE = "multiple_choice", _("multiple-choice test")
    PORTFOLIO = "portfolio", _("portfolio review")
    SIMULATION = "simulation", _("simulation")
    EMPLOYER_PROJECT = "employer_project", _("project evaluated by an employer")
    CAPSTONE = "capstone", _("capstone")
    VIVA = "viva", _("oral examination")


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
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.APPLIED_PROJECT)
    brief = models.TextField(_("what to do and hand in"))
    required_kinds = models.JSONField(_("evidence required"), default=list, blank=True)
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    is_open = models.BooleanField(_("takes submissions"), default=True)
    marking_days = models.PositiveSmallIntegerField(_("days to mark"), default=14)
    needs_qualified_markers = models.BooleanField(
        _("only for qualified markers"),
        default=False,
        help_text=_("Only who has a qualification in force in the register of markers may mark it."),
    )
    may_show_evidence = models.BooleanField(
        _("evidence may be shown"),
        default=False,
        help_text=_("Learners choose which of their links the credential names to whoever reads it."),
    )

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


class BlueprintCell(models.Model):
    """How much of an assessment is one competency by one method; all cells of a version sum to 100."""

    version = models.ForeignKey(
        "credentials.AchievementVersion",
        on_delete=models.CASCADE,
        related_name="blueprint_cells",
        verbose_name=_("achievement version"),
    )
    competency = models.ForeignKey(
        "credentials.Competency", on_delete=models.PROTECT, related_name="+", verbose_name=_("competency")
    )
    method = models.CharField(_("method"), max_length=24, choices=Kind)
    weight = models.DecimalField(_("weight, %"), max_digits=5, decimal_places=2)
    level = models.CharField(_("level"), max_length=80, blank=True)
    min_evidence = models.PositiveSmallIntegerField(_("least pieces of evidence"), default=1)

    class Meta:
        verbose_name = _("blueprint cell")
        verbose_name_plural = _("blueprint")
        ordering = ["version", "competency", "method"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "competency", "method"], name="one_cell_per_competency_and_method"
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100), name="a_cells_weight_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.get_method_display()}"
