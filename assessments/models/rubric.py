"""Rubric: what is looked at (criteria) and what each level of it looks like."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rubric(models.Model):
    """One version of a rubric; frozen when the first submission is graded by it."""

    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    cut = models.DecimalField(
        _("least weighted mean of points"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: only the levels to be reached decide."),
    )
    frozen_at = models.DateTimeField(_("first used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["title", "version"], name="one_rubric_per_title_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"


class RubricCriterion(models.Model):
    rubric = models.ForeignKey(
        Rubric, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("rubric")
    )
    key = models.SlugField(_("key"), max_length=64)
    title = models.CharField(_("what is looked at"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)
    must_pass_ordinal = models.PositiveSmallIntegerField(
        _("level to be reached"),
        null=True,
        blank=True,
        help_text=_("The number of the lowest level that passes."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="one_criterion_per_key"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="a_criterion_has_weight"),
        ]

    def __str__(self) -> str:
        return self.title


class RubricCriterionLevel(models.Model):
    criterion = models.ForeignKey(
        RubricCriterion, on_delete=models.CASCADE, related_name="levels", verbose_name=_("criterion")
    )
    ordinal = models.PositiveSmallIntegerField(_("number"), help_text=_("1 is the lowest."))
    label = models.CharField(_("label"), max_length=80)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    descriptor = models.TextField(_("what it looks like"))

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "ordinal"], name="one_level_per_number"),
            models.CheckConstraint(condition=~Q(descriptor=""), name="a_level_is_described"),
        ]

    def __str__(self) -> str:
        return self.label
