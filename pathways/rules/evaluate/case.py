"""One learner's facts before one clock: what counts when, how far it reaches and how long it lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pathways.rules.evaluate.assignment import Leaf, Plan, contenders, distance, is_met
from pathways.rules.evaluate.facts import (
    ONE_DAY,
    Entry,
    Fact,
    change_days,
    end_of_day,
    local_day,
    refusal,
)
from pathways.rules.tree import Validity


@dataclass(frozen=True, slots=True)
class Case:
    """What every question of one evaluation shares; `facts` are those listed by the rule, in rank order."""

    facts: tuple[Fact, ...]
    catalog: Mapping[str, Entry]
    at: datetime
    zone: ZoneInfo
    validity: Validity
    horizon_days: int

    @property
    def today(self) -> date:
        return local_day(self.at, self.zone)

    def usable(self, at: datetime) -> tuple[Fact, ...]:
        """The facts that count at an instant, in rank order."""
        return self._usable(self.facts, at)

    def _usable(self, facts: Sequence[Fact], at: datetime) -> tuple[Fact, ...]:
        return tuple(
            fact for fact in facts if refusal(fact, at=at, zone=self.zone, validity=self.validity) is None
        )

    def _known(self) -> tuple[Fact, ...]:
        """The facts earned by now: a later day is judged without any that are still to come."""
        return tuple(fact for fact in self.facts if fact.earned_at <= self.at)

    def _change_days(self, facts: Sequence[Fact]) -> list[date]:
        days: set[date] = set()
        for fact in facts:
            days |= change_days(fact, after=self.at, zone=self.zone, validity=self.validity)
        return sorted(days)

    def next_change_on(self) -> date | None:
        """The first later day on which time alone may change the answer."""
        return next(iter(self._change_days(self.facts)), None)

    def first_met_on(self, leaves: Sequence[Leaf] | None) -> date | None:
        """The local day on which these leaves were first met, as things then stood.

        Nothing begins to count but by being earned or by the end of a suspension, so no other instant is
        asked. What turned out to be void never was; what was withdrawn counts until then.
        """
        history = [
            fact
            for fact in self.facts
            if not (fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= self.at)
        ]
        beginnings = {fact.earned_at for fact in history}
        beginnings |= {stay.ends_at for fact in history for stay in fact.suspensions if stay.ends_at}
        for instant in sorted(beginnings):
            if instant <= self.at and is_met(leaves, self._usable(history, instant), self.catalog):
                return local_day(instant, self.zone)
        return None

    def holds_through(self, leaves: Sequence[Leaf] | None) -> date | None:
        """The last day on which leaves that are met today stay so; None if that has no end."""
        known = self._known()
        for day in self._change_days(known):
            if not is_met(leaves, self._usable(known, end_of_day(day, self.zone)), self.catalog):
                return day - ONE_DAY
        return None

    def finish_by(self, leaves: Sequence[Leaf] | None) -> date | None:
        """The last day within the horizon after which more will remain to be earned than on it."""
        known = self._known()
        last: date | None = None
        before = distance(leaves, self.usable(self.at), self.catalog)
        for day in self._change_days(known):
            if day > self.horizon_on:
                break
            after = distance(leaves, self._usable(known, end_of_day(day, self.zone)), self.catalog)
            # Out of reach is farther than any number.
            if before is not None and (after is None or after > before):
                last = day - ONE_DAY
            before = after
        return last

    @property
    def horizon_on(self) -> date:
        """The first day that is too far off to warn of."""
        return self.today + timedelta(days=self.horizon_days)

    def is_at_risk(self, leaves: Sequence[Leaf] | None) -> bool:
        """Whether leaves that are met today will, by time alone, not be so within the horizon."""
        through = self.holds_through(leaves)
        return through is not None and through < self.horizon_on

    def next_useful(self, leaves: Sequence[Leaf], plan: Plan) -> tuple[str, ...]:
        """The codes of which any one, earned now, would leave less to earn, sorted.

        They are those of the leaves that compete, directly or through others, with a leaf that is open.
        """
        held = {fact.achievement for fact in self.usable(self.at)}
        helped = {
            code
            for leaf in leaves
            if len(plan.at(leaf)) < leaf.places
            for contender in contenders(leaf, leaves, plan)
            for code in contender.codes
        }
        return tuple(
            sorted(
                code
                for code in helped
                if self.catalog[code].active and (self.catalog[code].repeatable or code not in held)
            )
        )
