"""Definitions: an achievement and the versions of its text; a draft is written here, the rest is read."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActsAdmin, page_of
from config.admin import DraftInline, ReadOnlyInline
from config.clock import now
from credentials.admin.comparing import validity
from credentials.admin.governance import StartPilot
from credentials.admin.looking import looked_over
from credentials.admin.pictures import PICTURE_FIELDSET, ArtworkAdmin, ArtworkForm
from credentials.admin.reviewing import (
    Approve,
    Clone,
    ConfirmReason,
    GiveReason,
    NextVersion,
    PublishVersion,
    Renew,
    Retire,
    ReturnToDraft,
    SendForReview,
    WithdrawReason,
)
from credentials.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    Decision,
    DesignReason,
    Pilot,
    VersionCompetency,
)
from credentials.queries import local_day, reasons_to_confirm, reviews_due, reviews_overdue
from credentials.services.drafting import note_writer

LISTS = {"assessment_types": AchievementVersion.Method, "evidence_kinds": AchievementVersion.EvidenceKind}
IN_WORDS = {"assessment_types": "methods_in_words", "evidence_kinds": "evidence_in_words"}


class ReviewState(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("overdue")), ("due", _("due within 30 days"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        chosen = {"overdue": reviews_overdue, "due": reviews_due}.get(self.value() or "")
        return queryset.filter(pk__in=chosen(local_day(now())).values("pk")) if chosen else queryset


class InPilot(admin.SimpleListFilter):
    title = _("pilot")
    parameter_name = "pilot"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", _("in pilot"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "running":
            return queryset.filter(pilot__outcome=Pilot.Outcome.RUNNING)
        return queryset


class VersionInline(ReadOnlyInline[AchievementVersion, Achievement]):
    model = AchievementVersion
    fk_name = "achievement"
    fields = ("number", "name", "status", "published_at")
    verbose_name_plural = _("versions")


@admin.register(Achievement)
class AchievementAdmin(ActsAdmin[Achievement]):
    list_display = ("code", "called", "series", "is_active", "is_repeatable", "review_due_on")
    list_filter = ("series", "is_active", ReviewState, InPilot, "current_version__kind")
    search_fields = ("code", "versions__name")
    fields = (
        "issuer",
        "series",
        "code",
        "is_active",
        "is_repeatable",
        "offers_open_badges_2",
        "first_version",
        "review_due_on",
        "trial",
    )
    inlines = (VersionInline,)
    acts: ClassVar[tuple[Act[Any], ...]] = (NextVersion(), Clone(), StartPilot(), Renew(), Retire())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Achievement]:
        """With all that its name and its acts ask, also where others choose it from a list."""
        return super().get_queryset(request).select_related("series", "current_version", "pilot")

    def get_readonly_fields(self, request: HttpRequest, obj: Achievement | None = None) -> tuple[str, ...]:
        """The code stands on certificates and in rules: once something is published it stays."""
        always = ("first_version", "review_due_on", "trial")
        is_published = obj is not None and obj.current_version_id is not None
        return (*always, "issuer", "code") if is_published else always

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

    @admin.display(description=_("pilot"))
    def trial(self, achievement: Achievement) -> str:
        pilot = getattr(achievement, "pilot", None)
        if pilot is None:
            return gettext("None; it is open to all.")
        return format_html('<a href="{}">{}</a>', page_of(pilot), pilot.get_outcome_display())


class VersionForm(ArtworkForm):
    """A draft's text; says what the database would refuse in the words of the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "expiry" in self.fields:
            self._say_what_the_area_decided()

    def _say_what_the_area_decided(self) -> None:
        area = self.instance.subject_area
        choices = [("", gettext("not decided yet")), *AchievementVersion.Expiry.choices]
        if area is not None:
            of_area = AchievementVersion(expiry=AchievementVersion.Expiry.AREA, subject_area=area)
            choices = [
                (value, validity(of_area) if value == AchievementVersion.Expiry.AREA else label)
                for value, label in choices
            ]
        self.fields["expiry"].choices = choices  # type: ignore[attr-defined]  # a field with choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("expiry") != AchievementVersion.Expiry.MONTHS:
            cleaned["expiry_months"] = None
        elif "expiry_months" in cleaned and not cleaned["expiry_months"]:
            self.add_error("expiry_months", _("Say after how many months it expires."))
        achievement = cleaned.get("achievement")
        opened = AchievementVersion.objects.filter(
            achievement=achievement, status__in=AchievementVersion.OPEN
        )
        if achievement and opened.exclude(pk=self.instance.pk).exists():
            self.add_error("achievement", _("This achievement has an open draft already. Change that one."))
        own = self.instance.achievement if self.instance.achievement_id else achievement
        for name in ("requires", "leads_to"):
            chosen = cleaned.get(name)
            if own is not None and chosen and own in (chosen if name == "requires" else [chosen]):
                self.add_error(name, _("An achievement cannot build on itself."))
        return cleaned


class CompetencyInline(DraftInline[VersionCompetency, AchievementVersion]):
    model = VersionCompetency
    fields = ("position", "competency", "level", "criterion")
    autocomplete_fields = ("competency",)
    verbose_name_plural = _("what it shows: competencies, at which level, and what can be observed")
    formfield_overrides: ClassVar[Any] = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 40})}
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[VersionCompetency]:
        return super().get_queryset(request).select_related("competency")


class AlignmentInline(DraftInline[Alignment, AchievementVersion]):
    model = Alignment
    template = "admin/edit_inline/stacked.html"
    fk_name = "version"
    classes = ("collapse",)
    exclude = ("competency",)
    formfield_overrides: ClassVar[Any] = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})},
    }
    verbose_name_plural = _("outside standards it answers to")


class ReasonInline(ReadOnlyInline[DesignReason, AchievementVersion]):
    model = DesignReason
    fields = ("code", "reason", "written_by", "confirmed_by")
    verbose_name_plural = _("reasons why a finding may stand")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[DesignReason]:
        return super().get_queryset(request).select_related("written_by", "confirmed_by")


class DecisionInline(ReadOnlyInline[Decision, AchievementVersion]):
    model = Decision
    fields = ("kind", "board", "decided_on", "reason", "recorded_by")
    verbose_name_plural = _("decisions")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Decision]:
        return super().get_queryset(request).select_related("board", "recorded_by")


class ReasonsWait(admin.SimpleListFilter):
    title = _("reasons")
    parameter_name = "reasons"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("wait to be confirmed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(pk__in=reasons_to_confirm().values("version"))
        return queryset


@admin.register(AchievementVersion)
class AchievementVersionAdmin(ArtworkAdmin, ActsAdmin[AchievementVersion]):
    list_display = ("name", "code", "number", "status", "kind", "level", "published_at")
    list_filter = ("status", ReasonsWait, "kind", "level", "achievement__series")
    list_select_related = ("achievement",)
    search_fields = ("name", "achievement__code")
    form = VersionForm
    fieldsets = (
        (
            _("What it is"),
            {
                "fields": (
                    "achievement",
                    "status",
                    "name",
                    "kind",
                    "level",
                    "subject_area",
                    "description",
                    "outcomes",
                    "criteria",
                    "language",
                )
            },
        ),
        (
            _("How long and how hard"),
            {
                "fields": (
                    "hours",
                    "credits",
                    "credit_system",
                    "qualification_framework",
                    "qualification_level",
                    "learning_mode",
                )
            },
        ),
        (
            _("How it is assessed"),
            {
                "fields": (
                    "assessment_types",
                    "evidence_kinds",
                    "assessment_mode",
                    "supervision",
                    "quality_assurance",
                )
            },
        ),
        (
            _("Validity"),
            {
                "fields": ("expiry", "expiry_months"),
                "description": _("“Never” is a choice, too: a draft without a decision is not published."),
            },
        ),
        (_("Before and after"), {"fields": ("requires", "prerequisites", "leads_to")}),
        PICTURE_FIELDSET,
        (_("Who"), {"fields": ("written_by", "approved_by", "approved_at", "published_by", "published_at")}),
    )
    autocomplete_fields = ("requires", "leads_to")
    inlines = (CompetencyInline, AlignmentInline, ReasonInline, DecisionInline)
    acts: ClassVar[tuple[Act[Any], ...]] = (
        SendForReview(),
        Approve(),
        ReturnToDraft(),
        PublishVersion(),
        GiveReason(),
        ConfirmReason(),
        WithdrawReason(),
    )
    change_form_template = "admin/credentials/achievementversion/change_form.html"
    formfield_overrides: ClassVar[Any] = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AchievementVersion]:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "achievement__series__board",
                "achievement__issuer",
                "achievement__current_version__subject_area",
                "achievement__current_version__leads_to__current_version",
                "subject_area",
                "leads_to__current_version",
            )
        )

    def has_change_permission(self, request: HttpRequest, obj: AchievementVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: AchievementVersion | None = None) -> bool:
        return obj is not None and obj.is_draft and self._holds(request, self.editors)

    def get_fieldsets(self, request: HttpRequest, obj: AchievementVersion | None = None) -> Any:
        """Where nobody may change them, lists of choices are read in words."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": [IN_WORDS.get(name, name) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def get_inlines(self, request: HttpRequest, obj: AchievementVersion | None) -> list[Any]:
        """Reasons and decisions once there can be any."""
        return [row for row in self.inlines if obj is not None or issubclass(row, DraftInline)]

    def get_readonly_fields(
        self, request: HttpRequest, obj: AchievementVersion | None = None
    ) -> tuple[str, ...]:
        kept = ("status", "written_by", "approved_by", "approved_at", "published_by", "published_at")
        return (*kept, "achievement", *IN_WORDS.values()) if obj is not None else kept

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        label = capfirst(str(db_field.verbose_name))
        if db_field.name in LISTS:
            return forms.MultipleChoiceField(
                choices=LISTS[db_field.name].choices,
                label=label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: AchievementVersion, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        if not change:
            newest = obj.achievement.versions.order_by("-number").first()
            obj.number = newest.number + 1 if newest else 1
        super().save_model(request, obj, form, change)
        note_writer(draft=obj, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody else in

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        version = kwargs.get("obj")
        if version is not None and not version.is_public:
            context["look"] = looked_over(version, request.user, self.has_change_permission(request, version))
        return super().render_change_form(request, context, *args, **kwargs)

    def view_on_site(self, obj: AchievementVersion) -> str | None:
        return obj.get_absolute_url() if obj.is_public else None

    @admin.display(description=_("assessed by"))
    def methods_in_words(self, version: AchievementVersion) -> str:
        return _in_words(version, "assessment_types")

    @admin.display(description=_("evidence asked for"))
    def evidence_in_words(self, version: AchievementVersion) -> str:
        return _in_words(version, "evidence_kinds")

    @admin.display(description=_("code"), ordering="achievement__code")
    def code(self, version: AchievementVersion) -> str:
        return version.achievement.code


def _in_words(version: AchievementVersion, name: str) -> str:
    return ", ".join(str(LISTS[name](chosen).label) for chosen in getattr(version, name)) or "-"
