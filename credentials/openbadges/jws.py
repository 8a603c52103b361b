"""Compact JSON Web Signatures (RFC 7515): read strictly, believed only under a key somebody else names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credentials.openbadges import reading
from credentials.openbadges.public_keys import KeyKind, PublicKey, base64url

# What each algorithm signs with. Both must agree, or one kind of key could be passed off as the other.
ALGORITHMS: Mapping[str, KeyKind] = {"RS256": "rsa", "ES256": "p256", "ES384": "p384", "EdDSA": "ed25519"}
_NEVER = re.compile(r"none|HS[0-9]+", re.IGNORECASE)
_TYPES = frozenset({"jwt", "jws", "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"})


class BadToken(ValueError):
    """The text is no signed token that anybody should believe."""


class UnknownAlgorithm(ValueError):
    """The token may be sound, but it is signed in a way that is not checked here."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read and not yet believed: its header, its payload, and what was signed."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signed: bytes
    signature: bytes

    @property
    def algorithm(self) -> str:
        return str(self.header.get("alg"))

    @property
    def key_name(self) -> str:
        """The header's `kid`. `jku`, `x5u` and `jwk` are not looked at: whoever signs could write any key."""
        return str(self.header["kid"])

    def fits(self, key: PublicKey) -> bool:
        return key.kind == ALGORITHMS[self.algorithm] and key.fits(self.signature, self.signed)


def read(data: bytes) -> Token:
    """The token in these bytes. Raises BadToken."""
    parts = data.strip().split(b".")
    if len(parts) != 3:
        raise BadToken("This is no signed token of three parts.")
    try:
        header, payload, signature = (base64url(part.decode("ascii")) for part in parts)
    except ValueError as wrong:
        raise BadToken("The token is not written in canonical base64url.") from wrong
    try:
        return Token(reading.read(header), reading.read(payload), parts[0] + b"." + parts[1], signature)
    except reading.Unreadable as refused:
        raise BadToken(f"Inside the token: {refused}") from refused


def check_header(token: Token, *, names_key: bool = True) -> None:
    """Judge all of a header that needs no key. Raises BadToken or UnknownAlgorithm.

    `names_key` is False where the payload names the key, as Open Badges 2.0 does.
    """
    if _NEVER.fullmatch(token.algorithm):
        raise BadToken("The token is signed by nobody in particular.")
    if "crit" in token.header:
        raise BadToken("The token asks for something that must be understood, and is not.")
    if "b64" in token.header or "enc" in token.header or "zip" in token.header:
        raise BadToken("The token is packed in a way that credentials are not.")
    kind = token.header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
        raise BadToken("The token is of a kind that is no credential.")
    if token.algorithm not in ALGORITHMS:
        raise UnknownAlgorithm(f"Tokens signed with {token.algorithm[:20]} cannot be checked here.")
    if names_key and (not isinstance(token.header.get("kid"), str) or not token.header["kid"]):
        raise BadToken("The token names no key.")
