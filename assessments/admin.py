"""The registrar's pages of assessment: rubrics and tasks to write, submissions and grades to follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.forms import AssessmentForm, BlueprintCellForm
from assessments.models import (
    Assessment,
    BlueprintCell,
    CriterionGrade,
    Grading,
    MarkerQualification,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    Submission,
    SubmittedEvidence,
)
from assessments.services.registering import CannotRecord, end_qualification
from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline, RoleAdmin, RoleInline
from config.clock import now
from credentials.services.drafting import note_writer
from credentials.services.once import KeyReused, once


class UntilFirstUse(RoleInline[Any, Any]):
    """Rows of a rubric: to be written until the rubric is used, to be read from then on."""

    # Empty rows to begin with: without JavaScript there is no button that adds one.
    extra = 3

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_frozen(obj)


class CriterionInline(UntilFirstUse):
    model = RubricCriterion
    fields = ("position", "key", "title", "description", "weight", "must_pass_ordinal")
    prepopulated_fields = {"key": ("title",)}
    show_change_link = True


class LevelInline(UntilFirstUse):
    model = RubricCriterionLevel
    fields = ("ordinal", "label", "points", "descriptor")


@admin.register(Rubric)
class RubricAdmin(RoleAdmin[Rubric]):
    """To be written until its first use; from then on it is read, and a new version follows."""

    list_display = ("title", "version", "criteria_count", "cut", "frozen_at")
    list_filter = (("frozen_at", admin.EmptyFieldListFilter),)
    search_fields = ("title",)
    fields = ("title", "version", "cut", "frozen_at")
    readonly_fields = ("frozen_at",)
    inlines = (CriterionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rubric]:
        return super().get_queryset(request).annotate(criteria_count=Count("criteria"))

    @admin.display(description=_("criteria"), ordering="criteria_count")
    def criteria_count(self, rubric: Any) -> int:
        count: int = rubric.criteria_count
        return count

    def has_change_permission(self, request: HttpRequest, obj: Rubric | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)


@admin.register(RubricCriterion)
class RubricCriterionAdmin(RoleAdmin[RubricCriterion]):
    """A criterion with its levels; it begins on the page of its rubric."""

    list_display = ("title", "rubric", "position", "weight", "must_pass_ordinal")
    list_select_related = ("rubric",)
    list_filter = ("rubric",)
    search_fields = ("title", "rubric__title")
    fields = ("rubric", "position", "key", "title", "description", "weight", "must_pass_ordinal")
    readonly_fields = ("rubric",)
    inlines = (LevelInline,)

    def has_add_permission(self, request: HttpRequest, obj: RubricCriterion | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RubricCriterion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)


@admin.register(Assessment)
class AssessmentAdmin(RoleAdmin[Assessment]):
    form = AssessmentForm
    list_display = ("title", "achievement", "rubric", "is_open", "marking_days", "max_attempts")
    list_select_related = ("achievement__current_version", "rubric")
    list_filter = ("is_open", "achievement__series")
    search_fields = ("title", "achievement__code", "achievement__current_version__name")
    autocomplete_fields = ("achievement", "rubric")

    def get_readonly_fields(self, request: HttpRequest, obj: Assessment | None = None) -> tuple[str, ...]:
        """What a submission answers stays what it was: its achievement and its rubric."""
        begun = obj is not None and obj.submissions.exists()
        return ("achievement", "rubric") if begun else ()


@admin.register(BlueprintCell)
class BlueprintAdmin(RoleAdmin[BlueprintCell]):
    """The blueprint of a draft, cell by cell, with what all its cells make together; frozen, it is read."""

    form = BlueprintCellForm
    list_display = ("version", "competency", "method", "weight", "together", "level", "min_evidence")
    list_select_related = ("version", "competency")
    list_filter = ("version__status", "method")
    search_fields = ("version__name", "version__achievement__code", "competency__code", "competency__title")
    fields = ("version", "competency", "method", "weight", "level", "min_evidence")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BlueprintCell]:
        whole = (
            BlueprintCell.objects.filter(version=OuterRef("version"))
            .order_by()
            .values("version")
            .annotate(sum=Sum("weight"))
        )
        return super().get_queryset(request).annotate(sum=Subquery(whole.values("sum")))

    @admin.display(description=_("together, of 100 %"))
    def together(self, cell: Any) -> str:
        return f"{cell.sum.normalize():f}"

    def get_readonly_fields(self, request: HttpRequest, obj: BlueprintCell | None = None) -> tuple[str, ...]:
        return ("version",) if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: BlueprintCell | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.version.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: BlueprintCell | None = None) -> bool:
        return obj is not None and obj.version.is_draft and self._holds(request, self.editors)

    def save_model(
        self, request: HttpRequest, obj: BlueprintCell, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        note_writer(draft=obj.version, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in

    def delete_model(self, request: HttpRequest, obj: BlueprintCell) -> None:
        super().delete_model(request, obj)
        note_writer(draft=obj.version, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in


class LateFilter(admin.SimpleListFilter):
    title = _("marking")
    parameter_name = "marking"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("late")), ("claimed", _("being marked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        waiting = queryset.filter(state=Submission.State.SUBMITTED)
        if self.value() == "late":
            return waiting.filter(mark_by__lt=now())
        if self.value() == "claimed":
            return waiting.filter(claimed_until__gt=now())
        return queryset


class EvidenceInline(ReadOnlyInline[SubmittedEvidence, Submission]):
    """What kind of thing was handed in, never its content: that is for markers."""

    model = SubmittedEvidence
    fields = ("kind", "media_type", "size", "added_at")
    readonly_fields = fields
    show_change_link = False


class GradingInline(ReadOnlyInline[Grading, Submission]):
    model = Grading
    fields = ("marker", "round", "state", "passed", "level", "final_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grading]:
        released = super().get_queryset(request).exclude(state=Grading.State.OPEN)
        return released.select_related("marker", "submission__assessment", "submission__learner")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin[Submission]):
    """Where each submission stands; its text, links and files are not shown here."""

    list_display = (
        "assessment",
        "learner",
        "attempt",
        "state",
        "passed",
        "submitted_at",
        "mark_by",
        "claimed_by",
    )
    list_select_related = ("assessment", "learner", "claimed_by")
    list_filter = ("state", LateFilter, "passed", "assessment__achievement__series", "assessment")
    search_fields = ("learner__name", "learner__email", "assessment__title", "assessment__achievement__code")
    date_hierarchy = "submitted_at"
    fields = (
        "assessment",
        "learner",
        "cohort",
        "attempt",
        "state",
        "passed",
        "created_at",
        "submitted_at",
        "mark_by",
        "returned_at",
        "claimed_by",
        "claimed_until",
    )
    inlines = (EvidenceInline, GradingInline)


class CriterionGradeInline(ReadOnlyInline[CriterionGrade, Grading]):
    model = CriterionGrade
    fields = ("criterion", "level")
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriterionGrade]:
        return super().get_queryset(request).select_related("criterion", "level", "grading")


@admin.register(Grading)
class GradingAdmin(ReadOnlyAdmin[Grading]):
    """Who judged what, and how; the words to the learner and between markers stay with them."""

    list_display = ("submission", "marker", "state", "passed", "level", "final_at")
    list_select_related = ("submission__assessment", "submission__learner", "marker")
    list_filter = ("state", "passed", "submission__assessment__achievement__series")
    search_fields = ("submission__learner__name", "submission__assessment__title", "marker__name")
    date_hierarchy = "final_at"
    fields = (
        "submission",
        "marker",
        "rubric",
        "round",
        "state",
        "passed",
        "level",
        "opened_at",
        "saved_at",
        "final_at",
    )
    inlines = (CriterionGradeInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grading]:
        """Released judgements; a draft is its marker's own."""
        return super().get_queryset(request).exclude(state=Grading.State.OPEN)


class EndForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=250, help_text=_("Kept with the row and in the audit trail.")
    )


class EndQualification(Act[MarkerQualification]):
    name = "end"
    label = _("End this qualification")
    consequence = _(
        "From now on it lets the person mark nothing. Her other qualifications stay, and so does this row."
    )
    done = _("The qualification is ended.")
    form_class = EndForm
    is_grave = True
    refusals = {CannotRecord: 409, KeyReused: 422}

    def is_open(self, record: MarkerQualification, by: Any) -> bool:
        return record.ended_at is None

    def facts(self, record: MarkerQualification) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Person"), record.marker),
            (gettext("Qualification"), record.title),
            (gettext("For"), record.series or gettext("every series")),
            (gettext("Last valid day"), record.valid_until or gettext("it does not lapse")),
        ]

    def do(self, record: MarkerQualification, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="end qualification",
            parameters={"qualification": record.pk, **form.answers},
            do=lambda: page_of(end_qualification(qualification=record, by=by, at=at, **form.answers)),
        )


class QualificationFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in_force", _("in force")), ("not", _("lapsed, ended or not begun"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        in_force = MarkerQualification.objects.in_force()
        if self.value() == "in_force":
            return queryset.filter(pk__in=in_force)
        if self.value() == "not":
            return queryset.exclude(pk__in=in_force)
        return queryset


@admin.register(MarkerQualification)
class MarkerQualificationAdmin(ActsAdmin[MarkerQualification], ReadOnlyAdmin[MarkerQualification]):
    """The register of markers; a qualification is recorded on the person's own page."""

    list_display = ("marker", "title", "series", "valid_from", "valid_until", "ended_at")
    list_select_related = ("marker", "series")
    list_filter = (QualificationFilter, "series")
    search_fields = ("marker__name", "marker__email", "title")
    fields = (
        "marker",
        "title",
        "series",
        "reference",
        "valid_from",
        "valid_until",
        "recorded_by",
        "recorded_at",
        "ended_at",
        "ended_by",
        "end_reason",
    )
    acts = (EndQualification(),)


def _is_frozen(row: Rubric | RubricCriterion | None) -> bool:
    rubric = row.rubric if isinstance(row, RubricCriterion) else row
    return rubric is not None and rubric.frozen_at is not None
