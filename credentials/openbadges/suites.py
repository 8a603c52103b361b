"""The proof suites we check: with which keys each signs, and exactly which bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from credentials.openbadges import canonical, jcs
from credentials.openbadges.public_keys import KeyKind

_EDWARDS: frozenset[KeyKind] = frozenset({"ed25519"})
_CURVES: frozenset[KeyKind] = frozenset({"p256", "p384"})


@dataclass(frozen=True, slots=True)
class Suite:
    """One way to sign a document: its name, its keys, its canonical form, and whether it is out of use."""

    name: str
    keys: frozenset[KeyKind]
    form: Literal["rdfc", "jcs"]
    is_deprecated: bool = False

    def signed_bytes(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        *,
        kind: KeyKind,
        known: canonical.Contexts = canonical.VENDORED,
        hashed: dict[tuple[str, str], bytes] | None = None,
    ) -> bytes:
        """The hash of the proof's options, then that of the document without proofs.

        `options` are the proof without its value, as it is written (vc-di-eddsa 3.2.4 and 3.3.4, vc-di-ecdsa
        3.2.4). `hashed` keeps the document's hashes from one proof of a set to the next. Raises NotCanonical.
        """
        # A key of P-384 asks for SHA-384, in the names of blank nodes too (vc-di-ecdsa, section 3).
        digest: canonical.Digest = "sha384" if kind == "p384" else "sha256"
        kept = hashed if hashed is not None else {}
        place = (self.form, digest)
        if place not in kept:
            kept[place] = self._hash(document, digest, known)
        whole = options if self.form == "jcs" else {"@context": document["@context"], **options}
        return self._hash(whole, digest, known) + kept[place]

    def _hash(self, value: Mapping[str, Any], digest: canonical.Digest, known: canonical.Contexts) -> bytes:
        if self.form == "jcs":
            return hashlib.new(digest, jcs.canonical(value)).digest()
        return hashlib.new(digest, canonical.n_quads(value, known, digest=digest).encode()).digest()


_SUITES = (
    Suite("eddsa-rdfc-2022", _EDWARDS, "rdfc"),
    Suite("eddsa-jcs-2022", _EDWARDS, "jcs"),
    Suite("ecdsa-rdfc-2019", _CURVES, "rdfc"),
    Suite("eddsa-2022", _EDWARDS, "rdfc", is_deprecated=True),
)
_NAMED: Mapping[tuple[str, object], Suite] = {
    **{("DataIntegrityProof", suite.name): suite for suite in _SUITES},
    ("Ed25519Signature2020", None): Suite("Ed25519Signature2020", _EDWARDS, "rdfc", is_deprecated=True),
}


def suite_of(proof: Mapping[str, Any]) -> Suite | None:
    """The suite that a proof names, or None where it is none of those checked here."""
    kind, name = proof.get("type"), proof.get("cryptosuite")
    return _NAMED.get((kind, name)) if isinstance(kind, str) and isinstance(name, str | None) else None


def name_of(proof: object) -> str:
    """What a proof calls its suite, whether it is known here or not."""
    if not isinstance(proof, dict):
        return "unknown"
    name = proof.get("cryptosuite", proof.get("type"))
    return name if isinstance(name, str) else "unknown"
