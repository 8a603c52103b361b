"""Jobs: how far long work is, what it says, and the buttons to cancel it or try again."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from config.clock import now
from credentials.models import Job
from credentials.services.jobs import cancel_job, retry_job
from credentials.services.once import KeyReused, once


class CancelJob(Act[Job]):
    name = "cancel"
    label = _("Cancel")
    consequence = _("The job ends after the part it is at. What it did stays done.")
    done = _("The job ends after the part it is at.")
    is_grave = True
    refusals = {KeyReused: 422}

    def is_open(self, record: Job, by: Any) -> bool:
        return record.done_at is None and not record.cancel_requested

    def do(self, record: Job, form: ActForm, *, by: Any, at: datetime) -> str:
        def cancel() -> str:
            cancel_job(job=record, by=by)
            return page_of(record)

        return once(actor=by, key=form.operation, act="cancel job", parameters={"job": record.pk}, do=cancel)


class RetryJob(Act[Job]):
    name = "retry"
    label = _("Try again")
    consequence = _("The job goes on from where it failed. What it did stays done.")
    done = _("The job goes on.")
    refusals = {KeyReused: 422}

    def is_open(self, record: Job, by: Any) -> bool:
        return record.state == Job.State.FAILED

    def facts(self, record: Job) -> list[tuple[str, object]]:
        return [(gettext("Job"), record), (gettext("Last error"), record.last_error)]

    def do(self, record: Job, form: ActForm, *, by: Any, at: datetime) -> str:
        def retry() -> str:
            retry_job(job=record, by=by)
            return page_of(record)

        return once(actor=by, key=form.operation, act="retry job", parameters={"job": record.pk}, do=retry)


@admin.register(Job)
class JobAdmin(ActsAdmin[Job], ReadOnlyAdmin[Job]):
    list_display = ("title", "state", "how_far", "started_by", "created_at", "done_at")
    list_filter = ("state", "created_at")
    list_select_related = ("started_by",)
    search_fields = ("title",)
    fields = (
        "title",
        "state",
        "progress",
        "elapsed",
        "started_by",
        "created_at",
        "done_at",
        "result",
        "last_error",
        "log",
    )
    acts = (CancelJob(), RetryJob())

    @admin.display(description=_("how far"))
    def how_far(self, job: Job) -> str:
        return gettext("%(done)d of %(total)d") % {"done": job.done_count, "total": job.total_count}

    @admin.display(description=_("how far"))
    def progress(self, job: Job) -> str:
        if job.done_at is None and job.cancel_requested:
            return gettext("Asked to end after the part it is at.")
        total = max(job.total_count, job.done_count, 1)
        return format_html(
            '<progress value="{}" max="{}" aria-label="{}">{}</progress> {}',
            job.done_count if job.state != Job.State.DONE else total,
            total,
            gettext("How far"),
            self.how_far(job),
            self.how_far(job),
        )

    @admin.display(description=_("has taken"))
    def elapsed(self, job: Job) -> str:
        minutes = int(((job.done_at or now()) - job.created_at).total_seconds() // 60)
        if minutes < 1:
            return gettext("less than a minute")
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
