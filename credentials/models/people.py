"""Who may act, on what and when (Role), and who learns together (Cohort)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Ids copied onto the row make "two people" a rule of the database, not of a form.
NOT_THE_SAME_PERSON = (
    Q(approved_by__isnull=True) | Q(requested_by__isnull=True) | ~Q(approved_by=F("requested_by"))
)


class RoleQuerySet(models.QuerySet["Role"]):
    def in_force(self) -> Self:
        """Approved, begun and not ended, by the database's clock."""
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=Now()), approved_at__isnull=False, starts_at__lte=Now()
        )

    def waiting(self) -> Self:
        return self.filter(approved_at__isnull=True, ends_at__isnull=True)


class Role(models.Model):
    """One person may act as one thing, for the whole institution, a series or a cohort, in a period."""

    class Name(models.TextChoices):
        REGISTRAR = "registrar", _("registrar")
        FACULTY = "faculty", _("faculty")
        SECOND_MARKER = "second_marker", _("second marker")
        ASSESSOR = "assessor", _("external assessor")
        APPROVER = "approver", _("approver (academic affairs)")
        LEARNER = "learner", _("learner")
        AUDITOR = "auditor", _("auditor")
        BREAK_GLASS = "break_glass", _("break-glass (IT)")
        ANALYST = "analyst", _("analyst")
        SUPPORT = "support", _("support")

    ADMIN_ROLES = frozenset({"registrar", "approver", "auditor", "analyst", "support", "break_glass"})
    MARKING_ROLES = frozenset({"faculty", "second_marker", "assessor"})

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_rows", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=Name)
    series = models.ForeignKey(
        "credentials.Series",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("for this series"),
        help_text=_("Empty, with no cohort: the whole institution."),
    )
    cohort = models.ForeignKey(
        "credentials.Cohort",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("for this cohort"),
    )
    starts_at = models.DateTimeField(_("from"), db_default=Now())
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(series__isnull=True) | Q(cohort__isnull=True), name="a_role_has_one_scope"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_role_starts_before_it_ends",
            ),
            models.CheckConstraint(condition=NOT_THE_SAME_PERSON, name="a_role_is_approved_by_another"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("user")),
                name="nobody_approves_their_own_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user}"


class Cohort(models.Model):
    """People who learn together: one series, one site, one period, its members and its faculty."""

    name = models.CharField(_("name"), max_length=200)
    series = models.ForeignKey(
        "credentials.Series", on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("series")
    )
    site = models.CharField(_("site"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="cohorts", blank=True, verbose_name=_("members")
    )
    faculty = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teaches", blank=True, verbose_name=_("faculty")
    )

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["series", "name"], name="one_cohort_per_series_and_name"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_cohort_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name
