"""AuditEntry: who did what in the whole portal; a later change shows, and people can still be erased."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Facts and a salted commitment to the personal part; sealing gives `seq` and `hash(previous, row)`.

    A database trigger refuses any UPDATE but that of `seq` and `hash` from NULL, and every DELETE.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("when"), db_default=Now())
    act = models.CharField(_("act"), max_length=64)
    object_type = models.CharField(_("on what"), max_length=64)
    object_id = models.CharField(_("its id"), max_length=64)
    facts = models.JSONField(_("facts"), default=dict)
    commitment = models.CharField(max_length=64, help_text=_("sha256 of salt and personal part."))
    seq = models.PositiveBigIntegerField(_("number"), null=True, blank=True, unique=True)
    # NULL is "not sealed yet"; the trigger lets it be set once.
    hash = models.CharField(_("hash"), max_length=64, null=True, blank=True)  # noqa: DJ001

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"


class AuditPerson(models.Model):
    """The personal part of an entry: erased alone, and the chain still verifies."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="person")
    salt = models.CharField(max_length=32)
    actor_id = models.PositiveBigIntegerField(null=True)
    actor_name = models.CharField(_("by"), max_length=200, blank=True)
    subject_name = models.CharField(_("about"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    def __str__(self) -> str:
        return self.actor_name
