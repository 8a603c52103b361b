"""Read signed bytes a second time: signature, dates and status bits, by published rules and libraries alone.

Nothing here is shared with what makes them: PyLD canonicalises by its own algorithm, and a key, a moment
and a list are taken apart by hand.
"""

import base64
import gzip
import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

CONTEXTS = Path(__file__).resolve().parents[2] / "openbadges" / "contexts"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"


class Wrong(Exception):
    """What was stored is not what it should be; the message says how."""


def document_of(stored: bytes) -> dict[str, Any]:
    try:
        document = json.loads(stored)
    except ValueError as unreadable:
        raise Wrong("the stored bytes are not JSON") from unreadable
    if not isinstance(document, dict):
        raise Wrong("the stored bytes are not a JSON object")
    return document


def proof_of(document: dict[str, Any]) -> dict[str, Any]:
    """The one proof it carries."""
    proofs = document.get("proof")
    if not isinstance(proofs, list) or len(proofs) != 1:
        raise Wrong("it does not carry exactly one proof")
    proof: dict[str, Any] = proofs[0]
    return proof


def check_signature(document: dict[str, Any], *, method: str, multikey: str) -> None:
    """Raise Wrong unless the document's one proof is by this key, named so. (vc-di-eddsa, 3.2)"""
    proof = proof_of(document)
    if proof.get("verificationMethod") != method:
        raise Wrong("the proof names another key")
    if (proof.get("cryptosuite"), proof.get("proofPurpose")) != ("eddsa-rdfc-2022", "assertionMethod"):
        raise Wrong("the proof is of another kind")
    unsigned = {name: part for name, part in document.items() if name != "proof"}
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    signed = _digest({"@context": document["@context"], **options}) + _digest(unsigned)
    key = _base58(multikey.removeprefix("z"))
    if not key.startswith(ED25519):
        raise Wrong("the key is not an Ed25519 key")
    try:
        Ed25519PublicKey.from_public_bytes(key.removeprefix(ED25519)).verify(
            _base58(str(proof.get("proofValue"))[1:]), signed
        )
    except (InvalidSignature, ValueError) as unfitting:
        raise Wrong("the signature does not fit the document") from unfitting


def moment(text: object) -> datetime | None:
    """The moment a document names; None where it names none."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as malformed:
        raise Wrong(f"{text!r} is not a moment") from malformed


def raised_bits(document: dict[str, Any]) -> set[int]:
    """Every raised place of a signed status list."""
    try:
        encoded = str(document["credentialSubject"]["encodedList"])
        body = encoded.removeprefix("u")
        bits = gzip.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (KeyError, TypeError, ValueError, OSError) as unreadable:
        raise Wrong("the list cannot be unpacked") from unreadable
    return {
        place * 8 + offset
        for place, byte in enumerate(bits)
        if byte
        for offset in range(8)
        if byte >> (7 - offset) & 1
    }


def _digest(document: dict[str, Any]) -> bytes:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _vendored,
    }
    try:
        text: str = jsonld.normalize(document, options)
    except jsonld.JsonLdError as refused:
        raise Wrong("it cannot be put in signing form") from refused
    return hashlib.sha256(text.encode()).digest()


def _vendored(url: str, _options: object = None) -> dict[str, Any]:
    """A published context from our own disk; nothing is ever fetched."""
    return _answer(url)


@cache
def _answer(url: str) -> dict[str, Any]:
    entry = _index().get(url)
    if entry is None:
        raise Wrong(f"the context {url} is not among the vendored ones")
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads((CONTEXTS / entry["file"]).read_bytes()),
        "contentType": "application/ld+json",
    }


@cache
def _index() -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = json.loads((CONTEXTS / "index.json").read_bytes())["contexts"]
    return entries


def _base58(text: str) -> bytes:
    number = 0
    for character in text:
        place = BASE58.find(character)
        if place < 0:
            raise Wrong("a key or signature holds a character that cannot be")
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip(BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
