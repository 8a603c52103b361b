"""Certificates that a pathway awards: who approved them, what they were awarded on, what they used up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ApprovalCase(models.Model):
    """A certificate whose rule is met and which people have to approve before it is issued."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("the rule ceased to be met")

    enrolment = models.ForeignKey(
        "pathways.Enrolment", on_delete=models.PROTECT, related_name="cases", verbose_name=_("enrolment")
    )
    needs = models.PositiveSmallIntegerField(_("approvals asked for"))
    met_on = models.DateField(_("requirements met"))
    opened_at = models.DateTimeField(_("waiting since"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("certificate to approve")
        verbose_name_plural = _("certificates to approve")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(closed_at__isnull=True), name="one_open_case_per_enrolment"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="a_closed_case_says_how_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return str(self.enrolment)


class Approval(models.Model):
    """What one person said of a case; the second is somebody else."""

    case = models.ForeignKey(
        ApprovalCase, on_delete=models.PROTECT, related_name="approvals", verbose_name=_("case")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))
    is_approved = models.BooleanField(_("approved"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="one_approval_per_person"),
            models.CheckConstraint(condition=Q(is_approved=True) | ~Q(reason=""), name="a_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.case}"


class IssueSnapshot(models.Model):
    """What a certificate was awarded on, as it was that day; never changed, whatever changes after."""

    credential = models.OneToOneField(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="snapshot",
        verbose_name=_("certificate"),
    )
    enrolment = models.ForeignKey(
        "pathways.Enrolment", on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("enrolment")
    )
    version = models.ForeignKey(
        "pathways.PathwayVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    taken_at = models.DateTimeField(_("taken"))
    met_on = models.DateField(_("requirements met"))
    rule_sha256 = models.CharField(_("fingerprint of the rule"), max_length=64)
    facts_sha256 = models.CharField(_("fingerprint of the facts"), max_length=64)
    engine_version = models.CharField(_("engine"), max_length=16)
    # The rule in one sentence, then each component with its version, day, level and evidence.
    sentence = models.TextField(_("the rule"))
    components = models.JSONField(default=list)
    # The exchange document that gives this verdict again (RULES §12), and the verdict.
    document = models.JSONField(default=dict)
    verdict = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("grounds of a certificate")
        verbose_name_plural = _("grounds of certificates")
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return str(self.credential)


class Consumption(models.Model):
    """A credential used up by a certificate; revoking the certificate releases it (RULES §2)."""

    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="consumed_by",
        verbose_name=_("credential"),
    )
    stacked_credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="consumes",
        verbose_name=_("used for"),
    )
    pathway = models.ForeignKey(
        "pathways.Pathway", on_delete=models.PROTECT, related_name="+", verbose_name=_("pathway")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a credential")
        verbose_name_plural = _("uses of credentials")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "stacked_credential"], name="a_credential_once_per_certificate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential} → {self.stacked_credential}"


class MilestoneReached(models.Model):
    """A learner came as far as a milestone of her version; once, whatever happens later."""

    enrolment = models.ForeignKey(
        "pathways.Enrolment", on_delete=models.PROTECT, related_name="milestones", verbose_name=_("enrolment")
    )
    milestone = models.ForeignKey(
        "pathways.Milestone", on_delete=models.PROTECT, related_name="reached", verbose_name=_("milestone")
    )
    # As in the rule: the same waypoint of a later version is the same.
    code = models.SlugField(_("code"), max_length=64)
    reached_at = models.DateTimeField(_("reached"))
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued for it"),
    )

    class Meta:
        verbose_name = _("milestone reached")
        verbose_name_plural = _("milestones reached")
        ordering = ["reached_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "code"], name="a_milestone_once_per_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.milestone}"
