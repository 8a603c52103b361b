"""Certificates after their issue: what they were awarded on, and the decision where the rule is broken."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from config.admin import ReadOnlyAdmin
from credentials.services.once import KeyReused, once
from credentials.services.revoking import CannotChange
from pathways.models import Enrolment, Evaluation, IssueSnapshot
from pathways.queries.standings import awarded_on, standing_in_words
from pathways.services.lapsing import Decision, NothingToDecide, decide_lapse


class LapseForm(ActForm):
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept inside, with your name."),
    )
    public_reason = forms.CharField(
        label=_("Public reason"),
        max_length=250,
        required=False,
        help_text=_("Read by whoever verifies the certificate. Asked for unless it stays valid."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_kept = cleaned.get("decision") in (None, Decision.KEEP)
        if not is_kept and not cleaned.get("public_reason"):
            self.add_error("public_reason", _("Say what whoever verifies it may read."))
        return cleaned


class DecideLapse(Act[Enrolment]):
    name = "decide-lapse"
    label = _("Decide on the certificate")
    consequence = _(
        "The rule of this certificate is no longer met, and its pathway leaves the decision to you. Until "
        "then it stays valid. What you decide is kept with your reason."
    )
    done = _("The decision is recorded.")
    roles = frozenset({"registrar", "approver"})
    is_guarded = True
    form_class = LapseForm
    refusals = {NothingToDecide: 409, CannotChange: 409, KeyReused: 422}

    def is_open(self, record: Enrolment, by: Any) -> bool:
        current = current_of(record)
        return current is not None and current.standing == "review"

    def facts(self, record: Enrolment) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Learner"), record.learner),
            (gettext("Certificate"), record.certificate or "–"),
            (gettext("How it stands"), how_it_stands(record)),
        ]

    def do(self, record: Enrolment, form: ActForm, *, by: Any, at: datetime) -> str:
        answers = {**form.answers, "decision": Decision(form.answers["decision"])}
        return once(
            actor=by,
            key=form.operation,
            act="decide lapse",
            parameters={"enrolment": record.pk, **answers},
            do=lambda: page_of(decide_lapse(enrolment=record, by=by, at=at, **answers)),
        )


def current_of(enrolment: Enrolment) -> Evaluation | None:
    """The newest answer of the engine."""
    return enrolment.evaluations.filter(is_current=True).first()


def how_it_stands(enrolment: Enrolment) -> str:
    """Where its certificate stands by the rule, in words."""
    current = current_of(enrolment)
    if current is None:
        return gettext("Not evaluated yet.")
    told = standing_in_words(current, enrolment.version.lapse_policy)
    if told:
        return told
    return gettext("Valid.") if enrolment.certificate_id else gettext("Not issued yet.")


def issues_to(enrolment: Enrolment) -> str:
    """Every certificate this enrolment ever led to, each with its grounds, the first first."""
    rows = enrolment.snapshots.select_related("credential").order_by("credential__issue_no")
    lines = [
        (
            page_of(row.credential),
            gettext("No. %(number)d") % {"number": row.credential.issue_no},
            row.credential.get_state_display(),
            page_of(row),
            gettext("its grounds"),
        )
        for row in rows
    ]
    line = '<div><a href="{}">{}</a> ({}), <a href="{}">{}</a></div>'
    return format_html_join("", line, lines) or gettext("none")


@admin.register(IssueSnapshot)
class IssueSnapshotAdmin(ReadOnlyAdmin[IssueSnapshot]):
    """Never changed, whatever changes after; its document answers again by `manage.py pathway_evaluate`."""

    list_display = ("credential", "version", "met_on", "taken_at")
    list_filter = ("enrolment__pathway", "taken_at")
    list_select_related = ("credential__version", "credential__recipient", "version__pathway")
    search_fields = ("credential__recipient__name", "credential__recipient__email", "credential__code")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("certificate", "version", "met_on", "taken_at", "issues")}),
        (_("As it was that day"), {"fields": ("sentence", "parts")}),
        (
            _("To prove it"),
            {"fields": ("engine_version", "rule_sha256", "facts_sha256", "file"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = ("certificate", "issues", "parts", "file")

    @admin.display(description=_("certificate"))
    def certificate(self, snapshot: IssueSnapshot) -> str:
        return format_html('<a href="{}">{}</a>', page_of(snapshot.credential), snapshot.credential)

    @admin.display(description=_("certificates issued"))
    def issues(self, snapshot: IssueSnapshot) -> str:
        return issues_to(snapshot.enrolment)

    @admin.display(description=_("components"))
    def parts(self, snapshot: IssueSnapshot) -> str:
        grounds = awarded_on(snapshot.credential)
        lines = [(part.name, part.told) for part in (grounds.parts if grounds else ())]
        return format_html_join("", "<div>{}: {}</div>", lines) or gettext("none")

    @admin.display(description=_("exchange document"))
    def file(self, snapshot: IssueSnapshot) -> str:
        text = json.dumps(snapshot.document, indent=1, ensure_ascii=False, sort_keys=True)
        return format_html("<pre>{}</pre>", text)
