"""Credentials signed as tokens (VC-JWT): the algorithms we check, and all that makes one nobody's."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from credentials.openbadges.documents import open_badge_credential
from credentials.openbadges.keys import did_document
from credentials.openbadges.report import Report
from credentials.openbadges.verifying import verify
from tests.standards.institution import AWARD_DAY, DID, KEY, LATER, REVOCATION_LIST, credential, status_list

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused
P256 = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())
EDWARDS = Ed25519PrivateKey.from_private_bytes(KEY.private_bytes)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8))


def curve_jwk(key: ec.EllipticCurvePrivateKey, name: str, size: int) -> dict[str, str]:
    point = key.public_key().public_numbers()
    return {"kty": "EC", "crv": name, "x": number(point.x, size), "y": number(point.y, size)}


def rsa_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}


JWKS: dict[str, dict[str, str]] = {
    "RS256": rsa_jwk(RSA),
    "ES256": curve_jwk(P256, "P-256", 32),
    "ES384": curve_jwk(P384, "P-384", 48),
    "EdDSA": {"kty": "OKP", "crv": "Ed25519", "x": b64(EDWARDS.public_key().public_bytes_raw())},
    "short": rsa_jwk(SHORT_RSA),
}


def _side_by_side(signature: bytes, size: int) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(size) + s.to_bytes(size)


SIGN: dict[str, Callable[[bytes], bytes]] = {
    "RS256": lambda data: RSA.sign(data, padding.PKCS1v15(), SHA256()),
    "ES256": lambda data: _side_by_side(P256.sign(data, ec.ECDSA(SHA256())), 32),
    "ES384": lambda data: _side_by_side(P384.sign(data, ec.ECDSA(SHA384())), 48),
    "EdDSA": EDWARDS.sign,
    "short": lambda data: SHORT_RSA.sign(data, padding.PKCS1v15(), SHA256()),
}


def listed(kind: str, **more: Any) -> dict[str, Any]:
    """The institution's document with the token's key in it, beside the one that signs its lists."""
    document = did_document(DID, [KEY.multikey])
    method = {"id": f"{DID}#token", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": JWKS[kind]}
    document["verificationMethod"].append({**method, **more})
    document["assertionMethod"].append(method["id"])
    return document


def payload(**changes: Any) -> dict[str, Any]:
    document = open_badge_credential(credential())
    claims = {
        "iss": DID,
        "sub": document["credentialSubject"]["id"],
        "jti": document["id"],
        "nbf": int(AWARD_DAY.timestamp()),
        "exp": int((AWARD_DAY + timedelta(days=365)).timestamp()),
    }
    whole = {**document, **claims, **changes}
    return {name: part for name, part in whole.items() if part is not None}


def token(
    body: dict[str, Any] | None = None,
    *,
    kind: str = "EdDSA",
    header: dict[str, Any] | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> bytes:
    algorithm = "RS256" if kind == "short" else kind
    head = {"alg": algorithm, "kid": f"{DID}#token", "typ": "JWT", **(header or {})}
    head = {name: part for name, part in head.items() if part is not None}
    parts = ".".join(b64(json.dumps(part).encode()) for part in (head, body or payload()))
    return f"{parts}.{b64((sign or SIGN[kind])(parts.encode()))}".encode()


def judged(data: bytes, *, kind: str = "EdDSA", document: dict[str, Any] | None = None) -> Report:
    published = {DID: document or listed(kind), REVOCATION_LIST: status_list()}
    return verify(data, at=LATER, documents=published.get, known_issuers={DID}, known_only=True)


class TestHonestToken:
    @pytest.mark.parametrize("kind", ["RS256", "ES256", "ES384", "EdDSA"])
    def test_is_valid(self, kind: str) -> None:
        report = judged(token(kind=kind), kind=kind)

        assert report.verdict == "valid", report.checks
        assert (report.container, report.suites) == ("jwt", (kind,))
        assert report.document == open_badge_credential(credential())

    @pytest.mark.parametrize("name", ["token", "#token", f"{DID}#token"])
    def test_may_name_its_key_relative_to_its_issuer(self, name: str) -> None:
        assert judged(token(header={"kid": name})).verdict == "valid"

    def test_with_the_claim_vc_of_the_older_edition_is_valid_with_a_warning(self) -> None:
        subject = {"id": "did:example:ada", "type": "Person"}
        body = {
            "iss": DID,
            "sub": subject["id"],
            "jti": "urn:uuid:2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77",
            "nbf": int(AWARD_DAY.timestamp()),
            "vc": {
                "@context": ["https://www.w3.org/2018/credentials/v1"],
                "type": ["VerifiableCredential"],
                "credentialSubject": {"id": subject["id"]},
            },
        }

        report = judged(token(body))

        assert (report.verdict, report.standard) == ("valid", "vc-1.1")
        assert report.state("schema") == "warning"
        assert report.credential["valid_from"] == "2026-11-21T12:00:00Z"
        assert report.issuer["id"] == DID

    def test_end_that_only_the_claim_names_counts(self) -> None:
        body = payload(exp=int((AWARD_DAY + timedelta(days=1)).timestamp()), validUntil=None)

        report = judged(token(body))

        assert report.verdict == "expired"
        assert report.credential["valid_until"] == "2026-11-22T12:00:00Z"

    def test_without_sub_is_worth_a_word(self) -> None:
        report = judged(token(payload(sub=None)))

        assert (report.verdict, report.state("proof")) == ("valid", "warning")

    def test_of_an_issuer_that_signs_with_a_did_key(self) -> None:
        me = f"did:key:{KEY.multikey}"
        body = payload(iss=me, credentialStatus=None)
        body["issuer"] = {**body["issuer"], "id": me}
        data = token(body, header={"kid": f"{me}#{KEY.multikey}"})

        report = verify(data, at=LATER, documents=lambda url: None, known_issuers=())

        assert (report.verdict, report.state("issuer")) == ("valid", "warning")


class TestDishonestToken:
    @pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "HS512", "hs256"])
    def test_signed_by_nobody_in_particular(self, algorithm: str) -> None:
        for sign in (lambda data: b"x", lambda data: b"\0" * 32):
            assert judged(token(header={"alg": algorithm}, sign=sign)).verdict == "not_recognised"

    def test_public_key_used_as_a_shared_secret(self) -> None:
        secret = json.dumps(JWKS["RS256"]).encode()
        data = token(header={"alg": "HS256"}, sign=lambda data: hmac.digest(secret, data, "sha256"))

        assert judged(data, kind="RS256").verdict == "not_recognised"

    @pytest.mark.parametrize(
        ("algorithm", "kind"), [("ES256", "EdDSA"), ("RS256", "EdDSA"), ("EdDSA", "RS256")]
    )
    def test_algorithm_that_is_not_the_keys(self, algorithm: str, kind: str) -> None:
        data = token(kind=kind, header={"alg": algorithm})

        assert judged(data, kind=kind).verdict == "not_recognised"

    @pytest.mark.parametrize("algorithm", ["PS256", "ES512", "ES256K", "RS512"])
    def test_algorithm_we_do_not_check_is_left_open(self, algorithm: str) -> None:
        assert judged(token(header={"alg": algorithm})).verdict == "cannot_check"

    @pytest.mark.parametrize(
        "header",
        [
            {"crit": ["exp"], "exp": 1},
            {"crit": []},
            {"b64": False, "crit": ["b64"]},
            {"zip": "DEF"},
            {"kid": None},
            {"kid": ""},
            {"kid": 7},
            {"typ": "at+jwt"},
            {"typ": 7},
        ],
        ids=str,
    )
    def test_header_that_asks_for_more_than_a_credential_does(self, header: dict[str, Any]) -> None:
        assert judged(token(header=header)).verdict == "not_recognised"

    def test_key_that_the_token_brings_itself_proves_nothing(self) -> None:
        stranger = ec.generate_private_key(ec.SECP256R1())
        sign = lambda data: _side_by_side(stranger.sign(data, ec.ECDSA(SHA256())), 32)  # noqa: E731
        own = {
            "jwk": curve_jwk(stranger, "P-256", 32),
            "jku": "https://evil.example/",
            "x5u": "https://evil.example/",
        }
        asked: list[str] = []

        for kid in (f"{DID}#token", None, f"{DID}#new", "https://evil.example/keys#1"):
            data = token(kind="ES256", header={**own, "kid": kid}, sign=sign)
            report = verify(
                data,
                at=LATER,
                documents=lambda url: asked.append(url) or {DID: listed("ES256")}.get(url),  # type: ignore[func-returns-value]
                known_issuers={DID},
            )

            assert report.verdict == "not_recognised"
        assert set(asked) <= {DID, REVOCATION_LIST}

    @pytest.mark.parametrize(
        ("claim", "value"),
        [
            ("iss", "did:web:evil.example"),
            ("sub", "urn:uuid:00000000-0000-4000-8000-000000000000"),
            ("jti", "urn:uuid:00000000-0000-4000-8000-000000000000"),
            ("nbf", int(AWARD_DAY.timestamp()) - 60),
            ("exp", int(AWARD_DAY.timestamp()) + 60 * 60 * 24 * 3650),
            ("exp", "never"),
            ("exp", 10**14),
            ("nbf", True),
            ("aud", "https://one.example"),
            ("iat", int(LATER.timestamp()) + 3600),
        ],
    )
    def test_claim_unlike_the_credential(self, claim: str, value: Any) -> None:
        assert judged(token(payload(**{claim: value}))).verdict == "not_recognised"

    def test_changed_by_a_character_anywhere(self) -> None:
        data = token()
        for place in range(0, len(data), 97):
            other = bytearray(data)
            other[place] = ord("A") if other[place] != ord("A") else ord("B")

            assert judged(bytes(other)).verdict in ("not_recognised", "cannot_check"), place

    def test_second_writing_of_the_same_signature(self) -> None:
        data = token()
        last = data[-1:]
        letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        twin = letters[(letters.index(last) // 16 * 16) + (letters.index(last) + 1) % 16]

        for other in (data[:-1] + bytes([twin]), data + b"=", data + b"=="):
            assert judged(other).verdict == "not_recognised"

    def test_rsa_key_that_is_too_short(self) -> None:
        assert judged(token(kind="short"), kind="short").verdict == "not_recognised"

    def test_key_whose_secret_is_published(self) -> None:
        document = listed("EdDSA", publicKeyJwk={**JWKS["EdDSA"], "d": b64(KEY.private_bytes)})

        assert judged(token(), document=document).verdict == "not_recognised"

    def test_key_that_had_ended(self) -> None:
        for field in ("revoked", "expires"):
            document = listed("EdDSA", **{field: "2026-11-20T00:00:00Z"})

            assert judged(token(), document=document).verdict == "not_recognised"

    def test_key_that_may_not_assert(self) -> None:
        document = listed("EdDSA")
        document["assertionMethod"].remove(f"{DID}#token")

        assert judged(token(), document=document).verdict == "not_recognised"

    def test_wrong_proof_beside_a_good_signature_spoils_it(self) -> None:
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-11-21T12:00:00Z",
            "verificationMethod": f"{DID}#{KEY.multikey}",
            "proofPurpose": "assertionMethod",
            "proofValue": "z" + "2" * 87,
        }

        assert judged(token(payload(proof=[proof]))).verdict == "not_recognised"

    def test_encrypted_token_is_nothing_we_open(self) -> None:
        assert judged(b"eyJh.eyJi.c2ln.c2ln.c2ln").verdict == "not_recognised"

    @pytest.mark.parametrize("inside", [b"[]", b"{}", b'{"vc": 1}', b'{"a":1,"a":2}', b"\xff", b'"x"'])
    def test_nothing_inside(self, inside: bytes) -> None:
        head = b64(json.dumps({"alg": "EdDSA", "kid": "x"}).encode())
        body = f"{head}.{b64(inside)}"

        assert judged(f"{body}.{b64(EDWARDS.sign(body.encode()))}".encode()).verdict == "not_recognised"
