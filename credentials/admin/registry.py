"""Known issuers: whose credentials from elsewhere are believed here, and how each was checked."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from config.clock import now
from credentials.admin.records import TryAgain
from credentials.models import BatchCheck, KnownIssuer
from credentials.services.once import KeyReused, once
from credentials.services.registry import (
    AlreadyEnded,
    AlreadyKnown,
    UnsoundDocument,
    end_known_issuer,
    know_issuer,
)

ADDING: dict[type[Exception], int] = {UnsoundDocument: 422, AlreadyKnown: 409, KeyReused: 422}


class KnownIssuerForm(ActForm):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As people know the institution."))
    text = forms.CharField(
        label=_("Its document"),
        max_length=250_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "dir": "ltr"}),
        help_text=_(
            "The content of its did.json, or its Open Badges profile with its keys. It is kept as it stands "
            "and never fetched: keys that it changes later are a new entry."
        ),
    )
    reason = forms.CharField(
        label=_("How its identity was checked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: by telephone with its registry, at a number from the national register."),
    )


class EndForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Kept.")
    )


class EndKnownIssuer(Act[KnownIssuer]):
    name = "end"
    label = _("Believe it no longer")
    consequence = _(
        "From now on credentials of this issuer are “Not recognised” here. The entry stays as history."
    )
    done = _("The entry is ended.")
    form_class = EndForm
    is_guarded = True
    is_grave = True
    refusals = {AlreadyEnded: 409, KeyReused: 422}

    def is_open(self, record: KnownIssuer, by: Any) -> bool:
        return record.ended_at is None

    def facts(self, record: KnownIssuer) -> Sequence[tuple[str, object]]:
        return [
            (gettext("Issuer"), record.name),
            (gettext("Identifier"), record.identifier),
            (gettext("How its identity was checked"), record.reason),
        ]

    def do(self, record: KnownIssuer, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="end known issuer",
            parameters={"known": record.pk, **form.answers},
            do=lambda: page_of(end_known_issuer(known=record, by=by, at=at, **form.answers)),
        )


@admin.register(KnownIssuer)
class KnownIssuerAdmin(ActsAdmin[KnownIssuer], ReadOnlyAdmin[KnownIssuer]):
    list_display = ("name", "identifier", "added_at", "ended_at")
    list_filter = ("ended_at",)
    search_fields = ("name", "identifier")
    fields = (
        "name",
        "identifier",
        "reason",
        "added_by",
        "added_at",
        "ended_at",
        "ended_by",
        "end_reason",
        "pinned",
    )
    acts = (EndKnownIssuer(),)

    def has_add_permission(self, request: HttpRequest) -> bool:  # type: ignore[override]
        return self._holds(request, self.editors)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whom a whole portal believes is decided by somebody who just proved who she is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        page: HttpResponse = reauthentication_required(self._adding)(request)
        return page

    def _adding(self, request: HttpRequest) -> HttpResponse:
        form = KnownIssuerForm(request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST" and form.is_valid():
            by: Any = request.user

            def know() -> str:
                return page_of(know_issuer(by=by, at=now(), **form.answers))

            try:
                address = once(
                    actor=by, key=form.operation, act="know issuer", parameters=form.answers, do=know
                )
            except tuple(ADDING) as refusal:
                form.add_error(None, [*getattr(refusal, "lines", (str(refusal),))])
                status = next(code for kind, code in ADDING.items() if isinstance(refusal, kind))
            else:
                messages.success(request, gettext("The issuer is known from now on."))
                return HttpResponseRedirect(address)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Add a known issuer"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/credentials/knownissuer/add.html", context, status=status)

    @admin.display(description=_("its document"))
    def pinned(self, known: KnownIssuer) -> str:
        return json.dumps(known.document, indent=2, ensure_ascii=False)


@admin.register(BatchCheck)
class BatchCheckAdmin(ActsAdmin[BatchCheck], ReadOnlyAdmin[BatchCheck]):
    """How far the checks of many are; what was found is for those who asked."""

    list_display = ("asked_at", "done_at", "attempts", "keep_until")
    list_filter = ("asked_at",)
    fields = ("asked_at", "done_at", "keep_until", "attempts", "last_error")
    acts = (TryAgain(),)
