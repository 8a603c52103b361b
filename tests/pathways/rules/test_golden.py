"""Mistakes that stacking software has made, each under its number in the list of golden tests."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

import pytest

from pathways.rules import explain
from pathways.rules.evaluate import (
    Entry,
    Exemption,
    Fact,
    Pause,
    Reason,
    Revocation,
    Situation,
    end_of_day,
    judged,
    local_day,
)
from pathways.rules.explain import headline
from pathways.rules.lifecycle import Act, consequence, life_of
from pathways.rules.soundness import lint
from pathways.rules.tree import (
    AllOf,
    AtLeast,
    Credits,
    Done,
    Earned,
    Filters,
    InOrder,
    Pool,
    Window,
    Within,
    canonical,
    keyed,
    read,
)
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, catalogue, held, verdict_of

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

    def test_golden_1_a_capstone_that_issues_no_badge_is_asked_for_all_the_same(self) -> None:
        rule = AllOf((*(Earned(core) for core in "ABC"), Pool(2, ("E1", "E2", "E3")), Done("CAPSTONE")))

        without = verdict_of(rule, held(*"ABC", "E1", "E2", "E3"))

        assert (without.status, without.completion) == ("unsatisfied", ("CAPSTONE",))
        assert verdict_of(rule, held(*"ABC", "E1", "E2", "CAPSTONE")).satisfied

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
        verdict = verdict_of(rule, held("A"))
        assert (verdict.status, verdict.first_satisfied_on) == ("unreachable", None)


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


class TestEarnedAgain:
    REVOKED = Fact("old", "A", NOW - timedelta(days=90), revoked_at=NOW - timedelta(days=60))
    AGAIN = Fact("new", "A", NOW - timedelta(days=30))

    @pytest.mark.parametrize("revocation", ["void", "withdrawn"])
    def test_golden_11_what_is_earned_again_counts_and_what_was_revoked_stays_so(
        self, revocation: Revocation
    ) -> None:
        verdict = verdict_of(Earned("A"), [replace(self.REVOKED, revocation=revocation), self.AGAIN])

        assert (verdict.satisfied, verdict.used) == (True, ("new",))
        assert [(row.credential, row.code) for row in verdict.uncounted] == [("old", Reason.REVOKED)]

    @pytest.mark.parametrize(("revocation", "issue"), [("withdrawn", 2), ("void", 1)])
    def test_golden_11_the_certificate_is_issued_anew(self, revocation: Revocation, issue: int) -> None:
        facts = (replace(self.REVOKED, revocation=revocation), self.AGAIN)
        case = Situation(rule=Earned("A"), facts=facts, catalog=catalogue("A"), at=NOW, zone=HALIFAX)

        life = life_of(case, lapse_policy="expire", grace_days=0)

        assert (life.state, life.issue_no) == ("active", issue)
        assert life.issued_on == local_day(self.AGAIN.earned_at, HALIFAX)


class TestPublishedLater:
    MARCH, MAY = datetime(2024, 3, 8, 15, tzinfo=UTC), datetime(2024, 5, 2, 15, tzinfo=UTC)

    def test_golden_12_what_was_earned_before_counts_from_the_day_it_was_enough(self) -> None:
        verdict = verdict_of(
            AllOf((Earned("A"), Earned("B"))),
            [*held("A", earned_at=self.MARCH), *held("B", earned_at=self.MAY)],
        )

        assert (verdict.satisfied, verdict.first_satisfied_on) == (True, date(2024, 5, 2))

    def test_golden_12_the_tier_above_follows_the_one_below(self) -> None:
        upper = AllOf((Earned("LOWER"), Earned("C")))
        early = held("C", earned_at=self.MARCH)

        before = verdict_of(upper, early, at=self.MAY - timedelta(days=1))
        after = verdict_of(upper, [*early, *held("LOWER", earned_at=self.MAY)])

        assert before.completion == ("LOWER",)
        assert after.first_satisfied_on == date(2024, 5, 2)


class TestPinned:
    def test_golden_13_who_is_enrolled_is_judged_by_the_rule_as_it_was_published(self) -> None:
        published = canonical(keyed(AllOf((Earned("A", "one"), Earned("B", "two")))))
        edited = keyed(AllOf((Earned("A", "one"), Earned("B", "two"), Earned("C"))))
        facts, catalog = held("A", "B"), catalogue("A", "B", "C")

        pinned = verdict_of(read(json.loads(published)), facts, catalog=catalog)

        assert pinned.satisfied
        assert pinned.rule_sha256 == hashlib.sha256(published.encode()).hexdigest()
        assert verdict_of(edited, facts, catalog=catalog).completion == ("C",)


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


class TestOrderAndWindows:
    def test_golden_5_a_broken_strict_order_does_not_count_and_says_so(self) -> None:
        rule = InOrder((Earned("FIRST"), Earned("SECOND")), strict=True)
        second = Fact("second", "SECOND", NOW - timedelta(days=30))
        first = Fact("first", "FIRST", NOW - timedelta(days=10))

        verdict = verdict_of(rule, [first, second])

        assert not verdict.satisfied
        assert (verdict.used, verdict.completion) == (("first",), ("SECOND",))
        assert [(row.credential, row.code) for row in verdict.uncounted] == [("second", Reason.WRONG_ORDER)]
        said = explain.reason_sentence(Reason.WRONG_ORDER, second, catalog={"SECOND": Entry()}, zone=HALIFAX)
        assert "2026-02-03" in str(said)

    def test_golden_16_what_counts_once_is_refused_to_the_second_certificate(self) -> None:
        used_up = replace(held("A")[0], consumed_by=("FIRST CERTIFICATE",))
        case = Situation(
            rule=Earned("A"),
            facts=(used_up,),
            catalog=catalogue("A"),
            at=NOW,
            zone=HALIFAX,
            exclusive_with=frozenset({"FIRST CERTIFICATE"}),
        )

        refused, again = judged(case), judged(replace(case, use_limit=2))

        assert [row.code for row in refused.uncounted] == [Reason.CONSUMED_ELSEWHERE]
        assert again.satisfied

    def test_golden_25_three_in_a_year_are_found_whatever_came_later(self) -> None:
        months = {0: (2024, 1), 5: (2024, 6), 11: (2024, 12), 14: (2025, 3), 22: (2025, 11)}
        facts = [
            Fact(f"m{month:02}", f"M{month}", datetime(year, number, 10, 15, tzinfo=UTC))
            for month, (year, number) in months.items()
        ]
        rule = Within(Pool(3, tuple(f"M{month}" for month in months)), Window(months=12))

        verdict = verdict_of(rule, facts, at=datetime(2025, 12, 10, 15, tzinfo=UTC))

        assert verdict.used == ("m00", "m05", "m11")
        assert verdict.first_satisfied_on == date(2024, 12, 10)
        assert {row.code for row in verdict.uncounted} == {Reason.OUTSIDE_WINDOW}

    @pytest.mark.parametrize(("starts", "reaches"), [(date(2025, 3, 1), True), (date(2026, 3, 1), False)])
    def test_a_leave_of_60_days_lengthens_a_window_it_lies_in_by_exactly_those(
        self, starts: date, reaches: bool
    ) -> None:
        window, first = Window(months=12), date(2025, 1, 31)
        case = Situation(
            rule=Earned("A"),
            facts=(),
            catalog=catalogue("A"),
            at=NOW,
            zone=HALIFAX,
            pauses=(Pause(starts, starts + timedelta(days=59)),),
        )

        moved = case.end_of(window, first) - window.after(first)

        assert moved == timedelta(days=60 if reaches else 0)

    def test_golden_26_a_month_is_clipped_to_its_end(self) -> None:
        assert Window(months=4).after(date(2027, 10, 31)) == date(2028, 2, 29)
        assert Window(years=1).after(date(2028, 2, 29)) == date(2029, 2, 28)
        assert Window(months=1, weeks=1, days=1).after(date(2026, 1, 31)) == date(2026, 3, 8)

    def test_a_window_may_end_in_the_last_year_there_is_and_never_leads_beyond(self) -> None:
        assert Window(years=1).after(date(9998, 5, 5)) == date(9999, 5, 5)
        assert Window(years=1).after(date(9999, 5, 5)) == date.max
        assert Window(days=300).after(date(9999, 5, 5)) == date.max

    @pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2028, 2, 29)])
    def test_golden_26_the_last_day_counts_to_its_last_instant(self, day: date) -> None:
        rule = AllOf((Earned("A", filters=Filters(min_level=1)),))
        ending = replace(held("A", earned_at=datetime(2025, 1, 1, tzinfo=UTC))[0], expires_on=day, level=1)
        last = end_of_day(day, HALIFAX)

        assert verdict_of(rule, [ending], at=last).satisfied
        assert not verdict_of(rule, [ending], at=last + timedelta.resolution).satisfied


class TestChoice:
    def test_four_of_six_takes_every_four_and_no_three(self) -> None:
        codes = tuple("ABCDEF")
        rule = AtLeast(4, tuple(Earned(code) for code in codes))

        assert all(verdict_of(rule, held(*four)).satisfied for four in combinations(codes, 4))
        assert all(verdict_of(rule, held(*three)).remaining == 1 for three in combinations(codes, 3))

    def test_a_waiver_and_a_substitution_show_and_end(self) -> None:
        rule = keyed(AllOf((Earned("CORE", "core"), Earned("ELECTIVE", "elective"))))
        case = Situation(
            rule=rule,
            facts=tuple(held("OTHER")),
            catalog=catalogue("CORE", "ELECTIVE", "OTHER"),
            at=NOW,
            zone=HALIFAX,
            exemptions=(
                Exemption(type="waive", node="core", approved_at=NOW - timedelta(days=9), expires_on=TODAY),
                Exemption(
                    type="substitute",
                    node="elective",
                    approved_at=NOW - timedelta(days=5),
                    achievement="OTHER",
                ),
            ),
        )

        verdict, later = judged(case), judged(replace(case, at=NOW + timedelta(days=1)))

        core, elective = verdict.explanation.children
        assert verdict.satisfied
        assert (core.status, core.need, core.have) == ("waived", 0, 0)
        assert elective.used[0].via == "substitution"
        assert verdict.holds_through == TODAY
        assert verdict.first_satisfied_on == TODAY - timedelta(days=5)
        assert later.completion == ("CORE",)

    def test_a_rule_too_large_to_try_is_left_to_a_person_and_never_refused(self) -> None:
        codes = tuple(f"C{number:02}" for number in range(40))
        rule = Credits(Decimal(12), codes, transfer_max=Decimal(3))
        catalog = {code: Entry(credits=Decimal(1) + Decimal(n) / 100) for n, code in enumerate(codes)}

        verdict = verdict_of(rule, held(*codes[:30]), catalog=catalog)

        assert (verdict.status, verdict.satisfied) == ("indeterminate", None)

    def test_a_plain_sum_over_a_whole_catalogue_is_decided(self) -> None:
        codes = tuple(f"C{number:02}" for number in range(40))
        rule = Credits(Decimal(30), codes)
        catalog = {code: Entry(credits=Decimal(n % 4 + 1) / 2) for n, code in enumerate(codes)}

        verdict = verdict_of(rule, held(*codes[:16]), catalog=catalog)

        assert (verdict.remaining, verdict.total) == (5, 17)

    def test_pools_that_overlap_all_over_a_catalogue_are_decided(self) -> None:
        codes = tuple(f"C{number:02}" for number in range(24))
        pools = tuple(Pool(3, codes[start : start + 18]) for start in range(4))
        rule = AllOf(pools, filters=Filters(min_level=2))
        facts = [replace(fact, level=3) for fact in held(*codes[:8])]

        verdict = verdict_of(rule, facts)

        assert (verdict.remaining, verdict.total, len(verdict.used)) == (4, 12, 8)
