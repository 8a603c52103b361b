"""The gallery: the pictures of all achievements side by side, and which of them are nearly the same."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from config.acts import page_of
from config.admin import READERS
from credentials.models import AchievementVersion, Series
from credentials.services.picturing import alike_among, shown

PER_PAGE = 60
STATUSES = (
    ("", _("drafts and in force")),
    ("open", _("not published yet")),
    ("published", _("in force")),
)


class GalleryForm(forms.Form):
    """What the gallery shows; the answers stand in the address."""

    series = forms.ModelChoiceField(
        Series.objects.order_by("name"), required=False, label=_("Series"), empty_label=_("every series")
    )
    status = forms.ChoiceField(choices=STATUSES, required=False, label=_("Status"))

    def chosen(self) -> QuerySet[AchievementVersion]:
        rows = shown().select_related("achievement__series").order_by("achievement__code", "number")
        answers = self.cleaned_data if self.is_valid() else {}
        if answers.get("series"):
            rows = rows.filter(achievement__series=answers["series"])
        if answers.get("status") == "open":
            rows = rows.filter(status__in=AchievementVersion.OPEN)
        elif answers.get("status") == "published":
            rows = rows.filter(status=AchievementVersion.Status.PUBLISHED)
        return rows


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture on the wall."""

    name: str
    code: str
    status: str
    url: str
    image_url: str
    image_alt: str


@never_cache
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """For those who read definitions; nobody else finds it."""
    user: Any = request.user
    if not user.roles & READERS:
        raise Http404
    form = GalleryForm(request.GET)
    versions = list(form.chosen())
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Gallery"),
        "form": form,
        "pairs": [(_frame(one), _frame(other)) for one, other in alike_among(versions)],
        "frames": [_frame(version) for version in page],
        "page_obj": page,
    }
    return TemplateResponse(request, "admin/credentials/gallery.html", context)


def _frame(version: AchievementVersion) -> Frame:
    kept = f"{reverse('admin:credentials_achievementversion_preview')}?version={version.pk}"
    return Frame(
        name=version.name,
        code=version.achievement.code,
        status=str(version.get_status_display()),
        url=page_of(version),
        image_url=version.thumbnail_url if version.is_public else kept,
        image_alt=version.image_alt,
    )
