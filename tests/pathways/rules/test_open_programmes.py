"""Real programmes that stack: each behaves as the trap in it demands."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pathways.rules.exchange import Clock, evaluated, linted, lived
from pathways.rules.sizing import span
from pathways.rules.tree import read
from tests.pathways.rules.open_programmes import FILE, Json, document, earned, programmes

PROGRAMMES = programmes()
CLOCK = Clock(ZoneInfo("UTC"), datetime(2026, 6, 1, 12, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not PROGRAMMES, reason=f"{FILE} is not here")


def asked(given: Json, credentials: list[Json], *, on: str = "2026-06-01", **more: Any) -> Json:
    return evaluated({**given, "credentials": credentials, "as_of": on, **more}, CLOCK)


def all_of(given: Json, *, on: str = "2026-01-15", but: tuple[str, ...] = (), **fields: Any) -> list[Json]:
    """A credential for every code of a catalogue, some left out."""
    return [earned(code, on, **fields) for code in given["catalog"] if code not in but]


def reasons(answer: Json) -> dict[str, str]:
    return {row["credential"]: row["code"] for row in answer["uncounted"]}


class TestFullStack:
    """fcc-full-stack-v9: six components of 300 hours are the 1,800 of the whole."""

    def test_all_six_are_needed(self) -> None:
        given = document(PROGRAMMES["fcc-full-stack-v9"])

        five = asked(given, all_of(given, but=("python-v9",)))

        assert asked(given, all_of(given))["satisfied"]
        assert (five["remaining"], five["total"], five["completion"]) == (1, 6, ["python-v9"])

    def test_hours_of_its_parts_are_the_hours_of_the_whole(self) -> None:
        given = document(PROGRAMMES["fcc-full-stack-v9"])

        sizes = {code: Decimal(entry["hours"]) for code, entry in given["catalog"].items()}

        assert set(sizes.values()) == {Decimal(300)}
        assert span(read(given["rule"]), sizes) == (Decimal(1800), Decimal(1800))

    @pytest.mark.parametrize(("hours", "enough"), [("1800", True), ("1800.01", False)])
    def test_a_sum_of_hours_is_exact(self, hours: str, enough: bool) -> None:
        given = document(PROGRAMMES["fcc-full-stack-v9"])
        rule = {"kind": "credits", "min": hours, "measure": "hours", "achievements": list(given["catalog"])}

        assert asked({**given, "rule": rule}, all_of(given))["satisfied"] is enough


class TestOldAndNewVersion:
    """fcc-v8-to-v9: two versions of one subject are one achievement, whichever is held."""

    OLD, NEW = "responsive-web-design", "responsive-web-design-v9"
    EQUAL = ({"from": OLD, "to": NEW},)

    def given(self) -> Json:
        return {**document(PROGRAMMES["fcc-v8-to-v9"]), "equivalences": list(self.EQUAL)}

    def test_either_is_enough(self) -> None:
        assert asked(self.given(), [earned(self.OLD, "2020-05-01")])["satisfied"]
        assert asked(self.given(), [earned(self.NEW, "2026-05-01")])["satisfied"]

    def test_both_are_counted_once(self) -> None:
        both = [earned(self.OLD, "2020-05-01"), earned(self.NEW, "2026-05-01")]
        two = {"kind": "pool", "n": 2, "achievements": [self.OLD, self.NEW]}

        one_used, short = asked(self.given(), both), asked({**self.given(), "rule": two}, both)

        assert len(one_used["used"]) == 1
        assert set(reasons(one_used).values()) == {"IDENTITY_ALREADY_USED"}
        assert short["status"] == "unreachable"

    def test_the_old_one_stands_for_the_new_in_the_whole_and_still_fills_one_place(self) -> None:
        given = document(PROGRAMMES["fcc-full-stack-v9"]) | {"equivalences": list(self.EQUAL)}
        given["catalog"] = {**given["catalog"], self.OLD: {"active": False}}
        four = all_of(given, but=(self.OLD, self.NEW, "python-v9"))
        old = earned(self.OLD, "2020-05-01")

        with_old = asked(given, [*four, old])
        with_both = asked(given, [*four, old, earned(self.NEW, "2026-05-01")])

        assert with_old["completion"] == with_both["completion"] == ["python-v9"]
        place = with_old["explanation"]["children"][0]["used"]
        assert place == [{"credential": old["id"], "counted_as": self.NEW, "via": "equivalence"}]


class TestSimultaneousValidity:
    """kubestronaut: five valid at the same time; one that lapses takes it away, its renewal restores it."""

    # Four last to the end of 2027, CKAD only to 30 September 2026.
    FIVE = (
        *(earned(code, "2026-01-15", expires_on="2027-12-31") for code in ("KCNA", "KCSA", "CKA", "CKS")),
        earned("CKAD", "2024-10-01", expires_on="2026-09-30"),
    )
    RENEWED = earned("CKAD", "2026-11-20", expires_on="2028-11-19")

    def given(self) -> Json:
        return document(PROGRAMMES["kubestronaut"])

    def life(self, on: str, *credentials: Json, policy: str) -> Json:
        given = {**self.given(), "credentials": [*self.FIVE, *credentials], "lapse_policy": policy}
        return lived({**given, "grace_days": 14, "at": on}, CLOCK)

    def test_holds_while_the_first_of_the_five_does(self) -> None:
        answer = asked(self.given(), list(self.FIVE))

        assert (answer["satisfied"], answer["holds_through"]) == (True, "2026-09-30")

    def test_five_that_were_never_valid_together_are_not_enough(self) -> None:
        apart = [*self.FIVE[:4], earned("CKAD", "2023-01-10", expires_on="2025-01-09")]

        answer = asked(self.given(), apart)

        assert (answer["satisfied"], answer["completion"]) == (False, ["CKAD"])
        assert reasons(answer) == {"CKAD 2023-01-10": "EXPIRED"}
        assert answer["first_satisfied_on"] is None

    @pytest.mark.parametrize(
        ("on", "state"),
        [("2026-09-30", "active"), ("2026-10-14", "grace"), ("2026-10-15", "suspended")],
    )
    def test_lapses_when_one_does(self, on: str, state: str) -> None:
        assert self.life(on, policy="suspend")["state"] == state

    @pytest.mark.parametrize(("policy", "issue"), [("suspend", 1), ("review", 1), ("expire", 2)])
    def test_is_restored_by_renewing_the_one(self, policy: str, issue: int) -> None:
        before = self.life("2026-11-19", self.RENEWED, policy=policy)
        after = self.life("2026-11-20", self.RENEWED, policy=policy)

        assert (before["broken_on"], before["cause"]) == ("2026-10-01", "expiry")
        assert (after["state"], after["issue_no"], after["broken_on"]) == ("active", issue, None)
        assert after["issued_on"] == ("2026-01-15" if issue == 1 else "2026-11-20")

    def test_renewed_in_time_it_never_lapses(self) -> None:
        early = earned("CKAD", "2026-09-01", expires_on="2028-08-31")

        life = self.life("2026-12-31", early, policy="expire")

        assert (life["state"], life["issue_no"]) == ("active", 1)

    def test_old_and_renewed_fill_one_place(self) -> None:
        answer = asked(self.given(), [*self.FIVE, self.RENEWED], on="2026-12-01")

        assert answer["satisfied"]
        assert self.RENEWED["id"] in answer["used"]
        assert reasons(answer) == {self.FIVE[4]["id"]: "EXPIRED"}


class TestPrerequisites:
    """kubestronaut: CKS needs CKA, at its own gate or by the order of days."""

    BEFORE, AFTER = ("2025-11-01", "2026-02-01")

    def held(self, *, cka: str, cks: str) -> list[Json]:
        given = document(PROGRAMMES["kubestronaut"])
        return [*all_of(given, but=("CKA", "CKS")), earned("CKA", cka), earned("CKS", cks)]

    def test_by_days_the_wrong_order_does_not_count(self) -> None:
        given = document(PROGRAMMES["kubestronaut"], order_policy="strict_dates")

        right = asked(given, self.held(cka=self.BEFORE, cks=self.AFTER))
        wrong = asked(given, self.held(cka=self.AFTER, cks=self.BEFORE))

        assert right["satisfied"]
        assert (wrong["remaining"], wrong["next_useful"]) == (1, ["CKS"])
        assert reasons(wrong) == {f"CKS {self.BEFORE}": "WRONG_ORDER"}

    def test_at_a_gate_the_order_is_asked_at_the_exam_and_not_of_the_stack(self) -> None:
        given = document(PROGRAMMES["kubestronaut"])

        assert given["catalog"]["CKS"]["requires"] == ["CKA"]
        assert asked(given, self.held(cka=self.AFTER, cks=self.BEFORE))["satisfied"]

    def test_by_days_a_prerequisite_renewed_late_asks_for_the_later_exam_again(self) -> None:
        given = document(PROGRAMMES["kubestronaut"], order_policy="strict_dates")
        held = self.held(cka=self.BEFORE, cks=self.AFTER)
        lapsed = [{**row, "expires_on": "2026-03-01"} if row["achievement"] == "CKA" else row for row in held]
        renewed = [*lapsed, earned("CKA", "2026-04-01")]

        assert asked(given, renewed)["completion"] == ["CKS"]
        assert asked(document(PROGRAMMES["kubestronaut"]), renewed)["satisfied"]

    def test_one_that_needs_itself_in_the_end_is_refused(self) -> None:
        given = document(PROGRAMMES["kubestronaut"])
        given["catalog"]["CKA"]["requires"] = ["CKS"]

        errors = [row.code for row in linted(given, CLOCK) if row.severity == "error"]

        assert errors == ["E_CYCLE"]


class TestTierAndAmendment:
    """golden-kubestronaut: a tier above another, to which a requirement was added later."""

    def test_the_lower_certificate_is_one_of_its_parts(self) -> None:
        given = document(PROGRAMMES["golden-kubestronaut"])

        without = asked(given, all_of(given, but=("kubestronaut",)))

        assert asked(given, all_of(given))["satisfied"]
        assert without["next_useful"] == ["kubestronaut"]

    def test_lapses_with_the_tier_below_and_comes_back_with_it(self) -> None:
        given = document(PROGRAMMES["golden-kubestronaut"])
        lower = earned("kubestronaut", "2026-01-15", suspensions=[{"from": "2026-10-15", "to": "2026-11-20"}])
        held = [*all_of(given, but=("kubestronaut",)), lower]
        states = [
            lived({**given, "credentials": held, "lapse_policy": "suspend", "at": day}, CLOCK)["state"]
            for day in ("2026-10-14", "2026-10-15", "2026-11-20")
        ]

        assert states == ["active", "suspended", "active"]

    def test_who_is_pinned_to_the_version_before_keeps_it(self) -> None:
        before = document(PROGRAMMES["golden-kubestronaut"])
        after = document(PROGRAMMES["golden-kubestronaut"], amended=True)
        held = all_of(before)

        kept, asked_anew = asked(before, held), asked(after, held)

        assert (kept["satisfied"], kept["total"]) == (True, 11)
        assert (asked_anew["remaining"], asked_anew["total"]) == (1, 12)
        assert asked_anew["completion"] == ["CNPE"]
        assert kept["rule_sha256"] != asked_anew["rule_sha256"]


class TestNestedChoice:
    """mitx-shape: the third elective is itself one of two courses that exclude each other."""

    CORE = ("course1", "course2")

    @pytest.mark.parametrize(
        ("electives", "enough"),
        [
            ("course3 course4", True),
            ("course3 course5", True),
            ("course4 course6", True),
            ("course5 course6", False),
            ("course3", False),
        ],
    )
    def test_both_of_the_two_are_one_elective(self, electives: str, enough: bool) -> None:
        given = document(PROGRAMMES["mitx-shape"])

        answer = asked(given, [earned(code, "2026-01-15") for code in (*self.CORE, *electives.split())])

        assert answer["satisfied"] is enough
        assert answer["total"] == 4

    def test_the_two_together_leave_one_elective_to_earn(self) -> None:
        given = document(PROGRAMMES["mitx-shape"])

        answer = asked(given, all_of(given, but=("course3", "course4")))

        assert (answer["remaining"], answer["next_useful"]) == (1, ["course3", "course4"])
        assert set(reasons(answer).values()) == {"NOT_NEEDED"}


class TestCreditElsewhere:
    """mitx-sds-like: the credit goes on to a second institution's degree, which takes so much and no more."""

    def degree(self) -> Json:
        codes = ("A", "B", "C1", "D1", "D2", "D3")
        return {
            "tz": "UTC",
            "catalog": {code: {"credits": "3"} for code in codes},
            "rule": {
                "kind": "credits",
                "min": "12",
                "achievements": list(codes),
                "transfer_max": "6",
                "residency_min": "6",
            },
        }

    def test_the_exam_is_a_step_that_nothing_replaces(self) -> None:
        given = document(PROGRAMMES["mitx-sds-like"])

        all_but = asked(given, all_of(given, but=("capstone-exam",)))

        assert asked(given, all_of(given, but=("C2",)))["satisfied"]
        assert (all_but["remaining"], all_but["total"]) == (1, 4)
        assert all_but["next_useful"] == ["capstone-exam"]

    def test_the_courses_count_there_to_what_it_takes_and_here_as_before(self) -> None:
        brought = [earned(code, "2026-01-15", source="transfer") for code in ("A", "B", "C1")]
        own = [earned(code, "2026-05-20") for code in ("D1", "D2")]
        here = document(PROGRAMMES["mitx-sds-like"])

        before = asked(self.degree(), [*brought, own[0]])
        degree = asked(self.degree(), [*brought, *own])

        assert before["explanation"]["have"] == "9"
        assert before["remaining"] == 1
        assert degree["satisfied"]
        assert set(reasons(degree).values()) == {"CAP_REACHED"}
        assert asked(here, all_of(here))["satisfied"]


class TestAcrossSeries:
    """cncf-associate-tier: badges of two series, each counted where it belongs."""

    FREE_CODE_CAMP = ("fcc:back-end-development-and-apis-v9", "fcc:python-v9")

    def test_counts_badges_of_both_series(self) -> None:
        given = document(PROGRAMMES["cncf-associate-tier"])
        held = [earned(code, "2026-01-15") for code in ("KCNA", "OTCA", "CKA", "fcc:python-v9")]

        assert {entry["series"] for entry in given["catalog"].values()} == {"cncf", "fcc"}
        assert asked(given, held)["satisfied"]

    def test_more_of_one_series_does_not_stand_in_for_the_other(self) -> None:
        given = document(PROGRAMMES["cncf-associate-tier"])

        only_one = asked(given, all_of(given, but=self.FREE_CODE_CAMP))
        only_other = asked(given, [earned(code, "2026-01-15") for code in self.FREE_CODE_CAMP])

        assert (only_one["remaining"], only_one["next_useful"]) == (1, list(self.FREE_CODE_CAMP))
        assert (only_other["remaining"], only_other["total"]) == (3, 4)


LAPSING = ("W_NO_EXPIRY_POLICY",) * 5
FOUND = {
    "fcc-full-stack-v9": (),
    "fcc-v8-to-v9": ("W_FEWER_THAN_3",),
    "kubestronaut": LAPSING,
    "golden-kubestronaut": ("W_MORE_THAN_6",),
    "mitx-shape": (),
    "mitx-sds-like": (),
    "cncf-associate-tier": (),
}


class TestLint:
    @pytest.mark.parametrize("programme", FOUND)
    def test_finds_no_error_and_just_these_warnings(self, programme: str) -> None:
        found = linted(document(PROGRAMMES[programme]), CLOCK)

        assert tuple(row.code for row in found) == FOUND[programme]

    def test_knows_every_programme_of_the_file(self) -> None:
        assert set(FOUND) == set(PROGRAMMES)

    def test_is_content_once_a_policy_says_what_a_lapse_means(self) -> None:
        given = document(PROGRAMMES["kubestronaut"]) | {"lapse_policy": "suspend"}

        assert linted(given, CLOCK) == []

    def test_names_two_versions_of_one_achievement_that_are_both_listed(self) -> None:
        given = TestOldAndNewVersion().given()

        assert [row.code for row in linted(given, CLOCK)] == ["W_EQUIVALENT_BOTH_LISTED", "W_FEWER_THAN_3"]
