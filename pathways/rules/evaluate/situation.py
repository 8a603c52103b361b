"""Everything that one verdict reads: rule, facts, catalogue, and what was decided beside them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from pathways.rules.evaluate.facts import ONE_DAY, Entry, Fact, local_day
from pathways.rules.tree import (
    NO_FILTERS,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    Filters,
    Pool,
    Rule,
    RuleError,
    Window,
    Within,
    codes,
    is_leaf,
    nodes,
)

ANYWHERE = "*"

Exempts: TypeAlias = Literal["waive", "reduce", "substitute", "block"]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """`source` stands for `target`, in one step, if earned in this span of days; an open end is None."""

    source: str
    target: str
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """Whether what was earned on this day stands for the target."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One learner's exception at the node of this key (a block: or anywhere); `expires_on` is inclusive."""

    type: Exempts
    node: str
    approved_at: datetime
    expires_on: date | None = None
    by: int = 0
    achievement: str = ""
    credential: str = ""

    def in_force(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it changes anything at this instant."""
        ended = self.expires_on is not None and local_day(at, zone) > self.expires_on
        return self.approved_at <= at and not ended


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most `k` identities are used, anywhere, whose own achievement is one of these."""

    k: int
    achievements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Milestone:
    """Due when `at` of what a node asks for are done; without a node, of the whole rule."""

    code: str
    at: int
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """An approved leave, both days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One learner before one keyed rule at one instant; the version's defaults are `defaults`."""

    rule: Rule
    facts: tuple[Fact, ...]
    catalog: Mapping[str, Entry]
    at: datetime
    zone: ZoneInfo
    horizon_days: int = 90
    equivalences: tuple[Equivalence, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    exclusive_with: frozenset[str] = frozenset()
    use_limit: int = 1
    enrolled_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    defaults: Filters = NO_FILTERS

    @property
    def today(self) -> date:
        """The institution's calendar day."""
        return local_day(self.at, self.zone)

    def end_of(self, window: Window, start: date) -> date:
        """The last day of a window opening on `start`, moved on by the paused days in it until it stands."""
        plain = window.after(start)
        end = plain
        while True:
            try:
                moved = plain + timedelta(days=self._paused(start, end))
            except OverflowError:
                return date.max
            if moved == end:
                return end
            end = moved

    def _paused(self, start: date, end: date) -> int:
        """How many days from `start` to `end`, both included, lie in some pause."""
        reached, count = start, 0
        for pause in sorted(self.pauses, key=lambda pause: pause.starts_on):
            first, last = max(pause.starts_on, reached), min(pause.ends_on, end)
            if first <= last:
                count += (last - first).days + 1
                reached = last + ONE_DAY
        return count


def check(situation: Situation) -> None:
    """Raises RuleError for a situation that no verdict can be given on, naming the node and the field."""
    for node in nodes(situation.rule):
        _check_node(node, situation)
    by_key = {node.key: node for node in nodes(situation.rule)}
    for exemption in situation.exemptions:
        _check_exemption(exemption, by_key, situation.catalog)
    for milestone in situation.milestones:
        if milestone.node is not None and milestone.node not in by_key:
            raise RuleError(milestone.code, "node", f"no node has the key {milestone.node!r}")
    for row in situation.equivalences:
        _check_known("equivalences", "from", (row.source,), situation.catalog)
        _check_known("equivalences", "to", (row.target,), situation.catalog)
    for cap in situation.at_most:
        _check_known("at_most", "achievements", sorted(cap.achievements), situation.catalog)


def _check_node(node: Rule, situation: Situation) -> None:
    for field, count in _counts(node):
        if count < 1:
            raise RuleError(node.key, field, "must be at least one")
    if isinstance(node, Credits) and node.min <= 0:
        raise RuleError(node.key, "min", "must be more than nothing")
    field = {Earned: "achievement", Done: "step"}.get(type(node), "achievements")
    _check_known(node.key, field, codes(node), situation.catalog)
    if isinstance(node, Within) and node.anchor == "enrolment" and situation.enrolled_on is None:
        raise RuleError(node.key, "anchor", "needs the day of enrolment, which is not given")


def _counts(node: Rule) -> Iterator[tuple[str, int]]:
    if isinstance(node, Pool | AtLeast):
        yield "n", node.n
    if isinstance(node, Competency):
        yield "count", node.count


def _check_exemption(exemption: Exemption, by_key: Mapping[str, Rule], catalog: Mapping[str, Entry]) -> None:
    if exemption.type == "block" and exemption.node == ANYWHERE:
        return
    node = by_key.get(exemption.node)
    if node is None:
        raise RuleError("exceptions", "node", f"no node has the key {exemption.node!r}")
    if exemption.type == "reduce":
        if not isinstance(node, Earned | Done | Pool | AtLeast):
            raise RuleError(node.key, "exceptions", "only a count of achievements or of parts can be reduced")
        if exemption.by < 1:
            raise RuleError(node.key, "by", "must be at least one")
    if exemption.type in {"substitute", "block"} and not is_leaf(node):
        raise RuleError(node.key, "exceptions", f"a {exemption.type} stands on a leaf, not on a group")
    if exemption.type == "substitute":
        _check_known("exceptions", "achievement", (exemption.achievement,), catalog)


def _check_known(where: str, field: str, named: Iterable[str], catalog: Mapping[str, Entry]) -> None:
    for code in named:
        if code not in catalog:
            raise RuleError(where, field, f"{code!r} is not in the catalogue")
