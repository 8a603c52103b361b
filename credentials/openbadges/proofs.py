"""Data Integrity proofs of the suite eddsa-rdfc-2022: make one, and check those a document carries."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credentials.openbadges import canonical, contexts
from credentials.openbadges.documents import UnsafeDocument, guard, to_bytes
from credentials.openbadges.keys import (
    BadKey,
    base58_decode,
    base58_encode,
    did_key_document,
    public_key_from_multikey,
)
from credentials.openbadges.text import instant, read_instant

SUITE = "eddsa-rdfc-2022"
MAXIMUM_PROOFS = 4
CLOCK_TOLERANCE = timedelta(minutes=5)

Documents = Callable[[str], dict[str, Any] | None]
"""A did or URL -> the parsed document that stands there, or None when it cannot be had."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one proof is worth, or all of a document's proofs together.

    `state` is ok only when every proof is good; not_checked when a suite or a key is out of reach.
    `controllers` are whose keys signed: saying so is not yet saying that they are the issuer.
    `each` holds one result per proof.
    """

    state: Literal["ok", "failed", "not_checked"]
    detail: str
    suites: tuple[str, ...] = ()
    controllers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    each: tuple["CheckResult", ...] = ()


class _Failed(Exception):
    """A proof is wrong."""


class _NotChecked(Exception):
    """A proof cannot be judged here."""


def unsigned_hash(document: Mapping[str, Any]) -> str:
    """The sha256 of the unsigned document's bytes, as hex: what is recorded before it is signed."""
    return hashlib.sha256(to_bytes(document)).hexdigest()


def sign(
    document: Mapping[str, Any], *, private_key: bytes, verification_method: str, created: datetime
) -> bytes:
    """The document with one eddsa-rdfc-2022 proof, as the exact bytes to keep and serve.

    `private_key` is the 32 private bytes; `verification_method` names its public key in the issuer's
    document. The same input gives the same bytes. Raises UnsafeDocument.
    """
    expansion = guard(document)
    options = proof_options(verification_method=verification_method, created=created)
    try:
        data = _options_hash(document, options) + _sha256(expansion.n_quads())
    except canonical.NotCanonical as refused:
        raise UnsafeDocument(str(refused)) from refused
    return to_bytes({**document, "proof": [{**options, "proofValue": _signature(data, private_key)}]})


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


def check(
    document: Mapping[str, Any],
    *,
    documents: Documents,
    at: datetime | None = None,
    vouched_for: Callable[[str], bool] | None = None,
    known: canonical.Contexts = canonical.VENDORED,
) -> CheckResult:
    """Check every proof of a document against the key in its controller's own document.

    `at` judges the dates in the proof; without it they are only read. `vouched_for` says of a
    verification method that our ledger answers for it though its controller no longer lets it assert
    (a key that was compromised later).
    """
    proofs = document.get("proof")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if not proofs or proofs == [None]:
        return CheckResult("failed", "The document carries no proof.")
    if len(proofs) > MAXIMUM_PROOFS:
        return CheckResult("failed", "The document carries too many proofs.")
    unsigned = {key: value for key, value in document.items() if key != "proof"}
    each: list[CheckResult] = []
    for proof in proofs:
        suites = (_suite(proof),)
        try:
            _check_form(proof, document.get("@context"), at)
            method = _method(proof, documents, vouched_for)
            _check_signature(unsigned, proof, method, known)
        except _Failed as failed:
            each.append(CheckResult("failed", str(failed), suites))
        except _NotChecked as reason:
            each.append(CheckResult("not_checked", str(reason), suites))
        else:
            good = "The signature fits the document."
            each.append(CheckResult("ok", good, suites, (method["controller"],), _warnings(proof, method)))
    return _together(each)


def _warnings(proof: Mapping[str, Any], method: Mapping[str, Any]) -> tuple[str, ...]:
    doubts = (
        ("revoked" in method, "The key was withdrawn later."),
        ("#" not in proof["verificationMethod"], "The proof names its key without a fragment."),
    )
    return tuple(doubt for holds, doubt in doubts if holds)


def _together(each: Sequence[CheckResult]) -> CheckResult:
    """One wrong proof spoils a set; one that cannot be judged leaves it open."""
    worst = min(each, key=lambda result: ("failed", "not_checked", "ok").index(result.state))
    return CheckResult(
        worst.state,
        worst.detail,
        tuple(suite for result in each for suite in result.suites),
        tuple(controller for result in each for controller in result.controllers),
        tuple(warning for result in each for warning in result.warnings),
        tuple(each),
    )


def _signature(data: bytes, private_key: bytes) -> str:
    return "z" + base58_encode(Ed25519PrivateKey.from_private_bytes(private_key).sign(data))


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any], known: canonical.Contexts) -> bytes:
    return _options_hash(document, options, known) + _sha256(canonical.n_quads(document, known))


def _options_hash(
    document: Mapping[str, Any], options: Mapping[str, Any], known: canonical.Contexts = canonical.VENDORED
) -> bytes:
    return _sha256(canonical.n_quads({"@context": document["@context"], **options}, known))


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _suite(proof: object) -> str:
    if not isinstance(proof, dict):
        return "unknown"
    suite = proof.get("cryptosuite", proof.get("type"))
    return suite if isinstance(suite, str) else "unknown"


def _check_form(proof: object, named: object, at: datetime | None) -> None:
    """Judge all of a proof that needs no key; `named` are the document's contexts."""
    if not isinstance(proof, dict):
        raise _Failed("The proof is not an object.")
    if proof.get("proofPurpose") != "assertionMethod":
        raise _Failed("The proof was not made to assert a credential.")
    if "domain" in proof or "challenge" in proof:
        raise _Failed("The proof was made for one conversation only.")
    created, expires = _moment(proof, "created"), _moment(proof, "expires")
    if at is not None and created is not None and created > at + CLOCK_TOLERANCE:
        raise _Failed("The proof claims to be made later than the moment asked about.")
    if at is not None and expires is not None and expires <= at:
        raise _Failed("The proof has expired.")
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        raise _NotChecked(f"Proofs of the kind {_suite(proof)[:60]} cannot be checked here.")
    if "previousProof" in proof:
        raise _NotChecked("Chains of proofs cannot be checked here.")
    if proof.get("@context", named) != named:
        raise _Failed("The proof brings a context of its own.")


def _moment(holder: Mapping[str, Any], field: str) -> datetime | None:
    if field not in holder:
        return None
    moment = read_instant(holder[field])
    if moment is None:
        raise _Failed(f"The date {field} is malformed.")
    return moment


def _method(
    proof: Mapping[str, Any], documents: Documents, vouched_for: Callable[[str], bool] | None
) -> dict[str, Any]:
    """The verification method of a proof, out of its controller's own document."""
    name = proof.get("verificationMethod")
    if not isinstance(name, str):
        raise _Failed("The proof names no key.")
    controller, _, fragment = name.partition("#")
    document = _controller_document(controller, documents)
    is_vouched_for = False
    if document.get("id") != controller:
        raise _Failed("The controller's document is about someone else.")
    name = name if fragment else f"{controller}#{controller.removeprefix('did:key:')}"
    method = next((item for item in _listed(document, "verificationMethod") if item.get("id") == name), None)
    asserting = document.get("assertionMethod")
    for item in asserting if isinstance(asserting, list) else [asserting]:
        if isinstance(item, dict) and item.get("id") == name:
            method, item = item, name
        if item == name:
            break
    else:
        is_vouched_for = vouched_for is not None and vouched_for(name)
        if not is_vouched_for:
            raise _Failed("The issuer's document does not let this key assert credentials.")
    if method is None or method.get("controller") != controller:
        raise _Failed("The issuer's document does not hold this key.")
    if not is_vouched_for:
        # Who vouches knows when the bytes were signed; the proof's own date is only the signer's word.
        _check_key_dates(method, proof)
    return method


def _controller_document(controller: str, documents: Documents) -> Mapping[str, Any]:
    if controller.startswith("did:key:"):
        try:
            return did_key_document(controller)
        except BadKey as refused:
            raise _NotChecked("This kind of did:key cannot be read here.") from refused
    if not controller.startswith(("did:web:", "https://", "http://")):
        raise _NotChecked("This kind of identifier cannot be looked up.")
    document = documents(controller)
    if document is None:
        raise _NotChecked("The issuer's document is out of reach.")
    if not isinstance(document, dict):
        raise _Failed("The issuer's document is not an object.")
    return document


def _listed(document: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    value = document.get(field)
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _check_key_dates(method: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    created = read_instant(proof.get("created"))
    for field in ("revoked", "expires"):
        ended = _moment(method, field)
        if ended is not None and (created is None or ended <= created):
            raise _Failed("The key had ended when the proof was made.")


def _check_signature(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    method: Mapping[str, Any],
    known: canonical.Contexts,
) -> None:
    key, value = method.get("publicKeyMultibase"), proof.get("proofValue")
    if not isinstance(key, str) or not key.startswith("z6Mk"):
        raise _NotChecked("The key is of a kind that cannot be used here.")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > 100:
        raise _Failed("The proof's value is malformed.")
    options = {field: part for field, part in proof.items() if field != "proofValue"}
    try:
        public_key = Ed25519PublicKey.from_public_bytes(public_key_from_multikey(key))
        public_key.verify(base58_decode(value[1:]), _hash_data(document, options, known))
    except InvalidSignature as wrong:
        raise _Failed("The signature does not fit the document: something was changed.") from wrong
    except BadKey as wrong:
        raise _Failed(f"The proof or its key is malformed: {wrong}.") from wrong
    except canonical.TooMuchWork as heavy:
        raise _NotChecked(f"The document cannot be checked here: {heavy}.") from heavy
    except canonical.NotCanonical as wrong:
        raise _Failed(f"The document cannot be put in signing form: {wrong}.") from wrong
    except contexts.UnknownContext as unknown:
        raise _NotChecked("The document names a context that is not known here.") from unknown
