"""Governance: boards and who sits on them, what was decided and by which votes, and pilots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ModelForm, ReadOnlyAdmin, ReadOnlyInline, RoleAdmin, RoleInline
from config.clock import now
from credentials.admin.deciding import DecisionForm
from credentials.models import Achievement, Board, BoardMember, Decision, Pilot, Vote
from credentials.queries import in_review, local_day, reaches, reviewed
from credentials.services.once import KeyReused, once
from credentials.services.piloting import (
    CannotPilot,
    Terms,
    change_pilot,
    decide_pilot,
    standing_of,
    start_pilot,
)
from credentials.services.reviewing import CannotReview

NEXT_REVIEWS = 10


class MemberForm(ModelForm[BoardMember]):
    """A seat on a board; once taken it stays one person's, because votes name it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The term ends before it begins."))
        return cleaned


class MemberInline(RoleInline[BoardMember, Board]):
    model = BoardMember
    form = MemberForm
    extra = 1
    fields = ("user", "office", "starts_on", "ends_on")
    autocomplete_fields = ("user",)
    verbose_name_plural = _("members and their terms")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[BoardMember]:
        return super().get_queryset(request).select_related("user")


@admin.register(Board)
class BoardAdmin(RoleAdmin[Board]):
    list_display = ("name", "quorum", "decides_for")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "remit", "quorum", "decides_for")}),
        (_("Before the board"), {"fields": ("what_waits", "coming_reviews")}),
    )
    readonly_fields = ("decides_for", "what_waits", "coming_reviews")
    inlines = (MemberInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Board]:
        return super().get_queryset(request).prefetch_related("series")

    @admin.display(description=_("decides for"))
    def decides_for(self, board: Board) -> str:
        names = ", ".join(row.name for row in board.series.all()) if board.pk else ""
        return names or gettext("no series yet: a series names its board on its own page")

    @admin.display(description=_("waits for its decision"))
    def what_waits(self, board: Board) -> str:
        rows = [
            (page_of(version), version.achievement.code, version.name, _since(version.submitted_at))
            for version in (in_review(board) if board.pk else ())
        ]
        line = '<div><a href="{}">{} {}</a> ({})</div>'
        return format_html_join("", line, rows) or gettext("nothing")

    @admin.display(description=_("next reviews"))
    def coming_reviews(self, board: Board) -> str:
        today = local_day(now())
        coming = reviewed().filter(series__board=board)[:NEXT_REVIEWS] if board.pk else []
        rows = [(page_of(row), row, _review_day(row, today)) for row in coming]
        return format_html_join("", '<div><a href="{}">{}</a> ({})</div>', rows) or gettext("none")


class VoteInline(ReadOnlyInline[Vote, Decision]):
    model = Vote
    fields = ("member", "choice")
    verbose_name_plural = _("votes")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Vote]:
        return super().get_queryset(request).select_related("member__user")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    list_display = ("about", "kind", "board", "decided_on", "recorded_by")
    list_filter = ("kind", "board")
    list_select_related = ("board", "recorded_by")
    search_fields = ("about", "reason", "version__achievement__code")
    date_hierarchy = "decided_on"
    fields = (
        "about",
        "kind",
        "board",
        "version",
        "decided_on",
        "reason",
        "minutes",
        "review_due_on",
        "recorded_by",
        "recorded_at",
    )
    inlines = (VoteInline,)


class PilotForm(ActForm):
    """What a pilot promises."""

    cap = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=100_000, help_text=_("How many people may take part.")
    )
    starts_on = forms.DateField(label=_("From"), widget=AdminDateWidget)
    ends_on = forms.DateField(label=_("Until"), required=False, widget=AdminDateWidget)
    exit_criteria = forms.CharField(
        label=_("Exit criteria"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What must be true before it is offered to all."),
    )
    target_percent = forms.IntegerField(
        label=_("Share that should complete, %"), required=False, min_value=0, max_value=100
    )
    survey_url = forms.URLField(
        label=_("Survey"),
        required=False,
        assume_scheme="https",
        help_text=_("The address of the questions that those who took part are asked."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it begins."))
        return cleaned


class StartPilot(Act[Achievement]):
    name = "start-pilot"
    label = _("Start a pilot")
    consequence = _(
        "The achievement is tried with a few people first. Nobody joins beyond its places: no enrolment on "
        "a pathway that awards it, and no work handed in for it. Whoever takes part already counts."
    )
    done = _("The pilot has started.")
    form_class = PilotForm
    refusals = {CannotPilot: 409, KeyReused: 422}

    def is_open(self, record: Achievement, by: Any) -> bool:
        return not Pilot.objects.filter(achievement=record).exists()

    def do(self, record: Achievement, form: ActForm, *, by: Any, at: datetime) -> str:
        terms = Terms(**form.answers)
        return once(
            actor=by,
            key=form.operation,
            act="start pilot",
            parameters={"achievement": record.pk, **form.answers},
            do=lambda: page_of(start_pilot(achievement=record, terms=terms, by=by, at=at)),
        )


class ChangePilot(Act[Pilot]):
    name = "change"
    label = _("Change its terms")
    consequence = _("The pilot goes on under the terms below; the audit trail keeps the earlier ones.")
    done = _("The pilot's terms are changed.")
    form_class = PilotForm
    refusals = {CannotPilot: 409, KeyReused: 422}

    def is_open(self, record: Pilot, by: Any) -> bool:
        return record.outcome == Pilot.Outcome.RUNNING

    def form(self, record: Pilot, data: Mapping[str, Any] | None) -> ActForm:
        form = PilotForm(data)
        for name in form.fields.keys() - {"op_key"}:
            form.fields[name].initial = getattr(record, name)
        return form

    def do(self, record: Pilot, form: ActForm, *, by: Any, at: datetime) -> str:
        terms = Terms(**form.answers)
        return once(
            actor=by,
            key=form.operation,
            act="change pilot",
            parameters={"pilot": record.pk, **form.answers},
            do=lambda: page_of(change_pilot(pilot=record, terms=terms, by=by, at=at)),
        )


class PilotDecisionForm(DecisionForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(row.value, row.label) for row in Pilot.Outcome if row != Pilot.Outcome.RUNNING],
        widget=forms.RadioSelect,
    )


class DecidePilot(Act[Pilot]):
    name = "decide"
    label = _("Decide the pilot")
    consequence = _(
        "The decision is kept for ever. Met its criteria: everybody may join from now on, and pathways that "
        "enrol by themselves take in whoever waits. Stopped: nobody new joins; what was earned stays."
    )
    done = _("The pilot is decided.")
    roles = frozenset({"approver"})
    refusals = {CannotPilot: 409, CannotReview: 409, KeyReused: 422}

    def allows(self, record: Pilot, by: Any) -> bool:
        return reaches(by, self.roles, record.achievement.series)

    def is_open(self, record: Pilot, by: Any) -> bool:
        return record.outcome == Pilot.Outcome.RUNNING

    def form(self, record: Pilot, data: Mapping[str, Any] | None) -> ActForm:
        form = PilotDecisionForm(data)
        form.fields["reason"].required = True
        if version := record.achievement.versions.order_by("-number").first():
            form.ask(version)
        return form

    def facts(self, record: Pilot) -> Sequence[tuple[str, object]]:
        return [(gettext("Achievement"), record.achievement), *_how_it_stands(record)]

    def do(self, record: Pilot, form: Any, *, by: Any, at: datetime) -> str:
        outcome = Pilot.Outcome(form.cleaned_data["outcome"])

        def decide() -> str:
            return page_of(decide_pilot(pilot=record, outcome=outcome, by=by, at=at, **form.terms))

        return once(
            actor=by,
            key=form.operation,
            act="decide pilot",
            parameters={"pilot": record.pk, **form.answers},
            do=decide,
        )


class PilotOver(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("over", _("over, and not decided"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "over":
            return queryset.filter(outcome=Pilot.Outcome.RUNNING, ends_on__lt=local_day(now()))
        return queryset


@admin.register(Pilot)
class PilotAdmin(ActsAdmin[Pilot], ReadOnlyAdmin[Pilot]):
    list_display = ("achievement", "outcome", "cap", "starts_on", "ends_on")
    list_filter = ("outcome", PilotOver, "achievement__series")
    list_select_related = ("achievement__current_version", "achievement__series__board")
    search_fields = ("achievement__code", "achievement__versions__name")
    fieldsets = (
        (
            None,
            {"fields": ("achievement", "outcome", "starts_on", "ends_on", "survey", "how_it_was_decided")},
        ),
        (_("From what people did"), {"fields": ("places", "completed")}),
        (_("Exit criteria"), {"fields": ("exit_criteria", "target_percent")}),
    )
    readonly_fields = ("survey", "how_it_was_decided", "places", "completed")
    acts: ClassVar[tuple[Act[Any], ...]] = (ChangePilot(), DecidePilot())

    @admin.display(description=_("survey"))
    def survey(self, pilot: Pilot) -> str:
        if not pilot.survey_url:
            return gettext("none")
        return format_html('<a href="{0}" rel="noopener external">{0}</a>', pilot.survey_url)

    @admin.display(description=_("decision"))
    def how_it_was_decided(self, pilot: Pilot) -> str:
        if pilot.decision is None:
            return gettext("not decided yet")
        return format_html('<a href="{}">{}</a>', page_of(pilot.decision), pilot.decision)

    @admin.display(description=_("places taken"))
    def places(self, pilot: Pilot) -> str:
        return dict(_how_it_stands(pilot))[gettext("Places taken")]

    @admin.display(description=_("completed"))
    def completed(self, pilot: Pilot) -> str:
        return dict(_how_it_stands(pilot))[gettext("Completed")]


def _how_it_stands(pilot: Pilot) -> list[tuple[str, str]]:
    """Places and completion in words, counted from what people did."""
    standing = standing_of(pilot)
    if standing.percent is None:
        complete = gettext("nobody takes part yet")
    else:
        complete = gettext("%(complete)d of %(taken)d people, %(percent)d %%") % {
            "complete": standing.complete,
            "taken": standing.taken,
            "percent": standing.percent,
        }
    if standing.meets_target is not None:
        met = gettext("the target of %(target)d %% is met")
        target = met if standing.meets_target else gettext("the target of %(target)d %% is not met")
        complete += "; " + target % {"target": standing.target_percent}
    taken = gettext("%(taken)d of %(cap)d") % {"taken": standing.taken, "cap": standing.cap}
    return [(gettext("Places taken"), taken), (gettext("Completed"), complete)]


def _since(at: datetime | None) -> str:
    return gettext("since %(day)s") % {"day": date_format(local_day(at))} if at else ""


def _review_day(achievement: Achievement, today: Any) -> str:
    due = achievement.review_due_on
    if due is None:
        return ""
    said = gettext("overdue since %(day)s") if due < today else gettext("due on %(day)s")
    return said % {"day": date_format(due)}
