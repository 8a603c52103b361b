"""Learners on pathways: enrolments, their dated changes and the engine's verdicts, to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActsAdmin, page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline
from credentials.models import Credential
from pathways.admin.deciding import ProposeException
from pathways.admin.issues import DecideLapse, how_it_stands, issues_to
from pathways.admin.rulings import ExemptionInline
from pathways.admin.wording import say
from pathways.models import Enrolment, EnrolmentChange, Evaluation, Recognition, StepCompletion
from pathways.queries import catalogue_for, records_of, rule_for
from pathways.rules import explain
from pathways.rules.evaluate import Reason, Verdict

WHY_NOT = {
    Reason.FUTURE: _("earned later than the day it was asked about"),
    Reason.REVOKED: _("revoked, or withdrawn"),
    Reason.SUSPENDED: _("suspended"),
    Reason.EXPIRED: _("expired"),
    Reason.BLOCKED: _("excluded here by an exception"),
    Reason.CONSUMED_ELSEWHERE: _("used for another certificate already"),
    Reason.BEFORE_CUTOFF: _("earned before the first day that counts"),
    Reason.AFTER_CUTOFF: _("earned after the last day that counts"),
    Reason.SOURCE_NOT_ALLOWED: _("earned in a way that does not count here"),
    Reason.LEVEL_TOO_LOW: _("below the level asked for"),
    Reason.NOT_LISTED: _("not part of this pathway"),
    Reason.IDENTITY_ALREADY_USED: _("counted already"),
    Reason.OUTSIDE_WINDOW: _("too far from the others in time"),
    Reason.WRONG_ORDER: _("earned out of the order asked for"),
    Reason.CAP_REACHED: _("as much of its kind as may count is counted already"),
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


class Standings(admin.SimpleListFilter):
    title = _("certificate")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("waiting for approval")),
            ("grace", _("in its days of grace")),
            ("review", _("waiting for a decision")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        current = Evaluation.objects.filter(is_current=True, standing=self.value())
        return queryset.filter(pk__in=current.values("enrolment"))


@admin.register(Enrolment)
class EnrolmentAdmin(ActsAdmin[Enrolment], ReadOnlyAdmin[Enrolment]):
    list_display = ("learner", "pathway", "state", "enrolled_on", "certificate")
    list_filter = ("state", Standings, "pathway", "is_retroactive", "enrolled_on")
    list_select_related = (
        "learner",
        "pathway",
        "version__pathway",
        "certificate__version",
        "certificate__recipient",
    )
    search_fields = ("learner__name", "learner__email", "pathway__name")
    show_full_result_count = False
    fields = (
        "learner",
        "pathway",
        "version",
        "state",
        "enrolled_on",
        "is_retroactive",
        "certificate",
        "standing",
        "issues",
    )
    readonly_fields = ("standing", "issues")
    inlines = (ExemptionInline, ChangeInline, EvaluationInline)
    acts = (ProposeException(), DecideLapse())

    @admin.display(description=_("how it stands"))
    def standing(self, enrolment: Enrolment) -> str:
        return how_it_stands(enrolment)

    @admin.display(description=_("certificates issued"))
    def issues(self, enrolment: Enrolment) -> str:
        return issues_to(enrolment)


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
        entries = catalogue_for(rule_for(evaluation.enrolment.version), codes)
        lines = [say(explain.headline(verdict))]
        for leaf in leaves:
            sentence = say(explain.node_sentence(leaf, entries))
            lines.append(f"{leaf.label}: {sentence}" if leaf.label else sentence)
        return "\n".join(lines)

    @admin.display(description=_("counted"))
    def counted(self, evaluation: Evaluation) -> str:
        used = Verdict.from_json(evaluation.verdict).used
        return self._facts([(fact, "") for fact in used])

    @admin.display(description=_("not counted"))
    def not_counted(self, evaluation: Evaluation) -> str:
        rows = Verdict.from_json(evaluation.verdict).uncounted
        return self._facts([(row.credential, str(WHY_NOT[row.code])) for row in rows])

    def _facts(self, named: list[tuple[str, str]]) -> str:
        """What verdicts call by id, each with its own page: credentials, recognitions and completed steps."""
        found = records_of(fact for fact, _why in named)
        lines = [
            (page_of(found[fact]), _called(found[fact]), f" – {why}" if why else "")
            for fact, why in named
            if fact in found
        ]
        if not lines:
            return gettext("nothing")
        return format_html_join("", '<div><a href="{}">{}</a>{}</div>', lines)


def _called(record: Credential | Recognition | StepCompletion) -> str:
    match record:
        case Credential():
            return record.version.name
        case Recognition():
            said = {"title": record.title, "institution": record.institution}
            return gettext("%(title)s, earned at %(institution)s") % said
        case StepCompletion():
            return record.act.name
