"""record(): the only way a row enters the ledger."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from config.events import announce
from credentials.models import Credential, CredentialEvent

if TYPE_CHECKING:
    from learners.models import User


def hold(recipient_id: int) -> "User":
    """Lock the learner's row until the transaction ends.

    Every append to the ledger holds it, so one learner's event ids commit in order and two
    credentials that land together cannot both conclude that a certificate is still missing.
    """
    return get_user_model().objects.select_for_update(no_key=True).get(pk=recipient_id)


def record(
    credential: Credential,
    kind: CredentialEvent.Kind,
    *,
    by: "User | None",
    at: datetime,
    reason: str = "",
    public_reason: str = "",
    is_news: bool = True,
) -> CredentialEvent:
    """Append to the ledger and wake, on commit, whoever hears it. The caller holds the recipient."""
    event = CredentialEvent.objects.create(
        credential=credential,
        recipient_id=credential.recipient_id,
        kind=kind,
        at=at,
        by=by,
        reason=reason,
        public_reason=public_reason,
        is_news=is_news,
    )
    announce(f"credential.{kind.value}", event_id=event.pk)
    return event
