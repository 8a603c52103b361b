"""Data Integrity proofs of the suite eddsa-rdfc-2022: how we sign. How proofs are checked: checking.py."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.openbadges import canonical
from credentials.openbadges.documents import UnsafeDocument, guard, to_bytes
from credentials.openbadges.keys import base58_encode
from credentials.openbadges.text import instant

SUITE = "eddsa-rdfc-2022"

Signer = Callable[[bytes], bytes]
"""The 64 bytes that are hashed of a document and its proof -> the 64 bytes of an Ed25519 signature."""


def unsigned_hash(document: Mapping[str, Any]) -> str:
    """The sha256 of the unsigned document's bytes, as hex: what is recorded before it is signed."""
    return hashlib.sha256(to_bytes(document)).hexdigest()


def signer_of(private_key: bytes) -> Signer:
    """What signs with these 32 private bytes, for keys that are at hand."""
    return Ed25519PrivateKey.from_private_bytes(private_key).sign


def sign(
    document: Mapping[str, Any],
    *,
    verification_method: str,
    created: datetime,
    private_key: bytes | None = None,
    signer: Signer | None = None,
) -> bytes:
    """The document with one eddsa-rdfc-2022 proof, as the exact bytes to keep and serve.

    Signed by `signer`, wherever its key is kept, or with `private_key`, 32 bytes; `verification_method`
    names the public key in the issuer's document. The same input gives the same bytes. Raises
    UnsafeDocument, and TypeError where neither or both are given.
    """
    if (signer is None) == (private_key is None):
        raise TypeError("a document is signed by a signer or with private bytes")
    signs = signer or signer_of(private_key or b"")
    expansion = guard(document)
    options = proof_options(verification_method=verification_method, created=created)
    try:
        data = _options_hash(document, options) + _sha256(expansion.n_quads())
    except canonical.NotCanonical as refused:
        raise UnsafeDocument(str(refused)) from refused
    value = "z" + base58_encode(signs(data))
    return to_bytes({**document, "proof": [{**options, "proofValue": value}]})


def proof_options(*, verification_method: str, created: datetime) -> dict[str, Any]:
    """All of a proof but its value."""
    return {
        "type": "DataIntegrityProof",
        "created": instant(created),
        "verificationMethod": verification_method,
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
    }


def proof_value(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    *,
    private_key: bytes,
    known: canonical.Contexts = canonical.VENDORED,
) -> str:
    """The multibase signature over proof options and document (vc-di-eddsa, section 3.2), unguarded."""
    return _signature(_hash_data(document, options, known), private_key)


def _signature(data: bytes, private_key: bytes) -> str:
    return "z" + base58_encode(signer_of(private_key)(data))


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any], known: canonical.Contexts) -> bytes:
    return _options_hash(document, options, known) + _sha256(canonical.n_quads(document, known))


def _options_hash(
    document: Mapping[str, Any], options: Mapping[str, Any], known: canonical.Contexts = canonical.VENDORED
) -> bytes:
    return _sha256(canonical.n_quads({"@context": document["@context"], **options}, known))


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
