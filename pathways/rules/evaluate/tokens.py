"""What may fill a place, how many ways may be tried, and what a set of tokens adds up to."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.rules.evaluate.facts import Fact
from pathways.rules.evaluate.situation import Situation
from pathways.rules.tree import Credits

# Behind every rank.
LAST = sys.maxsize


class OverBudget(Exception):
    """There are more ways than may be tried; a person decides instead."""


@dataclass(slots=True)
class Budget:
    """How many plans and sets, and how many ways to fill their leaves, one search may try."""

    plans: int
    ways: int

    def plan(self) -> None:
        """One more plan or set."""
        self.plans -= 1
        if self.plans < 0:
            raise OverBudget

    def spend(self, ways: int) -> None:
        """So many more ways."""
        self.ways -= ways
        if self.ways < 0:
            raise OverBudget


@dataclass(frozen=True, slots=True)
class Token:
    """A fact, or one copy of a code still to be earned, which may fill a place; `identity` is a bit."""

    number: int
    code: str
    identity: int
    day: date
    rank: int
    copy: int
    fact: Fact | None

    @property
    def is_new(self) -> bool:
        return self.fact is None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of facts that a leaf may take, and whether it may take any, and any still to be earned."""

    first: date = date.min
    last: date = date.max
    held: bool = True
    new: bool = True

    def admits(self, token: Token) -> bool:
        """Whether this token lies within."""
        return self.new if token.is_new else self.held and self.first <= token.day <= self.last


class Tally:
    """What a set of tokens counts at a leaf that adds up."""

    def __init__(self, situation: Situation, node: Credits) -> None:
        self.situation = situation
        self.node = node
        self.caps = dict(node.group_caps)

    @property
    def is_plain(self) -> bool:
        """Whether every token counts in full, whatever the others."""
        return not self.caps and self.node.transfer_max is None and self.node.residency_min is None

    def worth(self, token: Token) -> Decimal:
        """What one token adds before any cap."""
        fact, node = token.fact, self.node
        if fact is not None and fact.credits is not None and node.measure == "credits":
            return fact.credits
        return self.situation.catalog[token.code].measured(node.measure)

    def group(self, token: Token) -> str | None:
        """The group whose cap it falls under."""
        return self.situation.catalog[token.code].group(self.node.group_by)

    def in_groups(self, tokens: Iterable[Token]) -> dict[str | None, Decimal]:
        """The raw sum of each group."""
        sums: dict[str | None, Decimal] = {}
        for token in tokens:
            group = self.group(token)
            sums[group] = sums.get(group, Decimal(0)) + self.worth(token)
        return sums

    def brought(self, tokens: Iterable[Token]) -> Decimal:
        """The raw sum of what was earned elsewhere."""
        return sum(
            (self.worth(token) for token in tokens if token.fact and token.fact.source != "internal"),
            Decimal(0),
        )

    def counted(self, tokens: Sequence[Token]) -> Decimal:
        """The sum once groups and what was earned elsewhere are held to their caps."""
        total = Decimal(0)
        for group, raw in self.in_groups(tokens).items():
            cap = self.caps.get(group) if group is not None else None
            total += raw if cap is None else min(raw, cap)
        if self.node.transfer_max is not None:
            total -= max(Decimal(0), self.brought(tokens) - self.node.transfer_max)
        return total

    def is_enough(self, tokens: Sequence[Token]) -> bool:
        """Whether nothing more is needed."""
        if self.counted(tokens) < self.node.min:
            return False
        if self.node.residency_min is None:
            return True
        own = sum((self.worth(token) for token in tokens), Decimal(0)) - self.brought(tokens)
        return own >= self.node.residency_min
