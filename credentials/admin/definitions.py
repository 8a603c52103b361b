"""Definitions: an achievement and the versions of its text; a draft is edited here, the rest is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ModelForm, ReadOnlyInline
from credentials.models import Achievement, AchievementVersion, Series
from credentials.services.artwork import ICONS, PALETTES, SHAPES, UnknownDesign
from credentials.services.defining import CannotPublish, next_draft, picture, publish_achievement
from credentials.services.drafting import note_writer
from credentials.services.once import KeyReused, once

DESIGN = {"shape": SHAPES, "palette": PALETTES, "icon": ICONS}
PREVIEW_SIZE = 256


class NextVersion(Act[Achievement]):
    name = "next-version"
    label = _("Make the next version")
    consequence = _(
        "A draft with the text in force is opened for you to change. What is held already keeps the text "
        "it was earned under. If a draft is open, you are taken to it."
    )
    done = _("Here is the draft.")
    refusals = {CannotPublish: 409, KeyReused: 422}

    def is_open(self, record: Achievement, by: Any) -> bool:
        return record.versions.exists()

    def facts(self, record: Achievement) -> Sequence[tuple[str, object]]:
        return [(gettext("Achievement"), record), (gettext("In force"), record.current_version or "–")]

    def do(self, record: Achievement, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="next version",
            parameters={"achievement": record.pk},
            do=lambda: page_of(next_draft(achievement=record, by=by)),
        )


class VersionInline(ReadOnlyInline[AchievementVersion, Achievement]):
    model = AchievementVersion
    fk_name = "achievement"
    fields = ("number", "name", "status", "published_at")
    verbose_name_plural = _("versions")


@admin.register(Achievement)
class AchievementAdmin(ActsAdmin[Achievement]):
    list_display = ("code", "called", "series", "is_active", "is_repeatable")
    list_filter = ("series", "is_active", "current_version__kind")
    list_select_related = ("series", "current_version")
    search_fields = ("code", "versions__name")
    fields = ("issuer", "series", "code", "is_active", "is_repeatable", "first_version")
    inlines = (VersionInline,)
    acts = (NextVersion(),)

    def get_readonly_fields(self, request: HttpRequest, obj: Achievement | None = None) -> tuple[str, ...]:
        """The code stands on certificates and in rules: once something is published it stays."""
        is_published = obj is not None and obj.current_version_id is not None
        return ("first_version", "issuer", "code") if is_published else ("first_version",)

    def view_on_site(self, obj: Achievement) -> str | None:
        return obj.get_absolute_url() if obj.current_version_id else None

    @admin.display(description=_("name"), ordering="current_version__name")
    def called(self, achievement: Achievement) -> str:
        return achievement.current_version.name if achievement.current_version else gettext("not published")

    @admin.display(description=_("text"))
    def first_version(self, achievement: Achievement) -> str:
        if not achievement.pk:
            return gettext("Save first, then write its text.")
        newest = achievement.versions.order_by("-number").first()
        if newest is not None:
            return format_html('<a href="{}">{}</a>', page_of(newest), newest)
        address = reverse("admin:credentials_achievementversion_add")
        return format_html(
            '<a href="{}?achievement={}">{}</a>', address, achievement.pk, gettext("Write its first version")
        )


class VersionForm(ModelForm[AchievementVersion]):
    """A draft's text; says what the database would refuse in the words of the form."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("expiry") == AchievementVersion.Expiry.NEVER:
            cleaned["expiry_months"] = None
        elif "expiry_months" in cleaned and not cleaned["expiry_months"]:
            self.add_error("expiry_months", _("Say after how many months it expires."))
        achievement = cleaned.get("achievement")
        drafts = AchievementVersion.objects.filter(
            achievement=achievement, status=AchievementVersion.Status.DRAFT
        )
        if achievement and drafts.exclude(pk=self.instance.pk).exists():
            self.add_error("achievement", _("This achievement has an open draft already. Change that one."))
        return cleaned


class PublishVersion(Act[AchievementVersion]):
    name = "publish"
    label = _("Publish")
    consequence = _(
        "The text, the picture and the rubric are frozen. New credentials carry this version; what is held "
        "already keeps the version it was earned under."
    )
    done = _("The version is published.")
    roles = frozenset({"approver"})
    refusals = {CannotPublish: 409, KeyReused: 422}

    def is_open(self, record: AchievementVersion, by: Any) -> bool:
        return record.is_draft

    def facts(self, record: AchievementVersion) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Achievement"), record.achievement),
            (gettext("Version"), record.number),
            (gettext("Name"), record.name),
            (gettext("Criteria"), record.criteria),
            (gettext("Written by"), record.written_by or "–"),
            (gettext("Held under earlier versions"), record.achievement.credentials.live().count()),
        ]

    def do(self, record: AchievementVersion, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="publish achievement",
            parameters={"version": record.pk},
            do=lambda: page_of(publish_achievement(version=record, by=by, at=at)),
        )


@admin.register(AchievementVersion)
class AchievementVersionAdmin(ActsAdmin[AchievementVersion]):
    list_display = ("name", "code", "number", "status", "kind", "level", "published_at")
    list_filter = ("status", "kind", "level", "achievement__series")
    list_select_related = ("achievement",)
    search_fields = ("name", "achievement__code")
    form = VersionForm
    fieldsets = (
        (None, {"fields": ("achievement", "status", "name", "description", "criteria")}),
        (
            _("Size and mode"),
            {"fields": ("kind", "level", "hours", "credits", "learning_mode", "assessment_mode", "language")},
        ),
        (_("Validity"), {"fields": ("expiry", "expiry_months")}),
        (_("Picture"), {"fields": ("shape", "palette", "icon", "image_alt")}),
        (_("Who"), {"fields": ("written_by", "published_by", "published_at")}),
    )
    acts = (PublishVersion(),)
    change_form_template = "admin/credentials/achievementversion/change_form.html"

    def has_change_permission(self, request: HttpRequest, obj: AchievementVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: AchievementVersion | None = None) -> bool:
        return obj is not None and obj.is_draft and self._holds(request, self.editors)

    def get_readonly_fields(
        self, request: HttpRequest, obj: AchievementVersion | None = None
    ) -> tuple[str, ...]:
        kept = ("status", "written_by", "published_by", "published_at")
        return (*kept, "achievement") if obj is not None else kept

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name in DESIGN:
            label = capfirst(str(db_field.verbose_name))
            return forms.ChoiceField(choices=DESIGN[db_field.name], label=label)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: AchievementVersion, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        if not change:
            newest = obj.achievement.versions.order_by("-number").first()
            obj.number = newest.number + 1 if newest else 1
        super().save_model(request, obj, form, change)
        note_writer(draft=obj, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in

    def view_on_site(self, obj: AchievementVersion) -> str | None:
        return None if obj.is_draft else obj.get_absolute_url()

    @admin.display(description=_("code"), ordering="achievement__code")
    def code(self, version: AchievementVersion) -> str:
        return version.achievement.code

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        name = "credentials_achievementversion_preview"
        return [path("preview/", view, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The picture of what stands in the form, saved or not, as PNG; changes nothing."""
        asked = request.POST if request.method == "POST" else request.GET
        try:
            image = picture(_as_asked(asked, version=request.GET.get("version", "")), PREVIEW_SIZE)
        except (UnknownDesign, KeyError, ValueError):
            return HttpResponseBadRequest(gettext("This picture cannot be drawn."), content_type="text/plain")
        return HttpResponse(image, content_type="image/png")


def _as_asked(asked: Mapping[str, Any], *, version: str) -> AchievementVersion:
    """A version that is never saved, with only what its picture shows."""
    achievement = _achievement_asked(str(asked.get("achievement", "")), version)
    design = {name: str(asked.get(name, "")) for name in ("shape", "palette", "icon", "level", "kind")}
    return AchievementVersion(achievement=achievement, **design)


def _achievement_asked(achievement: str, version: str) -> Achievement:
    rows = Achievement.objects.select_related("series")
    found = None
    if version.isdigit():
        found = rows.filter(versions=int(version)).first()
    elif achievement.isdigit():
        found = rows.filter(pk=int(achievement)).first()
    return found or Achievement(series=Series())
