"""The places of a rule as seats, the choices between them, and how far held identities fill one choice.

A seat stands for places that the same facts may fill: all that a leaf admits, or those of one group. A rule
that leaves a choice (some parts of several, places of different groups) has several choices of seats, each
of which is filled by one assignment. A state is one whole number: for every identity held, by its slot, the
seats that it may fill.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from pathways.rules.bulk.memory import Memory
from pathways.rules.evaluate.assignment import least_cost
from pathways.rules.evaluate.facts import Entry
from pathways.rules.tree import AllOf, AtLeast, Done, Earned, Pool, Rule, children

# Seats, each with how many places of it are to be filled.
Choice: TypeAlias = tuple[tuple[int, int], ...]

# What is held, best rank first: slot and seats of each fact.
Held: TypeAlias = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Seat:
    """Places of the leaf of this key; if `by` names an attribute, for one group only."""

    leaf: str
    by: str = ""
    group: str | None = None

    def admits(self, entry: Entry) -> bool:
        """Whether what its leaf admits may sit here."""
        return not self.by or entry.group(self.by) == self.group


def choices(node: Rule, matching: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[tuple[Seat, int], ...]]:
    """Every choice that a node leaves; `matching` holds the catalogue's entries that could fill each leaf."""
    match node:
        case Earned() | Done():
            yield ((Seat(node.key), 1),)
        case Pool():
            yield from _of_pool(node, matching[node.key])
        case AllOf() | AtLeast() if node.children:
            many = node.n if isinstance(node, AtLeast) else len(node.children)
            for parts in combinations(children(node), many):
                yield from _of_all(parts, matching)
        case _:
            return


def _of_all(
    parts: Sequence[Rule], matching: Mapping[str, Sequence[Entry]]
) -> Iterator[tuple[tuple[Seat, int], ...]]:
    if not parts:
        yield ()
        return
    for first in choices(parts[0], matching):
        for rest in _of_all(parts[1:], matching):
            yield (*first, *rest)


def _of_pool(node: Pool, entries: Sequence[Entry]) -> Iterator[tuple[tuple[Seat, int], ...]]:
    by, least = node.group_by, node.min_groups or 0
    sizes = Counter(entry.group(by) for entry in entries)
    if node.max_per_group is not None:
        most = [min(size, node.max_per_group) for size in sizes.values()]
        for counts in _shares(most, node.n):
            if sum(map(bool, counts)) >= least:
                shares = zip(sizes, counts, strict=True)
                yield tuple((Seat(node.key, by, group), count) for group, count in shares if count)
    elif not least:
        yield ((Seat(node.key), node.n),)
    elif least <= node.n:
        for groups in combinations(sizes, least):
            # Each of these groups has a place of its own; the others are for any.
            apart = tuple((Seat(node.key, by, group), 1) for group in groups)
            yield (*apart, (Seat(node.key), node.n - least)) if node.n > least else apart


def _shares(most: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """Every way to make up the total of one count for each of these, none above its most."""
    if not most:
        if total == 0:
            yield ()
        return
    for count in range(min(most[0], total), -1, -1):
        if total - count > sum(most[1:]):
            return
        for rest in _shares(most[1:], total - count):
            yield (count, *rest)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many achievements are still to be earned, None if no number is enough, and the choices for it.

    Of these choices those are kept that use as `many` facts as the canonical plan does: the fewest if none
    is to be earned, else the most.
    """

    remaining: int | None
    many: int
    choices: tuple[Choice, ...]


class Seating:
    """One node of a rule, asked of any state.

    `fresh` holds, by slot, the seats that an identity could fill once it is earned; slots beyond belong to
    facts that are identities of their own. The seats in `endless` can be filled by ever another copy.
    """

    def __init__(self, choices: Sequence[Choice], *, width: int, fresh: Sequence[int], endless: int) -> None:
        self.choices = tuple(choices)
        self.width = width
        self.mine = sum(1 << seat for seat in {seat for choice in choices for seat, _ in choice})
        self.fresh = [seats & self.mine for seats in fresh]
        self.endless = endless
        self._by_state: Memory[int, Outcome] = Memory()
        self._by_shape: Memory[tuple[tuple[int, int], ...], Outcome] = Memory()
        self._used: Memory[tuple[tuple[int, int], ...], tuple[int, ...]] = Memory()

    def outcome(self, state: int) -> Outcome:
        """How far this state is from filling one of the choices."""
        found = self._by_state.get(state)
        if found is None:
            shape = self._shape(state)
            found = self._by_shape.get(shape)
            if found is None:
                found = self._by_shape.keep(shape, self._solved(shape))
            self._by_state.keep(state, found)
        return found

    def _shape(self, state: int) -> tuple[tuple[int, int], ...]:
        """What is held and could be earned of each identity held, whichever it is."""
        all_seats = (1 << self.width) - 1
        pairs = []
        slot = 0
        while state:
            held = state & all_seats & self.mine
            if held:
                pairs.append((held, self._fresh(slot)))
            state >>= self.width
            slot += 1
        return tuple(sorted(pairs))

    def _fresh(self, slot: int) -> int:
        return self.fresh[slot] if slot < len(self.fresh) else 0

    def _solved(self, shape: tuple[tuple[int, int], ...]) -> Outcome:
        unheld = Counter(seats for seats in self.fresh if seats)
        unheld.subtract(seats for _, seats in shape if seats)
        found: list[tuple[int, int, Choice]] = []
        for choice in self.choices:
            places = sum(many for _, many in choice)
            identities = list(shape)
            for seats, count in unheld.items():
                identities += [(0, seats)] * min(count, places)
            cost = self._cost(choice, identities)
            if cost is not None:
                found.append((cost, -places if cost else places, choice))
        if not found:
            return Outcome(None, 0, ())
        remaining, places = min(row[:2] for row in found)
        return Outcome(
            remaining,
            abs(places) - remaining,
            tuple(choice for *key, choice in found if key == [remaining, places]),
        )

    def _cost(self, choice: Choice, identities: Sequence[tuple[int, int]]) -> int | None:
        rows: list[dict[int, int]] = []
        for seat, many in choice:
            row = {
                column: 1 - (held >> seat & 1)
                for column, (held, fresh) in enumerate(identities)
                if (held | fresh) >> seat & 1
            }
            rows += self._places(seat, many, row, cost=1, after=len(rows))
        columns = least_cost(rows)
        if columns is None:
            return None
        return sum(row[column] for row, column in zip(rows, columns, strict=True))

    def _places(
        self, seat: int, many: int, row: dict[int, int], *, cost: int, after: int
    ) -> list[dict[int, int]]:
        """The places of one seat; of a copy there is always one for each place."""
        if not self.endless >> seat & 1:
            return [row] * many
        return [{**row, -1 - after - place: cost} for place in range(many)]

    # Which facts

    def used(self, held: Held, outcome: Outcome) -> tuple[int, ...]:
        """The positions of the facts that the canonical plan uses, when the outcome is theirs."""
        if outcome.remaining is None:
            return ()
        if len({slot for slot, _ in held}) < len(held):
            return self._chosen(held, outcome)
        # With one fact of each identity it does not matter which identities they are.
        order = tuple([(seats, self._fresh(slot)) for slot, seats in held])
        return self._used.get(order) or self._used.keep(order, self._chosen(held, outcome))

    def _chosen(self, held: Held, outcome: Outcome) -> tuple[int, ...]:
        if self._is_even(held, outcome):
            return min(_filled(choice, held) for choice in outcome.choices)
        return min(self._priced(choice, held) for choice in outcome.choices)[1]

    def _is_even(self, held: Held, outcome: Outcome) -> bool:
        """Whether the best fact of each identity fits wherever any other of it, held or new, would.

        What can sit together is then a matroid, in which taking the best that still finds a seat is exact.
        """
        best: dict[int, int] = {}
        for slot, seats in held:
            if seats & ~best.setdefault(slot, seats):
                return False
        return not outcome.remaining or not any(self._fresh(slot) & ~seats for slot, seats in best.items())

    def _priced(self, choice: Choice, held: Held) -> tuple[int, tuple[int, ...]]:
        """The cost and the positions of the best assignment: fewest new, then the best ranks."""
        most = len(held)
        best: dict[tuple[int, int], int] = {}
        rows: list[dict[int, int]] = []
        new = 2 ** (most + 2)
        for seat, many in choice:
            row = {slot: new for slot, seats in enumerate(self.fresh) if seats >> seat & 1}
            for position in reversed(range(most)):
                slot, seats = held[position]
                if seats >> seat & 1:
                    row[slot] = -(2 ** (most - position))
                    best[seat, slot] = position
            rows += self._places(seat, many, row, cost=new, after=len(rows))
        seats_of = [seat for seat, many in choice for _ in range(many)]
        columns = least_cost(rows) or ()
        cost, used = 0, []
        for seat, row, column in zip(seats_of, rows, columns, strict=True):
            cost += row[column]
            if row[column] < 0:
                used.append(best[seat, column])
        return cost, tuple(sorted(used))


def _filled(choice: Choice, held: Held) -> tuple[int, ...]:
    """The positions that find a seat one after another; earlier ones may move, none loses its own."""
    there: dict[int, list[int]] = {seat: [] for seat, _ in choice}
    slots: set[int] = set()
    open_places = sum(many for _, many in choice)
    used: list[int] = []

    def settle(position: int, asked: set[int]) -> bool:
        seats = held[position][1]
        for seat, many in choice:
            if seats >> seat & 1 and len(there[seat]) < many:
                there[seat].append(position)
                return True
        for seat, _ in choice:
            if seats >> seat & 1 and seat not in asked:
                asked.add(seat)
                for index, other in enumerate(there[seat]):
                    if settle(other, asked):
                        there[seat][index] = position
                        return True
        return False

    for position, (slot, _) in enumerate(held):
        if slot not in slots and settle(position, set()):
            slots.add(slot)
            used.append(position)
            if len(used) == open_places:
                break
    return tuple(used)
