"""The verdict on the whole rule unfolded over its nodes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pathways.rules.evaluate.assignment import Leaf, Plan, best_plan, contenders, leaves_of
from pathways.rules.evaluate.case import Case
from pathways.rules.evaluate.facts import Fact
from pathways.rules.evaluate.verdict import Explained, NodeStatus, Proof, Used
from pathways.rules.tree import AllOf, Pool, Rule, kind


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule, or one node alone, at the instant of the case; without a plan it is out of reach."""

    leaves: tuple[Leaf, ...]
    plan: Plan | None
    next_useful: tuple[str, ...]
    finish_by: date | None


def judge(case: Case, rule: Rule) -> Judgement:
    """The canonical plan of a keyed rule and what follows from it."""
    leaves = leaves_of(rule)
    plan = best_plan(leaves, case.usable(case.at), case.catalog)
    if leaves is None or plan is None:
        return Judgement(leaves or (), None, (), case.finish_by(leaves))
    return Judgement(leaves, plan, case.next_useful(leaves, plan), case.finish_by(leaves))


def explain(case: Case, rule: Rule, judgement: Judgement) -> Explained:
    """Every node's part of the judgement; where the whole is out of reach, every node judged alone."""
    return _explain(case, rule, judgement, alone=judgement.plan is None)


def _explain(case: Case, node: Rule, judgement: Judgement, *, alone: bool) -> Explained:
    leaves, plan = leaves_of(node) or (), judgement.plan
    facts = tuple(fact for leaf in leaves for fact in plan.at(leaf)) if plan else ()
    open_leaves = tuple(leaf for leaf in leaves if len(plan.at(leaf)) < leaf.places) if plan else ()
    children = tuple(
        _explain(case, child, judge(case, child) if alone else judgement, alone=alone)
        for child in (node.children if isinstance(node, AllOf) else ())
    )
    return Explained(
        key=node.key,
        kind=kind(node),
        label=node.label,
        status=_status(case, leaves, facts, open_leaves, reachable=plan is not None),
        need=_need(node),
        have=sum(child.is_met for child in children) if isinstance(node, AllOf) else len(facts),
        used=tuple(Used(fact.id, fact.achievement) for fact in sorted(facts, key=lambda fact: fact.id)),
        missing_options=tuple(
            code for code in judgement.next_useful if any(code in leaf.codes for leaf in open_leaves)
        ),
        proof=None if isinstance(node, AllOf) else _proof(open_leaves, judgement),
        deadline=_earliest_end(case, facts) or judgement.finish_by,
        children=children,
    )


def _status(
    case: Case,
    leaves: Sequence[Leaf],
    facts: Sequence[Fact],
    open_leaves: Sequence[Leaf],
    *,
    reachable: bool,
) -> NodeStatus:
    if not reachable:
        return "unreachable"
    if open_leaves:
        return "partial" if facts else "unmet"
    return "at_risk" if case.is_at_risk(leaves) else "satisfied"


def _need(node: Rule) -> int:
    if isinstance(node, AllOf):
        return len(node.children)
    return node.n if isinstance(node, Pool) else 1


def _proof(open_leaves: Sequence[Leaf], judgement: Judgement) -> Proof | None:
    """For a leaf that is open: all that compete for the same facts, together short of them (Hall)."""
    if not open_leaves or judgement.plan is None:
        return None
    plan = judgement.plan
    crowd = contenders(open_leaves[0], judgement.leaves, plan)
    return Proof(
        nodes=tuple(leaf.key for leaf in crowd),
        held=tuple(sorted(fact.id for leaf in crowd for fact in plan.at(leaf))),
        places=sum(leaf.places for leaf in crowd),
    )


def _earliest_end(case: Case, facts: Iterable[Fact]) -> date | None:
    if case.validity == "ever":
        return None
    return min((fact.expires_on for fact in facts if fact.expires_on is not None), default=None)


def undecided(node: Rule) -> Explained:
    """A node of a rule that was too large to decide: what it needs, and nothing claimed beyond that."""
    return Explained(
        key=node.key,
        kind=kind(node),
        label=node.label,
        status="indeterminate",
        need=_need(node),
        have=0,
        children=tuple(undecided(child) for child in node.children) if isinstance(node, AllOf) else (),
    )
