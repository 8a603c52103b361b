"""Revoking, suspending, reinstating, expiring: state, bit and ledger change together or not at all."""

from datetime import timedelta

import pytest

from credentials.models import AuditEntry, Credential, CredentialEvent
from credentials.services.revoking import (
    AlreadyRevoked,
    CannotChange,
    expire,
    past_their_last_day,
    reinstate,
    revoke,
    suspend,
)
from learners.models import User
from tests.makers import TERM_DAY, make_achievement, make_credential

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=30)


@pytest.fixture
def credential(learner: User) -> Credential:
    return make_credential(recipient=learner)


def kinds(credential: Credential) -> list[str]:
    return list(CredentialEvent.objects.filter(credential=credential).values_list("kind", flat=True))


class TestRevoke:
    def test_ends_it_and_says_when_how_and_why(self, credential: Credential, registrar: User) -> None:
        event = revoke(
            credential=credential,
            revocation=Credential.Revocation.WITHDRAWN,
            reason="The work was another's.",
            public_reason="Withdrawn after review.",
            by=registrar,
            at=LATER,
        )

        credential.refresh_from_db()
        assert (credential.state, credential.is_live, credential.revoked_at) == ("revoked", False, LATER)
        assert (event.by, event.reason) == (registrar, "The work was another's.")
        assert credential.public_reason == "Withdrawn after review."
        assert AuditEntry.objects.get(act="revoke").person.reason == "The work was another's."

    def test_owes_a_new_status_list(self, credential: Credential, registrar: User) -> None:
        before = credential.status_list.revision

        revoke(
            credential=credential, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER
        )

        credential.status_list.refresh_from_db()
        assert credential.status_list.revision == before + 1

    def test_is_final(self, credential: Credential, registrar: User) -> None:
        revoke(
            credential=credential, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER
        )

        with pytest.raises(AlreadyRevoked, match="revoked earlier"):
            revoke(
                credential=credential,
                revocation=Credential.Revocation.VOID,
                reason="again",
                by=registrar,
                at=LATER,
            )
        with pytest.raises(CannotChange):
            reinstate(credential=credential, reason="-", by=registrar, at=LATER)

        assert kinds(credential) == ["issued", "revoked"]

    def test_lets_the_achievement_be_issued_anew(self, credential: Credential, registrar: User) -> None:
        revoke(
            credential=credential, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER
        )

        again = make_credential(recipient=credential.recipient, achievement=credential.achievement, at=LATER)

        assert again.is_live
        assert again.status_index != credential.status_index


class TestSuspend:
    def test_can_be_undone(self, credential: Credential, registrar: User) -> None:
        suspend(credential=credential, reason="A doubt.", by=registrar, at=LATER)
        reinstate(credential=credential, reason="No doubt.", by=registrar, at=LATER + timedelta(days=1))

        credential.refresh_from_db()
        assert credential.state == Credential.State.ACTIVE
        assert kinds(credential) == ["issued", "suspended", "reinstated"]

    def test_keeps_its_place_as_the_one_that_is_held(self, credential: Credential, registrar: User) -> None:
        suspend(credential=credential, reason="A doubt.", by=registrar, at=LATER)

        credential.refresh_from_db()
        assert credential.is_live

    def test_twice_is_refused(self, credential: Credential, registrar: User) -> None:
        suspend(credential=credential, reason="A doubt.", by=registrar, at=LATER)

        with pytest.raises(CannotChange, match="is suspended"):
            suspend(credential=credential, reason="Again.", by=registrar, at=LATER)


class TestExpire:
    def test_is_recorded_once(self, learner: User) -> None:
        yearly = make_achievement(expiry="months", expiry_months=1)
        credential = make_credential(recipient=learner, achievement=yearly)
        after = TERM_DAY + timedelta(days=40)

        found = list(past_their_last_day(at=after))
        first, second = expire(credential=credential, at=after), expire(credential=credential, at=after)

        assert found == [credential]
        assert first is not None
        assert second is None
        assert list(past_their_last_day(at=after)) == []

    def test_the_last_day_is_still_valid(self, learner: User) -> None:
        credential = make_credential(
            recipient=learner, achievement=make_achievement(expiry="months", expiry_months=1)
        )
        assert credential.expires_on is not None

        on_the_last_day = TERM_DAY.replace(month=9, day=30, hour=23)

        assert credential.expires_on == on_the_last_day.date()
        assert not past_their_last_day(at=on_the_last_day).exists()
