"""The standards' own test vectors: what others signed we check, and what they signed we would sign alike."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from credentials.openbadges import canonical, proofs
from credentials.openbadges.keys import base58_decode, did_document
from tests.standards.institution import SHARED, VECTORS, needs_vectors, vector

pytestmark = needs_vectors

EDDSA = "w3c-eddsa/eddsa-rdfc-2022"
PROOF_SETS = "w3c-eddsa/proof-set-chain"
BADGE = "1edtech-spec/extracted/ob_v3p0_impl_linked-data-proof-ob__"
BADGE_ISSUER = "https://example.edu/issuers/565049"
BADGE_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def contexts_of_the_vectors() -> canonical.Contexts:
    """The contexts of the vectors, among them two that the product must never know."""
    folder = SHARED / "standards" / "contexts"
    index = json.loads((folder / "index.json").read_bytes())

    def load(url: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads((folder / index[url]["file"]).read_bytes())
        return parsed

    return canonical.Contexts(load)


def parsed(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(vector(name))
    return document


def private_bytes(multibase: str) -> bytes:
    """The 32 bytes of a published secret: a two-byte prefix, then the key."""
    return base58_decode(multibase[1:])[2:]


def nothing(url: str) -> None:
    """No document is to be had; the vectors' did:key need none."""


class TestEddsaRdfc2022:
    def test_document_has_the_published_canonical_form(self) -> None:
        document = parsed("w3c-eddsa/unsigned.json")

        assert canonical.n_quads(document, contexts_of_the_vectors()) == vector(
            f"{EDDSA}/canonDocDataInt.txt"
        )

    def test_proof_options_have_the_published_canonical_form(self) -> None:
        options = parsed(f"{EDDSA}/proofConfigDataInt.json")

        assert canonical.n_quads(options, contexts_of_the_vectors()) == vector(
            f"{EDDSA}/proofCanonDataInt.txt"
        )

    def test_signing_gives_the_published_proof_value(self) -> None:
        options = parsed(f"{EDDSA}/proofConfigDataInt.json")
        secret = private_bytes(parsed("w3c-eddsa/keyPair.json")["privateKeyMultibase"])

        value = proofs.proof_value(
            parsed("w3c-eddsa/unsigned.json"),
            {key: part for key, part in options.items() if key != "@context"},
            private_key=secret,
            known=contexts_of_the_vectors(),
        )

        assert value == vector(f"{EDDSA}/sigBTC58DataInt.txt").strip()

    def test_published_credential_passes(self) -> None:
        result = proofs.check(
            parsed(f"{EDDSA}/signedDataInt.json"), documents=nothing, known=contexts_of_the_vectors()
        )

        assert result.state == "ok"
        assert result.suites == ("eddsa-rdfc-2022",)

    @pytest.mark.parametrize("field", ["name", "validFrom", "id"])
    def test_published_credential_fails_once_changed(self, field: str) -> None:
        document = parsed(f"{EDDSA}/signedDataInt.json")
        document[field] = document[field].replace("2", "3").replace("A", "B")

        result = proofs.check(document, documents=nothing, known=contexts_of_the_vectors())

        assert result.state == "failed"

    def test_product_does_not_know_the_context_of_examples(self) -> None:
        result = proofs.check(parsed(f"{EDDSA}/signedDataInt.json"), documents=nothing)

        assert result.state != "ok"

    @pytest.mark.parametrize("place", [1, 2])
    def test_every_proof_of_a_set_is_checked(self, place: int) -> None:
        document = parsed(f"{PROOF_SETS}/signedProofSet{place}.json")

        result = proofs.check(document, documents=nothing, known=contexts_of_the_vectors())

        assert result.state == "ok", result.detail
        assert len(result.each) == place

    def test_one_wrong_proof_spoils_a_set(self) -> None:
        document = parsed(f"{PROOF_SETS}/signedProofSet2.json")
        document["proof"][1]["proofValue"] = document["proof"][0]["proofValue"]

        result = proofs.check(document, documents=nothing, known=contexts_of_the_vectors())

        assert result.state == "failed"

    def test_chain_of_proofs_is_never_called_good(self) -> None:
        result = proofs.check(
            parsed(f"{PROOF_SETS}/signedProofChain2.json"), documents=nothing, known=contexts_of_the_vectors()
        )

        assert result.state == "not_checked"


class TestOpenBadgesVector:
    def test_document_has_the_published_canonical_form(self) -> None:
        document = parsed(f"{BADGE}01_-VerifiableCredential-OpenBadgeCredential-.json")

        assert canonical.n_quads(document) == vector(
            "1edtech-spec/impl/test-vectors/obv3p0/document-canon.txt"
        )

    def test_proof_options_have_the_published_canonical_form(self) -> None:
        document = parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json")
        options = {key: part for key, part in document["proof"].items() if key != "proofValue"}

        form = canonical.n_quads({"@context": document["@context"], **options})

        assert form == vector("1edtech-spec/impl/test-vectors/obv3p0/proof-canon.txt")

    def test_signed_badge_passes_under_the_key_its_issuer_lists(self) -> None:
        document = parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json")
        profile = did_document(BADGE_ISSUER, [BADGE_KEY])

        result = proofs.check(document, documents={BADGE_ISSUER: profile}.get)

        assert result.state == "ok", result.detail
        assert result.controllers == (BADGE_ISSUER,)

    def test_key_named_by_the_badge_alone_proves_nothing(self) -> None:
        document = parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json")

        assert proofs.check(document, documents=nothing).state == "not_checked"

    def test_badge_fails_once_changed(self) -> None:
        document = copy.deepcopy(parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json"))
        document["credentialSubject"]["achievement"]["name"] = "Leadership"
        profile = did_document(BADGE_ISSUER, [BADGE_KEY])

        assert proofs.check(document, documents={BADGE_ISSUER: profile}.get).state == "failed"


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(VECTORS)
        for path in VECTORS.glob("w3c-e*/*/signed*.json")
        if "rdfc-2022" not in path.parts[-2] and "proof-set" not in path.parts[-2]
    ),
    ids=str,
)
def test_suites_we_cannot_check_are_never_called_good(path: Path) -> None:
    result = proofs.check(parsed(str(path)), documents=nothing, known=contexts_of_the_vectors())

    assert result.state == "not_checked"
