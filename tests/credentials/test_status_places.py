"""Places on the status lists: drawn at random, handed out once, in blocks that make room for the next."""

import threading
from functools import partial

import pytest
from django.db import connection

from config.clock import now
from credentials.models import Achievement, Credential, StatusList
from credentials.openbadges import status
from credentials.services.issuing import Award, issue
from credentials.services.revoking import expire, past_their_last_day, reinstate, revoke, suspend
from credentials.services.signing import publish_status_list
from credentials.services.verifying import stored_document
from learners.models import User
from tests.makers import TERM_DAY, make_achievement, make_credential, make_user

pytestmark = pytest.mark.django_db


def places(credentials: list[Credential]) -> set[tuple[int, int]]:
    return {(row.status_list_id, row.status_index) for row in credentials}


def bits(credential: Credential) -> tuple[bool, bool]:
    """Revocation and suspension, as the lists published now say."""
    publish_status_list(list_id=credential.status_list_id, at=now())
    block = credential.status_list
    published = [stored_document(block.url(purpose)) or {} for purpose in ("revocation", "suspension")]
    first, second = (
        status.read_bit(document["credentialSubject"]["encodedList"], credential.status_index)
        for document in published
    )
    return first, second


class TestBlocks:
    def test_a_block_that_is_half_full_makes_room_for_the_next(
        self, learner: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(StatusList, "SIZE", 4)
        workshop = make_achievement(is_repeatable=True)

        credentials = [make_credential(recipient=learner, achievement=workshop) for _each in range(12)]

        blocks = StatusList.objects.order_by("pk")
        assert len(places(credentials)) == 12
        assert blocks.count() > 1
        assert [block.is_open for block in blocks].count(True) == 1
        assert all(block.credentials.count() >= 2 for block in blocks if not block.is_open)

    def test_a_revoked_credential_s_place_is_not_given_again(
        self, learner: User, registrar: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn = iter([7, 7, 7, 9])
        monkeypatch.setattr("credentials.services.issuing.secrets.randbelow", lambda _size: next(drawn))
        first = make_credential(recipient=learner)
        revoke(credential=first, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=TERM_DAY)

        second = make_credential(recipient=learner, achievement=first.achievement)

        assert (first.status_index, second.status_index) == (7, 9)


class TestPublishedBits:
    """STANDARDS §6: suspended raises both, so that nobody accepts it; revoked raises one."""

    def test_each_act_shows_in_the_published_lists(self, learner: User, registrar: User) -> None:
        credential = make_credential(recipient=learner)
        before = bits(credential)
        suspend(credential=credential, reason="-", by=registrar, at=TERM_DAY)
        suspended = bits(credential)
        reinstate(credential=credential, reason="-", by=registrar, at=TERM_DAY)
        reinstated = bits(credential)
        revoke(
            credential=credential,
            revocation=Credential.Revocation.VOID,
            reason="-",
            by=registrar,
            at=TERM_DAY,
        )

        assert (before, suspended) == ((False, False), (True, True))
        assert (reinstated, bits(credential)) == ((False, False), (True, False))

    def test_what_ran_out_is_not_revoked(self, learner: User) -> None:
        yearly = make_achievement(expiry="months", expiry_months=1)
        credential = make_credential(recipient=learner, achievement=yearly)
        (over,) = past_their_last_day(at=now())

        expire(credential=over, at=now())

        assert bits(credential) == (False, False)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_two_workers_never_hand_out_one_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        # So few that they meet: the database is the judge, and half full blocks roll over meanwhile.
        monkeypatch.setattr(StatusList, "SIZE", 8)
        achievement = make_achievement(is_repeatable=True)
        people = [make_user() for _each in range(4)]
        failed: list[Exception] = []
        line = threading.Barrier(len(people))

        def work(person: User) -> None:
            try:
                line.wait(timeout=20)
                for number in range(6):
                    hand_out(achievement, person, number)
            except Exception as error:  # noqa: BLE001 - a thread's error is the test's
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=partial(work, person)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)

        credentials = list(Credential.objects.all())
        assert failed == []
        assert len(credentials) == len(places(credentials)) == 24
        assert StatusList.objects.filter(is_open=True).count() == 1


def hand_out(achievement: Achievement, person: User, number: int) -> None:
    award = Award(
        achievement=achievement,
        recipient=person,
        source=Credential.Source.HAND,
        source_id=person.pk * 100 + number,
        earned_at=TERM_DAY,
    )
    issue(award=award, at=now())
