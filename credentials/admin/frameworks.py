"""Frameworks: written as drafts, published, exported, and held against the catalogue: a map and its gaps."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ModelForm
from credentials.analytics import Gaps, Place, gaps, landscape
from credentials.models import CompetencyFramework
from credentials.services.frameworks import (
    CannotChange,
    case_document,
    file_name,
    publish_framework,
    retire_framework,
)
from credentials.services.importing import write_table
from credentials.services.once import KeyReused, once

Status = CompetencyFramework.Status
HTTPS: Any = {models.URLField: {"assume_scheme": "https"}}
STAFF = frozenset({"registrar", "approver"})


class PublishFramework(Act[CompetencyFramework]):
    name = "publish"
    label = _("Publish")
    consequence = _("Everyone can read the framework and fetch it as data.")
    done = _("The framework is published.")
    roles = STAFF
    refusals = {CannotChange: 409, KeyReused: 422}

    def is_open(self, record: CompetencyFramework, by: Any) -> bool:
        return record.status != Status.PUBLISHED

    def facts(self, record: CompetencyFramework) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Framework"), record),
            (gettext("Published by"), record.creator),
            (gettext("Competencies"), record.competencies.count()),
        ]

    def do(self, record: CompetencyFramework, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="publish framework",
            parameters={"framework": record.pk},
            do=lambda: page_of(publish_framework(framework=record, by=by)),
        )


class RetireFramework(Act[CompetencyFramework]):
    name = "retire"
    label = _("Retire")
    consequence = _(
        "The framework leaves the public list and is no longer changed. Its page stays, because what is "
        "earned already points at it."
    )
    done = _("The framework is retired.")
    roles = STAFF
    refusals = {CannotChange: 409, KeyReused: 422}
    is_grave = True

    def is_open(self, record: CompetencyFramework, by: Any) -> bool:
        return record.status == Status.PUBLISHED

    def do(self, record: CompetencyFramework, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="retire framework",
            parameters={"framework": record.pk},
            do=lambda: page_of(retire_framework(framework=record, by=by)),
        )


class FrameworkForm(ModelForm[CompetencyFramework]):
    levels = forms.CharField(
        label=_("Levels"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line, the lowest first; empty where it has none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["levels"] = "\n".join(self.instance.levels)

    def clean_levels(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["levels"]).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


@admin.register(CompetencyFramework)
class CompetencyFrameworkAdmin(ActsAdmin[CompetencyFramework]):
    list_display = ("title", "version", "creator", "status", "size")
    list_filter = ("status",)
    search_fields = ("title", "creator")
    form = FrameworkForm
    formfield_overrides = HTTPS
    fields = (
        "status",
        "title",
        "version",
        "creator",
        "description",
        "language",
        "uri",
        "licence",
        "levels",
        "replaces",
        "contents",
    )
    acts = (PublishFramework(), RetireFramework())
    change_form_template = "admin/credentials/competencyframework/change_form.html"

    def has_change_permission(self, request: HttpRequest, obj: CompetencyFramework | None = None) -> bool:
        is_draft = obj is None or obj.status == Status.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: CompetencyFramework | None = None
    ) -> tuple[str, ...]:
        return ("status", "contents", "levels_in_order")

    def get_fields(self, request: HttpRequest, obj: CompetencyFramework | None = None) -> Any:
        """Where nobody may change them, the levels are read as a line."""
        may_change = obj is None or self.has_change_permission(request, obj)
        return [name if may_change or name != "levels" else "levels_in_order" for name in self.fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompetencyFramework]:
        frameworks: QuerySet[CompetencyFramework] = super().get_queryset(request)
        return frameworks.annotate(size=Count("competencies"))

    def view_on_site(self, obj: CompetencyFramework) -> str | None:
        return None if obj.status == Status.DRAFT else obj.get_absolute_url()

    @admin.display(description=_("levels, lowest first"))
    def levels_in_order(self, framework: CompetencyFramework) -> str:
        return ", ".join(framework.levels) or "-"

    @admin.display(description=_("competencies"), ordering="size")
    def size(self, framework: CompetencyFramework) -> int:
        return int(getattr(framework, "size", 0))

    @admin.display(description=_("competencies"))
    def contents(self, framework: CompetencyFramework) -> str:
        if not framework.pk:
            return gettext("Save first, then add its competencies or import them.")
        size = framework.competencies.count()
        words = ngettext("%(count)d competency", "%(count)d competencies", size) % {"count": size}
        listed = reverse("admin:credentials_competency_changelist")
        return format_html('<a href="{}?framework__id__exact={}">{}</a>', listed, framework.pk, words)

    # --- Pages of its own -------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        pages = {"case": "case.json", "map": "map/", "gaps": "gaps/", "table": "gaps.csv"}
        views = {
            "case": self.case_view,
            "map": self.map_view,
            "gaps": self.gaps_view,
            "table": self.table_view,
        }
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(views[name]),
                name=f"credentials_competencyframework_{name}",
            )
            for name, address in pages.items()
        ]
        return [*own, *super().get_urls()]

    def _framework(self, request: HttpRequest, pk: int) -> CompetencyFramework:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(CompetencyFramework, pk=pk)

    def _page(
        self, request: HttpRequest, framework: CompetencyFramework, name: str, title: str, **context: object
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/credentials/competencyframework/{name}.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "subtitle": str(framework),
                "opts": self.opts,
                "original": framework,
                **context,
            },
        )

    def case_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        framework = self._framework(request, pk)
        document = json.dumps(case_document(framework), ensure_ascii=False, indent=1)
        return _download(document.encode(), "application/json", file_name(framework))

    def map_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        framework = self._framework(request, pk)
        is_cognitive = request.GET.get("by") == "cognitive"
        return self._page(
            request,
            framework,
            "map",
            gettext("Map of achievements"),
            map=landscape(framework, by_cognitive_level=is_cognitive),
            is_cognitive=is_cognitive,
        )

    def gaps_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        framework = self._framework(request, pk)
        found = gaps(framework)
        groups = [(code, words, getattr(found, code)) for code, words in _group_names().items()]
        return self._page(request, framework, "gaps", gettext("Gaps"), groups=groups)

    def table_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        framework = self._framework(request, pk)
        table = _gap_table(gaps(framework))
        name = file_name(framework).replace(".case.json", "-gaps.csv")
        return _download(table, "text/csv; charset=utf-8", name)


def _group_names() -> dict[str, str]:
    return {
        "uncovered": gettext("Not covered"),
        "only_taught": gettext("Taught, but never assessed"),
        "covered": gettext("Covered"),
        "covered_twice": gettext("Covered twice or more"),
    }


def _gap_table(found: Gaps) -> bytes:
    header = [
        gettext("Code"),
        gettext("Competency"),
        gettext("Domain"),
        gettext("Level"),
        gettext("State"),
        gettext("Achievements"),
        gettext("Taught in"),
    ]
    names = _group_names()
    return write_table(
        header,
        (
            [
                place.competency.code,
                place.competency.name,
                place.domain.name,
                place.competency.level,
                names[_state(place)],
                "; ".join(version.name for version in place.shown_by),
                "; ".join(activity.title for activity in place.taught_in),
            ]
            for place in found.places
        ),
    )


def _state(place: Place) -> str:
    if len(place.shown_by) > 1:
        return "covered_twice"
    if place.shown_by:
        return "covered"
    return "only_taught" if place.taught_in else "uncovered"


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
