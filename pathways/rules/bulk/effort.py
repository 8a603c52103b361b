"""How eventful a learner's facts may be so that the engine surely stays within its budget.

Beyond its budget the engine decides nothing. Whoever answers in its stead must know that it would have
decided, so what it can spend is bounded here from above, generously.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import comb, prod

from pathways.rules.evaluate.facts import Entry
from pathways.rules.evaluate.judge import PLANS, WAYS
from pathways.rules.evaluate.situation import Situation
from pathways.rules.tree import AtLeast, Pool, Rule, children, is_leaf, nodes

# No learner holds more facts, or has more stays, of those that the quick way is for.
MOST = 200


def most_events(situation: Situation, candidates: Mapping[str, Sequence[str]]) -> int:
    """How many facts and stays a learner may have; below nothing where no learner is safe.

    `candidates` are the codes that could fill each leaf.
    """
    if _choices(situation.rule) >= PLANS:
        return -1
    events = -1
    while events < MOST and spent_at_most(situation, candidates, events=events + 1) <= WAYS:
        events += 1
    return events


def spent_at_most(situation: Situation, candidates: Mapping[str, Sequence[str]], *, events: int) -> int:
    """A bound of the ways that the engine tries for a learner with so many facts and stays."""
    rule, could = situation.rule, {code for codes in candidates.values() for code in codes}
    plain, dealt = _of_a_search(situation, candidates, len(could) + events)
    # The days that the rule itself names: cut-offs of leaves, ends of equivalences.
    turns = 2 * len(candidates) + 2 * len(situation.equivalences)
    # A node that is judged alone asks how far it is now, with each code more, and on each day ahead.
    judged = sum(1 for _ in nodes(rule)) + 1
    of_a_node = 5 + len(could) + 3 * (2 * events + turns)
    of_milestones = 6 * len(situation.milestones)
    return (judged * of_a_node + 2 + events + of_milestones) * plain + (judged + of_milestones) * dealt


def _of_a_search(
    situation: Situation, candidates: Mapping[str, Sequence[str]], columns: int
) -> tuple[int, int]:
    """What one search may spend that only measures, and one that deals facts to their places."""
    rule, catalog = situation.rule, situation.catalog
    leaves = [node for node in nodes(rule) if is_leaf(node)]
    places = sum(_places(leaf) for leaf in leaves)
    listed = Counter(code for codes in candidates.values() for code in codes)
    copies = sum(places for code in listed if catalog[code].repeatable)
    if not any(_is_grouped(leaf) for leaf in leaves):
        search = _choices(rule) * places * (columns + copies)
        return search, search
    if copies or any(isinstance(node, AtLeast) for node in nodes(rule)):
        return WAYS + 1, WAYS + 1
    # An identity that two leaves could use is remembered on the way from the one to the other.
    shared = sum(count > 1 for count in listed.values()) + 2 * len(situation.equivalences)
    partly = [_partly(leaf, candidates[leaf.key], catalog) for leaf in leaves]
    plain = 4**shared * columns * sum(partly)
    return plain, plain * (places + 1)


def _choices(node: Rule) -> int:
    """At least as many choices of parts as this node, or any below it alone, leaves to the engine."""
    below = prod(map(_choices, children(node)))
    return max(1, comb(len(node.children), node.n)) * below if isinstance(node, AtLeast) else below


def _places(leaf: Rule) -> int:
    return leaf.n if isinstance(leaf, Pool) else 1


def _is_grouped(leaf: Rule) -> bool:
    return isinstance(leaf, Pool) and bool(leaf.min_groups or leaf.max_per_group is not None)


def _partly(leaf: Rule, codes: Sequence[str], catalog: Mapping[str, Entry]) -> int:
    """How many counts by group a leaf can show while it is filled."""
    if not isinstance(leaf, Pool) or not _is_grouped(leaf):
        return _places(leaf) + 1
    ways = [1] + [0] * leaf.n
    for size in Counter(catalog[code].group(leaf.group_by) for code in codes).values():
        ways = [sum(ways[max(0, total - size) : total + 1]) for total in range(leaf.n + 1)]
    return sum(ways)
