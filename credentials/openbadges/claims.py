"""What a signed token says as a credential: the claims of JWT and the document's own fields must agree."""

from collections.abc import Mapping
from typing import Any

from credentials.openbadges.checking import numeric_date
from credentials.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES_2
from credentials.openbadges.jws import BadToken, Token
from credentials.openbadges.text import instant, read_instant

# The registered claims (RFC 7519, section 4.1): they speak of the token, the rest is the credential.
_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})


def document_of(token: Token) -> dict[str, Any]:
    """The credential in a token: its `vc` claim (VCDM 1.1, 6.3.1) or the whole payload (VC-JOSE-COSE).

    What the credential leaves to the claims is taken over from them. Raises BadToken.
    """
    payload = token.payload
    if OPEN_BADGES_2 in _many(payload.get("@context")):
        return payload
    if "aud" in payload:
        raise BadToken("The token was made for one reader only.")
    document = payload.get("vc", {name: part for name, part in payload.items() if name not in _CLAIMS})
    if not isinstance(document, dict):
        raise BadToken("The token holds no credential.")
    document = dict(document)
    begins, ends = _date_fields(document)
    for claim, field in (("iss", "issuer"), ("jti", "id")):
        if claim in payload:
            document.setdefault(field, payload[claim])
    for claim, field in (("nbf", begins), ("exp", ends)):
        if claim in payload:
            moment = numeric_date(payload[claim])
            if moment is None:
                raise BadToken("A date of the token is malformed.")
            document.setdefault(field, instant(moment))
    subject = document.get("credentialSubject")
    if "sub" in payload and isinstance(subject, dict):
        document["credentialSubject"] = {"id": payload["sub"], **subject}
    return document


def disagreements(token: Token, document: Mapping[str, Any]) -> list[str]:
    """The claims that say something else than the document; read either way, one of them would mislead."""
    payload = token.payload
    subject = document.get("credentialSubject")
    subjects = [part for part in _many(subject) if isinstance(part, dict)]
    begins, ends = _date_fields(document)
    issuer = document.get("issuer")
    said = {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "sub": subjects[0].get("id") if len(subjects) == 1 else None,
        "jti": document.get("id"),
    }
    wrong = [claim for claim, value in said.items() if claim in payload and payload[claim] != value]
    for claim, field in (("nbf", begins), ("exp", ends)):
        if claim in payload:
            claimed, written = numeric_date(payload[claim]), read_instant(document.get(field))
            if claimed is None or written is None or int(claimed.timestamp()) != int(written.timestamp()):
                wrong.append(claim)
    return wrong


def _date_fields(document: Mapping[str, Any]) -> tuple[str, str]:
    """How the document calls its beginning and its end: the data model 1.1 had other names."""
    if CREDENTIALS_V2 in _many(document.get("@context")):
        return "validFrom", "validUntil"
    return "issuanceDate", "expirationDate"


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
