"""The registrar's desk for people: put on record, let in, given roles; and what was written to them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.services.registering import CannotRecord, record_qualification
from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ModelForm, ReadOnlyAdmin, ReadOnlyInline
from config.clock import now
from credentials.models import Cohort, Credential, Role, Series
from credentials.services.duties import NotStuck, try_again
from credentials.services.once import KeyReused, once
from credentials.services.roles import AlreadyAsked, request_role
from learners.models import LearnerProfile, Notification, User
from learners.services.welcoming import CannotWelcome, correct, put_on_record, welcome
from pathways.models import Enrolment

UNTIL_DAY: dict[str, Any] = {"type": "date", "aria-label": _("Until, day")}
UNTIL_TIME: dict[str, Any] = {"type": "time", "aria-label": _("Until, time")}


class SendLink(Act[User]):
    name = "send-link"
    label = _("Send a link to set a password")
    consequence = _(
        "A mail with a link goes out. The link works once, for three days; a password that is set already "
        "keeps working until then."
    )
    done = _("The link is on its way.")
    refusals = {CannotWelcome: 409, KeyReused: 422}

    def facts(self, record: User) -> Sequence[tuple[str, object]]:
        return [(gettext("Person"), record), (gettext("Address"), record.email)]

    def do(self, record: User, form: ActForm, *, by: Any, at: datetime) -> str:
        def send() -> str:
            welcome(person=record, by=by)
            return page_of(record)

        return once(actor=by, key=form.operation, act="send link", parameters={"person": record.pk}, do=send)


class RoleForm(ActForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.Name.choices)
    series = forms.ModelChoiceField(
        label=_("For this series"),
        queryset=Series.objects.all(),
        required=False,
        empty_label=_("the whole institution"),
    )
    cohort = forms.ModelChoiceField(
        label=_("For this cohort"),
        queryset=Cohort.objects.all(),
        required=False,
        empty_label=_("no one cohort"),
    )
    ends_at = forms.SplitDateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.SplitDateTimeWidget(date_attrs=UNTIL_DAY, time_attrs=UNTIL_TIME),
        help_text=_("Empty: until somebody ends it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("series") and cleaned.get("cohort"):
            self.add_error("cohort", _("Choose a series or a cohort, not both."))
        return cleaned


class AskForRole(Act[User]):
    name = "ask-for-role"
    label = _("Ask for a role")
    consequence = _("The role is in force once somebody from academic affairs, not you, has approved it.")
    done = _("The role waits for approval.")
    form_class = RoleForm
    is_guarded = True
    refusals = {AlreadyAsked: 409, KeyReused: 422}

    def facts(self, record: User) -> Sequence[tuple[str, object]]:
        return [(gettext("Person"), record), (gettext("Address"), record.email)]

    def do(self, record: User, form: ActForm, *, by: Any, at: datetime) -> str:
        asked = form.answers
        ids = {name: getattr(value, "pk", value) for name, value in asked.items()}
        return once(
            actor=by,
            key=form.operation,
            act="ask for role",
            parameters={"person": record.pk, **ids},
            do=lambda: page_of(request_role(user=record, by=by, at=at, **asked)),
        )


class QualificationForm(ActForm):
    title = forms.CharField(
        label=_("Qualification"), max_length=200, help_text=_("As on its certificate: Assessor, level 3.")
    )
    series = forms.ModelChoiceField(
        Series.objects.all(), label=_("Series"), required=False, empty_label=_("every series")
    )
    reference = forms.CharField(
        label=_("Where the proof is"),
        max_length=250,
        required=False,
        help_text=_("A number, or the file it is kept in."),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("Last valid day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: it does not lapse."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("valid_from"), given.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("It ends before it begins."))
        return given


class RecordQualification(Act[User]):
    name = "qualification"
    label = _("Record a marking qualification")
    consequence = _(
        "The person stands in the register of markers. In that series she marks only while one of her "
        "qualifications is in force."
    )
    done = _("The qualification is recorded.")
    form_class = QualificationForm
    refusals = {CannotRecord: 409, KeyReused: 422}

    def facts(self, record: User) -> Sequence[tuple[str, object]]:
        return [(gettext("Person"), record)]

    def do(self, record: User, form: ActForm, *, by: Any, at: datetime) -> str:
        def enter() -> str:
            return page_of(record_qualification(marker=record, by=by, at=at, **form.answers))

        told = {name: str(value or "") for name, value in form.answers.items()}
        return once(
            actor=by,
            key=form.operation,
            act="record qualification",
            parameters={"person": record.pk, **told},
            do=enter,
        )


class ProfileInline(ReadOnlyInline[LearnerProfile, User]):
    model = LearnerProfile
    fields = ("biography", "wants_progress_mail")
    show_change_link = False


class RoleRowInline(ReadOnlyInline[Role, User]):
    model = Role
    fk_name = "user"
    fields = ("role", "series", "cohort", "starts_at", "ends_at", "approved_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Role]:
        return super().get_queryset(request).select_related("series", "cohort", "user")


class CredentialInline(ReadOnlyInline[Credential, User]):
    model = Credential
    fields = ("achievement", "issued_at", "expires_on", "state")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Credential]:
        rows = super().get_queryset(request)
        return rows.select_related("achievement__current_version", "version", "recipient")


class EnrolmentInline(ReadOnlyInline[Enrolment, User]):
    model = Enrolment
    fields = ("pathway", "state", "enrolled_on", "certificate")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Enrolment]:
        rows = super().get_queryset(request)
        return rows.select_related("pathway", "learner", "certificate__version", "certificate__recipient")


class PersonForm(ModelForm[User]):
    """Addresses are kept in one form, so that nobody is on record twice."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().casefold()

    def clean_did(self) -> str:
        did = str(self.cleaned_data["did"]).strip()
        if did and not did.startswith("did:"):
            raise forms.ValidationError(_("A decentralised identifier begins with “did:”."))
        return did

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError(_("Write it as in “Europe/Zurich”."))
        return zone


@admin.register(User)
class UserAdmin(ActsAdmin[User]):
    list_display = ("name", "email", "is_active", "joined_at")
    list_filter = ("is_active", "role_rows__role", "cohorts")
    search_fields = ("name", "email")
    show_full_result_count = False
    form = PersonForm
    fields = ("name", "email", "did", "time_zone", "is_active", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")
    inlines = (RoleRowInline, EnrolmentInline, CredentialInline, ProfileInline)
    acts = (SendLink(), AskForRole(), RecordQualification())

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fields(request, obj) if obj is not None else ("name", "email")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return super().get_inlines(request, obj) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: User, form: "forms.ModelForm[Any]", change: bool) -> None:
        by: Any = request.user
        if change:
            correct(person=obj, changed=form.changed_data, by=by, at=now())
            return
        put_on_record(person=obj, by=by)
        # Written to only once she really is on record.
        transaction.on_commit(partial(self._welcome, request, obj))

    def _welcome(self, request: HttpRequest, person: User) -> None:
        by: Any = request.user
        try:
            welcome(person=person, by=by)
        except CannotWelcome as failed:
            messages.warning(request, str(failed))


class TrySendingAgain(Act[Notification]):
    name = "try-again"
    label = _("Try again")
    consequence = _("The mail gave up after several failures. It is sent again within half a minute.")
    done = _("It is sent again within half a minute.")
    refusals = {NotStuck: 409, KeyReused: 422}

    def is_open(self, record: Notification, by: Any) -> bool:
        return record.is_stuck

    def facts(self, record: Notification) -> Sequence[tuple[str, object]]:
        return [(gettext("To"), record.recipient), (gettext("Last error"), record.last_error)]

    def do(self, record: Notification, form: ActForm, *, by: Any, at: datetime) -> str:
        def again() -> str:
            try_again(duty=record, by=by)
            return page_of(record)

        return once(
            actor=by,
            key=form.operation,
            act="try again",
            parameters={"notification": record.pk},
            do=again,
        )


@admin.register(Notification)
class NotificationAdmin(ActsAdmin[Notification], ReadOnlyAdmin[Notification]):
    list_display = ("subject", "recipient", "kind", "mail", "created_at", "read_at")
    list_filter = ("mail", "kind", "created_at")
    list_select_related = ("recipient",)
    search_fields = ("recipient__name", "recipient__email", "subject")
    show_full_result_count = False
    fields = (
        "recipient",
        "kind",
        "about",
        "subject",
        "body",
        "mail",
        "message_id",
        "created_at",
        "done_at",
        "read_at",
        "attempts",
        "last_error",
    )
    acts = (TrySendingAgain(),)

    @admin.display(description=_("about"))
    def about(self, notification: Notification) -> str:
        if notification.event is None:
            return gettext("marked work")
        credential = notification.event.credential
        return format_html('<a href="{}">{}</a>', page_of(credential), credential.version.name)
