"""A version of a rule: its rows edited as a draft, read as one sentence, looked over and published."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActsAdmin, page_of
from config.admin import ModelForm, RoleAdmin, RoleInline
from credentials.models import Achievement
from credentials.services.drafting import note_writer
from pathways.admin.moving import MoveLearners
from pathways.admin.versions import RULE_ACTS, consents_in_words
from pathways.admin.wording import rule_in_words, say
from pathways.models import PathwayVersion, Requirement, Step
from pathways.rules import tree
from pathways.services.publishing import findings

if TYPE_CHECKING:
    RowsBase = BaseInlineFormSet[Requirement, PathwayVersion, forms.ModelForm[Requirement]]
else:
    RowsBase = BaseInlineFormSet


class RowForm(ModelForm[Requirement]):
    """A row; says what the database would refuse in the words of the form."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") != Requirement.Kind.POOL:
            cleaned["n"] = None
        elif "n" in cleaned and not cleaned["n"]:
            self.add_error("n", _("Say how many of them are asked for."))
        return cleaned


class RowsFormSet(RowsBase):
    """Keeps the rows a tree: one outermost row, nothing inside itself, groups only in groups."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form
            for form in self.forms
            if form.has_changed() or form.instance.pk
            if not self._should_delete_form(form) and not form.errors  # type: ignore[attr-defined]
        ]
        rows = [form.instance for form in kept]
        outermost = [row for row in rows if row.parent_id is None]
        if len(outermost) > 1:
            names = ", ".join(row.key for row in outermost)
            raise forms.ValidationError(
                gettext("Only one row can be the outermost; these are: %(names)s.") % {"names": names}
            )
        by_id = {row.pk: row for row in rows if row.pk}
        for form in kept:
            self._check_place(form, by_id)

    def _check_place(self, form: "forms.ModelForm[Requirement]", rows: dict[int, Requirement]) -> None:
        above = form.instance
        passed: set[int | None] = {above.pk}
        while above.parent_id is not None:
            parent = rows.get(above.parent_id)
            if parent is None:
                form.add_error("parent", _("The row that this one stands in is taken away."))
                return
            if parent.kind != Requirement.Kind.ALL:
                form.add_error("parent", _("Only a group, “all of these”, can hold other rows."))
                return
            if parent.pk in passed:
                form.add_error("parent", _("This row would stand inside itself."))
                return
            passed.add(parent.pk)
            above = parent


def _read_once(field: "forms.ModelChoiceField[Any] | None") -> "forms.ModelChoiceField[Any] | None":
    """Reads the choices once a page, not once a row."""
    if field is not None:
        choices: Any = field.choices
        field.choices = list(choices)
    return field


class RowInline(RoleInline[Requirement, PathwayVersion]):
    model = Requirement
    form = RowForm
    formset = RowsFormSet
    extra = 1
    fields = ("position", "parent", "key", "kind", "n", "label", "names")
    readonly_fields = ("names",)
    show_change_link = True
    verbose_name_plural = _("rows of the rule")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Requirement]:
        rows = super().get_queryset(request).select_related("version")
        return rows.prefetch_related("steps__achievement", "steps__act")

    def has_add_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return super().has_add_permission(request, obj) and obj is not None and obj.is_draft

    def has_change_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and obj is not None and obj.is_draft

    def has_delete_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and obj.is_draft

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        if db_field.name == "parent":
            match = request.resolver_match
            version = match.kwargs.get("object_id") if match else None
            kwargs["queryset"] = Requirement.objects.filter(version=version, kind=Requirement.Kind.ALL)
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))

    @admin.display(description=_("achievements"))
    def names(self, row: Requirement) -> str:
        if row.pk is None:
            return gettext("Save, then choose.")
        if row.kind == Requirement.Kind.ALL:
            return "–"
        chosen = ", ".join(step.code for step in row.steps.all()) or gettext("none yet")
        word = gettext("Choose") if row.version.is_draft else gettext("Open")
        return format_html('{} <a href="{}">{}</a>', chosen, page_of(row), word)


@admin.register(PathwayVersion)
class PathwayVersionAdmin(ActsAdmin[PathwayVersion]):
    list_display = ("pathway", "number", "status", "lapse_policy", "published_at")
    list_filter = ("status", "pathway")
    list_select_related = ("pathway",)
    search_fields = ("pathway__name",)
    fieldsets = (
        (None, {"fields": ("pathway", "number", "status", "order_policy", "lapse_policy", "size_reason")}),
        (_("The rule"), {"fields": ("sentence", "looked_over", "agreed", "returned_because")}),
        (
            _("Who"),
            {"fields": ("written_by", "approved_by", "published_by", "published_at", "fingerprint")},
        ),
    )
    readonly_fields = (
        "pathway",
        "number",
        "status",
        "order_policy",
        "sentence",
        "looked_over",
        "agreed",
        "returned_because",
        "written_by",
        "approved_by",
        "published_by",
        "published_at",
        "fingerprint",
    )
    inlines = (RowInline,)
    acts = (*RULE_ACTS, MoveLearners())

    def has_add_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        """A draft is made on its pathway's page, where its number and its rows come from."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return obj is not None and obj.is_draft and self._holds(request, self.editors)

    def save_model(
        self, request: HttpRequest, obj: PathwayVersion, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        note_writer(draft=obj, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in

    @admin.display(description=_("in one sentence"))
    def sentence(self, version: PathwayVersion) -> str:
        return rule_in_words(version)

    @admin.display(description=_("fingerprint of the rule"))
    def fingerprint(self, version: PathwayVersion) -> str:
        return version.rule_sha256 or gettext("made when it is sent for review")

    @admin.display(description=_("consent of other series"))
    def agreed(self, version: PathwayVersion) -> str:
        lines = [(line,) for line in consents_in_words(version)]
        return format_html_join("", "<div>{}</div>", lines) or gettext("none is needed")

    @admin.display(description=_("looked over"))
    def looked_over(self, version: PathwayVersion) -> str:
        if not version.is_draft:
            return gettext("This rule is frozen: it is %(status)s.") % {
                "status": version.get_status_display()
            }
        try:
            found = findings(version)
        except tree.RuleError:
            return gettext("It is looked over once it is a rule.")
        if not found:
            return gettext("Nothing to put right.")
        severities = {"error": gettext("Must be put right"), "warning": gettext("Worth a look")}
        lines = [(severities[row.severity], row.node, say(row.message)) for row in found]
        return format_html_join("", "<div>{} – “{}”: {}</div>", lines)


class StepInline(RoleInline[Step, Requirement]):
    model = Step
    extra = 2
    fields = ("position", "achievement")
    verbose_name_plural = _("achievements that fill this row")

    def has_add_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        return super().has_add_permission(request, obj) and obj is not None and obj.version.is_draft

    def has_change_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        return super().has_change_permission(request, obj) and obj is not None and obj.version.is_draft

    def has_delete_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and obj.version.is_draft

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        if db_field.name == "achievement":
            kwargs["queryset"] = Achievement.objects.select_related("current_version")
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))


@admin.register(Requirement)
class RequirementAdmin(RoleAdmin[Requirement]):
    """The page on which a row's achievements are chosen; reached from the rule, not from the index."""

    fields = ("of_rule", "key", "kind", "n", "label")
    readonly_fields = ("of_rule", "key", "kind", "n")
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Requirement]:
        return super().get_queryset(request).select_related("version__pathway")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def has_add_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.version.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        """Rows go with their draft, or by the tick on its page."""
        return obj is not None and obj.version.is_draft and self._holds(request, self.editors)

    def save_model(
        self, request: HttpRequest, obj: Requirement, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        note_writer(draft=obj.version, by=request.user)  # type: ignore[arg-type]  # as above

    def delete_model(self, request: HttpRequest, obj: Requirement) -> None:
        super().delete_model(request, obj)
        note_writer(draft=obj.version, by=request.user)  # type: ignore[arg-type]  # as above

    def response_post_save_change(self, request: HttpRequest, obj: Requirement) -> HttpResponseRedirect:
        return HttpResponseRedirect(page_of(obj.version))

    @admin.display(description=_("rule"))
    def of_rule(self, row: Requirement) -> str:
        return format_html('<a href="{}">{}</a>', page_of(row.version), row.version)
