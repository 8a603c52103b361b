"""After a restore: what may have been handed out since the backup is never handed out again."""

from django.db import transaction

from credentials.models import StatusList
from credentials.services.auditing import audit


@transaction.atomic
def close_status_lists() -> int:
    """Close every status list that takes new credentials; answers how many. Safe to repeat.

    Credentials issued after the backup hold places that the restored database believes to be free. The next
    credential opens a new list, under an address that nobody was ever given, so none of them can come twice.
    """
    blocks = list(StatusList.objects.select_for_update(no_key=True).filter(is_open=True))
    for block in blocks:
        block.is_open = False
        block.save(update_fields=["is_open"])
        audit("close after restore", block, by=None)
    return len(blocks)
