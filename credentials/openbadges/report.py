"""What verification says: named checks, each with its state, and one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from credentials.openbadges.text import instant

State = Literal["ok", "failed", "not_checked", "warning"]
Verdict = Literal[
    "not_recognised",
    "cannot_check",
    "revoked",
    "expired",
    "suspended",
    "not_yet_valid",
    "valid",
]
Standing = Literal["good", "revoked", "suspended", "unknown"]

NAMES = (
    "container",
    "json",
    "context",
    "schema",
    "subject",
    "terms",
    "proof",
    "issuer",
    "dates",
    "status",
    "endorsement",
    "refresh",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of a credential. `name` is one of NAMES, with `[0]`, `[1]` when it is repeated."""

    name: str
    state: State
    detail: str

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "state": self.state, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer about one file at one moment.

    `credential` has id, name, valid_from, valid_until; `issuer` has id, name, known. Both hold what the
    file says of itself. `document` is the very object that was checked, to be shown and nothing else.
    """

    verdict: Verdict
    at: datetime
    container: str
    standard: str
    suites: tuple[str, ...]
    credential: dict[str, str | None]
    issuer: dict[str, Any]
    checks: tuple[Check, ...]
    document: dict[str, Any] | None = None

    def state(self, name: str) -> State | None:
        """The state of the check of this name, the worst one where it is repeated."""
        order: Sequence[State] = ("failed", "not_checked", "warning", "ok")
        states = {check.state for check in self.checks if check.name.partition("[")[0] == name}
        return next((state for state in order if state in states), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "at": instant(self.at),
            "container": self.container,
            "standard": self.standard,
            "suites": list(self.suites),
            "credential": self.credential,
            "issuer": self.issuer,
            "checks": [check.to_json() for check in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when a credential says it holds; `is_sound` is False when it says so wrongly."""

    valid_from: datetime | None = None
    until: datetime | None = None
    is_sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """What our own database knows of a credential we issued.

    `recorded`: exactly these bytes were recorded when they were signed. `key_compromised`: whether they
    were signed before or inside the window in which their key was not ours alone.
    """

    recorded: bool = True
    revoked_at: datetime | None = None
    suspended: bool = False
    key_compromised: Literal["no", "before", "inside"] = "no"


# Beyond these a credential is nobody's: what failed here was not said by the issuer, or not said clearly.
_IDENTITY = ("container", "json", "context", "schema", "subject", "terms", "proof", "issuer")
# A green answer stands on each of these having been asked.
_NEEDED = frozenset({"schema", "terms", "proof", "issuer", "dates", "status"})


def verdict_of(checks: Sequence[Check], *, standing: Standing, period: Period, at: datetime) -> Verdict:
    """The first line that holds, in the order of the published table.

    A credential is valid only when nothing failed and neither issuer nor status was left open.
    """
    found = {(check.name.partition("[")[0], check.state) for check in checks}
    if not period.is_sound or any((name, "failed") in found for name in _IDENTITY):
        return "not_recognised"
    if any((name, "not_checked") in found for name in _IDENTITY):
        return "cannot_check"
    if standing == "revoked":
        return "revoked"
    if period.until is not None and at >= period.until:
        return "expired"
    if standing == "suspended":
        return "suspended"
    if period.valid_from is not None and at < period.valid_from:
        return "not_yet_valid"
    if standing == "unknown" or _NEEDED - {name for name, _ in found}:
        return "cannot_check"
    return "valid"
