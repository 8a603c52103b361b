"""MarkerQualification: the register of who is qualified to mark what, and until when."""

from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _


class MarkerQualificationQuerySet(models.QuerySet["MarkerQualification"]):
    def in_force(self) -> Self:
        """Those that hold today, a day of the institution, by the database's clock."""
        today = TruncDate(Now(), tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE))
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            valid_from__lte=today,
            ended_at__isnull=True,
        )

    def let_mark(self, user: models.Model) -> Q:
        """For submissions: those that this person's standing in the register lets her mark."""
        of_series = Q(series__isnull=True) | Q(series=models.OuterRef("assessment__achievement__series"))
        hers = self.filter(of_series, marker_id=user.pk)
        is_free = Q(assessment__needs_qualified_markers=False) & ~Q(models.Exists(hers))
        return Q(models.Exists(hers.in_force())) | is_free


class MarkerQualification(models.Model):
    """One qualification of one person, for a series or for all; renewed by a new row, never rewritten.

    Who stands in the register for a series marks in it only while one of her qualifications is in force;
    who never stood in it marks wherever no qualification is asked for.
    """

    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="qualifications",
        verbose_name=_("marker"),
    )
    series = models.ForeignKey(
        "credentials.Series",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("series"),
        help_text=_("Empty: for every series."),
    )
    title = models.CharField(
        _("qualification"), max_length=200, help_text=_("As on its certificate: Assessor, level 3.")
    )
    reference = models.CharField(
        _("where the proof is"),
        max_length=250,
        blank=True,
        help_text=_("A number, or the file it is kept in."),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("last valid day"), null=True, blank=True, help_text=_("Empty: it does not lapse.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("ended by"),
    )
    end_reason = models.CharField(_("why it ended"), max_length=250, blank=True, editable=False)

    objects = MarkerQualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("marker's qualification")
        verbose_name_plural = _("qualifications of markers")
        ordering = ["marker", "-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_qualification_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason=""),
                name="an_ended_qualification_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marker}: {self.title}"
