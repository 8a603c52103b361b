"""What the lint says of a rule before anybody is judged by it."""

import pytest

from pathways.rules.evaluate import Entry
from pathways.rules.soundness import lint
from pathways.rules.tree import AllOf, Earned, Pool, Rule
from tests.pathways.rules.cases import catalogue

FOUR_OF_SIX = Pool(4, tuple("ABCDEF"))


def found(rule: Rule, catalog: dict[str, Entry], issues: str | None = None) -> list[tuple[str, str]]:
    return [(finding.code, finding.node) for finding in lint(rule, catalog, issues=issues)]


class TestLint:
    def test_of_a_sound_rule_is_silent(self) -> None:
        assert lint(FOUR_OF_SIX, catalogue(*"ABCDEF"), issues="AWARD") == []

    @pytest.mark.parametrize(
        ("rule", "code"),
        [
            (AllOf(()), "E_EMPTY_GROUP"),
            (Pool(0, ("A", "B")), "E_N_NOT_POSITIVE"),
            (Pool(-1, ("A", "B")), "E_N_NOT_POSITIVE"),
            (Pool(3, ("A", "B")), "E_N_GREATER_THAN_M"),
            (Earned("NOWHERE"), "E_UNKNOWN_ACHIEVEMENT"),
            (Pool(1, ("A", "NOWHERE")), "E_UNKNOWN_ACHIEVEMENT"),
        ],
    )
    def test_names_a_broken_node_and_says_no_more_of_the_whole(self, rule: Rule, code: str) -> None:
        assert found(rule, catalogue("A", "B")) == [(code, "r")]

    def test_names_an_achievement_listed_twice(self) -> None:
        rule = Pool(3, ("A", "B", "C", "D", "A"), "electives")

        assert found(rule, catalogue(*"ABCD")) == [("E_DUPLICATE_IN_POOL", "electives")]

    def test_lets_a_pool_ask_for_more_than_it_lists_where_one_may_be_repeated(self) -> None:
        assert found(Pool(3, ("A",)), {"A": Entry(repeatable=True)}) == []

    def test_names_a_rule_that_no_newcomer_could_meet(self) -> None:
        rule = AllOf((Earned("A", "first"), Earned("A", "again"), Pool(1, ("B", "C"))))

        assert found(rule, catalogue(*"ABC")) == [("E_UNSATISFIABLE", "r")]

    def test_warns_of_a_retired_component_and_puts_errors_first(self) -> None:
        rule = AllOf((Earned("OLD", "old"), Earned("A"), Earned("B")))

        assert found(rule, {**catalogue("A", "B"), "OLD": Entry(active=False)}) == [
            ("E_UNSATISFIABLE", "r"),
            ("W_RETIRED_COMPONENT", "old"),
        ]

    @pytest.mark.parametrize(
        ("many", "codes"), [(2, ["W_FEWER_THAN_3"]), (3, []), (6, []), (7, ["W_MORE_THAN_6"])]
    )
    def test_warns_below_three_and_above_six(self, many: int, codes: list[str]) -> None:
        names = [f"X{number}" for number in range(many)]
        rule = AllOf(tuple(Earned(name) for name in names))

        assert [code for code, _ in found(rule, catalogue(*names))] == codes

    def test_warns_of_a_pool_that_leaves_no_choice(self) -> None:
        assert found(Pool(3, ("A", "B", "C"), "all"), catalogue(*"ABC")) == [("W_POOL_IS_ALL", "all")]

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            (Entry(participation=True), "E_PARTICIPATION"),
            (Entry(attendance_only=True), "E_ATTENDANCE_ONLY_CRITERIA"),
            (Entry(criteria="  "), "E_NO_CRITERIA"),
            (Entry(name="Part 3 of 4", name_positional=True), "W_NOT_MEANINGFUL_ALONE"),
        ],
    )
    def test_names_a_component_that_should_not_be_stacked(self, entry: Entry, code: str) -> None:
        rule = AllOf((Earned("A", "part"), Earned("B"), Earned("C")))

        assert found(rule, {**catalogue("B", "C"), "A": entry}) == [(code, "part")]

    def test_makes_no_check_whose_data_nobody_gave(self) -> None:
        rule = AllOf((Earned("A"), Earned("B"), Earned("C")))
        stated = Entry(
            participation=False,
            attendance_only=False,
            criteria="Samples a well to the standard.",
            name_positional=False,
        )

        assert found(rule, {**catalogue("B", "C"), "A": stated}) == found(rule, catalogue(*"ABC")) == []

    def test_names_a_rule_too_large_to_decide(self) -> None:
        assert found(Pool(5_000, ("A",)), {"A": Entry(repeatable=True)}) == [("E_PLAN_BUDGET", "r")]

    def test_says_in_words_what_is_wrong(self) -> None:
        (finding,) = lint(Pool(9, tuple("ABCD")), catalogue(*"ABCD"))

        assert finding.severity == "error"
        assert str(finding.message) == "This pool asks for 9 but lists only 4."


class TestCycles:
    RULE = AllOf((Earned("X"), Earned("Y", "second"), Earned("Z")))

    def test_a_pathway_that_lists_its_own_award_is_refused(self) -> None:
        assert found(self.RULE, catalogue(*"XYZ"), issues="Y") == [("E_CYCLE", "second")]

    def test_a_cycle_is_found_however_long(self) -> None:
        catalog = {
            **catalogue(*"XZ"),
            "Y": Entry(requires=("P",)),
            "P": Entry(requires=("Q",)),
            "Q": Entry(requires=("A",)),
        }

        (finding,) = lint(self.RULE, catalog, issues="A")

        assert (finding.code, finding.node) == ("E_CYCLE", "second")
        assert str(finding.message) == "These need one another, so nobody could begin: A, P, Q, Y."

    def test_components_that_need_one_another_are_refused_whatever_is_awarded(self) -> None:
        catalog = {"X": Entry(requires=("Z",)), "Y": Entry(), "Z": Entry(requires=("X",))}

        assert found(self.RULE, catalog) == [("E_CYCLE", "r.0")]

    def test_a_cycle_below_what_is_listed_is_laid_to_the_whole_rule(self) -> None:
        catalog = {**catalogue(*"XZ"), "Y": Entry(requires=("P",)), "P": Entry(requires=("P",))}

        assert found(self.RULE, catalog) == [("E_CYCLE", "r")]

    def test_a_tier_that_needs_the_tier_below_is_no_cycle(self) -> None:
        catalog = {**catalogue(*"XZ"), "Y": Entry(requires=("X",))}

        assert found(self.RULE, catalog, issues="A") == []
