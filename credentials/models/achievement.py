"""Achievement: what can be earned; AchievementVersion: its text at one time, frozen once published."""

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class PublishedIsFrozen(Exception):
    """This version is published: holders keep the text they earned. Make the next version instead."""


class AchievementQuerySet(models.QuerySet["Achievement"]):
    def published(self) -> Self:
        return self.filter(current_version__isnull=False)


class Achievement(models.Model):
    """The identity that stays while its text changes; its current version is what is earned today."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(
        "credentials.Issuer", on_delete=models.PROTECT, related_name="achievements", verbose_name=_("issuer")
    )
    series = models.ForeignKey(
        "credentials.Series", on_delete=models.PROTECT, related_name="achievements", verbose_name=_("series")
    )
    code = models.CharField(
        _("code"), max_length=32, unique=True, help_text=_("Short, as in a catalogue: RD-101.")
    )
    is_active = models.BooleanField(_("can be earned"), default=True)
    is_repeatable = models.BooleanField(_("may be held several times"), default=False)
    offers_open_badges_2 = models.BooleanField(
        _("also as Open Badges 2.0"),
        default=False,
        help_text=_("For systems that read nothing newer; only of credentials that their holders opened."),
    )
    # Moves by a board's decision, without touching the published text.
    review_due_on = models.DateField(_("next review"), null=True, blank=True, editable=False)
    current_version = models.ForeignKey(
        "credentials.AchievementVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = AchievementQuerySet.as_manager()

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}" if self.current_version_id else self.code

    def get_absolute_url(self) -> str:
        """The page of the version earned today; a draft has none, and stands in the admin."""
        if self.current_version:
            return self.current_version.get_absolute_url()
        return reverse("admin:credentials_achievement_change", args=[self.pk])

    @property
    def name(self) -> str:
        return self.current_version.name if self.current_version else self.code


class AchievementVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")
        RETIRED = "retired", _("retired")

    # Being written or decided on: an achievement has at most one such version.
    OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)

    class Kind(models.TextChoices):
        MICRO_CREDENTIAL = "micro_credential", _("micro-credential")
        SPECIALTY = "specialty", _("specialty")
        INTRODUCTORY = "introductory", _("introductory")
        STACKED_CERTIFICATE = "stacked_certificate", _("stacked certificate")
        FULL_CERTIFICATION = "full_certification", _("full certification")
        PARTICIPATION = "participation", _("participation record")

    # Made of other credentials; everything else is assessed by itself.
    STACKED = (Kind.STACKED_CERTIFICATE, Kind.FULL_CERTIFICATION)

    class Level(models.TextChoices):
        FOUNDATION = "foundation", _("Foundation")
        PRACTITIONER = "practitioner", _("Practitioner")
        FULL = "full", _("Full certification")

    class Learning(models.TextChoices):
        ONLINE = "online", _("online")
        FACE_TO_FACE = "face_to_face", _("face to face")
        HYBRID = "hybrid", _("hybrid")

    class Assessed(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        REMOTE = "remote", _("remote")
        MULTI_MODAL = "multi_modal", _("multi-modal")

    class Expiry(models.TextChoices):
        AREA = "area", _("as its subject area says")
        NEVER = "never", _("never expires")
        MONTHS = "months", _("expires after a number of months")

    class Method(models.TextChoices):
        """How it is assessed; the list of ASSESSMENT §A2, and what only looks like an assessment."""

        APPLIED_PROJECT = "applied_project", _("applied project")
        PERFORMANCE = "performance", _("observed performance")
        WRITTEN_EXAM = "written_exam", _("written examination")
        MULTIPLE_CHOICE = "multiple_choice", _("multiple-choice test")
        PORTFOLIO = "portfolio", _("portfolio review")
        SIMULATION = "simulation", _("simulation")
        EMPLOYER_PROJECT = "employer_project", _("project evaluated by an employer")
        CAPSTONE = "capstone", _("capstone")
        VIVA = "viva", _("oral examination")
        COMPONENTS = "components", _("by its components")
        ATTENDANCE = "attendance", _("attendance")

    class CreditSystem(models.TextChoices):
        ECTS = "ects", _("ECTS")
        US_SEMESTER = "us_semester", _("US semester hours")
        US_QUARTER = "us_quarter", _("US quarter hours")
        CATS = "cats", _("CATS")
        LOCAL = "local", _("the institution's own")

    class QualificationFramework(models.TextChoices):
        EQF = "eqf", _("European Qualifications Framework")
        QF_EHEA = "qf_ehea", _("Framework of the European Higher Education Area")
        NATIONAL = "national", _("national framework")

    class Supervision(models.TextChoices):
        NONE = "none", _("unsupervised, identity not checked")
        IDENTITY = "identity", _("unsupervised, identity checked")
        REMOTE = "remote", _("supervised online, identity checked")
        ON_SITE = "on_site", _("supervised on site, identity checked")

    class EvidenceKind(models.TextChoices):
        TEXT = "text", _("text")
        URL = "url", _("link")
        FILE = "file", _("file")
        REPOSITORY = "repository", _("code repository")
        VIDEO = "video", _("video")
        EMPLOYER_STATEMENT = "employer_statement", _("employer's statement")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    achievement = models.ForeignKey(
        Achievement, on_delete=models.PROTECT, related_name="versions", verbose_name=_("achievement")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT, editable=False
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("The skill itself: “Data visualisation using Python”.")
    )
    # A draft may be saved half-written; what publishing needs, the design lint says.
    description = models.TextField(_("description"), blank=True)
    outcomes = models.TextField(
        _("learning outcomes"),
        blank=True,
        help_text=_("What the holder knows, understands and can do; one on each line."),
    )
    criteria = models.TextField(
        _("criteria"),
        blank=True,
        help_text=_("What a person does, to what standard, and how it is assessed."),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.MICRO_CREDENTIAL)
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.FOUNDATION)
    subject_area = models.ForeignKey(
        "credentials.SubjectArea",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
        verbose_name=_("subject area"),
    )
    leads_to = models.ForeignKey(
        Achievement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="introduced_by",
        verbose_name=_("belongs to"),
        help_text=_("A specialty: its banner certification. An introduction: what it leads to."),
    )
    requires = models.ManyToManyField(
        Achievement, blank=True, related_name="required_by", verbose_name=_("must be held before")
    )
    prerequisites = models.TextField(_("other prerequisites"), blank=True)
    hours = models.DecimalField(_("learning hours"), max_digits=6, decimal_places=1, default=0)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=2, default=0)
    credit_system = models.CharField(
        _("credit system"), max_length=12, choices=CreditSystem, default=CreditSystem.ECTS
    )
    qualification_framework = models.CharField(
        _("qualifications framework"), max_length=12, choices=QualificationFramework, blank=True
    )
    qualification_level = models.CharField(_("level in it"), max_length=40, blank=True)
    learning_mode = models.CharField(_("learning"), max_length=16, choices=Learning, default=Learning.HYBRID)
    assessment_mode = models.CharField(
        _("assessment"), max_length=16, choices=Assessed, default=Assessed.REMOTE
    )
    # Lists of Method and of EvidenceKind.
    assessment_types = models.JSONField(_("assessed by"), default=list, blank=True)
    evidence_kinds = models.JSONField(_("evidence asked for"), default=list, blank=True)
    supervision = models.CharField(_("supervision"), max_length=12, choices=Supervision, blank=True)
    quality_assurance = models.TextField(
        _("quality assurance"), blank=True, help_text=_("Who checks the quality, and by which procedure.")
    )
    expiry = models.CharField(_("validity"), max_length=8, choices=Expiry, blank=True)
    # Under “as its subject area says” filled when the version leaves the draft; empty: no end.
    expiry_months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    language = models.CharField(_("language of teaching"), max_length=16, default="en")
    # Artwork, drawn from these by credentials.services.artwork.
    shape = models.CharField(_("shape"), max_length=16)
    palette = models.CharField(_("colours"), max_length=16)
    icon = models.CharField(_("icon"), max_length=24)
    colour = models.CharField(
        _("own colour"),
        max_length=7,
        blank=True,
        help_text=_("Instead of the palette's: # and six digits, as #1f4e79."),
    )
    legend = models.CharField(
        _("words on the picture"), max_length=60, blank=True, help_text=_("In any script; may be empty.")
    )
    uploaded = models.ImageField(
        _("own picture"),
        upload_to="artwork/",
        blank=True,
        help_text=_("A square PNG instead of the drawing."),
    )
    # 512 and 1024 pixels a side.
    image = models.ImageField(_("image"), upload_to="artwork/", blank=True, editable=False)
    image_large = models.ImageField(upload_to="artwork/", blank=True, editable=False)
    # The same picture for lists, drawn small: a page of cards must not weigh megabytes.
    thumbnail = models.ImageField(upload_to="artwork/", blank=True, editable=False)
    # What the picture looks like in few bits, to find two that are nearly the same.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    image_alt = models.CharField(
        _("image in words"),
        max_length=250,
        blank=True,
        help_text=_("Read aloud to those who cannot see it."),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("sent for review"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
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
    # Copied when the version leaves the draft, so that what is approved is what is published: the assessed
    # rubric (credentials never asks assessments), and what stands in rows of other tables.
    result_descriptions = models.JSONField(default=list, editable=False)
    definition = models.JSONField(default=dict, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("achievement version")
        verbose_name_plural = _("achievement versions")
        ordering = ["achievement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["achievement", "number"], name="one_text_per_version_number"),
            models.UniqueConstraint(
                fields=["achievement"],
                condition=Q(status__in=["draft", "in_review", "approved"]),
                name="one_open_version_per_achievement",
            ),
            models.CheckConstraint(
                condition=Q(expiry__in=["", "never"], expiry_months__isnull=True)
                | Q(expiry="area")
                | Q(expiry="months", expiry_months__gt=0),
                name="expiry_is_never_or_months_or_the_areas",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=0, credits__gte=0), name="hours_and_credits_are_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(written_by__isnull=True)
                | ~Q(published_by=F("written_by")),
                name="a_version_is_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(written_by__isnull=True)
                | ~Q(approved_by=F("written_by")),
                name="a_version_is_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (v{self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if (
            self.pk
            and AchievementVersion.objects.filter(pk=self.pk).exclude(status=self.Status.DRAFT).exists()
        ):
            raise PublishedIsFrozen
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("credentials:achievement", args=[self.public_id])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not self.is_draft:
            raise PublishedIsFrozen
        return super().delete(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_public(self) -> bool:
        """Whether anyone may read it: published now or earlier."""
        return self.status not in self.OPEN

    @property
    def image_url(self) -> str:
        return reverse("credentials:achievement_image", args=[self.public_id])

    @property
    def thumbnail_url(self) -> str:
        return reverse("credentials:achievement_thumbnail", args=[self.public_id])
