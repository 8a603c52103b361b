"""Which fact fills which place: the one best assignment, exactly, and how far any assignment is away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pathways.rules.evaluate.facts import Entry, Fact
from pathways.rules.tree import AllOf, Pool, Rule, codes, nodes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node with places to fill, each by a fact of another identity that carries one of the codes."""

    key: str
    codes: frozenset[str]
    places: int


@dataclass(frozen=True, slots=True)
class Held:
    """An identity that fills a place by a fact that is held."""

    code: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class New:
    """An identity that would fill a place once it is earned; `copy` tells apart those of a repeatable one."""

    code: str
    copy: int


Source: TypeAlias = Held | New
Row: TypeAlias = Sequence[Source]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every place filled: the facts by leaf, in document order, and the codes still to be earned, sorted."""

    filled: Mapping[str, tuple[Fact, ...]]
    missing: tuple[str, ...]

    def facts(self) -> tuple[Fact, ...]:
        """Every fact in use, leaf by leaf."""
        return tuple(fact for facts in self.filled.values() for fact in facts)

    def at(self, leaf: Leaf) -> tuple[Fact, ...]:
        """The facts that fill places of this leaf."""
        return self.filled.get(leaf.key, ())


def leaves_of(rule: Rule) -> tuple[Leaf, ...] | None:
    """The leaves of a keyed rule in document order; None if a group without children makes it impossible."""
    leaves: list[Leaf] = []
    for node in nodes(rule):
        if isinstance(node, AllOf):
            if not node.children:
                return None
            continue
        leaves.append(Leaf(node.key, frozenset(codes(node)), node.n if isinstance(node, Pool) else 1))
    return tuple(leaves)


def effort(leaves: Sequence[Leaf], catalog: Mapping[str, Entry]) -> int:
    """An upper bound of places times sources, known before either is written out."""
    places = sum(leaf.places for leaf in leaves)
    listed = frozenset[str]().union(*(leaf.codes for leaf in leaves))
    return places * sum(places if catalog[code].repeatable else 1 for code in listed)


def sources(
    leaves: Sequence[Leaf], usable: Iterable[Fact], catalog: Mapping[str, Entry]
) -> tuple[list[Held], list[New]]:
    """What is held and what could be earned, one entry an identity, out of usable facts in rank order.

    A repeatable achievement gives an identity per fact, and as many new ones as there are places.
    """
    places = sum(leaf.places for leaf in leaves)
    room = {code: places if catalog[code].repeatable else 1 for leaf in leaves for code in leaf.codes}
    held: dict[str, list[Fact]] = {code: [] for code in room}
    for fact in usable:
        if len(held.get(fact.achievement, ())) < room.get(fact.achievement, 0):
            held[fact.achievement].append(fact)
    real = [Held(code, fact) for code, facts in held.items() for fact in facts]
    new = [
        New(code, copy)
        for code, facts in held.items()
        if catalog[code].active and (catalog[code].repeatable or not facts)
        for copy in range(room[code])
    ]
    return real, new


def is_met(leaves: Sequence[Leaf] | None, usable: Iterable[Fact], catalog: Mapping[str, Entry]) -> bool:
    """Whether facts that are held fill every place."""
    if leaves is None:
        return False
    real, _ = sources(leaves, usable, catalog)
    return _all_seated(_rows(leaves, real))


def distance(
    leaves: Sequence[Leaf] | None, usable: Iterable[Fact], catalog: Mapping[str, Entry]
) -> int | None:
    """The least number of achievements still to be earned; None if no number is enough."""
    if leaves is None:
        return None
    real, new = sources(leaves, usable, catalog)
    row_of: dict[Source, int] = {}
    rows = _rows(leaves, real)
    waiting = [row for row in range(len(rows)) if not _seated(row, rows, row_of, set())]
    # Whoever is seated stays seated while others are added, so no held fact is lost to a new one.
    rows = _rows(leaves, [*real, *new])
    if all(_seated(row, rows, row_of, set()) for row in waiting):
        return len(waiting)
    return None


def best_plan(
    leaves: Sequence[Leaf] | None, usable: Sequence[Fact], catalog: Mapping[str, Entry]
) -> Plan | None:
    """The canonical plan out of usable facts in rank order; None if the rule is out of reach.

    Of all ways to fill every place it takes the one with fewest achievements still to be earned, then with
    the least list of ranks, then with the least list of codes; places are then dealt in document order.
    """
    if leaves is None:
        return None
    real, new = sources(leaves, usable, catalog)
    ranks = {fact.id: rank for rank, fact in enumerate(usable)}
    real.sort(key=lambda source: ranks[source.fact.id])
    costs = _costs(real, new, places=sum(leaf.places for leaf in leaves))
    columns = {source: column for column, source in enumerate([*real, *new])}
    chosen = least_cost(
        [{columns[source]: costs[columns[source]] for source in row} for row in _rows(leaves, [*real, *new])]
    )
    if chosen is None:
        return None
    taken = set(chosen)
    used = [source for source in real if columns[source] in taken]
    missing = [source for source in new if columns[source] in taken]
    return Plan(dealt(leaves, used, missing), tuple(sorted(source.code for source in missing)))


def _costs(real: Sequence[Held], new: Sequence[New], *, places: int) -> list[int]:
    """What each source costs, held ones in rank order first, so that the least sum is the canonical plan.

    One still to be earned outweighs every fact together; a better rank outweighs all worse ones; the base
    of `places + 1` compares sorted lists of codes, in which each occurs once a place at most.
    """
    order = sorted({source.code for source in new})
    unit = (places + 1) ** len(order)
    tie = {code: (places + 1) ** (len(order) - 1 - index) for index, code in enumerate(order)}
    return [
        *(-unit * 2 ** (len(real) - rank) for rank in range(len(real))),
        *(unit * 2 ** (len(real) + 8) - tie[source.code] for source in new),
    ]


def least_cost(costs: Sequence[Mapping[int, int]]) -> list[int] | None:
    """The column of each row in an assignment of least total cost; None if some row must go without.

    `costs[row][column]` is given where the two may meet. Rows enter one by one along a shortest augmenting
    path under potentials (the Hungarian method), in whole numbers of any size.
    """
    row_potential = [0] * len(costs)
    column_potential: dict[int, int] = {}
    row_of: dict[int, int] = {}
    for entering in range(len(costs)):
        length: dict[int, int] = {}
        came_from: dict[int, int] = {}
        settled: set[int] = set()
        row, so_far = entering, 0
        while True:
            for column, cost in costs[row].items():
                through = so_far + cost - row_potential[row] - column_potential.get(column, 0)
                if column not in settled and (column not in length or through < length[column]):
                    length[column], came_from[column] = through, row
            frontier = length.keys() - settled
            if not frontier:
                return None
            end = min(frontier, key=lambda column: (length[column], column))
            so_far = length[end]
            if end not in row_of:
                break
            settled.add(end)
            row = row_of[end]
        row_potential[entering] += so_far
        for column in settled:
            row_potential[row_of[column]] += so_far - length[column]
            column_potential[column] = column_potential.get(column, 0) - so_far + length[column]
        column_of = {row: column for column, row in row_of.items()}
        while (row := came_from[end]) != entering:
            row_of[end] = row
            end = column_of[row]
        row_of[end] = entering
    return sorted(row_of, key=lambda column: row_of[column])


def dealt(
    leaves: Sequence[Leaf], used: Sequence[Held], missing: Sequence[New]
) -> dict[str, tuple[Fact, ...]]:
    """Just these sources over all places: of every full deal, the least (leaf, ranks) in document order.

    What a leaf leaves open is filled by achievements still to be earned.
    """
    dealt: dict[str, tuple[Fact, ...]] = {}
    free = list(used)
    closed: list[Row] = []
    for index, leaf in enumerate(leaves):
        hand = _hand(leaf, free, missing, closed, leaves[index + 1 :])
        free = [source for source in free if source not in hand]
        closed.extend(_row(leaf, missing, leaf.places - len(hand)))
        if hand:
            dealt[leaf.key] = tuple(source.fact for source in hand)
    return dealt


def _hand(
    leaf: Leaf, free: Sequence[Held], missing: Sequence[New], closed: Sequence[Row], later: Sequence[Leaf]
) -> list[Held]:
    """What one leaf takes: the best it can have, then one more only where no full deal is left without."""

    def works(places: int, held: Iterable[Held], rest: Iterable[Held]) -> bool:
        here = _row(leaf, [*held, *missing], places)
        return _all_seated([*closed, *here, *_rows(later, [*rest, *missing])])

    hand: list[Held] = []
    rest = list(free)
    for source in free:
        places = leaf.places - len(hand)
        if hand and works(places, (), rest):
            break
        without = [other for other in rest if other != source]
        if source.code in leaf.codes and works(places - 1, without, without):
            hand.append(source)
            rest = without
    return hand


def _row(leaf: Leaf, options: Iterable[Source], places: int) -> list[Row]:
    """What may fill each of so many places of one leaf."""
    return [[source for source in options if source.code in leaf.codes]] * places


def _rows(leaves: Sequence[Leaf], options: Sequence[Source]) -> list[Row]:
    """What may fill each place of all leaves."""
    return [row for leaf in leaves for row in _row(leaf, options, leaf.places)]


def _all_seated(rows: Sequence[Row]) -> bool:
    row_of: dict[Source, int] = {}
    return all(_seated(row, rows, row_of, set()) for row in range(len(rows)))


def _seated(row: int, rows: Sequence[Row], row_of: dict[Source, int], asked: set[Source]) -> bool:
    """Whether this row finds a source of its own, others moving over for it where they can."""
    for source in rows[row]:
        if source in asked:
            continue
        asked.add(source)
        if source not in row_of or _seated(row_of[source], rows, row_of, asked):
            row_of[source] = row
            return True
    return False


def contenders(leaf: Leaf, leaves: Sequence[Leaf], plan: Plan) -> tuple[Leaf, ...]:
    """This leaf and all that compete with it for the same held facts, over however many steps, in order.

    Whole leaves, because which of a leaf's equal places stands open is nobody's choice.
    """
    reached = {leaf.key}
    pending = [leaf]
    while pending:
        asking = pending.pop()
        for other in leaves:
            if other.key not in reached and any(fact.achievement in asking.codes for fact in plan.at(other)):
                reached.add(other.key)
                pending.append(other)
    return tuple(leaf for leaf in leaves if leaf.key in reached)
