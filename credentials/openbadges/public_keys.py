"""Other people's public keys: Multikeys, JWKs and PEM, of the kinds we check signatures with."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from credentials.openbadges.keys import BadKey, base58_decode, multikey, public_key_from_multikey

LEAST_RSA_BITS, MOST_RSA_BITS = 2048, 8192
MOST_EXPONENT = 2**32

KeyKind: TypeAlias = Literal["ed25519", "p256", "p384", "rsa"]

_CURVES: Mapping[str, tuple[KeyKind, ec.EllipticCurve, int]] = {
    "P-256": ("p256", ec.SECP256R1(), 32),
    "P-384": ("p384", ec.SECP384R1(), 48),
}
# Multicodec's prefixes, as varints.
_MULTIKEY_CURVES = {b"\x80\x24": "P-256", b"\x81\x24": "P-384"}


class UnknownKey(ValueError):
    """The key may be sound, but it is of a kind that is not used here."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: `fits` says whether a signature over some bytes was made with its private part."""

    kind: KeyKind
    fits: Callable[[bytes, bytes], bool]


def of_method(method: Mapping[str, Any]) -> PublicKey:
    """The key of a verification method. Raises BadKey or UnknownKey.

    A method that holds two keys is refused: readers would not agree which one counts.
    """
    multibase, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    if multibase is not None and jwk is not None:
        raise BadKey("the method holds two keys")
    if isinstance(multibase, str):
        return of_multikey(multibase)
    if isinstance(jwk, dict):
        return of_jwk(jwk)
    raise UnknownKey("no key of a kind that is used here")


def of_multikey(text: str) -> PublicKey:
    """`z` and base58btc: Ed25519 (z6Mk…), P-256 (zDna…) or P-384 (z82L…). Raises BadKey or UnknownKey."""
    if text.startswith("z6Mk"):
        return _ed25519(public_key_from_multikey(text))
    if not text.startswith("z") or len(text) > 100:
        raise UnknownKey("not a base58btc multikey")
    raw = base58_decode(text[1:])
    name = _MULTIKEY_CURVES.get(raw[:2])
    if name is None:
        raise UnknownKey("a multikey of another kind")
    kind, curve, size = _CURVES[name]
    if len(raw) != 3 + size or raw[2] not in (2, 3):
        raise BadKey("not a compressed point")
    try:
        return _curve_key(kind, ec.EllipticCurvePublicKey.from_encoded_point(curve, raw[2:]), size)
    except ValueError as wrong:
        raise BadKey("not a point of its curve") from wrong


def of_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """A JSON Web Key (RFC 7517, 8037). Raises BadKey or UnknownKey."""
    if "d" in jwk or jwk.get("kty") == "oct":
        raise BadKey("everybody can read this key's secret")
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            raw = _part(jwk, "x")
            # The multikey road also refuses points of small order.
            return _ed25519(public_key_from_multikey(multikey(raw)))
        case "EC", ("P-256" | "P-384") as name:
            kind, curve, size = _CURVES[name]
            x, y = _part(jwk, "x"), _part(jwk, "y")
            if len(x) != size or len(y) != size:
                raise BadKey("a coordinate of the wrong length")
            numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve)
            try:
                return _curve_key(kind, numbers.public_key(), size)
            except ValueError as wrong:
                raise BadKey("not a point of its curve") from wrong
        case "RSA", _:
            modulus, exponent = int.from_bytes(_part(jwk, "n")), int.from_bytes(_part(jwk, "e"))
            return _rsa(modulus, exponent)
    raise UnknownKey("a JSON Web Key of another kind")


def of_pem(text: str) -> PublicKey:
    """An RSA key as Open Badges 2.0 publishes it. Raises BadKey or UnknownKey."""
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise BadKey("not a public key in PEM") from wrong
    if not isinstance(key, rsa.RSAPublicKey):
        raise UnknownKey("a PEM key of another kind")
    numbers = key.public_numbers()
    return _rsa(numbers.n, numbers.e)


def base64url(text: str) -> bytes:
    """The bytes of unpadded base64url, written in the one canonical way. Raises ValueError."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as wrong:
        raise ValueError("not base64url") from wrong
    # Bits that are dropped on reading would let one signature be written in several ways.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not canonical base64url")
    return raw


def _part(jwk: Mapping[str, Any], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str) or len(text) > 2 * MOST_RSA_BITS // 8:
        raise BadKey(f"the key's {name} is missing or malformed")
    try:
        return base64url(text)
    except ValueError as wrong:
        raise BadKey(f"the key's {name} is malformed") from wrong


def _ed25519(raw: bytes) -> PublicKey:
    key = Ed25519PublicKey.from_public_bytes(raw)
    return PublicKey("ed25519", lambda signature, data: _holds(lambda: key.verify(signature, data)))


def _curve_key(kind: KeyKind, key: ec.EllipticCurvePublicKey, size: int) -> PublicKey:
    digest: HashAlgorithm = SHA256() if kind == "p256" else SHA384()

    def fits(signature: bytes, data: bytes) -> bool:
        # r and s side by side (IEEE P1363), as JWS and Data Integrity write them.
        if len(signature) != 2 * size:
            return False
        r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        return _holds(lambda: key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest)))

    return PublicKey(kind, fits)


def _rsa(modulus: int, exponent: int) -> PublicKey:
    if not LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS:
        raise BadKey(f"an RSA key has {LEAST_RSA_BITS} to {MOST_RSA_BITS} bits here")
    if not 2 < exponent < MOST_EXPONENT or exponent % 2 == 0:
        raise BadKey("an RSA key with an unsound exponent")
    try:
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as wrong:
        raise BadKey("not an RSA key") from wrong
    return PublicKey(
        "rsa",
        lambda signature, data: _holds(lambda: key.verify(signature, data, padding.PKCS1v15(), SHA256())),
    )


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except (InvalidSignature, ValueError):
        return False
    return True
