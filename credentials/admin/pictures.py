"""The designer of a draft's picture: its fields, their checks, and the picture that they would give."""

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminTextInputWidget
from django.core.files.base import ContentFile
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActsAdmin
from config.admin import ModelForm
from credentials.models import Achievement, AchievementVersion, Series
from credentials.services.artwork import ICONS, PALETTES, SHAPES, CannotDraw
from credentials.services.pictures import RefusedPicture, accept_picture
from credentials.services.picturing import colour_problem, legend_problem, seen, small_picture

CHOICES = {"shape": SHAPES, "palette": PALETTES, "icon": ICONS}
DRAWN_FROM = ("shape", "palette", "colour", "icon", "legend", "level", "kind")
PICTURE_FIELDS = ("shape", "icon", "palette", "colour", "legend", "uploaded", "image_alt")
PICTURE_FIELDSET: Any = (
    _("Picture"),
    {
        "fields": PICTURE_FIELDS,
        "description": _("Drawn from these choices; an own picture stands in the place of the drawing."),
    },
)

if TYPE_CHECKING:
    Base = ActsAdmin[AchievementVersion]
else:
    Base = object


class _InUse:
    """What the file widget shows of a picture that is kept: its page is ours, not the folder of files."""

    def __init__(self, version: AchievementVersion) -> None:
        self.url = f"{reverse('admin:credentials_achievementversion_preview')}?version={version.pk}"

    def __str__(self) -> str:
        return gettext("see it")


class OwnPictureInput(AdminFileWidget):
    def format_value(self, value: Any) -> Any:
        return _InUse(value.instance) if self.is_initial(value) else None


class OwnPictureField(forms.FileField):
    """A picture from outside, taken in by the service; Django's own field would open it in this process."""

    widget = OwnPictureInput(attrs={"accept": "image/png,image/jpeg"})

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if not upload:
            return upload
        try:
            picture = accept_picture(upload=upload)
        except RefusedPicture as refused:
            raise forms.ValidationError(str(refused), code="refused") from refused
        return ContentFile(picture, name=f"{hashlib.sha256(picture).hexdigest()}.png")


class ArtworkForm(ModelForm[AchievementVersion]):
    """Refuses words that do not fit and colours that cannot be told apart, each beside its field."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kept = self.instance.achievement if self.instance.achievement_id else None
        achievement = cleaned.get("achievement") or kept
        if achievement is None or any(name not in cleaned for name in DRAWN_FROM):
            return cleaned
        version = AchievementVersion(achievement=achievement, **{name: cleaned[name] for name in DRAWN_FROM})
        if problem := legend_problem(version):
            self.add_error("legend", problem)
        elif problem := colour_problem(version):
            self.add_error("colour", problem)
        return cleaned


class ArtworkAdmin(Base):
    """What the page of a version needs for its picture."""

    def get_fieldsets(self, request: HttpRequest, obj: AchievementVersion | None = None) -> Any:
        """Without the file where nobody may change it: the picture itself is shown below."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != "uploaded"]})
            for name, options in fieldsets
        ]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        label = capfirst(str(db_field.verbose_name))
        if db_field.name in CHOICES:
            return forms.ChoiceField(choices=CHOICES[db_field.name], label=label)
        if db_field.name == "uploaded":
            words = gettext("Square, PNG or JPEG, at least 512 pixels a side, at most 5 MB.")
            return OwnPictureField(label=label, required=False, help_text=words)
        if db_field.name == "legend":
            kwargs["widget"] = AdminTextInputWidget(attrs={"dir": "auto"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        name = "credentials_achievementversion_preview"
        return [path("preview/", view, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The picture of a kept version as PNG, or of what stands in the form, judged; changes nothing."""
        if request.method != "POST":
            return self._kept_picture(request)
        version = _as_asked(request.POST, version=request.GET.get("version", ""))
        if version is None:
            return HttpResponseBadRequest(gettext("This picture cannot be drawn."), content_type="text/plain")
        judged = seen(version=version, upload=request.FILES.get("uploaded"))
        context: dict[str, Any] = {"seen": judged}
        if judged.prints:
            context |= {
                "image": base64.b64encode(judged.prints.image).decode(),
                "thumbnail": base64.b64encode(judged.prints.thumbnail).decode(),
            }
        if "part" in request.POST:
            return TemplateResponse(request, "admin/credentials/achievementversion/seen.html", context)
        page = {**self.admin_site.each_context(request), "title": gettext("Picture"), "opts": self.opts}
        return TemplateResponse(
            request, "admin/credentials/achievementversion/seen_page.html", {**page, **context}
        )

    def _kept_picture(self, request: HttpRequest) -> HttpResponse:
        """As small as in lists."""
        number = request.GET.get("version", "")
        rows = self.get_queryset(request)
        version = rows.filter(pk=int(number)).first() if number.isdigit() else None
        try:
            picture = small_picture(version=version) if version else None
        except CannotDraw:
            picture = None
        if picture is None:
            return HttpResponseBadRequest(gettext("This picture cannot be drawn."), content_type="text/plain")
        return HttpResponse(picture, content_type="image/png")


def _as_asked(asked: Mapping[str, Any], *, version: str) -> AchievementVersion | None:
    """A version that is never saved, with only what its picture shows; None for an unknown level."""
    known = AchievementVersion.objects.select_related("achievement__series")
    kept = known.filter(pk=int(version)).first() if version.isdigit() else None
    fields = {name: str(asked.get(name, "")).strip() for name in DRAWN_FROM}
    if fields["level"] not in AchievementVersion.Level:
        return None
    own = kept.uploaded if kept is not None and "uploaded-clear" not in asked else ""
    achievement = kept.achievement if kept is not None else _achievement(str(asked.get("achievement", "")))
    return AchievementVersion(achievement=achievement, uploaded=own, **fields)


def _achievement(number: str) -> Achievement:
    """The achievement chosen in the form, or one without a name while none is."""
    rows = Achievement.objects.select_related("series")
    found = rows.filter(pk=int(number)).first() if number.isdigit() else None
    return found or Achievement(series=Series())
