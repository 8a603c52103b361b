"""What stands between a learner and her end, by requirement, and what would surely end it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pathways.rules.evaluate import Explained
from pathways.rules.tree import AtLeast, Pool, Rule, nodes


@dataclass(frozen=True, slots=True)
class Blocks:
    """Keys of requirements: those that are open; those without which the rule would be met at once; and those
    that asked for one fewer would do.

    The last two are told from one answer, so they are sure, and not all: what a requirement uses might fill
    another place once it is gone.
    """

    open: frozenset[str]
    without: frozenset[str]
    one_fewer: frozenset[str]


NOTHING = Blocks(frozenset(), frozenset(), frozenset())


def blocks(explained: Explained, rule: Rule) -> Blocks:
    """What blocks a learner whose answer is explained so; out of reach, only what cannot be completed."""
    if explained.is_met or explained.status == "indeterminate":
        return NOTHING
    if explained.status == "unreachable":
        closed = {node.key for node in _chosen(explained) if node.status == "unreachable"}
        return Blocks(frozenset(closed - {explained.key}) or frozenset(closed), frozenset(), frozenset())
    rules = {node.key: node for node in nodes(rule)}
    open_leaves = {leaf.key for leaf in _leaves(explained)}
    shown = [node for node in _chosen(explained) if not node.is_met and _is_shown(node, rules)]
    return Blocks(
        open=frozenset(node.key for node in shown),
        without=frozenset(node.key for node in shown if open_leaves == {leaf.key for leaf in _leaves(node)}),
        one_fewer=frozenset(node.key for node in shown if _does_with_one_fewer(node, rules, open_leaves)),
    )


def _is_shown(node: Explained, rules: Mapping[str, Rule]) -> bool:
    """Leaves, and groups that leave a choice: what a registrar would change."""
    return not node.children or isinstance(rules.get(node.key), AtLeast)


def _does_with_one_fewer(node: Explained, rules: Mapping[str, Rule], open_leaves: set[str]) -> bool:
    rule = rules.get(node.key)
    if isinstance(rule, Pool):
        # One place fewer might leave too few for its groups.
        is_plain = not rule.min_groups
        return is_plain and rule.n > 1 and node.need - node.have == 1 and open_leaves == {node.key}
    if isinstance(rule, AtLeast):
        waiting = [child for child in node.children if child.chosen and not child.is_met]
        is_one = len(waiting) == 1 and rule.n > 1
        return is_one and open_leaves == {leaf.key for leaf in _leaves(waiting[0])}
    return False


def _chosen(explained: Explained) -> Iterator[Explained]:
    """The nodes on which the answer rests."""
    if explained.chosen:
        yield explained
        for child in explained.children:
            yield from _chosen(child)


def _leaves(explained: Explained) -> Iterator[Explained]:
    """The open leaves below a node, itself included."""
    return (node for node in _chosen(explained) if not node.children and not node.is_met)
