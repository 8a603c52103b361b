"""Somebody with the database in hand: verbs for tests/faults/test_audit_edited.py."""

from typing import Any

from django.db import DatabaseError, connection, transaction

from credentials.models import AuditEntry, triggers
from credentials.services import auditing


def sealed() -> dict[str, Any]:
    """Seal everything; the public ids of all entries, in the order of the chain."""
    while auditing.seal():
        pass
    entries = AuditEntry.objects.order_by("seq").values_list("public_id", flat=True)
    return {
        "entries": [
            public_id.hex if connection.vendor == "sqlite" else str(public_id) for public_id in entries
        ]
    }


def by_sql(statement: str, *, is_guarded: bool) -> dict[str, Any]:
    """Run one statement, with the guards of the database in place or lifted; whether it was refused."""
    if not is_guarded:
        triggers.remove(connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as refusal:
        return {"refused": str(refusal)}
    finally:
        triggers.install(connection)
    return {"refused": ""}


VERBS = {verb.__name__: verb for verb in (sealed, by_sql)}
