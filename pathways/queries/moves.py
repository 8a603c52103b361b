"""Moves from an earlier version to a later one: whom they concern, what they change, whose time has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from credentials.models import Credential
from credentials.queries import local_day
from pathways.models import Enrolment, PathwayVersion, Transition, TransitionCase
from pathways.queries.rules import terms_for
from pathways.queries.situations import Inputs, inputs_of, situation_of
from pathways.rules.evaluate import FactError, Verdict, judged
from pathways.rules.tree import RuleError, listed

Outcome, Policy = TransitionCase.Outcome, Transition.Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One learner by the version she is held to and by another: what is left, and what would count no more.

    Where the engine cannot answer for the other version `is_answered` is False; `after` None alone says
    that it would be out of reach.
    """

    before: int | None
    after: int | None
    lost: tuple[str, ...] = ()
    is_answered: bool = True

    @property
    def is_worse(self) -> bool:
        """More left, out of reach, undecided, or something of hers that would count no more."""
        if not self.is_answered or self.after is None or self.lost:
            return True
        return self.before is not None and self.after > self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A move as its learner reads it: what is asked now, what would be asked, what would count no more."""

    case: TransitionCase
    compared: Compared
    lost: tuple[Credential, ...]
    # Codes that only one of the two versions lists.
    added: frozenset[str]
    dropped: frozenset[str]

    @property
    def is_offer(self) -> bool:
        return self.case.outcome == Outcome.OFFERED


def movable(version: PathwayVersion) -> QuerySet[Enrolment]:
    """Enrolments under way on earlier versions. Who has the certificate keeps the version it came from."""
    return Enrolment.objects.filter(
        pathway=version.pathway_id,
        version__number__lt=version.number,
        state=Enrolment.State.ACTIVE,
        certificate=None,
    )


def compared(enrolment: Enrolment, version: PathwayVersion, inputs: Inputs, at: datetime) -> Compared:
    """What the engine says of her by her own version and by this one; two evaluations, nothing written."""
    before = _verdict(enrolment, enrolment.version, inputs, at)
    after = _verdict(enrolment, version, inputs, at)
    remaining = before.remaining if before else None
    if after is None or after.satisfied is None:
        return Compared(before=remaining, after=None, is_answered=False)
    lost = set(before.used) - set(after.used) if before else set()
    return Compared(before=remaining, after=after.remaining, lost=tuple(sorted(lost)))


def _verdict(enrolment: Enrolment, version: PathwayVersion, inputs: Inputs, at: datetime) -> Verdict | None:
    """None where what is on record of her does not fit that rule."""
    try:
        return judged(situation_of(terms_for(version), inputs, at, enrolment=enrolment))
    except (RuleError, FactError):
        return None


def proposal_for(enrolment: Enrolment, at: datetime) -> Proposal | None:
    """The move she is asked about, or told of: an open offer, or a forced one from its day of notice on."""
    case = (
        told_of(local_day(at))
        .filter(enrolment=enrolment)
        .select_related("transition__version__pathway", "from_version")
        .order_by("-transition__applied_at", "-pk")
        .first()
    )
    if case is None:
        return None
    inputs = inputs_of(enrolment.learner)
    found = compared(enrolment, case.transition.version, inputs, at)
    now, then = (listed(terms_for(row).rule) for row in (case.from_version, case.transition.version))
    return Proposal(
        case=case,
        compared=found,
        lost=tuple(credentials_named(found.lost)),
        added=frozenset(then - now),
        dropped=frozenset(now - then),
    )


def credentials_named(facts: Iterable[str]) -> QuerySet[Credential]:
    """The credentials among the ids of facts; acts and recognitions are none."""
    numbers = [int(fact) for fact in facts if fact.isdigit()]
    return Credential.objects.filter(pk__in=numbers).select_related("version").order_by("pk")


def due_moves(today: date) -> QuerySet[TransitionCase]:
    """Forced moves whose teach-out has ended."""
    return TransitionCase.objects.filter(
        outcome=Outcome.WAITS,
        transition__state=Transition.State.APPLIED,
        transition__teach_out_ends_on__lt=today,
    ).order_by("enrolment__learner", "pk")


def told_of(today: date) -> QuerySet[TransitionCase]:
    """Open offers, and forced moves from their day of notice on, of whoever is still where they found her."""
    is_told = Q(outcome=Outcome.OFFERED) | Q(outcome=Outcome.WAITS, transition__notice_on__lte=today)
    return TransitionCase.objects.filter(
        is_told,
        transition__state=Transition.State.APPLIED,
        enrolment__state=Enrolment.State.ACTIVE,
        from_version=F("enrolment__version"),
    )
