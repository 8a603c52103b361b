"""What an issuer's certificates look like: chosen, seen at once, printed as a sample before it is saved."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminRadioSelect
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import ActsAdmin
from config.admin import RoleInline
from config.clock import now
from credentials.admin.pictures import OwnPictureField
from credentials.models import Issuer, Signatory
from credentials.models.issuer import Paper
from credentials.services.artwork import PALETTES
from credentials.services.printing import DESIGNS, PressFailed, PressMissing, SignatoryFacts
from credentials.services.rendering import signatories_of
from credentials.services.specimens import Specimen, specimen_pdf, specimen_sheet

MOST_SIGNATORIES = 3
CHOICES: Mapping[str, Any] = {
    "certificate_design": DESIGNS,
    "certificate_paper": Paper.choices,
    "certificate_palette": (("", _("of each achievement's own picture")), *PALETTES),
}
PRINTING_FIELDSET: Any = (
    _("Certificates"),
    {
        "fields": (*CHOICES, "logo"),
        "description": _("For certificates printed from now on. What is printed stays as it is."),
    },
)
SEALED = "sandbox; default-src 'none'"

if TYPE_CHECKING:
    Base = ActsAdmin[Issuer]
    InlineFormSet = forms.BaseInlineFormSet[Signatory, Issuer, forms.ModelForm[Signatory]]
else:
    Base = object
    InlineFormSet = forms.BaseInlineFormSet


class SignatoryFormSet(InlineFormSet):
    """Empty rows stand ready with the places that are still free."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        issuer: Issuer | None = kwargs.get("instance")
        kept = issuer.signatories.all() if issuer and issuer.pk else ()
        taken = {row.position for row in kept}
        free = [place for place in range(1, MOST_SIGNATORIES + 1) if place not in taken]
        kwargs.setdefault("initial", [{"position": place} for place in free])
        super().__init__(*args, **kwargs)


class SignatoryInline(RoleInline[Signatory, Issuer]):
    model = Signatory
    formset = SignatoryFormSet
    fields = ("position", "name", "office")
    max_num = extra = MOST_SIGNATORIES


class _KeptLogo:
    """What the file widget shows of the logo that is kept: it stands on the sheet below."""

    url = "#specimen-heading"

    def __str__(self) -> str:
        return gettext("see it below")


class LogoInput(AdminFileWidget):
    def format_value(self, value: Any) -> Any:
        return _KeptLogo() if self.is_initial(value) else None


class PrintingAdmin(Base):
    """What the page of an issuer needs for its certificates."""

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        label = capfirst(str(db_field.verbose_name))
        if db_field.name == "certificate_design":
            return forms.ChoiceField(
                choices=DESIGNS, label=label, widget=AdminRadioSelect, initial=db_field.get_default()
            )
        if db_field.name in CHOICES:
            return forms.ChoiceField(
                choices=CHOICES[db_field.name],
                label=label,
                required=db_field.name != "certificate_palette",
                initial=db_field.get_default(),
            )
        if db_field.name == "logo":
            return OwnPictureField(
                label=label,
                required=False,
                widget=LogoInput(attrs={"accept": "image/png,image/jpeg"}),
                help_text=gettext("Square, PNG or JPEG, at least 512 pixels a side, at most 5 MB."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sample_view)
        return [path("<int:pk>/sample.pdf", view, name="credentials_issuer_sample"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        issuer = kwargs.get("obj")
        if issuer is not None:
            context |= _sheet(Specimen(issuer=issuer, signatories=signatories_of(issuer)))
        return super().render_change_form(request, context, *args, **kwargs)

    def sample_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A sample of what is kept, or of what stands in the form; as PDF, or a part of the page."""
        issuer = self._readable(request, pk)
        if request.method == "POST":
            specimen = _as_asked(issuer, request.POST)
        else:
            specimen = Specimen(issuer=issuer, signatories=signatories_of(issuer))
        if "part" in request.POST:
            return TemplateResponse(request, "admin/credentials/issuer/sheet.html", _sheet(specimen))
        try:
            pdf = specimen_pdf(specimen=specimen, at=now())
        except (PressMissing, PressFailed) as failed:
            return HttpResponse(str(failed), status=503, content_type="text/plain")
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="specimen.pdf"'
        response["Content-Security-Policy"] = SEALED
        return response

    def _readable(self, request: HttpRequest, pk: int) -> Issuer:
        if not self.has_view_permission(request):
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=pk)


def _sheet(specimen: Specimen) -> dict[str, Any]:
    design = specimen.issuer.certificate_design
    return {
        "sheet": specimen_sheet(specimen=specimen, at=now()),
        "sheet_styles": ("certificates/sheet.css", f"certificates/{design}.css"),
    }


def _as_asked(issuer: Issuer, asked: Mapping[str, Any]) -> Specimen:
    """The issuer as the form has it; it is not saved. What is not on a list stays as it is kept."""
    for name, choices in CHOICES.items():
        if asked.get(name) in {value for value, _label in choices}:
            setattr(issuer, name, asked[name])
    issuer.name = str(asked.get("name", "")).strip()[:200] or issuer.name
    if "logo-clear" in asked:
        issuer.logo = ""
    rows = [
        (str(asked.get(f"signatories-{row}-position", "")), row)
        for row in range(MOST_SIGNATORIES)
        if asked.get(f"signatories-{row}-name") and f"signatories-{row}-DELETE" not in asked
    ]
    signed = tuple(
        SignatoryFacts(
            name=str(asked[f"signatories-{row}-name"])[:200],
            office=str(asked.get(f"signatories-{row}-office", ""))[:200],
        )
        for _position, row in sorted(rows)
    )
    return Specimen(issuer=issuer, signatories=signed)
