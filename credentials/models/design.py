"""What a version of an achievement is made of beside its text: competencies, alignments, reasons given.

Rows of a version that left the draft are kept by triggers; pages and documents read their frozen copy,
`AchievementVersion.definition`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credentials.models.achievement import AchievementVersion
from credentials.models.competency import Competency


class VersionCompetency(models.Model):
    """A competency that the achievement shows: at which level, and by what one can see."""

    version = models.ForeignKey(
        AchievementVersion, on_delete=models.CASCADE, related_name="competencies", verbose_name=_("version")
    )
    competency = models.ForeignKey(
        Competency, on_delete=models.PROTECT, related_name="shown_by", verbose_name=_("competency")
    )
    level = models.CharField(_("level"), max_length=80, blank=True)
    criterion = models.TextField(
        _("what can be observed"), blank=True, help_text=_("What a person is seen to do who has it.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("competency shown")
        verbose_name_plural = _("competencies shown")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "competency"], name="a_competency_once_per_version")
        ]

    def __str__(self) -> str:
        return str(self.competency)


class Alignment(models.Model):
    """A standard outside the institution that a competency or an achievement answers to (Open Badges 3.0)."""

    class Purpose(models.TextChoices):
        STANDARD = "standard", _("national or professional standard")
        ESCO = "esco", _("ESCO")
        JOB = "job", _("job requirement")
        EQF = "ext:EQF", _("European Qualifications Framework")
        QUALITY = "ext:QualityAssurance", _("quality assurance")
        OTHER = "other", _("other")

    class TargetType(models.TextChoices):
        """The closed list of Open Badges 3.0 (Alignment.targetType), without its extensions."""

        COMPETENCY = "ceasn:Competency", _("competency")
        CREDENTIAL = "ceterms:Credential", _("credential")
        CF_ITEM = "CFItem", _("item of a CASE framework")
        CF_RUBRIC = "CFRubric", _("rubric")
        CF_RUBRIC_CRITERION = "CFRubricCriterion", _("criterion of a rubric")
        CF_RUBRIC_LEVEL = "CFRubricCriterionLevel", _("level of a rubric")
        CTDL = "CTDL", _("item of the Credential Transparency language")

    version = models.ForeignKey(
        AchievementVersion, on_delete=models.CASCADE, null=True, blank=True, related_name="alignments"
    )
    competency = models.ForeignKey(
        Competency, on_delete=models.CASCADE, null=True, blank=True, related_name="alignments"
    )
    purpose = models.CharField(_("what it is"), max_length=24, choices=Purpose, default=Purpose.STANDARD)
    target_type = models.CharField(
        _("type"), max_length=32, choices=TargetType, default=TargetType.COMPETENCY, blank=True
    )
    target_name = models.CharField(_("name"), max_length=250)
    target_url = models.URLField(_("address"), max_length=500)
    target_code = models.CharField(_("code"), max_length=120, blank=True)
    target_framework = models.CharField(_("framework"), max_length=250, blank=True)
    target_description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("alignment")
        verbose_name_plural = _("alignments")
        ordering = ["purpose", "target_framework", "target_code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True, competency__isnull=False)
                | Q(version__isnull=False, competency__isnull=True),
                name="an_alignment_belongs_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_code} {self.target_name}".strip()


class DesignReason(models.Model):
    """Why a finding of the design lint may stand: written by one and, for a block, confirmed by another."""

    version = models.ForeignKey(
        AchievementVersion, on_delete=models.CASCADE, related_name="reasons", verbose_name=_("version")
    )
    code = models.CharField(_("finding"), max_length=48)
    reason = models.TextField(_("reason"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reason given")
        verbose_name_plural = _("reasons given")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_reason_per_finding"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_reason_is_not_empty"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("written_by")),
                name="a_reason_is_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
