"""The standards' own test vectors: what others signed we check, and what they signed we would sign alike."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256, sha384
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from credentials.openbadges import canonical, checking, jcs, proofs
from credentials.openbadges.keys import base58_decode, did_document
from credentials.openbadges.public_keys import PublicKey, of_multikey
from credentials.openbadges.suites import Suite, suite_of
from credentials.openbadges.verifying import verify
from tests.standards.institution import LATER, SHARED, VECTORS, needs_vectors, vector

pytestmark = needs_vectors

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


@dataclass(frozen=True)
class Published:
    """One folder of the W3C's vectors: what was signed, each step to the signature, and the signature."""

    folder: Path
    ending: str

    def text(self, kind: str) -> str:
        return (self.folder / f"{kind}{self.ending}.txt").read_text(encoding="utf-8").strip("\r\n")

    def form(self, kind: str) -> bytes:
        return (self.folder / f"{kind}{self.ending}.txt").read_bytes()

    def parsed(self, kind: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / f"{kind}{self.ending}.json").read_bytes())
        return document

    @property
    def key(self) -> PublicKey:
        method: str = self.parsed("proofConfig")["verificationMethod"]
        return of_multikey(method.partition("#")[2])

    @property
    def suite(self) -> Suite:
        found = suite_of(self.parsed("proofConfig"))
        assert found is not None
        return found

    def digest(self, data: bytes) -> str:
        return (sha384 if self.key.kind == "p384" else sha256)(data).hexdigest()


def published_folders() -> list[Any]:
    """Every folder of the vectors that states a signature's steps, the ones on strange contexts too."""
    return [
        pytest.param(
            Published(path.parent, path.stem.removeprefix("combinedHash")),
            id=str(path.parent.relative_to(VECTORS)),
        )
        for path in sorted(VECTORS.glob("w3c-e*/**/combinedHash*.txt"))
    ]


ALL = published_folders()
READABLE = [folder for folder in ALL if "employ" not in str(folder.id)]


def changed_bytes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one character of one of its values changed, in every field in turn."""
    for field in ("id", "name", "description", "validFrom", "issuer"):
        other = copy.deepcopy(document)
        other[field] = other[field][:-2] + ("7" if other[field][-2] != "7" else "3") + other[field][-1]
        yield other
    for field in ("id", "alumniOf"):
        other = copy.deepcopy(document)
        other["credentialSubject"][field] += "x"
        yield other
    for field, value in (("created", "2023-02-24T23:36:39Z"), ("proofPurpose", "authentication")):
        other = copy.deepcopy(document)
        other["proof"][field] = value
        yield other
    other = copy.deepcopy(document)
    value = other["proof"]["proofValue"]
    other["proof"]["proofValue"] = value[:-1] + ("3" if value[-1] != "3" else "4")
    yield other


class TestPublishedSignatures:
    @pytest.mark.parametrize("vectors", READABLE)
    def test_document_has_the_published_canonical_form(self, vectors: Published) -> None:
        document = {key: part for key, part in vectors.parsed("signed").items() if key != "proof"}

        form = (
            jcs.canonical(document)
            if vectors.suite.form == "jcs"
            else canonical.n_quads(document, contexts_of_the_vectors()).encode()
        )

        assert form == vectors.form("canonDoc")

    @pytest.mark.parametrize("vectors", READABLE)
    def test_proof_options_have_the_published_canonical_form(self, vectors: Published) -> None:
        options = vectors.parsed("proofConfig")

        form = (
            jcs.canonical(options)
            if vectors.suite.form == "jcs"
            else canonical.n_quads(options, contexts_of_the_vectors()).encode()
        )

        assert form == vectors.form("proofCanon")

    @pytest.mark.parametrize("vectors", [vectors for vectors in ALL if vectors not in READABLE])
    def test_form_on_a_context_we_lack_is_canonical_for_its_keys_digest(self, vectors: Published) -> None:
        algorithm = CanonicalizationAlgorithm.RDFC_1_0_SHA_256
        if vectors.key.kind == "p384":
            algorithm = CanonicalizationAlgorithm.RDFC_1_0_SHA_384
        form = vectors.form("canonDoc")
        dataset = Dataset(parse(form.replace(b"_:c14n", b"_:other"), format=RdfFormat.N_QUADS))

        dataset.canonicalize(algorithm)

        assert "".join(sorted(f"{quad} .\n" for quad in dataset)).encode() == form

    @pytest.mark.parametrize("vectors", ALL)
    def test_published_forms_have_the_published_hashes(self, vectors: Published) -> None:
        document, options = vectors.form("canonDoc"), vectors.form("proofCanon")

        assert vectors.digest(document) == vectors.text("docHash")
        assert vectors.digest(options) == vectors.text("proofHash")
        assert vectors.text("combinedHash") == vectors.text("proofHash") + vectors.text("docHash")

    @pytest.mark.parametrize("vectors", READABLE)
    def test_suite_signs_the_published_bytes(self, vectors: Published) -> None:
        document = {key: part for key, part in vectors.parsed("signed").items() if key != "proof"}
        options = {
            key: part for key, part in vectors.parsed("signed")["proof"].items() if key != "proofValue"
        }

        signed = vectors.suite.signed_bytes(
            document, options, kind=vectors.key.kind, known=contexts_of_the_vectors()
        )

        assert signed.hex() == vectors.text("combinedHash")

    @pytest.mark.parametrize("vectors", ALL)
    def test_published_signature_fits_the_published_hashes_and_no_other(self, vectors: Published) -> None:
        signature = bytes.fromhex(vectors.text("sigHex"))
        signed = bytes.fromhex(vectors.text("combinedHash"))

        assert base58_decode(vectors.text("sigBTC58")[1:]) == signature
        assert vectors.key.fits(signature, signed)
        for place in (0, len(signed) // 2, len(signed) - 1):
            other = bytearray(signed)
            other[place] ^= 1
            assert not vectors.key.fits(signature, bytes(other))

    @pytest.mark.parametrize("vectors", ALL)
    def test_signed_document_carries_the_published_signature(self, vectors: Published) -> None:
        assert vectors.parsed("signed")["proof"]["proofValue"] == vectors.text("sigBTC58")

    @pytest.mark.parametrize("vectors", READABLE)
    def test_signed_document_passes(self, vectors: Published) -> None:
        result = checking.check(vectors.parsed("signed"), documents=nothing, known=contexts_of_the_vectors())

        assert (result.state, result.suites) == ("ok", (vectors.suite.name,))
        assert ("The proof is of a kind that is no longer in use." in result.warnings) is (
            vectors.suite.name == "Ed25519Signature2020"
        )

    @pytest.mark.parametrize("vectors", READABLE)
    def test_signed_document_fails_once_a_character_is_changed(self, vectors: Published) -> None:
        for other in changed_bytes(vectors.parsed("signed")):
            result = checking.check(other, documents=nothing, known=contexts_of_the_vectors())

            assert result.state == "failed", other

    @pytest.mark.parametrize("vectors", ALL)
    def test_product_does_not_know_the_contexts_of_examples(self, vectors: Published) -> None:
        assert verify(
            json.dumps(vectors.parsed("signed")).encode(), at=LATER, documents=nothing, known_issuers=()
        ).verdict in ("cannot_check", "not_recognised")

    def test_signing_gives_the_published_proof_value(self) -> None:
        folder = Published(VECTORS / "w3c-eddsa" / "eddsa-rdfc-2022", "DataInt")
        secret = private_bytes(parsed("w3c-eddsa/keyPair.json")["privateKeyMultibase"])

        value = proofs.proof_value(
            parsed("w3c-eddsa/unsigned.json"),
            {key: part for key, part in folder.parsed("proofConfig").items() if key != "@context"},
            private_key=secret,
            known=contexts_of_the_vectors(),
        )

        assert value == folder.text("sigBTC58")


class TestProofSets:
    @pytest.mark.parametrize("place", [1, 2])
    def test_every_proof_of_a_set_is_checked(self, place: int) -> None:
        document = parsed(f"{PROOF_SETS}/signedProofSet{place}.json")

        result = checking.check(document, documents=nothing, known=contexts_of_the_vectors())

        assert result.state == "ok", result.detail
        assert len(result.each) == place

    @pytest.mark.parametrize("place", [1, 2])
    def test_configuration_is_the_proof_without_its_value(self, place: int) -> None:
        plain, whole = (parsed(f"{PROOF_SETS}/proofSetConfig{kind}{place}.json") for kind in ("", "Signed"))

        assert whole in parsed(f"{PROOF_SETS}/signedProofSet2.json")["proof"]
        assert {key: part for key, part in whole.items() if key != "proofValue"} == {
            key: part for key, part in plain.items() if key != "@context"
        }

    def test_one_wrong_proof_spoils_a_set(self) -> None:
        document = parsed(f"{PROOF_SETS}/signedProofSet2.json")
        document["proof"][1]["proofValue"] = document["proof"][0]["proofValue"]

        result = checking.check(document, documents=nothing, known=contexts_of_the_vectors())

        assert result.state == "failed"

    @pytest.mark.parametrize("place", [1, 2])
    def test_chain_of_proofs_is_never_called_good(self, place: int) -> None:
        result = checking.check(
            parsed(f"{PROOF_SETS}/signedProofChain{place}.json"),
            documents=nothing,
            known=contexts_of_the_vectors(),
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

        result = checking.check(document, documents={BADGE_ISSUER: profile}.get)

        assert result.state == "ok", result.detail
        assert result.controllers == (BADGE_ISSUER,)

    def test_key_named_by_the_badge_alone_proves_nothing(self) -> None:
        document = parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json")

        assert checking.check(document, documents=nothing).state == "not_checked"

    def test_badge_fails_once_changed(self) -> None:
        document = copy.deepcopy(parsed(f"{BADGE}07_-VerifiableCredential-OpenBadgeCredential-.json"))
        document["credentialSubject"]["achievement"]["name"] = "Leadership"
        profile = did_document(BADGE_ISSUER, [BADGE_KEY])

        assert checking.check(document, documents={BADGE_ISSUER: profile}.get).state == "failed"


class TestClrVector:
    KIND = "_-VerifiableCredential-ClrCredential-.json"
    SIGNED = f"1edtech-spec/extracted/ob_v3p0_impl_linked-data-proof-clr__07{KIND}"

    @pytest.mark.parametrize("place", ["01", "02"])
    def test_document_has_the_published_canonical_form(self, place: str) -> None:
        document = parsed(self.SIGNED.replace("07", place))

        assert canonical.n_quads(document) == vector(
            "1edtech-spec/impl/test-vectors/clrv2p0/document-canon.txt"
        )

    def test_proof_options_have_the_published_canonical_form(self) -> None:
        document = parsed(self.SIGNED)
        (proof,) = document["proof"]
        options = {key: part for key, part in proof.items() if key != "proofValue"}

        form = canonical.n_quads({"@context": document["@context"], **options})

        assert form == vector("1edtech-spec/impl/test-vectors/clrv2p0/proof-canon.txt")
        assert proof == parsed(
            self.SIGNED.replace("07_-VerifiableCredential-ClrCredential-", "06_DataIntegrityProof")
        )

    def test_signed_record_passes_and_fails_once_changed(self) -> None:
        document, profile = parsed(self.SIGNED), did_document(BADGE_ISSUER, [BADGE_KEY])

        assert checking.check(document, documents={BADGE_ISSUER: profile}.get).state == "ok"
        document["name"] = "Another record"
        assert checking.check(document, documents={BADGE_ISSUER: profile}.get).state == "failed"

    def test_collection_is_left_open(self) -> None:
        profile = did_document(BADGE_ISSUER, [BADGE_KEY])

        report = verify(
            vector(self.SIGNED).encode(),
            at=LATER,
            documents={BADGE_ISSUER: profile}.get,
            known_issuers={BADGE_ISSUER},
        )

        assert report.verdict == "cannot_check"


# None of the examples on the specifications' pages carries a signature that can be checked. These are left
# open because of their kind; every other one is refused.
LEFT_OPEN = ("ob_v2p0", "api__", "migrating__01", "migrating__03", "equality", "readme", "clr__0", "ob__07")
# A signed one without the token that signs it, and a proof without its document.
REFUSED = ("ob_v2p0_examples_index__05", "clr__06")


class TestExamplesOfTheSpecifications:
    @pytest.mark.parametrize(
        "path", sorted((VECTORS / "1edtech-spec" / "extracted").glob("*.json")), ids=lambda path: path.name
    )
    def test_are_answered_and_never_valid(self, path: Path) -> None:
        report = verify(path.read_bytes(), at=LATER, documents=nothing, known_issuers=())

        assert report.verdict in ("not_recognised", "cannot_check")
        is_left_open = any(part in path.name for part in LEFT_OPEN)
        is_refused = any(part in path.name for part in REFUSED)
        assert (report.verdict == "cannot_check") is (is_left_open and not is_refused), report.checks
        assert report.checks[-1].detail

    def test_full_badge_of_the_specification_keeps_the_schema(self) -> None:
        path = next((VECTORS / "1edtech-spec" / "extracted").glob("*fullOpenBadge*"))

        report = verify(path.read_bytes(), at=LATER, documents=nothing, known_issuers=())

        assert {report.state(name) for name in ("context", "schema", "subject", "terms")} <= {"ok", "warning"}


# What holds which file, so that none is left unread.
HELD = (
    r"w3c-e\w+/[^/]+/(employ/)?(canonDoc|proofCanon|docHash|proofHash|combinedHash|sigBTC58|sigHex)\w+\.txt",
    r"w3c-e\w+/[^/]+/(employ/)?(signed|proofConfig)\w+\.json",
    r"w3c-eddsa/proof-set-chain/\w+\.json",
    r"w3c-e\w+/(unsigned|employmentAuth|keyPair|p256KeyPair|p384KeyPair)\.json",
    r"1edtech-spec/extracted/.*\.json",
    r"1edtech-spec/impl/test-vectors/(clrv2p0|obv3p0)/(document|proof)-canon\.txt",
)


class TestEveryFile:
    def test_is_held_by_a_test_and_has_its_published_bytes(self) -> None:
        stated = {entry["file"]: entry["sha256"] for entry in json.loads(vector("PROVENANCE.json"))}
        files = {str(path.relative_to(VECTORS)) for path in VECTORS.rglob("*.*") if path.is_file()}

        assert files - {"PROVENANCE.json"} == set(stated)
        for file, digest in stated.items():
            assert any(re.fullmatch(pattern, file) for pattern in HELD), file
            assert sha256((VECTORS / file).read_bytes()).hexdigest() == digest

    @pytest.mark.parametrize("suite", ["w3c-eddsa", "w3c-ecdsa"])
    def test_unsigned_document_is_the_signed_one_without_its_proof(self, suite: str) -> None:
        unsigned = parsed(f"{suite}/unsigned.json")
        for path in (VECTORS / suite).glob("e*/signed*.json"):
            signed = json.loads(path.read_bytes())
            del signed["proof"]

            assert signed == unsigned
        for path in (VECTORS / suite).glob("e*/employ/signed*.json"):
            signed = json.loads(path.read_bytes())
            del signed["proof"]

            assert signed == parsed(f"{suite}/employmentAuth.json")

    @pytest.mark.parametrize(
        "file", ["w3c-eddsa/keyPair.json", "w3c-ecdsa/p256KeyPair.json", "w3c-ecdsa/p384KeyPair.json"]
    )
    def test_published_key_is_the_one_that_signed(self, file: str) -> None:
        text = parsed(file)["publicKeyMultibase"]

        assert of_multikey(text).kind == {"keyP": "ed25519", "p256": "p256", "p384": "p384"}[file[10:14]]
        assert any(text in path.read_text() for path in (VECTORS / file).parent.glob("e*/signed*.json"))

    def test_proof_sets_are_signed_with_the_published_keys(self) -> None:
        named = {key["publicKeyMultibase"] for key in parsed(f"{PROOF_SETS}/multiKeyPairs.json").values()}
        proofs = parsed(f"{PROOF_SETS}/signedProofChain2.json")["proof"]

        assert {proof["verificationMethod"].partition("#")[2] for proof in proofs} <= named

    @pytest.mark.parametrize("place", [1, 2])
    def test_chain_is_what_its_parts_say(self, place: int) -> None:
        chain = parsed(f"{PROOF_SETS}/signedProofChain{place}.json")
        signed = parsed(f"{PROOF_SETS}/proofChainConfigSigned{place}.json")
        waiting = parsed(f"{PROOF_SETS}/proofChainTempDoc{place}.json")

        assert signed in chain["proof"]
        assert {**waiting, "proof": None} == {**chain, "proof": None}
        told = checking.check(waiting, documents=nothing, known=contexts_of_the_vectors()).state
        assert told == ("ok" if place == 1 else "not_checked")
