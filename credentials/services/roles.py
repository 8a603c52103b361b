"""Roles: one person asks, another approves; both are kept."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import Role
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User


class CannotApprove(Exception):
    """The role was not approved; the message says why."""


@transaction.atomic
def approve_role(*, role: Role, by: "User", at: datetime) -> Role:
    """Put a requested role in force. Raises CannotApprove for one's own request or one's own role."""
    role = Role.objects.select_for_update(no_key=True, of=("self",)).get(pk=role.pk)
    if role.approved_at is not None:
        return role
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
