"""What verification stands on and leaves behind: issuers we know, and checks of many files at once."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet


class KnownIssuerQuerySet(models.QuerySet["KnownIssuer"]):
    def in_force(self) -> "KnownIssuerQuerySet":
        return self.filter(ended_at__isnull=True)


class KnownIssuer(models.Model):
    """An issuer elsewhere whose identity somebody vouched for; its document is pinned, never fetched.

    A changed document is a new row: the old one is ended, and what was believed when stays on record.
    """

    identifier = models.CharField(
        _("identifier"), max_length=500, help_text=_("A DID or an https address, as its credentials name it.")
    )
    name = models.CharField(_("name"), max_length=200)
    document = models.JSONField(
        _("its document"), help_text=_("The DID document or Open Badges profile that holds its keys.")
    )
    reason = models.TextField(_("how its identity was checked"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    ended_at = models.DateTimeField(_("not believed since"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_reason = models.CharField(_("why it ended"), max_length=250, blank=True)

    objects = KnownIssuerQuerySet.as_manager()

    class Meta:
        verbose_name = _("known issuer")
        verbose_name_plural = _("known issuers")
        ordering = ["name", "-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier"],
                condition=Q(ended_at__isnull=True),
                name="one_document_per_known_issuer",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BatchCheck(Duty):
    """Up to fifty codes and files checked together by a worker; the duty is the signed receipt.

    Whoever has the unguessable address may read it. Files are removed as soon as they are checked, and
    the whole of it after `keep_until`.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    keep_until = models.DateTimeField(_("kept until"))
    issuer = models.ForeignKey("credentials.Issuer", on_delete=models.PROTECT, related_name="+")
    receipt = models.BinaryField(null=True, editable=False)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of many")
        verbose_name_plural = _("checks of many")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.public_id)


class BatchItem(models.Model):
    """One code or file of a check of many, and what was found of it (`report`: Report.to_json())."""

    batch = models.ForeignKey(BatchCheck, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("code or file name"), max_length=200)
    code = models.CharField(_("code"), max_length=64, blank=True)
    file = models.FileField(_("file"), upload_to="checks/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("code or file")
        verbose_name_plural = _("codes and files")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_item_per_position_of_a_batch")
        ]

    def __str__(self) -> str:
        return self.name
