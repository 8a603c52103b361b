"""OperationKey: one press of a button, kept for 48 hours, so that its second arrival changes nothing."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class OperationKey(models.Model):
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    act = models.CharField(max_length=64)
    parameters_sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_outcome_per_press")]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
