"""Series: achievements that belong together, share faculty and answer to one board."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    class WhenOverdue(models.TextChoices):
        WARN = "warn", _("warn, and go on issuing")
        STOP = "stop", _("issue nothing new until it is reviewed")

    issuer = models.ForeignKey(
        "credentials.Issuer", on_delete=models.PROTECT, related_name="series", verbose_name=_("issuer")
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address part"), unique=True)
    description = models.TextField(_("description"), blank=True)
    mark = models.CharField(
        _("mark"), max_length=16, default="none", help_text=_("The small sign its badges wear.")
    )

    board = models.ForeignKey(
        "credentials.Board",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=_("board"),
        help_text=_("Approves its achievements by vote. None: one approver who wrote nothing on them."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"), default=24, validators=[MinValueValidator(1)]
    )
    when_overdue = models.CharField(
        _("when a review is overdue"), max_length=8, choices=WhenOverdue, default=WhenOverdue.WARN
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
