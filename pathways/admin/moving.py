"""Moves to a version: prepared and tried out on the version's page, applied and undone on their own."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from credentials.services.once import KeyReused, once
from pathways.admin.versions import ReasonForm, RuleAct
from pathways.models import PathwayVersion, Transition, TransitionCase
from pathways.queries.moves import credentials_named, movable
from pathways.services.moving import (
    CannotMove,
    apply_move,
    is_tried_out,
    try_move,
    undo_move,
)

State, Outcome = Transition.State, TransitionCase.Outcome


class MoveForm(ActForm):
    """How learners would be brought over, and what they read about it."""

    policy = forms.TypedChoiceField(
        label=_("How"),
        choices=Transition.Policy.choices,
        coerce=Transition.Policy,
        widget=forms.RadioSelect,
        initial=Transition.Policy.OFFER,
    )
    reason = forms.CharField(
        label=_("Reason, as learners read it"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    decision = forms.CharField(
        label=_("Decision"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Of a forced move: which board decided, when, under what number."),
    )
    notice_on = forms.DateField(
        label=_("Learners are told from"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Of a forced move."),
    )
    teach_out_ends_on = forms.DateField(
        label=_("Last day of the earlier version"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Of a forced move: until then the earlier version can be completed."),
    )


class MoveLearners(RuleAct):
    name = "move"
    label = _("Prepare a move to this version")
    consequence = _(
        "The move is tried out on everybody who is under way on an earlier version; nothing changes yet. "
        "Somebody else then looks at what it would do and applies it. Without a move everybody stays on the "
        "version she enrolled on."
    )
    done = _("The move is being tried out. Nothing has changed for anybody.")
    roles = frozenset({"registrar", "approver"})
    form_class = MoveForm
    refusals = {CannotMove: 409, KeyReused: 422}

    def is_open(self, record: PathwayVersion, by: Any) -> bool:
        return record.status == PathwayVersion.Status.PUBLISHED and movable(record).exists()

    def facts(self, record: PathwayVersion) -> Sequence[tuple[str, object]]:
        return [
            *super().facts(record),
            (gettext("Under way on earlier versions"), movable(record).count()),
        ]

    def do(self, record: PathwayVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        answers = form.answers
        return once(
            actor=by,
            key=form.operation,
            act="try move",
            parameters={"version": record.pk, **answers},
            do=lambda: page_of(try_move(version=record, by=by, at=at, **answers)),
        )


class MoveAct(Act[Transition]):
    """An act on a move by somebody who did not prepare it."""

    roles = frozenset({"approver"})
    refusals = {CannotMove: 409, KeyReused: 422}

    def facts(self, record: Transition) -> Sequence[tuple[str, object]]:
        return [
            (gettext("To version"), record.version),
            (gettext("How"), record.get_policy_display()),
            (gettext("Reason"), record.reason),
            (gettext("Prepared by"), record.made_by),
            *_figures(record),
        ]

    def once(self, record: Transition, form: ActForm, by: Any, do: Callable[[], object]) -> str:
        def act() -> str:
            do()
            return page_of(record)

        parameters = {"transition": record.pk, **form.answers}
        return once(actor=by, key=form.operation, act=f"move: {self.name}", parameters=parameters, do=act)


class ApplyMove(MoveAct):
    name = "apply"
    label = _("Apply")
    consequence = _(
        "It takes effect for everybody below: learners are asked, moved at once where nothing gets worse for "
        "them, or told and moved when the teach-out ends. Whoever prepared a move does not apply it."
    )
    done = _("The move is being applied.")
    is_grave = True

    def is_open(self, record: Transition, by: Any) -> bool:
        return record.state == State.TRIED and record.made_by_id != by.pk and is_tried_out(record)

    def do(self, record: Transition, form: ActForm, *, by: Any, at: datetime) -> str:
        return self.once(record, form, by, lambda: apply_move(batch=record, by=by, at=at))


class UndoMove(MoveAct):
    name = "undo"
    label = _("Undo")
    consequence = _(
        "Offers are closed, nobody else moves, and who moved goes back to the version before, unless "
        "something was issued to her on the new one."
    )
    done = _("The move is being undone.")
    form_class = ReasonForm
    is_grave = True

    def is_open(self, record: Transition, by: Any) -> bool:
        return record.state == State.APPLIED

    def do(self, record: Transition, form: ActForm, *, by: Any, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        return self.once(record, form, by, lambda: undo_move(batch=record, reason=reason, by=by, at=at))


def _figures(batch: Transition) -> list[tuple[str, object]]:
    """What the dry run found, and what became of it, in numbers of learners."""
    rows = batch.cases.aggregate(
        all=Count("pk"),
        less=Count("pk", filter=Q(after__lt=F("before"))),
        more=Count("pk", filter=Q(after__gt=F("before"))),
        unreachable=Count("pk", filter=Q(after=None)),
        losing=Count("pk", filter=~Q(lost=[])),
    )
    names = {
        "all": gettext("Learners concerned"),
        "less": gettext("would have less left"),
        "more": gettext("would have more left"),
        "unreachable": gettext("could not complete it, or cannot be judged"),
        "losing": gettext("hold something that would no longer count"),
    }
    return [(names[name], count) for name, count in rows.items()]


@admin.register(Transition)
class TransitionAdmin(ActsAdmin[Transition], ReadOnlyAdmin[Transition]):
    list_display = ("version", "policy", "state", "made_by", "made_at", "applied_by")
    list_filter = ("state", "policy")
    list_select_related = ("version__pathway", "made_by", "applied_by")
    search_fields = ("version__pathway__name",)
    fieldsets = (
        (None, {"fields": ("version", "policy", "state", "reason")}),
        (_("Of a forced move"), {"fields": ("decision", "notice_on", "teach_out_ends_on")}),
        (_("What it does"), {"fields": ("tried_out", "figures", "outcomes", "learners")}),
        (_("Who"), {"fields": ("made_by", "made_at", "applied_by", "applied_at", "undone_at")}),
    )
    acts = (ApplyMove(), UndoMove())

    @admin.display(description=_("tried out"), boolean=True)
    def tried_out(self, batch: Transition) -> bool:
        return is_tried_out(batch)

    @admin.display(description=_("dry run"))
    def figures(self, batch: Transition) -> str:
        return format_html_join("", "<div>{}: {}</div>", _figures(batch))

    @admin.display(description=_("so far"))
    def outcomes(self, batch: Transition) -> str:
        if batch.state == State.TRIED:
            return gettext("nothing has changed for anybody")
        labels = dict(Outcome.choices)
        counted = batch.cases.order_by("outcome").values_list("outcome").annotate(count=Count("pk"))
        return format_html_join("", "<div>{}: {}</div>", [(labels[code], count) for code, count in counted])

    @admin.display(description=_("learner by learner"))
    def learners(self, batch: Transition) -> str:
        url = reverse("admin:pathways_transitioncase_changelist")
        return format_html(
            '<a href="{}?transition__id__exact={}">{}</a>', url, batch.pk, gettext("Show them")
        )


@admin.register(TransitionCase)
class TransitionCaseAdmin(ReadOnlyAdmin[TransitionCase]):
    """One learner in a move; reached from the move."""

    list_display = ("learner", "from_version", "before", "after", "loses", "outcome", "decided_at")
    list_filter = ("outcome", "transition")
    list_select_related = (
        "enrolment__learner",
        "from_version__pathway",
    )
    search_fields = ("enrolment__learner__name", "enrolment__learner__email")
    show_full_result_count = False
    fields = (
        "transition",
        "enrolment",
        "from_version",
        "before",
        "after",
        "would_not_count",
        "outcome",
        "decided_at",
    )

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    @admin.display(description=_("learner"), ordering="enrolment__learner__name")
    def learner(self, case: TransitionCase) -> str:
        return str(case.enrolment.learner)

    @admin.display(description=_("would no longer count"))
    def loses(self, case: TransitionCase) -> int:
        return len(case.lost)

    @admin.display(description=_("would no longer count"))
    def would_not_count(self, case: TransitionCase) -> str:
        rows = [(page_of(row), row.version.name) for row in credentials_named(case.lost)]
        return format_html_join("", '<div><a href="{}">{}</a></div>', rows) or gettext("nothing")
