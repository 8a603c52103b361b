"""After a restore, no place on a status list can be given out a second time."""

from io import StringIO

import pytest
from django.core.management import call_command

from credentials.models import AuditEntry, StatusList
from tests import makers

pytestmark = pytest.mark.django_db


class TestAfterRestore:
    def test_the_next_credential_stands_on_a_list_nobody_was_ever_given(self) -> None:
        before = makers.make_credential()

        call_command("after_restore", stdout=StringIO())

        after = makers.make_credential()
        assert after.status_list != before.status_list
        assert StatusList.objects.get(is_open=True) == after.status_list

    def test_what_stands_on_the_old_list_stays_there(self) -> None:
        before = makers.make_credential()

        call_command("after_restore", stdout=StringIO())

        before.refresh_from_db()
        assert before.status_list == StatusList.objects.get()

    def test_says_and_records_how_many_it_closed_and_may_be_repeated(self) -> None:
        makers.make_credential()
        said = StringIO()

        call_command("after_restore", stdout=said)
        call_command("after_restore", stdout=said)

        assert [line.split()[0] for line in said.getvalue().splitlines()] == ["1", "0"]
        assert AuditEntry.objects.filter(act="close after restore").count() == 1
