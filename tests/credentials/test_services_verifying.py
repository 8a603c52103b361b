"""verify_file: whatever somebody brings, judged by what our own database holds."""

import json
from datetime import timedelta

import pytest

from credentials.models import Achievement, Credential, KnownIssuer, SignedDocument
from credentials.openbadges.baking import OPEN_BADGES_2, bake_png
from credentials.openbadges.documents import to_bytes
from credentials.openbadges.keys import did_document
from credentials.queries.badges2 import assertions_2
from credentials.services.badges2 import assertion_of
from credentials.services.revoking import reinstate, revoke, suspend
from credentials.services.verifying import verify_file
from tests.makers import TERM_DAY, make_credential, make_known_issuer, make_signed_document, make_user
from tests.standards.institution import DID, KEY, signed_credential
from tests.standards.institution import LATER as AWARDED
from tests.standards.test_containers import picture

LATER = TERM_DAY + timedelta(days=2)

pytestmark = pytest.mark.django_db


def withdraw(signed: SignedDocument) -> None:
    revoke(
        credential=signed.credential,
        revocation=Credential.Revocation.WITHDRAWN,
        reason="The work was another's.",
        by=make_user(),
        at=TERM_DAY + timedelta(days=1),
    )


class TestVerifyFile:
    def test_finds_our_ledger_for_our_own_file(self) -> None:
        signed = make_signed_document()

        report = verify_file(data=bytes(signed.signed or b""), at=LATER)

        assert report.state("proof") == "ok"
        assert report.issuer["known"] is True
        assert report.verdict == "valid", report.checks

    def test_says_revoked_before_the_list_is_published(self) -> None:
        signed = make_signed_document()
        withdraw(signed)

        data = bytes(signed.signed or b"")

        assert verify_file(data=data, at=LATER).verdict == "revoked"
        assert verify_file(data=data, at=TERM_DAY + timedelta(hours=1)).verdict == "valid"

    def test_another_writing_of_it_is_found_by_its_id(self) -> None:
        signed = make_signed_document()
        withdraw(signed)
        rewritten = json.dumps(json.loads(bytes(signed.signed or b"")), indent=2).encode()

        assert verify_file(data=rewritten, at=LATER).verdict == "revoked"

    def test_suspension_is_told_for_its_days(self) -> None:
        signed = make_signed_document()
        by = make_user()
        suspend(credential=signed.credential, reason="Asked", by=by, at=TERM_DAY + timedelta(days=1))
        reinstate(credential=signed.credential, reason="Answered", by=by, at=TERM_DAY + timedelta(days=3))
        data = bytes(signed.signed or b"")

        told = [verify_file(data=data, at=TERM_DAY + timedelta(days=day)).verdict for day in (2, 4)]

        assert told == ["suspended", "valid"]

    def test_stranger_is_not_recognised(self) -> None:
        assert verify_file(data=signed_credential(), at=LATER + timedelta(days=300)).verdict in (
            "not_recognised",
            "cannot_check",
        )

    def test_stranger_who_borrows_our_id_is_not_answered_for(self) -> None:
        ours = make_credential()
        document = json.loads(signed_credential())
        document["id"] = ours.public_id.urn

        assert verify_file(data=to_bytes(document), at=LATER).verdict != "valid"


class TestOlderView:
    def test_our_own_badge_of_the_older_standard_is_found_at_its_address(self) -> None:
        signed = make_signed_document()
        credential = signed.credential
        Achievement.objects.filter(pk=credential.achievement_id).update(offers_open_badges_2=True)
        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PUBLIC)
        credential = assertions_2().get(pk=credential.pk)
        data = bake_png(picture(), to_bytes(assertion_of(credential).document), OPEN_BADGES_2)

        report = verify_file(data=data, at=LATER)

        assert (report.verdict, report.standard) == ("valid", "ob-2.0"), report.checks
        assert report.issuer["known"] is True
        withdraw(signed)
        assert verify_file(data=data, at=LATER).verdict == "revoked"
        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PRIVATE)
        assert verify_file(data=data, at=LATER).verdict == "cannot_check"


class TestKnownIssuers:
    def test_document_is_pinned_and_counts_while_it_is_in_force(self) -> None:
        data = signed_credential(status=None)
        before = verify_file(data=data, at=AWARDED)
        known = make_known_issuer(text=json.dumps(did_document(DID, [KEY.multikey])))

        assert before.verdict == "cannot_check"
        assert verify_file(data=data, at=AWARDED).verdict == "valid"
        KnownIssuer.objects.filter(pk=known.pk).update(ended_at=AWARDED, ended_by=known.added_by)
        assert verify_file(data=data, at=AWARDED).verdict == "cannot_check"
