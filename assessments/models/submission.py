"""Submission: what a learner handed in, once per attempt; SubmittedEvidence: its parts."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models.register import MarkerQualification
from credentials.models import Role


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def held_by(self, user: models.Model) -> Self:
        return self.filter(learner_id=user.pk)

    def gradable_by(self, user: models.Model) -> Self:
        """The only door for markers: handed in, of a series or cohort she marks for, and not her own.

        A faculty role without a scope covers every series. Within a series, a submission from a
        cohort is marked by that cohort's faculty; one from no cohort by anybody of the series. Who stands
        in the register of markers for that series needs a qualification in force, and everybody does where
        the assessment asks for one.
        """
        roles = Role.objects.in_force().filter(user_id=user.pk, role=Role.Name.FACULTY)
        everywhere = roles.filter(series__isnull=True, cohort__isnull=True)
        in_series = roles.filter(series=models.OuterRef("assessment__achievement__series"))
        in_cohort = roles.filter(cohort=models.OuterRef("cohort"))
        covered = Q(models.Exists(everywhere)) | Q(models.Exists(in_cohort)) | Q(models.Exists(in_series))
        of_her_cohort = Q(cohort__isnull=True) | Q(cohort__faculty=user.pk)
        return (
            self.filter(covered, of_her_cohort, MarkerQualification.objects.let_mark(user))
            .exclude(state=Submission.State.DRAFT)
            .exclude(learner_id=user.pk)
        )

    def waiting(self) -> Self:
        return self.filter(state=Submission.State.SUBMITTED)


class Submission(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for marking")
        RETURNED = "returned", _("marked")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(
        "assessments.Assessment",
        on_delete=models.PROTECT,
        related_name="submissions",
        verbose_name=_("assessment"),
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="submissions",
        verbose_name=_("learner"),
    )
    cohort = models.ForeignKey(
        "credentials.Cohort",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("cohort"),
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT)
    text = models.TextField(_("text"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    mark_by = models.DateTimeField(_("to be marked by"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)
    # A claim: who has it open for marking, and until when.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["mark_by", "pk"]
        indexes = [models.Index(fields=["state", "mark_by"])]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "learner", "attempt"], name="one_submission_per_attempt"
            ),
            models.UniqueConstraint(
                fields=["assessment", "learner"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_open_submission",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False) | Q(state="withdrawn"),
                name="handed_in_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(passed__isnull=False, returned_at__isnull=False),
                name="returned_has_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.learner}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:submission", args=[self.public_id])


class SubmittedEvidence(models.Model):
    """A link or a stored file of a submission; text stands on the submission itself."""

    class Kind(models.TextChoices):
        URL = "url", _("link")
        FILE = "file", _("file")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("submission")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", blank=True)
    original_name = models.CharField(_("file name"), max_length=200, blank=True)
    media_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # The learner agreed that the credential names it; only links, for files are never handed out.
    is_shown = models.BooleanField(_("named in the credential"), default=False)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="url", file="") & ~Q(url="")
                | Q(kind="file", url="") & ~Q(file="") & ~Q(sha256=""),
                name="evidence_is_a_link_or_a_file",
            ),
            models.CheckConstraint(condition=Q(is_shown=False) | Q(kind="url"), name="only_links_are_shown"),
        ]

    def __str__(self) -> str:
        return self.original_name or self.url
