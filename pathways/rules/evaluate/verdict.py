"""The answer to one evaluation, which explains itself and can be stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from pathways.rules.evaluate.facts import Reason

Status: TypeAlias = Literal["satisfied", "unsatisfied", "unreachable", "indeterminate"]
NodeStatus: TypeAlias = Literal[
    "waived", "satisfied", "at_risk", "partial", "unmet", "unreachable", "indeterminate"
]
Via: TypeAlias = Literal["direct", "equivalence", "substitution"]


@dataclass(frozen=True, slots=True)
class Used:
    """One credential in its place: the code it counts as, and how it came to match."""

    credential: str
    counted_as: str
    via: Via = "direct"

    def to_json(self) -> dict[str, Any]:
        return {"credential": self.credential, "counted_as": self.counted_as, "via": self.via}


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a leaf stays open: these nodes have more places than there are held credentials that fit them."""

    nodes: tuple[str, ...]
    held: tuple[str, ...]
    places: int

    def to_json(self) -> dict[str, Any]:
        return {"nodes": list(self.nodes), "held": list(self.held), "places": self.places}


@dataclass(frozen=True, slots=True)
class Uncounted:
    """One credential that fills no place, and the one reason."""

    credential: str
    code: Reason

    def to_json(self) -> dict[str, Any]:
        return {"credential": self.credential, "code": self.code.value}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Uncounted":
        return cls(document["credential"], Reason(document["code"]))


@dataclass(frozen=True, slots=True)
class Explained:
    """One node of the rule with its own part of the answer.

    `need` and `have` count places and the facts in them; for a group, children and those that are met. A
    node that adds something up is one place, and `amounts` are what it needs and has.
    """

    key: str
    kind: str
    status: NodeStatus
    need: int
    have: int
    label: str = ""
    used: tuple[Used, ...] = ()
    missing_options: tuple[str, ...] = ()
    proof: Proof | None = None
    deadline: date | None = None
    chosen: bool = True
    children: "tuple[Explained, ...]" = ()
    amounts: tuple[str, str] | None = None

    @property
    def is_met(self) -> bool:
        """Whether nothing is open here today."""
        return self.status in {"waived", "satisfied", "at_risk"}

    def to_json(self) -> dict[str, Any]:
        """As JSON; an empty label, proof, deadline or list of children, and `chosen: true`, are left out."""
        document: dict[str, Any] = {
            "key": self.key,
            "kind": self.kind,
            "status": self.status,
            "need": self.amounts[0] if self.amounts else self.need,
            "have": self.amounts[1] if self.amounts else self.have,
            "used": [used.to_json() for used in self.used],
            "missing_options": list(self.missing_options),
        }
        if self.label:
            document["label"] = self.label
        if self.proof is not None:
            document["proof"] = self.proof.to_json()
        if self.deadline is not None:
            document["deadline"] = self.deadline.isoformat()
        if not self.chosen:
            document["chosen"] = False
        if self.children:
            document["children"] = [child.to_json() for child in self.children]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Explained":
        """What `to_json` wrote."""
        proof = document.get("proof")
        need, have, status = document["need"], document["have"], document["status"]
        is_summed = isinstance(need, str)
        return cls(
            key=document["key"],
            kind=document["kind"],
            status=status,
            need=1 if is_summed else need,
            have=int(status in {"satisfied", "at_risk"}) if is_summed else have,
            amounts=(need, have) if is_summed else None,
            label=document.get("label", ""),
            used=tuple(Used(**used) for used in document["used"]),
            missing_options=tuple(document["missing_options"]),
            proof=proof and Proof(tuple(proof["nodes"]), tuple(proof["held"]), proof["places"]),
            deadline=_day(document.get("deadline")),
            chosen=document.get("chosen", True),
            children=tuple(cls.from_json(child) for child in document.get("children", ())),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one learner at one instant.

    `remaining` is the least number of achievements still to be earned and `total` the same for someone who
    holds nothing; None where no number is enough. `next_useful` are the codes of which any one brings the
    end nearer, `completion` a smallest set that reaches it. `used` and `assignment` hold credential ids,
    the latter by leaf. `first_satisfied_on` dates the issue; `holds_through` is the last day satisfied if
    nothing new happens (None: no end, or not satisfied); by `finish_by` something must be earned, or more
    will remain; on `next_change_on` time alone may change the answer. All days are local.
    """

    status: Status
    satisfied: bool | None
    remaining: int | None
    total: int | None
    used: tuple[str, ...]
    assignment: Mapping[str, tuple[str, ...]]
    next_useful: tuple[str, ...]
    completion: tuple[str, ...]
    first_satisfied_on: date | None
    holds_through: date | None
    finish_by: date | None
    next_change_on: date | None
    uncounted: tuple[Uncounted, ...]
    explanation: Explained
    rule_sha256: str
    milestones_due: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """How far along, out of `total`; nothing where the end is out of reach."""
        return self.total - self.remaining if self.total is not None and self.remaining is not None else 0

    def to_json(self) -> dict[str, Any]:
        """As JSON: days in ISO 8601, ids and codes sorted; milestones are left out where none is due."""
        due = {"milestones_due": sorted(self.milestones_due)} if self.milestones_due else {}
        return due | {
            "status": self.status,
            "satisfied": self.satisfied,
            "remaining": self.remaining,
            "total": self.total,
            "used": sorted(self.used),
            "assignment": {key: sorted(ids) for key, ids in self.assignment.items()},
            "next_useful": sorted(self.next_useful),
            "completion": sorted(self.completion),
            "first_satisfied_on": _iso(self.first_satisfied_on),
            "holds_through": _iso(self.holds_through),
            "finish_by": _iso(self.finish_by),
            "next_change_on": _iso(self.next_change_on),
            "uncounted": [uncounted.to_json() for uncounted in self.uncounted],
            "explanation": self.explanation.to_json(),
            "rule_sha256": self.rule_sha256,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Verdict":
        """What `to_json` wrote: an answer that was stored, to be explained again."""
        return cls(
            status=document["status"],
            satisfied=document["satisfied"],
            remaining=document["remaining"],
            total=document["total"],
            used=tuple(document["used"]),
            assignment={key: tuple(ids) for key, ids in document["assignment"].items()},
            next_useful=tuple(document["next_useful"]),
            completion=tuple(document["completion"]),
            first_satisfied_on=_day(document["first_satisfied_on"]),
            holds_through=_day(document["holds_through"]),
            finish_by=_day(document["finish_by"]),
            next_change_on=_day(document["next_change_on"]),
            uncounted=tuple(Uncounted.from_json(row) for row in document["uncounted"]),
            explanation=Explained.from_json(document["explanation"]),
            rule_sha256=document["rule_sha256"],
            milestones_due=tuple(document.get("milestones_due", ())),
        )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
