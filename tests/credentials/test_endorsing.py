"""Endorsements: signed with the endorser's own key, carried by what is signed later, verifiable alone."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import (
    AchievementVersion,
    AuditEntry,
    Credential,
    Endorsement,
    Issuer,
    KnownIssuer,
    SigningKey,
)
from credentials.openbadges import documents, keys, proofs
from credentials.openbadges.facts import EndorsementFacts, IssuerFacts
from credentials.queries import endorsed_id
from credentials.services.checking import check_credentials
from credentials.services.endorsing import (
    AlreadyWithdrawn,
    CannotEndorse,
    endorse,
    receive,
    sign_endorsement,
    withdraw,
)
from credentials.services.issuing import facts_of
from credentials.services.jobs import run_job
from credentials.services.keys import declare_compromised
from credentials.services.signing import sign_document
from credentials.services.verifying import verify_credential, verify_file
from learners.models import User
from tests.makers import (
    TERM_DAY,
    default_issuer,
    make_achievement,
    make_credential,
    make_endorsement,
    make_issuer,
    make_status_list,
    office,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def university() -> Issuer:
    """Made first: it speaks for the whole portal, and others endorse what it issues."""
    return default_issuer()


def published() -> AchievementVersion:
    version = make_achievement().current_version
    assert version is not None
    return version


def signed(credential: Credential) -> dict[str, Any]:
    sign_document(document_id=credential.documents.latest("revision").pk)
    parsed: dict[str, Any] = json.loads(bytes(credential.documents.latest("revision").signed or b""))
    return parsed


class TestEndorse:
    def test_is_signed_by_the_endorser_s_own_key_and_says_what_was_said(self) -> None:
        employer = make_issuer(name="Harbour Analytics", slug="harbour")

        endorsement = make_endorsement(endorser=employer, comment="We hire people who can do this.")

        document = json.loads(bytes(endorsement.signed or b""))
        target: Any = endorsement.version
        assert document["issuer"]["id"] == employer.did
        assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
        assert document["name"] == f"Endorsement of {target.name}"
        assert document["credentialSubject"] == {
            "id": endorsed_id(target),
            "type": ["EndorsementSubject"],
            "endorsementComment": "We hire people who can do this.",
        }
        assert document["proof"][0]["verificationMethod"].startswith(f"{employer.did}#z6Mk")

    def test_verifies_alone_and_shows_its_dates(self) -> None:
        endorsement = make_endorsement(valid_until=TERM_DAY + timedelta(days=30))

        report = verify_file(data=bytes(endorsement.signed or b""), at=LATER)
        after = verify_file(data=bytes(endorsement.signed or b""), at=TERM_DAY + timedelta(days=31))

        assert (report.verdict, report.state("proof"), report.state("issuer")) == ("valid", "ok", "ok")
        assert (report.credential["valid_from"], report.credential["valid_until"]) == (
            "2025-09-01T09:00:00Z",
            "2025-10-01T09:00:00Z",
        )
        assert after.verdict == "expired"

    def test_one_changed_letter_is_found(self) -> None:
        stored = bytes(make_endorsement().signed or b"")

        report = verify_file(data=stored.replace(b"We hire", b"We fire"), at=LATER)

        assert report.verdict == "not_recognised"

    def test_a_second_worker_signs_the_same_bytes_once(self) -> None:
        endorsement = make_endorsement(is_signed=False)

        first, second = (sign_endorsement(endorsement_id=endorsement.pk) for _worker in range(2))

        assert (first, second) == (True, False)
        assert AuditEntry.objects.filter(act="signed", object_type="credentials.endorsement").count() == 1

    def test_an_altered_intent_is_not_signed(self) -> None:
        endorsement = make_endorsement(is_signed=False)
        Endorsement.objects.filter(pk=endorsement.pk).update(unsigned=b'{"name": "Somebody else"}')

        with pytest.raises(Exception, match="endorsement"):
            sign_endorsement(endorsement_id=endorsement.pk)

        endorsement.refresh_from_db()
        assert endorsement.signed is None

    def test_nobody_endorses_what_he_issues(self) -> None:
        achievement = make_achievement()
        version: Any = achievement.current_version

        with pytest.raises(CannotEndorse, match="issues this itself"):
            endorse(endorser=achievement.issuer, target=version, comment="Good.", by=office(), at=LATER)

    def test_not_without_a_key_a_word_or_a_publication(self) -> None:
        keyless, employer = make_issuer(has_key=False), make_issuer()
        version: Any = make_achievement().current_version
        draft: Any = make_achievement(is_published=False).versions.get()

        with pytest.raises(CannotEndorse, match="no signing key"):
            endorse(endorser=keyless, target=version, comment="Good.", by=office(), at=LATER)
        with pytest.raises(CannotEndorse, match="Say what"):
            endorse(endorser=employer, target=version, comment=" \x0b ", by=office(), at=LATER)
        with pytest.raises(CannotEndorse, match="published"):
            endorse(endorser=employer, target=draft, comment="Good.", by=office(), at=LATER)

    def test_its_key_compromised_it_is_signed_anew_under_its_id(self) -> None:
        endorsement = make_endorsement(at=now() - timedelta(days=1))
        before = json.loads(bytes(endorsement.signed or b""))
        key: Any = endorsement.key
        job = declare_compromised(key=key, compromised_at=None, reason="Stolen.", by=None, at=now())

        run_job(job_id=job.pk, at=now())
        sign_endorsement(endorsement_id=endorsement.pk)

        endorsement.refresh_from_db()
        after = json.loads(bytes(endorsement.signed or b""))
        assert (before["id"], before["awardedDate"]) == (after["id"], after["awardedDate"])
        assert before["validFrom"] < after["validFrom"]
        assert endorsement.key != key
        assert verify_file(data=bytes(endorsement.signed or b""), at=now()).verdict == "valid"


class TestChecked:
    def test_altered_bytes_are_named_by_the_nightly_check(self) -> None:
        endorsement = make_endorsement()
        whole = {finding.check for finding in check_credentials(at=now()).findings}
        altered = bytes(endorsement.signed or b"").replace(b"We hire", b"We fire")

        Endorsement.objects.update(signed=altered, sha256=hashlib.sha256(altered).hexdigest())
        Endorsement.objects.filter(pk=make_endorsement(endorser=make_issuer()).pk).update(sha256="0" * 64)

        found = [row for row in check_credentials(at=now()).findings if row.check == "endorsement"]
        assert "endorsement" not in whole
        assert [row.detail for row in found] == [
            "the signature does not fit the document",
            "its bytes are not those whose hash was recorded",
        ]


class TestCarried:
    def test_by_what_is_issued_later_and_not_by_what_was_signed_before(self) -> None:
        achievement = make_achievement()
        before = make_credential(achievement=achievement)
        make_endorsement(target=achievement.current_version, comment="We hire them.")

        after = make_credential(achievement=achievement, at=LATER)

        first, second = signed(before), signed(after)
        make_status_list(credential=after)
        report = verify_credential(credential=after, at=LATER + timedelta(days=1))
        carried = second["credentialSubject"]["achievement"]["endorsement"]
        assert "endorsement" not in first["credentialSubject"]["achievement"]
        assert [one["credentialSubject"]["endorsementComment"] for one in carried] == ["We hire them."]
        assert (report.verdict, report.state("endorsement")) == ("valid", "ok")

    def test_of_one_person_s_credential_in_its_next_copy(self) -> None:
        credential = make_credential()
        make_endorsement(target=credential, comment="She did this with us.")

        facts = facts_of(credential, valid_from=LATER)

        assert len(facts.endorsements) == 1
        assert facts.endorsements[0]["credentialSubject"]["id"] == credential.public_id.urn

    def test_not_when_it_was_taken_back_or_has_run_out(self, registrar: User) -> None:
        achievement = make_achievement()
        gone = make_endorsement(target=achievement.current_version)
        make_endorsement(
            target=achievement.current_version,
            endorser=make_issuer(),
            valid_until=TERM_DAY + timedelta(days=1),
        )
        withdraw(endorsement=gone, reason="No longer ours to say.", by=registrar, at=LATER)

        document = signed(make_credential(achievement=achievement, at=LATER))

        assert "endorsement" not in document["credentialSubject"]["achievement"]


def foreign(target: Any, **changed: Any) -> tuple[bytes, dict[str, Any], str]:
    """An endorsement that an association elsewhere signed: its file, its key document, its DID."""
    pair, did = keys.KeyPair.generate(), "did:web:association.example"
    facts = EndorsementFacts(
        public_id=uuid4(),
        endorser=IssuerFacts(did=did, name="Association of Analysts"),
        name="Endorsement",
        about=endorsed_id(target),
        comment="Meets our standard.",
        awarded_at=TERM_DAY,
        valid_from=TERM_DAY,
    )
    document = {**documents.endorsement_credential(facts), **changed}
    method = keys.verification_method(did, pair.multikey)
    stored = proofs.sign(
        document, private_key=pair.private_bytes, verification_method=method, created=TERM_DAY
    )
    return stored, keys.did_document(did, [pair.multikey]), did


def vouch_for(did: str, document: dict[str, Any]) -> None:
    KnownIssuer.objects.create(
        identifier=did,
        name="Association of Analysts",
        document=document,
        added_by=office(),
        added_at=TERM_DAY,
    )


class TestReceive:
    def test_is_kept_exactly_as_it_came_and_carried(self, registrar: User) -> None:
        version = published()
        file, document, did = foreign(version)
        vouch_for(did, document)

        endorsement = receive(target=version, data=file, by=registrar, at=LATER)

        carried = signed(make_credential(achievement=version.achievement, at=LATER))
        assert bytes(endorsement.signed or b"") == file
        assert (endorsement.endorser, endorsement.endorser_name) == (None, "Association of Analysts")
        assert endorsement.comment == "Meets our standard."
        assert carried["credentialSubject"]["achievement"]["endorsement"] == [json.loads(file)]

    def test_from_a_stranger_it_is_refused(self, registrar: User) -> None:
        version = published()
        file, _document, _did = foreign(version)

        with pytest.raises(CannotEndorse, match="known issuer"):
            receive(target=version, data=file, by=registrar, at=LATER)

    def test_altered_about_something_else_or_twice_it_is_refused(self, registrar: User) -> None:
        version, other = published(), published()
        file, document, did = foreign(version)
        vouch_for(did, document)
        altered = file.replace(b"Meets our", b"Beats our")

        with pytest.raises(CannotEndorse, match="not recognised"):
            receive(target=version, data=altered, by=registrar, at=LATER)
        with pytest.raises(CannotEndorse, match="something else"):
            receive(target=other, data=file, by=registrar, at=LATER)
        receive(target=version, data=file, by=registrar, at=LATER)
        with pytest.raises(CannotEndorse, match="received before"):
            receive(target=version, data=file, by=registrar, at=LATER)

    def test_a_credential_is_no_endorsement(self, registrar: User) -> None:
        credential = make_credential()
        signed(credential)
        make_status_list(credential=credential)
        file = bytes(credential.documents.get().signed or b"")

        with pytest.raises(CannotEndorse, match="no endorsement"):
            receive(target=credential.version, data=file, by=registrar, at=LATER)

    def test_no_file_at_all_is_refused_in_words(self, registrar: User) -> None:
        version: Any = make_achievement().current_version

        with pytest.raises(CannotEndorse, match="does not call this file valid"):
            receive(target=version, data=b"\xff\x00", by=registrar, at=LATER)


class TestWithdraw:
    def test_once(self, registrar: User) -> None:
        endorsement = make_endorsement()
        withdraw(endorsement=endorsement, reason="Said by mistake.", by=registrar, at=LATER)

        with pytest.raises(AlreadyWithdrawn):
            withdraw(endorsement=endorsement, reason="Again.", by=registrar, at=LATER)

        endorsement.refresh_from_db()
        assert (endorsement.withdrawn_at, endorsement.withdrawn_by) == (LATER, registrar)

    def test_before_it_was_signed_it_never_will_be(self, registrar: User) -> None:
        endorsement = make_endorsement(is_signed=False)
        withdraw(endorsement=endorsement, reason="Said by mistake.", by=registrar, at=LATER)

        assert sign_endorsement(endorsement_id=endorsement.pk) is False


class TestPages:
    def test_the_achievement_and_whoever_verifies_read_it_with_its_date(self, employer: Client) -> None:
        achievement = make_achievement()
        credential = make_credential(achievement=achievement)
        signed(credential)
        endorsement = make_endorsement(target=achievement.current_version, comment="We hire them.")
        version: Any = achievement.current_version

        pages = [
            employer.get(address).content.decode()
            for address in (version.get_absolute_url(), credential.get_absolute_url())
        ]

        for shown in pages:
            assert "Who endorses it" in shown
            assert "We hire them." in shown
            assert "1 September 2025" in shown
            assert endorsement.get_absolute_url() in shown

    def test_at_its_own_address_stand_the_very_bytes(self, employer: Client) -> None:
        endorsement = make_endorsement()

        reply = employer.get(endorsement.get_absolute_url())

        assert reply.content == bytes(endorsement.signed or b"")
        assert reply["Content-Type"] == "application/vc+ld+json"
        assert reply["Access-Control-Allow-Origin"] == "*"

    def test_that_of_a_private_credential_and_one_taken_back_are_not_there(
        self, employer: Client, registrar: User
    ) -> None:
        private = make_endorsement(target=make_credential())
        gone = make_endorsement(endorser=make_issuer())
        withdraw(endorsement=gone, reason="-", by=registrar, at=LATER)
        assert private.credential is not None

        before = employer.get(private.get_absolute_url()).status_code
        Credential.objects.filter(pk=private.credential.pk).update(visibility="public")
        after = employer.get(private.get_absolute_url()).status_code

        assert (before, after, employer.get(gone.get_absolute_url()).status_code) == (404, 200, 404)


class TestDesk:
    def test_an_organisation_endorses_by_the_registrar_s_hand_once(
        self, registrar: User, sign_in: SignIn
    ) -> None:
        employer, desk = make_issuer(), sign_in(registrar)
        version: Any = make_achievement().current_version
        address = f"/registrar/credentials/issuer/{employer.pk}/act/endorse/"
        answers = {"op_key": "0" * 31 + "1", "version": version.pk, "comment": "Good.", "until": "2099-12-31"}

        replies = [desk.post(address, answers) for _press in range(2)]

        endorsement = Endorsement.objects.get()
        assert [reply.status_code for reply in replies] == [302, 302]
        assert endorsement.endorser == employer
        assert endorsement.valid_until == datetime(2100, 1, 1, tzinfo=UTC)

    def test_neither_or_both_targets_are_refused(self, registrar: User, sign_in: SignIn) -> None:
        employer, desk = make_issuer(), sign_in(registrar)
        address = f"/registrar/credentials/issuer/{employer.pk}/act/endorse/"

        reply = desk.post(address, {"op_key": "0" * 31 + "2", "comment": "Good."})

        assert "one of both" in reply.content.decode()
        assert not Endorsement.objects.exists()

    def test_a_file_is_handed_in_and_taken_back_again(self, registrar: User, sign_in: SignIn) -> None:
        desk, version = sign_in(registrar), make_achievement().current_version
        file, document, did = foreign(version)
        vouch_for(did, document)
        assert version is not None
        form = {
            "op_key": "0" * 31 + "3",
            "version": version.pk,
            "file": SimpleUploadedFile("endorsement.json", file, "application/json"),
        }

        handed_in = desk.post(reverse("admin:credentials_endorsement_add"), form)
        endorsement = Endorsement.objects.get()
        shown = desk.get(handed_in["Location"]).content.decode()
        desk.post(
            f"/registrar/credentials/endorsement/{endorsement.pk}/act/withdraw/",
            {"op_key": "0" * 31 + "4", "reason": "They asked us to."},
        )

        endorsement.refresh_from_db()
        assert bytes(endorsement.signed or b"") == file
        assert "Association of Analysts" in shown
        assert endorsement.withdrawal_reason == "They asked us to."

    def test_a_file_that_is_not_believed_says_why(self, registrar: User, sign_in: SignIn) -> None:
        desk, version = sign_in(registrar), make_achievement().current_version
        file, _document, _did = foreign(version)
        assert version is not None
        form = {
            "op_key": "0" * 31 + "5",
            "version": version.pk,
            "file": SimpleUploadedFile("endorsement.json", file, "application/json"),
        }

        reply = desk.post(reverse("admin:credentials_endorsement_add"), form)

        assert reply.status_code == 400
        assert "must be a known issuer" in reply.content.decode()


def test_no_key_of_an_issuer_elsewhere_is_ever_ours(registrar: User) -> None:
    version = published()
    file, document, did = foreign(version)
    vouch_for(did, document)

    receive(target=version, data=file, by=registrar, at=LATER)

    assert not SigningKey.objects.filter(issuer__did=did).exists()
