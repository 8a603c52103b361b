"""What a holder opens to others: her name on a verification page, and an address that she may take back."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from credentials.services.auditing import audit
from learners.models import ShareLink

if TYPE_CHECKING:
    from learners.models import User


class AlreadyShared(Exception):
    """There is an open link to this credential already: another page made it."""

    def __str__(self) -> str:
        return str(_("This credential has a link already. Withdraw it, or make a new one in its place."))


class NotShared(Exception):
    """No link to this credential is open."""

    def __str__(self) -> str:
        return str(_("This credential has no open link. Make one first."))


@transaction.atomic
def set_visibility(*, credential: Credential, visibility: Credential.Visibility, by: "User") -> None:
    """Open or close name, results and evidence; acts at once, on the same permanent address."""
    changed = (
        Credential.objects.held_by(by)
        .filter(pk=credential.pk)
        .exclude(visibility=visibility)
        .update(visibility=visibility)
    )
    if changed:
        audit("set visibility", credential, by=by, about=by, visibility=str(visibility))


@transaction.atomic
def make_link(
    *, credential: Credential, shows_results: bool, shows_evidence: bool, by: "User", at: datetime
) -> ShareLink:
    """Open an address that shows her name, and the results and evidence where she says so.

    Raises AlreadyShared, and Credential.DoesNotExist where it is not hers.
    """
    own = _own(credential, by)
    if _open_link(own):
        raise AlreadyShared
    return _make(own, shows_results, shows_evidence, by, at)


@transaction.atomic
def remake_link(
    *, credential: Credential, shows_results: bool, shows_evidence: bool, by: "User", at: datetime
) -> ShareLink:
    """Put a new address in place of the open one, which from now on answers like any unknown.

    Raises NotShared, and Credential.DoesNotExist where it is not hers.
    """
    own = _own(credential, by)
    _withdraw(own, by, at)
    return _make(own, shows_results, shows_evidence, by, at)


@transaction.atomic
def withdraw_link(*, credential: Credential, by: "User", at: datetime) -> None:
    """Close the open address for ever. Raises NotShared, and Credential.DoesNotExist where it is not hers."""
    _withdraw(_own(credential, by), by, at)


def _own(credential: Credential, by: "User") -> Credential:
    # Held until the end: two presses at once would otherwise both find that no link is open.
    return Credential.objects.held_by(by).select_for_update(no_key=True).get(pk=credential.pk)


def _open_link(credential: Credential) -> ShareLink | None:
    return ShareLink.objects.open().filter(credential=credential).first()


def _make(
    credential: Credential, shows_results: bool, shows_evidence: bool, by: "User", at: datetime
) -> ShareLink:
    link = ShareLink.objects.create(
        credential=credential, shows_results=shows_results, shows_evidence=shows_evidence, made_at=at
    )
    # The token is a key: the trail names the row alone.
    audit("make share link", link, by=by, about=by, results=shows_results, evidence=shows_evidence)
    return link


def _withdraw(credential: Credential, by: "User", at: datetime) -> None:
    link = _open_link(credential)
    if link is None:
        raise NotShared
    link.withdrawn_at = at
    link.save(update_fields=["withdrawn_at"])
    audit("withdraw share link", link, by=by, about=by)
