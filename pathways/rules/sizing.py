"""How much a whole rule asks for: the least and the most of hours or credits that any way through takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from math import comb
from types import MappingProxyType
from typing import assert_never

from pathways.rules.evaluate import Entry
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
    Within,
)

Span = tuple[Decimal, Decimal]

NOTHING = Decimal(0)
UNKNOWN: Mapping[str, Entry] = MappingProxyType({})
# Up to so many choices of parts, and sets of so many achievements, each is tried; beyond, they are bounded.
FEW_CHOICES, FEW_CODES = 64, 10
# From so many components on, a stack deserves a word halfway.
MANY_COMPONENTS = 6

# Identities are used once within a scope; what consumes nothing has a pot of its own.
_USUAL, _OVERLAY = "pathway", "none"


def span(rule: Rule, sizes: Mapping[str, Decimal], catalog: Mapping[str, Entry] = UNKNOWN) -> Span:
    """The smallest and the largest sum over all ways to meet a rule, each credential taken once.

    Exact for groups of all, in order or within a time, of achievements, steps and pools in one scope: what
    can fill places together is a matroid, so taking the next best that still finds a place is never
    regretted. A choice between parts is exact where the parts share nothing and no more than 64 choices
    there are. Otherwise both ends are bounds, the first never too high and the second never too low: groups
    within a pool, parts that share achievements with a sum, a competency or another scope, limits beside
    the rule. Sums and competencies go by the `catalog`, in which a code without an entry shows nothing.
    A code without a size counts nothing; equivalences and what was recognised are not looked at.
    """
    return _Sizer(sizes, catalog).whole((rule,), _USUAL)


@dataclass(slots=True)
class _Pot:
    """What is asked for within one scope: places, each with the codes that fit, and spans of other parts."""

    places: list[frozenset[str]] = field(default_factory=list)
    others: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Sizer:
    sizes: Mapping[str, Decimal]
    catalog: Mapping[str, Entry]

    def whole(self, parts: Sequence[Rule], scope: str) -> Span:
        """All of these parts, by one common choice."""
        pots: dict[object, _Pot] = {}
        for node, inside in _spread(parts, scope):
            own = id(node) if inside == _OVERLAY or _mixes(node, inside) else inside
            pot = pots.setdefault(own, _Pot())
            places = _places(node)
            if places:
                pot.places += places
            else:
                pot.others.append(self._other(node, inside))
        ends = [self._of_pot(pot) for pot in pots.values()]
        # One credential may serve several pots: together they take at least the largest of them.
        return max((least for least, _most in ends), default=NOTHING), _sum(most for _least, most in ends)

    def _of_pot(self, pot: _Pot) -> Span:
        by_size = sorted(set().union(*pot.places), key=lambda code: (self._size(code), code))
        again = [
            code for code in by_size for _copy in range(len(pot.places) if self._is_repeatable(code) else 1)
        ]
        least, most = (
            _sum(self._size(code) for code in _filling(pot.places, order)) for order in (again, again[::-1])
        )
        return least + _sum(low for low, _high in pot.others), most + _sum(high for _low, high in pot.others)

    def _other(self, node: Rule, scope: str) -> Span:
        match node:
            case AtLeast():
                return self._choice(node, scope)
            case Credits():
                return self._adding_up(node)
            case Competency():
                shown = [
                    code
                    for code, entry in self.catalog.items()
                    if entry.competencies.get(node.code, 0) >= node.min_level
                ]
                sizes = sorted((self._size(code) for code in shown), reverse=True)
                # What shows it may be counted elsewhere as well, so it need not take anything more.
                return NOTHING, _sum(sizes[: max(node.count, 0)])
            case _:
                return NOTHING, NOTHING

    def _choice(self, node: AtLeast, scope: str) -> Span:
        many = len(node.children)
        if 0 < node.n <= many and comb(many, node.n) <= FEW_CHOICES:
            ends = [self.whole(chosen, scope) for chosen in combinations(node.children, node.n)]
            return min(low for low, _high in ends), max(high for _low, high in ends)
        ends = [self.whole((child,), scope) for child in node.children]
        lows, highs = sorted(low for low, _high in ends), sorted(high for _low, high in ends)
        chosen = min(max(node.n, 0), many)
        return _sum(lows[:chosen]), _sum(highs[many - chosen :])

    def _adding_up(self, node: Credits) -> Span:
        codes = tuple(dict.fromkeys(node.achievements))
        everything = _sum(self._size(code) for code in codes)
        if len(codes) > FEW_CODES or any(map(self._is_repeatable, codes)):
            # How much of the size comes with one of what is added up, where it is cheapest.
            rates = [self._size(code) / worth for code in codes if (worth := self._worth(code, node.measure))]
            return min(rates, default=NOTHING) * node.min, everything
        ways = [
            chosen
            for many in range(1, len(codes) + 1)
            for chosen in combinations(codes, many)
            if self._reaches(node, chosen)
            and not any(self._reaches(node, chosen[:place] + chosen[place + 1 :]) for place in range(many))
        ]
        sums = [_sum(self._size(code) for code in chosen) for chosen in ways]
        # What was earned elsewhere counts only in part, and may need all the rest beside it.
        most = everything if node.transfer_max is not None else max(sums, default=everything)
        return min(sums, default=NOTHING), most

    def _reaches(self, node: Credits, chosen: Sequence[str]) -> bool:
        """Whether these, all earned here, add up to what is asked."""
        caps = dict(node.group_caps)
        groups: dict[str | None, Decimal] = {}
        for code in chosen:
            entry = self.catalog.get(code)
            group = entry.group(node.group_by) if entry else None
            groups[group] = groups.get(group, NOTHING) + self._worth(code, node.measure)
        counted = _sum(
            min(amount, caps.get(group, amount)) if group else amount for group, amount in groups.items()
        )
        return counted >= node.min and _sum(groups.values()) >= (node.residency_min or NOTHING)

    def _worth(self, code: str, measure: str) -> Decimal:
        entry = self.catalog.get(code)
        return entry.measured(measure) if entry else NOTHING

    def _size(self, code: str) -> Decimal:
        return self.sizes.get(code, NOTHING)

    def _is_repeatable(self, code: str) -> bool:
        return code in self.catalog and self.catalog[code].repeatable


def _spread(parts: Sequence[Rule], scope: str) -> Iterator[tuple[Rule, str]]:
    """The parts with groups of all taken apart, each with its scope."""
    for part in parts:
        own = part.filters.scope
        inside = scope if own is UNSET else own or _USUAL
        match part:
            case AllOf() | InOrder():
                yield from _spread(part.children, inside)
            case Within():
                yield from _spread((part.child,), inside)
            case _:
                yield part, inside


def _mixes(node: Rule, scope: str) -> bool:
    """Whether leaves of another scope stand below a choice, so that its parts may share with others."""
    if not isinstance(node, AtLeast):
        return isinstance(node, Competency)
    return any(inside != scope or _mixes(leaf, inside) for leaf, inside in _spread(node.children, scope))


def _places(node: Rule) -> list[frozenset[str]]:
    """What fills each place of a node that is nothing but places."""
    match node:
        case Earned():
            return [frozenset({node.achievement})]
        case Done():
            return [frozenset({node.step})]
        case Pool():
            return [frozenset(node.achievements)] * node.n
        case _:
            return []


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def _filling(places: list[frozenset[str]], order: list[str]) -> list[str]:
    """The codes of `order` that find a place one after another; earlier ones may move, none loses its own."""
    taken: dict[int, str] = {}

    def settle(code: str, asked: set[int]) -> bool:
        for number, place in enumerate(places):
            if code not in place or number in asked:
                continue
            asked.add(number)
            if number not in taken or settle(taken[number], asked):
                taken[number] = code
                return True
        return False

    return [code for code in order if settle(code, set())]


def components(rule: Rule) -> int:
    """About how many achievements a rule asks for: its places, of a choice those of the smallest parts.

    What is added up counts as one, for its number is open.
    """
    match rule:
        case Earned() | Done() | Credits():
            return 1
        case Pool():
            return max(rule.n, 0)
        case Competency():
            return 0
        case AllOf() | InOrder():
            return sum(components(part) for part in rule.children)
        case Within():
            return components(rule.child)
        case AtLeast():
            return sum(sorted(components(part) for part in rule.children)[: max(rule.n, 0)])
        case _:
            assert_never(rule)


def midpoint(rule: Rule) -> int | None:
    """After how many achievements a stack of six or more deserves a word on the way; None for a smaller."""
    many = components(rule)
    return many // 2 if many >= MANY_COMPONENTS else None
