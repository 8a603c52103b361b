"""What a rule asks for in all: checked against every way through it."""

from decimal import Decimal
from itertools import combinations

import pytest

from pathways.rules.sizing import span
from pathways.rules.tree import AllOf, Earned, Pool, Rule, codes, nodes

HOURS = {"A": Decimal(2), "B": Decimal(3), "C": Decimal(5), "D": Decimal("7.5"), "E": Decimal(11)}


def every_way(rule: Rule) -> set[Decimal]:
    """The sum of each set of achievements that fills all places, by trying them all."""
    leaves = [node for node in nodes(rule) if not isinstance(node, AllOf)]

    def fills(held: frozenset[str], rest: list[Rule]) -> bool:
        if not rest:
            return not held
        need = rest[0].n if isinstance(rest[0], Pool) else 1
        fitting = sorted(held & set(codes(rest[0])))
        return any(fills(held - set(chosen), rest[1:]) for chosen in combinations(fitting, need))

    places = sum(leaf.n if isinstance(leaf, Pool) else 1 for leaf in leaves)
    return {
        sum((HOURS[code] for code in chosen), Decimal(0))
        for chosen in combinations(HOURS, places)
        if fills(frozenset(chosen), list(leaves))
    }


@pytest.mark.parametrize(
    "rule",
    [
        Earned("C"),
        Pool(2, ("A", "B", "E")),
        AllOf((Earned("A"), Pool(2, ("B", "C", "D")))),
        AllOf((Pool(1, ("A", "B")), Pool(1, ("A", "C")))),
        AllOf((Pool(2, ("A", "B", "C")), Pool(1, ("A", "D")), Earned("E"))),
        AllOf((AllOf((Earned("A"), Earned("B"))), Pool(1, ("A", "B", "D", "E")))),
    ],
    ids=str,
)
def test_the_ends_are_those_of_all_ways_through(rule: Rule) -> None:
    ways = every_way(rule)

    assert span(rule, HOURS) == (min(ways), max(ways))


def test_an_achievement_without_a_size_counts_nothing() -> None:
    assert span(AllOf((Earned("A"), Earned("new"))), HOURS) == (Decimal(2), Decimal(2))
