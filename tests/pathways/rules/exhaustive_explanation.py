"""Whether an explanation is one that the law allows: node by node, over the plans of exhaustion.

Of several plans that the law calls canonical any one may be told; a node that is judged alone has plans of
its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from pathways.rules.evaluate import Explained, Situation
from pathways.rules.tree import AtLeast, Competency, Credits, Done, Earned, Filters, Pool, Rule
from tests.pathways.rules.exhaustive import Answer, Filling, Item, World, parts

MET = ("waived", "satisfied", "at_risk")


class Judged:
    """The whole rule, or one node judged alone: its world, its answer and what follows from it."""

    def __init__(self, case: Situation, ahead: int, *, with_deadline: bool, each_alone: bool = False) -> None:
        self.case, self.ahead, self.with_deadline = case, ahead, with_deadline
        self.world = World(case)
        self.answer: Answer = self.world.answer(ahead)
        # Of a rule that is out of reach every node at every depth.
        self.each_alone = each_alone or not self.answer.plans
        self.finish_by = self.world.finish_by() if with_deadline else None
        self.out = self.world.in_force(case.at, case.at)
        self.today = self.world.day(case.at)

    def alone(self, node: Rule) -> "Judged":
        rule = replace(node, filters=Filters(**self.world.limits[node.key]))
        return Judged(
            replace(self.case, rule=rule),
            self.ahead,
            with_deadline=self.with_deadline,
            each_alone=self.each_alone,
        )

    def faults(self, told: Explained) -> list[str]:
        """What no plan of this rule explains; empty where one explains everything."""
        if not self.answer.plans:
            return list(self._faults(self.case.rule, told, None))
        found: list[str] = []
        for plan in self.answer.plans:
            found = list(self._faults(self.case.rule, told, plan))
            if not found:
                break
        return found

    # One node

    def _faults(self, node: Rule, told: Explained, plan: Filling | None) -> Iterator[str]:
        if (told.key, told.label) != (node.key, node.label):
            yield f"{node.key}: told of {told.key}"
        elif any(e.type == "waive" and e.node == node.key for e in self.out):
            empty = (told.need, told.have, told.used, told.children, told.proof, told.deadline)
            if told.status != "waived" or empty != (0, 0, (), (), None, None):
                yield f"{node.key}: waived, but {told}"
        else:
            yield from self._of_children(node, told, plan)
            yield from self._of_node(node, told, plan)

    def _of_children(self, node: Rule, told: Explained, plan: Filling | None) -> Iterator[str]:
        below = parts(node)
        if len(below) != len(told.children):
            yield f"{node.key}: {len(told.children)} children"
            return
        if plan is not None and isinstance(node, AtLeast):
            if sum(child.chosen for child in told.children) != self._need(node):
                yield f"{node.key}: chose another number"
            for child, row in zip(below, told.children, strict=True):
                if not row.chosen and self._items(child, plan):
                    yield f"{child.key}: used, but not chosen"
        for child, row in zip(below, told.children, strict=True):
            if plan is None or self.each_alone or not row.chosen:
                yield from self.alone(child).faults(row)
            else:
                yield from self._faults(child, row, plan)

    def _of_node(self, node: Rule, told: Explained, plan: Filling | None) -> Iterator[str]:
        items = self._items(node, plan) if plan else []
        real = {item.name: item for _, item in items if item.fact}
        open_leaves = {key for key, item in items if not item.fact}
        met = sum(child.status in MET for child in told.children if child.chosen)
        if isinstance(node, Credits):
            held = tuple(item for _, item in items if item.fact)
            amounts = (float(node.min), float(self.world.counted(node, held)))
            if told.amounts is None or tuple(map(float, told.amounts)) != amounts:
                yield f"{node.key}: amounts {told.amounts}, not {amounts}"
        elif (told.need, told.have) != (expected := (self._need(node), met if parts(node) else len(real))):
            yield f"{node.key}: need and have {(told.need, told.have)}, not {expected}"
        if {row.credential for row in told.used} != set(real):
            yield f"{node.key}: used {told.used}, not {sorted(real)}"
        for row in told.used:
            lawful = {self._counted_as(key, item) for key, item in items if item.name == row.credential}
            if (row.counted_as, row.via) not in lawful:
                yield f"{node.key}: {row} is none of {lawful}"
        status = self._status(node, plan, bool(open_leaves), bool(real or met))
        if told.status != status:
            yield f"{node.key}: {told.status}, not {status}"
        options = tuple(
            code
            for code in self.answer.next_useful
            if any(self.world.wanted(key, code, self.today, self.out) for key in open_leaves)
        )
        if told.missing_options != options:
            yield f"{node.key}: missing {told.missing_options}, not {options}"
        ends = [
            item.fact.expires_on
            for key, item in items
            if item.fact and item.fact.expires_on and self.world.leaves[key][1]["validity"] != "ever"
        ]
        if (ends or self.with_deadline) and told.deadline != min(ends, default=self.finish_by):
            yield f"{node.key}: deadline {told.deadline}, not {min(ends, default=self.finish_by)}"
        if told.proof is not None:
            yield from self._of_proof(node, told)

    def _items(self, node: Rule, plan: Filling) -> list[tuple[str, Item]]:
        if node.key in self.world.leaves:
            return [(node.key, item) for item in plan.get(node.key, ())]
        return [found for child in parts(node) for found in self._items(child, plan)]

    def _need(self, node: Rule) -> int:
        many = 1 if node.key in self.world.leaves else len(parts(node))
        if isinstance(node, Pool | AtLeast):
            many = node.n
        elif isinstance(node, Competency):
            many = node.count
        return max(0, many - sum(e.by for e in self.out if e.type == "reduce" and e.node == node.key))

    def _status(self, node: Rule, plan: Filling | None, is_open: bool, is_begun: bool) -> str:
        if plan is None:
            return "unreachable"
        if is_open:
            return "partial" if is_begun else "unmet"
        through = self.alone(node).answer.holds_through
        ends_soon = through is not None and through < self.today + timedelta(days=self.case.horizon_days)
        return "at_risk" if ends_soon else "satisfied"

    def _counted_as(self, key: str, item: Item) -> tuple[str, str]:
        leaf, _ = self.world.leaves[key]
        codes = self.world.codes(leaf)
        if isinstance(leaf, Competency):
            fact = item.fact
            level = fact.level if fact else None
            shown = self.world.matches(leaf, item.code, item.day, level, [])
            return leaf.code, "direct" if shown else "substitution"
        if item.code in codes:
            return item.code, "direct"
        targets = [
            row.target
            for row in self.case.equivalences
            if row.source == item.code
            and row.target in codes
            and (not row.valid_from or row.valid_from <= item.day)
            and (not row.valid_to or item.day <= row.valid_to)
        ]
        if targets:
            return min(targets), "equivalence"
        return codes[0] if isinstance(leaf, Earned | Done) else item.code, "substitution"

    def _of_proof(self, node: Rule, told: Explained) -> Iterator[str]:
        """The leaves named have fewer identities to fill them than places, and each of those is in use."""
        assert told.proof is not None
        usable = {
            key: {
                self.world.identity(fact)
                for fact in self.case.facts
                if self.world.usable(key, fact, self.case.at, self.out)
            }
            for key in told.proof.nodes
        }
        places = sum(self._need(self.world.leaves[key][0]) for key in told.proof.nodes)
        eligible = set().union(*usable.values())
        if node.key not in usable or told.proof.places != places:
            yield f"{node.key}: proof {told.proof}"
        if len(told.proof.held) != len(eligible) or len(eligible) >= places:
            yield f"{node.key}: proof {told.proof} with {eligible}"
