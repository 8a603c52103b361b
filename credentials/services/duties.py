"""Duties that gave up: give one a fresh start after whatever stood in its way was put right."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models.duty import Duty
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User


class NotStuck(Exception):
    """The duty is done, or still being tried; nothing was changed."""


@transaction.atomic
def try_again(*, duty: Duty, by: "User") -> None:
    """Give a stuck duty its attempts back; the next sweep, within half a minute, takes it up.

    Raises NotStuck.
    """
    rows: Any = type(duty)._default_manager
    if not rows.filter(pk=duty.pk).retry():
        raise NotStuck(_("This is done, or still being tried."))
    audit("try again", duty, by=by)
