"""Competencies: versioned frameworks of what people can do, and how their parts relate.

The kinds of association are those of 1EdTech CASE 1.1 (CFAssociation.associationType).
"""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FrameworkQuerySet(models.QuerySet["CompetencyFramework"]):
    def published(self) -> Self:
        return self.filter(status=CompetencyFramework.Status.PUBLISHED)


class CompetencyFramework(models.Model):
    """One version of a framework; its next version is another row that `replaces` this one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    # CASE's identifier of the document: the key by which an import finds it again.
    identifier = models.CharField(max_length=64, unique=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=250)
    version = models.CharField(_("version"), max_length=40, default="1")
    creator = models.CharField(_("published by"), max_length=250)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(_("language"), max_length=16, default="en")
    uri = models.URLField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=250, blank=True)
    # The names of its levels, lowest first; empty where it has none.
    levels = models.JSONField(_("levels"), default=list, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT, editable=False
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    # What came with an import and has no field here; written out again by the export.
    extras = models.JSONField(default=dict, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("competency framework")
        verbose_name_plural = _("competency frameworks")
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["title", "version"], name="one_framework_per_title_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    def get_absolute_url(self) -> str:
        return reverse("credentials:framework", args=[self.public_id])


class Competency(models.Model):
    """One item of a framework; the tree is `parent` and `position`, and nothing else says it."""

    class Cognitive(models.TextChoices):
        """Levels of the revised taxonomy of Bloom, lowest first."""

        REMEMBER = "1_remember", _("remember")
        UNDERSTAND = "2_understand", _("understand")
        APPLY = "3_apply", _("apply")
        ANALYSE = "4_analyse", _("analyse")
        EVALUATE = "5_evaluate", _("evaluate")
        CREATE = "6_create", _("create")

    framework = models.ForeignKey(
        CompetencyFramework,
        on_delete=models.CASCADE,
        related_name="competencies",
        verbose_name=_("framework"),
    )
    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    identifier = models.CharField(max_length=64, default=uuid4, editable=False)
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    code = models.CharField(_("code"), max_length=64, blank=True)
    title = models.CharField(_("short title"), max_length=250, blank=True)
    statement = models.TextField(_("statement"))
    # What the framework calls it: area, competence, statement, learning outcome …
    kind = models.CharField(_("kind"), max_length=64, blank=True)
    level = models.CharField(_("level"), max_length=80, blank=True)
    cognitive_level = models.CharField(_("cognitive level"), max_length=16, choices=Cognitive, blank=True)
    # Knowledge, skill or attitude, as the framework says it.
    sort = models.CharField(_("sort"), max_length=40, blank=True)
    uri = models.URLField(_("address"), max_length=500, blank=True)
    extras = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["framework", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "identifier"], name="one_competency_per_identifier"),
            models.UniqueConstraint(
                fields=["framework", "code"], condition=~Q(code=""), name="one_competency_per_code"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="a_competency_is_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return f"{self.framework.get_absolute_url()}#c-{self.public_id}"

    @property
    def name(self) -> str:
        return self.title or self.statement


class PerformanceCriterion(models.Model):
    """Something one can see a person do who has the competency."""

    competency = models.ForeignKey(
        Competency,
        on_delete=models.CASCADE,
        related_name="performance_criteria",
        verbose_name=_("competency"),
    )
    text = models.TextField(_("what can be observed"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("performance criterion")
        verbose_name_plural = _("performance criteria")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class CompetencyAssociation(models.Model):
    """How a competency relates to another, here or outside; being a part of it is `Competency.parent`."""

    class Kind(models.TextChoices):
        IS_CHILD_OF = "isChildOf", _("is a further part of")
        IS_PEER_OF = "isPeerOf", _("is a peer of")
        IS_PART_OF = "isPartOf", _("is part of")
        EXACT_MATCH_OF = "exactMatchOf", _("is the same as")
        PRECEDES = "precedes", _("comes before")
        IS_RELATED_TO = "isRelatedTo", _("is related to")
        REPLACED_BY = "replacedBy", _("is replaced by")
        EXEMPLAR = "exemplar", _("is an example of")
        HAS_SKILL_LEVEL = "hasSkillLevel", _("has the skill level")
        IS_TRANSLATION_OF = "isTranslationOf", _("is a translation of")

    framework = models.ForeignKey(
        CompetencyFramework,
        on_delete=models.CASCADE,
        related_name="associations",
        verbose_name=_("framework"),
    )
    identifier = models.CharField(max_length=64, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    origin = models.ForeignKey(
        Competency, on_delete=models.CASCADE, related_name="associations", verbose_name=_("from")
    )
    # A competency of this portal, or the address of one elsewhere.
    target = models.ForeignKey(
        Competency,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="associated_from",
        verbose_name=_("to"),
    )
    target_uri = models.URLField(_("to an address outside"), max_length=500, blank=True)
    target_identifier = models.CharField(max_length=64, blank=True, editable=False)
    target_title = models.CharField(_("its title"), max_length=250, blank=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True, blank=True)
    extras = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["framework", "sequence", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "identifier"], name="one_association_per_identifier"
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False) | ~Q(target_uri=""), name="an_association_leads_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.origin} {self.get_kind_display()} {self.target or self.target_title or self.target_uri}"
        )


class SubjectArea(models.Model):
    """A field of study, and how long what is earned in it is valid unless an achievement says otherwise."""

    class Expiry(models.TextChoices):
        NEVER = "never", _("never expires")
        MONTHS = "months", _("expires after a number of months")

    name = models.CharField(_("name"), max_length=200, unique=True)
    expiry = models.CharField(
        _("validity"), max_length=8, choices=Expiry, blank=True, help_text=_("Empty: not decided yet.")
    )
    expiry_months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    reason = models.TextField(_("why so long"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("subject area")
        verbose_name_plural = _("subject areas")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expiry__in=["", "never"], expiry_months__isnull=True)
                | Q(expiry="months", expiry_months__gt=0),
                name="an_areas_expiry_is_never_or_months",
            )
        ]

    def __str__(self) -> str:
        return self.name
