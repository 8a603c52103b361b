"""Boards and their votes, reviews, pilots and workshops, as staff meet them in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.clock import now
from credentials.models import (
    Achievement,
    AchievementVersion,
    Board,
    BoardMember,
    Decision,
    LearningActivity,
    Pilot,
    Series,
    Vote,
)
from credentials.queries import local_day
from credentials.services.reviewing import send_for_review
from learners.models import User
from tests.credentials.test_admin_definitions import act, page, press
from tests.makers import (
    TERM_DAY,
    default_series,
    make_achievement,
    make_achievement_version,
    make_activity,
    make_assessment,
    make_board,
    make_board_member,
    make_competency,
    make_credential,
    make_decision,
    make_pilot,
    make_submission,
    make_user,
    office,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


@pytest.fixture
def second(approver: User, sign_in: SignIn) -> Client:
    return sign_in(approver)


@pytest.fixture
def board() -> Board:
    """Decides for the default series; two must vote."""
    board = make_board(name="Board of Studies", quorum=2)
    Series.objects.filter(pk=default_series().pk).update(board=board)
    return board


@pytest.fixture
def members(board: Board) -> list[BoardMember]:
    return [make_board_member(board=board, user=make_user(name=name)) for name in ("Mira", "Otto", "Pia")]


@pytest.fixture
def waiting(members: list[BoardMember]) -> AchievementVersion:
    """Written by Pia, who sits on the board herself."""
    version = make_achievement_version(is_published=False, written_by=members[2].user)
    make_assessment(achievement=version.achievement)
    return send_for_review(version=version, by=members[2].user, at=TERM_DAY)


def ballot(members: list[BoardMember], *choices: str) -> dict[str, Any]:
    votes = {f"vote_{member.pk}": choice for member, choice in zip(members, choices, strict=False)}
    return press(decided_on=local_day(now()).isoformat(), minutes="Read and discussed.", **votes)


class TestBoards:
    def test_votes_are_kept_and_who_wrote_on_it_takes_no_part_whatever_is_sent(
        self, second: Client, members: list[BoardMember], waiting: AchievementVersion
    ) -> None:
        reply = second.post(
            act("achievementversion", waiting.pk, "approve"), ballot(members, "for", "for", "for")
        )

        assert reply.status_code == 302, reply.content.decode()
        decision = Decision.objects.get(version=waiting)
        assert {row.member.user.name: row.choice for row in decision.votes.all()} == {
            "Mira": Vote.Choice.FOR,
            "Otto": Vote.Choice.FOR,
            "Pia": Vote.Choice.CONFLICT,
        }

    @pytest.mark.parametrize(
        ("choices", "words"),
        [(("for", "conflict"), "1 voted and 2 are needed"), (("for", "against"), "no majority")],
        ids=["no quorum", "no majority"],
    )
    def test_without_quorum_or_majority_nothing_is_approved_and_the_form_keeps_the_votes(
        self,
        second: Client,
        members: list[BoardMember],
        waiting: AchievementVersion,
        choices: tuple[str, str],
        words: str,
    ) -> None:
        reply = second.post(act("achievementversion", waiting.pk, "approve"), ballot(members, *choices))

        waiting.refresh_from_db()
        told = reply.content.decode()
        assert (reply.status_code, waiting.status) == (409, "in_review")
        assert words in told
        assert "Read and discussed." in told

    def test_a_member_without_a_vote_is_asked_for(
        self, second: Client, members: list[BoardMember], waiting: AchievementVersion
    ) -> None:
        reply = second.post(act("achievementversion", waiting.pk, "approve"), ballot(members, "for"))

        assert f"vote_{members[1].pk}" in reply.context["form"].errors
        assert not Decision.objects.filter(version=waiting).exists()

    def test_only_who_sits_today_is_asked(
        self, second: Client, board: Board, waiting: AchievementVersion
    ) -> None:
        today = local_day(now())
        gone = make_board_member(board=board, ends_on=today - timedelta(days=1))
        to_come = make_board_member(board=board, starts_on=today + timedelta(days=1))

        asked = second.get(act("achievementversion", waiting.pk, "approve")).context["form"].fields

        assert not {f"vote_{gone.pk}", f"vote_{to_come.pk}"} & asked.keys()

    def test_its_page_says_what_waits_and_which_review_is_next(
        self, desk: Client, board: Board, waiting: AchievementVersion
    ) -> None:
        reviewed = make_achievement(series=default_series_without(board))
        Series.objects.filter(pk=reviewed.series_id).update(board=board)
        Achievement.objects.filter(pk=reviewed.pk).update(review_due_on=TERM_DAY.date())

        told = desk.get(page("board", board.pk)).content.decode()

        assert page("achievementversion", waiting.pk) in told
        assert page("achievement", reviewed.pk) in told
        assert "overdue since" in told

    def test_a_seat_stays_with_the_person_who_took_it(self, desk: Client, members: list[BoardMember]) -> None:
        board, seat = members[0].board, members[0]
        rows = {
            "members-TOTAL_FORMS": "1",
            "members-INITIAL_FORMS": "1",
            "members-0-id": seat.pk,
            "members-0-board": board.pk,
            "members-0-user": make_user().pk,
            "members-0-office": "chair",
            "members-0-starts_on": "2020-01-01",
            "members-0-ends_on": "",
        }

        reply = desk.post(page("board", board.pk), {"name": board.name, "quorum": "2", **rows})

        seat.refresh_from_db()
        assert reply.status_code == 302
        assert (seat.user.name, seat.office) == ("Mira", "chair")

    def test_a_decision_is_read_and_never_changed(self, desk: Client) -> None:
        decision = make_decision()

        opened = desk.get(page("decision", decision.pk))
        forged = desk.post(page("decision", decision.pk), {"minutes": "Forged."})

        assert (opened.status_code, forged.status_code) == (200, 403)


def default_series_without(board: Board) -> Series:
    """A series whose achievements are made before a board decides for it."""
    return Series.objects.create(issuer=default_series().issuer, name="Later", slug="later")


class TestReviews:
    def test_the_lists_hold_what_is_overdue_and_what_is_due_soon(self, desk: Client) -> None:
        today = local_day(now())
        overdue, soon, later = (make_achievement() for _row in range(3))
        for achievement, days in ((overdue, -1), (soon, 29), (later, 31)):
            Achievement.objects.filter(pk=achievement.pk).update(review_due_on=today + timedelta(days=days))
        listing = reverse("admin:credentials_achievement_changelist")

        shown = {
            name: list(desk.get(listing, {"review": name}).context["cl"].result_list)
            for name in ("overdue", "due")
        }

        assert shown == {"overdue": [overdue], "due": [soon]}

    def test_the_work_list_leads_to_all_that_waits_for_a_decision(self, desk: Client) -> None:
        today = local_day(now())
        make_pilot(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
        version = make_achievement_version(is_published=False, written_by=office())
        make_assessment(achievement=version.achievement)
        send_for_review(version=version, by=office(), at=TERM_DAY)
        overdue = make_achievement()
        Achievement.objects.filter(pk=overdue.pk).update(review_due_on=today - timedelta(days=1))

        waits = {item.label: item for item in desk.get(reverse("admin:index")).context["worklist"]}

        for label in ("achievement versions in review", "pilots to decide"):
            assert waits[label].count == 1
            assert len(desk.get(waits[label].url).context["cl"].result_list) == 1
        # Makers publish long ago, so that every achievement of a test is overdue by now.
        overdue_now = waits["achievements whose review is overdue"]
        assert overdue_now.count == len(desk.get(overdue_now.url).context["cl"].result_list)


class TestPilots:
    TERMS = {"cap": "12", "starts_on": "2025-09-01", "exit_criteria": "Two thirds complete."}

    def test_one_is_started_once_and_changed_by_a_form_that_knows_its_terms(self, desk: Client) -> None:
        achievement = make_achievement()
        answers = press(**self.TERMS)
        for _press in range(2):
            desk.post(act("achievement", achievement.pk, "start-pilot"), answers)
        pilot = Pilot.objects.get(achievement=achievement)

        asked = desk.get(act("pilot", pilot.pk, "change")).content.decode()
        desk.post(act("pilot", pilot.pk, "change"), press(**{**self.TERMS, "cap": "20"}))

        pilot.refresh_from_db()
        assert "Two thirds complete." in asked
        assert pilot.cap == 20

    def test_its_page_says_how_it_stands_from_what_people_did(self, desk: Client) -> None:
        pilot = make_pilot(cap=10, target_percent=40, survey_url="https://survey.example/1")
        make_credential(achievement=pilot.achievement)
        make_submission(assessment=make_assessment(achievement=pilot.achievement))

        told = desk.get(page("pilot", pilot.pk)).content.decode()

        assert "2 of 10" in told
        assert "1 of 2 people, 50 %; the target of 40 % is met" in told
        assert "https://survey.example/1" in told

    def test_it_is_decided_by_an_approver_with_a_decision_that_is_kept(
        self, desk: Client, second: Client, approver: User
    ) -> None:
        pilot = make_pilot()
        answers = press(outcome="scaled", decided_on="2025-09-02", reason="Met all it had to meet.")

        refused = desk.post(act("pilot", pilot.pk, "decide"), answers)
        done = second.post(act("pilot", pilot.pk, "decide"), answers)
        again = second.post(act("pilot", pilot.pk, "decide"), {**answers, **press()})

        pilot.refresh_from_db()
        assert (refused.status_code, done.status_code, again.status_code) == (403, 302, 409)
        assert pilot.outcome == Pilot.Outcome.SCALED
        assert pilot.decision is not None
        assert (pilot.decision.reason, pilot.decision.recorded_by) == ("Met all it had to meet.", approver)

    def test_the_list_of_achievements_finds_what_is_in_pilot(self, desk: Client) -> None:
        make_achievement()
        pilot = make_pilot()

        shown = desk.get(reverse("admin:credentials_achievement_changelist"), {"pilot": "running"})

        assert list(shown.context["cl"].result_list) == [pilot.achievement]


def workshop(**changed: Any) -> dict[str, Any]:
    """What the form of a workshop sends."""
    rows = {
        f"{name}-{count}_FORMS": "0" for name in ("resources", "offerings") for count in ("TOTAL", "INITIAL")
    }
    return {
        **rows,
        "series": default_series().pk,
        "title": "Tables by hand",
        "kind": "workshop",
        "hours": "3",
        "is_active": "on",
        **changed,
    }


def one_date(**changed: Any) -> dict[str, Any]:
    usual = {
        "starts_at_0": "2026-03-01",
        "starts_at_1": "09:00",
        "mode": "face_to_face",
        "place": "Room 1",
        "currency": "eur",
    }
    return {
        "offerings-TOTAL_FORMS": "1",
        **{f"offerings-0-{name}": value for name, value in {**usual, **changed}.items()},
    }


class TestActivities:
    ADD = "admin:credentials_learningactivity_add"

    def test_one_feeds_several_achievements_and_has_a_date(self, desk: Client) -> None:
        first, other = make_achievement(), make_achievement()
        teaches = make_competency()

        desk.post(
            reverse(self.ADD),
            workshop(achievements=[first.pk, other.pk], teaches=[teaches.pk], **one_date()),
        )

        activity = LearningActivity.objects.get()
        assert set(activity.achievements.all()) == {first, other}
        assert list(activity.teaches.all()) == [teaches]
        assert (activity.offerings.get().place, activity.offerings.get().currency) == ("Room 1", "EUR")

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"place": ""}, "Say where"),
            ({"ends_at_0": "2026-02-28", "ends_at_1": "09:00"}, "ends before it begins"),
        ],
        ids=["nowhere", "ends first"],
    )
    def test_a_date_that_cannot_be_is_refused_in_words(
        self, desk: Client, changed: dict[str, str], words: str
    ) -> None:
        reply = desk.post(reverse(self.ADD), workshop(**one_date(**changed)))

        assert words in reply.content.decode()
        assert not LearningActivity.objects.exists()


class TestQueries:
    @pytest.mark.parametrize("model", ["learningactivity", "board", "decision", "pilot"])
    def test_a_list_costs_the_same_for_one_row_and_for_many(self, model: str, desk: Client) -> None:
        def add() -> None:
            make_activity()
            make_board()
            make_pilot()

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(reverse(f"admin:credentials_{model}_changelist")).status_code == 200
            return len(queries)

        add()
        cost()
        one = cost()
        for _row in range(3):
            add()

        assert cost() == one
