"""The engine against exhaustive search on small random cases, and what must hold for every verdict."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from hypothesis import given, settings

from pathways.rules.evaluate import Fact, Verdict, evaluate
from pathways.rules.tree import Rule
from tests.pathways.rules import oracle
from tests.pathways.rules.cases import CODES, HALIFAX, NOW, TODAY, Situation, rules, situations, verdict_of

AHEAD = 45
HORIZON = 12

thorough = settings(derandomize=True, max_examples=300, deadline=None)
brisk = settings(derandomize=True, max_examples=100, deadline=None)


def decide(situation: Situation, *extra: Fact) -> Verdict:
    return evaluate(
        situation.rule,
        [*situation.facts, *extra],
        catalog=situation.catalog,
        at=NOW,
        zone=HALIFAX,
        validity=situation.validity,
        horizon_days=HORIZON,
    )


def counting(situation: Situation) -> list[Fact]:
    return [
        fact
        for fact in situation.facts
        if fact.achievement in CODES and oracle.counts(fact, NOW, HALIFAX, situation.validity)
    ]


class TestAgainstExhaustiveSearch:
    @thorough
    @given(situations())
    def test_counts_plans_and_deals_as_the_search_does(self, situation: Situation) -> None:
        verdict = decide(situation)

        expected = oracle.answer(
            situation.rule,
            situation.facts,
            catalog=situation.catalog,
            at=NOW,
            zone=HALIFAX,
            validity=situation.validity,
        )
        assert verdict.satisfied is (expected.remaining == 0)
        assert (verdict.remaining, verdict.total) == (expected.remaining, expected.total)
        assert verdict.used == expected.used
        assert verdict.assignment == expected.assignment
        assert verdict.next_useful == expected.next_useful
        assert verdict.completion == expected.completion

    @thorough
    @given(situations())
    def test_looks_ahead_as_a_day_by_day_walk_does(self, situation: Situation) -> None:
        verdict = decide(situation)

        known = [fact for fact in situation.facts if fact.achievement in CODES]
        walk = oracle.days_ahead(known, at=NOW, zone=HALIFAX, validity=situation.validity, many=AHEAD)
        distances = [oracle.remaining(situation.rule, facts, situation.catalog) for _, facts in walk]
        met = [oracle.is_satisfied(situation.rule, facts, situation.catalog) for _, facts in walk]
        ends = walk[met.index(False) - 1][0] if met[0] and False in met else None
        rises = [
            day
            for (day, _), before, after in zip(walk[:HORIZON], distances, distances[1:], strict=False)
            if before is not None and (after is None or after > before)
        ]
        assert verdict.holds_through == ends
        assert verdict.finish_by == (rises[-1] if rises else None)
        if verdict.satisfied:
            at_risk = ends is not None and ends < TODAY + timedelta(days=HORIZON)
            assert verdict.explanation.status == ("at_risk" if at_risk else "satisfied")

    @thorough
    @given(situations())
    def test_finds_the_first_day_as_a_replay_of_every_instant_does(self, situation: Situation) -> None:
        verdict = decide(situation)

        history = [
            fact
            for fact in situation.facts
            if fact.achievement in CODES
            and not (fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= NOW)
        ]
        instants = sorted({at for fact in history for at in fact.instants() if at <= NOW})
        first = next(
            (
                at.astimezone(HALIFAX).date()
                for at in instants
                if oracle.is_satisfied(
                    situation.rule,
                    [fact for fact in history if oracle.counts(fact, at, HALIFAX, situation.validity)],
                    situation.catalog,
                )
            ),
            None,
        )
        assert verdict.first_satisfied_on == first


class TestEveryVerdict:
    @brisk
    @given(situations())
    def test_is_never_made_worse_by_a_further_usable_fact(self, situation: Situation) -> None:
        before = decide(situation)

        for code in CODES:
            after = decide(situation, Fact("further", code, NOW))
            assert not (before.satisfied and not after.satisfied)
            if before.remaining is not None:
                assert after.remaining is not None
                assert after.remaining <= before.remaining

    @brisk
    @given(situations())
    def test_names_a_completion_that_is_enough_and_of_which_no_part_is(self, situation: Situation) -> None:
        verdict = decide(situation)

        earned = [Fact(f"new {index}", code, NOW) for index, code in enumerate(verdict.completion)]
        if verdict.remaining is None:
            return
        assert decide(situation, *earned).satisfied
        for many in range(len(earned)):
            assert not any(decide(situation, *some).satisfied for some in combinations(earned, many))

    @brisk
    @given(situations())
    def test_accounts_for_every_credential_once(self, situation: Situation) -> None:
        verdict = decide(situation)

        uncounted = [each.credential for each in verdict.uncounted]
        dealt = [credential for there in verdict.assignment.values() for credential in there]
        assert sorted([*verdict.used, *uncounted]) == sorted(fact.id for fact in situation.facts)
        assert sorted(dealt) == list(verdict.used)

    @brisk
    @given(situations())
    def test_does_not_depend_on_the_order_of_the_facts(self, situation: Situation) -> None:
        verdict = decide(situation)

        assert decide(replace(situation, facts=situation.facts[::-1])).to_json() == verdict.to_json()

    @brisk
    @given(situations())
    def test_when_satisfied_has_a_first_day_that_is_past(self, situation: Situation) -> None:
        verdict = decide(situation)

        if verdict.satisfied:
            assert verdict.first_satisfied_on is not None
            assert verdict.first_satisfied_on <= TODAY

    @brisk
    @given(situations())
    def test_is_unchanged_on_each_day_before_the_next_change(self, situation: Situation) -> None:
        verdict = decide(situation)

        until = verdict.next_change_on or TODAY + timedelta(days=AHEAD)
        day = TODAY + timedelta(days=1)
        while day < until:
            later = verdict_of(
                situation.rule,
                situation.facts,
                catalog=situation.catalog,
                at=oracle.last_instant(day, HALIFAX),
                validity=situation.validity,
            )
            assert later.used == verdict.used
            assert later.remaining == verdict.remaining
            day += timedelta(days=1)

    @brisk
    @given(situations())
    def test_proves_each_open_leaf_by_fewer_facts_than_places(self, situation: Situation) -> None:
        verdict = decide(situation)

        if verdict.remaining is None:
            return
        nodes = {key: (codes, many) for key, codes, many in oracle.places(situation.rule) or []}
        pending = [verdict.explanation]
        while pending:
            node = pending.pop()
            pending.extend(node.children)
            if node.proof is None:
                assert node.children or node.is_met
                continue
            wanted = {code for key in node.proof.nodes for code in nodes[key][0]}
            fitting = {
                fact.id if situation.catalog[fact.achievement].repeatable else fact.achievement
                for fact in counting(situation)
                if fact.achievement in wanted
            }
            assert node.key in node.proof.nodes
            assert node.proof.places == sum(nodes[key][1] for key in node.proof.nodes)
            assert len(node.proof.held) == len(fitting) < node.proof.places

    @brisk
    @given(rules())
    def test_of_someone_with_nothing_asks_for_the_total(self, rule: Rule) -> None:
        verdict = verdict_of(rule, [])

        assert verdict.remaining == verdict.total
        assert verdict.done == 0
