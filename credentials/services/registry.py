"""The registry of known issuers: whose identity somebody here vouched for, with the keys they had then."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.models import Issuer, KnownIssuer
from credentials.openbadges import reading
from credentials.openbadges.forms import identity, many
from credentials.openbadges.text import is_iri
from credentials.services.auditing import audit

if TYPE_CHECKING:
    from learners.models import User

# Members of a JWK that hold a secret (RFC 7518, section 6; RFC 8037).
SECRETS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


class UnsoundDocument(Exception):
    """The pasted document cannot vouch for anything; `lines` say why, one thing each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines


class AlreadyKnown(Exception):
    """This issuer is in the registry; a changed document is a new entry, made after the old one is ended."""

    def __str__(self) -> str:
        return str(
            gettext_lazy(
                "This issuer is known already. If its document changed, end the entry in force and add the "
                "new document as its own entry."
            )
        )


class AlreadyEnded(Exception):
    """This entry was ended earlier; nothing was changed."""

    def __str__(self) -> str:
        return str(gettext_lazy("This entry was ended earlier; nothing was changed."))


@transaction.atomic
def know_issuer(*, name: str, text: str, reason: str, by: "User", at: datetime) -> KnownIssuer:
    """Pin the document of an issuer elsewhere. `reason` says how its identity was checked.

    Raises UnsoundDocument and AlreadyKnown.
    """
    document = read_document(text)
    identifier = document["id"]
    if KnownIssuer.objects.in_force().select_for_update().filter(identifier=identifier).exists():
        raise AlreadyKnown
    known = KnownIssuer.objects.create(
        identifier=identifier, name=name, document=document, reason=reason, added_by=by, added_at=at
    )
    audit("know issuer", known, by=by, reason=reason, identifier=identifier)
    return known


@transaction.atomic
def end_known_issuer(*, known: KnownIssuer, reason: str, by: "User", at: datetime) -> KnownIssuer:
    """Believe this entry no longer; it stays as what was believed until now. Raises AlreadyEnded."""
    known = KnownIssuer.objects.select_for_update().get(pk=known.pk)
    if known.ended_at is not None:
        raise AlreadyEnded
    known.ended_at, known.ended_by, known.end_reason = at, by, reason
    known.save(update_fields=["ended_at", "ended_by", "end_reason"])
    audit("end known issuer", known, by=by, reason=reason, identifier=known.identifier)
    return known


def read_document(text: str) -> dict[str, Any]:
    """A DID document, or an Open Badges profile with keys of its own. Raises UnsoundDocument."""
    try:
        document = reading.read(text.strip().encode("utf-8", "surrogatepass"))
    except reading.Unreadable as refused:
        raise UnsoundDocument(
            [_("This is no JSON object that can be read in one way only: %s") % refused]
        ) from refused
    if wrong := list(_what_is_wrong(document)):
        raise UnsoundDocument(wrong)
    return document


def _what_is_wrong(document: Mapping[str, Any]) -> Iterator[str]:
    identifier = document.get("id")
    if not isinstance(identifier, str) or not identifier.startswith(("did:", "https://")):
        yield _("Its “id” is missing, or neither a DID nor an https address.")
        return
    if not is_iri(identifier) or len(identifier) > 500 or "#" in identifier:
        yield _("Its “id” is no plain identifier.")
    if Issuer.objects.filter(did=identifier).exists():
        yield _("This is one of our own issuers; they are known by themselves.")
    if _has_secret(document):
        yield _("It holds a private key. Nobody should have this document: tell the issuer at once.")
    yield from _keys_wrong(document, identifier)


def _keys_wrong(document: Mapping[str, Any], identifier: str) -> Iterator[str]:
    methods = [method for method in many(document.get("verificationMethod", [])) if isinstance(method, dict)]
    by_id = {method.get("id"): method for method in methods}
    asserting = many(document.get("assertionMethod", []))
    if not asserting:
        yield _("It lists no key under “assertionMethod”, so no credential could be believed.")
        return
    found = [method if isinstance(method, dict) else by_id.get(method) for method in map(_as_key, asserting)]
    if any(method is None for method in found):
        yield _("A key under “assertionMethod” does not stand under “verificationMethod”.")
    keys = [method for method in found if method]
    if any(identity(method.get("controller")) != identifier for method in keys):
        yield _("A key is controlled by somebody else than this issuer.")
    if not any(isinstance(method.get("publicKeyMultibase"), str) or _is_jwk(method) for method in keys):
        yield _("None of its keys has a public part that is read here (publicKeyMultibase or publicKeyJwk).")


def _as_key(entry: object) -> Any:
    return entry if isinstance(entry, dict | str) else json.dumps(entry)


def _is_jwk(method: Mapping[str, Any]) -> bool:
    return isinstance(method.get("publicKeyJwk"), dict)


def _has_secret(value: object) -> bool:
    if isinstance(value, list):
        return any(_has_secret(part) for part in value)
    if not isinstance(value, dict):
        return False
    if any(key.lower().startswith(("privatekey", "secretkey")) for key in value):
        return True
    jwk = value.get("publicKeyJwk")
    if isinstance(jwk, dict) and jwk.keys() & SECRETS:
        return True
    return any(_has_secret(part) for part in value.values())
