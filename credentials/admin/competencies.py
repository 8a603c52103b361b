"""Competencies and subject areas: written here while their framework is in use, whatever brought them in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ModelForm, RoleAdmin, RoleInline
from credentials.models import (
    Alignment,
    Competency,
    CompetencyAssociation,
    CompetencyFramework,
    PerformanceCriterion,
    SubjectArea,
)
from credentials.services.frameworks import CannotChange, remove_competency, settle
from credentials.services.once import KeyReused, once

HTTPS: Any = {models.URLField: {"assume_scheme": "https"}}
DEEPEST_INDENT = 4


class RemoveCompetency(Act[Competency]):
    name = "remove"
    label = _("Remove")
    consequence = _("The competency is taken out of its framework, with its criteria and alignments.")
    done = _("The competency is removed.")
    refusals = {CannotChange: 409, KeyReused: 422}
    is_grave = True

    def is_open(self, record: Competency, by: Any) -> bool:
        return record.framework.status != CompetencyFramework.Status.RETIRED

    def facts(self, record: Competency) -> Sequence[tuple[str, object]]:
        return [(gettext("Framework"), record.framework), (gettext("Competency"), record)]

    def do(self, record: Competency, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="remove competency",
            parameters={"competency": record.pk},
            do=lambda: page_of(remove_competency(competency=record, by=by)),
        )


class CriterionInline(RoleInline[PerformanceCriterion, Competency]):
    model = PerformanceCriterion
    fields = ("position", "text")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})}}
    extra = 1


class AlignmentInline(RoleInline[Alignment, Competency]):
    model = Alignment
    template = "admin/edit_inline/stacked.html"
    fields = (
        "purpose",
        "target_name",
        "target_url",
        "target_code",
        "target_framework",
        "target_type",
        "target_description",
    )
    formfield_overrides = HTTPS
    verbose_name_plural = _("standards outside that it answers to")


class AssociationForm(ModelForm[CompetencyAssociation]):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("target") and not cleaned.get("target_uri"):
            self.add_error("target", _("Choose a competency here, or give an address outside."))
        self.instance.framework = self.instance.origin.framework
        return cleaned


class AssociationInline(RoleInline[CompetencyAssociation, Competency]):
    model = CompetencyAssociation
    form = AssociationForm
    fk_name = "origin"
    template = "admin/edit_inline/stacked.html"
    fields = ("kind", "target", "target_uri", "target_title", "sequence")
    autocomplete_fields = ("target",)
    formfield_overrides = HTTPS
    verbose_name_plural = _("how it relates to others")


class SaidFilter(admin.SimpleListFilter):
    """By what the competencies themselves say; one that says nothing is no choice."""

    field: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        said = Competency.objects.exclude(**{self.field: ""})
        if framework := request.GET.get("framework__id__exact", ""):
            said = said.filter(framework=int(framework)) if framework.isdigit() else said
        values = said.order_by(self.field).values_list(self.field, flat=True).distinct()
        return [(value, value) for value in values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Competency]) -> QuerySet[Competency]:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class KindFilter(SaidFilter):
    title, parameter_name, field = _("kind"), "kind", "kind"


class LevelFilter(SaidFilter):
    title, parameter_name, field = _("level"), "level", "level"


class CompetencyForm(ModelForm[Competency]):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        framework = self.instance.framework if self.instance.pk else cleaned.get("framework")
        parent: Competency | None = cleaned.get("parent")
        if parent is not None and framework is not None and parent.framework_id != framework.pk:
            self.add_error("parent", _("That one belongs to another framework."))
        while parent is not None:
            if parent.pk == self.instance.pk and parent.pk:
                self.add_error("parent", _("It cannot be inside itself or one of its own parts."))
                break
            parent = parent.parent
        return cleaned


@admin.register(Competency)
class CompetencyAdmin(ActsAdmin[Competency]):
    list_display = ("tree", "kind", "level", "cognitive_level", "of_framework")
    list_filter = ("framework", KindFilter, LevelFilter, "cognitive_level")
    list_select_related = ("framework", "parent__parent__parent__parent")
    search_fields = ("code", "title", "statement")
    ordering = ("framework", "position", "pk")
    form = CompetencyForm
    autocomplete_fields = ("parent",)
    formfield_overrides = {
        **HTTPS,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})},
    }
    fieldsets = (
        (None, {"fields": ("framework", "parent", "position", "code", "title", "statement")}),
        (_("What sort it is"), {"fields": ("kind", "level", "cognitive_level", "sort", "uri")}),
    )
    acts = (RemoveCompetency(),)

    class Media:
        css = {"all": ("credentials/imports.css",)}

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """A list of one framework need not name it in every row."""
        shown = self.list_display
        return shown[:-1] if "framework__id__exact" in request.GET else shown

    def has_change_permission(self, request: HttpRequest, obj: Competency | None = None) -> bool:
        is_open = obj is None or obj.framework.status != CompetencyFramework.Status.RETIRED
        return is_open and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Competency | None = None) -> tuple[str, ...]:
        return ("framework",) if obj is not None else ()

    def get_inlines(self, request: HttpRequest, obj: Competency | None) -> list[type[Any]]:
        """What belongs to a competency is added once it stands in its framework."""
        return [CriterionInline, AlignmentInline, AssociationInline] if obj is not None else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # Behind its siblings, unless a number is typed.
        return {"position": 9_999, **super().get_changeform_initial_data(request)}

    def save_model(
        self, request: HttpRequest, obj: Competency, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        settle(competency=obj)

    def view_on_site(self, obj: Competency) -> str | None:
        return None if obj.framework.status == CompetencyFramework.Status.DRAFT else obj.get_absolute_url()

    @admin.display(description=_("competency"), ordering="position")
    def tree(self, competency: Competency) -> str:
        depth, above = 0, competency.parent
        while above is not None and depth < DEEPEST_INDENT:
            depth, above = depth + 1, above.parent
        return format_html(
            '<span class="depth-{}"><span class="code">{}</span> {}</span>',
            depth,
            competency.code,
            Truncator(competency.name).chars(140),
        )

    @admin.display(description=_("framework"), ordering="framework")
    def of_framework(self, competency: Competency) -> str:
        return str(competency.framework)


class SubjectAreaForm(ModelForm[SubjectArea]):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("expiry") != SubjectArea.Expiry.MONTHS:
            cleaned["expiry_months"] = None
        elif not cleaned.get("expiry_months"):
            self.add_error("expiry_months", _("Say after how many months it expires."))
        return cleaned


@admin.register(SubjectArea)
class SubjectAreaAdmin(RoleAdmin[SubjectArea]):
    list_display = ("name", "expiry", "expiry_months", "decided_by")
    list_select_related = ("decided_by",)
    search_fields = ("name",)
    form = SubjectAreaForm
    fields = ("name", "expiry", "expiry_months", "reason", "decided_by")
    readonly_fields = ("decided_by",)

    def save_model(
        self, request: HttpRequest, obj: SubjectArea, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        if {"expiry", "expiry_months"} & set(form.changed_data):
            obj.decided_by = request.user  # type: ignore[assignment]  # the admin lets nobody else in
        super().save_model(request, obj, form, change)
