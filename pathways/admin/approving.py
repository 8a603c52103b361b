"""Certificates that people approve first: what waits, on what grounds, and the two acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline
from credentials.models import Credential
from credentials.queries import local_day
from credentials.services.once import KeyReused, once
from pathways.admin.wording import rule_in_words, say
from pathways.models import Approval, ApprovalCase, Evaluation
from pathways.queries import catalogue
from pathways.rules import explain
from pathways.rules.evaluate import Verdict
from pathways.services.approving import (
    APPROVERS,
    CannotDecide,
    approve_case,
    may_decide,
    refuse_case,
)


class ApprovalInline(ReadOnlyInline[Approval, ApprovalCase]):
    model = Approval
    fields = ("by", "is_approved", "reason", "at")
    show_change_link = False
    verbose_name_plural = _("what was said of it")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Approval]:
        return super().get_queryset(request).select_related("by")


class CaseAct(Act[ApprovalCase]):
    """An act of an approver whose role reaches the certificate's series, and who is not the learner."""

    roles = APPROVERS
    refusals = {CannotDecide: 409, KeyReused: 422}

    def allows(self, record: ApprovalCase, by: Any) -> bool:
        return may_decide(record, by)

    def is_open(self, record: ApprovalCase, by: Any) -> bool:
        said = [row.by_id for row in record.approvals.all()]
        return record.closed_at is None and by.pk not in said and len(said) < record.needs

    def facts(self, record: ApprovalCase) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Learner"), record.enrolment.learner),
            (gettext("Certificate"), record.enrolment.pathway.awards),
            (gettext("Requirements met"), date_format(record.met_on)),
            (gettext("Approvals"), given(record)),
        ]


class Approve(CaseAct):
    name = "approve"
    label = _("Approve")
    consequence = _(
        "With the last approval that is asked for, the certificate is issued, dated today. If the rule has "
        "ceased to be met meanwhile, nothing is issued."
    )
    done = _("Your approval is recorded.")

    def do(self, record: ApprovalCase, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="approve certificate",
            parameters={"case": record.pk},
            do=lambda: page_of(approve_case(case=record, by=by, at=at)),
        )


class RefusalForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The learner reads it. Say what is missing, and what would change your answer."),
    )


class Refuse(CaseAct):
    name = "refuse"
    label = _("Refuse")
    is_grave = True
    consequence = _(
        "No certificate is issued. The learner sees your reason. The case is opened again once what the "
        "learner holds, or what was decided about it, has changed."
    )
    done = _("The certificate is refused; the learner sees why.")
    form_class = RefusalForm

    def do(self, record: ApprovalCase, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        return once(
            actor=by,
            key=form.operation,
            act="refuse certificate",
            parameters={"case": record.pk, "reason": reason},
            do=lambda: page_of(refuse_case(case=record, reason=reason, by=by, at=at)),
        )


class Closed(admin.SimpleListFilter):
    """What waits is shown first; what was decided on asking."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting")), *ApprovalCase.Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(closed_at=None)
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(ApprovalCase)
class ApprovalCaseAdmin(ActsAdmin[ApprovalCase], ReadOnlyAdmin[ApprovalCase]):
    list_display = ("learner", "pathway", "opened_at", "met_on", "approvals_given", "how_it_ended")
    list_filter = (Closed, "enrolment__pathway")
    list_select_related = ("enrolment__learner", "enrolment__pathway")
    # What waits longest first, then what is decided, the newest first.
    ordering = (F("closed_at").desc(nulls_first=True), "opened_at")
    search_fields = ("enrolment__learner__name", "enrolment__learner__email", "enrolment__pathway__name")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("learner", "pathway", "opened_at", "met_on", "approvals_given", "how_it_ended")}),
        (_("On what grounds"), {"fields": ("rule", "in_words", "parts")}),
    )
    inlines = (ApprovalInline,)
    acts: ClassVar[tuple[Act[Any], ...]] = (Approve(), Refuse())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ApprovalCase]:
        found = (
            super()
            .get_queryset(request)
            .select_related("enrolment__learner", "enrolment__pathway__awards__series", "enrolment__version")
        )
        return found.annotate(given=Count("approvals", filter=Q(approvals__is_approved=True)))

    @admin.display(description=_("learner"), ordering="enrolment__learner__name")
    def learner(self, case: ApprovalCase) -> str:
        return str(case.enrolment.learner)

    @admin.display(description=_("pathway"), ordering="enrolment__pathway__name")
    def pathway(self, case: ApprovalCase) -> str:
        return str(case.enrolment.pathway)

    @admin.display(description=_("approvals"))
    def approvals_given(self, case: ApprovalCase) -> str:
        return given(case)

    @admin.display(description=_("outcome"), ordering="outcome")
    def how_it_ended(self, case: ApprovalCase) -> str:
        return case.get_outcome_display() or gettext("waiting")

    @admin.display(description=_("the rule"))
    def rule(self, case: ApprovalCase) -> str:
        return rule_in_words(case.enrolment.version)

    @admin.display(description=_("what the learner has of it"))
    def in_words(self, case: ApprovalCase) -> str:
        verdict = _verdict(case)
        if verdict is None:
            return gettext("Not evaluated yet.")
        leaves = list(explain.leaves(verdict.explanation))
        named = {used.counted_as for leaf in leaves for used in leaf.used}
        named |= {code for leaf in leaves for code in leaf.missing_options}
        entries = catalogue(named)
        told = [
            say(explain.headline(verdict)),
            *(say(explain.node_sentence(leaf, entries)) for leaf in leaves),
        ]
        return format_html_join("", "<div>{}</div>", [(line,) for line in told])

    @admin.display(description=_("components and their evidence"))
    def parts(self, case: ApprovalCase) -> str:
        verdict = _verdict(case)
        used = [pk for pk in verdict.used if pk.isdigit()] if verdict else []
        rows = (
            Credential.objects.filter(pk__in=used)
            .select_related("version")
            .prefetch_related("evidence")
            .order_by("earned_at", "pk")
        )
        return format_html_join("", "<div>{}</div>", [(_part(row),) for row in rows]) or gettext("none")


def given(case: ApprovalCase) -> str:
    """How many of the approvals that are asked for there are."""
    count = getattr(case, "given", None)
    count = case.approvals.filter(is_approved=True).count() if count is None else count
    return gettext("%(count)d of %(needs)d") % {"count": count, "needs": case.needs}


def _verdict(case: ApprovalCase) -> Verdict | None:
    """What the engine said last; the grounds on which she waits."""
    evaluation = Evaluation.objects.filter(enrolment=case.enrolment_id, is_current=True).first()
    return Verdict.from_json(evaluation.verdict) if evaluation else None


def _part(credential: Credential) -> str:
    """One component: its page, its version and day, and what it shows of the work."""
    told = gettext("Version %(number)d, earned on %(day)s.") % {
        "number": credential.version.number,
        "day": date_format(local_day(credential.earned_at)),
    }
    head = format_html('<a href="{}">{}</a>', page_of(credential), credential.version.name)
    shown = format_html_join(
        "",
        "<li>{}</li>",
        [
            (format_html('<a href="{}" rel="noopener">{}</a>', row.url, row.name) if row.url else row.name,)
            for row in credential.evidence.all()
        ],
    )
    if not shown:
        return format_html("{}<p>{}</p>", head, told)
    return format_html("{}<p>{}</p><ul>{}</ul>", head, told, shown)
