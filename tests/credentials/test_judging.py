"""A verdict that many ask for is reached once, and never told after what it stands on changed."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache

from config.clock import now
from credentials.models import Credential, SigningKey
from credentials.openbadges.text import read_instant
from credentials.services.judging import judged
from credentials.services.revoking import reinstate, revoke, suspend
from credentials.services.verifying import verify_together
from tests.makers import make_achievement, make_credential, make_signed_document, make_status_list, office

pytestmark = pytest.mark.django_db
ASKED = "credentials.services.judging.verify_together"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def credential() -> Credential:
    made = make_credential()
    make_signed_document(credential=made)
    make_status_list(credential=made, at=now())
    return made


def verdict(credential: Credential) -> str:
    (checked,) = judged(credential=Credential.objects.get(pk=credential.pk), at=now())
    return checked.report.verdict


class TestJudged:
    def test_asks_once_while_nothing_changes_and_dates_each_answer(self, credential: Credential) -> None:
        with patch(ASKED, wraps=verify_together) as asked:
            first, second = (judged(credential=credential, at=now())[0].report for _time in range(2))

        assert asked.call_count == 1
        assert first.verdict == second.verdict == "valid"
        assert second.at > first.at

    def test_a_suspension_a_reinstatement_and_a_revocation_are_told_at_once(
        self, credential: Credential
    ) -> None:
        told = [verdict(credential)]
        suspend(credential=credential, reason="Asked.", by=office(), at=now())
        told.append(verdict(credential))
        reinstate(credential=credential, reason="Answered.", by=office(), at=now())
        told.append(verdict(credential))
        revoke(
            credential=credential,
            revocation=Credential.Revocation.VOID,
            reason="Wrong.",
            by=office(),
            at=now(),
        )
        told.append(verdict(credential))

        assert told == ["valid", "suspended", "valid", "revoked"]

    def test_a_compromised_key_is_told_at_once(self, credential: Credential) -> None:
        assert verdict(credential) == "valid"

        SigningKey.objects.update(
            state=SigningKey.State.COMPROMISED, compromised_at=now() - timedelta(days=9)
        )

        assert verdict(credential) != "valid"

    def test_what_ends_within_the_minute_is_not_kept(self) -> None:
        ending = make_credential(achievement=make_achievement(expiry="months", expiry_months=1))
        make_signed_document(credential=ending)
        make_status_list(credential=ending, at=now())
        (checked,) = judged(credential=ending, at=now())
        cache.clear()
        ends = read_instant(checked.report.credential["valid_until"])
        assert ends is not None

        with patch(ASKED, wraps=verify_together) as asked:
            (before,) = judged(credential=ending, at=ends - timedelta(seconds=5))
            (after,) = judged(credential=ending, at=ends + timedelta(seconds=5))

        assert asked.call_count == 2
        assert before.report.verdict != after.report.verdict == "expired"

    def test_an_unsigned_one_is_looked_at_each_time(self) -> None:
        waiting = make_credential()
        assert verdict(waiting) == "cannot_check"

        make_signed_document(credential=waiting)
        make_status_list(credential=waiting, at=now())

        assert verdict(waiting) == "valid"
