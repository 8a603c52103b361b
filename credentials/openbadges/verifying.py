"""A stranger's file, the documents it stands on and a moment: named checks and one verdict."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from credentials.openbadges import forms, proofs, reading
from credentials.openbadges.proofs import CheckResult, Documents
from credentials.openbadges.report import (
    Check,
    LedgerState,
    Period,
    Report,
    Standing,
    State,
    Verdict,
    verdict_of,
)
from credentials.openbadges.standing import Asked, TwinOf, standing_of

__all__ = ["Check", "LedgerState", "Report", "Verdict", "verify"]


@dataclass(slots=True)
class _Findings:
    """What is known so far; the report is made of it, however far the checks came."""

    at: datetime
    container: str = "unknown"
    document: dict[str, Any] | None = None
    checks: list[Check] = field(default_factory=list)
    suites: tuple[str, ...] = ()
    is_known: bool = False
    period: Period = field(default_factory=Period)
    standing: Standing = "unknown"

    def add(self, name: str, state: State, detail: str) -> State:
        self.checks.append(Check(name, state, detail))
        return state


def verify(
    data: bytes,
    *,
    at: datetime,
    documents: Documents,
    known_issuers: Container[str],
    ledger: LedgerState | None = None,
    known_only: bool = False,
    today: datetime | None = None,
    twin_of: TwinOf | None = None,
) -> Report:
    """Check one file at the moment `at`.

    `documents` answers a did or URL with a parsed document, or None: nothing else is ever asked.
    `known_issuers` holds the ids of issuers we recognise; with `known_only` any other one fails, as on
    our public pages. `ledger` is what our database knows of this credential. `today` is the day on which
    status lists are read (default: `at`), `twin_of` finds the suspension list beside a revocation list.
    Never raises: what goes wrong unexpectedly is Cannot check.
    """
    findings = _Findings(at)
    try:
        if _read(data, findings):
            _check_form(findings)
            _check_trust(findings, documents, known_issuers, ledger, known_only)
            _check_standing(findings, documents, ledger, today or at, twin_of)
            _check_company(findings, documents)
    except Exception:  # noqa: BLE001 - a stranger's file must never break the page; it is answered, not hidden
        findings.add("container", "not_checked", "Something unexpected happened while checking.")
    return _report(findings)


def _read(data: bytes, findings: _Findings) -> bool:
    findings.container = reading.container_of(data)
    if findings.container == "unknown":
        findings.add("container", "failed", "This is no kind of file that holds a credential.")
        return False
    if findings.container != "json":
        findings.add("container", "not_checked", "Credentials in this kind of file cannot be checked here.")
        return False
    findings.add("container", "ok", "A JSON file.")
    try:
        findings.document = reading.read(data)
    except reading.Unreadable as refused:
        findings.add("json", "failed", str(refused))
        return False
    findings.add("json", "ok", "The file can be read in one way only.")
    return True


def _check_form(findings: _Findings) -> None:
    document = findings.document or {}
    state = findings.add("context", *forms.contexts_of(document))
    if state != "ok":
        # Without its contexts a document has no meaning to judge.
        return
    findings.add("schema", *forms.schema_of(document))
    findings.add("subject", *forms.subject_of(document))
    findings.add("terms", *forms.terms_of(document))


def _is_formed(findings: _Findings) -> bool:
    asked = {check.name for check in findings.checks}
    return "terms" in asked and not any(check.state == "failed" for check in findings.checks)


def _check_trust(
    findings: _Findings,
    documents: Documents,
    known_issuers: Container[str],
    ledger: LedgerState | None,
    known_only: bool,
) -> None:
    document = findings.document or {}
    issuer = forms.identity(document.get("issuer"))
    findings.is_known = isinstance(issuer, str) and issuer in known_issuers
    if not _is_formed(findings):
        return
    is_ours = ledger is not None and ledger.recorded and ledger.key_compromised != "no"
    result = proofs.check(document, documents=documents, at=findings.at, vouched_for=lambda method: is_ours)
    findings.suites = result.suites
    _add_proofs(findings, result, ledger)
    if result.state != "ok":
        findings.add("issuer", "not_checked", "Without a good signature the issuer is only claimed.")
    elif set(result.controllers) != {issuer}:
        findings.add("issuer", "failed", "The key that signed is not the issuer's.")
    elif findings.is_known:
        findings.add("issuer", "ok", "The issuer is known here.")
    elif known_only:
        findings.add("issuer", "failed", "The issuer is not known here.")
    else:
        findings.add("issuer", "warning", "The issuer signed it, but is not known here.")


def _add_proofs(findings: _Findings, result: CheckResult, ledger: LedgerState | None) -> None:
    each = result.each or (result,)
    for place, one in enumerate(each):
        name = "proof" if len(each) == 1 else f"proof[{place}]"
        if one.state != "ok" or ledger is None or ledger.key_compromised == "no":
            state: State = "warning" if one.state == "ok" and one.warnings else one.state
            findings.add(name, state, " ".join((one.detail, *one.warnings)))
        elif not ledger.recorded:
            findings.add(name, "failed", "The key was compromised, and the issuer never signed this.")
        elif ledger.key_compromised == "inside":
            findings.add(name, "not_checked", "It was signed while others may have had the key.")
        else:
            findings.add(name, "warning", "It was signed before its key was compromised.")


def _check_standing(
    findings: _Findings,
    documents: Documents,
    ledger: LedgerState | None,
    today: datetime,
    twin_of: TwinOf | None,
) -> None:
    document = findings.document or {}
    if not _is_formed(findings):
        return
    findings.period, wrong = forms.period_of(document)
    if wrong:
        findings.add("dates", "failed", wrong)
    else:
        findings.add("dates", *forms.dates_at(findings.period, findings.at))
    asked = Asked(
        issuer=str(forms.identity(document.get("issuer"))),
        known=findings.is_known,
        at=findings.at,
        today=today,
    )
    findings.standing, checks = standing_of(
        document, asked=asked, documents=documents, ledger=ledger, twin_of=twin_of
    )
    findings.checks += checks


def _check_company(findings: _Findings, documents: Documents) -> None:
    """Endorsements and the refresh service: they may say more about a credential, never less."""
    document = findings.document or {}
    endorsements = forms.endorsements_of(document)
    if not _is_formed_as_read(findings):
        return
    for place, endorsement in enumerate(endorsements):
        name = "endorsement" if len(endorsements) == 1 else f"endorsement[{place}]"
        if _is_endorsed(endorsement, document, findings.at, documents):
            findings.add(name, "ok", "The endorsement is signed by the one who gives it.")
        else:
            findings.add(name, "warning", "The endorsement cannot be relied on, and is not shown.")
    if "refreshService" in document:
        findings.add("refresh", "warning", "The file names a place for newer versions; it was not asked.")


def _is_formed_as_read(findings: _Findings) -> bool:
    return any(check.name == "terms" and check.state == "ok" for check in findings.checks)


def _is_endorsed(endorsement: object, document: dict[str, Any], at: datetime, documents: Documents) -> bool:
    if not isinstance(endorsement, dict) or "proof" not in endorsement:
        return False
    period, wrong = forms.period_of(endorsement)
    whole = {"@context": document["@context"], **endorsement}
    result = proofs.check(whole, documents=documents, at=at)
    giver = forms.identity(endorsement.get("issuer"))
    return (
        not wrong
        and forms.dates_at(period, at)[0] == "ok"
        and result.state == "ok"
        and set(result.controllers) == {giver}
    )


def _report(findings: _Findings) -> Report:
    document = findings.document or {}
    issuer = document.get("issuer")
    return Report(
        verdict=verdict_of(
            findings.checks, standing=findings.standing, period=findings.period, at=findings.at
        ),
        at=findings.at,
        container=findings.container,
        standard=forms.standard_of(document),
        suites=findings.suites,
        credential={
            "id": _text(document.get("id")),
            "name": _text(document.get("name")),
            "valid_from": _text(document.get("validFrom")),
            "valid_until": _text(document.get("validUntil")),
        },
        issuer={
            "id": _text(forms.identity(issuer)),
            "name": _text(issuer.get("name")) if isinstance(issuer, dict) else None,
            "known": findings.is_known,
        },
        checks=tuple(findings.checks),
        document=findings.document,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
