"""Where one learns what an achievement asks: workshops and courses, what to read, and their dates."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.admin import ModelForm, RoleAdmin, RoleInline
from credentials.models import LearningActivity, Offering, Resource

HTTPS: Any = {models.URLField: {"assume_scheme": "https"}}


class ResourceInline(RoleInline[Resource, LearningActivity]):
    model = Resource
    extra = 1
    fields = ("position", "title", "url", "needed_when")
    formfield_overrides = HTTPS
    verbose_name_plural = _("what to read or watch when it is needed")


class OfferingForm(ModelForm[Offering]):
    """A date; says what the database would refuse in the words of the form."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in ("place", "link", "signup_url")):
            self.add_error("place", _("Say where: a place, a link to join or an address to sign up at."))
        begins, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("It ends before it begins."))
        currency = cleaned.get("currency")
        if currency:
            cleaned["currency"] = currency.upper()
        return cleaned


class OfferingInline(RoleInline[Offering, LearningActivity]):
    model = Offering
    form = OfferingForm
    template = "admin/edit_inline/stacked.html"
    extra = 1
    formfield_overrides = HTTPS
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "starts_at",
                    "ends_at",
                    ("mode", "seats"),
                    "place",
                    "link",
                    "signup_url",
                    ("price", "currency"),
                )
            },
        ),
    )
    verbose_name_plural = _("dates on which it is offered")


@admin.register(LearningActivity)
class LearningActivityAdmin(RoleAdmin[LearningActivity]):
    list_display = ("title", "kind", "series", "hours", "is_active")
    list_filter = ("kind", "series", "is_active")
    list_select_related = ("series",)
    search_fields = ("title", "achievements__code")
    fieldsets = (
        (None, {"fields": ("series", "title", "kind", "description", "hours", "is_active")}),
        (_("What it feeds"), {"fields": ("achievements", "teaches")}),
    )
    autocomplete_fields = ("achievements", "teaches")
    inlines = (ResourceInline, OfferingInline)

    def view_on_site(self, obj: LearningActivity) -> str:
        return obj.get_absolute_url()
