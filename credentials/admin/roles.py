"""Roles: asked for on a person's page, approved here by somebody else, ended with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.acts import Act, ActForm, ActsAdmin, page_of
from config.admin import ReadOnlyAdmin
from credentials.models import Role
from credentials.services.once import KeyReused, once
from credentials.services.roles import CannotApprove, approve_role, end_role

STANDINGS = {
    "waiting": _("waiting for approval"),
    "in_force": _("in force"),
    "later": _("approved, not begun"),
    "ended": _("ended"),
}


class ApproveRole(Act[Role]):
    name = "approve"
    label = _("Approve")
    consequence = _("The person may act in this role from its first day on, until it is ended.")
    done = _("The role is approved.")
    roles = frozenset({"approver"})
    is_guarded = True
    refusals = {CannotApprove: 409, KeyReused: 422}

    def is_open(self, record: Role, by: Any) -> bool:
        return record.approved_at is None and record.ends_at is None

    def facts(self, record: Role) -> Sequence[tuple[str, object]]:
        return what_a_role_opens(record)

    def do(self, record: Role, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="approve role",
            parameters={"role": record.pk},
            do=lambda: page_of(approve_role(role=record, by=by, at=at)),
        )


class EndForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Kept in the audit trail."),
    )


class EndRole(Act[Role]):
    name = "end"
    label = _("End this role")
    consequence = _("The person loses what this role opens at once. The row stays as history.")
    done = _("The role is ended.")
    roles = frozenset({"registrar", "approver"})
    form_class = EndForm
    is_guarded = True
    is_grave = True
    refusals = {KeyReused: 422}

    def is_open(self, record: Role, by: Any) -> bool:
        return record.ends_at is None or getattr(record, "standing", "") in ("in_force", "later")

    def facts(self, record: Role) -> Sequence[tuple[str, object]]:
        return what_a_role_opens(record)

    def do(self, record: Role, form: ActForm, *, by: Any, at: datetime) -> str:
        return once(
            actor=by,
            key=form.operation,
            act="end role",
            parameters={"role": record.pk, **form.answers},
            do=lambda: page_of(end_role(role=record, by=by, at=at, **form.answers)),
        )


def what_a_role_opens(role: Role) -> list[tuple[str, object]]:
    return [
        (gettext("Person"), role.user),
        (gettext("Role"), role.get_role_display()),
        (gettext("For"), role.series or role.cohort or gettext("the whole institution")),
        (gettext("Asked for by"), role.requested_by or gettext("nobody: set at installation")),
    ]


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STANDINGS.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(standing=self.value()) if self.value() in STANDINGS else queryset


@admin.register(Role)
class RoleRowAdmin(ActsAdmin[Role], ReadOnlyAdmin[Role]):
    list_display = ("user", "role", "scope", "how_it_stands", "starts_at", "requested_by")
    list_filter = (StandingFilter, "role")
    list_select_related = ("user", "series", "cohort", "requested_by", "approved_by")
    search_fields = ("user__name", "user__email")
    fields = (
        "user",
        "role",
        "scope",
        "how_it_stands",
        "starts_at",
        "ends_at",
        "requested_by",
        "approved_by",
        "approved_at",
    )
    acts = (ApproveRole(), EndRole())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Role]:
        standing = Case(
            When(ends_at__lte=Now(), then=Value("ended")),
            When(approved_at__isnull=True, then=Value("waiting")),
            When(starts_at__gt=Now(), then=Value("later")),
            default=Value("in_force"),
        )
        return super().get_queryset(request).annotate(standing=standing)

    @admin.display(description=_("for"))
    def scope(self, role: Role) -> str:
        return str(role.series or role.cohort or gettext("the whole institution"))

    @admin.display(description=_("standing"), ordering="standing")
    def how_it_stands(self, role: Role) -> str:
        return str(STANDINGS[getattr(role, "standing", "waiting")])
