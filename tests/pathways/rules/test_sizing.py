"""What a rule asks for in all: checked against every way through it."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import pytest

from pathways.rules.evaluate import Entry
from pathways.rules.sizing import span
from pathways.rules.tree import (
    AllOf,
    AtLeast,
    Competency,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Rule,
    Window,
    Within,
)
from tests.pathways.rules.random_situations import Maker

HOURS = {
    "A": Decimal(2),
    "B": Decimal(3),
    "C": Decimal(5),
    "D": Decimal("7.5"),
    "E": Decimal(11),
    "F": Decimal(1),
}
CATALOG = {
    "A": Entry(credits=Decimal(1), series="x", competencies={"k": 2}),
    "B": Entry(credits=Decimal(1), series="y", competencies={"k": 1}),
    "C": Entry(credits=Decimal(2), series="x", competencies={"k": 3}),
    "D": Entry(credits=Decimal("1.5"), series="y"),
    "E": Entry(credits=Decimal(2), series="x"),
    "F": Entry(credits=Decimal("0.5")),
}


def ways(rule: Rule, scope: str = "pathway") -> Iterator[frozenset[tuple[str, str]]]:
    """Every set of (scope, achievement) by which a rule can be met; an overlay's scope is its own."""
    own = rule.filters.scope
    scope = own if isinstance(own, str) else "pathway" if own is None else scope

    def some(codes: tuple[str, ...], many: int) -> Iterator[frozenset[tuple[str, str]]]:
        pot = f"none {id(rule)}" if scope == "none" else scope
        for chosen in combinations(sorted(set(codes)), many):
            yield frozenset((pot, code) for code in chosen)

    match rule:
        case Earned():
            yield from some((rule.achievement,), 1)
        case Done():
            yield from some((rule.step,), 1)
        case Pool():
            yield from some(rule.achievements, rule.n)
        case Credits():
            for many in range(1, len(rule.achievements) + 1):
                for way in some(rule.achievements, many):
                    codes = [code for _pot, code in way]
                    if reaches(rule, codes) and not any(
                        reaches(rule, [other for other in codes if other != code]) for code in codes
                    ):
                        yield way
        case Competency():
            shown = [
                code for code, e in CATALOG.items() if e.competencies.get(rule.code, 0) >= rule.min_level
            ]
            for chosen in combinations(shown, rule.count):
                yield frozenset((f"none {id(rule)}", code) for code in chosen)
        case AllOf() | InOrder():
            yield from together(rule.children, scope)
        case AtLeast():
            for chosen_parts in combinations(rule.children, rule.n):
                yield from together(chosen_parts, scope)
        case Within():
            yield from ways(rule.child, scope)


def together(parts: tuple[Rule, ...], scope: str) -> Iterator[frozenset[tuple[str, str]]]:
    if not parts:
        yield frozenset()
        return
    for first in ways(parts[0], scope):
        for rest in together(parts[1:], scope):
            if not first & rest:
                yield first | rest


def reaches(rule: Credits, codes: list[str]) -> bool:
    caps, groups = dict(rule.group_caps), dict[str | None, Decimal]()
    for code in codes:
        group = CATALOG[code].group(rule.group_by)
        groups[group] = groups.get(group, Decimal(0)) + CATALOG[code].measured(rule.measure)
    counted = sum((min(value, caps.get(str(group), value)) for group, value in groups.items()), Decimal(0))
    return counted >= rule.min and sum(groups.values()) >= (rule.residency_min or 0)


def ends(rule: Rule) -> tuple[Decimal, Decimal] | None:
    """The least and the most of every way, each achievement's hours once; None where there is no way."""
    sums = [
        sum((HOURS.get(code, Decimal(0)) for code in {code for _pot, code in way}), Decimal(0))
        for way in ways(rule)
    ]
    return (min(sums), max(sums)) if sums else None


EXACT: list[Rule] = [
    Earned("C"),
    Pool(2, ("A", "B", "E")),
    AllOf((Earned("A"), Pool(2, ("B", "C", "D")))),
    AllOf((Pool(1, ("A", "B")), Pool(1, ("A", "C")))),
    AllOf((Pool(2, ("A", "B", "C")), Pool(1, ("A", "D")), Earned("E"))),
    AllOf((AllOf((Earned("A"), Earned("B"))), Pool(1, ("A", "B", "D", "E")))),
    AllOf((Earned("A"), Done("capstone"))),
    Within(InOrder((Earned("A"), Pool(1, ("A", "C")))), Window(months=6)),
    AtLeast(2, (Earned("A"), Earned("C"), Pool(2, ("B", "D", "E")))),
    AllOf((Earned("F"), AtLeast(1, (AllOf((Earned("A"), Earned("B"))), Earned("E"))))),
    AtLeast(1, (Pool(1, ("A", "B")), AtLeast(1, (Earned("C"), Earned("D"))))),
    Credits(Decimal(3), ("A", "B", "C", "D", "E")),
    Credits(Decimal(3), ("A", "C", "E", "D"), group_caps=(("x", Decimal(2)),)),
    Credits(Decimal(2), ("A", "B", "C"), residency_min=Decimal(3)),
    AllOf((Pool(1, ("A", "B")), Credits(Decimal(2), ("C", "D", "F")))),
]


@pytest.mark.parametrize("rule", EXACT, ids=range(len(EXACT)))
def test_the_ends_are_those_of_all_ways_through(rule: Rule) -> None:
    assert span(rule, HOURS, CATALOG) == ends(rule)


def test_no_way_through_any_rule_takes_less_or_more() -> None:
    checked = 0
    for seed in range(400):
        maker = Maker(seed)
        rule = maker.node(maker.r.choice((1, 2, 3)))
        found = ends(rule)
        if found is None:
            continue
        checked += 1
        least, most = span(rule, HOURS, CATALOG)
        assert least <= found[0] <= found[1] <= most, rule

    assert checked > 150


def test_more_parts_than_can_be_tried_are_bounded() -> None:
    choice = AtLeast(3, tuple(Pool(1, (code,)) for code in (*HOURS, *HOURS)))

    least, most = span(choice, HOURS)

    assert (least, most) == (Decimal(4), Decimal("29.5"))


def test_many_credits_are_bounded_by_the_cheapest_of_them() -> None:
    many = {f"M{number}": Entry(credits=Decimal(2)) for number in range(20)}
    sizes = {code: Decimal(5) for code in many}

    assert span(Credits(Decimal(10), tuple(many)), sizes, many) == (Decimal(25), Decimal(100))


def test_a_competency_takes_nothing_more_at_least_and_the_largest_that_show_it_at_most() -> None:
    rule = AllOf((Earned("A"), Competency("k", min_level=1, count=2)))

    assert span(rule, HOURS, CATALOG) == (Decimal(2), Decimal(10))


def test_one_credential_serves_two_scopes_at_once() -> None:
    rule = AllOf((Earned("C"), Pool(1, ("C", "E"), filters=Filters(scope="other"))))

    assert span(rule, HOURS) == (Decimal(5), Decimal(16))


def test_an_achievement_without_a_size_counts_nothing() -> None:
    assert span(AllOf((Earned("A"), Earned("new"))), HOURS) == (Decimal(2), Decimal(2))
