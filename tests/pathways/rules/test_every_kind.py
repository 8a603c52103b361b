"""Rules of every kind: the engine against exhaustion, against its quick way, and through documents."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from pathways.rules import ctdl, explain
from pathways.rules.evaluate import Entry, Equivalence, Fact, Situation, Verdict, end_of_day, judged, prepared
from pathways.rules.evaluate.general import decide
from pathways.rules.tree import (
    NO_FILTERS,
    AllOf,
    AtLeast,
    Credits,
    Earned,
    Filters,
    Pool,
    Rule,
    Window,
    Within,
    canonical,
    codes,
    is_plain,
    keyed,
    listed,
    nodes,
    read,
)
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, catalogue
from tests.pathways.rules.cases import Situation as Common
from tests.pathways.rules.cases import situations as common_situations
from tests.pathways.rules.compare import differences, life_differences
from tests.pathways.rules.random_situations import situation
from tests.pathways.rules.test_ctdl import written

# A block of seeds that the long comparison does not begin with.
SEEDS = range(700_000, 700_300)

# What no passing of time changes before the day that a verdict names, and how far that is looked at.
UNCHANGED = (
    "satisfied",
    "remaining",
    "total",
    "used",
    "assignment",
    "completion",
    "next_useful",
    "uncounted",
)
LOOKED_AHEAD = 20


@pytest.mark.parametrize("block", range(10))
def test_the_engine_says_what_exhaustion_says(block: int) -> None:
    for seed in SEEDS[block * 30 : block * 30 + 30]:
        case = situation(seed)

        assert list(differences(case, judged(case), with_deadline=seed % 10 == 0)) == [], f"seed {seed}"


@pytest.mark.parametrize("block", range(10))
def test_what_follows_a_lapse_is_what_a_walk_day_by_day_finds(block: int) -> None:
    for seed in SEEDS[block * 30 : block * 30 + 30]:
        assert list(life_differences(situation(seed), seed, Counter())) == [], f"seed {seed}"


@settings(derandomize=True, max_examples=100, deadline=None)
@given(common_situations())
def test_the_general_way_and_the_quick_one_give_one_verdict(common: Common) -> None:
    case = prepared(
        Situation(
            rule=common.rule,
            facts=tuple(fact for fact in common.facts if fact.achievement in common.catalog),
            catalog=common.catalog,
            at=NOW,
            zone=HALIFAX,
            horizon_days=12,
            defaults=Filters(validity="ever") if common.validity == "ever" else NO_FILTERS,
        )
    )

    quick, general = judged(case), decide(case)

    assert _without_hints(general) == _without_hints(quick)


def _without_hints(verdict: Verdict) -> Verdict:
    """The general way looks again also when a fact changes that the rule does not list."""
    return replace(verdict, next_change_on=None)


@pytest.mark.parametrize("seed", range(80))
class TestOfEveryRule:
    def test_comes_back_the_same_through_json_and_ctdl(self, seed: int) -> None:
        rule = situation(seed).rule

        assert read(json.loads(canonical(rule))) == keyed(rule)
        assert ctdl.read(written(rule)) == keyed(rule)

    def test_has_a_sentence(self, seed: int) -> None:
        case = situation(seed)

        said = str(explain.sentence(case.rule, case.catalog))

        assert said.startswith("Earn ")
        assert "%(" not in said

    def test_stores_a_verdict_that_reads_back_and_speaks(self, seed: int) -> None:
        case = situation(seed)
        verdict = judged(case)
        facts = {fact.id: fact for fact in case.facts}

        assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))).to_json() == verdict.to_json()
        for row in verdict.uncounted:
            said = explain.reason_sentence(
                row.code, facts[row.credential], catalog=case.catalog, zone=case.zone
            )
            assert str(said).endswith(".")
        pending = [verdict.explanation]
        while pending:
            node = pending.pop()
            pending.extend(node.children)
            assert str(explain.node_sentence(node, case.catalog)).endswith(".")
            if node.proof:
                explain.proof_sentence(node.proof, rule=case.rule, verdict=verdict, catalog=case.catalog)

    def test_is_never_undone_by_a_further_fact(self, seed: int) -> None:
        case = situation(seed)
        before = judged(case)

        for code in sorted(listed(case.rule)):
            further = Fact("further", code, case.at - timedelta(days=1), level=3)
            after = judged(replace(case, facts=(*case.facts, further)))
            assert not (before.satisfied and not after.satisfied)
            if before.remaining is not None:
                assert after.remaining is not None
                assert after.remaining <= before.remaining

    def test_says_the_same_on_every_day_before_the_next_change(self, seed: int) -> None:
        case = situation(seed)
        verdict = judged(case)

        until = verdict.next_change_on or case.today + timedelta(days=LOOKED_AHEAD)
        for ahead in range(1, min((until - case.today).days, LOOKED_AHEAD)):
            day = case.today + timedelta(days=ahead)
            later = judged(replace(case, at=end_of_day(day, case.zone)))
            for name in UNCHANGED:
                assert getattr(later, name) == getattr(verdict, name), f"{name} on {day}"

    def test_accounts_for_every_fact_once(self, seed: int) -> None:
        case = situation(seed)

        verdict = judged(case)

        named = [*verdict.used, *(row.credential for row in verdict.uncounted)]
        assert sorted(named) == sorted(fact.id for fact in case.facts)
        dealt = {credential for there in verdict.assignment.values() for credential in there}
        assert sorted(dealt) == sorted(verdict.used)


def test_every_code_named_by_a_rule_is_a_component() -> None:
    rule = situation(3).rule

    graph = written(rule)["@graph"]

    named = {node["ceterms:codedNotation"] for node in graph if "ceterms:codedNotation" in node}
    assert {code for node in nodes(rule) for code in codes(node)} <= named


@pytest.mark.parametrize(
    ("rule", "quick"),
    [
        (Pool(2, ("A", "B")), True),
        (Pool(2, ("A", "B"), min_groups=2), False),
        (Pool(2, ("A", "B"), max_per_group=1), False),
        (Earned("A", filters=Filters(min_level=1)), False),
    ],
    ids=["pool", "min_groups", "max_per_group", "filter"],
)
def test_only_what_is_nothing_but_places_is_decided_the_quick_way(rule: Rule, quick: bool) -> None:
    assert is_plain(AllOf((rule, Earned("C")))) is quick


class TestWhatTheComparisonFound:
    def test_what_opens_tomorrow_and_closes_again_has_a_last_day(self) -> None:
        tomorrow = TODAY + timedelta(days=1)
        case = Situation(
            rule=Within(Earned("A"), Window(days=10), "enrolment"),
            facts=(),
            catalog=catalogue("A"),
            at=NOW,
            zone=HALIFAX,
            enrolled_on=tomorrow,
        )

        verdict = judged(case)

        assert verdict.status == "unreachable"
        assert verdict.finish_by == tomorrow + timedelta(days=10)

    def test_of_equal_deals_the_shorter_hand_goes_first_whichever_way_decides(self) -> None:
        first, second = Fact("b", "B", NOW - timedelta(days=9)), Fact("c", "C", NOW - timedelta(days=5))
        catalog = {**catalogue("B", "C"), "E": Entry(repeatable=True)}
        case = prepared(
            Situation(
                rule=AllOf((Pool(2, ("E", "B", "C")), Pool(3, ("C", "E")))),
                facts=(first, second),
                catalog=catalog,
                at=NOW,
                zone=HALIFAX,
            )
        )

        assert judged(case).assignment == decide(case).assignment == {"r.0": ("b",), "r.1": ("c",)}

    def test_in_a_rule_out_of_reach_every_node_is_judged_alone_at_every_depth(self) -> None:
        case = prepared(
            Situation(
                rule=AllOf((Earned("GONE"), AllOf((Earned("A"), Pool(1, ("A", "B")))))),
                facts=(Fact("a", "A", NOW - timedelta(days=9)),),
                catalog={**catalogue("A", "B"), "GONE": Entry(active=False)},
                at=NOW,
                zone=HALIFAX,
            )
        )

        quick, general = judged(case).explanation, decide(case).explanation

        assert general == quick
        within = general.children[1]
        assert (within.status, within.missing_options) == ("partial", ("B",))
        assert [child.status for child in within.children] == ["satisfied", "satisfied"]

    def test_either_of_two_equals_is_a_next_step_where_only_one_is_worth_something_elsewhere(self) -> None:
        case = Situation(
            rule=AtLeast(1, (Earned("B"), Credits(Decimal(1), ("A", "B"), measure="hours"))),
            facts=(),
            catalog={"A": Entry(attributes={"hours": 1}), "B": Entry()},
            at=NOW,
            zone=HALIFAX,
            equivalences=(Equivalence("A", "B"),),
        )

        assert judged(case).next_useful == ("A", "B")

    def test_a_fact_that_counts_twice_is_shown_at_both(self) -> None:
        case = Situation(
            rule=AllOf((Earned("A"), Pool(1, ("A", "B"), filters=Filters(scope="other")), Earned("B"))),
            facts=(Fact("a", "A", NOW - timedelta(days=9)),),
            catalog=catalogue("A", "B"),
            at=NOW,
            zone=HALIFAX,
        )

        verdict = judged(case)

        assert (verdict.assignment, verdict.completion) == ({"r.0": ("a",), "r.1": ("a",)}, ("B",))
