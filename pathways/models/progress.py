"""Enrolment: a learner on one version of a pathway; Evaluation: what the engine answered, and when."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def held_by(self, user: models.Model) -> Self:
        return self.filter(learner_id=user.pk)

    def current(self) -> Self:
        return self.exclude(state=Enrolment.State.WITHDRAWN)


class Enrolment(models.Model):
    class State(models.TextChoices):
        ACTIVE = "active", _("under way")
        COMPLETE = "complete", _("complete")
        LAPSED = "lapsed", _("lapsed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="enrolments",
        verbose_name=_("learner"),
    )
    pathway = models.ForeignKey(
        "pathways.Pathway", on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("pathway")
    )
    version = models.ForeignKey(
        "pathways.PathwayVersion",
        on_delete=models.PROTECT,
        related_name="enrolments",
        verbose_name=_("version"),
    )
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.ACTIVE)
    enrolled_on = models.DateField(_("enrolled"))
    is_retroactive = models.BooleanField(_("enrolled by publication"), default=False)
    # Raised, in its own transaction, by whatever changes what a verdict reads.
    input_revision = models.PositiveBigIntegerField(default=1, editable=False)
    certificate = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="completes",
        verbose_name=_("certificate"),
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "pathway"],
                condition=~Q(state="withdrawn"),
                name="one_enrolment_per_pathway",
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.pathway}"


class EnrolmentChange(models.Model):
    """A dated row for each change of an enrolment's state: the source of figures over time."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(_("state"), max_length=16, choices=Enrolment.State)
    at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.state}"


class Evaluation(models.Model):
    """One run of the engine, stored with what it read; the newest of an enrolment is current."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("enrolment")
    )
    is_current = models.BooleanField(_("current"), default=True)
    # Where its certificate stands by the rule, and while that is broken: since when, why, how long there is.
    standing = models.CharField(_("certificate"), max_length=16, blank=True)
    broken_on = models.DateField(_("no longer met since"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=16, blank=True)
    grace_through = models.DateField(_("grace until"), null=True, blank=True)
    input_hash = models.CharField(max_length=64, editable=False)
    input_revision = models.PositiveBigIntegerField(editable=False)
    last_event = models.PositiveBigIntegerField(default=0, editable=False)
    status = models.CharField(_("verdict"), max_length=16)
    remaining = models.PositiveSmallIntegerField(_("left"), null=True, blank=True)
    total = models.PositiveSmallIntegerField(_("of"), null=True, blank=True)
    first_satisfied_on = models.DateField(_("first satisfied"), null=True, blank=True)
    holds_through = models.DateField(_("holds through"), null=True, blank=True)
    verdict = models.JSONField(default=dict, editable=False)
    next_change_on = models.DateField(_("look again on"), null=True, blank=True)
    evaluated_at = models.DateTimeField(_("evaluated"))

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["next_change_on"], condition=Q(is_current=True), name="due_evaluations")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(is_current=True), name="one_current_evaluation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.status}"
