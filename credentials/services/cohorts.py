"""Cohorts: who learns together and who teaches them, changed by name and never overwritten as a whole."""

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import Cohort
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User


class Part(Enum):
    """As what somebody belongs to a cohort."""

    MEMBERS = "members"
    FACULTY = "faculty"


class UnknownPeople(Exception):
    """Nobody has these addresses; the cohort is unchanged. `addresses` lists them."""

    def __init__(self, addresses: list[str]) -> None:
        super().__init__(
            _("Nobody here has the address %(addresses)s.") % {"addresses": ", ".join(addresses)}
        )
        self.addresses = addresses


@transaction.atomic
def change_people(
    *, cohort: Cohort, part: Part, add: Iterable[str], take_out: Iterable["User"], by: "User"
) -> None:
    """Add people by e-mail address and take others out; whoever is there or gone already stays so.

    Two registrars who change the same cohort never undo each other. Raises UnknownPeople.
    """
    wanted = list(dict.fromkeys(address.strip().casefold() for address in add if address.strip()))
    found = {user.email: user for user in get_user_model().objects.filter(email__in=wanted)}
    if unknown := [address for address in wanted if address not in found]:
        raise UnknownPeople(unknown)
    people = cohort.members if part is Part.MEMBERS else cohort.faculty
    leaving = list(take_out)
    people.add(*found.values())
    people.remove(*leaving)
    audit(f"change {part.value}", cohort, by=by, added=len(found), taken_out=len(leaving))
