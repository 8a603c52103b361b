"""The node kinds of a rule and the filters that may stand on any of them."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Literal, TypeAlias, assert_never

from pathways.rules.tree.fields import RuleError

Validity: TypeAlias = Literal["current", "ever"]
Source: TypeAlias = Literal["internal", "transfer", "rpl", "external"]
SOURCES: tuple[Source, ...] = ("internal", "transfer", "rpl", "external")

ROOT = "r"
MONTHS = 12


class Unset(Enum):
    """A filter that is not on this node, so that the one above holds; None, given there, clears it."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a fact must be like to count here and below; an inner filter replaces the outer one.

    `sources` without an entry lets every source in. `scope` names the pot in which each identity is used
    once; `none` uses nothing up.
    """

    min_level: int | Unset | None = UNSET
    earned_from: date | Unset | None = UNSET
    earned_to: date | Unset | None = UNSET
    sources: tuple[Source, ...] | Unset | None = UNSET
    validity: Validity | Unset | None = UNSET
    scope: str | Unset | None = UNSET


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A length of time by the calendar."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The day this long after: years and months first, clipped to the month's end, then the rest.

        A window that leads beyond the calendar ends on its last day.
        """
        count = start.year * MONTHS + start.month - 1 + self.years * MONTHS + self.months
        year, month = divmod(count, MONTHS)
        if year > date.max.year:
            return date.max
        last = monthrange(year, month + 1)[1]
        try:
            return date(year, month + 1, min(start.day, last)) + timedelta(weeks=self.weeks, days=self.days)
        except OverflowError:
            return date.max


@dataclass(frozen=True, slots=True)
class Earned:
    """One achievement must be held."""

    achievement: str
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Done:
    """One act must have been completed that issues no credential: a capstone, an interview."""

    step: str
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Pool:
    """Exactly `n` different achievements out of those listed must be held.

    They come from at least `min_groups` groups, at most `max_per_group` from each; a group is the value of
    the catalogue's attribute `group_by`.
    """

    n: int
    achievements: tuple[str, ...]
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS
    min_groups: int | None = None
    max_per_group: int | None = None
    group_by: str = "series"


@dataclass(frozen=True, slots=True)
class Credits:
    """Different achievements whose counted sum reaches `min`, none of them dispensable.

    A group counts to its cap; what was not earned here counts to `transfer_max`; of what was, the raw sum
    reaches `residency_min`. `measure` names the catalogue's attribute that is added up.
    """

    min: Decimal
    achievements: tuple[str, ...]
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS
    group_caps: tuple[tuple[str, Decimal], ...] = ()
    group_by: str = "series"
    transfer_max: Decimal | None = None
    residency_min: Decimal | None = None
    measure: str = "credits"


@dataclass(frozen=True, slots=True)
class Competency:
    """`count` different achievements show this competency at `min_level` or above; nothing is used up."""

    code: str
    min_level: int = 1
    count: int = 1
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every child must be met, all by one common assignment; without children it never is."""

    children: "tuple[Rule, ...]"
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Some `n` of the children must be met; the others use nothing."""

    n: int
    children: "tuple[Rule, ...]"
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class InOrder:
    """Every child must be met, none begun before the last day of those before it; if strict, after it."""

    children: "tuple[Rule, ...]"
    strict: bool = False
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Within:
    """The child must be met by facts all earned in one window, which opens with the first or at enrolment."""

    child: "Rule"
    window: Window
    anchor: Literal["first", "enrolment"] = "first"
    key: str = ""
    label: str = ""
    filters: Filters = NO_FILTERS


Rule: TypeAlias = Earned | Done | Pool | Credits | Competency | AllOf | AtLeast | InOrder | Within


def kind(rule: Rule) -> str:
    """The node's kind in the exchange format."""
    match rule:
        case Earned():
            return "achievement"
        case Done():
            return "step"
        case Pool():
            return "pool"
        case Credits():
            return "credits"
        case Competency():
            return "competency"
        case AllOf():
            return "all"
        case AtLeast():
            return "n_of"
        case InOrder():
            return "ordered"
        case Within():
            return "within"
        case _:
            assert_never(rule)


def children(rule: Rule) -> "tuple[Rule, ...]":
    """The nodes directly below; a leaf has none."""
    match rule:
        case AllOf() | AtLeast() | InOrder():
            return rule.children
        case Within():
            return (rule.child,)
        case Earned() | Done() | Pool() | Credits() | Competency():
            return ()
        case _:
            assert_never(rule)


def is_leaf(rule: Rule) -> bool:
    """Whether facts fill this node itself, rather than nodes below it."""
    return isinstance(rule, Earned | Done | Pool | Credits | Competency)


def nodes(rule: Rule) -> Iterator[Rule]:
    """Every node in document order, the root first."""
    yield rule
    for child in children(rule):
        yield from nodes(child)


def listed(rule: Rule) -> frozenset[str]:
    """The codes of every achievement or step that some leaf names."""
    return frozenset(code for node in nodes(rule) for code in codes(node))


def codes(node: Rule) -> tuple[str, ...]:
    """The achievements or steps this node itself names, in its own order; a group names none."""
    match node:
        case Earned():
            return (node.achievement,)
        case Done():
            return (node.step,)
        case Pool() | Credits():
            return node.achievements
        case Competency() | AllOf() | AtLeast() | InOrder() | Within():
            return ()
        case _:
            assert_never(node)


def is_plain(rule: Rule) -> bool:
    """Whether a rule is nothing but achievements, pools and groups of all, none of them with a filter."""
    return all(
        node.filters == NO_FILTERS
        and (
            isinstance(node, Earned | AllOf)
            or (isinstance(node, Pool) and node.min_groups is None and node.max_per_group is None)
        )
        for node in nodes(rule)
    )


def keyed(rule: Rule) -> Rule:
    """The same rule with every empty key replaced by the key of its position (`r`, `r.0`, `r.0.1`).

    Raises RuleError where two nodes share a key.
    """
    placed = _placed(rule, ROOT)
    seen: set[str] = set()
    for node in nodes(placed):
        if node.key in seen:
            raise RuleError(node.key, "key", "two nodes share this key")
        seen.add(node.key)
    return placed


def _placed(rule: Rule, position: str) -> Rule:
    key = rule.key or position
    below = tuple(_placed(child, f"{position}.{index}") for index, child in enumerate(children(rule)))
    match rule:
        case AllOf() | AtLeast() | InOrder():
            return replace(rule, key=key, children=below)
        case Within():
            return replace(rule, key=key, child=below[0])
        case _:
            return replace(rule, key=key)
