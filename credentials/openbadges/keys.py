"""Ed25519 keys: multikeys, did:web and did:key, the controller document, and sealing for the database."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from credentials.openbadges.contexts import DID_V1, MULTIKEY_V1
from credentials.openbadges.text import instant

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Two digits at a time: half as many divisions.
_BASE58_PAIRS = [first + second for first in _BASE58 for second in _BASE58]
_ED25519_PUBLIC = b"\xed\x01"
_NONCE_BYTES = 12

# The curve of RFC 8032: -x² + y² = 1 + d x² y² over the field of P.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


class BadKey(ValueError):
    """The text is no Ed25519 public key that could hold a secret."""


class SealBroken(ValueError):
    """The sealed key cannot be opened: another wrapping key, another key id, or changed bytes."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key: 32 private bytes (never shown) and its public multikey, `z6Mk…`."""

    private_bytes: bytes = field(repr=False)
    multikey: str

    @classmethod
    def generate(cls) -> Self:
        return cls.from_private_bytes(secrets.token_bytes(32))

    @classmethod
    def from_private_bytes(cls, private_bytes: bytes) -> Self:
        public_key = Ed25519PrivateKey.from_private_bytes(private_bytes).public_key()
        return cls(private_bytes, multikey(public_key.public_bytes_raw()))


def multikey(public_key: bytes) -> str:
    """32 public bytes as a Multikey: `z` + base58btc(0xed 0x01 and the bytes)."""
    if len(public_key) != 32:
        raise BadKey("an Ed25519 public key has 32 bytes")
    return "z" + base58_encode(_ED25519_PUBLIC + public_key)


def public_key_from_multikey(text: str) -> bytes:
    """The 32 public bytes of a Multikey. Raises BadKey, also for points of small order.

    A point of small order verifies signatures that nobody made.
    """
    if not text.startswith("z") or len(text) > 64:
        raise BadKey("not a base58btc multikey")
    raw = base58_decode(text[1:])
    if raw[:2] != _ED25519_PUBLIC or len(raw) != 34:
        raise BadKey("not an Ed25519 multikey")
    if _has_small_order(raw[2:]):
        raise BadKey("not a point that can hold a secret")
    return raw[2:]


def base58_encode(data: bytes) -> str:
    number = int.from_bytes(data)
    pairs: list[str] = []
    while number:
        number, pair = divmod(number, len(_BASE58_PAIRS))
        pairs.append(_BASE58_PAIRS[pair])
    digits = "".join(reversed(pairs)).lstrip("1")
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def base58_decode(text: str) -> bytes:
    """The bytes of a base58btc text. Raises BadKey."""
    number = 0
    for letter in text:
        digit = _BASE58.find(letter)
        if digit < 0:
            raise BadKey("not base58btc")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def did_web(portal_url: str, slug: str | None = None) -> str:
    """The DID of the portal's issuer, or of a further issuer under `/issuers/<slug>/`.

    A port is percent-encoded, as did:web asks. Raises ValueError for an address with a path.
    """
    parts = urlsplit(portal_url)
    if not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(f"a portal's address is a scheme and a host, not {portal_url!r}")
    host = quote(parts.netloc.rpartition("@")[2].lower(), safe=".-")
    return f"did:web:{host}" if slug is None else f"did:web:{host}:issuers:{quote(slug, safe='.-_~')}"


def did_web_url(did: str) -> str:
    """Where the document of a did:web is published. Raises ValueError for another method."""
    if not did.startswith("did:web:"):
        raise ValueError(f"not a did:web: {did!r}")
    host, *path = did.removeprefix("did:web:").partition("#")[0].split(":")
    return f"https://{unquote(host)}/{'/'.join(path) if path else '.well-known'}/did.json"


def verification_method(did: str, multikey: str) -> str:
    return f"{did}#{multikey}"


def did_document(
    did: str, multikeys: Sequence[str], *, revoked: Mapping[str, datetime] | None = None
) -> dict[str, Any]:
    """The controller document of `did`: active and retired keys stand under `assertionMethod`.

    `revoked` names the compromised keys and since when: they are shown, but assert nothing.
    """
    revoked = revoked or {}
    methods: list[dict[str, Any]] = []
    for key in dict.fromkeys((*multikeys, *revoked)):
        method = {"id": verification_method(did, key), "type": "Multikey", "controller": did}
        method["publicKeyMultibase"] = key
        if key in revoked:
            method["revoked"] = instant(revoked[key])
        methods.append(method)
    return {
        "@context": [DID_V1, MULTIKEY_V1],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [verification_method(did, key) for key in multikeys if key not in revoked],
    }


def did_key_document(did: str) -> dict[str, Any]:
    """The document that a did:key is by computation. Raises BadKey for any key but Ed25519."""
    key = did.removeprefix("did:key:")
    public_key_from_multikey(key)
    return did_document(did, [key])


def seal(private_bytes: bytes, *, wrapping_key: bytes, key_id: str) -> bytes:
    """The private bytes under AES-256-GCM: 12 bytes of nonce, then the ciphertext, bound to `key_id`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(wrapping_key).encrypt(nonce, private_bytes, key_id.encode())


def unseal(sealed: bytes, *, wrapping_key: bytes, key_id: str) -> bytes:
    """The private bytes that `seal` closed. Raises SealBroken."""
    nonce, closed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(wrapping_key).decrypt(nonce, closed, key_id.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(f"the key {key_id} cannot be opened") from broken


def _cipher(wrapping_key: bytes) -> AESGCM:
    if len(wrapping_key) != 32:
        raise ValueError("a wrapping key has 32 bytes")
    return AESGCM(wrapping_key)


def _has_small_order(public_key: bytes) -> bool:
    """Whether eight times the point is the identity, or the bytes are no point at all."""
    number = int.from_bytes(public_key, "little")
    y = number & (2**255 - 1)
    if y >= _P:
        return True
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P:
        return True
    for _ in range(3):
        bend = _D * x * x * y * y % _P
        x, y = (
            2 * x * y * pow(1 + bend, -1, _P) % _P,
            (y * y + x * x) * pow(1 - bend, -1, _P) % _P,
        )
    return (x, y) == (0, 1)
