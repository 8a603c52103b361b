"""Credentials as other institutions write them: other suites, other editions, other status lists."""

import base64
import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.openbadges import canonical, status, suites
from credentials.openbadges.documents import open_badge_credential, to_bytes
from credentials.openbadges.keys import base58_encode, did_document
from credentials.openbadges.public_keys import KeyKind
from credentials.openbadges.report import Report
from credentials.openbadges.verifying import verify
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    PORTAL,
    REVOCATION_LIST,
    credential,
    status_list,
)

P256 = ec.derive_private_key(7, ec.SECP256R1())
P384 = ec.derive_private_key(7, ec.SECP384R1())
EDWARDS = Ed25519PrivateKey.from_private_bytes(KEY.private_bytes)
V1 = "https://www.w3.org/2018/credentials/v1"
ED_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"


def _curve(key: ec.EllipticCurvePrivateKey, prefix: bytes, size: int, digest: Any) -> tuple[str, Any]:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(size) + s.to_bytes(size)

    return "z" + base58_encode(prefix + point), sign


KEYS: dict[KeyKind, tuple[str, Any]] = {
    "ed25519": (KEY.multikey, EDWARDS.sign),
    "p256": _curve(P256, b"\x80\x24", 32, SHA256()),
    "p384": _curve(P384, b"\x81\x24", 48, SHA384()),
}
SUITES: list[tuple[dict[str, str], KeyKind]] = [
    ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}, "ed25519"),
    ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}, "ed25519"),
    ({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019"}, "p256"),
    ({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019"}, "p384"),
    ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-2022"}, "ed25519"),
    ({"type": "Ed25519Signature2020"}, "ed25519"),
]
DEPRECATED = {"eddsa-2022", "Ed25519Signature2020"}


def proven(document: dict[str, Any], named: dict[str, str], kind: KeyKind = "ed25519") -> dict[str, Any]:
    multikey, sign = KEYS[kind]
    options = {
        **named,
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": f"{DID}#{multikey}",
        "proofPurpose": "assertionMethod",
    }
    suite = suites.suite_of(options)
    assert suite is not None
    signature = sign(suite.signed_bytes(document, options, kind=kind))
    return {**document, "proof": [{**options, "proofValue": "z" + base58_encode(signature)}]}


def badge(**changes: Any) -> dict[str, Any]:
    document = {**open_badge_credential(credential()), **changes}
    return {name: part for name, part in document.items() if part is not None}


def plain(**changes: Any) -> dict[str, Any]:
    """A credential of the edition 1.1 that is no badge."""
    document = {
        "@context": [V1, ED_2020],
        "id": "urn:uuid:2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "issuanceDate": "2026-11-21T12:00:00Z",
        "expirationDate": "2027-11-21T12:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
        **changes,
    }
    return {name: part for name, part in document.items() if part is not None}


def judged(
    document: dict[str, Any], *, kind: KeyKind = "ed25519", known: bool = True, **beside: Any
) -> Report:
    published = {
        DID: did_document(DID, [KEYS[kind][0], KEY.multikey]),
        REVOCATION_LIST: status_list(),
        **{f"{PORTAL}/{path}": part for path, part in beside.items()},
    }
    return verify(
        to_bytes(document), at=LATER, documents=published.get, known_issuers={DID} if known else set()
    )


class TestSuites:
    @pytest.mark.parametrize(("named", "kind"), SUITES, ids=str)
    def test_suite_is_valid_and_notices_a_change(self, named: dict[str, str], kind: KeyKind) -> None:
        contexts = [*open_badge_credential(credential())["@context"], ED_2020]
        document = proven(badge(**{"@context": contexts}), named, kind)
        name = named.get("cryptosuite", named["type"])

        report = judged(document, kind=kind)

        assert (report.verdict, report.suites) == ("valid", (name,)), report.checks
        assert report.state("proof") == ("warning" if name in DEPRECATED else "ok")
        for field in ("name", "description", "awardedDate"):
            other = {**document, field: document[field].replace("2", "1").replace("P", "B").replace("A", "B")}
            assert judged(other, kind=kind).verdict == "not_recognised"

    def test_large_curve_names_blank_nodes_by_its_own_digest(self) -> None:
        document = badge()

        forms = [canonical.n_quads(document, digest=digest) for digest in ("sha256", "sha384")]

        assert forms[0] != forms[1]
        unnamed = [sorted(re.sub(r"_:c14n\d+", "_:", form).splitlines()) for form in forms]
        assert unnamed[0] == unnamed[1]

    def test_proof_of_another_document_is_not_recognised(self) -> None:
        for named, kind in SUITES[:4]:
            other = proven(badge(name="Something else"), named, kind)

            assert judged({**badge(), "proof": other["proof"]}, kind=kind).verdict == "not_recognised"

    def test_curve_signature_in_another_length_is_not_recognised(self) -> None:
        document = proven(badge(), SUITES[2][0], "p256")
        for value in ("z", "z1", "z" + "1" * 64, "u" + "A" * 86, "z" + "9" * 139, 7):
            document["proof"][0]["proofValue"] = value

            assert judged(document, kind="p256").verdict == "not_recognised"

    def test_four_proofs_are_read_and_five_are_not(self) -> None:
        proof = proven(badge(), SUITES[0][0])["proof"][0]

        assert judged({**badge(), "proof": [proof] * 4}).verdict == "valid"
        assert judged({**badge(), "proof": [proof] * 5}).verdict == "not_recognised"

    def test_context_changed_under_a_signature_over_json_is_noticed(self) -> None:
        document = proven(badge(), SUITES[1][0])
        document["@context"] = [*document["@context"], ED_2020]

        assert judged(document).verdict == "not_recognised"

    def test_field_that_no_context_maps_is_refused_though_json_signs_it(self) -> None:
        assert judged(proven(badge(grade="A+"), SUITES[1][0])).verdict == "not_recognised"


class TestOlderEdition:
    def test_is_valid_with_a_warning(self) -> None:
        report = judged(proven(plain(), {"type": "Ed25519Signature2020"}))

        assert (report.verdict, report.standard, report.state("schema")) == ("valid", "vc-1.1", "warning")
        assert report.credential["valid_from"] == "2026-11-21T12:00:00Z"
        assert report.credential["valid_until"] == "2027-11-21T12:00:00Z"

    def test_badge_of_it_is_valid_with_a_warning(self) -> None:
        document = open_badge_credential(credential())
        contexts = [V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", ED_2020]
        changes: dict[str, Any] = {
            "@context": contexts,
            "issuanceDate": document["validFrom"],
            "validFrom": None,
            "validUntil": None,
            "awardedDate": None,
            "credentialStatus": None,
            "credentialSchema": None,
            "evidence": None,
            "credentialSubject": {
                "id": "did:example:ada",
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "https://portal.example/a",
                    "type": ["Achievement"],
                    "name": "Plan",
                    "description": "Plan it",
                    "criteria": {"narrative": "Done"},
                },
            },
        }

        report = judged(proven(badge(**changes), {"type": "Ed25519Signature2020"}))

        assert (report.verdict, report.standard) == ("valid", "ob-3.0"), report.checks

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"expirationDate": "2026-11-22T12:00:00Z"}, "expired"),
            ({"issuanceDate": "2026-12-01T00:00:00Z"}, "not_yet_valid"),
            ({"issuanceDate": "yesterday"}, "not_recognised"),
            ({"expirationDate": "2020-01-01T00:00:00Z"}, "not_recognised"),
            ({"credentialSubject": [{"id": "did:a:b"}, {"id": "did:a:c"}]}, "not_recognised"),
            ({"validUntil": "2026-11-22T12:00:00Z"}, "expired"),
        ],
    )
    def test_keeps_its_own_dates(self, changes: dict[str, Any], told: str) -> None:
        assert judged(proven(plain(**changes), {"type": "Ed25519Signature2020"})).verdict == told

    def test_two_editions_at_once_are_not_recognised(self) -> None:
        contexts = ["https://www.w3.org/ns/credentials/v2", V1]

        assert judged({**plain(), "@context": contexts}).verdict == "not_recognised"


def list_2021(set_bits: tuple[int, ...] = (), *, purpose: str = "revocation", size: int = 131_072) -> Any:
    encoded = status.encode(set_bits)[1:] if size == 131_072 else _short(size)
    document = {
        "@context": [V1, "https://w3id.org/vc/status-list/2021/v1", ED_2020],
        "id": f"{PORTAL}/old",
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": DID,
        "issuanceDate": "2026-11-21T12:00:00Z",
        "credentialSubject": {
            "id": f"{PORTAL}/old#list",
            "type": "StatusList2021",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }
    return proven(document, {"type": "Ed25519Signature2020"})


def _short(size: int) -> str:
    return base64.urlsafe_b64encode(gzip.compress(bytes(size // 8))).decode()


def entry_2021(**changes: Any) -> dict[str, Any]:
    return {
        "id": f"{PORTAL}/old#7",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": f"{PORTAL}/old",
        **changes,
    }


class TestOlderStatusLists:
    contexts = [V1, "https://w3id.org/vc/status-list/2021/v1", ED_2020]

    def judged(self, listed: Any, entry: dict[str, Any] | None = None, *, known: bool = True) -> Report:
        document = plain(**{"@context": self.contexts, "credentialStatus": entry or entry_2021()})
        return judged(proven(document, {"type": "Ed25519Signature2020"}), known=known, old=listed)

    def test_is_read(self) -> None:
        assert self.judged(list_2021()).verdict == "valid"
        assert self.judged(list_2021((7,))).verdict == "revoked"
        assert self.judged(list_2021((6, 8))).verdict == "valid"

    def test_suspends(self) -> None:
        listed = list_2021((7,), purpose="suspension")

        assert self.judged(listed, entry_2021(statusPurpose="suspension")).verdict == "suspended"

    def test_cannot_be_believed(self) -> None:
        forged = json.loads(json.dumps(list_2021()))
        forged["credentialSubject"]["encodedList"] = status.encode((9,))[1:]

        for listed in (None, forged, status_list(), list_2021(purpose="suspension"), {"id": "x"}):
            assert self.judged(listed).verdict == "cannot_check"

    def test_short_list_only_warns_of_an_unknown_issuer(self) -> None:
        listed = list_2021(size=16_000)

        assert self.judged(listed).verdict == "cannot_check"
        report = self.judged(listed, known=False)
        assert (report.verdict, report.state("status")) == ("valid", "warning")
        assert self.judged(list_2021(size=8_000), known=False).verdict == "cannot_check"


class TestRevocationListOf1EdTech:
    name = "urn:uuid:2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77"

    def judged(self, listed: Any, *, known: bool = True) -> Report:
        entry = {"id": f"{PORTAL}/revoked", "type": "1EdTechRevocationList"}
        document = proven(badge(credentialStatus=entry), SUITES[0][0])
        return judged(document, known=known, revoked=listed)

    def listed(self, *revoked: Any, **changes: Any) -> dict[str, Any]:
        whole = {"id": f"{PORTAL}/revoked", "issuer": DID, "revokedCredential": list(revoked)}
        return {**whole, **changes}

    @pytest.mark.parametrize(
        ("revoked", "told"),
        [
            ((), "valid"),
            (({"id": "urn:uuid:other"},), "valid"),
            (({"id": name},), "revoked"),
            (({"id": name, "revoked": True, "revocationReason": "Void"},), "revoked"),
            (({"id": name, "revoked": False},), "valid"),
            ((name,), "revoked"),
            ((7, None, [], {}), "valid"),
        ],
    )
    def test_is_read(self, revoked: tuple[Any, ...], told: str) -> None:
        assert self.judged(self.listed(*revoked)).verdict == told

    def test_cannot_be_believed(self) -> None:
        for listed in (
            None,
            {},
            self.listed(revokedCredential="all"),
            self.listed(issuer="did:web:evil.example"),
            self.listed(id="https://evil.example/"),
        ):
            assert self.judged(listed).verdict == "cannot_check", listed

    def test_of_an_unknown_issuer_another_keeper_is_worth_a_word(self) -> None:
        report = self.judged(self.listed(issuer="did:web:other.example"), known=False)

        assert (report.verdict, report.state("status")) == ("valid", "warning")


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HOST = "https://badges.example"


def assertion(**changes: Any) -> dict[str, Any]:
    document = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{HOST}/a/1",
        "recipient": {"type": "email", "hashed": True, "salt": "x", "identity": "sha256$00"},
        "issuedOn": "2026-11-21T12:00:00Z",
        "expires": "2027-11-21T12:00:00Z",
        "badge": f"{HOST}/b/1",
        "verification": {"type": "hosted"},
        **changes,
    }
    return {name: part for name, part in document.items() if part is not None}


def hosted(**changes: Any) -> dict[str, Any]:
    profile = {
        "id": f"{HOST}/i",
        "type": "Issuer",
        "name": "An Older University",
        "publicKey": f"{HOST}/key",
        "revocationList": f"{HOST}/revoked",
    }
    pem = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {
        f"{HOST}/a/1": assertion(),
        f"{HOST}/b/1": {"id": f"{HOST}/b/1", "type": "BadgeClass", "name": "Robotics", "issuer": f"{HOST}/i"},
        f"{HOST}/i": profile,
        f"{HOST}/key": {"id": f"{HOST}/key", "owner": f"{HOST}/i", "publicKeyPem": pem},
        f"{HOST}/revoked": {"id": f"{HOST}/revoked", "issuer": f"{HOST}/i", "revokedAssertions": ["urn:x"]},
        **{f"{HOST}/{path}": part for path, part in changes.items()},
    }


def signed_assertion(body: dict[str, Any] | None = None, *, algorithm: str = "RS256") -> bytes:
    body = body or assertion(id="urn:uuid:1", verification={"type": "SignedBadge", "creator": f"{HOST}/key"})
    parts = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": algorithm}, body)
    )
    signature = RSA.sign(parts.encode(), padding.PKCS1v15(), SHA256())
    return f"{parts}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}".encode()


def judged_older(data: bytes, published: dict[str, Any] | None = None, *, known: bool = True) -> Report:
    return verify(
        data,
        at=LATER,
        documents=(hosted() if published is None else published).get,
        known_issuers={f"{HOST}/i"} if known else (),
        known_only=True,
    )


class TestOpenBadges2Hosted:
    def test_offline_is_left_open_and_says_where_to_look(self) -> None:
        report = judged_older(to_bytes(assertion()), {})

        assert (report.verdict, report.standard) == ("cannot_check", "ob-2.0")
        assert any(f"{HOST}/a/1" in check.detail for check in report.checks if check.name == "proof")
        assert report.shown is None

    def test_is_valid_where_its_address_answers(self) -> None:
        report = judged_older(to_bytes(assertion()))

        assert report.verdict == "valid", report.checks
        assert (report.credential["name"], report.issuer["name"]) == ("Robotics", "An Older University")

    def test_stranger_is_not_recognised(self) -> None:
        assert judged_older(to_bytes(assertion()), known=False).verdict == "not_recognised"

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"a/1": assertion(issuedOn="2026-11-20T12:00:00Z")}, "not_recognised"),
            ({"a/1": {"id": f"{HOST}/a/1", "revoked": True}}, "revoked"),
            ({"a/1": assertion(revoked=True, revocationReason="Void")}, "revoked"),
            ({"b/1": None}, "cannot_check"),
            ({"i": None}, "cannot_check"),
            ({"b/1": {"id": f"{HOST}/b/1", "issuer": "https://other.example/i"}}, "cannot_check"),
            (
                {"b/1": {"issuer": {"id": "https://other.example/i", "name": "Another"}}},
                "not_recognised",
            ),
        ],
    )
    def test_rests_on_what_is_published(self, changes: dict[str, Any], told: str) -> None:
        assert judged_older(to_bytes(assertion()), hosted(**changes)).verdict == told

    @pytest.mark.parametrize(
        "change",
        [
            {"recipient": None},
            {"recipient": {"identity": 7}},
            {"verification": None},
            {"verification": {"type": "signed", "creator": f"{HOST}/key"}},
            {"badge": None},
            {"id": None},
            {"issuedOn": "2016-12-31"},
            {"issuedOn": None},
            {"expires": "2016-01-01T00:00:00Z"},
            {"@context": ["https://w3id.org/openbadges/v2", {"badge": "https://evil.example/"}]},
        ],
        ids=str,
    )
    def test_malformed_is_not_recognised(self, change: dict[str, Any]) -> None:
        document = assertion(**change)

        assert judged_older(to_bytes(document), hosted(**{"a/1": document})).verdict == "not_recognised"

    def test_dates_count(self) -> None:
        document = assertion(expires="2026-11-22T00:00:00Z")

        assert judged_older(to_bytes(document), hosted(**{"a/1": document})).verdict == "expired"


class TestOpenBadges2Signed:
    def test_is_valid_under_the_key_its_issuer_lists(self) -> None:
        report = judged_older(signed_assertion())

        assert (report.verdict, report.container, report.suites) == ("valid", "jwt", ("RS256",)), (
            report.checks
        )

    def test_revoked(self) -> None:
        for listed in (["urn:uuid:1"], [{"id": "urn:uuid:1", "revocationReason": "Void"}]):
            whole = {"id": f"{HOST}/revoked", "issuer": f"{HOST}/i", "revokedAssertions": listed}

            assert judged_older(signed_assertion(), hosted(revoked=whole)).verdict == "revoked"

    def test_list_out_of_reach_or_anothers_is_never_valid(self) -> None:
        for listed in (None, {"id": "https://evil.example/", "revokedAssertions": []}):
            assert judged_older(signed_assertion(), hosted(revoked=listed)).verdict == "cannot_check"

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"key": None}, "cannot_check"),
            ({"i": None}, "cannot_check"),
            ({"i": {"id": f"{HOST}/i", "name": "X", "publicKey": f"{HOST}/other"}}, "not_recognised"),
            ({"key": {"id": f"{HOST}/key", "owner": f"{HOST}/i", "publicKeyPem": "no"}}, "not_recognised"),
            (
                {"b/1": {"issuer": {"id": "https://other.example/i", "name": "Another"}}},
                "not_recognised",
            ),
        ],
    )
    def test_rests_on_what_is_published(self, changes: dict[str, Any], told: str) -> None:
        assert judged_older(signed_assertion(), hosted(**changes)).verdict == told

    @pytest.mark.parametrize("algorithm", ["none", "HS256"])
    def test_signed_by_nobody_in_particular(self, algorithm: str) -> None:
        assert judged_older(signed_assertion(algorithm=algorithm)).verdict == "not_recognised"

    def test_changed_payload_is_noticed(self) -> None:
        head, _, signature = signed_assertion().split(b".")
        body = assertion(id="urn:uuid:2", verification={"type": "SignedBadge", "creator": f"{HOST}/key"})
        other = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=")

        assert judged_older(b".".join((head, other, signature))).verdict == "not_recognised"

    def test_expires(self) -> None:
        body = assertion(
            id="urn:uuid:1",
            verification={"type": "SignedBadge", "creator": f"{HOST}/key"},
            issuedOn=(AWARD_DAY - timedelta(days=9)).isoformat(),
            expires=AWARD_DAY.isoformat(),
        )

        assert judged_older(signed_assertion(body)).verdict == "expired"
