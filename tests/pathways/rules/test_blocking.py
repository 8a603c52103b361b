"""What blocks a learner, and that whatever is said to free her does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pathways.rules.blocking import NOTHING, Blocks, blocks
from pathways.rules.evaluate import Entry, Exemption, Exempts, Fact, Situation, Verdict, judged
from pathways.rules.tree import AllOf, AtLeast, Earned, Pool, Rule, keyed
from tests.pathways.rules.random_situations import MOMENTS, situation

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
ZONE, NOW = MOMENTS[0]
# Blocks of seeds that no other test begins with.
SEEDS = range(870_000, 870_600)


def before(rule: Rule, *held: str, **entries: Entry) -> tuple[Verdict, Rule]:
    rule = keyed(rule)
    facts = tuple(Fact(id=code, achievement=code, earned_at=LONG_AGO) for code in held)
    catalog = {code: entries.get(code, Entry()) for code in "ABCDEF"}
    return judged(Situation(rule=rule, facts=facts, catalog=catalog, at=NOW, zone=ZONE)), rule


def of(rule: Rule, *held: str, **entries: Entry) -> Blocks:
    verdict, rule = before(rule, *held, **entries)
    return blocks(verdict.explanation, rule)


CORE = Earned("A", key="core")
TWO = Pool(2, ("B", "C", "D"), key="two")


class TestBlocks:
    def test_the_one_requirement_that_is_open_would_free_her(self) -> None:
        found = of(AllOf((CORE, TWO), key="all"), "B", "C")

        assert found == Blocks(frozenset({"core"}), frozenset({"core"}), frozenset())

    def test_one_place_fewer_frees_her_where_one_place_is_open(self) -> None:
        found = of(AllOf((CORE, TWO), key="all"), "A", "B")

        assert found == Blocks(frozenset({"two"}), frozenset({"two"}), frozenset({"two"}))

    def test_where_two_are_open_neither_alone_would_do(self) -> None:
        found = of(AllOf((CORE, TWO), key="all"), "B")

        assert found == Blocks(frozenset({"core", "two"}), frozenset(), frozenset())

    def test_a_group_that_leaves_a_choice_is_a_requirement_too(self) -> None:
        some = AtLeast(2, (Earned("B", key="b"), Earned("C", key="c"), Earned("D", key="d")), key="some")

        found = of(AllOf((CORE, some), key="all"), "A", "B")

        assert "some" in found.without
        assert found.one_fewer == {"some"}

    def test_whoever_is_through_is_blocked_by_nothing(self) -> None:
        assert of(AllOf((CORE, TWO), key="all"), "A", "B", "C") == NOTHING

    def test_out_of_reach_only_what_cannot_be_completed_is_named(self) -> None:
        found = of(AllOf((CORE, TWO), key="all"), A=Entry(active=False))

        assert found == Blocks(frozenset({"core"}), frozenset(), frozenset())


def relaxed(type_: Exempts, key: str) -> Exemption:
    return Exemption(type=type_, node=key, approved_at=LONG_AGO, by=int(type_ == "reduce"))


@pytest.mark.parametrize("seed", SEEDS[:: len(SEEDS) // 6])
def test_what_is_said_to_free_her_frees_her(seed: int) -> None:
    freed = 0
    for one in range(seed, seed + len(SEEDS) // 6):
        case = situation(one)
        case = replace(case, rule=keyed(case.rule))
        verdict = judged(case)
        found = blocks(verdict.explanation, case.rule)
        waived = [relaxed("waive", key) for key in found.without]
        for row in (*waived, *(relaxed("reduce", key) for key in found.one_fewer)):
            answer = judged(replace(case, exemptions=(*case.exemptions, row)))
            assert answer.satisfied is not False, f"{one}: {row.type} {row.node}"
            freed += 1

    assert freed
