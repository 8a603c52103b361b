"""How much a whole rule asks for: the least and the most that its places can take of hours or credits."""

from collections.abc import Mapping
from decimal import Decimal

from pathways.rules.tree import AllOf, Earned, Pool, Rule, RuleError, kind, nodes


def span(rule: Rule, sizes: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """The smallest and the largest sum over all ways to fill the rule's places, each achievement once.

    Exact: what can fill places together is a matroid, so taking the next best that still finds a place
    is never regretted. A code without a size counts nothing. Raises RuleError for a node that is no
    achievement, pool or group of all: what those ask for is no fixed number of places.
    """
    places = [place for node in nodes(rule) for place in _places(node)]
    by_size = sorted(set().union(*places), key=lambda code: (sizes.get(code, Decimal(0)), code))
    least, most = (
        sum((sizes.get(code, Decimal(0)) for code in _filling(places, order)), Decimal(0))
        for order in (by_size, by_size[::-1])
    )
    return least, most


def _places(node: Rule) -> list[frozenset[str]]:
    match node:
        case Earned():
            return [frozenset({node.achievement})]
        case Pool():
            return [frozenset(node.achievements)] * node.n
        case AllOf():
            return []
        case _:
            raise RuleError(node.key, "kind", f"what {kind(node)} asks for has no size of its own")


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
