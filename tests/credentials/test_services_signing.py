"""Signing: exactly what was intended, by the key in use, once; keys sealed; lists published."""

import json
from datetime import timedelta

import pytest
from django.test import override_settings

from credentials.models import AuditEntry, Credential, Rendering, SignedDocument, SigningKey
from credentials.openbadges import status
from credentials.services.keys import make_key
from credentials.services.keystores import NoWrappingKey
from credentials.services.revoking import revoke, suspend
from credentials.services.signing import (
    IntentBroken,
    lists_to_publish,
    publish_status_list,
    sign_document,
)
from learners.models import User
from tests.makers import TERM_DAY, default_issuer, make_certificate, make_credential, make_status_list

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)


class TestKeys:
    def test_a_new_key_retires_the_one_before(self, registrar: User) -> None:
        issuer = default_issuer()
        before = issuer.keys.get(state=SigningKey.State.ACTIVE)

        fresh = make_key(issuer=issuer, by=registrar, at=LATER, at_once=True)

        before.refresh_from_db()
        assert (before.state, before.retired_at) == (SigningKey.State.RETIRED, LATER)
        assert issuer.keys.get(state=SigningKey.State.ACTIVE) == fresh

    def test_the_private_part_is_sealed_and_never_in_the_trail(self, registrar: User) -> None:
        key = make_key(issuer=default_issuer(), by=registrar, at=LATER)

        entry = AuditEntry.objects.filter(act="make key").latest("pk")

        assert len(bytes(key.sealed_private_key or b"")) > 32
        assert entry.facts == {"issuer": "tests", "multikey": key.multikey, "store": "database"}

    @override_settings(KEY_WRAPPING_KEY=None)
    def test_a_process_without_the_wrapping_key_makes_and_opens_none(self, registrar: User) -> None:
        with override_settings(KEY_WRAPPING_KEY=b"0123456789abcdef0123456789abcdef"):
            issuer = default_issuer()

        with pytest.raises(NoWrappingKey, match="KEY_WRAPPING_KEY"):
            make_key(issuer=issuer, by=registrar, at=LATER)

        assert issuer.keys.count() == 1


class TestSign:
    def test_signs_what_was_intended_and_nothing_twice(self) -> None:
        document = make_credential().documents.get()

        first, second = sign_document(document_id=document.pk), sign_document(document_id=document.pk)

        document.refresh_from_db()
        signed = json.loads(bytes(document.signed or b""))
        proof = signed.pop("proof")
        assert (first, second) == (True, False)
        assert signed == json.loads(bytes(document.unsigned))
        assert "eddsa-rdfc-2022" in json.dumps(proof)
        assert document.done_at is not None

    def test_a_newer_release_s_document_is_left_to_a_newer_worker(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = make_credential().documents.get()
        SignedDocument.objects.filter(pk=document.pk).update(shape=SignedDocument.SHAPE + 1)

        older = sign_document(document_id=document.pk)
        monkeypatch.setattr(SignedDocument, "SHAPE", SignedDocument.SHAPE + 1)
        newer = sign_document(document_id=document.pk)

        assert (older, newer) == (False, True)

    def test_an_altered_intent_is_not_signed(self) -> None:
        document = make_credential().documents.get()
        SignedDocument.objects.filter(pk=document.pk).update(unsigned=b'{"name": "Somebody else"}')

        with pytest.raises(IntentBroken):
            sign_document(document_id=document.pk)

        document.refresh_from_db()
        assert document.signed is None
        assert "IntentBroken" in document.last_error
        assert AuditEntry.objects.filter(act="signing failed").exists()

    def test_what_is_intended_before_a_new_key_is_signed_with_the_old_one(self, registrar: User) -> None:
        credential = make_credential()
        intended = credential.documents.get().key
        make_key(issuer=credential.achievement.issuer, by=registrar, at=LATER, at_once=True)

        sign_document(document_id=credential.documents.get().pk)

        assert intended.multikey in bytes(credential.documents.get().signed or b"").decode()

    def test_a_certificate_then_waits_for_the_printer_and_a_badge_does_not(self) -> None:
        for credential in (make_credential(), make_credential(achievement=make_certificate())):
            sign_document(document_id=credential.documents.get().pk)

        assert [row.document.credential for row in Rendering.objects.all()] == [credential]


class TestStatusList:
    def bits(self, credential: Credential, purpose: str) -> bool:
        block = credential.status_list
        block.refresh_from_db()
        stored = block.revocation_bytes if purpose == "revocation" else block.suspension_bytes
        encoded = json.loads(bytes(stored or b""))["credentialSubject"]["encodedList"]
        return status.read_bit(encoded, credential.status_index)

    def test_a_revoked_credential_raises_its_bit(self, registrar: User) -> None:
        revoked, other = make_credential(), make_credential()
        revoke(credential=revoked, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER)

        publish_status_list(list_id=revoked.status_list_id, at=LATER)

        assert self.bits(revoked, "revocation")
        assert not self.bits(revoked, "suspension")
        assert not self.bits(other, "revocation")

    def test_a_suspended_one_raises_both(self, registrar: User) -> None:
        credential = make_credential()
        suspend(credential=credential, reason="-", by=registrar, at=LATER)

        publish_status_list(list_id=credential.status_list_id, at=LATER)

        assert self.bits(credential, "revocation")
        assert self.bits(credential, "suspension")

    def test_only_what_is_behind_or_old_is_to_be_published(self, registrar: User) -> None:
        credential = make_credential()
        make_status_list(credential=credential)
        assert not lists_to_publish(at=LATER).exists()

        suspend(credential=credential, reason="-", by=registrar, at=LATER)

        assert lists_to_publish(at=LATER).exists()
        publish_status_list(list_id=credential.status_list_id, at=LATER)
        assert not lists_to_publish(at=LATER).exists()
        assert lists_to_publish(at=LATER + timedelta(days=8)).exists()
