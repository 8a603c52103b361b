"""SweepRun: one row per sweep: two beats never run it at once, and people see when it last ran."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# How long a sweep stays with a worker that says nothing: one that was killed keeps it no longer.
LEASE_SECONDS = 40


class SweepRunManager(models.Manager["SweepRun"]):
    def begin(self, name: str, *, at: datetime, seconds: int = LEASE_SECONDS) -> "SweepRun | None":
        """Take the sweep for `seconds`; None if another worker is on it."""
        self.get_or_create(name=name)
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
        taken = self.filter(free, name=name).update(
            lease_until=Now() + timedelta(seconds=seconds), started_at=at
        )
        return SweepRun.objects.get(name=name) if taken else None


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

    def renew(self) -> bool:
        """Keep the sweep for as long again; False if another worker has begun it since."""
        return bool(self._ours().update(lease_until=Now() + timedelta(seconds=LEASE_SECONDS)))

    def finish(self, found: int) -> bool:
        """Let go of the sweep; False, and nothing changed, if another worker has begun it since."""
        return bool(self._ours().update(lease_until=None, finished_at=Now(), found=found))

    def _ours(self) -> models.QuerySet["SweepRun"]:
        """The row while the sweep is ours: the moment it was begun names its owner."""
        return SweepRun.objects.filter(pk=self.pk, started_at=self.started_at, lease_until__isnull=False)
