"""Endorsements: said in an organisation's name, received as a signed file, taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, page_of
from config.clock import now
from config.operations import OperationForm
from credentials.admin.records import DutyAdmin, TryAgain
from credentials.models import AchievementVersion, Credential, Endorsement, Issuer
from credentials.models.credential import is_mistyped, normalise_code
from credentials.queries import end_of_day
from credentials.services.endorsing import (
    LONGEST_COMMENT,
    LONGEST_FILE,
    AlreadyWithdrawn,
    CannotEndorse,
    Target,
    endorse,
    receive,
    withdraw,
)
from credentials.services.once import KeyReused, once


class TargetForm(OperationForm):
    """What is endorsed: an achievement as it is published, or one person's credential."""

    version = forms.ModelChoiceField(
        label=_("Achievement"),
        required=False,
        queryset=AchievementVersion.objects.filter(status=AchievementVersion.Status.PUBLISHED)
        .select_related("achievement")
        .order_by("name"),
        empty_label=_("none: a credential, by its code"),
    )
    code = forms.CharField(
        label=_("Or a credential"),
        required=False,
        max_length=40,
        help_text=_("Its verification code."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> Credential | None:
        typed = normalise_code(self.cleaned_data["code"])
        if not typed:
            return None
        found = None if is_mistyped(typed) else Credential.objects.filter(code=typed).first()
        if found is None:
            raise forms.ValidationError(_("No credential has this code. Look for a slip."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("version")) == bool(cleaned.get("code")):
            self.add_error(
                "version", _("Choose an achievement, or give the code of a credential: one of both.")
            )
        return cleaned

    @property
    def target(self) -> Target:
        chosen: Target = self.cleaned_data["version"] or self.cleaned_data["code"]
        return chosen


class EndorseForm(TargetForm, ActForm):
    comment = forms.CharField(
        label=_("What is said"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Read by everybody, and signed: no name of a learner."),
    )
    until = forms.DateField(
        label=_("Last valid day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: it does not run out."),
    )
    field_order = ("op_key", "version", "code", "comment", "until")


class Endorse(Act[Issuer]):
    name = "endorse"
    label = _("Endorse in its name")
    consequence = _(
        "A worker signs this with the organisation's own key. It stands on the achievement's page and on "
        "verification pages, and credentials signed from then on carry it; those signed before stay as they "
        "are."
    )
    done = _("The endorsement is being signed.")
    is_guarded = True
    refusals = {CannotEndorse: 409, KeyReused: 422}
    form_class = EndorseForm

    def is_open(self, record: Issuer, by: Any) -> bool:
        return bool(record.did)

    def facts(self, record: Issuer) -> Sequence[tuple[str, object]]:
        return [(gettext("Endorser"), record), (gettext("Identifier"), record.did)]

    def do(self, record: Issuer, form: ActForm, *, by: Any, at: datetime) -> str:
        said = form.cleaned_data
        target: Target = said["version"] or said["code"]
        until = end_of_day(said["until"]) if said["until"] else None

        def say() -> str:
            return page_of(
                endorse(
                    endorser=record, target=target, comment=said["comment"], valid_until=until, by=by, at=at
                )
            )

        return once(
            actor=by,
            key=form.operation,
            act="endorse",
            parameters={
                "endorser": record.pk,
                "target": f"{target._meta.label}:{target.pk}",
                "comment": said["comment"],
                "until": str(said["until"]),
            },
            do=say,
        )


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("Reason"), max_length=250, widget=forms.Textarea(attrs={"rows": 3}))


class Withdraw(Act[Endorsement]):
    name = "withdraw"
    label = _("Take back")
    consequence = _(
        "No page shows it any more, and no credential signed from now on carries it. Copies that people have "
        "still verify by their signature."
    )
    done = _("The endorsement is taken back.")
    is_guarded = True
    is_grave = True
    refusals = {AlreadyWithdrawn: 409, KeyReused: 422}
    form_class = ReasonForm

    def is_open(self, record: Endorsement, by: Any) -> bool:
        return record.withdrawn_at is None

    def facts(self, record: Endorsement) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Endorser"), record.endorser_name),
            (gettext("Of"), record.version or record.credential),
            (gettext("What is said"), record.comment),
        ]

    def do(self, record: Endorsement, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="withdraw endorsement",
            parameters={"endorsement": record.pk, **form.answers},
            do=lambda: page_of(withdraw(endorsement=record, by=by, at=at, **form.answers)),
        )


class ReceiveForm(TargetForm):
    file = forms.FileField(
        label=_("Signed file"),
        widget=AdminFileWidget,
        help_text=_(
            "An EndorsementCredential as JSON, at most 256 kB. Whoever signed it must be a known issuer."
        ),
    )
    field_order = ("op_key", "file", "version", "code")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LONGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 256 kB."))
        content: bytes = file.read()
        return content


@admin.register(Endorsement)
class EndorsementAdmin(DutyAdmin):
    list_display = ("endorser_name", "about", "valid_from", "valid_until", "standing")
    list_filter = ("valid_from", "withdrawn_at")
    list_select_related = ("version", "credential__version", "credential__recipient")
    search_fields = ("endorser_name", "version__name", "credential__code")
    fields = (
        "endorser_name",
        "endorser",
        "about",
        "comment",
        "valid_from",
        "valid_until",
        "standing",
        "key",
        "signed_at",
        "sha256",
        "document",
        "given_by",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawal_reason",
        "attempts",
        "last_error",
    )
    acts: ClassVar[tuple[Act[Any], ...]] = (Withdraw(), TryAgain())
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Endorsement]:
        rows: models.QuerySet[Endorsement] = super().get_queryset(request)
        return rows.defer("unsigned", "signed")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.editors)

    @admin.display(description=_("of"))
    def about(self, endorsement: Endorsement) -> str:
        target: Any = endorsement.version or endorsement.credential
        return format_html('<a href="{}">{}</a>', page_of(target), target)

    @admin.display(description=_("how it stands"))
    def standing(self, endorsement: Endorsement) -> str:
        if endorsement.withdrawn_at is not None:
            return gettext("taken back")
        if endorsement.signed_at is None:
            return gettext("gave up") if endorsement.is_stuck else gettext("being signed")
        is_over = endorsement.valid_until is not None and endorsement.valid_until <= now()
        return gettext("run out") if is_over else gettext("stands")

    @admin.display(description=_("document"))
    def document(self, endorsement: Endorsement) -> str:
        if endorsement.signed_at is None or endorsement.withdrawn_at is not None:
            return "–"
        return format_html('<a href="{0}">{0}</a>', endorsement.get_absolute_url())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Hand in a file that somebody else signed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReceiveForm(request.POST or None, request.FILES or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                return HttpResponseRedirect(self._received(request, form))
            except (CannotEndorse, KeyReused) as refusal:
                form.add_error("file" if isinstance(refusal, CannotEndorse) else None, str(refusal))
                status = 400
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Receive an endorsement"),
            "opts": self.opts,
            "form": form,
        }
        template = "admin/credentials/endorsement/add_form.html"
        return TemplateResponse(request, template, context, status=status)

    def _received(self, request: HttpRequest, form: ReceiveForm) -> str:
        by: Any = request.user
        target, data = form.target, form.cleaned_data["file"]
        return once(
            actor=by,
            key=form.operation,
            act="receive endorsement",
            parameters={"target": f"{target._meta.label}:{target.pk}", "size": len(data)},
            do=lambda: page_of(receive(target=target, data=data, by=by, at=now())),
        )
