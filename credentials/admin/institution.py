"""The institution: who issues, in which series, and who learns together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import RoleAdmin
from credentials.admin.endorsements import Endorse
from credentials.admin.keys import MakeKey
from credentials.admin.printing import PRINTING_FIELDSET, PrintingAdmin, SignatoryInline
from credentials.models import Cohort, Issuer, Series
from credentials.services.artwork import MARKS
from credentials.services.cohorts import Part, UnknownPeople, change_people
from credentials.services.once import KeyReused, once


@admin.register(Issuer)
class IssuerAdmin(PrintingAdmin, ActsAdmin[Issuer]):
    list_display = ("name", "slug", "is_main", "did")
    fieldsets = (
        (
            None,
            {"fields": ("name", "slug", "is_main", "did", "url", "email", "description", "country")},
        ),
        PRINTING_FIELDSET,
    )
    inlines = (SignatoryInline,)
    change_form_template = "admin/credentials/issuer/change_form.html"
    acts = (MakeKey(), Endorse())
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Issuer | None = None) -> tuple[str, ...]:
        """Once a key is made the identifier stands in signed documents: what it is made of stays."""
        return ("did", "slug", "is_main") if obj is not None and obj.did else ("did",)


@admin.register(Series)
class SeriesAdmin(RoleAdmin[Series]):
    list_display = ("name", "slug", "issuer", "board")
    list_select_related = ("issuer", "board")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("issuer", "name", "slug", "description", "mark")}),
        (_("Who decides, and how often"), {"fields": ("board", "review_months", "when_overdue")}),
    )

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "mark":
            return forms.ChoiceField(
                choices=MARKS, label=capfirst(str(db_field.verbose_name)), help_text=db_field.help_text
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class PeopleForm(ActForm):
    """Whom to add, by address, and whom to take out, by tick."""

    add = forms.CharField(
        label=_("Add"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("E-mail addresses, each on a line of its own."),
    )
    take_out: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, people: models.QuerySet[Any]) -> None:
        field: Any = self.fields["take_out"]
        field.queryset = people
        if not self.is_bound and not people.exists():
            del self.fields["take_out"]


class ChangePeople(Act[Cohort]):
    """One act for members, one for faculty."""

    form_class = PeopleForm
    refusals = {UnknownPeople: 409, KeyReused: 422}

    def __init__(self, part: Part) -> None:
        self.part = part

    def people(self, cohort: Cohort) -> models.QuerySet[Any]:
        return (cohort.members if self.part is Part.MEMBERS else cohort.faculty).order_by("name", "pk")

    def form(self, record: Cohort, data: Mapping[str, Any] | None) -> ActForm:
        form = PeopleForm(data)
        # What was sent may name anybody: a second arrival names people who are gone by then.
        form.offer(self.people(record) if data is None else Cohort.members.rel.model._default_manager.all())
        return form

    def do(self, record: Cohort, form: ActForm, *, by: Any, at: datetime) -> str:
        add = form.cleaned_data["add"].splitlines()
        leaving = sorted(form.cleaned_data["take_out"], key=lambda user: user.pk)

        def change() -> str:
            change_people(cohort=record, part=self.part, add=add, take_out=leaving, by=by)
            return page_of(record)

        return once(
            actor=by,
            key=form.operation,
            act=f"change {self.part.value}",
            parameters={"cohort": record.pk, "add": add, "take_out": [user.pk for user in leaving]},
            do=change,
        )


class ChangeMembers(ChangePeople):
    name = "members"
    label = _("Change members")
    consequence = _("Members of a cohort learn together; its faculty sees and marks their work.")
    done = _("The members are changed.")

    def __init__(self) -> None:
        super().__init__(Part.MEMBERS)


class ChangeFaculty(ChangePeople):
    name = "faculty"
    label = _("Change faculty")
    consequence = _("The faculty of a cohort sees and marks its members' work, if they hold the role.")
    done = _("The faculty is changed.")

    def __init__(self) -> None:
        super().__init__(Part.FACULTY)


@admin.register(Cohort)
class CohortAdmin(ActsAdmin[Cohort]):
    list_display = ("name", "series", "site", "starts_on", "ends_on", "size")
    list_filter = ("series",)
    list_select_related = ("series",)
    search_fields = ("name", "site")
    fields = ("name", "series", "site", "starts_on", "ends_on", "who_learns", "who_teaches")
    readonly_fields = ("who_learns", "who_teaches")
    acts: ClassVar[tuple[Act[Any], ...]] = (ChangeMembers(), ChangeFaculty())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Cohort]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(description=_("members"), ordering="member_count")
    def size(self, cohort: Cohort) -> int:
        return int(getattr(cohort, "member_count", 0))

    @admin.display(description=_("members"))
    def who_learns(self, cohort: Cohort) -> str:
        return self._names(cohort.members) if cohort.pk else gettext("Save first, then add people.")

    @admin.display(description=_("faculty"))
    def who_teaches(self, cohort: Cohort) -> str:
        return self._names(cohort.faculty) if cohort.pk else gettext("Save first, then add people.")

    def _names(self, people: Any) -> str:
        return "\n".join(people.order_by("name", "pk").values_list("name", flat=True)) or gettext(
            "nobody yet"
        )
