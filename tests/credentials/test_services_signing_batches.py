"""Signing many at once: the same bytes, the same promises, and one bad document stops no other."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from credentials import tasks
from credentials.models import AuditEntry, Rendering, SignedDocument, SigningKey
from credentials.openbadges import bulk
from credentials.services import signing, signing_batches
from credentials.services.signing_batches import MANY, batches, sign_issued, sign_many
from tests.makers import make_achievement, make_certificate, make_credential
from tests.speed.counting import grown, statements

pytestmark = pytest.mark.django_db


def waiting(count: int, *, is_certificate: bool = False) -> list[SignedDocument]:
    """So many learners' intents of one achievement."""
    achievement = make_certificate() if is_certificate else make_achievement()
    return [make_credential(achievement=achievement).documents.get() for _number in range(count)]


def ids(documents: list[SignedDocument]) -> list[int]:
    return [document.pk for document in documents]


def fresh(document: SignedDocument) -> SignedDocument:
    row: SignedDocument = SignedDocument.objects.select_related("key__issuer").get(pk=document.pk)
    return row


class Killed(BaseException):
    """As by kill -9: nothing of ours may catch it."""


class TestSignMany:
    def test_gives_each_the_bytes_it_would_have_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = waiting(MANY + 5)
        templates = bulk.Templates()
        monkeypatch.setattr(signing_batches, "TEMPLATES", templates)

        signed = sign_many(ids(documents))

        assert signed == len(documents)
        assert templates._made, "no template was made"
        for document in map(fresh, documents):
            assert bytes(document.signed or b"") == signing.signed_bytes(document)
            assert (document.lease_owner, document.lease_until, document.attempts) == ("", None, 1)
            assert document.done_at is not None

    def test_records_each_and_leaves_nothing_for_a_second_time(self) -> None:
        documents = waiting(MANY)

        assert (sign_many(ids(documents)), sign_many(ids(documents))) == (MANY, 0)

        said = {entry.object_id: entry.facts for entry in AuditEntry.objects.filter(act="signed")}
        assert said == {str(each.pk): {"sha256": fresh(each).sha256} for each in documents}

    def test_certificates_then_wait_for_the_printer(self) -> None:
        documents = waiting(MANY, is_certificate=True)

        sign_many(ids(documents))

        assert set(Rendering.objects.values_list("document", flat=True)) == set(ids(documents))

    def test_an_altered_intent_is_given_back_alone(self) -> None:
        documents = waiting(MANY)
        SignedDocument.objects.filter(pk=documents[3].pk).update(unsigned=b'{"name": "Somebody else"}')

        signed = sign_many(ids(documents))

        altered = fresh(documents[3])
        assert signed == MANY - 1
        assert (altered.signed, altered.lease_owner) == (None, "")
        assert "IntentBroken" in altered.last_error
        assert AuditEntry.objects.get(act="signing failed").object_id == str(altered.pk)

    def test_where_no_key_opens_all_are_given_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = waiting(MANY)

        def refuse(_key: SigningKey) -> Callable[[bytes], bytes]:
            raise ConnectionError("the store is away")

        monkeypatch.setattr(signing_batches, "signer_for", refuse)

        with pytest.raises(ConnectionError):
            sign_many(ids(documents))

        assert {fresh(each).last_error for each in documents} == {"ConnectionError('the store is away')"}
        assert {fresh(each).lease_owner for each in documents} == {""}

    def test_a_wrong_template_is_stopped_told_and_changes_no_byte(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        documents = waiting(MANY)
        right = bulk._Node.hash
        monkeypatch.setattr(signing_batches, "TEMPLATES", bulk.Templates())
        monkeypatch.setattr(bulk._Node, "hash", lambda node, terms: right(node, terms)[::-1])

        assert sign_many(ids(documents)) == MANY

        assert AuditEntry.objects.filter(act="signing template stopped").exists()
        for document in map(fresh, documents):
            assert bytes(document.signed or b"") == signing.signed_bytes(document)

    def test_asks_no_more_for_many_than_for_some(self) -> None:
        sign_many(ids(waiting(MANY)))
        some, many = ids(waiting(MANY)), ids(waiting(4 * MANY))

        few = statements(lambda: sign_many(some))
        more = statements(lambda: sign_many(many))

        assert len(more) == len(few), grown(few, more)


class TestCrashes:
    @pytest.mark.parametrize("moment", ["after_intent", "after_sign", "before_commit"])
    def test_another_worker_makes_the_same_bytes(self, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = waiting(MANY)
        expected = [signing.signed_bytes(fresh(document)) for document in documents]

        def die(reached: str) -> None:
            if reached == moment:
                raise Killed

        monkeypatch.setattr(signing_batches, "reach", die)
        with pytest.raises(Killed):
            sign_many(ids(documents))
        monkeypatch.undo()
        assert sign_many(ids(documents)) == 0, "the dead worker's lease still runs"
        lapsed = SignedDocument.objects.filter(pk__in=ids(documents))
        assert lapsed.update(lease_until=Now() - timedelta(seconds=1)) == MANY

        assert sign_many(ids(documents)) == MANY
        assert [bytes(fresh(document).signed or b"") for document in documents] == expected

    def test_what_another_worker_took_up_is_left_to_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = waiting(MANY)
        taken = SignedDocument.objects.filter(pk=documents[0].pk)

        def overtake(reached: str) -> None:
            if reached == "after_sign":
                taken.update(lease_owner="another")

        monkeypatch.setattr(signing_batches, "reach", overtake)

        assert sign_many(ids(documents)) == MANY - 1

        assert (fresh(documents[0]).signed, fresh(documents[0]).lease_owner) == (None, "another")
        assert AuditEntry.objects.filter(act="signed").count() == MANY - 1

    def test_nothing_is_kept_under_a_key_that_was_compromised_meanwhile(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        documents = waiting(MANY)

        def lose(reached: str) -> None:
            if reached == "after_sign":
                SigningKey.objects.update(state=SigningKey.State.COMPROMISED)

        monkeypatch.setattr(signing_batches, "reach", lose)

        assert sign_many(ids(documents)) == 0
        assert not SignedDocument.objects.filter(signed_at__isnull=False).exists()


class TestWhoIsSignedTogether:
    def test_one_issue_alone_is_signed_alone(self) -> None:
        first, second = waiting(2)

        assert sign_issued(credential_id=first.credential_id) == 1

        assert fresh(second).signed is None

    def test_an_issue_among_many_takes_the_others_along(self) -> None:
        documents = waiting(MANY + 2)

        assert sign_issued(credential_id=documents[-1].credential_id) == MANY + 2

        assert sign_issued(credential_id=documents[0].credential_id) == 0

    def test_the_sweep_signs_many_together_and_few_alone(self) -> None:
        documents = waiting(MANY)
        assert [sorted(batch) for batch in batches()] == [sorted(ids(documents))]

        tasks.catch_up()
        more = waiting(2)
        assert list(batches()) == []
        tasks.catch_up()

        assert all(fresh(document).signed for document in (*documents, *more))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_share_the_work_and_sign_nothing_twice(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        documents = waiting(60)
        line = threading.Barrier(4)
        signed: list[int] = []

        def work(part: list[int]) -> None:
            try:
                line.wait(timeout=10)
                signed.append(sign_many(part))
            finally:
                connection.close()

        everything = ids(documents)
        parts = [everything, everything[::-1], everything[30:] + everything[:30], everything[:45]]
        threads = [threading.Thread(target=work, args=[part]) for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        # Who came while another was just taking a row passed it over; a sweep finds it.
        signed += [sign_many(batch) for batch in batches()]
        assert sum(signed) == 60
        assert AuditEntry.objects.filter(act="signed").count() == 60
        for document in map(fresh, documents):
            assert bytes(document.signed or b"") == signing.signed_bytes(document)
