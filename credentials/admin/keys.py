"""Signing keys: made by a worker, put in use a day later, retired, declared compromised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from credentials.models import Issuer, SigningKey
from credentials.services.keys import (
    PUBLISHED_FIRST,
    CannotChangeKey,
    activate_key,
    declare_compromised,
    order_key,
    retire_key,
    signed_with,
)
from credentials.services.once import KeyReused, once

State = SigningKey.State
SINCE_DAY: dict[str, Any] = {"type": "date", "aria-label": _("Others had it from, day")}
SINCE_TIME: dict[str, Any] = {"type": "time", "aria-label": _("Others had it from, time")}
STORES = {
    "database": _("this portal, encrypted in its database"),
    "command": _("the signing program outside"),
}


class AtOnceForm(ActForm):
    at_once = forms.BooleanField(
        label=_("Use it at once"),
        required=False,
        help_text=_(
            "For a first key, or where the one in use must go. Otherwise a key is published for a day before "
            "it signs, so that whoever keeps our key document has met it."
        ),
    )


class MakeKeyForm(AtOnceForm):
    store = forms.ChoiceField(label=_("Kept by"), widget=forms.RadioSelect)
    field_order = ("op_key", "store", "at_once")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, STORES.get(name, name)) for name in settings.KEY_STORES]
        self.fields["store"].choices = choices  # type: ignore[attr-defined]
        self.fields["store"].initial = choices[0][0]


class MakeKey(Act[Issuer]):
    name = "make-key"
    label = _("Make a new signing key")
    consequence = _(
        "A worker makes the key and publishes it beside the others. It signs nothing until it is put in "
        "use, from the day after on; then the key in use before retires: it signs nothing more, and what it "
        "signed verifies for ever."
    )
    done = _("A worker is making the key; this page says when it is there.")
    is_guarded = True
    refusals = {KeyReused: 422}
    form_class = MakeKeyForm

    def facts(self, record: Issuer) -> Sequence[tuple[str, object]]:
        in_use = record.keys.filter(state=State.ACTIVE).first()
        return [
            (gettext("Issuer"), record),
            (gettext("Key in use now"), in_use.multikey if in_use else gettext("none yet")),
        ]

    def do(self, record: Issuer, form: ActForm, *, by: Any, at: datetime) -> str:
        def order() -> str:
            return page_of(order_key(issuer=record, by=by, operation=form.operation, at=at, **form.answers))

        return once(
            actor=by,
            key=form.operation,
            act="make key",
            parameters={"issuer": record.pk, **form.answers},
            do=order,
        )


class _KeyAct(Act[SigningKey]):
    """What the acts on one key have in common."""

    is_guarded = True
    refusals = {CannotChangeKey: 409, KeyReused: 422}

    def facts(self, record: SigningKey) -> Sequence[tuple[str, object]]:
        in_use = record.issuer.keys.filter(state=State.ACTIVE).first()
        return [
            (gettext("Issuer"), record.issuer),
            (gettext("Key"), record.multikey),
            (gettext("State"), record.get_state_display()),
            (gettext("Published"), record.created_at),
            (gettext("Key in use now"), in_use.multikey if in_use else gettext("none")),
        ]

    def change(self, record: SigningKey, form: ActForm, *, by: Any, at: datetime) -> str:
        """The one service call; answers the address to go on to."""
        raise NotImplementedError

    def do(self, record: SigningKey, form: ActForm, *, by: Any, at: datetime) -> str:
        answers = {name: str(value) for name, value in form.answers.items()}
        return once(
            actor=by,
            key=form.operation,
            act=f"{self.name} key",
            parameters={"key": record.pk, **answers},
            do=lambda: self.change(record, form, by=by, at=at),
        )


class ActivateKey(_KeyAct):
    name = "activate"
    label = _("Put in use")
    consequence = _(
        "From now on everything this issuer signs carries this key, and its status lists are signed anew. "
        "The key in use before retires, and what it signed verifies for ever."
    )
    done = _("The key is in use.")
    form_class = AtOnceForm

    def is_open(self, record: SigningKey, by: Any) -> bool:
        return record.state == State.PENDING

    def facts(self, record: SigningKey) -> Sequence[tuple[str, object]]:
        ready = (gettext("Published for a day from"), record.created_at + PUBLISHED_FIRST)
        return [*super().facts(record), ready]

    def change(self, record: SigningKey, form: ActForm, *, by: Any, at: datetime) -> str:
        return page_of(activate_key(key=record, by=by, at=at, **form.answers))


class RetireForm(ActForm):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class RetireKey(_KeyAct):
    name = "retire"
    label = _("Retire")
    consequence = _("It signs nothing more. It stays published, and what it signed verifies for ever.")
    done = _("The key is retired.")
    form_class = RetireForm
    is_grave = True

    def is_open(self, record: SigningKey, by: Any) -> bool:
        return record.state in (State.PENDING, State.ACTIVE)

    def change(self, record: SigningKey, form: ActForm, *, by: Any, at: datetime) -> str:
        return page_of(retire_key(key=record, by=by, at=at, **form.answers))


class CompromiseForm(ActForm):
    since = forms.SplitDateTimeField(
        label=_("Others had it from"),
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d", time_format="%H:%M", date_attrs=SINCE_DAY, time_attrs=SINCE_TIME
        ),
        help_text=_("Empty: nobody knows, and nothing that it ever signed is believed."),
    )
    reason = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclareCompromised(_KeyAct):
    name = "compromise"
    label = _("Declare compromised")
    consequence = _(
        "This cannot be taken back. The key is withdrawn from the published document. What it signed before "
        "that moment stays valid, with a warning, where our own record dates it; what it signed from then on "
        "cannot be checked until it is signed anew, which a job begins at once, with a new key if none is in "
        "use. Whatever is not in our record is not recognised."
    )
    done = _("The key is declared compromised; this job signs anew what it signed.")
    form_class = CompromiseForm
    is_grave = True

    def is_open(self, record: SigningKey, by: Any) -> bool:
        return record.state != State.COMPROMISED or record.compromised_at is not None

    def facts(self, record: SigningKey) -> Sequence[tuple[str, object]]:
        counted = (gettext("Credentials to be signed anew"), signed_with(record).count())
        return [*super().facts(record), counted]

    def change(self, record: SigningKey, form: ActForm, *, by: Any, at: datetime) -> str:
        since, reason = form.cleaned_data["since"], form.cleaned_data["reason"]
        return page_of(declare_compromised(key=record, compromised_at=since, reason=reason, by=by, at=at))


@admin.register(SigningKey)
class SigningKeyAdmin(ActsAdmin[SigningKey], ReadOnlyAdmin[SigningKey]):
    list_display = ("multikey", "issuer", "state", "created_at", "activated_at", "retired_at")
    list_filter = ("state", "issuer")
    list_select_related = ("issuer",)
    search_fields = ("multikey",)
    fields = (
        "issuer",
        "multikey",
        "verification_method",
        "state",
        "kept_by",
        "created_at",
        "activated_at",
        "retired_at",
        "compromised_at",
        "declared_at",
        "to_sign_anew",
    )
    acts = (ActivateKey(), RetireKey(), DeclareCompromised())

    def get_fields(self, request: HttpRequest, obj: SigningKey | None = None) -> Any:
        fields = super().get_fields(request, obj)
        if obj is not None and obj.state == State.COMPROMISED:
            return fields
        return [name for name in fields if name != "to_sign_anew"]

    @admin.display(description=_("kept by"))
    def kept_by(self, key: SigningKey) -> str:
        return str(STORES.get(key.store, key.store))

    @admin.display(description=_("credentials still to be signed anew"))
    def to_sign_anew(self, key: SigningKey) -> int:
        return signed_with(key).count()
