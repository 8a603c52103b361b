"""Every code of the lint that needs no database: what brings it about, and the node it names."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pathways.rules.exchange import Clock, linted
from pathways.rules.soundness import plan_count
from pathways.rules.tree import AtLeast, Earned, InOrder, Window, Within

CLOCK = Clock(ZoneInfo("Europe/Dublin"), datetime(2026, 3, 5, 15, tzinfo=UTC))

CODES = tuple("ABCDEFGH")
CATALOG: dict[str, Any] = {code: {} for code in CODES}
THREE = [{"kind": "achievement", "achievement": code} for code in "ABC"]


def pool(n: int, *codes: str, **more: object) -> dict[str, Any]:
    return {"kind": "pool", "n": n, "achievements": list(codes)} | more


def found(
    rule: dict[str, Any], catalog: dict[str, Any] | None = None, **more: object
) -> list[tuple[str, str]]:
    document = {"catalog": CATALOG | (catalog or {}), "rule": rule, "lapse_policy": "keep"} | more
    return [(row.code, row.node) for row in linted(document, CLOCK)]


class TestOneNode:
    @pytest.mark.parametrize(
        ("node", "code"),
        [
            ({"kind": "all", "children": []}, "E_EMPTY_GROUP"),
            ({"kind": "n_of", "n": 1, "children": []}, "E_EMPTY_GROUP"),
            ({"kind": "ordered", "children": []}, "E_EMPTY_GROUP"),
            (pool(0, "D", "E"), "E_N_NOT_POSITIVE"),
            ({"kind": "n_of", "n": 0, "children": THREE[:1]}, "E_N_NOT_POSITIVE"),
            ({"kind": "credits", "min": "0", "achievements": ["D"]}, "E_N_NOT_POSITIVE"),
            ({"kind": "competency", "code": "k", "count": 0}, "E_N_NOT_POSITIVE"),
            (pool(3, "D", "E"), "E_N_GREATER_THAN_M"),
            (pool(9, "D", "E", "F", "G"), "E_N_GREATER_THAN_M"),
            (
                {"kind": "n_of", "n": 3, "children": [pool(1, "D", "E"), pool(1, "F", "G")]},
                "E_N_GREATER_THAN_M",
            ),
            (pool(1, "D", "nowhere"), "E_UNKNOWN_ACHIEVEMENT"),
            (pool(1, "D", "D", "E"), "E_DUPLICATE_IN_POOL"),
            (pool(2, "D", "E"), "W_POOL_IS_ALL"),
        ],
    )
    def test_names_the_node(self, node: dict[str, Any], code: str) -> None:
        rule = {"kind": "all", "children": [*THREE, node | {"key": "here"}]}

        assert (code, "here") in found(rule)

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            ({"attendance_only": True}, "E_ATTENDANCE_ONLY_CRITERIA"),
            ({"criteria": ""}, "E_NO_CRITERIA"),
            ({"active": False}, "W_RETIRED_COMPONENT"),
            ({"name_positional": True}, "W_NOT_MEANINGFUL_ALONE"),
            ({"valid_for": {"weeks": 3}}, "W_CONTENT_EXPIRES_BEFORE_TYPICAL_COMPLETION"),
        ],
    )
    def test_names_the_leaf_of_an_unfit_achievement(self, entry: dict[str, Any], code: str) -> None:
        rule = {"kind": "all", "children": THREE}

        assert (code, "r.1") in found(rule, {"B": entry}, typical_days=90)

    def test_asks_for_a_policy_where_something_expires(self) -> None:
        rule = {"kind": "all", "children": THREE}
        expiring = {"B": {"valid_for": {"years": 2}}}

        assert found(rule, expiring, lapse_policy=None) == [("W_NO_EXPIRY_POLICY", "r.1")]
        assert found(rule, expiring) == []


class TestTheWhole:
    def test_a_sound_rule_has_nothing_wrong(self) -> None:
        assert found({"kind": "all", "children": THREE}) == []

    def test_counts_what_is_asked_for_in_all(self) -> None:
        assert found(pool(2, "A", "B", "C")) == [("W_FEWER_THAN_3", "r")]
        assert found(pool(7, *CODES)) == [("W_MORE_THAN_6", "r")]

    def test_a_circle_is_named_with_what_it_awards(self) -> None:
        rule = {"kind": "all", "children": THREE}

        assert found(rule, {"B": {"requires": ["Z"]}, "Z": {}}, issues="Z") == [("E_CYCLE", "r.1")]

    def test_what_nobody_could_meet_is_an_error(self) -> None:
        rule = {"kind": "all", "children": THREE}

        assert ("E_UNSATISFIABLE", "r") in found(rule, {"B": {"active": False}})
        assert ("E_UNSATISFIABLE", "r") in found(rule, at_most=[{"k": 1, "achievements": ["A", "B"]}])
        assert ("E_UNSATISFIABLE", "r") in found(rule, earned_to="2026-01-01")

    def test_a_sum_too_large_to_try_is_an_error(self) -> None:
        codes = [f"C{number:02}" for number in range(30)]
        catalog = {code: {"credits": f"1.{number:02}"} for number, code in enumerate(codes)}
        rule = {"kind": "credits", "min": "14", "achievements": codes, "residency_min": "1"}

        assert ("E_PLAN_BUDGET", "r") in found(rule, catalog)

    def test_a_milestone_waits_for_no_more_than_there_is(self) -> None:
        rule = {"kind": "all", "children": THREE}

        assert found(rule, milestones=[{"code": "M", "at": 3}]) == []
        assert found(rule, milestones=[{"code": "M", "at": 4}]) == [("E_MILESTONE_ABOVE_TOTAL", "r")]
        assert found(rule, milestones=[{"code": "M", "at": 2, "node": "r.0"}]) == [
            ("E_MILESTONE_ABOVE_TOTAL", "r.0")
        ]

    def test_outcomes_are_covered(self) -> None:
        rule = {"kind": "all", "children": THREE}

        assert found(rule, {"A": {"competencies": {"k": 2}}}, outcomes=["k"]) == []
        assert found(rule, outcomes=["k"]) == [("W_COMPETENCY_UNCOVERED", "r")]


class TestEquivalences:
    RULE: dict[str, Any] = {"kind": "all", "children": THREE}

    def test_two_that_count_as_one_fill_one_place(self) -> None:
        codes = found(
            {"kind": "all", "children": [*THREE, pool(1, "D", "E")]}, equivalences=[{"from": "D", "to": "E"}]
        )

        assert codes == [("W_EQUIVALENT_BOTH_LISTED", "r.3")]

    def test_a_chain_is_not_followed(self) -> None:
        rows = [{"from": "F", "to": "G"}, {"from": "G", "to": "A"}]

        assert found(self.RULE, equivalences=rows) == [("W_EQUIVALENCE_CHAIN", "r")]
        assert found(self.RULE, equivalences=[*rows, {"from": "F", "to": "A"}]) == []

    @pytest.mark.parametrize(
        "more",
        [
            {"equivalences": [{"from": "A", "to": "nowhere"}]},
            {"at_most": [{"k": 1, "achievements": ["nowhere"]}]},
        ],
    )
    def test_an_unknown_code_is_an_error_wherever_it_stands(self, more: dict[str, Any]) -> None:
        assert ("E_UNKNOWN_ACHIEVEMENT", "r") in found(self.RULE, **more)


class TestSchedule:
    OFFERED: dict[str, Any] = {
        "A": {"offered_on": ["2026-01-10", "2026-09-10"]},
        "B": {"offered_on": ["2026-03-20"]},
    }

    @pytest.mark.parametrize(("days", "fits"), [(69, True), (68, False)])
    def test_a_window_is_as_long_as_what_is_offered_in_it_asks(self, days: int, fits: bool) -> None:
        rule = {
            "kind": "within",
            "key": "soon",
            "window": {"days": days},
            "child": {"kind": "all", "children": THREE},
        }

        wrong = ("E_WINDOW_SHORTER_THAN_SCHEDULE", "soon") in found(rule, self.OFFERED)

        assert wrong is not fits


class TestPlanCount:
    def test_is_a_product_of_what_each_kind_multiplies_by(self) -> None:
        pair = AtLeast(1, (Earned("A"), Earned("B")))

        assert plan_count(AtLeast(2, (pair, pair, Earned("C"))), {}) == 2 * 2 + 2 + 2
        assert plan_count(Within(pair, Window(years=1)), {}) == 24
        assert plan_count(Within(pair, Window(years=1), "enrolment"), {}) == 2
        assert plan_count(InOrder((pair, Earned("C"), Earned("D"))), {}) == 78 * 2

    def test_many_ways_are_warned_of(self) -> None:
        rule = {"kind": "ordered", "children": [*THREE, pool(1, "D", "E")]}

        assert ("W_PLAN_COUNT", "r") in found(rule)
