"""Rules that only the database can keep: ledger and audit trail are never rewritten, nor what was published.

SQLite drops a table's triggers when a later migration rebuilds it: such a migration must call `install`
again, and the start-up check credentials.E001 compares what stands in the database with this list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses `operation` on `table` while `condition` (SQL over OLD and NEW) holds."""

    name: str
    table: str
    operation: str
    condition: str
    message: str

    def statements(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER IF NOT EXISTS {self.name} BEFORE {self.operation} ON {self.table} "
                f"FOR EACH ROW WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            ]
        returned = "OLD" if self.operation == "DELETE" else "NEW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
            f"BEGIN IF {self.condition} THEN RAISE EXCEPTION '{self.message}' "
            f"USING ERRCODE = '23514'; END IF; "
            f"RETURN {returned}; END $body$",
            f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.operation} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]


ALWAYS = "(1 = 1)"
AUDIT_FACTS = ("public_id", "at", "act", "object_type", "object_id", "commitment")
AUDIT_CHANGED = " OR ".join(
    [f"OLD.{column} <> NEW.{column}" for column in AUDIT_FACTS]
    + ["OLD.seq IS NOT NULL AND (NEW.seq IS NULL OR NEW.seq <> OLD.seq)"]
    + ["OLD.hash IS NOT NULL AND (NEW.hash IS NULL OR NEW.hash <> OLD.hash)"]
    + ["CAST(OLD.facts AS text) <> CAST(NEW.facts AS text)"]
)
LEDGER = "credentials_credentialevent"
AUDIT = "credentials_auditentry"
TRIGGERS = (
    Trigger("ledger_keeps_its_rows", LEDGER, "DELETE", ALWAYS, "The ledger is never deleted from."),
    Trigger("ledger_keeps_its_facts", LEDGER, "UPDATE", ALWAYS, "The ledger is never rewritten."),
    Trigger("audit_keeps_its_rows", AUDIT, "DELETE", ALWAYS, "The audit trail is never deleted from."),
    Trigger(
        "audit_keeps_its_facts", AUDIT, "UPDATE", f"({AUDIT_CHANGED})", "The audit trail is never rewritten."
    ),
)

# What a version says and shows. Its status, and who moved it when, may change; `written_by` names who
# opened the next draft from it, and moves with drafts alone.
VERSION = "credentials_achievementversion"
VERSION_CONTENT = (
    "public_id", "achievement_id", "number", "name", "description", "outcomes", "criteria", "kind", "level",
    "subject_area_id", "leads_to_id", "prerequisites", "hours", "credits", "credit_system",
    "qualification_framework", "qualification_level", "learning_mode", "assessment_mode", "assessment_types",
    "evidence_kinds", "supervision", "quality_assurance", "expiry", "expiry_months", "language", "shape",
    "palette", "icon", "colour", "legend", "uploaded", "image", "image_large", "thumbnail", "fingerprint",
    "image_alt", "result_descriptions", "definition",
)  # fmt: skip
OPEN = "('draft', 'in_review', 'approved')"


def changed(columns: Iterable[str]) -> str:
    """SQL that holds when any of these columns differs, empty ones included."""
    absent = "'~'"
    return " OR ".join(
        f"COALESCE(CAST(OLD.{column} AS text), {absent}) <> COALESCE(CAST(NEW.{column} AS text), {absent})"
        for column in columns
    )


def _left_the_draft(row: str, column: str, open_states: str, versions: str) -> str:
    # Names of this project's modules, never anybody's input.
    return f"((SELECT status FROM {versions} WHERE id = {row}.{column}) NOT IN {open_states})"  # noqa: S608


def kept_with_version(
    name: str, table: str, column: str, open_states: str = "('draft')", versions: str = VERSION
) -> Iterator[Trigger]:
    """Rows of a version, of the table `versions`, stay as they are once it has left the states named."""
    message = "This belongs to a version that is no draft any more, and stays as it is."
    for operation, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " OR ".join(_left_the_draft(row, column, open_states, versions) for row in rows)
        yield Trigger(f"{name}_{operation.lower()}", table, operation, f"({condition})", message)


FROZEN = "A version that is no draft any more is never rewritten. Make the next version."
DEFINITIONS = (
    Trigger(
        "version_keeps_its_text",
        VERSION,
        "UPDATE",
        f"(OLD.status <> 'draft' AND ({changed(VERSION_CONTENT)}))",
        FROZEN,
    ),
    Trigger(
        "version_stays_public",
        VERSION,
        "UPDATE",
        f"(OLD.status NOT IN {OPEN} AND NEW.status IN {OPEN})",
        "What was published is never a draft again.",
    ),
    Trigger("version_keeps_its_row", VERSION, "DELETE", "(OLD.status <> 'draft')", FROZEN),
    *kept_with_version("competency_shown", "credentials_versioncompetency", "version_id"),
    *kept_with_version("alignment_shown", "credentials_alignment", "version_id"),
    *kept_with_version(
        "requirement_shown", "credentials_achievementversion_requires", "achievementversion_id"
    ),
    *kept_with_version("reason_given", "credentials_designreason", "version_id", OPEN),
    *(
        Trigger(f"{name}_{operation.lower()}", table, operation, ALWAYS, "What was decided is kept.")
        for name, table in (("decision_stands", "credentials_decision"), ("vote_stands", "credentials_vote"))
        for operation in ("UPDATE", "DELETE")
    ),
)
EVERY = (*TRIGGERS, *DEFINITIONS)


def install(connection: BaseDatabaseWrapper, triggers: tuple[Trigger, ...] = TRIGGERS) -> None:
    """Create whatever is missing; safe to repeat."""
    with connection.cursor() as cursor:
        for trigger in triggers:
            for statement in trigger.statements(connection.vendor):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, triggers: tuple[Trigger, ...] = TRIGGERS) -> None:
    """Take the guards away: for reversing a migration, and for emptying a test database."""
    with connection.cursor() as cursor:
        for trigger in triggers:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")


def missing(connection: BaseDatabaseWrapper, triggers: tuple[Trigger, ...] = TRIGGERS) -> list[str]:
    """Names of guards that should stand in this database and do not."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        standing = {name for (name,) in cursor.fetchall()}
    return [trigger.name for trigger in triggers if trigger.name not in standing]


def lost(
    databases: Iterable[str] | None, expected: tuple[Trigger, ...], *, code: str
) -> list[checks.CheckMessage]:
    """One error for each guard of `expected` that a migrated database lacks."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tables = set(connection.introspection.table_names())
        wanted = tuple(trigger for trigger in expected if trigger.table in tables)
        found += [
            checks.Error(
                f"The database has lost its guard {name}.",
                hint="A migration that rebuilt the table must install it again: credentials.models.triggers.",
                id=code,
            )
            for name in missing(connection, wanted)
        ]
    return found
