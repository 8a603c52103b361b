"""An audit entry edited by SQL is refused; with the guards lifted it is named (SAFETY: fault 22)."""

from uuid import UUID

import pytest

from tests.faults.checking import manage
from tests.faults.portal import Portal

pytestmark = pytest.mark.faults_long
ENTRY, PERSON = "credentials_auditentry", "credentials_auditperson"
# What somebody would change: to have done it another day, otherwise, to something else, or not at all.
EDITS = {
    "what": f"UPDATE {ENTRY} SET act = 'read' WHERE public_id = '{{entry}}'",  # noqa: S608
    "when": f"UPDATE {ENTRY} SET at = '2020-01-01 00:00:00+00' WHERE public_id = '{{entry}}'",  # noqa: S608
    "on what": f"UPDATE {ENTRY} SET object_id = '0' WHERE public_id = '{{entry}}'",  # noqa: S608
    "facts": f"UPDATE {ENTRY} SET facts = '{{{{}}}}' WHERE public_id = '{{entry}}'",  # noqa: S608
    "by whom": f"UPDATE {ENTRY} SET commitment = 'x' WHERE public_id = '{{entry}}'",  # noqa: S608
    "its hash": f"UPDATE {ENTRY} SET hash = 'x' WHERE public_id = '{{entry}}'",  # noqa: S608
}


@pytest.fixture
def entries(portal: Portal) -> list[str]:
    """An installation in which something was done; the entries that say so, in their order."""
    portal.act("found", learners=5)
    sealed: list[str] = portal.act("sealed")["entries"]
    return sealed


def named(portal: Portal, command: str) -> set[str]:
    """The findings of one of the two commands, which must end with a failure."""
    done = manage(portal, command)
    assert done.returncode == 1, done.stdout
    return set(done.stdout.splitlines())


class TestAnEntryEditedBySql:
    def test_is_refused_by_the_database(self, portal: Portal, entries: list[str]) -> None:
        for edit in EDITS.values():
            refused = portal.act("by_sql", statement=edit.format(entry=entries[3]), is_guarded=True)
            assert "never rewritten" in refused["refused"]
        deleted = f"DELETE FROM {ENTRY} WHERE public_id = '{entries[3]}'"  # noqa: S608
        assert "never deleted" in portal.act("by_sql", statement=deleted, is_guarded=True)["refused"]

        assert manage(portal, "verify_audit").returncode == 0

    def test_is_named_whatever_of_it_was_edited(self, portal: Portal, entries: list[str]) -> None:
        # Entries apart from each other: an altered hash shows in the next link too.
        edited = dict(zip(EDITS, entries[2::2], strict=False))
        assert len(edited) == len(EDITS)
        for what, entry in edited.items():
            done = portal.act("by_sql", statement=EDITS[what].format(entry=entry), is_guarded=False)
            assert done == {"refused": ""}

        altered, found = named(portal, "verify_audit"), named(portal, "check_credentials")

        for what, entry in edited.items():
            public_id = str(UUID(entry))
            assert any(public_id in line and "was altered" in line for line in altered), what
            assert any(public_id in line and "chain" in line for line in found), what

    def test_is_named_when_it_was_taken_out_or_its_person_exchanged(
        self, portal: Portal, entries: list[str]
    ) -> None:
        gone, renamed = (
            f"(SELECT id FROM {ENTRY} WHERE public_id = '{entry}')"  # noqa: S608
            for entry in (entries[3], entries[7])
        )
        for statement in (
            f"DELETE FROM {PERSON} WHERE entry_id = {gone}",  # noqa: S608
            f"DELETE FROM {ENTRY} WHERE id = {gone}",  # noqa: S608
            f"UPDATE {PERSON} SET actor_name = 'Nobody' WHERE entry_id = {renamed}",  # noqa: S608
        ):
            assert portal.act("by_sql", statement=statement, is_guarded=False) == {"refused": ""}

        altered = named(portal, "verify_audit")

        assert "entry 4 is missing before entry 5" in altered
        assert any(str(UUID(entries[7])) in line and "personal part" in line for line in altered)
