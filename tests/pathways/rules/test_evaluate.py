"""One learner, one rule, one instant: days, explanations, refusals and the stored form."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pathways.rules.evaluate import (
    Entry,
    Fact,
    FactError,
    Reason,
    Suspension,
    end_of_day,
    evaluate,
    facts_digest,
    local_day,
)
from pathways.rules.tree import AllOf, Earned, Pool, Rule, RuleError
from tests.pathways.rules.cases import HALIFAX, NOW, TODAY, catalogue, held, verdict_of

WATER = AllOf((Earned("ETH", "ethics"), Pool(3, ("SAM", "PUM", "CHL", "ASY"), "practice", "Practice")))

a_credential = held("A")[0]


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


class TestLocalDays:
    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            ("America/Halifax", date(2026, 3, 8), 23),
            ("America/Halifax", date(2026, 11, 1), 25),
            ("Africa/Cairo", date(2026, 4, 24), 23),
            ("Africa/Nairobi", date(2028, 2, 29), 24),
        ],
    )
    def test_a_credential_counts_to_the_last_instant_of_its_last_day(
        self, zone: str, day: date, hours: int
    ) -> None:
        local = ZoneInfo(zone)
        last = end_of_day(day, local)
        fact = replace(a_credential, expires_on=day)

        def satisfied(at: datetime) -> bool | None:
            return evaluate(Earned("A"), [fact], catalog=catalogue("A"), at=at, zone=local).satisfied

        assert last - end_of_day(day - timedelta(days=1), local) == timedelta(hours=hours)
        assert local_day(last, local) == day
        assert satisfied(last)
        assert not satisfied(last + timedelta.resolution)

    def test_the_day_is_the_institutions_not_that_of_greenwich(self) -> None:
        late_in_halifax = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)

        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=TODAY)], at=late_in_halifax)

        assert verdict.satisfied
        assert verdict.holds_through == TODAY

    def test_an_expiry_at_the_end_of_time_is_none(self) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=date.max)])

        assert verdict.satisfied
        assert verdict.holds_through is None
        assert verdict.next_change_on is None


class TestFirstDay:
    def test_is_the_day_on_which_the_last_part_was_earned(self) -> None:
        earlier = Fact("a", "A", datetime(2025, 5, 1, 12, tzinfo=UTC))
        last = Fact("b", "B", datetime(2025, 9, 2, 1, tzinfo=UTC))

        verdict = verdict_of(AllOf((Earned("A"), Earned("B"))), [last, earlier])

        assert verdict.first_satisfied_on == date(2025, 9, 1)

    def test_stays_though_the_rule_lapsed_since(self) -> None:
        withdrawn = replace(a_credential, revoked_at=NOW, revocation="withdrawn")

        verdict = verdict_of(Earned("A"), [withdrawn])

        assert not verdict.satisfied
        assert verdict.first_satisfied_on == local_day(a_credential.earned_at, HALIFAX)

    def test_goes_with_what_was_never_right(self) -> None:
        void = replace(a_credential, revoked_at=NOW, revocation="void")
        again = Fact("again", "A", NOW - timedelta(days=1))

        assert verdict_of(Earned("A"), [void]).first_satisfied_on is None
        assert verdict_of(Earned("A"), [void, again]).first_satisfied_on == in_days(-1)

    def test_waits_for_the_end_of_a_suspension(self) -> None:
        stay = Suspension(a_credential.earned_at, NOW - timedelta(days=3))

        verdict = verdict_of(Earned("A"), [replace(a_credential, suspensions=(stay,))])

        assert verdict.satisfied
        assert verdict.first_satisfied_on == in_days(-3)


class TestLookingAhead:
    def test_a_replacement_held_longer_carries_the_rule_on(self) -> None:
        first = replace(a_credential, expires_on=in_days(5))
        renewal = Fact("renewed", "A", NOW - timedelta(days=1), expires_on=in_days(400))

        verdict = verdict_of(Earned("A"), [first, renewal])

        assert verdict.used == ("renewed",)
        assert verdict.holds_through == in_days(400)
        assert verdict.finish_by is None
        assert verdict.next_change_on == in_days(6)
        assert verdict.explanation.status == "satisfied"

    def test_a_credential_ending_within_the_horizon_puts_the_rule_at_risk(self) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=in_days(89))])

        assert verdict.explanation.status == "at_risk"
        assert verdict.explanation.deadline == verdict.finish_by == in_days(89)

    def test_one_ending_on_the_day_after_the_horizon_does_not(self) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=in_days(90))])

        assert verdict.explanation.status == "satisfied"
        assert verdict.finish_by is None
        assert verdict.holds_through == in_days(90)

    def test_a_deadline_warns_of_what_will_be_lost_before_the_rest_is_earned(self) -> None:
        verdict = verdict_of(
            WATER, [Fact("s", "SAM", a_credential.earned_at, expires_on=in_days(10)), *held("PUM")]
        )

        assert verdict.remaining == 2
        assert verdict.finish_by == in_days(10)
        assert verdict.holds_through is None
        assert verdict.explanation.children[0].deadline == in_days(10)

    def test_a_revocation_later_today_is_seen_from_tomorrow(self) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, revoked_at=NOW + timedelta(hours=1))])

        assert verdict.satisfied
        assert verdict.holds_through == TODAY
        assert verdict.next_change_on == in_days(1)

    def test_what_is_earned_later_brings_a_change_but_no_hope(self) -> None:
        now, later = (
            replace(a_credential, expires_on=in_days(5)),
            Fact("later", "A", NOW + timedelta(days=2)),
        )

        verdict = verdict_of(Earned("A"), [now, later])

        assert verdict.holds_through == in_days(5)
        assert verdict.next_change_on == in_days(2)

    def test_a_retired_achievement_cannot_be_replaced_once_it_lapses(self) -> None:
        catalog = {"A": Entry(active=False)}

        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=in_days(5))], catalog=catalog)

        assert verdict.satisfied
        assert verdict.total is None
        assert verdict.finish_by == in_days(5)


class TestUncounted:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"earned_at": NOW + timedelta(hours=1)}, Reason.FUTURE),
            ({"revoked_at": NOW, "revocation": "withdrawn"}, Reason.REVOKED),
            ({"suspensions": (Suspension(NOW),)}, Reason.SUSPENDED),
            ({"expires_on": in_days(-1)}, Reason.EXPIRED),
            ({"achievement": "OTHER"}, Reason.NOT_LISTED),
            ({"revoked_at": NOW, "suspensions": (Suspension(NOW),)}, Reason.REVOKED),
            ({"suspensions": (Suspension(NOW),), "expires_on": in_days(-1)}, Reason.SUSPENDED),
        ],
    )
    def test_each_has_the_first_test_that_it_fails(self, change: dict[str, Any], reason: Reason) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, **change)])

        assert [(each.credential, each.code) for each in verdict.uncounted] == [("a", reason)]

    def test_a_second_copy_is_told_from_one_that_is_not_needed(self) -> None:
        verdict = verdict_of(Pool(1, ("A", "B")), [*held("A", "B"), Fact("older", "A", NOW - timedelta(90))])

        assert verdict.used == ("older",)
        assert [(each.credential, each.code) for each in verdict.uncounted] == [
            ("a", Reason.IDENTITY_ALREADY_USED),
            ("b", Reason.NOT_NEEDED),
        ]

    def test_a_repeatable_achievement_counts_each_time_and_is_never_used_up(self) -> None:
        catalog = {"PRACTICE": Entry(repeatable=True)}
        days = [Fact(f"day {number}", "PRACTICE", NOW - timedelta(days=number)) for number in (1, 2, 3)]

        verdict = verdict_of(Pool(2, ("PRACTICE",)), days, catalog=catalog)

        assert verdict.used == ("day 2", "day 3")
        assert [(each.credential, each.code) for each in verdict.uncounted] == [("day 1", Reason.NOT_NEEDED)]
        assert verdict_of(Pool(2, ("PRACTICE",)), [], catalog=catalog).completion == ("PRACTICE", "PRACTICE")


class TestExplanation:
    def test_of_a_rule_half_done_tells_each_part(self) -> None:
        facts = [*held("ETH", "SAM"), Fact("again", "SAM", NOW - timedelta(days=1))]

        verdict = verdict_of(WATER, facts)

        whole, (ethics, practice) = verdict.explanation, verdict.explanation.children
        assert (whole.status, whole.have, whole.need) == ("partial", 1, 2)
        assert ethics.to_json() == {
            "key": "ethics",
            "kind": "achievement",
            "status": "satisfied",
            "need": 1,
            "have": 1,
            "used": [{"credential": "eth", "counted_as": "ETH", "via": "direct"}],
            "missing_options": [],
        }
        assert practice.to_json() == {
            "key": "practice",
            "kind": "pool",
            "label": "Practice",
            "status": "partial",
            "need": 3,
            "have": 1,
            "used": [{"credential": "sam", "counted_as": "SAM", "via": "direct"}],
            "missing_options": ["ASY", "CHL", "PUM"],
            "proof": {"nodes": ["practice"], "held": ["sam"], "places": 3},
        }

    def test_proof_names_every_part_that_competes_for_the_same_few(self) -> None:
        rule = AllOf(
            (Earned("A", "core"), Pool(1, ("A", "B"), "one"), Pool(1, ("A", "B"), "two"), Earned("Z"))
        )

        verdict = verdict_of(rule, held("A", "B", "Z"))

        assert verdict.status == "unreachable"
        open_leaf = verdict_of(AllOf((*rule.children[1:3], Pool(1, ("A", "B", "C"), "core"))), held("A", "B"))
        proofs = [child.proof for child in open_leaf.explanation.children if child.proof]
        assert [(proof.nodes, proof.held, proof.places) for proof in proofs] == [
            (("one", "two", "core"), ("a", "b"), 3)
        ]

    def test_where_the_whole_is_out_of_reach_each_part_is_judged_alone(self) -> None:
        rule = AllOf(
            (
                Earned("A", "core"),
                AllOf((Pool(1, ("A",), "again"), Pool(2, ("B", "C"), "pair")), "inner"),
                Earned("OLD", "retired"),
            )
        )
        catalog = {**catalogue("A", "B", "C"), "OLD": Entry(active=False)}

        verdict = verdict_of(rule, held("A", "B"), catalog=catalog)

        assert (verdict.status, verdict.satisfied, verdict.remaining) == ("unreachable", False, None)
        assert (verdict.used, verdict.next_useful, verdict.completion) == ((), (), ())
        assert {each.code for each in verdict.uncounted} == {Reason.NOT_NEEDED}
        core, inner, retired = verdict.explanation.children
        assert (core.status, core.have) == ("satisfied", 1)
        assert (inner.status, inner.have, inner.need) == ("partial", 1, 2)
        assert [child.status for child in inner.children] == ["satisfied", "partial"]
        assert inner.missing_options == ("C",)
        assert (retired.status, retired.have, retired.missing_options) == ("unreachable", 0, ())
        assert (verdict.explanation.status, verdict.explanation.have) == ("unreachable", 1)

    def test_valid_when_earned_has_no_deadline(self) -> None:
        verdict = verdict_of(Earned("A"), [replace(a_credential, expires_on=in_days(5))], validity="ever")

        assert verdict.explanation.deadline is None
        assert verdict.holds_through is None
        assert verdict.next_change_on is None


class TestRefusals:
    def test_a_count_below_one_names_its_node(self) -> None:
        with pytest.raises(RuleError, match="electives: n: must be at least one"):
            verdict_of(Pool(0, ("A",), "electives"), [])

    @pytest.mark.parametrize(
        ("rule", "field"), [(Earned("A"), "achievement"), (Pool(1, ("A",)), "achievements")]
    )
    def test_an_achievement_outside_the_catalogue_names_its_node_and_field(
        self, rule: Rule, field: str
    ) -> None:
        with pytest.raises(RuleError) as refused:
            verdict_of(rule, [], catalog={})

        assert (refused.value.node, refused.value.field) == ("r", field)

    def test_facts_that_share_an_id_are_not_judged(self) -> None:
        with pytest.raises(FactError, match="two facts share this id"):
            verdict_of(Earned("A"), [a_credential, a_credential])

    @pytest.mark.parametrize(
        "change",
        [
            {"earned_at": datetime(2026, 1, 1)},  # noqa: DTZ001
            {"suspensions": (Suspension(NOW, datetime(2026, 4, 1)),)},  # noqa: DTZ001
        ],
    )
    def test_instants_without_a_zone_are_not_judged(self, change: dict[str, Any]) -> None:
        with pytest.raises(FactError, match="must name its zone"):
            verdict_of(Earned("A"), [replace(a_credential, **change)])

    def test_a_moment_without_a_zone_is_not_judged(self) -> None:
        with pytest.raises(FactError, match="must name its zone"):
            verdict_of(Earned("A"), [], at=datetime(2026, 3, 5))  # noqa: DTZ001


class TestTooLarge:
    def test_a_rule_beyond_the_budget_is_left_to_people_not_refused(self) -> None:
        rule = AllOf((Pool(5_000, ("PRACTICE",), "practice"), Earned("A", "core")))
        catalog = {"PRACTICE": Entry(repeatable=True), "A": Entry()}

        verdict = verdict_of(rule, held("A"), catalog=catalog)

        assert verdict.status == "indeterminate"
        assert verdict.satisfied is None
        assert verdict.explanation.status == "indeterminate"
        assert [child.need for child in verdict.explanation.children] == [5_000, 1]
        assert json.loads(json.dumps(verdict.to_json()))["satisfied"] is None


class TestStoredForm:
    def test_is_plain_json_with_days_and_sorted_codes(self) -> None:
        verdict = verdict_of(WATER, [Fact("e", "ETH", NOW, expires_on=in_days(30))])

        stored = json.loads(json.dumps(verdict.to_json()))
        assert stored["status"] == "unsatisfied"
        assert stored["completion"] == ["ASY", "CHL", "PUM"]
        assert stored["assignment"] == {"ethics": ["e"]}
        assert stored["finish_by"] == "2026-04-04"
        assert stored["next_change_on"] == "2026-04-05"
        assert stored["explanation"]["deadline"] == "2026-04-04"
        assert set(stored) == {
            "status", "satisfied", "remaining", "total", "used", "assignment", "next_useful", "completion",
            "first_satisfied_on", "holds_through", "finish_by", "next_change_on", "uncounted", "explanation",
            "rule_sha256",
        }  # fmt: skip

    def test_an_unchosen_node_says_so(self) -> None:
        explained = replace(verdict_of(Earned("A"), []).explanation, chosen=False)

        assert explained.to_json()["chosen"] is False


class TestFactsDigest:
    def test_is_the_same_in_any_order_and_zone(self) -> None:
        stay = Suspension(NOW, NOW + timedelta(days=1))
        full = replace(
            a_credential, expires_on=TODAY, revoked_at=NOW, suspensions=(stay, Suspension(NOW - timedelta(9)))
        )
        facts = [full, *held("B")]
        elsewhere = replace(
            full,
            earned_at=full.earned_at.astimezone(HALIFAX),
            suspensions=full.suspensions[::-1],
        )

        assert facts_digest(facts) == facts_digest([*held("B"), elsewhere])

    @pytest.mark.parametrize(
        "change",
        [
            {"expires_on": TODAY},
            {"revoked_at": NOW},
            {"revoked_at": NOW, "revocation": "withdrawn"},
            {"suspensions": (Suspension(NOW),)},
            {"earned_at": NOW},
            {"id": "other"},
            {"achievement": "B"},
            {"level": 2},
            {"credits": Decimal("1.5")},
            {"source": "rpl"},
            {"consumed_by": ("P",)},
        ],
    )
    def test_changes_with_whatever_a_verdict_reads(self, change: dict[str, Any]) -> None:
        digests = {facts_digest([a_credential]), facts_digest([replace(a_credential, **change)])}

        assert len(digests) == 2

    def test_of_an_amount_is_that_of_its_digits_however_it_was_written(self) -> None:
        digests = {facts_digest([replace(a_credential, credits=Decimal(text))]) for text in ("100", "1E+2")}

        assert len(digests) == 1

    def test_is_the_fingerprint_of_a_text_that_anybody_can_write_again(self) -> None:
        full = Fact(
            id="é2",
            achievement="B",
            earned_at=datetime(2025, 3, 1, 9, tzinfo=HALIFAX),
            expires_on=date(2027, 3, 31),
            revoked_at=datetime(2026, 1, 2, tzinfo=UTC),
            revocation="withdrawn",
            suspensions=(
                Suspension(datetime(2025, 9, 1, tzinfo=UTC)),
                Suspension(datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)),
            ),
            level=3,
            credits=Decimal("2.50"),
            source="transfer",
            consumed_by=("Q", "P"),
        )
        bare = Fact("a1", "A", datetime(2025, 1, 1, tzinfo=UTC))
        text = (
            '[{"achievement":"A","earned_at":"2025-01-01T00:00:00+00:00","id":"a1"},'
            '{"achievement":"B","consumed_by":["P","Q"],"credits":"2.50",'
            '"earned_at":"2025-03-01T13:00:00+00:00","expires_on":"2027-03-31","id":"é2","level":3,'
            '"revocation":"withdrawn","revoked_at":"2026-01-02T00:00:00+00:00","source":"transfer",'
            '"suspensions":[{"from":"2025-05-01T00:00:00+00:00","to":"2025-06-01T00:00:00+00:00"},'
            '{"from":"2025-09-01T00:00:00+00:00","to":null}]}]'
        )

        assert facts_digest([full, bare]) == hashlib.sha256(text.encode()).hexdigest()
