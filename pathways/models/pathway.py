"""Pathway: a named road to a stacked credential; PathwayVersion: its rule at one time."""

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class VersionIsFrozen(Exception):
    """This version is published and people are held to it. Make a new draft instead."""


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def published(self) -> Self:
        return self.filter(current_version__isnull=False)


class Pathway(models.Model):
    class Model(models.TextChoices):
        LINEAR = "linear", _("linear")
        FLEXIBLE = "flexible", _("flexible (n of m)")
        CORE_ELECTIVE = "core_elective", _("core + elective")
        TIERED = "tiered", _("tiered")
        CROSS_SERIES = "cross_series", _("cross-series")

    class EnrolmentPolicy(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic: the first component enrols")
        BY_ACT = "by_act", _("by act: only when the learner enrols")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address part"), unique=True)
    description = models.TextField(_("description"))
    model = models.CharField(_("stacking model"), max_length=16, choices=Model)
    awards = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="awarded_by",
        verbose_name=_("awards"),
        help_text=_("The stacked certificate that follows."),
    )
    enrolment_policy = models.CharField(
        _("enrolment"), max_length=16, choices=EnrolmentPolicy, default=EnrolmentPolicy.AUTOMATIC
    )
    current_version = models.ForeignKey(
        "pathways.PathwayVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    history = HistoricalRecords()
    objects = PathwayQuerySet.as_manager()

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pathways:pathway", args=[self.slug])


class PathwayVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    class Order(models.TextChoices):
        ADVISORY = "advisory", _("advisory: shown, not enforced")

    class Lapse(models.TextChoices):
        KEEP = "keep", _("keep: the certificate stays")
        SUSPEND = "suspend", _("suspend until the rule holds again")

    pathway = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, related_name="versions", verbose_name=_("pathway")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT, editable=False
    )
    order_policy = models.CharField(_("order"), max_length=16, choices=Order, default=Order.ADVISORY)
    lapse_policy = models.CharField(
        _("when a component lapses"), max_length=16, choices=Lapse, default=Lapse.SUSPEND
    )
    size_reason = models.TextField(
        _("why not three to six components"),
        blank=True,
        help_text=_("Asked for when a stack has fewer or more; kept in the audit trail."),
    )
    rule = models.TextField(_("rule, frozen"), blank=True, editable=False)
    rule_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        ordering = ["pathway", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="one_rule_per_version_number"),
            models.UniqueConstraint(
                fields=["pathway"], condition=Q(status="draft"), name="one_draft_per_pathway"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | ~Q(rule="") & ~Q(rule_sha256=""),
                name="a_published_rule_is_frozen_with_its_hash",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(written_by__isnull=True)
                | ~Q(published_by=F("written_by")),
                name="a_pathway_is_published_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pathway} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and PathwayVersion.objects.filter(pk=self.pk).exclude(status=self.Status.DRAFT).exists():
            raise VersionIsFrozen
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not self.is_draft:
            raise VersionIsFrozen
        return super().delete(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class Requirement(models.Model):
    """One node of the rule: a group of requirements, or a leaf whose Steps name achievements."""

    class Kind(models.TextChoices):
        ALL = "all", _("all of these")
        POOL = "pool", _("some of these achievements")
        ACHIEVEMENT = "achievement", _("this achievement")

    version = models.ForeignKey(
        PathwayVersion, on_delete=models.CASCADE, related_name="requirements", verbose_name=_("version")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )
    key = models.SlugField(_("key"), max_length=64, help_text=_("Stays the same in later versions."))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    label = models.CharField(_("label"), max_length=200, blank=True)
    n = models.PositiveSmallIntegerField(
        _("how many"), null=True, blank=True, help_text=_("For “some of these”.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_requirement_per_key"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(parent__isnull=True), name="one_root_per_version"
            ),
            models.CheckConstraint(
                condition=Q(kind="pool", n__gt=0) | ~Q(kind="pool") & Q(n__isnull=True),
                name="a_pool_says_how_many",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.key


class Step(models.Model):
    """A place in a leaf that one achievement can satisfy."""

    requirement = models.ForeignKey(
        Requirement, on_delete=models.CASCADE, related_name="steps", verbose_name=_("requirement")
    )
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        related_name="steps",
        verbose_name=_("achievement"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "achievement"], name="an_achievement_once_per_requirement"
            )
        ]

    def __str__(self) -> str:
        return str(self.achievement)


class VersionAchievement(models.Model):
    """The inverted index: which published versions a change of this achievement's credentials touches."""

    version = models.ForeignKey(PathwayVersion, on_delete=models.CASCADE, related_name="listed")
    achievement = models.ForeignKey(
        "credentials.Achievement", on_delete=models.PROTECT, related_name="listed_in"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "achievement"], name="an_achievement_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.achievement}"
