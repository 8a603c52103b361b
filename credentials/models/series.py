"""Series: achievements that belong together and share faculty."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    issuer = models.ForeignKey(
        "credentials.Issuer", on_delete=models.PROTECT, related_name="series", verbose_name=_("issuer")
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address part"), unique=True)
    description = models.TextField(_("description"), blank=True)
    mark = models.CharField(
        _("mark"), max_length=16, default="none", help_text=_("The small sign its badges wear.")
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
