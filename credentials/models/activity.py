"""LearningActivity: where one learns what an achievement asks; Resource and Offering belong to it."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class LearningActivity(models.Model):
    """A workshop, a course, a module to study alone. Several may feed one achievement, and one several."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        COURSE = "course", _("course")
        SEMINAR = "seminar", _("seminar")
        SELF_STUDY = "self_study", _("self-study")
        PRACTICE = "practice", _("practice at work")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    series = models.ForeignKey(
        "credentials.Series", on_delete=models.PROTECT, related_name="activities", verbose_name=_("series")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.WORKSHOP)
    description = models.TextField(_("description"), blank=True)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=1, default=0)
    achievements = models.ManyToManyField(
        "credentials.Achievement", related_name="activities", blank=True, verbose_name=_("leads to")
    )
    teaches = models.ManyToManyField(
        "credentials.Competency", related_name="taught_in", blank=True, verbose_name=_("teaches")
    )
    is_active = models.BooleanField(_("is offered"), default=True)

    class Meta:
        verbose_name = _("learning activity")
        verbose_name_plural = _("learning activities")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "title"], name="one_activity_per_series_and_title"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="an_activitys_hours_are_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("credentials:activity", args=[self.public_id])


class Resource(models.Model):
    """Something to read or watch at the moment it is needed."""

    activity = models.ForeignKey(
        LearningActivity, on_delete=models.CASCADE, related_name="resources", verbose_name=_("activity")
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    needed_when = models.CharField(
        _("needed when"), max_length=200, help_text=_("As in: when you write your first query.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Offering(models.Model):
    """An activity on a date: where, in what mode, for how many, at what price, and where to sign up."""

    class Mode(models.TextChoices):
        ONLINE = "online", _("online")
        FACE_TO_FACE = "face_to_face", _("face to face")
        HYBRID = "hybrid", _("hybrid")

    activity = models.ForeignKey(
        LearningActivity, on_delete=models.CASCADE, related_name="offerings", verbose_name=_("activity")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=16, choices=Mode, default=Mode.FACE_TO_FACE)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link to join"), max_length=500, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    signup_url = models.URLField(_("sign-up address"), max_length=500, blank=True)
    price = models.DecimalField(_("list price"), max_digits=8, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", help_text=_("ISO 4217: EUR."))

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="an_offering_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="a_price_is_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(place="") | ~Q(link="") | ~Q(signup_url=""), name="an_offering_is_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}, {self.starts_at:%Y-%m-%d}"
