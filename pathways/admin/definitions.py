"""Pathways: what they are called and what they award; their rules are versions of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin
from config.admin import ReadOnlyInline
from credentials.models import Achievement
from credentials.services.once import KeyReused, once
from pathways.admin.builder import rule_page
from pathways.models import Pathway, PathwayVersion
from pathways.services.publishing import CannotPublish, clone_pathway, next_draft


class NextDraft(Act[Pathway]):
    name = "next-draft"
    label = _("Make the next draft")
    consequence = _(
        "A draft of the rule is opened for you to change, with the rows of the version in force. Learners "
        "who are enrolled stay on their version. If a draft is open, you are taken to it."
    )
    done = _("Here is the draft.")
    refusals = {KeyReused: 422}

    def facts(self, record: Pathway) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Pathway"), record),
            (gettext("In force"), record.current_version or gettext("nothing yet")),
        ]

    def do(self, record: Pathway, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="next draft",
            parameters={"pathway": record.pk},
            do=lambda: rule_page(next_draft(pathway=record, by=by)),
        )


class CloneForm(ActForm):
    name = forms.CharField(label=_("Name of the new pathway"), max_length=200)
    awards = forms.ModelChoiceField(
        Achievement.objects.select_related("current_version"),
        label=_("What it awards"),
        help_text=_(
            "The stacked certificate that follows: the same one, earned another way, or another one."
        ),
    )


class Clone(Act[Pathway]):
    name = "clone"
    label = _("Begin another from it")
    consequence = _(
        "A new pathway is made, with a draft of its rule copied from the newest version of this one, and you "
        "are taken to it. This pathway, who is enrolled on it and whatever was issued stay as they are."
    )
    done = _("Here is the draft of the new pathway.")
    form_class = CloneForm
    refusals = {CannotPublish: 409, KeyReused: 422}

    def is_open(self, record: Pathway, by: Any) -> bool:
        return record.versions.exists()

    def form(self, record: Pathway, data: Mapping[str, Any] | None) -> ActForm:
        return CloneForm(data, initial={"awards": record.awards_id})

    def do(self, record: Pathway, form: ActForm, *, by: Any, at: datetime) -> str:
        name, awards = form.cleaned_data["name"], form.cleaned_data["awards"]
        return once(
            actor=by,
            key=form.operation,
            act="clone pathway",
            parameters={"pathway": record.pk, "name": name, "awards": awards.pk},
            do=lambda: rule_page(clone_pathway(pathway=record, name=name, awards=awards, by=by)),
        )


class RuleInline(ReadOnlyInline[PathwayVersion, Pathway]):
    model = PathwayVersion
    fk_name = "pathway"
    fields = ("number", "status", "lapse_policy", "published_at", "pages")
    verbose_name_plural = _("versions of the rule")

    @admin.display(description=_("rule"))
    def pages(self, version: PathwayVersion) -> str:
        """Where it is read or built, and the file it can be kept as."""
        return format_html(
            '<a href="{}">{}</a>, <a href="{}">{}</a>',
            rule_page(version),
            gettext("build") if version.is_draft else gettext("read"),
            rule_page(version, "export"),
            gettext("download"),
        )


@admin.register(Pathway)
class PathwayAdmin(ActsAdmin[Pathway]):
    list_display = ("name", "model", "awards", "in_force")
    list_filter = ("model",)
    list_select_related = ("awards__current_version", "current_version")
    search_fields = ("name",)
    fields = ("name", "slug", "description", "model", "awards", "enrolment_policy", "in_force")
    inlines = (RuleInline,)
    acts = (NextDraft(), Clone())
    change_form_template = "admin/pathways/pathway/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Pathway | None = None) -> tuple[str, ...]:
        """What it awards and its address are promised to those who enrolled."""
        if obj is not None and obj.current_version_id is not None:
            return ("in_force", "slug", "awards")
        return ("in_force",)

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        if db_field.name == "awards":
            kwargs["queryset"] = Achievement.objects.select_related("current_version")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def view_on_site(self, obj: Pathway) -> str | None:
        return obj.get_absolute_url() if obj.current_version_id else None

    @admin.display(description=_("version in force"))
    def in_force(self, pathway: Pathway) -> str:
        version = pathway.current_version
        return gettext("version %(number)d") % {"number": version.number} if version else gettext("none yet")
