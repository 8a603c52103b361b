"""ImportBatch: a file that a registrar hands in, staged row by row, shown, confirmed and applied.

Preview and confirmation read the same staged rows; the bytes are kept under their hash. Every import of the
portal has this shape: an importer (services/importing) names itself in `kind`.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    class State(models.TextChoices):
        STAGING = "staging", _("being read")
        STAGED = "staged", _("to be confirmed")
        REFUSED = "refused", _("refused")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32)
    file = models.FileField(_("file"), upload_to="imports/")
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(max_length=64)
    # What the importer was told beside the file: a column mapping, the framework to add to …
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.STAGING)
    # Why the whole file was refused: item and reason, one a line.
    problem = models.TextField(_("why it was refused"), blank=True)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    error_count = models.PositiveIntegerField(_("with errors"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("handed in"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    job = models.ForeignKey(
        "credentials.Job",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("job"),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:credentials_importbatch_change", args=[self.pk])


class ImportRow(models.Model):
    class Action(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        ERROR = "error", _("error")

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("key"), max_length=250, blank=True)
    data = models.JSONField(default=dict)
    action = models.CharField(_("what happens"), max_length=16, choices=Action)
    # [{"field": …, "message": …, "cure": …}], and for a changed row {field: [before, after]}.
    messages = models.JSONField(default=list)
    changes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_staged_row_per_number")]
        indexes = [models.Index(fields=["batch", "action", "number"], name="staged_rows_by_action")]

    def __str__(self) -> str:
        return f"{self.number}: {self.key}"
