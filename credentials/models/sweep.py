"""SweepRun: one row per sweep: two beats never run it at once, and people see when it last ran."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SweepRunManager(models.Manager["SweepRun"]):
    def begin(self, name: str, seconds: int = 40) -> bool:
        """Take the sweep for `seconds`; False if another worker is on it."""
        self.get_or_create(name=name)
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
        return bool(
            self.filter(free, name=name).update(
                lease_until=Now() + timedelta(seconds=seconds), started_at=Now()
            )
        )

    def finish(self, name: str, found: int) -> None:
        self.filter(name=name).update(lease_until=None, finished_at=Now(), found=found)


class SweepRun(models.Model):
    name = models.CharField(_("sweep"), max_length=64, unique=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    found = models.PositiveIntegerField(_("duties found"), default=0)

    objects = SweepRunManager()

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return self.name
