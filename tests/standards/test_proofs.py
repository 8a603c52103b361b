"""Proofs one by one: which key may speak for whom, and for how long."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from credentials.openbadges import checking, proofs
from credentials.openbadges.documents import open_badge_credential
from credentials.openbadges.keys import did_document
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    METHOD,
    credential,
    published,
    signed_credential,
)


def proven(method: str = METHOD, **more: Any) -> dict[str, Any]:
    """Ada's credential with one proof, made under `method` and with `more` in its options."""
    document = open_badge_credential(credential())
    options = {**proofs.proof_options(verification_method=method, created=AWARD_DAY), **more}
    value = proofs.proof_value(document, options, private_key=KEY.private_bytes)
    return {**document, "proof": [{**options, "proofValue": value}]}


def controller(change: Callable[[dict[str, Any]], None]) -> Callable[[str], dict[str, Any] | None]:
    document = did_document(DID, [KEY.multikey])
    change(document)
    return {DID: document}.get


class TestDatesInAProof:
    @pytest.mark.parametrize(
        ("expires", "told"), [("2026-11-23T12:00:00Z", "failed"), ("2026-11-23T12:00:01Z", "ok")]
    )
    def test_proof_ends_when_it_says(self, expires: str, told: str) -> None:
        assert checking.check(proven(expires=expires), documents=published(), at=LATER).state == told

    def test_clocks_may_differ_by_five_minutes(self) -> None:
        document = json.loads(signed_credential())
        early = AWARD_DAY - timedelta(minutes=5)

        assert checking.check(document, documents=published(), at=early).state == "ok"
        assert (
            checking.check(document, documents=published(), at=early - timedelta(seconds=1)).state == "failed"
        )

    def test_malformed_moment_fails(self) -> None:
        assert checking.check(proven(expires="soon"), documents=published()).state == "failed"


class TestWhoseKey:
    def test_did_key_without_a_fragment_is_worth_a_word(self) -> None:
        result = checking.check(proven(f"did:key:{KEY.multikey}"), documents=published())

        assert result.state == "ok"
        assert result.warnings == ("The proof names its key without a fragment.",)

    @pytest.mark.parametrize(
        "method",
        ["did:example:ada#key-1", "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "urn:key:1"],
    )
    def test_kinds_of_identifier_we_cannot_look_up_are_left_open(self, method: str) -> None:
        assert checking.check(proven(method), documents=published()).state == "not_checked"

    def test_key_may_stand_within_the_list_of_those_that_assert(self) -> None:
        def embed(document: dict[str, Any]) -> None:
            document["assertionMethod"] = document.pop("verificationMethod")

        assert checking.check(proven(), documents=controller(embed)).state == "ok"

    def test_kind_of_key_we_cannot_use_is_left_open(self) -> None:
        def other(document: dict[str, Any]) -> None:
            del document["verificationMethod"][0]["publicKeyMultibase"]

        assert checking.check(proven(), documents=controller(other)).state == "not_checked"

    def test_ledger_may_vouch_for_a_key_its_issuer_withdrew(self) -> None:
        def withdraw(document: dict[str, Any]) -> None:
            document["assertionMethod"] = []

        documents = controller(withdraw)
        assert checking.check(proven(), documents=documents).state == "failed"
        assert checking.check(proven(), documents=documents, vouched_for=METHOD.__eq__).state == "ok"


class TestContextOfAProof:
    def test_may_repeat_the_documents_and_bring_no_other(self) -> None:
        document = json.loads(signed_credential())
        document["proof"][0]["@context"] = document["@context"]

        assert checking.check(document, documents=published()).state == "ok"

        document["proof"][0]["@context"] = document["@context"][:1]
        assert checking.check(document, documents=published()).state == "failed"
