"""What differs between two versions of a rule, requirement by requirement and in words."""

from decimal import Decimal
from itertools import pairwise

import pytest

from pathways.rules.comparing import beside, compare, in_words
from pathways.rules.evaluate import AtMost, Entry
from pathways.rules.exchange import Terms
from pathways.rules.tree import (
    AllOf,
    AtLeast,
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
from tests.pathways.rules.random_situations import situation

CATALOG = {code: Entry(name=name) for code, name in zip("ABCD", ("Ask", "Bind", "Cite", "Draw"), strict=True)}

ASK, BIND = Earned("A", key="ask"), Earned("B", key="bind")
SOME = Pool(1, ("A", "B", "C"), key="some", label="Electives")
ALL = AllOf((ASK, SOME), key="all")


def told(before: Rule, after: Rule) -> list[str]:
    return [str(in_words(change, CATALOG)) for change in compare(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (ALL, ALL, []),
        (ALL, AllOf((ASK, SOME, BIND), key="all"), ["New: Bind."]),
        (
            ALL,
            AllOf((ASK,), key="all"),
            ["Taken away: “Electives”, which is one of these 3: Ask, Bind and Cite."],
        ),
        (
            ALL,
            AllOf((ASK, Pool(2, ("A", "B", "C"), key="some", label="Electives")), key="all"),
            ["“Electives”: was one of these 3: Ask, Bind and Cite; is now 2 of these 3: Ask, Bind and Cite."],
        ),
        (
            ALL,
            AllOf((ASK, Pool(1, ("A", "C", "D"), key="some", label="Electives")), key="all"),
            ["“Electives” now lists Draw, and no longer Bind."],
        ),
        (
            ALL,
            AllOf((ASK, Pool(1, ("A", "B", "C", "D"), key="some", label="Electives")), key="all"),
            ["“Electives” now lists Draw too."],
        ),
        (
            ALL,
            AllOf((ASK, Pool(1, ("A", "B"), key="some", label="Electives")), key="all"),
            ["“Electives” no longer lists Cite."],
        ),
        (
            ALL,
            AllOf((ASK, Pool(1, ("A", "B", "C"), key="some", label="Choice")), key="all"),
            ["“Electives” is now called “Choice”."],
        ),
        (
            AllOf((ASK, BIND), key="all"),
            AllOf((Earned("A", key="ask", filters=Filters(min_level=2)), BIND), key="all"),
            ["“Ask”: was Ask; is now Ask (at level 2 or above)."],
        ),
        (
            AllOf((ASK, BIND), key="all"),
            AtLeast(1, (ASK, BIND), key="all"),
            ["“all of these”: was all of these; is now any one of these 2."],
        ),
        (
            InOrder((ASK, BIND), key="all"),
            InOrder((BIND, ASK), key="all"),
            ["The order within “all of these, in this order” has changed."],
        ),
        (AllOf((ASK, BIND), key="all"), AllOf((BIND, ASK), key="all"), []),
        (
            AllOf((ASK, BIND), key="all"),
            AllOf((ASK, Within(BIND, Window(months=6), key="soon")), key="all"),
            ["New: Bind, all within 6 months.", "“Bind” now stands in “this, all within 6 months”."],
        ),
        (
            AllOf((ASK, AllOf((BIND, Done("V", key="viva")), key="inner")), key="all"),
            AllOf((ASK,), key="all"),
            ["Taken away: Bind; and completion of V."],
        ),
        (
            AllOf((ASK, BIND), key="all"),
            ASK,
            ["“Ask” is now the outermost requirement.", "Taken away: Ask and Bind."],
        ),
        (
            Credits(Decimal(3), ("A", "B"), key="sum"),
            Credits(Decimal(3), ("A", "B"), key="sum", transfer_max=Decimal(1)),
            [
                "“3 credits out of Ask and Bind”: was 3 credits out of Ask and Bind; is now 3 credits out of "
                "Ask and Bind, at most 1 credits of them earned elsewhere."
            ],
        ),
    ],
)
def test_each_difference_is_one_sentence(before: Rule, after: Rule, sentences: list[str]) -> None:
    assert told(before, after) == sentences


def test_keys_given_by_place_are_compared_too() -> None:
    assert told(AllOf((Earned("A"),)), AllOf((Earned("A"), Earned("B")))) == ["New: Bind."]


def test_a_rule_of_any_kind_differs_from_itself_in_nothing_and_from_another_in_something() -> None:
    rules = [situation(seed).rule for seed in range(60)]

    assert all(compare(rule, rule) == [] for rule in rules)
    for one, other in pairwise(rules):
        changes = compare(one, other)
        assert bool(changes) or one == other
        assert all(str(in_words(change, {})) for change in changes)


def test_what_stands_beside_a_rule_is_compared_matter_by_matter() -> None:
    before = Terms(rule=ASK)
    after = Terms(
        rule=ASK,
        defaults=Filters(min_level=2),
        at_most=(AtMost(1, frozenset("A")),),
        exclusive_with=frozenset("P"),
    )

    assert beside(before, before) == []
    assert [str(line) for line in beside(before, after)] == [
        "What counts in the whole rule has changed.",
        "The limits on some achievements have changed.",
        "The pathways it shares no credentials with have changed.",
    ]
