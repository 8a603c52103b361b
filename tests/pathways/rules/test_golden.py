"""Mistakes that stacking software has made, each under its number in the list of golden tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import pytest

from pathways.rules.evaluate import Entry, Fact, Reason, Revocation
from pathways.rules.explain import headline
from pathways.rules.lifecycle import Act, consequence
from pathways.rules.soundness import lint
from pathways.rules.tree import AllOf, Earned, Pool
from tests.pathways.rules.cases import NOW, TODAY, catalogue, held, verdict_of

FOUR_OF_SIX = Pool(4, tuple("ABCDEF"))
CORE_AND_ELECTIVES = AllOf((Earned("C1"), Earned("C2"), Pool(2, ("E1", "E2", "E3", "E4"))))


class TestFourOfSix:
    @pytest.mark.parametrize("four", list(combinations("ABCDEF", 4)), ids="".join)
    def test_every_four_are_enough(self, four: tuple[str, ...]) -> None:
        assert verdict_of(FOUR_OF_SIX, held(*four)).satisfied

    @pytest.mark.parametrize("three", list(combinations("ABCDEF", 3)), ids="".join)
    def test_no_three_are_enough(self, three: tuple[str, ...]) -> None:
        verdict = verdict_of(FOUR_OF_SIX, held(*three))

        assert not verdict.satisfied
        assert verdict.remaining == 1
        assert set(verdict.next_useful) == set("ABCDEF") - set(three)

    def test_golden_3_six_held_are_simply_complete(self) -> None:
        verdict = verdict_of(FOUR_OF_SIX, held(*"ABCDEF"))

        assert (verdict.done, verdict.total) == (4, 4)
        assert str(headline(verdict)) == "Complete."
        assert [each.code for each in verdict.uncounted] == [Reason.NOT_NEEDED] * 2


class TestCoreAndElectives:
    @pytest.mark.parametrize("pair", list(combinations(("E1", "E2", "E3", "E4"), 2)), ids="-".join)
    def test_both_core_and_any_two_electives_are_enough(self, pair: tuple[str, ...]) -> None:
        assert verdict_of(CORE_AND_ELECTIVES, held("C1", "C2", *pair)).satisfied

    def test_no_number_of_electives_stands_in_for_a_core(self) -> None:
        verdict = verdict_of(CORE_AND_ELECTIVES, held("C1", "E1", "E2", "E3", "E4"))

        assert not verdict.satisfied
        assert verdict.next_useful == verdict.completion == ("C2",)
        assert verdict.explanation.children[1].missing_options == ("C2",)

    def test_golden_1_all_but_the_capstone_is_not_the_full_certification(self) -> None:
        rule = AllOf(
            (*(Earned(core) for core in "ABC"), Pool(2, ("E1", "E2", "E3")), Earned("CAPSTONE", "capstone"))
        )

        verdict = verdict_of(rule, held(*"ABC", "E1", "E2"))

        assert verdict.status == "unsatisfied"
        assert verdict.completion == ("CAPSTONE",)

    def test_golden_2_progress_counts_places_not_parts(self) -> None:
        rule = AllOf((Pool(4, tuple("ABCDEF")), Pool(1, ("E1", "E2"))))

        verdict = verdict_of(rule, held("A", "B", "E1"))

        assert str(headline(verdict)) == "3 of 5, 2 left."

    def test_golden_2_an_elective_too_many_is_no_progress(self) -> None:
        rule = AllOf((Pool(4, tuple("ABCD")), Pool(1, ("E1", "E2"))))

        verdict = verdict_of(rule, held("A", "B", "E1", "E2"))

        assert str(headline(verdict)) == "3 of 5, 2 left."


class TestExpiry:
    EXPIRED = Fact("a", "A", datetime(2025, 1, 1, 12, tzinfo=UTC), expires_on=TODAY - timedelta(days=1))

    def test_golden_4_expired_counts_when_valid_when_earned_is_enough(self) -> None:
        assert verdict_of(Earned("A"), [self.EXPIRED], validity="ever").satisfied

    def test_golden_4_expired_does_not_count_when_it_must_be_valid_now(self) -> None:
        verdict = verdict_of(Earned("A"), [self.EXPIRED])

        assert not verdict.satisfied
        assert verdict.uncounted[0].code is Reason.EXPIRED
        assert verdict.first_satisfied_on == date(2025, 1, 1)


class TestImpossibleRules:
    def test_golden_6_nine_of_four_is_refused(self) -> None:
        found = lint(Pool(9, tuple("ABCD"), key="electives"), catalogue(*"ABCD"))

        assert [(each.code, each.node) for each in found] == [("E_N_GREATER_THAN_M", "electives")]

    def test_golden_7_a_pathway_that_needs_one_that_needs_it_is_refused(self) -> None:
        catalog = {"B": Entry(requires=("A",)), **catalogue("C", "D")}
        rule = AllOf((Earned("B", key="lower"), Earned("C"), Earned("D")))

        found = lint(rule, catalog, issues="A")

        assert [(each.code, each.node) for each in found] == [("E_CYCLE", "lower")]

    def test_golden_8_a_group_without_children_is_refused_and_met_by_nobody(self) -> None:
        rule = AllOf((Earned("A"), AllOf((), key="halfway")))

        assert [(each.code, each.node) for each in lint(rule, catalogue("A"))] == [
            ("E_EMPTY_GROUP", "halfway")
        ]
        assert verdict_of(rule, held("A")).status == "unreachable"


class TestRevokedComponent:
    def revoked(self, fact: Fact, revocation: Revocation = "withdrawn") -> Fact:
        return replace(fact, revoked_at=NOW - timedelta(days=1), revocation=revocation)

    def test_golden_9_another_elective_keeps_the_certificate(self) -> None:
        first, *others = held("E1", "E2", "E3")

        verdict = verdict_of(Pool(2, ("E1", "E2", "E3")), [self.revoked(first), *others])

        assert consequence(verdict=verdict, lapse_policy="suspend", held="active") is Act.NONE

    def test_golden_9_without_another_the_policy_acts(self) -> None:
        first, second = held("E1", "E2")

        verdict = verdict_of(Pool(2, ("E1", "E2", "E3")), [self.revoked(first), second])

        assert consequence(verdict=verdict, lapse_policy="suspend", held="active") is Act.SUSPEND
        assert consequence(verdict=verdict, lapse_policy="keep", held="active") is Act.NONE

    def test_golden_9_a_part_that_was_never_right_revokes_under_every_policy(self) -> None:
        first, second = held("E1", "E2")

        verdict = verdict_of(Pool(2, ("E1", "E2", "E3")), [self.revoked(first, "void"), second])

        assert consequence(verdict=verdict, lapse_policy="keep", held="active") is Act.REVOKE


class TestOverlap:
    def test_golden_15_what_fits_two_places_leaves_the_scarcer_one_to_what_fits_only_there(self) -> None:
        rule = AllOf((Pool(1, ("BOTH", "FIRST"), key="first"), Pool(1, ("BOTH", "SECOND"), key="second")))

        verdict = verdict_of(rule, held("BOTH", "FIRST"))

        assert verdict.satisfied
        assert verdict.assignment == {"first": ("first",), "second": ("both",)}

    def test_golden_15_what_frees_another_over_two_steps_is_worth_earning(self) -> None:
        rule = AllOf((Pool(1, ("A", "X")), Pool(1, ("A", "B")), Pool(1, ("B", "C"), "open")))

        verdict = verdict_of(rule, held("A", "B"))

        assert verdict.next_useful == ("C", "X")
        proof = verdict.explanation.children[2].proof
        assert proof is not None
        assert proof.nodes == ("r.0", "r.1", "open")

    def test_golden_15_a_long_chain_of_overlaps_is_followed_to_its_end(self) -> None:
        codes = [f"X{number:02}" for number in range(12)]
        pairs = tuple(Pool(1, pair) for pair in pairwise(codes))

        verdict = verdict_of(AllOf(pairs), held(*codes[:-1]))

        assert verdict.satisfied
        assert len(verdict.used) == 11
