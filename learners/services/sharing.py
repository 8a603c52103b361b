"""What a holder opens to others: her name on the verification page of one credential."""

from typing import TYPE_CHECKING

from django.db import transaction

from credentials.models import Credential
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User


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
