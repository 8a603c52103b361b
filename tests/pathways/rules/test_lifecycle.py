"""What a verdict does to the credential that a learner already holds, or does not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from pathways.rules.evaluate import Entry, Situation, Verdict
from pathways.rules.lifecycle import Act, Held, LapsePolicy, Life, consequence, life_of
from pathways.rules.tree import Credits, Earned
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, held, verdict_of

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
