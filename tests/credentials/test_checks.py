"""What a start finds wrong with the installation itself."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from assessments.models.triggers import TRIGGERS as GRADE_GUARDS
from credentials.models import AuditEntry, triggers
from credentials.services.auditing import seal
from tests.makers import make_credential


def found() -> list[str | None]:
    return [message.id for message in run_checks(databases=["default"])]


@pytest.mark.django_db
class TestGuards:
    def test_a_database_as_migrated_is_well(self) -> None:
        assert found() == []

    def test_a_lost_guard_of_the_ledger_is_named(self) -> None:
        triggers.remove(connection, triggers.TRIGGERS[:1])

        assert found() == ["credentials.E001"]

    def test_a_lost_guard_of_grades_is_named(self) -> None:
        triggers.remove(connection, GRADE_GUARDS[:1])

        assert found() == ["assessments.E001"]


@pytest.mark.django_db
class TestVerifyAudit:
    def test_says_how_much_is_whole(self) -> None:
        make_credential()
        seal()
        told = StringIO()

        call_command("verify_audit", stdout=told)

        assert f"{AuditEntry.objects.count()} entries are whole" in told.getvalue()

    def test_names_an_altered_entry(self) -> None:
        make_credential()
        seal()
        altered = AuditEntry.objects.order_by("seq").first()
        assert altered is not None
        triggers.remove(connection)
        AuditEntry.objects.filter(pk=altered.pk).update(act="nothing happened")
        told = StringIO()

        with pytest.raises(CommandError):
            call_command("verify_audit", stdout=told)

        assert f"entry {altered.seq} ({altered.public_id}) was altered" in told.getvalue()
