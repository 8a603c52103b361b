"""StatusList: the published bits that say which credentials are revoked or suspended."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet


class StatusList(Duty):
    """One block of indexes; published twice, for revocation and for suspension (STANDARDS §6).

    A change raises `revision` in its own transaction; the duty is done when both lists are signed for it.
    """

    SIZE = 131_072

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    issuer = models.ForeignKey("credentials.Issuer", on_delete=models.PROTECT, related_name="status_lists")
    is_open = models.BooleanField(_("takes new credentials"), default=True)
    revision = models.PositiveBigIntegerField(default=1)
    published_revision = models.PositiveBigIntegerField(default=0)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    revocation_bytes = models.BinaryField(null=True, editable=False)
    suspension_bytes = models.BinaryField(null=True, editable=False)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=Q(is_open=True), name="one_open_status_list_per_issuer"
            ),
            models.CheckConstraint(
                condition=Q(published_revision__lte=F("revision")), name="published_is_not_ahead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.public_id}"

    def url(self, purpose: str) -> str:
        """The public address of the list for `purpose`: revocation or suspension."""
        return settings.PORTAL_URL + reverse("credentials:status_list", args=[self.public_id, purpose])
