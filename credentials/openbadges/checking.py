"""Whether a document's proofs, or a token's signature, were made with a key that its issuer publishes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from credentials.openbadges import canonical, contexts, jws, public_keys, suites
from credentials.openbadges.jws import BadToken, Token, UnknownAlgorithm
from credentials.openbadges.keys import BadKey, base58_decode, did_document
from credentials.openbadges.public_keys import UnknownKey
from credentials.openbadges.suites import Suite
from credentials.openbadges.text import read_instant

MAXIMUM_PROOFS = 4
CLOCK_TOLERANCE = timedelta(minutes=5)
# The longest signature here is 96 bytes of P-384.
MAXIMUM_PROOF_VALUE = 140

Documents = Callable[[str], dict[str, Any] | None]
"""A did or URL -> the parsed document that stands there, or None when it cannot be had."""

VouchedFor = Callable[[str], bool]
"""Whether our ledger answers for a verification method that its controller no longer lets assert."""


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


class Wrong(Exception):
    """A proof is wrong."""


class OutOfReach(Exception):
    """A proof cannot be judged here."""


def check(
    document: Mapping[str, Any],
    *,
    documents: Documents,
    at: datetime | None = None,
    vouched_for: VouchedFor | None = None,
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
    hashed: dict[tuple[str, str], bytes] = {}
    for proof in proofs:
        named = (suites.name_of(proof),)
        try:
            suite = _suite(proof, document.get("@context"), at)
            method = _method(str(proof.get("verificationMethod") or ""), documents)
            _check_asserting(method, read_instant(proof.get("created")), vouched_for)
            key, options = _key(method.entry), _options(proof)
            if key.kind not in suite.keys:
                raise Wrong("The key is not of the kind that this proof is made with.")
            with _judged_form():
                signed = suite.signed_bytes(unsigned, options, kind=key.kind, known=known, hashed=hashed)
            _check_signature(key, proof, signed)
        except Wrong as failed:
            each.append(CheckResult("failed", str(failed), named))
        except OutOfReach as reason:
            each.append(CheckResult("not_checked", str(reason), named))
        else:
            good = "The signature fits the document."
            doubts = _doubts(method, suite)
            each.append(CheckResult("ok", good, named, (method.controller,), doubts))
    return together(each)


def check_token(
    token: Token,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
    vouched_for: VouchedFor | None = None,
) -> CheckResult:
    """Check a token's signature against the key that its issuer publishes under the header's `kid`."""
    named = (token.algorithm,)
    try:
        try:
            jws.check_header(token)
        except BadToken as wrong:
            raise Wrong(str(wrong)) from wrong
        except UnknownAlgorithm as unknown:
            raise OutOfReach(str(unknown)) from unknown
        made = _made(token, at)
        method = _token_method(token.key_name, issuer, documents)
        _check_asserting(method, made, vouched_for)
        if not token.fits(_key(method.entry)):
            raise Wrong("The signature does not fit the token: something was changed.")
    except Wrong as failed:
        return CheckResult("failed", str(failed), named)
    except OutOfReach as reason:
        return CheckResult("not_checked", str(reason), named)
    return CheckResult("ok", "The signature fits the token.", named, (method.controller,), _doubts(method))


def together(each: Sequence[CheckResult]) -> CheckResult:
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


@dataclass(frozen=True, slots=True)
class _Method:
    """A verification method as its controller's document holds it; `asserts` is what that document says."""

    name: str
    controller: str
    entry: Mapping[str, Any]
    asserts: bool
    has_fragment: bool = True


def _doubts(method: _Method, suite: Suite | None = None) -> tuple[str, ...]:
    doubts = (
        (suite is not None and suite.is_deprecated, "The proof is of a kind that is no longer in use."),
        ("revoked" in method.entry, "The key was withdrawn later."),
        (not method.has_fragment, "The proof names its key without a fragment."),
    )
    return tuple(doubt for holds, doubt in doubts if holds)


def _suite(proof: object, named: object, at: datetime | None) -> Suite:
    """Judge all of a proof that needs no key; `named` are the document's contexts."""
    if not isinstance(proof, dict):
        raise Wrong("The proof is not an object.")
    if proof.get("proofPurpose") != "assertionMethod":
        raise Wrong("The proof was not made to assert a credential.")
    if "domain" in proof or "challenge" in proof:
        raise Wrong("The proof was made for one conversation only.")
    created, expires = _moment(proof, "created"), _moment(proof, "expires")
    if at is not None and created is not None and created > at + CLOCK_TOLERANCE:
        raise Wrong("The proof claims to be made later than the moment asked about.")
    if at is not None and expires is not None and expires <= at:
        raise Wrong("The proof has expired.")
    suite = suites.suite_of(proof)
    if suite is None:
        raise OutOfReach(f"Proofs of the kind {suites.name_of(proof)[:60]} cannot be checked here.")
    if "previousProof" in proof:
        raise OutOfReach("Chains of proofs cannot be checked here.")
    if proof.get("@context", named) != named:
        raise Wrong("The proof brings a context of its own.")
    if not isinstance(proof.get("verificationMethod"), str):
        raise Wrong("The proof names no key.")
    return suite


def _moment(holder: Mapping[str, Any], field: str) -> datetime | None:
    if field not in holder:
        return None
    moment = read_instant(holder[field])
    if moment is None:
        raise Wrong(f"The date {field} is malformed.")
    return moment


def _method(name: str, documents: Documents) -> _Method:
    """The verification method of a proof, out of its controller's own document."""
    controller, _, fragment = name.partition("#")
    document = _controller_document(controller, documents)
    whole = name if fragment else f"{controller}#{controller.removeprefix('did:key:')}"
    return _found(document, controller, (whole,), has_fragment=bool(fragment))


def _token_method(key_name: str, issuer: str, documents: Documents) -> _Method:
    """The key that a token names, out of its issuer's document and nobody else's."""
    document = _controller_document(issuer, documents)
    if key_name == issuer:
        return _found(document, issuer, (f"{issuer}#{issuer.removeprefix('did:key:')}",), has_fragment=False)
    return _found(document, issuer, (key_name, f"{issuer}#{key_name.removeprefix('#')}"))


def _found(
    document: Mapping[str, Any], controller: str, names: Sequence[str], *, has_fragment: bool = True
) -> _Method:
    if document.get("id") != controller:
        raise Wrong("The controller's document is about someone else.")
    written = {name: name for name in names} | {
        # A document may name its keys relative to itself.
        f"#{name.partition('#')[2]}": name
        for name in names
        if name.startswith(f"{controller}#")
    }
    asserting = document.get("assertionMethod")
    entry, asserts = None, False
    for item in asserting if isinstance(asserting, list) else [asserting]:
        named = item.get("id") if isinstance(item, dict) else item
        if isinstance(named, str) and named in written:
            asserts = True
            entry = item if isinstance(item, dict) else entry
    listed = [item for item in _listed(document, "verificationMethod") if item.get("id") in written]
    if entry is None and len(listed) == 1:
        entry = listed[0]
    if entry is None:
        raise Wrong(
            "The issuer's document does not hold this key."
            if asserts or not listed
            else "The issuer's document holds two keys of this name."
        )
    if entry.get("controller") != controller:
        raise Wrong("The issuer's document does not hold this key.")
    return _Method(written[str(entry["id"])], controller, entry, asserts, has_fragment)


def _check_asserting(method: _Method, made: datetime | None, vouched_for: VouchedFor | None) -> None:
    if not method.asserts:
        # Who vouches knows when the bytes were signed; the proof's own date is only the signer's word.
        if vouched_for is not None and vouched_for(method.name):
            return
        raise Wrong("The issuer's document does not let this key assert credentials.")
    for field in ("revoked", "expires"):
        ended = _moment(method.entry, field)
        if ended is not None and (made is None or ended <= made):
            raise Wrong("The key had ended when the proof was made.")


def _controller_document(controller: str, documents: Documents) -> Mapping[str, Any]:
    if controller.startswith("did:key:"):
        key = controller.removeprefix("did:key:")
        try:
            public_keys.of_multikey(key)
        except (BadKey, UnknownKey) as refused:
            raise OutOfReach("This kind of did:key cannot be read here.") from refused
        return did_document(controller, [key])
    if not controller.startswith(("did:web:", "https://", "http://")):
        raise OutOfReach("This kind of identifier cannot be looked up.")
    document = documents(controller)
    if document is None:
        raise OutOfReach("The issuer's document is out of reach.")
    if not isinstance(document, dict):
        raise Wrong("The issuer's document is not an object.")
    return document


def _listed(document: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    value = document.get(field)
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _made(token: Token, at: datetime) -> datetime | None:
    """When a token says that it was made: `iat`, else `nbf`."""
    claim = token.payload.get("iat", token.payload.get("nbf"))
    if claim is None:
        return None
    made = numeric_date(claim)
    if made is None:
        raise Wrong("A date of the token is malformed.")
    if "iat" in token.payload and made > at + CLOCK_TOLERANCE:
        raise Wrong("The token claims to be made later than the moment asked about.")
    return made


def numeric_date(claim: object) -> datetime | None:
    """The moment of a JWT's NumericDate (RFC 7519, section 2), or None when it is none."""
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _key(method: Mapping[str, Any]) -> public_keys.PublicKey:
    try:
        return public_keys.of_method(method)
    except BadKey as wrong:
        raise Wrong(f"The proof or its key is malformed: {wrong}.") from wrong
    except UnknownKey as unknown:
        raise OutOfReach("The key is of a kind that cannot be used here.") from unknown


def _options(proof: Mapping[str, Any]) -> dict[str, Any]:
    return {field: part for field, part in proof.items() if field != "proofValue"}


@contextmanager
def _judged_form() -> Iterator[None]:
    """Say of a document that has no canonical form whether that speaks against it."""
    try:
        yield
    except canonical.TooMuchWork as heavy:
        raise OutOfReach(f"The document cannot be checked here: {heavy}.") from heavy
    except canonical.NotCanonical as wrong:
        raise Wrong(f"The document cannot be put in signing form: {wrong}.") from wrong
    except contexts.UnknownContext as unknown:
        raise OutOfReach("The document names a context that is not known here.") from unknown


def _check_signature(key: public_keys.PublicKey, proof: Mapping[str, Any], signed: bytes) -> None:
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > MAXIMUM_PROOF_VALUE:
        raise Wrong("The proof's value is malformed.")
    try:
        fits = key.fits(base58_decode(value[1:]), signed)
    except BadKey as wrong:
        raise Wrong(f"The proof or its key is malformed: {wrong}.") from wrong
    if not fits:
        raise Wrong("The signature does not fit the document: something was changed.")
