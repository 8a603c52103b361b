"""The audit trail: every entry in its place, a later change shows, a person can still be erased."""

import pytest
from django.db import DatabaseError, connection, transaction

from credentials.models import AuditEntry, AuditPerson, triggers
from credentials.services.auditing import audit, broken_links, seal
from learners.models import User
from tests.makers import default_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(registrar: User, learner: User) -> list[AuditEntry]:
    return [
        audit(act, default_series(), by=registrar, about=learner, reason=f"Because of {act}.", count=number)
        for number, act in enumerate(("first", "second", "third"))
    ]


def alter(entry: AuditEntry, **fields: object) -> None:
    """As somebody with the database in hand would: without the guards."""
    triggers.remove(connection)
    try:
        AuditEntry.objects.filter(pk=entry.pk).update(**fields)
    finally:
        triggers.install(connection)


class TestSeal:
    def test_numbers_every_entry_once(self, entries: list[AuditEntry]) -> None:
        before = AuditEntry.objects.filter(seq__isnull=True).count()

        first, second = seal(), seal()

        numbers = list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True))
        assert (first, second) == (before, 0)
        assert numbers == list(range(1, before + 1))
        assert broken_links() == []

    def test_goes_on_from_the_last_link(self, entries: list[AuditEntry], registrar: User) -> None:
        seal()
        audit("fourth", default_series(), by=registrar)

        assert seal() == 1
        assert broken_links() == []


class TestBrokenLinks:
    def test_names_an_altered_entry(self, entries: list[AuditEntry]) -> None:
        seal()

        alter(entries[1], facts={"count": 99})

        (finding,) = broken_links()
        assert str(entries[1].public_id) in finding
        assert "was altered" in finding

    def test_names_an_altered_person(self, entries: list[AuditEntry]) -> None:
        seal()

        AuditPerson.objects.filter(entry=entries[2]).update(actor_name="Nobody")

        (finding,) = broken_links()
        assert "personal part" in finding

    def test_finds_a_missing_entry(self, entries: list[AuditEntry]) -> None:
        seal()
        triggers.remove(connection)
        AuditPerson.objects.filter(entry=entries[1]).delete()
        AuditEntry.objects.filter(pk=entries[1].pk).delete()
        triggers.install(connection)

        assert any("is missing" in finding for finding in broken_links())

    def test_an_erased_person_breaks_nothing(self, entries: list[AuditEntry]) -> None:
        seal()

        AuditPerson.objects.filter(entry=entries[0]).delete()

        assert broken_links() == []


class TestGuards:
    def test_the_database_refuses_to_rewrite_or_delete(self, entries: list[AuditEntry]) -> None:
        AuditPerson.objects.filter(entry=entries[0]).delete()

        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            AuditEntry.objects.filter(pk=entries[0].pk).update(act="nothing happened")
        with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
            AuditEntry.objects.filter(pk=entries[0].pk).delete()
