"""Verifying: the verdict an employer reads, for honest files and for all the others."""

import base64
import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from credentials.openbadges import checking, proofs
from credentials.openbadges.documents import open_badge_credential, to_bytes
from credentials.openbadges.keys import KeyPair, did_document, verification_method
from credentials.openbadges.report import NAMES
from credentials.openbadges.status import encode
from credentials.openbadges.verifying import LedgerState, Report, verify
from tests.standards import test_tokens as tokens
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    METHOD,
    PLACE,
    REVOCATION_LIST,
    SUSPENSION_LIST,
    credential,
    published,
    signed,
    signed_credential,
    status_list,
)

STRANGER = KeyPair.from_private_bytes(bytes(range(50, 82)))


def twin_of(url: str) -> str | None:
    return SUSPENSION_LIST if url == REVOCATION_LIST else None


def verdict(data: bytes, **options: Any) -> Report:
    """The report on `data` two days after the award, with everything published and the issuer known."""
    given = {
        "at": LATER,
        "documents": published(),
        "known_issuers": {DID},
        "twin_of": twin_of,
        **options,
    }
    return verify(data, **given)


def changed(change: Callable[[dict[str, Any]], None], data: bytes | None = None) -> bytes:
    """A signed credential, altered after signing."""
    document = json.loads(data or signed_credential())
    change(document)
    return to_bytes(document)


def resigned(change: Callable[[dict[str, Any]], None], *, key: KeyPair = KEY, method: str = METHOD) -> bytes:
    """A document no guard would sign, signed all the same, as a careless issuer might."""
    document = open_badge_credential(credential())
    change(document)
    options = proofs.proof_options(verification_method=method, created=AWARD_DAY)
    value = proofs.proof_value(document, options, private_key=key.private_bytes)
    return to_bytes({**document, "proof": [{**options, "proofValue": value}]})


class TestHonestCredential:
    def test_is_valid(self) -> None:
        report = verdict(signed_credential())

        assert report.verdict == "valid"
        assert {check.state for check in report.checks} == {"ok"}
        assert report.issuer == {"id": DID, "name": "University of Eastmere", "known": True}

    def test_report_has_the_published_shape(self) -> None:
        told = verdict(signed_credential()).to_json()

        assert list(told) == [
            "verdict",
            "at",
            "container",
            "standard",
            "suites",
            "credential",
            "issuer",
            "checks",
        ]
        assert told["at"] == "2026-11-23T12:00:00Z"
        assert (told["container"], told["standard"], told["suites"]) == (
            "json",
            "ob-3.0",
            ["eddsa-rdfc-2022"],
        )
        assert told["credential"] == {
            "id": "urn:uuid:2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77",
            "name": "Plan research data",
            "valid_from": "2026-11-21T12:00:00Z",
            "valid_until": "2027-11-21T12:00:00Z",
        }
        assert {check["name"] for check in told["checks"]} <= set(NAMES)
        assert json.loads(json.dumps(told)) == told

    def test_shows_the_very_object_it_checked(self) -> None:
        data = signed_credential()

        assert verdict(data).document == json.loads(data)

    def test_without_expiry_status_or_evidence_is_valid_too(self) -> None:
        assert verdict(signed_credential(valid_until=None, status=None, evidence=())).verdict == "valid"

    def test_of_an_unknown_issuer_is_valid_with_a_warning(self) -> None:
        report = verdict(signed_credential(), known_issuers=())

        assert (report.verdict, report.state("issuer")) == ("valid", "warning")

    def test_of_an_unknown_issuer_is_not_recognised_on_our_pages(self) -> None:
        report = verdict(signed_credential(), known_issuers=(), known_only=True)

        assert (report.verdict, report.state("proof")) == ("not_recognised", "ok")


class TestTime:
    @pytest.mark.parametrize(
        ("moment", "told"),
        [
            (AWARD_DAY + timedelta(days=365), "expired"),
            (AWARD_DAY + timedelta(days=365, seconds=-1), "valid"),
            (AWARD_DAY, "valid"),
            (AWARD_DAY - timedelta(seconds=1), "not_yet_valid"),
        ],
    )
    def test_begins_and_ends_to_the_second(self, moment: Any, told: str) -> None:
        fresh = published(revocation=status_list(valid_until=None))

        assert verdict(signed_credential(), at=moment, today=LATER, documents=fresh).verdict == told

    def test_proof_from_the_future_is_not_recognised(self) -> None:
        assert verdict(signed_credential(), at=AWARD_DAY - timedelta(minutes=6)).verdict == "not_recognised"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("validFrom", "21.11.2026"),
            ("validUntil", "2027-02-30T00:00:00Z"),
            ("validUntil", "2020-01-01T00:00:00Z"),
            ("awardedDate", "yesterday"),
            ("validFrom", "2026-11-21T12:00:00"),
        ],
    )
    def test_malformed_dates_are_not_recognised(self, field: str, value: str) -> None:
        report = verdict(resigned(lambda document: document.update({field: value})))

        assert (report.verdict, report.state("dates")) == ("not_recognised", "failed")

    def test_badge_without_a_beginning_is_not_recognised(self) -> None:
        assert verdict(resigned(lambda document: document.pop("validFrom"))).verdict == "not_recognised"


class TestTampering:
    @pytest.mark.parametrize(
        "change",
        [
            lambda document: document.update(name="Plan everything"),
            lambda document: document.update(validUntil="2099-01-01T00:00:00Z"),
            lambda document: document.pop("validUntil"),
            lambda document: document.pop("credentialStatus"),
            lambda document: document["credentialStatus"].update(statusListIndex="12"),
            lambda document: document["credentialSubject"].update(id="urn:uuid:someone-else"),
            lambda document: document["credentialSubject"]["result"].clear(),
            lambda document: document["issuer"].update(name="University of Westmere"),
            lambda document: document.update(grade="A"),
            lambda document: document["credentialSubject"]["achievement"].update(hours=99),
            lambda document: document.update({"@context": document["@context"][:2]}),
            lambda document: document.update({"@context": [*document["@context"], {"grade": "urn:grade"}]}),
            lambda document: document.update({"@context": document["@context"][:1] + document["@context"]}),
            lambda document: document.update({"@context": document["@context"][::-1]}),
            lambda document: document["issuer"].update({"@context": {"name": "urn:hidden"}}),
            lambda document: document["proof"][0].update(created="2026-11-20T12:00:00Z"),
            lambda document: document["proof"][0].update(proofPurpose="authentication"),
            lambda document: document["proof"][0].update(domain="portal.example"),
            lambda document: document["proof"][0].update(proofValue="z1111"),
            lambda document: document["proof"][0].update(proofValue=7),
            lambda document: document["proof"][0].pop("verificationMethod"),
            lambda document: document.pop("proof"),
            lambda document: document.update(proof=[]),
            lambda document: document.update(proof=document["proof"] * 5),
            lambda document: document.update(credentialSubject=[document["credentialSubject"]] * 2),
            lambda document: document.update(issuer="did:web:someone.example"),
        ],
    )
    def test_makes_it_not_recognised(self, change: Callable[[dict[str, Any]], None]) -> None:
        assert verdict(changed(change)).verdict == "not_recognised"

    def test_every_changed_byte_is_noticed(self) -> None:
        data = signed_credential()

        for place in range(40, len(data), 97):
            flipped = bytearray(data)
            flipped[place] ^= 1
            assert verdict(bytes(flipped)).verdict != "valid", place

    def test_expiry_hidden_under_its_full_name_is_found_out(self) -> None:
        def hide(document: dict[str, Any]) -> None:
            document["https://www.w3.org/2018/credentials#validUntil"] = {
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                "@value": document.pop("validUntil"),
            }

        hidden = changed(hide)

        # The trick is real: the signature covers the same statements as before.
        assert checking.check(json.loads(hidden), documents=published()).state == "ok"
        assert verdict(hidden, at=AWARD_DAY + timedelta(days=400)).verdict == "not_recognised"

    @pytest.mark.parametrize("field", ["validUntil", "credentialStatus"])
    def test_field_moved_to_a_second_object_of_the_same_id_is_found_out(self, field: str) -> None:
        def move(document: dict[str, Any]) -> None:
            document["@included"] = [
                {
                    "id": document["id"],
                    "type": ["VerifiableCredential", "OpenBadgeCredential"],
                    field: document.pop(field),
                }
            ]

        moved = changed(move)

        assert checking.check(json.loads(moved), documents=published()).state == "ok"
        assert verdict(moved, at=AWARD_DAY + timedelta(days=400)).verdict == "not_recognised"


class TestIssuer:
    def test_strangers_key_under_a_strangers_name_is_not_the_issuers(self) -> None:
        other = "did:web:someone.example"
        forged = resigned(
            lambda document: None, key=STRANGER, method=verification_method(other, STRANGER.multikey)
        )
        documents = {other: did_document(other, [STRANGER.multikey])}

        report = verdict(forged, documents=lambda url: documents.get(url) or published()(url))

        assert report.verdict == "not_recognised"
        assert (report.state("proof"), report.state("issuer")) == ("ok", "failed")

    def test_strangers_key_under_the_issuers_name_is_not_listed(self) -> None:
        forged = resigned(
            lambda document: None, key=STRANGER, method=verification_method(DID, STRANGER.multikey)
        )

        assert verdict(forged).verdict == "not_recognised"

    def test_did_key_signs_only_for_itself(self) -> None:
        did = f"did:key:{STRANGER.multikey}"
        own = resigned(
            lambda document: document["issuer"].update(id=did),
            key=STRANGER,
            method=verification_method(did, STRANGER.multikey),
        )
        borrowed = resigned(
            lambda document: None, key=STRANGER, method=verification_method(did, STRANGER.multikey)
        )

        listed = published(revocation=None)
        assert verdict(own, documents=listed).verdict == "cannot_check"
        assert verdict(borrowed, documents=listed).verdict == "not_recognised"

    def test_document_out_of_reach_leaves_it_open(self) -> None:
        report = verdict(signed_credential(), documents=published(did=None))

        assert (report.verdict, report.state("proof")) == ("cannot_check", "not_checked")

    @pytest.mark.parametrize(
        "change",
        [
            lambda document: document.update(id="did:web:someone.example"),
            lambda document: document.update(assertionMethod=[]),
            lambda document: document.update(verificationMethod=[]),
            lambda document: document["verificationMethod"][0].update(controller="did:web:someone.example"),
            lambda document: document["verificationMethod"][0].update(expires="2026-01-01T00:00:00Z"),
            lambda document: document["verificationMethod"][0].update(revoked="2026-11-21T12:00:00Z"),
            lambda document: document["verificationMethod"][0].update(publicKeyMultibase=STRANGER.multikey),
            lambda document: document["verificationMethod"][0].update(publicKeyMultibase="z6Mk"),
        ],
    )
    def test_issuers_document_must_hold_the_key(self, change: Callable[[dict[str, Any]], None]) -> None:
        document = did_document(DID, [KEY.multikey])
        change(document)

        assert verdict(signed_credential(), documents=published(did=document)).verdict == "not_recognised"

    def test_key_withdrawn_later_is_worth_a_word(self) -> None:
        document = did_document(DID, [KEY.multikey])
        document["verificationMethod"][0]["revoked"] = "2026-11-22T12:00:00Z"

        report = verdict(signed_credential(), documents=published(did=document))

        assert (report.verdict, report.state("proof")) == ("valid", "warning")


class TestStatus:
    def test_revoked(self) -> None:
        report = verdict(signed_credential(), documents=published(revocation=status_list([PLACE])))

        assert (report.verdict, report.state("status")) == ("revoked", "failed")

    def test_suspended_is_told_apart_by_the_twin_list(self) -> None:
        both = published(
            revocation=status_list([PLACE]),
            suspension=status_list([PLACE], url=SUSPENSION_LIST, purpose="suspension"),
        )

        assert verdict(signed_credential(), documents=both).verdict == "suspended"

    def test_revoked_is_said_though_the_twin_list_is_down(self) -> None:
        alone = published(revocation=status_list([PLACE]), suspension=None)

        assert verdict(signed_credential(), documents=alone).verdict == "revoked"

    def test_neighbours_bits_say_nothing(self) -> None:
        neighbours = published(revocation=status_list([PLACE - 1, PLACE + 1]))

        assert verdict(signed_credential(), documents=neighbours).verdict == "valid"

    def test_list_out_of_reach_is_never_valid(self) -> None:
        report = verdict(signed_credential(), documents=published(revocation=None))

        assert (report.verdict, report.state("status")) == ("cannot_check", "not_checked")

    @pytest.mark.parametrize(
        "listed",
        [
            status_list(valid_until=LATER),
            status_list(purpose="suspension"),
            status_list(url=f"{REVOCATION_LIST}-other"),
            {},
            {"type": "BitstringStatusListCredential"},
        ],
        ids=["expired", "another purpose", "another list", "empty", "bare"],
    )
    def test_list_that_cannot_be_believed_is_never_valid(self, listed: dict[str, Any]) -> None:
        report = verdict(signed_credential(), documents=published(revocation=listed))

        assert (report.verdict, report.state("status")) == ("cannot_check", "failed")

    def test_address_that_holds_something_else_is_never_valid(self) -> None:
        other = published(revocation=did_document(DID, [KEY.multikey]))

        assert verdict(signed_credential(), documents=other).verdict == "cannot_check"

    def test_forged_list_is_never_valid(self) -> None:
        forged = status_list([PLACE])
        forged["credentialSubject"]["encodedList"] = encode([])

        assert verdict(signed_credential(), documents=published(revocation=forged)).verdict == "cannot_check"

    def test_stale_list_that_hides_its_end_is_never_valid(self) -> None:
        stale = status_list(valid_until=LATER)
        stale["https://www.w3.org/2018/credentials#validUntil"] = {
            "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            "@value": stale.pop("validUntil"),
        }

        assert checking.check(stale, documents=published()).state == "ok"
        assert verdict(signed_credential(), documents=published(revocation=stale)).verdict == "cannot_check"

    def test_list_of_another_signer_is_never_valid_for_a_known_issuer(self) -> None:
        did = f"did:key:{STRANGER.multikey}"
        document = {key: part for key, part in status_list().items() if key != "proof"}
        document["issuer"] = did
        other = json.loads(
            proofs.sign(
                document,
                private_key=STRANGER.private_bytes,
                verification_method=verification_method(did, STRANGER.multikey),
                created=AWARD_DAY,
            )
        )

        listed = published(revocation=other)
        assert verdict(signed_credential(), documents=listed).verdict == "cannot_check"
        unknown = verdict(signed_credential(), documents=listed, known_issuers=())
        assert (unknown.verdict, unknown.state("status")) == ("valid", "warning")

    @pytest.mark.parametrize("index", ["-1", "1e3", "٣", "131072", "9" * 30, " 5", "", None, 1.5, True])
    def test_place_that_is_none_is_never_valid(self, index: object) -> None:
        data = resigned(lambda document: document["credentialStatus"].update(statusListIndex=index))

        assert verdict(data).verdict in ("cannot_check", "not_recognised")

    def test_kind_of_status_we_do_not_know_is_never_valid(self) -> None:
        data = resigned(
            lambda document: document.update(
                credentialStatus={"id": "https://portal.example/revoked", "type": "1EdTechRevocationList"}
            )
        )

        assert verdict(data).verdict == "cannot_check"

    def test_expired_comes_before_suspended_and_after_revoked(self) -> None:
        late = AWARD_DAY + timedelta(days=400)
        revoked = published(revocation=status_list([PLACE], valid_until=None))
        twin = status_list([PLACE], url=SUSPENSION_LIST, purpose="suspension", valid_until=None)
        suspended = published(revocation=status_list([PLACE], valid_until=None), suspension=twin)

        assert verdict(signed_credential(), at=late, documents=revoked).verdict == "revoked"
        assert verdict(signed_credential(), at=late, documents=suspended).verdict == "expired"


class TestLedger:
    def test_revocation_counts_from_its_moment(self) -> None:
        ledger = LedgerState(revoked_at=LATER)

        assert verdict(signed_credential(), ledger=ledger).verdict == "revoked"
        assert verdict(signed_credential(), ledger=ledger, at=LATER - timedelta(1)).verdict == "valid"

    def test_suspension_is_told_before_the_list_is_published(self) -> None:
        assert verdict(signed_credential(), ledger=LedgerState(suspended=True)).verdict == "suspended"

    def test_answers_for_a_list_that_is_down(self) -> None:
        report = verdict(signed_credential(), ledger=LedgerState(), documents=published(revocation=None))

        assert (report.verdict, report.state("status")) == ("valid", "warning")

    @pytest.mark.parametrize(
        ("recorded", "window", "told"),
        [
            (True, "before", "valid"),
            (True, "inside", "cannot_check"),
            (False, "before", "not_recognised"),
            (False, "inside", "not_recognised"),
        ],
    )
    def test_alone_dates_what_a_compromised_key_signed(self, recorded: bool, window: Any, told: str) -> None:
        successor = KeyPair.from_private_bytes(bytes(range(90, 122)))
        withdrawn = did_document(
            DID, [KEY.multikey, successor.multikey], revoked={KEY.multikey: AWARD_DAY + timedelta(days=1)}
        )
        lists = json.loads(
            proofs.sign(
                {key: part for key, part in status_list().items() if key != "proof"},
                private_key=successor.private_bytes,
                verification_method=verification_method(DID, successor.multikey),
                created=LATER,
            )
        )
        report = verdict(
            signed_credential(),
            documents=published(did=withdrawn, revocation=lists),
            ledger=LedgerState(recorded=recorded, key_compromised=window),
        )

        assert report.verdict == told


class TestOtherFiles:
    @pytest.mark.parametrize(
        "data",
        [b"", b"hello", b"{", b"[]", b'{"a":1,"a":2}', b"{}", b'{"type":"x"}', b"\xff" * 100],
    )
    def test_rubbish_is_not_recognised(self, data: bytes) -> None:
        assert verdict(data).verdict == "not_recognised"

    @pytest.mark.parametrize(
        "data", [b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"eyJh.eyJi.c2ln"]
    )
    def test_files_with_nothing_in_them_are_not_recognised(self, data: bytes) -> None:
        assert verdict(data).verdict == "not_recognised"

    def test_pdf_is_opened_in_a_limited_child_alone(self) -> None:
        report = verdict(b"%PDF-1.7")

        assert (report.verdict, report.container) == ("cannot_check", "pdf")

    @pytest.mark.parametrize("suite", ["ecdsa-sd-2023", "eddsa-rdfc-2023", "bbs-2023"])
    def test_other_suites_are_left_open(self, suite: str) -> None:
        data = changed(lambda document: document["proof"][0].update(cryptosuite=suite))

        assert verdict(data).verdict == "cannot_check"

    @pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-rdfc-2019", "eddsa-2022"])
    def test_proof_under_another_suites_name_is_not_recognised(self, suite: str) -> None:
        data = changed(lambda document: document["proof"][0].update(cryptosuite=suite))

        assert verdict(data).verdict == "not_recognised"

    def test_unknown_context_is_left_open(self) -> None:
        data = changed(lambda document: document["@context"].append("https://someone.example/context.json"))

        report = verdict(data)
        assert (report.verdict, report.state("context")) == ("cannot_check", "not_checked")

    @pytest.mark.parametrize(
        ("first", "told"),
        [
            ("https://www.w3.org/2018/credentials/v1", "not_recognised"),
            ("https://w3id.org/openbadges/v2", "cannot_check"),
        ],
    )
    def test_badge_under_an_older_context_is_never_valid(self, first: str, told: str) -> None:
        data = changed(lambda document: document["@context"].__setitem__(0, first))

        assert verdict(data).verdict == told

    def test_lone_value_for_a_list_is_worth_a_word(self) -> None:
        data = resigned(lambda document: document["issuer"].update(type="Profile"))

        report = verdict(data)
        assert (report.verdict, report.state("schema")) == ("valid", "warning")

    def test_value_outside_a_closed_list_is_worth_a_word(self) -> None:
        data = resigned(
            lambda document: document["credentialSubject"]["achievement"].update(achievementType="Seminar")
        )

        report = verdict(data)
        assert (report.verdict, report.state("schema")) == ("valid", "warning")

    def test_shape_the_standard_does_not_know_is_not_recognised(self) -> None:
        data = resigned(lambda document: document["credentialSubject"]["achievement"].pop("criteria"))

        assert verdict(data).verdict == "not_recognised"

    def test_place_for_newer_versions_is_named_and_never_asked(self) -> None:
        service = {"id": "https://evil.example/new", "type": "1EdTechCredentialRefresh"}
        asked: list[str] = []

        def documents(url: str) -> dict[str, Any] | None:
            asked.append(url)
            return published()(url)

        report = verdict(
            resigned(lambda document: document.update(refreshService=service)), documents=documents
        )

        assert (report.verdict, report.state("refresh")) == ("valid", "warning")
        assert set(asked) == {DID, REVOCATION_LIST}

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({}, "ok"),
            ({"name": "Changed afterwards"}, "warning"),
            ({"validUntil": "2026-11-22T12:00:00Z"}, "warning"),
            ({"issuer": "did:web:someone.example"}, "warning"),
            ({"proof": None}, "warning"),
            ({"proof": []}, "warning"),
        ],
        ids=["signed", "changed", "changed date", "another giver", "nobody", "no proof"],
    )
    def test_endorsement_is_shown_only_when_its_giver_signed_it(
        self, change: dict[str, Any], told: str
    ) -> None:
        document = {
            "@context": open_badge_credential(credential())["@context"][:2],
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "id": "urn:uuid:5a5ac8f0-1111-4222-8333-444455556666",
            "name": "Endorsement",
            "issuer": DID,
            "validFrom": "2026-11-21T12:00:00Z",
            "credentialSubject": {
                "id": credential().public_id.urn,
                "type": ["EndorsementSubject"],
                "endorsementComment": "A sound plan.",
            },
        }
        options = proofs.proof_options(verification_method=METHOD, created=AWARD_DAY)
        value = proofs.proof_value(document, options, private_key=KEY.private_bytes)
        endorsement = {**document, "proof": [{**options, "proofValue": value}], **change}
        if endorsement["proof"] is None:
            del endorsement["proof"]

        report = verdict(resigned(lambda badge: badge.update(endorsement=[endorsement])))

        assert (report.verdict, report.state("endorsement")) == ("valid", told)
        assert report.shown is not None
        assert ("endorsement" in report.shown) is (told == "ok")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, "ok"),
            ({"credentialSubject": {"id": "urn:uuid:another", "type": ["EndorsementSubject"]}}, "warning"),
            ({"credentialSubject": {"id": DID, "type": ["EndorsementSubject"]}}, "ok"),
            ({"unheardOf": "x"}, "warning"),
            ({"validUntil": "2026-11-22T12:00:00Z"}, "warning"),
        ],
        ids=["this", "something else", "its issuer", "unmapped", "over"],
    )
    def test_endorsement_may_be_a_token(self, changes: dict[str, Any], told: str) -> None:
        body = {
            "@context": open_badge_credential(credential())["@context"][:2],
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "id": "urn:uuid:5a5ac8f0-1111-4222-8333-444455556666",
            "name": "Endorsement",
            "issuer": DID,
            "validFrom": "2026-11-21T12:00:00Z",
            "credentialSubject": {"id": credential().public_id.urn, "type": ["EndorsementSubject"]},
            **changes,
        }
        token = tokens.token(body, header={"kid": METHOD}).decode()
        data = resigned(lambda badge: badge.update(endorsementJwt=[token]))

        report = verdict(data)

        assert (report.verdict, report.state("endorsement")) == ("valid", told), report.checks

    def test_endorsements_beyond_twenty_are_not_recognised(self) -> None:
        data = resigned(lambda badge: badge.update(endorsementJwt=["a.b.c"] * 21))

        assert verdict(data).verdict == "not_recognised"

    def test_knot_that_would_take_ages_is_left_open(self) -> None:
        def nested(depth: int) -> dict[str, Any]:
            return {"type": ["Profile"], **({"parentOrg": [nested(depth - 1)] * 3} if depth else {})}

        data = changed(
            lambda document: document.update(
                type=["VerifiableCredential"], credentialSubject=nested(5), credentialSchema=[]
            )
        )

        report = verdict(data)
        assert (report.verdict, report.state("proof")) == ("cannot_check", "not_checked")

    def test_whatever_breaks_on_the_way_is_never_valid(self) -> None:
        def broken(url: str) -> dict[str, Any] | None:
            raise ConnectionError(url)

        assert verdict(signed_credential(), documents=broken).verdict == "cannot_check"

    @pytest.mark.parametrize("rubbish", [[], "text", 7, {"id": DID, "verificationMethod": "x"}])
    def test_whatever_stands_at_the_issuers_address_is_never_valid(self, rubbish: Any) -> None:
        report = verdict(signed_credential(), documents=published(did=rubbish))

        assert report.verdict != "valid"

    @pytest.mark.parametrize("value", [None, 7, [], {}, [[]], "", {"id": 7}, {"id": {"id": 1}}])
    @pytest.mark.parametrize(
        "field",
        [
            "@context",
            "id",
            "type",
            "issuer",
            "credentialSubject",
            "credentialStatus",
            "proof",
            "endorsement",
            "evidence",
            "validUntil",
        ],
    )
    def test_wrong_kinds_of_value_are_never_valid(self, field: str, value: Any) -> None:
        # Only what says nothing at all may stand without a trace in the signed statements.
        data = changed(lambda document: document.update({field: value}))

        report = verdict(data)
        silent = field == "endorsement" and value in (None, [])
        assert report.verdict != "valid" or silent, report.to_json()


def test_signature_of_a_list_is_not_a_signature_of_a_credential() -> None:
    listed = copy.deepcopy(status_list())
    listed["credentialSubject"]["encodedList"] = base64.b64encode(b"x").decode()

    assert verdict(to_bytes(listed)).verdict == "not_recognised"
    assert verdict(signed(open_badge_credential(credential()))).verdict == "valid"
