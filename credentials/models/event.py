"""CredentialEvent: the ledger. What happened to a credential, when, by whom and why; never changed."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CredentialEvent(models.Model):
    """History of credentials, the learner's timeline and the feed for the other apps, in one table."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        SUSPENDED = "suspended", _("suspended")
        REINSTATED = "reinstated", _("reinstated")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")
        RENEWED = "renewed", _("renewed")
        SUPERSEDED = "superseded", _("superseded")

    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("credential"),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recipient")
    )
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the portal itself, by a rule."),
    )
    reason = models.TextField(_("reason"), blank=True)
    public_reason = models.CharField(_("public reason"), max_length=250, blank=True)
    # Loaded from an earlier record, not news: nobody is written to about it.
    is_news = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("ledger")
        ordering = ["pk"]
        indexes = [models.Index(fields=["recipient", "id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.credential_id}"
