"""What a verdict does to the credential that a learner already holds, or does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pathways.rules.evaluate import Entry, Fact, Situation, Verdict, end_of_day
from pathways.rules.lifecycle import Act, Held, LapsePolicy, Life, State, consequence, life_of
from pathways.rules.tree import Credits, Earned
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, catalogue, held, verdict_of

POLICIES = ("keep", "suspend", "expire", "review")
STANDINGS = ("none", "active", "suspended", "review", "expired", "revoked")

satisfied = verdict_of(Earned("A"), held("A"))
lapsed = verdict_of(Earned("A"), [replace(held("A")[0], expires_on=TODAY - timedelta(days=1))])
voided = verdict_of(Earned("A"), [replace(held("A")[0], revoked_at=NOW, revocation="void")])
undecided = replace(satisfied, status="indeterminate", satisfied=None)


@pytest.mark.parametrize("policy", POLICIES)
class TestUnderEveryPolicy:
    @pytest.mark.parametrize(
        ("standing", "act"),
        [
            ("none", Act.ISSUE),
            ("revoked", Act.ISSUE),
            ("expired", Act.ISSUE),
            ("suspended", Act.REINSTATE),
            ("review", Act.REINSTATE),
            ("active", Act.NONE),
        ],
    )
    def test_a_satisfied_rule_gives_what_is_missing(
        self, policy: LapsePolicy, standing: Held, act: Act
    ) -> None:
        assert consequence(verdict=satisfied, lapse_policy=policy, held=standing) is act

    @pytest.mark.parametrize("standing", ["active", "suspended", "review", "expired"])
    def test_a_rule_never_rightly_satisfied_revokes_what_was_issued(
        self, policy: LapsePolicy, standing: Held
    ) -> None:
        assert consequence(verdict=voided, lapse_policy=policy, held=standing) is Act.REVOKE

    @pytest.mark.parametrize("verdict", [lapsed, voided], ids=["lapsed", "voided"])
    @pytest.mark.parametrize("standing", ["none", "revoked"])
    def test_an_unsatisfied_rule_asks_nothing_of_one_who_holds_nothing(
        self, policy: LapsePolicy, standing: Held, verdict: Verdict
    ) -> None:
        assert consequence(verdict=verdict, lapse_policy=policy, held=standing) is Act.NONE

    @pytest.mark.parametrize("standing", ["suspended", "review", "expired"])
    def test_a_lapse_does_not_happen_twice(self, policy: LapsePolicy, standing: Held) -> None:
        assert consequence(verdict=lapsed, lapse_policy=policy, held=standing) is Act.NONE

    @pytest.mark.parametrize("standing", STANDINGS)
    def test_an_undecided_rule_changes_nothing(self, policy: LapsePolicy, standing: Held) -> None:
        assert consequence(verdict=undecided, lapse_policy=policy, held=standing) is Act.NONE


class TestLapse:
    @pytest.mark.parametrize(
        ("policy", "act"),
        [("keep", Act.NONE), ("suspend", Act.SUSPEND), ("expire", Act.EXPIRE), ("review", Act.REVIEW)],
    )
    def test_follows_the_policy(self, policy: LapsePolicy, act: Act) -> None:
        assert consequence(verdict=lapsed, lapse_policy=policy, held="active") is act


def test_a_rule_too_large_to_decide_has_no_life_that_anybody_should_act_on() -> None:
    codes = tuple(f"C{number:02}" for number in range(40))
    case = Situation(
        rule=Credits(Decimal(12), codes, transfer_max=Decimal(3)),
        facts=tuple(held(*codes[:30])),
        catalog={code: Entry(credits=Decimal(1) + Decimal(n) / 100) for n, code in enumerate(codes)},
        at=NOW,
        zone=HALIFAX,
    )

    assert life_of(case, lapse_policy="expire", grace_days=14) == Life("indeterminate")


class TestLife:
    """One component that lasts to 10 March 2026, lived through to some day after."""

    ENDING = Fact("a", "A", datetime(2026, 1, 5, 2, 0, tzinfo=UTC), expires_on=date(2026, 3, 10))

    def lived(self, *facts: Fact, on: date, policy: LapsePolicy = "suspend", grace_days: int = 5) -> Life:
        case = Situation(
            rule=Earned("A"),
            facts=facts or (self.ENDING,),
            catalog=catalogue("A"),
            at=end_of_day(on, HALIFAX),
            zone=HALIFAX,
        )
        return life_of(case, lapse_policy=policy, grace_days=grace_days)

    def test_begins_on_the_institutions_day_and_not_on_that_of_greenwich(self) -> None:
        assert self.lived(on=date(2026, 1, 4)).issued_on == date(2026, 1, 4)
        assert self.lived(on=date(2026, 1, 3)).state == "not_issued"

    def test_breaks_at_the_end_of_the_institutions_day(self) -> None:
        gone = replace(self.ENDING, expires_on=None, revoked_at=datetime(2026, 3, 11, 2, tzinfo=UTC))

        life = self.lived(replace(gone, revocation="withdrawn"), on=date(2026, 3, 20))

        assert (life.broken_on, life.cause, life.grace_through) == (date(2026, 3, 10), "revocation", None)

    def test_what_is_kept_shows_its_break_and_no_grace(self) -> None:
        life = self.lived(on=date(2026, 3, 12), policy="keep")

        assert life == Life("active", 1, date(2026, 1, 4), date(2026, 3, 11), "expiry", None)

    @pytest.mark.parametrize(
        ("on", "state"), [(15, "grace"), (16, "suspended")], ids=["last day of grace", "day after"]
    )
    def test_grace_counts_the_day_it_broke_on_as_the_first(self, on: int, state: State) -> None:
        life = self.lived(on=date(2026, 3, on))

        assert (life.state, life.broken_on, life.grace_through) == (
            state,
            date(2026, 3, 11),
            date(2026, 3, 15),
        )

    def test_a_part_that_was_never_right_moves_the_day_of_issue(self) -> None:
        wrong = replace(
            self.ENDING, id="wrong", earned_at=datetime(2025, 6, 1, tzinfo=UTC), revocation="void"
        )
        found_out = replace(wrong, revoked_at=datetime(2026, 2, 1, tzinfo=UTC))

        before = self.lived(self.ENDING, wrong, on=date(2026, 2, 1))
        after = self.lived(self.ENDING, found_out, on=date(2026, 2, 1))

        assert (before.issue_no, before.issued_on) == (1, date(2025, 5, 31))
        assert (after.issue_no, after.issued_on) == (1, date(2026, 1, 4))
