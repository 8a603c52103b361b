"""Pathway: a named road to a stacked credential; PathwayVersion: its rule at one time."""

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
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

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic: issued as soon as the rule is met")
        ONE = "one", _("one approver")
        TWO = "two", _("two approvers")

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
    approval = models.CharField(
        _("the certificate is issued"), max_length=12, choices=Approval, default=Approval.AUTOMATIC
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
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")
        RETIRED = "retired", _("retired")

    # Being written or decided on: a pathway has at most one such version.
    OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)

    class Order(models.TextChoices):
        ADVISORY = "advisory", _("advisory: shown, not enforced")
        GATE = "gate", _("gate: what must be held before is checked on enrolling and on submitting")
        STRICT_DATES = "strict_dates", _("strict: what was earned out of order does not count")

    class Lapse(models.TextChoices):
        KEEP = "keep", _("keep: the certificate stays")
        SUSPEND = "suspend", _("suspend until the rule holds again")
        EXPIRE = "expire", _("expire: earned anew, it is issued anew")
        REVIEW = "review", _("review: valid until the registrar decides")

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
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("After a component expired, before anything follows.")
    )
    # Filters that hold in the whole rule, as in the exchange format: {"min_level": 2} (RULES §4).
    filters = models.JSONField(_("counts everywhere"), default=dict, blank=True)
    exclusive_with = models.ManyToManyField(
        Pathway,
        blank=True,
        related_name="+",
        verbose_name=_("shares no credentials with"),
        help_text=_("What counted for a certificate of these counts here only within the limit below."),
    )
    use_limit = models.PositiveSmallIntegerField(
        _("times a credential may count among them"), default=1, validators=[MinValueValidator(1)]
    )
    size_reason = models.TextField(
        _("why not three to six components"),
        blank=True,
        help_text=_("Asked for when a stack has fewer or more; kept in the audit trail."),
    )
    # Why it went back to the draft, for whoever goes on writing.
    returned_because = models.TextField(_("what to change"), blank=True, editable=False)
    rule = models.TextField(_("rule, frozen"), blank=True, editable=False)
    rule_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # What stands beside the rule, frozen with it: limits, milestones, filters, as in the exchange format.
    terms = models.JSONField(default=dict, blank=True, editable=False)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        ordering = ["pathway", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="one_rule_per_version_number"),
            models.UniqueConstraint(
                fields=["pathway"],
                condition=Q(status__in=["draft", "in_review", "approved"]),
                name="one_open_version_per_pathway",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "in_review", "approved"]) | ~Q(rule="") & ~Q(rule_sha256=""),
                name="what_was_published_is_frozen_with_its_hash",
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
        if self.pk and PathwayVersion.objects.filter(pk=self.pk).exclude(status__in=self.OPEN).exists():
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
    """One node of the rule: a group of requirements, or a leaf whose Steps name what fills it (RULES §3)."""

    class Kind(models.TextChoices):
        ALL = "all", _("all of these")
        N_OF = "n_of", _("some of these requirements")
        ORDERED = "ordered", _("all of these, in this order")
        WITHIN = "within", _("this, within a length of time")
        ACHIEVEMENT = "achievement", _("this achievement")
        STEP = "step", _("this step without a credential")
        POOL = "pool", _("some of these achievements")
        CREDITS = "credits", _("credits or hours from these achievements")
        COMPETENCY = "competency", _("a competency shown")

    GROUPS = (Kind.ALL, Kind.N_OF, Kind.ORDERED, Kind.WITHIN)

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
    competency = models.ForeignKey(
        "credentials.Competency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competency"),
    )
    # What else its kind asks, and the filters that hold here and below: both as in the exchange format,
    # {"window": {"months": 12}} and {"min_level": 2}; the forms write them, `queries.rule_for` reads them.
    details = models.JSONField(default=dict, blank=True, editable=False)
    filters = models.JSONField(default=dict, blank=True, editable=False)
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
                condition=Q(kind__in=["pool", "n_of"], n__gt=0)
                | ~Q(kind__in=["pool", "n_of"]) & Q(n__isnull=True),
                name="what_asks_for_some_says_how_many",
            ),
            models.CheckConstraint(
                condition=Q(kind="competency", competency__isnull=False)
                | ~Q(kind="competency") & Q(competency__isnull=True),
                name="only_a_competency_names_one",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.key


class Step(models.Model):
    """A place in a leaf that one achievement, or one act that issues none, can satisfy."""

    requirement = models.ForeignKey(
        Requirement, on_delete=models.CASCADE, related_name="steps", verbose_name=_("requirement")
    )
    achievement = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("achievement"),
    )
    act = models.ForeignKey(
        "pathways.Act",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("step without a credential"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "achievement"], name="an_achievement_once_per_requirement"
            ),
            models.CheckConstraint(
                condition=Q(achievement__isnull=False, act__isnull=True)
                | Q(achievement__isnull=True, act__isnull=False),
                name="a_step_is_an_achievement_or_an_act",
            ),
        ]

    def __str__(self) -> str:
        return str(self.achievement or self.act)

    @property
    def code(self) -> str:
        """What rules call it."""
        return self.act.rule_code if self.act else self.achievement.code if self.achievement else ""


class AtMost(models.Model):
    """At most `k` of these are used anywhere in the rule of a version (RULES §3)."""

    version = models.ForeignKey(
        PathwayVersion, on_delete=models.CASCADE, related_name="at_most", verbose_name=_("version")
    )
    k = models.PositiveSmallIntegerField(_("at most"), validators=[MinValueValidator(1)])
    achievements = models.ManyToManyField(
        "credentials.Achievement", related_name="+", verbose_name=_("of these achievements")
    )

    class Meta:
        verbose_name = _("limit on some achievements")
        verbose_name_plural = _("limits on some achievements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.k)


class Milestone(models.Model):
    """A waypoint worth telling: due when `at` of what a node asks for are done (RULES §5)."""

    version = models.ForeignKey(
        PathwayVersion, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("version")
    )
    code = models.SlugField(_("key"), max_length=64, help_text=_("Stays the same in later versions."))
    name = models.CharField(_("name"), max_length=200)
    at = models.PositiveSmallIntegerField(_("when this many are done"), validators=[MinValueValidator(1)])
    node = models.CharField(
        _("of requirement"), max_length=64, blank=True, help_text=_("Its key. Empty: of the whole rule.")
    )
    awards = models.ForeignKey(
        "credentials.Achievement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("awards"),
        help_text=_("Issued once when it is reached. Empty: it is only told."),
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_milestone_per_code")]

    def __str__(self) -> str:
        return self.name


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
