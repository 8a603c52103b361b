"""The law of stacking by trying everything: no cost, no plan; only what a rule says of a set of facts.

Shares nothing with the engine but the shapes of rules, facts and situations. For small cases only.
"""

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, combinations, combinations_with_replacement
from typing import Any

from pathways.rules.evaluate import Exemption, Fact, Situation
from pathways.rules.tree import (
    UNSET,
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    InOrder,
    Pool,
    Rule,
    Window,
    Within,
)


@dataclass(frozen=True)
class Item:
    """A fact, or a hypothetical one (`fact` is None) told apart from its like by `name`."""

    name: str
    code: str
    identity: str
    day: date
    fact: Fact | None


@dataclass(frozen=True)
class Answer:
    satisfied: bool
    remaining: int | None
    total: int | None
    used: tuple[str, ...]
    completion: tuple[str, ...]
    assignment: dict[str, tuple[str, ...]]
    first_satisfied_on: date | None
    holds_through: date | None
    next_useful: tuple[str, ...]
    plans: "tuple[Filling, ...]"


Filling = dict[str, frozenset[Item]]


def parts(node: Rule) -> tuple[Rule, ...]:
    if isinstance(node, AllOf | AtLeast | InOrder):
        return node.children
    return (node.child,) if isinstance(node, Within) else ()


def add(start: date, window: Window) -> date:
    month = start.month - 1 + window.months + 12 * window.years
    year, month = start.year + month // 12, month % 12 + 1
    clipped = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, clipped) + timedelta(days=7 * window.weeks + window.days)


class World:
    """One situation, asked at any instant."""

    def __init__(self, situation: Situation) -> None:
        self.s = situation
        self.leaves: dict[str, tuple[Rule, dict[str, Any]]] = {}
        self.limits: dict[str, dict[str, Any]] = {}
        above = {"scope": "pathway", "validity": "current", "sources": None}
        above |= {"min_level": None, "earned_from": None, "earned_to": None}
        self._resolve(situation.rule, {**above, **self._given(situation.defaults)})
        self.classes = self._classes()

    def _given(self, filters: Any) -> dict[str, Any]:
        names = ("scope", "validity", "sources", "min_level", "earned_from", "earned_to")
        blank = {"scope": "pathway", "validity": "current"}
        given = {name: getattr(filters, name) for name in names}
        return {
            name: blank.get(name) if value is None else value
            for name, value in given.items()
            if value is not UNSET
        }

    def _resolve(self, node: Rule, above: dict[str, Any]) -> None:
        here = {**above, **self._given(node.filters)}
        self.limits[node.key] = here
        if not isinstance(node, AllOf | AtLeast | InOrder | Within):
            self.leaves[node.key] = (node, here)
        for child in parts(node):
            self._resolve(child, here)

    def _classes(self) -> dict[str, frozenset[str]]:
        classes = {code: frozenset({code}) for code in self.s.catalog}
        for row in self.s.equivalences:
            joined = classes[row.source] | classes[row.target]
            for code in joined:
                classes[code] = joined
        return classes

    def day(self, at: datetime) -> date:
        return at.astimezone(self.s.zone).date()

    def end(self, day: date) -> datetime:
        following = datetime.combine(day + timedelta(days=1), time(), tzinfo=self.s.zone)
        return following.astimezone(UTC) - timedelta(microseconds=1)

    # One fact at one leaf

    def codes(self, leaf: Rule) -> tuple[str, ...]:
        if isinstance(leaf, Earned):
            return (leaf.achievement,)
        if isinstance(leaf, Done):
            return (leaf.step,)
        return leaf.achievements if isinstance(leaf, Pool | Credits) else ()

    def matches(self, leaf: Rule, code: str, day: date, level: int | None, out: list[Exemption]) -> bool:
        if any(e.type == "substitute" and e.node == leaf.key and e.achievement == code for e in out):
            return True
        if isinstance(leaf, Competency):
            shown = self.s.catalog[code].competencies.get(leaf.code)
            if shown is None:
                return False
            return min(shown, shown if level is None else level) >= leaf.min_level
        if code in self.codes(leaf):
            return True
        return any(
            row.source == code
            and row.target in self.codes(leaf)
            and (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
            for row in self.s.equivalences
        )

    def usable(self, key: str, fact: Fact, at: datetime, out: list[Exemption]) -> bool:
        leaf, limits = self.leaves[key]
        day = self.day(fact.earned_at)
        if not self.matches(leaf, fact.achievement, day, fact.level, out):
            return False
        low = not isinstance(leaf, Competency) and limits["min_level"] is not None
        return not (
            fact.earned_at > at
            or (fact.revoked_at is not None and fact.revoked_at <= at)
            or any(s.starts_at <= at and (s.ends_at is None or at < s.ends_at) for s in fact.suspensions)
            or (limits["validity"] != "ever" and fact.expires_on and self.day(at) > fact.expires_on)
            or any(e.type == "block" and e.node in (key, "*") and e.credential == fact.id for e in out)
            or len(set(fact.consumed_by) & self.s.exclusive_with) >= self.s.use_limit
            or (limits["earned_from"] and day < limits["earned_from"])
            or (limits["earned_to"] and day > limits["earned_to"])
            or (limits["sources"] and fact.source not in limits["sources"])
            or (low and (fact.level is None or fact.level < limits["min_level"]))
        )

    def wanted(self, key: str, code: str, today: date, out: list[Exemption]) -> bool:
        """Whether the leaf would take this code as a hypothetical fact."""
        leaf, limits = self.leaves[key]
        if (limits["earned_from"] and today < limits["earned_from"]) or (
            limits["earned_to"] and today > limits["earned_to"]
        ):
            return False
        if limits["sources"] and "internal" not in limits["sources"]:
            return False
        return self.matches(leaf, code, today, None, out)

    # Fillings

    def fillings(self, items: dict[str, list[Item]], today: date, out: list[Exemption]) -> Iterator[Filling]:
        """Every way to satisfy the tree and the caps out of what each leaf may take."""
        for filling in self._ways(self.s.rule, {}, items, today, out):
            everything = {item for there in filling.values() for item in there}
            if all(
                len({item.identity for item in everything if item.code in cap.achievements}) <= cap.k
                for cap in self.s.at_most
            ):
                yield filling

    def _ways(
        self, node: Rule, taken: Filling, items: dict[str, list[Item]], today: date, out: list[Exemption]
    ) -> Iterator[Filling]:
        """`taken` with this node satisfied in addition."""
        if any(e.type == "waive" and e.node == node.key for e in out):
            yield taken
            return
        less = sum(e.by for e in out if e.type == "reduce" and e.node == node.key)
        if node.key in self.leaves:
            yield from self._leaf_ways(node, taken, items[node.key], less)
            return
        children = parts(node)
        if not children:
            return
        need = max(0, node.n - less) if isinstance(node, AtLeast) else len(children)
        for chosen in combinations(children, need):
            for filling in self._in_turn(chosen, taken, items, today, out):
                if self.in_time(node, filling):
                    yield filling

    def _in_turn(self, nodes: tuple[Rule, ...], taken: Filling, *rest: Any) -> Iterator[Filling]:
        if not nodes:
            yield taken
            return
        for filling in self._ways(nodes[0], taken, *rest):
            yield from self._in_turn(nodes[1:], filling, *rest)

    def _leaf_ways(self, leaf: Rule, taken: Filling, items: list[Item], less: int) -> Iterator[Filling]:
        scope = "none" if isinstance(leaf, Competency) else self.leaves[leaf.key][1]["scope"]
        used = {
            item.identity
            for key, there in taken.items()
            for item in there
            if not isinstance(self.leaves[key][0], Competency) and self.leaves[key][1]["scope"] == scope
        }
        free = [item for item in items if scope == "none" or item.identity not in used]
        if isinstance(leaf, Credits):
            sizes: Iterable[int] = range(1, len(free) + 1)
        else:
            asked = leaf.n if isinstance(leaf, Pool) else leaf.count if isinstance(leaf, Competency) else 1
            sizes = [max(0, asked - less)]
            if sizes == [0]:
                yield {**taken, leaf.key: frozenset()}
                return
        for size in sizes:
            for some in combinations(free, size):
                if len({item.identity for item in some}) == size and self._fits(leaf, some):
                    yield {**taken, leaf.key: frozenset(some)}

    def group(self, item: Item, by: str) -> object:
        entry = self.s.catalog[item.code]
        return entry.series if by == "series" else entry.attributes.get(by)

    def _fits(self, leaf: Rule, some: tuple[Item, ...]) -> bool:
        if isinstance(leaf, Pool):
            groups = Counter(self.group(item, leaf.group_by) for item in some)
            most = len(some) if leaf.max_per_group is None else leaf.max_per_group
            return len(groups) >= (leaf.min_groups or 0) and max(groups.values(), default=0) <= most
        if isinstance(leaf, Credits):
            return self._enough(leaf, some) and not any(
                self._enough(leaf, tuple(item for item in some if item != spared)) for spared in some
            )
        return True

    def worth(self, leaf: Credits, item: Item) -> Decimal:
        """What an item adds at a leaf that adds up, before any cap."""
        entry = self.s.catalog[item.code]
        if leaf.measure != "credits":
            return Decimal(str(entry.attributes.get(leaf.measure, 0)))
        own = item.fact.credits if item.fact else None
        return entry.credits if own is None else own

    def counted(self, leaf: Credits, some: tuple[Item, ...]) -> Decimal:
        """What these items add up to, groups and what was earned elsewhere held to their caps."""
        caps = dict(leaf.group_caps)
        sums: dict[object, Decimal] = {}
        for item in some:
            group = self.group(item, leaf.group_by)
            sums[group] = sums.get(group, Decimal(0)) + self.worth(leaf, item)
        counted = sum((min(raw, caps.get(str(group), raw)) for group, raw in sums.items()), Decimal(0))
        outside = self._outside(leaf, some)
        if leaf.transfer_max is not None and outside > leaf.transfer_max:
            counted -= outside - leaf.transfer_max
        return counted

    def _outside(self, leaf: Credits, some: tuple[Item, ...]) -> Decimal:
        brought = [item for item in some if item.fact and item.fact.source != "internal"]
        return sum((self.worth(leaf, item) for item in brought), Decimal(0))

    def _enough(self, leaf: Credits, some: tuple[Item, ...]) -> bool:
        inside = sum((self.worth(leaf, item) for item in some), Decimal(0)) - self._outside(leaf, some)
        return self.counted(leaf, some) >= leaf.min and inside >= (leaf.residency_min or 0)

    def _below(self, node: Rule, filling: Filling) -> list[Item]:
        if node.key in self.leaves:
            return list(filling.get(node.key, ()))
        return [item for child in parts(node) for item in self._below(child, filling)]

    def in_time(self, node: Rule, filling: Filling) -> bool:
        if isinstance(node, Within):
            days = sorted(item.day for item in self._below(node, filling))
            return not days or self._in_window(node, days)
        if isinstance(node, InOrder):
            before: list[Item] = []
            for child in node.children:
                here = self._below(child, filling)
                if not all(self._follows(node, late, early) for late in here for early in before):
                    return False
                before += here
        return True

    def _follows(self, node: InOrder, late: Item, early: Item) -> bool:
        if not node.strict:
            return early.day <= late.day
        # The hypothetical comes after every real fact, and after the hypothetical of earlier children.
        return late.fact is None or (early.fact is not None and early.day < late.day)

    def _in_window(self, node: Within, days: list[date]) -> bool:
        start = days[0]
        if node.anchor == "enrolment":
            assert self.s.enrolled_on is not None
            if start < self.s.enrolled_on:
                return False
            start = self.s.enrolled_on
        plain = last = add(start, node.window)
        while True:
            paused = {
                pause.starts_on + timedelta(days=n)
                for pause in self.s.pauses
                for n in range((pause.ends_on - pause.starts_on).days + 1)
            }
            moved = plain + timedelta(days=sum(start <= day <= last for day in paused))
            if moved == last:
                return days[-1] <= last
            last = moved

    # Questions

    def identity(self, fact: Fact) -> str:
        """What a scope uses once: the class of the achievement, or the fact where that is repeatable."""
        if self.s.catalog[fact.achievement].repeatable:
            return f"#{fact.id}"
        return "#" + "".join(sorted(self.classes[fact.achievement]))

    def _real(self, facts: Iterable[Fact], at: datetime, out: list[Exemption]) -> dict[str, list[Item]]:
        def item(fact: Fact) -> Item:
            return Item(fact.id, fact.achievement, self.identity(fact), self.day(fact.earned_at), fact)

        facts = list(facts)
        return {key: [item(fact) for fact in facts if self.usable(key, fact, at, out)] for key in self.leaves}

    def _with(
        self, real: dict[str, list[Item]], new: tuple[str, ...], today: date, out: list[Exemption]
    ) -> dict[str, list[Item]]:
        items = {key: list(there) for key, there in real.items()}
        for number, code in enumerate(new):
            one = self.s.catalog[code].repeatable
            identity = f"~{number}" if one else "#" + "".join(sorted(self.classes[code]))
            item = Item(f"~{number}", code, identity, today, None)
            for key in self.leaves:
                if self.wanted(key, code, today, out):
                    items[key].append(item)
        return items

    def _sets(self, size: int, today: date, out: list[Exemption]) -> Iterator[tuple[str, ...]]:
        able = sorted(
            code
            for code, entry in self.s.catalog.items()
            if entry.active and any(self.wanted(key, code, today, out) for key in self.leaves)
        )
        for some in combinations_with_replacement(able, size):
            twice = {code for code, many in Counter(some).items() if many > 1}
            if all(self.s.catalog[code].repeatable for code in twice):
                yield some

    MOST = 6

    def _least(
        self, real: dict[str, list[Item]], today: date, out: list[Exemption]
    ) -> tuple[int, list[tuple[tuple[str, ...], dict[str, list[Item]]]]] | None:
        for size in range(self.MOST + 1):
            good = [
                (new, items)
                for new in self._sets(size, today, out)
                if next(self.fillings(items := self._with(real, new, today, out), today, out), None)
                is not None
            ]
            if good:
                return size, good
        return None

    def in_force(self, at: datetime, known_at: datetime) -> list[Exemption]:
        return [
            e
            for e in self.s.exemptions
            if e.approved_at <= min(at, known_at) and not (e.expires_on and self.day(at) > e.expires_on)
        ]

    def holds(self, facts: Iterable[Fact], at: datetime, known_at: datetime) -> bool:
        out = self.in_force(at, known_at)
        real = self._real(facts, at, out)
        return self._holds(
            tuple((key, tuple(there)) for key, there in real.items()), tuple(out), self.day(at)
        )

    @cache  # noqa: B019
    def _holds(self, real: Any, out: Any, _today: date) -> bool:
        return next(self.fillings(dict(real), _today, list(out)), None) is not None

    def distance(self, facts: Iterable[Fact], at: datetime, known_at: datetime) -> int | None:
        out = self.in_force(at, known_at)
        found = self._least(self._real(facts, at, out), self.day(at), out)
        return None if found is None else found[0]

    def distances(self) -> tuple[int | None, int | None]:
        """How many are still to be earned today, and how many by somebody with nothing."""
        found = self.distance(self.s.facts, self.s.at, self.s.at)
        nobody = self._least({key: [] for key in self.leaves}, self.day(self.s.at), [])
        return found, nobody[0] if nobody else None

    def answer(self, ahead: int) -> Answer:
        s = self.s
        today, out = self.day(s.at), self.in_force(s.at, s.at)
        real = self._real(s.facts, s.at, out)
        nobody = self._least({key: [] for key in self.leaves}, today, [])
        found = self._least(real, today, out)
        used: tuple[str, ...] = ()
        new: tuple[str, ...] = ()
        deal: dict[str, tuple[str, ...]] = {}
        plans: tuple[Filling, ...] = ()
        if found is not None:
            used, new, deal, plans = self._canonical(found, today, out)
        return Answer(
            satisfied=found is not None and found[0] == 0,
            remaining=found[0] if found else None,
            total=nobody[0] if nobody else None,
            used=used,
            completion=new,
            assignment=deal,
            first_satisfied_on=self.first(),
            holds_through=self._through(ahead) if found is not None and found[0] == 0 else None,
            next_useful=tuple(sorted({code for some, _ in found[1] for code in some})) if found else (),
            plans=plans,
        )

    def _canonical(self, found: Any, today: date, out: list[Exemption]) -> Any:
        order = sorted(
            self.s.facts,
            key=lambda fact: (-(fact.expires_on or date.max).toordinal(), fact.earned_at, fact.id),
        )
        rank = {fact.id: number for number, fact in enumerate(order)}
        best: Any = None
        plans: list[Filling] = []
        last = len(rank)
        for new, items in found[1]:
            for filling in self.fillings(items, today, out):
                everything = set(chain.from_iterable(filling.values()))
                if sum(item.fact is None for item in everything) != len(new):
                    continue
                ranks = sorted(rank[item.fact.id] for item in everything if item.fact)
                many = len(ranks) if not new else -len(ranks)
                deal = [
                    sorted(rank[item.fact.id] for item in filling.get(key, ()) if item.fact) or [last]
                    for key in self.leaves
                ]
                order_of = (many, ranks, list(new), deal)
                if best is None or order_of < best[0]:
                    best, plans = (order_of, new, filling), []
                if order_of == best[0]:
                    plans.append(filling)
        _, new, filling = best
        deals = {
            key: tuple(sorted(item.name for item in filling[key] if item.fact))
            for key in self.leaves
            if any(item.fact for item in filling.get(key, ()))
        }
        used = tuple(sorted({name for there in deals.values() for name in there}))
        return used, tuple(new), deals, tuple(plans)

    def first(self) -> date | None:
        s = self.s
        right = [
            f
            for f in s.facts
            if not (f.revocation == "void" and f.revoked_at is not None and f.revoked_at <= s.at)
        ]
        instants = {f.earned_at for f in right} | {e.approved_at for e in s.exemptions}
        instants |= {stay.ends_at for f in right for stay in f.suspensions if stay.ends_at}
        instants |= {
            self.end(e.expires_on) + timedelta(microseconds=1)
            for e in s.exemptions
            if e.type == "block" and e.expires_on
        }
        for instant in sorted(instants):
            if instant <= s.at and self.holds(right, instant, instant):
                return self.day(instant)
        return None

    def _through(self, ahead: int) -> date | None:
        today = self.day(self.s.at)
        known = [fact for fact in self.s.facts if fact.earned_at <= self.s.at]
        for number in range(1, ahead + 1):
            day = today + timedelta(days=number)
            if not self.holds(known, self.end(day), self.s.at):
                return day - timedelta(days=1)
        return None

    def finish_by(self) -> date | None:
        today, last = self.day(self.s.at), None
        known = [fact for fact in self.s.facts if fact.earned_at <= self.s.at]
        before = self.distance(self.s.facts, self.s.at, self.s.at)
        for number in range(1, self.s.horizon_days + 1):
            day = today + timedelta(days=number)
            after = self.distance(known, self.end(day), self.s.at)
            if before is not None and (after is None or after > before):
                last = day - timedelta(days=1)
            before = after
        return last
