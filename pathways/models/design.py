"""ProgrammeDesign: a certificate designed backward, page by page, before any of it exists."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgrammeDesign(models.Model):
    """What was answered on each page of the guided form; the last page makes drafts of it all, once."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    series = models.ForeignKey(
        "credentials.Series", on_delete=models.PROTECT, related_name="+", verbose_name=_("series")
    )
    # {page: {field: value}}, each page as its form saved it.
    answers = models.JSONField(default=dict, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("saved"))
    # Raised by every save: two people on one page do not overwrite each other silently.
    revision = models.PositiveIntegerField(default=0, editable=False)
    pathway = models.OneToOneField(
        "pathways.Pathway",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="design",
        verbose_name=_("what became of it"),
    )

    class Meta:
        verbose_name = _("programme design")
        verbose_name_plural = _("programme designs")
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.title
