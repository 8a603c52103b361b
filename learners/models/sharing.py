"""ShareLink: an address that a holder gave out for one credential, and may take back."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """128 bits that nobody can guess, as they stand in the address."""
    return secrets.token_urlsafe(16)


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self) -> "ShareLinkQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class ShareLink(models.Model):
    """One open link a credential; a new one has a new address, and the old one is answered like any unknown.

    What it opens goes beyond the printed code's page, whatever that shows: the person made it for this.
    """

    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="share_links",
        verbose_name=_("credential"),
    )
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    shows_results = models.BooleanField(_("with the levels reached"), default=True)
    shows_evidence = models.BooleanField(_("with the evidence"), default=False)
    made_at = models.DateTimeField(_("made"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=Q(withdrawn_at__isnull=True), name="one_open_share_link"
            )
        ]

    def __str__(self) -> str:
        return str(self.credential)

    def get_absolute_url(self) -> str:
        return reverse("learners:shared", args=[self.token])
