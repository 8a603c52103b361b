"""The quick way: rules whose answer follows from which seats each identity held may fill, and when.

Achievements, steps and pools, all of them or some, in one scope. What only the rule decides is worked out
once; of a learner there remain a few look-ups in what was answered for others who hold as much.
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pathways.rules.bulk.layout import Layout
from pathways.rules.bulk.learners import Answer
from pathways.rules.bulk.memory import Memory
from pathways.rules.bulk.seats import Outcome
from pathways.rules.evaluate.deciding import is_common
from pathways.rules.evaluate.facts import ONE_DAY, Fact, change_days, end_of_day, local_day, refusal
from pathways.rules.evaluate.judge import Judge
from pathways.rules.tree import Validity, listed

# After every day that a fact could expire on.
BEYOND = date.max.toordinal() + 1


class Row(NamedTuple):
    """A fact that some seat admits, with the slot of its identity.

    It is `calm` if nothing but its expiry, once it was earned, ever kept it from counting.
    """

    fact: Fact
    slot: int
    seats: int
    calm: bool


class Quick:
    """One rule of these kinds, before learners without exceptions."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.situation = situation = layout.situation
        self.today = situation.today
        self.root, self.parts, self.width = layout.root, layout.parts, layout.width
        self.total = self.root.outcome(0).remaining
        self.listed = listed(situation.rule)
        # The engine's first way looks at no facts but those listed, its second also at what the rule dates.
        self.is_common = is_common(situation)
        self.validity: Validity = "current"
        self.turn = None if self.is_common else Judge(situation).next_change_on()
        if self.is_common and situation.defaults.validity == "ever":
            self.validity = "ever"
        self._places: Memory[Hashable, tuple[int, int]] = Memory()
        self._ends: Memory[date | None, date | None] = Memory()
        self._blank = self._answered((), self.turn)

    def answer(self, facts: Sequence[Fact]) -> Answer | None:
        """What the engine would answer; None where it has to be asked."""
        if len({fact.id for fact in facts}) < len(facts):
            return None
        events = len(facts)
        rows: list[Row] = []
        copies: dict[int, int] = {}
        next_change_on = self.turn
        at, key, places = self.situation.at, self.layout.key, self._places
        for fact in facts:
            if fact.earned_at.tzinfo is None:
                return None
            calm = fact.revoked_at is None and not fact.suspensions and fact.earned_at <= at
            if not calm:
                if any(instant.tzinfo is None for instant in fact.instants()):
                    return None
                events += len(fact.suspensions)
            if not calm or fact.expires_on is not None:
                day = self._change_on(fact, calm=calm)
                if day is not None and (next_change_on is None or day < next_change_on):
                    next_change_on = day
            slot, seats = places.get(key(fact)) or self._place(fact)
            if seats:
                if slot < 0:
                    # Each fact of a repeatable achievement is an identity of its own, behind all others.
                    copy = copies[slot] = copies.get(slot, 0) + 1
                    slot = self.layout.slot(-1 - slot, copy)
                rows.append(Row(fact, slot, seats, calm))
        if events > self.layout.most:
            return None
        if not rows and next_change_on == self.turn:
            return self._blank
        return self._answered(rows, next_change_on)

    def _answered(self, rows: Sequence[Row], next_change_on: date | None) -> Answer | None:
        now = self._standing(rows, self.situation.at, self.today)
        state = self._state(now)
        outcome = self.root.outcome(state)
        due = self._due(state) if self.parts else ()
        if due is None:
            return None
        remaining = outcome.remaining
        return Answer(
            status="unreachable" if remaining is None else "unsatisfied" if remaining else "satisfied",
            satisfied=remaining == 0,
            remaining=remaining,
            total=self.total,
            used=self._used(now, outcome),
            first_satisfied_on=self._first_met_on(rows, now, outcome),
            holds_through=self._holds_through(rows) if remaining == 0 else None,
            next_change_on=next_change_on,
            milestones_due=due,
        )

    def _change_on(self, fact: Fact, *, calm: bool) -> date | None:
        """The first later day on which time alone changes this fact, if the engine looks at it."""
        if self.is_common and fact.achievement not in self.listed:
            return None
        if not calm:
            return min(self._change_days(fact), default=None)
        # Calm facts change on the days of their expiry, which are those of many others.
        if fact.expires_on not in self._ends:
            return self._ends.keep(fact.expires_on, min(self._change_days(fact), default=None))
        return self._ends[fact.expires_on]

    def _place(self, fact: Fact) -> tuple[int, int]:
        """The slot of a fact's identity, below nothing if it is repeatable, and the seats that admit it."""
        return self._places.keep(self.layout.key(fact), self.layout.place(fact))

    # What stands when

    def _standing(self, rows: Iterable[Row], at: datetime, day: date) -> list[tuple[Row, int]]:
        """The facts that count at an instant of this day, with the seats that they may then fill."""
        zone, ever = self.situation.zone, self.layout.ever
        standing = []
        for row in rows:
            fact, seats = row.fact, row.seats
            if row.calm:
                if fact.earned_at > at:
                    continue
            elif refusal(fact, at=at, zone=zone, validity="ever") is not None:
                continue
            if fact.expires_on is not None and day > fact.expires_on:
                seats &= ever
            if seats:
                standing.append((row, seats))
        return standing

    def _state(self, standing: Iterable[tuple[Row, int]]) -> int:
        state, width = 0, self.width
        for row, seats in standing:
            state |= seats << row.slot * width
        return state

    def _is_met(self, rows: Iterable[Row], at: datetime, day: date) -> bool:
        return self.root.outcome(self._state(self._standing(rows, at, day))).remaining == 0

    def _used(self, now: Sequence[tuple[Row, int]], outcome: Outcome) -> tuple[str, ...]:
        if outcome.many == len(now):
            return tuple(sorted(row.fact.id for row, _ in now))
        held = sorted(now, key=_rank)
        used = self.root.used([(row.slot, seats) for row, seats in held], outcome)
        return tuple(sorted(held[position][0].fact.id for position in used))

    def _due(self, state: int) -> tuple[str, ...] | None:
        """The milestones that are due; None where facts would have to be counted instead of places."""
        due = []
        for row in self.situation.milestones:
            part = self.parts[row.node]
            remaining, total = part.outcome(state).remaining, part.outcome(0).remaining
            if remaining is not None and total is None:
                return None
            done = 0 if remaining is None or total is None else total - remaining
            if done >= row.at:
                due.append(row.code)
        return tuple(sorted(due))

    def _first_met_on(
        self, rows: Sequence[Row], now: Sequence[tuple[Row, int]], outcome: Outcome
    ) -> date | None:
        """The local day on which the rule was first met, as things then stood."""
        if len(now) == len(rows) and all(row.calm and seats == row.seats for row, seats in now):
            # What counts today has counted from the day it was earned: nothing was ever lost.
            return self._reached_on(rows) if outcome.remaining == 0 else None
        at, zone = self.situation.at, self.situation.zone
        history = [row for row in rows if row.calm or not _was_never(row.fact, at)]
        all_of_it = self._state((row, row.seats) for row in history)
        # Nobody held more at any one time than all that she held one after another.
        if self.root.outcome(all_of_it).remaining != 0:
            return None
        beginnings = {row.fact.earned_at for row in history}
        beginnings |= {stay.ends_at for row in history for stay in row.fact.suspensions if stay.ends_at}
        for instant in sorted(beginnings):
            if instant > at:
                return None
            day = local_day(instant, zone)
            if self._is_met(history, instant, day):
                return day
        return None

    def _reached_on(self, rows: Sequence[Row]) -> date | None:
        """The local day of the fact that, of those earned one after another, made them enough."""
        state = 0
        for row in sorted(rows, key=lambda row: row.fact.earned_at):
            state |= row.seats << row.slot * self.width
            if self.root.outcome(state).remaining == 0:
                return local_day(row.fact.earned_at, self.situation.zone)
        return None

    def _holds_through(self, rows: Sequence[Row]) -> date | None:
        at, zone = self.situation.at, self.situation.zone
        lasting = self._state((row, row.seats) for row in rows if row.calm and row.fact.expires_on is None)
        if self.root.outcome(lasting).remaining == 0:
            return None
        known = [row for row in rows if row.fact.earned_at <= at]
        days: set[date] = set()
        for row in known:
            if row.fact.expires_on is not None or not row.calm:
                days |= self._change_days(row.fact)
        for day in sorted(days):
            if not self._is_met(known, end_of_day(day, zone), day):
                return day - ONE_DAY
        return None

    def _change_days(self, fact: Fact) -> set[date]:
        situation = self.situation
        return change_days(fact, after=situation.at, zone=situation.zone, validity=self.validity)


def _was_never(fact: Fact, at: datetime) -> bool:
    """Whether a fact does not belong to the past: it was never right, or is yet to come."""
    is_void = fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= at
    return is_void or fact.earned_at > at


def _rank(standing: tuple[Row, int]) -> tuple[int, datetime, str]:
    """What lasts longest first; ties go to the earlier, then the lower id."""
    fact = standing[0].fact
    ends = BEYOND if fact.expires_on is None else fact.expires_on.toordinal()
    return -ends, fact.earned_at, fact.id
