"""The move of an enrolment to a later version, as its learner reads it: what differs, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from learners.queries.progress import say
from pathways.models import Enrolment
from pathways.queries import catalogue, rule_for
from pathways.queries.moves import proposal_for
from pathways.rules import explain, tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is asked now and would be asked, in sentences; names of what only one of them counts.

    `left_now` and `left_then` are None where no end is in reach. Without `is_open` nothing is asked of
    her: she is told that she moves after `moves_after`.
    """

    move: int
    is_open: bool
    reason: str
    number: int
    asked_now: str
    asked_then: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    lost: tuple[str, ...]
    left_now: int | None
    left_then: int | None
    moves_after: date | None


def offer(enrolment: Enrolment, at: datetime) -> Offer | None:
    """The open offer, or the notice of a forced move; None where there is none."""
    proposal = proposal_for(enrolment, at)
    if proposal is None:
        return None
    case, found = proposal.case, proposal.compared
    rules = [rule_for(version) for version in (case.from_version, case.transition.version)]
    entries = catalogue(code for rule in rules for code in tree.listed(rule))
    asked_now, asked_then = (say(explain.sentence(rule, entries)) for rule in rules)

    def named(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(entries[code].name or code for code in codes))

    return Offer(
        move=case.pk,
        is_open=proposal.is_offer,
        reason=case.transition.reason,
        number=case.transition.version.number,
        asked_now=asked_now,
        asked_then=asked_then,
        added=named(proposal.added),
        dropped=named(proposal.dropped),
        lost=tuple(row.version.name for row in proposal.lost),
        left_now=found.before,
        left_then=found.after,
        moves_after=case.transition.teach_out_ends_on,
    )
