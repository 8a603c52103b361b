"""Drafts: everybody who wrote on one is remembered, so that none of them can be the one who publishes it."""

from typing import TYPE_CHECKING

from django.db import models, transaction

from credentials.models import AuditPerson
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User

WROTE = "write draft"


@transaction.atomic
def note_writer(*, draft: models.Model, by: "User") -> None:
    """Remember that `by` changed the draft or the rows it is made of."""
    type(draft)._default_manager.filter(pk=draft.pk).update(written_by=by)
    audit(WROTE, draft, by=by)


def wrote(draft: models.Model, by: "User") -> bool:
    """Whether `by` made the draft or ever changed it, however long ago and whoever wrote since."""
    if getattr(draft, "written_by_id", None) == by.pk:
        return True
    return AuditPerson.objects.filter(
        actor_id=by.pk,
        entry__act=WROTE,
        entry__object_type=draft._meta.label_lower,
        entry__object_id=str(draft.pk),
    ).exists()
