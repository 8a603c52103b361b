"""Job: long work a person or an event started, in steps that can be watched, cancelled and tried again."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty, DutyQuerySet


class Job(Duty):
    """`work` is a dotted name: a callable (job, position) -> next position, or None when all is done.

    Each call is one chunk of at most a minute; `position` and the counts commit with its effect.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(_("what"), max_length=250)
    work = models.CharField(max_length=200, editable=False)
    parameters = models.JSONField(default=dict, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.WAITING)
    position = models.BigIntegerField(default=0, editable=False)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    total_count = models.PositiveIntegerField(_("of"), default=0)
    log = models.TextField(_("log"), blank=True)
    cancel_requested = models.BooleanField(_("cancel"), default=False)
    result = models.FileField(_("result"), upload_to="jobs/", blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started"))

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title
