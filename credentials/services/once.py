"""once(): one press of a button has one outcome, however often its request arrives."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.deadlocks import retried
from credentials.models import OperationKey

if TYPE_CHECKING:
    from learners.models import User

KEPT = timedelta(hours=48)


class KeyReused(Exception):
    """The same op_key came with other parameters: two different acts cannot be one press."""

    message = _(
        "This form was already used for something else. Open the page again and repeat what you wanted to do."
    )

    def __str__(self) -> str:
        return str(self.message)


def once(
    *, actor: "User", key: UUID, act: str, parameters: Mapping[str, object], do: Callable[[], str]
) -> str:
    """Run `do` the first time (actor, key) is seen, and answer its outcome every later time.

    `do` returns a short text, usually an address to go to. Raises KeyReused when `act` or `parameters`
    differ from the first time; whatever `do` raises leaves no key behind.
    """
    digest = hashlib.sha256(
        json.dumps([act, dict(parameters)], sort_keys=True, default=str).encode()
    ).hexdigest()
    return retried(partial(_once, actor, key, act, digest, do))


@transaction.atomic
def _once(actor: "User", key: UUID, act: str, digest: str, do: Callable[[], str]) -> str:
    row, is_first = OperationKey.objects.get_or_create(
        actor=actor, key=key, defaults={"act": act, "parameters_sha256": digest}
    )
    if not is_first:
        if row.parameters_sha256 != digest:
            raise KeyReused
        return row.outcome
    row.outcome = do()
    row.save(update_fields=["outcome"])
    return row.outcome


def forget_old_keys(*, at: datetime) -> int:
    """Drop keys no retry can still carry."""
    dropped, _by_model = OperationKey.objects.filter(created_at__lt=at - KEPT).delete()
    return dropped
