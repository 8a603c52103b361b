"""Credentials: found, read with all that happened to them, and revoked, suspended or reinstated."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin, ReadOnlyInline
from config.clock import now
from credentials.models import Credential, CredentialEvent, Evidence, SignedDocument
from credentials.models.credential import is_mistyped, normalise_code
from credentials.queries import certificate_file, local_day, signed_bytes
from credentials.services.issuing import CannotIssue
from credentials.services.once import KeyReused, once
from credentials.services.renewing import (
    CannotRevise,
    correct_document,
    renew,
    renewed_until,
    says_otherwise,
)
from credentials.services.revoking import CannotChange, reinstate, revoke, suspend

REASON_HELP = _("For the record: staff read it, the holder and verifiers do not.")
PUBLIC_HELP = _("Read by the holder and by whoever verifies. No name, no mark, nothing about health.")


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=REASON_HELP,
    )


class SuspendForm(ReasonForm):
    public_reason = forms.CharField(
        label=_("Public reason"), max_length=250, required=False, help_text=PUBLIC_HELP
    )


class RevokeForm(SuspendForm):
    revocation = forms.ChoiceField(
        label=_("Kind"), choices=Credential.Revocation.choices, widget=forms.RadioSelect
    )
    field_order = ("op_key", "revocation", "reason", "public_reason")


class _Change(Act[Credential]):
    """What revoking, suspending and reinstating have in common."""

    roles = frozenset({"registrar", "approver"})
    is_guarded = True
    refusals = {CannotChange: 409, KeyReused: 422}

    def facts(self, record: Credential) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Achievement"), record.version.name),
            (gettext("Held by"), record.recipient),
            (gettext("Issued"), record.issued_at),
            (gettext("State"), record.get_state_display()),
            (gettext("Certificates that counted it"), _what_falls(record) or gettext("none")),
        ]

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        raise NotImplementedError

    def do(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> str:
        def change() -> str:
            self.change(record, form, by=by, at=at)
            return page_of(record)

        return once(
            actor=by,
            key=form.operation,
            act=self.name,
            parameters={"credential": record.pk, **form.answers},
            do=change,
        )


class Revoke(_Change):
    name = "revoke"
    label = _("Revoke")
    consequence = _(
        "Revoking is final. The holder is written to, the verification page turns within seconds, and every "
        "pathway that counted this credential is looked at again: a certificate made of it is suspended or "
        "revoked as its pathway says."
    )
    done = _("The credential is revoked.")
    form_class = RevokeForm
    is_grave = True

    def is_open(self, record: Credential, by: Any) -> bool:
        return record.state != Credential.State.REVOKED

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        revoke(credential=record, by=by, at=at, **form.answers)


class Suspend(_Change):
    name = "suspend"
    label = _("Suspend")
    consequence = _(
        "The credential is out of force until somebody reinstates it. The holder is written to, and every "
        "pathway that counted it is looked at again."
    )
    done = _("The credential is suspended.")
    form_class = SuspendForm
    is_grave = True

    def is_open(self, record: Credential, by: Any) -> bool:
        return record.state == Credential.State.ACTIVE

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        suspend(credential=record, by=by, at=at, **form.answers)


class Reinstate(_Change):
    name = "reinstate"
    label = _("Reinstate")
    consequence = _(
        "The credential is in force again from now on, and counts again. The holder is written to."
    )
    done = _("The credential is in force again.")
    form_class = ReasonForm

    def is_open(self, record: Credential, by: Any) -> bool:
        return record.state == Credential.State.SUSPENDED

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        reinstate(credential=record, by=by, at=at, **form.answers)


class Renew(_Change):
    name = "renew"
    label = _("Renew")
    consequence = _(
        "It is valid until the new day, in a new signed copy under the same address; one that had expired is "
        "in force again. In time, the new period follows on the old day; late, it begins today."
    )
    done = _("The credential is renewed; its new copy is being signed.")
    form_class = ReasonForm
    refusals = {CannotRevise: 409, CannotIssue: 409, KeyReused: 422}

    def is_open(self, record: Credential, by: Any) -> bool:
        in_time = record.state in (Credential.State.ACTIVE, Credential.State.EXPIRED)
        return in_time and record.expires_on is not None and bool(record.version.expiry_months)

    def facts(self, record: Credential) -> Sequence[tuple[str, object]]:
        try:
            until: object = renewed_until(record, on=local_day(now()))
        except CannotRevise as refusal:
            until = refusal
        days = [(gettext("Last valid day"), record.expires_on), (gettext("New last valid day"), until)]
        return [*super().facts(record), *days]

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        renew(credential=record, by=by, at=at, **form.answers)


class SignAnew(_Change):
    name = "sign-anew"
    label = _("Sign a corrected copy")
    consequence = _(
        "A new copy is signed that says what is on record now: the holder's name, the issuer, the "
        "endorsements. It has the same address and date of award; the copies before it stay valid and say "
        "that a newer one took their place."
    )
    done = _("The corrected copy is being signed.")
    form_class = ReasonForm
    refusals = {CannotRevise: 409, CannotIssue: 409, KeyReused: 422}

    def is_open(self, record: Credential, by: Any) -> bool:
        return says_otherwise(record)

    def change(self, record: Credential, form: ActForm, *, by: Any, at: datetime) -> None:
        correct_document(credential=record, by=by, at=at, **form.answers)


class EventInline(ReadOnlyInline[CredentialEvent, Credential]):
    model = CredentialEvent
    fields = ("kind", "at", "by", "reason", "public_reason")
    verbose_name_plural = _("history")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CredentialEvent]:
        return super().get_queryset(request).select_related("by")


class EvidenceInline(ReadOnlyInline[Evidence, Credential]):
    model = Evidence
    fields = ("name", "genre", "url")
    show_change_link = False


class DocumentInline(ReadOnlyInline[SignedDocument, Credential]):
    model = SignedDocument
    fields = ("revision", "cause", "key", "proof_created_at", "signed_at", "sha256", "attempts")
    verbose_name_plural = _("signed documents")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SignedDocument]:
        return super().get_queryset(request).select_related("key").defer("unsigned", "signed")


@admin.register(Credential)
class CredentialAdmin(ActsAdmin[Credential], ReadOnlyAdmin[Credential]):
    list_display = ("what", "recipient", "issued_at", "state", "printed_code")
    list_filter = ("state", "version__kind", "achievement__series", "source", "issued_at")
    list_select_related = ("version", "recipient")
    search_fields = ("recipient__name", "recipient__email", "version__name", "achievement__code")
    search_help_text = _("Name, e-mail address, achievement, verification code or id.")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("what", "holder", "state", "earned_at", "issued_at", "expires_on")}),
        (
            _("What may be shown"),
            {"fields": ("verification_page", "printed_code", "visibility", "signed_file", "printed_file")},
        ),
        (
            _("Revocation"),
            {"fields": ("revocation", "revoked_at", "public_reason"), "classes": ("collapse",)},
        ),
        (_("Where it comes from"), {"fields": ("source", "version", "level", "made_of", "counted_by")}),
        (_("Identity"), {"fields": ("public_id", "status_list", "status_index"), "classes": ("collapse",)}),
    )
    inlines = (EventInline, EvidenceInline, DocumentInline)
    acts = (Revoke(), Suspend(), Reinstate(), Renew(), SignAnew())

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Credential], search_term: str
    ) -> tuple[models.QuerySet[Credential], bool]:
        code = normalise_code(search_term)
        if not is_mistyped(code):
            return queryset.filter(code=code), False
        try:
            return queryset.filter(public_id=UUID(search_term.strip().removeprefix("urn:uuid:"))), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    def view_on_site(self, obj: Credential) -> str:
        return obj.get_absolute_url()

    @admin.display(description=_("achievement"), ordering="version__name")
    def what(self, credential: Credential) -> str:
        return credential.version.name

    @admin.display(description=_("recipient"))
    def holder(self, credential: Credential) -> str:
        person = credential.recipient
        return format_html('<a href="{}">{}</a> · {}', page_of(person), person, person.email)

    @admin.display(description=_("verification code"), ordering="code")
    def printed_code(self, credential: Credential) -> str:
        return credential.pretty_code

    @admin.display(description=_("verification page"))
    def verification_page(self, credential: Credential) -> str:
        return format_html('<a href="{}">{}</a>', credential.get_absolute_url(), credential.verify_url)

    @admin.display(description=_("signed document"))
    def signed_file(self, credential: Credential) -> str:
        if signed_bytes(credential) is None:
            return gettext("being signed")
        return _file_link("signed", credential, "credential.json")

    @admin.display(description=_("printed certificate"))
    def printed_file(self, credential: Credential) -> str:
        rendering = certificate_file(credential)
        if rendering is None:
            return gettext("none: nobody asked for one")
        if not rendering.file:
            return format_html('<a href="{}">{}</a>', page_of(rendering), gettext("being printed"))
        return _file_link("printed", credential, "certificate.pdf")

    @admin.display(description=_("made of"))
    def made_of(self, credential: Credential) -> str:
        return _links(credential.components.select_related("version").order_by("earned_at", "pk"))

    @admin.display(description=_("counted by"))
    def counted_by(self, credential: Credential) -> str:
        return _links(_certificates(credential))

    def get_urls(self) -> list[URLPattern]:
        signed = self.admin_site.admin_view(self.signed_view)
        printed = self.admin_site.admin_view(self.printed_view)
        return [
            path("<int:pk>/credential.json", signed, name="credentials_credential_signed"),
            path("<int:pk>/certificate.pdf", printed, name="credentials_credential_printed"),
            *super().get_urls(),
        ]

    def signed_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = signed_bytes(self._readable(request, pk))
        if document is None:
            raise Http404
        response = HttpResponse(document, content_type="application/vc+ld+json")
        response["Content-Disposition"] = 'attachment; filename="credential.json"'
        return response

    def printed_view(self, request: HttpRequest, pk: int) -> FileResponse:
        rendering = certificate_file(self._readable(request, pk))
        if rendering is None or not rendering.file:
            raise Http404
        stored = (Path(settings.MEDIA_ROOT) / rendering.file).open("rb")
        return FileResponse(stored, as_attachment=True, filename="certificate.pdf")

    def _readable(self, request: HttpRequest, pk: int) -> Credential:
        if not self.has_view_permission(request):
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=pk)


def _certificates(credential: Credential) -> models.QuerySet[Credential]:
    certificates: models.QuerySet[Credential] = credential.certificates.select_related("version")
    return certificates.order_by("pk")


def _what_falls(credential: Credential) -> list[str]:
    """The certificates made of it, and those made of them, with what their pathways say of a lapse."""
    found: dict[int, Credential] = {}
    frontier = [credential]
    while frontier:
        rows = Credential.objects.filter(components__in=frontier).exclude(pk__in=found)
        frontier = list(rows.select_related("version").order_by("pk").distinct())
        found |= {row.pk: row for row in frontier}
    policies = import_string(settings.LAPSE_POLICIES)(list(found.values()))
    lines = []
    for row in found.values():
        line = f"{row.version.name} ({row.get_state_display()})"
        if policy := policies.get(row.pk):
            told = gettext("if its rule no longer holds: %(policy)s") % {"policy": policy}
            line = f"{line}; {told}"
        lines.append(line)
    return lines


def _links(credentials: models.QuerySet[Credential]) -> str:
    rows = [(page_of(row), row.version.name, row.get_state_display()) for row in credentials]
    if not rows:
        return gettext("nothing")
    return format_html_join("", '<div><a href="{}">{}</a> ({})</div>', rows)


def _file_link(view: str, credential: Credential, name: str) -> str:
    address = reverse(f"admin:credentials_credential_{view}", args=[credential.pk])
    return format_html('<a href="{}">{}</a>', address, name)
