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
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    class Kind(models.TextChoices):
        MICRO_CREDENTIAL = "micro_credential", _("micro-credential")
        SPECIALTY = "specialty", _("specialty")
        INTRODUCTORY = "introductory", _("introductory")
        STACKED_CERTIFICATE = "stacked_certificate", _("stacked certificate")
        FULL_CERTIFICATION = "full_certification", _("full certification")

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
        NEVER = "never", _("never expires")
        MONTHS = "months", _("expires after a number of months")

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
    description = models.TextField(_("description"))
    criteria = models.TextField(
        _("criteria"), help_text=_("What a person does, to what standard, and how it is assessed.")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.MICRO_CREDENTIAL)
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.FOUNDATION)
    hours = models.DecimalField(_("learning hours"), max_digits=6, decimal_places=1)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=2, default=0)
    learning_mode = models.CharField(_("learning"), max_length=16, choices=Learning, default=Learning.HYBRID)
    assessment_mode = models.CharField(
        _("assessment"), max_length=16, choices=Assessed, default=Assessed.REMOTE
    )
    expiry = models.CharField(_("validity"), max_length=8, choices=Expiry)
    expiry_months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    language = models.CharField(_("language of teaching"), max_length=16, default="en")
    # Artwork, drawn from these by credentials.services.artwork.
    shape = models.CharField(_("shape"), max_length=16)
    palette = models.CharField(_("colours"), max_length=16)
    icon = models.CharField(_("icon"), max_length=24)
    image = models.ImageField(_("image"), upload_to="artwork/", blank=True, editable=False)
    # The same picture for lists, drawn small: a page of cards must not weigh megabytes.
    thumbnail = models.ImageField(upload_to="artwork/", blank=True, editable=False)
    image_alt = models.CharField(
        _("image in words"), max_length=250, help_text=_("Read aloud to those who cannot see it.")
    )
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
    # The assessed rubric, copied at publication: credentials never asks assessments.
    result_descriptions = models.JSONField(default=list, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("achievement version")
        verbose_name_plural = _("achievement versions")
        ordering = ["achievement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["achievement", "number"], name="one_text_per_version_number"),
            models.UniqueConstraint(
                fields=["achievement"], condition=Q(status="draft"), name="one_draft_per_achievement"
            ),
            models.CheckConstraint(
                condition=Q(expiry="never", expiry_months__isnull=True)
                | Q(expiry="months", expiry_months__gt=0),
                name="expiry_is_never_or_months",
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
    def image_url(self) -> str:
        return reverse("credentials:achievement_image", args=[self.public_id])

    @property
    def thumbnail_url(self) -> str:
        return reverse("credentials:achievement_thumbnail", args=[self.public_id])
