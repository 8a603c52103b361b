"""Why a fact is not used, and what a milestone waits for: the law's words over the plans of exhaustion.

The law fixes which held facts a plan uses at which leaf, not where what is still to be earned would go, so
every plan that it calls canonical has its own reasons; the engine's must be those of one of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from pathways.rules.evaluate import Exemption, Fact
from pathways.rules.tree import Competency, Credits, Filters, InOrder, Pool, Rule, Within, nodes
from tests.pathways.rules.exhaustive import Filling, Item, World

TESTS = (
    "FUTURE",
    "REVOKED",
    "SUSPENDED",
    "EXPIRED",
    "BLOCKED",
    "CONSUMED_ELSEWHERE",
    "BEFORE_CUTOFF",
    "AFTER_CUTOFF",
    "SOURCE_NOT_ALLOWED",
    "LEVEL_TOO_LOW",
)


class Reasons:
    """One plan of one situation; without any plan (the rule is out of reach) `plan` is empty."""

    def __init__(self, world: World, plan: Filling) -> None:
        self.w = world
        self.s = world.s
        self.plan = plan
        self.out = world.in_force(self.s.at, self.s.at)

    def all(self) -> dict[str, str]:
        """The code of every fact that this plan does not use, by its id."""
        used = {item.name for there in self.plan.values() for item in there if item.fact}
        return {fact.id: self.of(fact) for fact in self.s.facts if fact.id not in used}

    def of(self, fact: Fact) -> str:
        day = self.w.day(fact.earned_at)
        matching = [
            key
            for key, (leaf, _) in self.w.leaves.items()
            if self.w.matches(leaf, fact.achievement, day, fact.level, self.out)
        ]
        if not matching:
            aligned = self.s.catalog[fact.achievement].competencies
            low = any(
                isinstance(leaf, Competency) and leaf.code in aligned for leaf, _ in self.w.leaves.values()
            )
            return "LEVEL_TOO_LOW" if low else "NOT_LISTED"
        failed = {key: next(self._failing(key, fact, self.s.at, self.out), "") for key in matching}
        if all(failed.values()):
            return max(failed.values(), key=TESTS.index)
        for key in matching:
            if not failed[key] and self.plan.get(key):
                return self._at(key, fact)
        return "NOT_NEEDED"

    def _failing(self, key: str, fact: Fact, at: datetime, out: list[Exemption]) -> Iterator[str]:
        """The tests of one fact at one leaf that it fails, in their order."""
        leaf, limits = self.w.leaves[key]
        day = self.w.day(fact.earned_at)
        if at < fact.earned_at:
            yield "FUTURE"
        if fact.revoked_at and fact.revoked_at <= at:
            yield "REVOKED"
        for stay in fact.suspensions:
            if stay.starts_at <= at and not (stay.ends_at and stay.ends_at <= at):
                yield "SUSPENDED"
        if limits["validity"] != "ever" and fact.expires_on and fact.expires_on < self.w.day(at):
            yield "EXPIRED"
        if {(e.node, e.credential) for e in out if e.type == "block"} & {(key, fact.id), ("*", fact.id)}:
            yield "BLOCKED"
        if len(self.s.exclusive_with.intersection(fact.consumed_by)) >= self.s.use_limit:
            yield "CONSUMED_ELSEWHERE"
        if limits["earned_from"] and day < limits["earned_from"]:
            yield "BEFORE_CUTOFF"
        if limits["earned_to"] and day > limits["earned_to"]:
            yield "AFTER_CUTOFF"
        if limits["sources"] and fact.source not in limits["sources"]:
            yield "SOURCE_NOT_ALLOWED"
        asked = None if isinstance(leaf, Competency) else limits["min_level"]
        if asked is not None and (fact.level is None or fact.level < asked):
            yield "LEVEL_TOO_LOW"

    def _at(self, key: str, fact: Fact) -> str:
        leaf, limits = self.w.leaves[key]
        identity = self.w.identity(fact)
        scope = "none" if isinstance(leaf, Competency) else limits["scope"]
        for other, there in self.plan.items():
            node, own = self.w.leaves[other]
            shared = scope == own["scope"] != "none" and not isinstance(node, Competency)
            if (other == key or shared) and any(i.fact and i.identity == identity for i in there):
                return "IDENTITY_ALREADY_USED"
        more = Item(fact.id, fact.achievement, identity, self.w.day(fact.earned_at), fact)
        added = {**self.plan, key: self.plan[key] | {more}}
        above = [node for node in nodes(self.s.rule) if key in {below.key for below in nodes(node)}]
        for kind, code in ((Within, "OUTSIDE_WINDOW"), (InOrder, "WRONG_ORDER")):
            for node in above:
                if isinstance(node, kind) and not self.w.in_time(node, added):
                    return code
        return "CAP_REACHED" if self._is_full(leaf, fact, self.plan[key]) else "NOT_NEEDED"

    def _is_full(self, leaf: Rule, fact: Fact, there: frozenset[Item]) -> bool:
        own = Item(fact.id, fact.achievement, "", self.w.day(fact.earned_at), fact)
        if isinstance(leaf, Pool | Credits):
            alike = [i for i in there if self.w.group(i, leaf.group_by) == self.w.group(own, leaf.group_by)]
        if isinstance(leaf, Pool) and leaf.max_per_group is not None and len(alike) >= leaf.max_per_group:
            return True
        if isinstance(leaf, Credits):
            cap = dict(leaf.group_caps).get(str(self.w.group(own, leaf.group_by)))
            if cap is not None and sum((self.w.worth(leaf, i) for i in alike), Decimal(0)) >= cap:
                return True
            if leaf.transfer_max is not None and fact.source != "internal":
                brought = [i for i in there if i.fact and i.fact.source != "internal"]
                if sum((self.w.worth(leaf, i) for i in brought), Decimal(0)) >= leaf.transfer_max:
                    return True
        everything = {item for one in self.plan.values() for item in one}
        return any(
            fact.achievement in cap.achievements
            and len({i.identity for i in everything if i.code in cap.achievements}) >= cap.k
            for cap in self.s.at_most
        )


def milestones_due(world: World) -> tuple[str, ...]:
    """The codes of the milestones that are reached, sorted."""
    s = world.s
    due = []
    for row in s.milestones:
        node = next(node for node in nodes(s.rule) if node.key == (row.node or s.rule.key))
        alone = World(replace(s, rule=replace(node, filters=Filters(**world.limits[node.key]))))
        remaining, total = alone.distances()
        if remaining is None:
            done = 0
        elif total is None:
            done = len(alone.answer(0).used)
        else:
            done = total - remaining
        if done >= row.at:
            due.append(row.code)
    return tuple(sorted(due))
