"""Learners on pathways: enrolments, their dated changes and the engine's verdicts, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline
from credentials.models import Credential
from pathways.admin.wording import say
from pathways.models import Enrolment, EnrolmentChange, Evaluation
from pathways.queries import catalogue
from pathways.rules import explain
from pathways.rules.evaluate import Reason, Verdict

WHY_NOT = {
    Reason.FUTURE: _("earned later than the day it was asked about"),
    Reason.REVOKED: _("revoked"),
    Reason.SUSPENDED: _("suspended"),
    Reason.EXPIRED: _("expired"),
    Reason.NOT_LISTED: _("not part of this pathway"),
    Reason.IDENTITY_ALREADY_USED: _("counted already"),
    Reason.NOT_NEEDED: _("not needed: no place is waiting for it"),
}


class EvaluationInline(ReadOnlyInline[Evaluation, Enrolment]):
    model = Evaluation
    fields = ("evaluated_at", "status", "remaining", "total", "is_current")
    verbose_name_plural = _("verdicts, the newest first")


class ChangeInline(ReadOnlyInline[EnrolmentChange, Enrolment]):
    model = EnrolmentChange
    fields = ("state", "at")
    show_change_link = False
    verbose_name_plural = _("changes")


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin[Enrolment]):
    list_display = ("learner", "pathway", "state", "enrolled_on", "certificate")
    list_filter = ("state", "pathway", "is_retroactive", "enrolled_on")
    list_select_related = (
        "learner",
        "pathway",
        "version__pathway",
        "certificate__version",
        "certificate__recipient",
    )
    search_fields = ("learner__name", "learner__email", "pathway__name")
    show_full_result_count = False
    fields = ("learner", "pathway", "version", "state", "enrolled_on", "is_retroactive", "certificate")
    inlines = (ChangeInline, EvaluationInline)


@admin.register(EnrolmentChange)
class EnrolmentChangeAdmin(ReadOnlyAdmin[EnrolmentChange]):
    """The source of figures over time; reached from an enrolment."""

    list_display = ("enrolment", "state", "at")
    list_filter = ("state", "at")
    list_select_related = ("enrolment__learner", "enrolment__pathway")
    show_full_result_count = False
    fields = ("enrolment", "state", "at", "recorded_at")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin[Evaluation]):
    list_display = ("enrolment", "status", "remaining", "total", "is_current", "evaluated_at")
    list_filter = ("is_current", "status", "enrolment__pathway")
    list_select_related = ("enrolment__learner", "enrolment__pathway")
    search_fields = ("enrolment__learner__name", "enrolment__learner__email")
    show_full_result_count = False
    fields = (
        "enrolment",
        "evaluated_at",
        "is_current",
        "in_words",
        "counted",
        "not_counted",
        "first_satisfied_on",
        "holds_through",
        "next_change_on",
    )

    @admin.display(description=_("verdict"))
    def in_words(self, evaluation: Evaluation) -> str:
        verdict = Verdict.from_json(evaluation.verdict)
        leaves = list(explain.leaves(verdict.explanation))
        codes = {code for leaf in leaves for code in leaf.missing_options}
        codes |= {used.counted_as for leaf in leaves for used in leaf.used}
        entries = catalogue(codes)
        lines = [say(explain.headline(verdict))]
        for leaf in leaves:
            sentence = say(explain.node_sentence(leaf, entries))
            lines.append(f"{leaf.label}: {sentence}" if leaf.label else sentence)
        return "\n".join(lines)

    @admin.display(description=_("counted"))
    def counted(self, evaluation: Evaluation) -> str:
        used = Verdict.from_json(evaluation.verdict).used
        return self._credentials([(pk, "") for pk in used])

    @admin.display(description=_("not counted"))
    def not_counted(self, evaluation: Evaluation) -> str:
        rows = Verdict.from_json(evaluation.verdict).uncounted
        return self._credentials([(row.credential, str(WHY_NOT[row.code])) for row in rows])

    def _credentials(self, named: list[tuple[str, str]]) -> str:
        found: dict[str, Any] = {
            str(row.pk): row
            for row in Credential.objects.filter(pk__in=[pk for pk, _why in named]).select_related("version")
        }
        lines = [
            (page_of(found[pk]), found[pk].version.name, f" – {why}" if why else "")
            for pk, why in named
            if pk in found
        ]
        if not lines:
            return gettext("nothing")
        return format_html_join("", '<div><a href="{}">{}</a>{}</div>', lines)
