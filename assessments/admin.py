"""The registrar's pages of assessment: rubrics and tasks to write, submissions and grades to follow."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assessments.forms import AssessmentForm
from assessments.models import (
    Assessment,
    CriterionGrade,
    Grading,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    Submission,
    SubmittedEvidence,
)
from config.admin import ReadOnlyAdmin, ReadOnlyInline, RoleAdmin, RoleInline
from config.clock import now


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


def _is_frozen(row: Rubric | RubricCriterion | None) -> bool:
    rubric = row.rubric if isinstance(row, RubricCriterion) else row
    return rubric is not None and rubric.frozen_at is not None
