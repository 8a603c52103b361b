"""A stranger's file, the documents it stands on and a moment: named checks and one verdict."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from credentials.openbadges import checking, claims, containers, forms, jws, legacy, reading
from credentials.openbadges import endorsements as endorsing
from credentials.openbadges.checking import CheckResult, Documents
from credentials.openbadges.containers import OPENERS, CannotOpen, NothingCarried, Opener
from credentials.openbadges.reading import Container as FileKind
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

__all__ = ["Check", "LedgerOf", "LedgerState", "Report", "Verdict", "verify"]

LedgerOf: TypeAlias = Callable[[bytes, Mapping[str, Any]], LedgerState | None]
"""The bytes of a credential, as its file carries them, and what they say -> what our ledger knows of it."""


@dataclass(slots=True)
class _Findings:
    """What is known so far; the report is made of it, however far the checks came."""

    at: datetime
    container: str = "unknown"
    carried: bytes = b""
    token: jws.Token | None = None
    document: dict[str, Any] | None = None
    checks: list[Check] = field(default_factory=list)
    suites: tuple[str, ...] = ()
    is_known: bool = False
    assertion: legacy.Judged | None = None
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
    ledger: LedgerState | LedgerOf | None = None,
    known_only: bool = False,
    today: datetime | None = None,
    twin_of: TwinOf | None = None,
    openers: Mapping[FileKind, Opener] = OPENERS,
) -> Report:
    """Check one file at the moment `at`.

    `documents` answers a did or URL with a parsed document, or None: nothing else is ever asked.
    `known_issuers` holds the ids of issuers we recognise; with `known_only` any other one fails, as on
    our public pages. `ledger` is what our database knows of this credential, or whom to ask once it has
    been read. `today` is the day on which status lists are read (default: `at`), `twin_of` finds the
    suspension list beside a revocation list. `openers` open the kinds of file that may be opened here.
    Never raises: what goes wrong unexpectedly is Cannot check.
    """
    findings = _Findings(at)
    try:
        if not _read(data, findings, openers):
            return _report(findings)
        if legacy.is_assertion(findings.document or {}):
            _check_legacy(findings, documents, known_issuers, known_only)
        else:
            known = ledger(findings.carried, findings.document or {}) if callable(ledger) else ledger
            _check_form(findings)
            _check_trust(findings, documents, known_issuers, known, known_only)
            _check_standing(findings, documents, known, today or at, twin_of)
            _check_company(findings, documents, known, today or at)
    except Exception:  # noqa: BLE001 - a stranger's file must never break the page; it is answered, not hidden
        findings.add("container", "not_checked", "Something unexpected happened while checking.")
    return _report(findings)


_CARRIED = {
    "json": "A JSON file.",
    "jwt": "A signed token.",
    "png": "A picture (PNG) with one credential in it.",
    "svg": "A drawing (SVG) with one credential in it.",
    "pdf": "A PDF with one credential attached.",
}


def _read(data: bytes, findings: _Findings, openers: Mapping[FileKind, Opener]) -> bool:
    if len(data) <= reading.MAXIMUM_FILE_BYTES:
        findings.container = reading.container_of(data)
    try:
        kind, carried = containers.carried_in(data, openers)
    except NothingCarried as nothing:
        findings.add("container", "failed", str(nothing))
        return False
    except CannotOpen as closed:
        findings.add("container", "not_checked", str(closed))
        return False
    findings.add("container", "ok", _CARRIED[kind])
    findings.carried = carried.data
    try:
        if carried.is_token:
            findings.token = jws.read(carried.data)
            findings.document = claims.document_of(findings.token)
        else:
            findings.document = reading.read(carried.data)
    except (reading.Unreadable, jws.BadToken) as refused:
        findings.add("json", "failed", str(refused))
        return False
    findings.add("json", "ok", "The file can be read in one way only.")
    return True


def _check_legacy(
    findings: _Findings, documents: Documents, known_issuers: Container[str], known_only: bool
) -> None:
    """An assertion of Open Badges 2.0, by its own rules."""
    document = findings.document or {}
    judged = legacy.judge(
        document,
        findings.token,
        at=findings.at,
        documents=documents,
        known_issuers=known_issuers,
        known_only=known_only,
    )
    findings.checks += judged.checks
    findings.suites, findings.period, findings.standing = judged.suites, judged.period, judged.standing
    findings.is_known, findings.assertion = judged.is_known, judged


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
    result = _proven(findings, str(issuer), documents, lambda method: is_ours)
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


def _proven(
    findings: _Findings, issuer: str, documents: Documents, vouched_for: checking.VouchedFor
) -> CheckResult:
    """What the token's signature and the embedded proofs are worth together: one wrong one spoils a set."""
    document, token, at = findings.document or {}, findings.token, findings.at
    results = []
    if token is not None:
        wrong = claims.disagreements(token, document)
        signed = checking.check_token(
            token, issuer=issuer, documents=documents, at=at, vouched_for=vouched_for
        )
        if wrong:
            told = f"The token and the credential in it disagree: {', '.join(wrong)}."
            signed = CheckResult("failed", told, signed.suites)
        elif "sub" not in token.payload:
            doubt = "The token does not say whom it is about."
            signed = replace(signed, warnings=(*signed.warnings, doubt))
        results.append(signed)
    if token is None or "proof" in document:
        embedded = checking.check(document, documents=documents, at=at, vouched_for=vouched_for)
        results += embedded.each or (embedded,)
    return checking.together(results)


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
    asked = _asked(findings, today)
    findings.standing, checks = standing_of(
        document, asked=asked, documents=documents, ledger=ledger, twin_of=twin_of
    )
    findings.checks += checks


def _asked(findings: _Findings, today: datetime) -> Asked:
    issuer = str(forms.identity((findings.document or {}).get("issuer")))
    return Asked(issuer=issuer, known=findings.is_known, at=findings.at, today=today)


def _check_company(
    findings: _Findings, documents: Documents, ledger: LedgerState | None, today: datetime
) -> None:
    """Endorsements and the refresh service: they may say more about a credential, never less."""
    document = findings.document or {}
    endorsements = forms.endorsements_of(document)
    if not _is_formed_as_read(findings):
        return
    asked = _asked(findings, today)
    for place, endorsement in enumerate(endorsements):
        name = "endorsement" if len(endorsements) == 1 else f"endorsement[{place}]"
        doubt = endorsing.doubt(endorsement, document, asked=asked, documents=documents)
        if doubt:
            findings.add(name, "warning", f"The endorsement cannot be relied on, and is not shown. {doubt}")
        else:
            findings.add(name, "ok", "The endorsement is signed by the one who gives it.")
    if "refreshService" in document:
        findings.add("refresh", "warning", "The file names a place for newer versions; it was not asked.")
    elif ledger is not None and ledger.is_superseded:
        findings.add("refresh", "warning", "A newer signed copy took the place of this one.")


def _is_formed_as_read(findings: _Findings) -> bool:
    return any(check.name == "terms" and check.state == "ok" for check in findings.checks)


def _report(findings: _Findings) -> Report:
    document = findings.document or {}
    issuer: object = document.get("issuer")
    badge: Mapping[str, Any] = document
    if findings.assertion is not None:
        issuer, badge = findings.assertion.issuer, findings.assertion.badge
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
            "name": _text(badge.get("name")),
            "valid_from": _first(document, "validFrom", "issuanceDate", "issuedOn"),
            "valid_until": _first(document, "validUntil", "expirationDate", "expires"),
        },
        issuer={
            "id": _text(forms.identity(issuer)),
            "name": _text(issuer.get("name")) if isinstance(issuer, Mapping) else None,
            "known": findings.is_known,
        },
        checks=tuple(findings.checks),
        document=findings.document,
    )


def _first(document: Mapping[str, Any], *fields: str) -> str | None:
    return next((text for field in fields if (text := _text(document.get(field)))), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
