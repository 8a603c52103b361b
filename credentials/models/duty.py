"""Duty: work that a row owes and a worker does, safely under two workers and a killed process.

The row commits with its cause. A worker claims it by one guarded UPDATE, works outside any lock, and
writes the effect in one transaction that checks it still owns the row (SAFETY: exactly-once effect).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 8


class DutyQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        """Not done, not stuck, due, in nobody's hands, and of a shape that this release knows."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=Now()),
            done_at__isnull=True,
            attempts__lt=MAX_ATTEMPTS,
            due_at__lte=Now(),
            shape__lte=self.model.SHAPE,
        )

    def stuck(self) -> Self:
        return self.filter(done_at__isnull=True, attempts__gte=MAX_ATTEMPTS)

    def claim(self, pk: int, owner: str, seconds: int = 45) -> bool:
        """Take one duty for `seconds`; False if it is done, not due or somebody else's."""
        taken = self.open().filter(pk=pk)
        return bool(
            taken.update(
                lease_owner=owner, lease_until=Now() + timedelta(seconds=seconds), attempts=F("attempts") + 1
            )
        )

    def claim_many(self, pks: Sequence[int], owner: str, seconds: int = 45) -> int:
        """Take those of the duties that are free, all at once, for `seconds`; answers how many.

        Rows that another worker is just taking are passed over: waiting for each other, two would deadlock.
        """
        with transaction.atomic():
            free = self.open().filter(pk__in=pks).select_for_update(skip_locked=True, no_key=True)
            taken = self.filter(pk__in=list(free.order_by("pk").values_list("pk", flat=True)))
            return taken.update(
                lease_owner=owner, lease_until=Now() + timedelta(seconds=seconds), attempts=F("attempts") + 1
            )

    def owned(self, pk: int, owner: str) -> Self:
        return self.filter(pk=pk, lease_owner=owner, done_at__isnull=True)

    def give_back(self, pk: int, owner: str, error: str, wait_seconds: int) -> None:
        """Let go after a failure: it is due again in `wait_seconds`, or stuck after the last attempt."""
        self.owned(pk, owner).update(
            lease_owner="",
            lease_until=None,
            due_at=Now() + timedelta(seconds=wait_seconds),
            last_error=error[:1000],
        )

    def retry(self) -> int:
        """Give stuck duties a fresh set of attempts."""
        return self.stuck().update(attempts=0, due_at=Now(), lease_until=None, lease_owner="")


class Duty(models.Model):
    # Raised in the release that makes rows of this duty which the one before could not do rightly.
    SHAPE: ClassVar[int] = 1

    due_at = models.DateTimeField(_("due"), db_default=Now())
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_owner = models.CharField(max_length=64, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    # A worker of an older release leaves rows of a newer shape alone.
    shape = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def is_stuck(self) -> bool:
        return self.done_at is None and self.attempts >= MAX_ATTEMPTS
