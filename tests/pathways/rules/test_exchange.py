"""Exchange documents: the standard's two examples to the letter, and what is refused by name."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pathways.rules.evaluate import FactError, Pause, Situation, judged
from pathways.rules.exchange import (
    Clock,
    digest,
    document_of,
    evaluated,
    lived,
    terms_json,
    terms_of,
)
from pathways.rules.exchange.reading import root_of, situation_of
from pathways.rules.tree import Filters, RuleError, keyed
from tests.pathways.rules.random_situations import situation

CLOCK = Clock(ZoneInfo("Europe/Dublin"), datetime(2026, 3, 5, 15, tzinfo=UTC))

WATER: dict[str, Any] = json.loads("""
{"tz":"Africa/Nairobi","as_of":"2027-05-20T09:00:00+03:00",
 "catalog":{"ETH":{},"ETH24":{"active":false},"SAM":{},"PUM":{},"CHL":{},"ASY":{},"VIVA":{}},
 "rule":{"kind":"all","children":[{"key":"ethics","kind":"achievement","achievement":"ETH"},
  {"key":"practice","kind":"pool","n":3,"achievements":["SAM","PUM","CHL","ASY"],"min_level":2,
   "sources":["internal","rpl"]},
  {"key":"viva","kind":"step","step":"VIVA"}]},
 "equivalences":[{"from":"ETH24","to":"ETH"}],"milestones":[{"code":"HALFWAY","at":2}],
 "credentials":[{"id":"e1","achievement":"ETH24","earned_at":"2024-11-04"},
  {"id":"s1","achievement":"SAM","earned_at":"2025-09-12","level":3},
  {"id":"s2","achievement":"SAM","earned_at":"2026-10-02","level":4,"expires_on":"2028-10-01"},
  {"id":"p1","achievement":"PUM","earned_at":"2026-01-20","level":1},
  {"id":"c1","achievement":"CHL","earned_at":"2026-03-05","level":3,"source":"transfer"},
  {"id":"a1","achievement":"ASY","earned_at":"2025-05-20","level":4,"expires_on":"2027-05-19"}]}
""")

LABS: dict[str, Any] = json.loads("""
{"tz":"America/Halifax","as_of":"2027-11-02",
 "catalog":{"L1":{},"L2":{},"L3":{},"R1":{"credits":"1.5","series":"read"},
  "R2":{"credits":"2.25","series":"read"},"R3":{"credits":"1.5"}},
 "rule":{"kind":"all","children":[{"key":"lab","kind":"pool","n":3,"achievements":["L1","L2","L3"]},
  {"key":"texts","kind":"credits","min":"3.75","achievements":["R1","R2","R3"],
   "group_caps":{"read":"2.50"}}]},
 "credentials":[{"id":"l1","achievement":"L1","earned_at":"2026-02-10"},
  {"id":"l3","achievement":"L3","earned_at":"2026-06-18"},
  {"id":"r1","achievement":"R1","earned_at":"2026-09-09"},
  {"id":"r2","achievement":"R2","earned_at":"2026-11-30"},
  {"id":"r3","achievement":"R3","earned_at":"2027-04-22"}],
 "exceptions":[{"type":"reduce","node":"lab","by":1,"approved_at":"2027-06-01","expires_on":"2028-03-31"}]}
""")


class TestTheExamples:
    def test_the_first_is_half_done(self) -> None:
        answer = evaluated(WATER, CLOCK)

        assert (answer["status"], answer["remaining"], answer["total"]) == ("unsatisfied", 3, 5)
        assert answer["used"] == ["e1", "s1"]
        assert answer["next_useful"] == ["ASY", "CHL", "PUM", "VIVA"]
        assert answer["completion"] == ["ASY", "CHL", "VIVA"]
        assert answer["first_satisfied_on"] is None
        assert answer["milestones_due"] == ["HALFWAY"]
        assert [(row["credential"], row["code"]) for row in answer["uncounted"]] == [
            ("a1", "EXPIRED"),
            ("c1", "SOURCE_NOT_ALLOWED"),
            ("p1", "LEVEL_TOO_LOW"),
            ("s2", "IDENTITY_ALREADY_USED"),
        ]
        assert answer["explanation"]["children"][1] == {
            "key": "practice",
            "kind": "pool",
            "status": "partial",
            "need": 3,
            "have": 1,
            "used": [{"credential": "s1", "counted_as": "SAM", "via": "direct"}],
            "missing_options": ["ASY", "CHL", "PUM"],
            "proof": {"nodes": ["practice"], "held": ["s1"], "places": 3},
        }

    def test_the_second_is_met_by_a_reduction_until_that_ends(self) -> None:
        answer = evaluated(LABS, CLOCK)

        assert (answer["status"], answer["remaining"], answer["total"]) == ("satisfied", 0, 5)
        assert answer["used"] == ["l1", "l3", "r2", "r3"]
        assert answer["assignment"] == {"lab": ["l1", "l3"], "texts": ["r2", "r3"]}
        assert answer["first_satisfied_on"] == "2027-06-01"
        assert answer["holds_through"] == "2028-03-31"
        assert answer["uncounted"] == [{"credential": "r1", "code": "NOT_NEEDED"}]

    def test_prints_what_the_format_says_and_nothing_else(self) -> None:
        assert set(evaluated(LABS | {"id": "labs"}, CLOCK)) == {
            "id",
            "status",
            "satisfied",
            "remaining",
            "total",
            "used",
            "assignment",
            "next_useful",
            "completion",
            "first_satisfied_on",
            "holds_through",
            "finish_by",
            "milestones_due",
            "uncounted",
            "explanation",
            "rule_sha256",
        }

    @pytest.mark.parametrize(
        ("change", "state", "issue", "broken_on"),
        [
            ({"at": "2027-05-31"}, "not_issued", (0, None), None),
            ({"at": "2028-03-31"}, "active", (1, "2027-06-01"), None),
            ({"at": "2028-04-14"}, "grace", (1, "2027-06-01"), "2028-04-01"),
            ({"at": "2028-04-15"}, "suspended", (1, "2027-06-01"), "2028-04-01"),
            ({"at": "2028-05-20", "earned": "2028-05-20"}, "active", (1, "2027-06-01"), None),
            (
                {"at": "2028-05-20", "earned": "2028-05-20", "lapse_policy": "expire"},
                "active",
                (2, "2028-05-20"),
                None,
            ),
            (
                {"at": "2028-04-14", "earned": "2028-04-14", "lapse_policy": "expire"},
                "active",
                (1, "2027-06-01"),
                None,
            ),
            ({"at": "2028-04-15", "lapse_policy": "keep"}, "active", (1, "2027-06-01"), "2028-04-01"),
            ({"at": "2028-04-15", "lapse_policy": "review"}, "review", (1, "2027-06-01"), "2028-04-01"),
            ({"at": "2028-04-15", "lapse_policy": "expire"}, "expired", (1, "2027-06-01"), "2028-04-01"),
        ],
    )
    def test_the_second_lives_on(
        self, change: dict[str, str], state: str, issue: tuple[int, str | None], broken_on: str | None
    ) -> None:
        document = LABS | {"lapse_policy": "suspend", "grace_days": 14} | change
        if earned := document.pop("earned", None):
            again = {"id": "l2", "achievement": "L2", "earned_at": earned}
            document["credentials"] = [*LABS["credentials"], again]

        life = lived(document, CLOCK)

        assert (life["state"], life["issue_no"], life["issued_on"]) == (state, *issue)
        assert life["broken_on"] == broken_on
        assert life["cause"] == ("expiry" if broken_on else None)

    @pytest.mark.parametrize(
        ("revocation", "state", "cause", "issue_no"),
        [("withdrawn", "suspended", "revocation", 1), ("void", "revoked", None, 0)],
    )
    def test_a_revoked_part_has_no_grace_and_a_void_one_was_never_right(
        self, revocation: str, state: str, cause: str | None, issue_no: int
    ) -> None:
        revoked = LABS["credentials"][0] | {"revoked_at": "2027-08-01", "revocation": revocation}
        document = LABS | {"lapse_policy": "suspend", "grace_days": 14, "at": "2027-08-01"}

        life = lived(document | {"credentials": [revoked, *LABS["credentials"][1:]]}, CLOCK)

        assert (life["state"], life["cause"], life["issue_no"]) == (state, cause, issue_no)
        assert life["grace_through"] is None


LEAF = {"kind": "achievement", "achievement": "A"}
SMALL: dict[str, Any] = {"catalog": {"A": {}, "B": {}}, "rule": LEAF}


def fact(**more: object) -> dict[str, Any]:
    return {"id": "a", "achievement": "A", "earned_at": "2026-01-02"} | more


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"colour": "red"}, "colour"),
            ({"catalog": None}, "catalog"),
            ({"catalog": {"A": {"active": "yes"}}}, "active"),
            ({"catalog": {"A": {"credits": 2}}}, "credits"),
            ({"tz": "Mars/Olympus"}, "tz"),
            ({"as_of": "yesterday"}, "as_of"),
            ({"horizon_days": "90"}, "horizon_days"),
            ({"rule": {"kind": "achievement", "achievement": "Z"}}, "'Z'"),
            ({"rule": {"kind": "pool", "n": 0, "achievements": ["A"]}}, "n: must be at least one"),
            ({"rule": {"kind": "credits", "min": "0", "achievements": ["A"]}}, "min"),
            ({"rule": {"kind": "credits", "min": 3, "achievements": ["A"]}}, "min"),
            ({"rule": {"kind": "n_of", "n": 0, "children": [LEAF]}}, "n: must be at least one"),
            ({"rule": {"kind": "competency", "code": "k", "count": 0}}, "count"),
            ({"rule": LEAF | {"sources": ["elsewhere"]}}, "sources"),
            ({"rule": {"kind": "within", "child": LEAF, "window": {"hours": 3}}}, "hours"),
            ({"rule": {"kind": "within", "child": LEAF, "window": {}, "anchor": "enrolment"}}, "anchor"),
            ({"credentials": [fact(), fact()]}, "share this id"),
            ({"credentials": [fact(achievement="Z")]}, "'Z'"),
            ({"credentials": [fact(level="3")]}, "level"),
            ({"credentials": [fact(grade=3)]}, "grade"),
            ({"credentials": [fact(earned_at="2026-02-30")]}, "earned_at"),
            ({"credentials": [fact(expires_on="2026-01-02T00:00")]}, "expires_on"),
            ({"equivalences": [{"from": "A", "to": "Z"}]}, "'Z'"),
            ({"at_most": [{"k": 1, "achievements": ["Z"]}]}, "'Z'"),
            ({"milestones": [{"code": "M", "at": 1, "node": "nowhere"}]}, "nowhere"),
            ({"exceptions": [{"type": "waive", "node": "nowhere", "approved_at": "2026-01-01"}]}, "nowhere"),
            ({"exceptions": [{"type": "forgive", "node": "r", "approved_at": "2026-01-01"}]}, "type"),
        ],
    )
    def test_is_named(self, change: dict[str, Any], named: str) -> None:
        with pytest.raises((RuleError, FactError)) as refused:
            evaluated(SMALL | change, CLOCK)

        assert named in str(refused.value)

    @pytest.mark.parametrize(
        ("kind", "more"),
        [("reduce", {"by": 1}), ("substitute", {"achievement": "B"}), ("block", {"credential": "a"})],
    )
    def test_an_exception_stands_only_where_it_has_a_meaning(self, kind: str, more: dict[str, Any]) -> None:
        row = {"type": kind, "node": "r", "approved_at": "2026-01-01"} | more

        with pytest.raises(RuleError, match="r: exceptions"):
            evaluated(SMALL | {"rule": {"kind": "all", "children": [LEAF]}, "exceptions": [row]}, CLOCK)

    def test_what_the_catalogue_says_beside_is_kept_to_group_and_add_up(self) -> None:
        catalog = {"A": {"hours": "7.5", "site": "north"}, "B": {"hours": "4", "site": "south"}}
        rule = {"kind": "credits", "min": "11.5", "achievements": ["A", "B"], "measure": "hours"}
        held = [fact(), fact(id="b", achievement="B")]

        answer = evaluated({"catalog": catalog, "rule": rule, "credentials": held}, CLOCK)

        assert answer["satisfied"]
        assert answer["explanation"]["have"] == "11.5"

    def test_a_day_means_noon_and_an_instant_without_offset_is_local(self) -> None:
        document = SMALL | {"tz": "Pacific/Auckland", "credentials": [fact(earned_at="2026-03-06T01:00:00")]}

        assert evaluated(document | {"as_of": "2026-03-05T11:59:59Z"}, CLOCK)["satisfied"] is False
        assert evaluated(document | {"as_of": "2026-03-05T12:00:00Z"}, CLOCK)["satisfied"] is True


def exchangeable(seed: int) -> Situation:
    """A random situation as a document can say it: a version clears nothing, and sets no scope (RULES §4)."""
    given = situation(seed)
    said = {field.name: getattr(given.defaults, field.name) for field in fields(Filters)}
    kept = {name: value for name, value in said.items() if value not in (None, "current") and name != "scope"}
    return replace(given, defaults=Filters(**kept))


class TestWritten:
    @pytest.mark.parametrize("seed", range(60))
    def test_a_situation_read_again_gets_the_same_verdict(self, seed: int) -> None:
        given = exchangeable(seed)
        document = json.loads(json.dumps(document_of(given)))

        again = situation_of(root_of(document), CLOCK)

        assert judged(again).to_json() == judged(given).to_json()
        assert document_of(again) == document_of(given)

    @pytest.mark.parametrize("seed", range(20))
    def test_what_a_version_promises_is_read_without_the_learner(self, seed: int) -> None:
        given = exchangeable(seed)

        terms = terms_of(terms_json(terms_of(document_of(given))))

        assert (terms.rule, terms.milestones) == (keyed(given.rule), given.milestones)
        assert (terms.defaults, terms.use_limit) == (given.defaults, given.use_limit)
        assert terms.exclusive_with == given.exclusive_with

    def test_its_fingerprint_changes_with_whatever_a_verdict_reads(self) -> None:
        given = situation(7)
        later = replace(given, at=given.at + timedelta(hours=1))
        on_leave = replace(given, pauses=(Pause(date(2026, 1, 1), date(2026, 1, 2)),))
        fewer = replace(given, facts=given.facts[1:])

        assert digest(given) == digest(later)
        assert len({digest(given), digest(on_leave), digest(fewer)}) == 3
