"""Endorsements inside a credential: each a credential of its own, shown only when its giver signed it."""

from collections.abc import Mapping
from typing import Any

from credentials.openbadges import checking, claims, forms, jws
from credentials.openbadges.checking import Documents
from credentials.openbadges.standing import Asked, standing_of


def doubt(endorsement: object, document: Mapping[str, Any], *, asked: Asked, documents: Documents) -> str:
    """Why an endorsement in `document` cannot be relied on; empty when nothing speaks against it.

    It must be whole, signed by its giver, in force, not revoked, and about this credential, its achievement
    or its issuer: one that praises something else proves nothing here.
    """
    try:
        token, whole = _opened(endorsement, document)
    except jws.BadToken as refused:
        return str(refused)
    if whole is None or not (token or "proof" in whole):
        return "Nobody signed it."
    if token is not None:
        # What stands within a token was not judged with the credential around it.
        for state, detail in (forms.contexts_of(whole), forms.terms_of(whole)):
            if state not in ("ok", "warning"):
                return detail
        if claims.disagreements(token, whole):
            return "The token and what is in it disagree."
    if forms.identity(whole.get("credentialSubject")) not in _endorsable(document):
        return "It is about something else."
    period, wrong = forms.period_of(whole)
    if wrong or forms.dates_at(period, asked.at)[0] != "ok":
        return wrong or "It is not in force."
    giver = str(forms.identity(whole.get("issuer")))
    result = (
        checking.check_token(token, issuer=giver, documents=documents, at=asked.at)
        if token is not None
        else checking.check(whole, documents=documents, at=asked.at)
    )
    if result.state != "ok":
        return result.detail
    if set(result.controllers) != {giver}:
        return "The key that signed is not its giver's."
    asked = Asked(issuer=giver, known=False, at=asked.at, today=asked.today)
    standing, _ = standing_of(whole, asked=asked, documents=documents, ledger=None, twin_of=None)
    return "" if standing == "good" else "Its giver took it back, or whether so cannot be found out."


def _opened(
    endorsement: object, document: Mapping[str, Any]
) -> tuple[jws.Token | None, Mapping[str, Any] | None]:
    if isinstance(endorsement, str):
        token = jws.read(endorsement.encode())
        return token, claims.document_of(token)
    if isinstance(endorsement, dict):
        return None, {"@context": document["@context"], **endorsement}
    return None, None


def _endorsable(document: Mapping[str, Any]) -> set[str]:
    """The ids of the credential, its achievement and issuer, and of whatever else brings endorsements."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    names = [document.get("id"), forms.identity(document.get("issuer")), forms.identity(achievement)]
    names += [holder.get("id") for holder, _ in forms.endorsed_in(document)]
    return {name for name in names if isinstance(name, str)}
