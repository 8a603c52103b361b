"""Notification: one message to one person about one thing, in the portal and by e-mail."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet


class Notification(Duty):
    """The dedupe key (kind:recipient:object:version) makes a second one for the same news impossible.

    `done_at` is when the e-mail was settled: sent, bounced or switched off.
    """

    class Kind(models.TextChoices):
        CREDENTIAL_ISSUED = "credential_issued", _("credential issued")
        PATHWAY_COMPLETE = "pathway_complete", _("pathway complete")
        CREDENTIAL_SUSPENDED = "credential_suspended", _("credential suspended")
        CREDENTIAL_REINSTATED = "credential_reinstated", _("credential reinstated")
        CREDENTIAL_REVOKED = "credential_revoked", _("credential revoked")
        CREDENTIAL_EXPIRED = "credential_expired", _("credential expired")
        FEEDBACK_READY = "feedback_ready", _("feedback ready")

    class Mail(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        BOUNCED = "bounced", _("bounced")
        SWITCHED_OFF = "switched_off", _("switched off")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    dedupe_key = models.CharField(max_length=200, unique=True, editable=False)
    event = models.ForeignKey(
        "credentials.CredentialEvent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notifications",
    )
    grading = models.ForeignKey(
        "assessments.Grading", on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    path = models.CharField(_("leads to"), max_length=250, blank=True)
    mail = models.CharField(_("e-mail"), max_length=16, choices=Mail, default=Mail.QUEUED)
    message_id = models.CharField(max_length=250, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "kind"],
                condition=models.Q(event__isnull=False),
                name="one_message_per_event_recipient_and_kind",
            ),
            models.UniqueConstraint(
                fields=["grading"],
                condition=models.Q(grading__isnull=False),
                name="one_message_per_returned_grading",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
