"""Roles: one person asks, another approves; both are kept."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models import Cohort, Role, Series
from credentials.services.auditing import audit
from credentials.services.ledger import hold

if TYPE_CHECKING:
    from learners.models import User


class CannotApprove(Exception):
    """The role was not approved; the message says why."""


class AlreadyAsked(Exception):
    """The same role is waiting or in force already; nothing was added."""


@transaction.atomic
def request_role(
    *,
    user: "User",
    role: Role.Name,
    by: "User",
    at: datetime,
    series: Series | None = None,
    cohort: Cohort | None = None,
    ends_at: datetime | None = None,
) -> Role:
    """Ask that a person may act as `role` from now on; it is in force once another person approves it.

    At most one of `series` and `cohort` narrows it. Raises AlreadyAsked.
    """
    hold(user.pk)
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    if Role.objects.filter(not_over, user=user, role=role, series=series, cohort=cohort).exists():
        raise AlreadyAsked(
            _("%(person)s has this role, or it is waiting for approval, already.") % {"person": user}
        )
    asked = Role.objects.create(
        user=user,
        role=role,
        series=series,
        cohort=cohort,
        starts_at=at,
        ends_at=ends_at,
        requested_by=by,
    )
    audit("request role", asked, by=by, about=user, role=str(role))
    return asked


@transaction.atomic
def establish_role(*, user: "User", role: Role.Name, at: datetime) -> Role:
    """Put a role in force with nobody's approval: only for the command line, before anybody can sign in."""
    established = Role.objects.create(user=user, role=role, starts_at=at, approved_at=at)
    audit("establish role", established, by=None, about=user, role=str(role))
    return established


@transaction.atomic
def approve_role(*, role: Role, by: "User", at: datetime) -> Role:
    """Put a requested role in force. Raises CannotApprove for one's own request or one's own role."""
    role = Role.objects.select_for_update(no_key=True, of=("self",)).get(pk=role.pk)
    if role.approved_at is not None:
        return role
    if role.ends_at is not None and role.ends_at <= at:
        raise CannotApprove(_("This request has ended. Ask for the role again."))
    if by.pk in (role.requested_by_id, role.user_id):
        raise CannotApprove(_("You asked for this role or would hold it. Somebody else has to approve it."))
    role.approved_by, role.approved_at = by, at
    role.save(update_fields=["approved_by", "approved_at"])
    audit("approve role", role, by=by, about=role.user, role=role.role)
    return role


@transaction.atomic
def end_role(*, role: Role, by: "User", at: datetime, reason: str) -> Role:
    """Take a role out of force from now on; its row stays as history."""
    role = Role.objects.select_for_update(no_key=True, of=("self",)).get(pk=role.pk)
    if role.ends_at is None or role.ends_at > at:
        role.ends_at = max(at, role.starts_at + timedelta(microseconds=1))
        role.save(update_fields=["ends_at"])
        audit("end role", role, by=by, about=role.user, role=role.role, reason=reason)
    return role
