"""What verification says: named checks, each with its state, and one verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, Self

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

    def packed(self) -> dict[str, Any]:
        """All of the report as JSON, the document too, to travel from one process to another."""
        return {**self.to_json(), "at": self.at.isoformat(), "document": self.document}

    @classmethod
    def unpacked(cls, told: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **told,
                "at": datetime.fromisoformat(told["at"]),
                "suites": tuple(told["suites"]),
                "checks": tuple(Check(**check) for check in told["checks"]),
            }
        )

    @property
    def shown(self) -> dict[str, Any] | None:
        """What a page may show as the issuer's word: all of it was signed, and no doubtful endorsement.

        None while there is no good signature; `credential` and `issuer` are then only claimed.
        """
        parts = {self.state(name) for name in ("container", "json", "context", "schema", "subject", "terms")}
        if self.document is None or not {*parts, self.state("proof")} <= {"ok", "warning"}:
            return None
        doubtful = self.state("endorsement") not in (None, "ok")
        shown: dict[str, Any] = _without_endorsements(self.document) if doubtful else self.document
        return shown


def _without_endorsements(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_endorsements(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _without_endorsements(part)
            for key, part in value.items()
            if key not in ("endorsement", "endorsementJwt")
        }
    return value


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
    were signed before or inside the window in which their key was not ours alone. `is_superseded`: a newer
    signed copy of the same credential took the place of these bytes.
    """

    recorded: bool = True
    revoked_at: datetime | None = None
    suspended: bool = False
    key_compromised: Literal["no", "before", "inside"] = "no"
    is_superseded: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "revoked_at": self.revoked_at and self.revoked_at.isoformat()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        since = told["revoked_at"]
        return cls(**{**told, "revoked_at": datetime.fromisoformat(since) if since else None})


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
