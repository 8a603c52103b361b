"""Review: what is approved is what was sent, by somebody who wrote nothing of it, or by a board's vote."""

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.models import RubricCriterionLevel
from credentials.models import (
    Achievement,
    AchievementVersion,
    AuditEntry,
    Board,
    BoardMember,
    CompetencyFramework,
    Decision,
    Series,
    SubjectArea,
    Vote,
)
from credentials.services.defining import next_draft, publish_achievement
from credentials.services.designing import confirm_reason, give_reason
from credentials.services.drafting import note_writer
from credentials.services.reviewing import (
    AlreadyDecided,
    CannotReview,
    NotReady,
    approve,
    renew,
    retire,
    return_to_draft,
    send_for_review,
    sitting_members,
)
from learners.models import User
from tests.makers import (
    TERM_DAY,
    default_competency,
    make_achievement,
    make_board,
    make_board_member,
    make_rubric,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)
FOR, AGAINST, ABSTAINED, CONFLICT = Vote.Choice


def draft(*, series: Series | None = None, **fields: Any) -> AchievementVersion:
    achievement = make_achievement(is_published=False, rubric=make_rubric(), series=series, **fields)
    return achievement.versions.get()


def sent(registrar: User, **fields: Any) -> AchievementVersion:
    return send_for_review(version=draft(**fields), by=registrar, at=TERM_DAY)


@pytest.fixture
def board() -> Board:
    """Three members, of whom two without a conflict must vote."""
    board = make_board(quorum=2)
    for office in BoardMember.Office:
        make_board_member(board=board, office=office)
    return board


def voted(board: Board, *choices: Vote.Choice) -> dict[BoardMember, Vote.Choice]:
    return dict(zip(board.members.order_by("pk"), choices, strict=True))


class TestSendForReview:
    def test_freezes_what_the_version_shows(self, registrar: User) -> None:
        area = SubjectArea.objects.create(name="Statistics", expiry="months", expiry_months=24)
        version = draft(expiry=AchievementVersion.Expiry.AREA, subject_area=area)
        version.requires.add(before := make_achievement())
        give_reason(
            version=version, code="SAME_COGNITIVE_LEVEL", reason="Repeated.", by=registrar, at=TERM_DAY
        )

        version = send_for_review(version=version, by=registrar, at=TERM_DAY)

        version.refresh_from_db()
        assert (version.status, version.submitted_at, version.expiry_months) == ("in_review", TERM_DAY, 24)
        assert [row["key"] for row in version.result_descriptions] == ["method", "clarity"]
        assert all([version.image.name, version.image_large.name, version.thumbnail.name])
        (competency,) = version.definition["competencies"]
        assert competency["statement"] == default_competency().statement
        assert competency["uri"] == default_competency().uri
        assert competency["criterion"] == "Does it before a marker."
        assert [row["code"] for row in version.definition["requires"]] == [before.code]
        assert version.definition["subject_area"] == "Statistics"

    def test_is_refused_with_what_is_still_open(self, registrar: User) -> None:
        version = draft(name="Workshop 2 of 5", description="")

        with pytest.raises(NotReady, match="no description") as refusal:
            send_for_review(version=version, by=registrar, at=TERM_DAY)

        assert [row.finding.code for row in refusal.value.findings] == ["DESCRIPTION_MISSING", "NAME_PART"]
        version.refresh_from_db()
        assert version.is_draft

    def test_passes_once_a_second_person_confirmed_the_override(
        self, registrar: User, approver: User
    ) -> None:
        version = draft(name="Workshop 2 of 5")
        reason = give_reason(version=version, code="NAME_PART", reason="Law.", by=registrar, at=TERM_DAY)
        with pytest.raises(NotReady, match="confirmed by a second person"):
            send_for_review(version=version, by=registrar, at=TERM_DAY)

        confirm_reason(reason=reason, by=approver, at=TERM_DAY)

        assert send_for_review(version=version, by=registrar, at=TERM_DAY).status == "in_review"

    def test_twice_is_refused_and_changes_nothing(self, registrar: User) -> None:
        version = sent(registrar)

        with pytest.raises(AlreadyDecided, match="in review"):
            send_for_review(version=version, by=registrar, at=LATER)

        version.refresh_from_db()
        assert version.submitted_at == TERM_DAY

    def test_a_picture_that_cannot_be_drawn_stops_it(self, registrar: User) -> None:
        version = draft()
        Series.objects.filter(pk=version.achievement.series_id).update(mark="unicorn")

        with pytest.raises(CannotReview, match="unicorn"):
            send_for_review(version=version, by=registrar, at=TERM_DAY)


class TestReturn:
    def test_thaws_what_was_frozen_and_keeps_why(self, registrar: User, approver: User) -> None:
        area = SubjectArea.objects.create(name="Statistics", expiry="months", expiry_months=24)
        version = sent(registrar, expiry=AchievementVersion.Expiry.AREA, subject_area=area)
        approve(version=version, by=approver, at=TERM_DAY)

        decision = return_to_draft(version=version, reason="Say more.", by=approver, at=LATER)

        version.refresh_from_db()
        assert (version.status, version.approved_by, version.expiry_months) == ("draft", None, None)
        assert (version.image.name, version.definition, version.result_descriptions) == ("", {}, [])
        assert (decision.kind, decision.reason) == ("return", "Say more.")
        version.description = "More."
        version.save()
        assert send_for_review(version=version, by=registrar, at=LATER).status == "in_review"

    def test_needs_a_reason(self, registrar: User, approver: User) -> None:
        with pytest.raises(CannotReview, match="Write the reason"):
            return_to_draft(version=sent(registrar), reason=" ", by=approver, at=LATER)

    def test_twice_is_refused(self, registrar: User, approver: User) -> None:
        version = sent(registrar)
        return_to_draft(version=version, reason="Say more.", by=approver, at=LATER)

        with pytest.raises(AlreadyDecided, match="not under review"):
            return_to_draft(version=version, reason="Say more.", by=approver, at=LATER)


class TestApprove:
    def test_one_who_wrote_nothing_decides_where_there_is_no_board(
        self, registrar: User, approver: User
    ) -> None:
        version = sent(registrar)

        decision = approve(version=version, by=approver, at=LATER, minutes="Read it.")

        version.refresh_from_db()
        assert (version.status, version.approved_by, version.approved_at) == ("approved", approver, LATER)
        assert (decision.kind, decision.board, decision.minutes) == ("approve", None, "Read it.")
        assert decision.review_due_on == date(2027, 9, 2)
        assert AuditEntry.objects.filter(act="decide: approve", object_id=str(version.pk)).exists()

    def test_nobody_approves_what_she_ever_wrote_on(self, registrar: User, approver: User) -> None:
        version = draft(written_by=registrar)
        note_writer(draft=version, by=approver)
        note_writer(draft=version, by=registrar)
        send_for_review(version=version, by=registrar, at=TERM_DAY)

        for writer in (registrar, approver):
            with pytest.raises(CannotReview, match="Somebody else"):
                approve(version=version, by=writer, at=LATER)

    def test_a_second_click_is_told_who_decided_and_when(self, registrar: User, approver: User) -> None:
        version = sent(registrar)
        approve(version=version, by=approver, at=LATER)

        with pytest.raises(AlreadyDecided, match="already approved by Abel Approver on 2025-09-02 09:00"):
            approve(version=version, by=approver, at=LATER)

        assert Decision.objects.count() == 1

    def test_a_draft_is_not_approved(self, approver: User) -> None:
        with pytest.raises(CannotReview, match="not under review"):
            approve(version=draft(), by=approver, at=LATER)

    def test_looks_again_at_what_may_have_changed_meanwhile(self, registrar: User, approver: User) -> None:
        version = sent(registrar)
        CompetencyFramework.objects.update(status=CompetencyFramework.Status.RETIRED)

        with pytest.raises(NotReady, match="retired"):
            approve(version=version, by=approver, at=LATER)

    def test_a_rubric_changed_meanwhile_goes_back_to_the_draft(self, registrar: User, approver: User) -> None:
        version = sent(registrar)
        RubricCriterionLevel.objects.filter(label="merit").update(label="distinction")

        with pytest.raises(CannotReview, match="the rubric"):
            approve(version=version, by=approver, at=LATER)

    def test_a_competency_reworded_meanwhile_goes_back_too(self, registrar: User, approver: User) -> None:
        version = sent(registrar)
        type(default_competency()).objects.update(statement="Does it otherwise.")

        with pytest.raises(CannotReview, match="competencies"):
            approve(version=version, by=approver, at=LATER)

    def test_no_decision_is_dated_in_the_future(self, registrar: User, approver: User) -> None:
        version = sent(registrar)

        with pytest.raises(CannotReview, match="future"):
            approve(version=version, by=approver, at=LATER, decided_on=date(2025, 9, 3))


class TestBoard:
    def test_a_majority_of_a_quorum_approves(self, registrar: User, approver: User, board: Board) -> None:
        version = sent(registrar, series=make_series(board=board))
        votes = voted(board, FOR, CONFLICT, ABSTAINED)

        decision = approve(
            version=version,
            by=approver,
            at=LATER,
            votes=votes,
            decided_on=date(2025, 8, 20),
            minutes="Item 3",
        )

        assert (decision.board, decision.decided_on) == (board, date(2025, 8, 20))
        assert decision.review_due_on == date(2027, 8, 20)
        assert sorted(decision.votes.values_list("choice", flat=True)) == ["abstained", "conflict", "for"]

    @pytest.mark.parametrize(
        ("choices", "said"),
        [
            ((FOR, CONFLICT, CONFLICT), "1 voted and 2 are needed"),
            ((FOR, AGAINST, ABSTAINED), "no majority"),
            ((AGAINST, AGAINST, FOR), "no majority"),
        ],
    )
    def test_nothing_less_does(
        self, registrar: User, approver: User, board: Board, choices: tuple[Vote.Choice, ...], said: str
    ) -> None:
        version = sent(registrar, series=make_series(board=board))

        with pytest.raises(CannotReview, match=said):
            approve(version=version, by=approver, at=LATER, votes=voted(board, *choices))

        assert not Decision.objects.exists()

    def test_one_person_alone_does_not_decide_in_its_place(
        self, registrar: User, approver: User, board: Board
    ) -> None:
        version = sent(registrar, series=make_series(board=board))

        with pytest.raises(CannotReview, match="0 voted"):
            approve(version=version, by=approver, at=LATER)

    def test_a_member_who_wrote_on_it_takes_no_part(
        self, registrar: User, approver: User, board: Board
    ) -> None:
        version = draft(series=make_series(board=board))
        writer = board.members.order_by("pk")[0]
        note_writer(draft=version, by=writer.user)
        send_for_review(version=version, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotReview, match=f"take no part in the vote: {writer.user.name}"):
            approve(version=version, by=approver, at=LATER, votes=voted(board, FOR, FOR, FOR))

        assert approve(version=version, by=approver, at=LATER, votes=voted(board, CONFLICT, FOR, FOR))

    def test_only_members_whose_term_holds_vote(self, registrar: User, approver: User, board: Board) -> None:
        version = sent(registrar, series=make_series(board=board))
        gone = make_board_member(board=board, user=make_user(name="Gone Member"), ends_on=date(2025, 9, 1))
        votes = {**voted(board, FOR, FOR, FOR, FOR)}

        assert gone not in sitting_members(version, date(2025, 9, 2))
        with pytest.raises(CannotReview, match="Gone Member"):
            approve(version=version, by=approver, at=LATER, votes=votes)

    def test_nobody_votes_where_there_is_no_board(
        self, registrar: User, approver: User, board: Board
    ) -> None:
        with pytest.raises(CannotReview, match="no board"):
            approve(version=sent(registrar), by=approver, at=LATER, votes=voted(board, FOR, FOR, FOR))


class TestAfterPublication:
    def test_publishing_says_when_the_next_review_is_due(self, registrar: User, approver: User) -> None:
        version = sent(registrar, series=make_series(review_months=6))
        approve(version=version, by=approver, at=LATER, decided_on=date(2025, 8, 31))

        publish_achievement(version=version, by=approver, at=LATER)

        assert Achievement.objects.get(pk=version.achievement_id).review_due_on == date(2026, 2, 28)

    def test_a_renewal_moves_it_and_touches_no_text(self, approver: User) -> None:
        achievement = make_achievement()
        before = AchievementVersion.objects.filter(achievement=achievement).values().get()

        decision = renew(achievement=achievement, reason="Still right.", by=approver, at=LATER)

        achievement.refresh_from_db()
        assert decision.kind == "renew"
        assert achievement.review_due_on == decision.review_due_on == date(2027, 9, 2)
        assert AchievementVersion.objects.filter(achievement=achievement).values().get() == before

    def test_a_board_renews_by_vote(self, approver: User, board: Board) -> None:
        achievement = make_achievement()
        Series.objects.filter(pk=achievement.series_id).update(board=board)

        with pytest.raises(CannotReview, match="0 voted"):
            renew(achievement=achievement, reason="Still right.", by=approver, at=LATER)
        votes = voted(board, FOR, FOR, CONFLICT)

        assert renew(achievement=achievement, reason="Right.", by=approver, at=LATER, votes=votes)

    def test_who_wrote_it_does_not_renew_it(self, registrar: User) -> None:
        achievement = make_achievement(written_by=registrar)

        with pytest.raises(CannotReview, match="Somebody else"):
            renew(achievement=achievement, reason="Still right.", by=registrar, at=LATER)

    def test_what_is_retired_cannot_be_begun_and_is_kept(self, approver: User) -> None:
        achievement = make_achievement()

        decision = retire(achievement=achievement, reason="Nobody came.", by=approver, at=LATER)

        achievement.refresh_from_db()
        version = achievement.versions.get()
        assert (achievement.is_active, version.status, version.retired_at) == (False, "retired", LATER)
        assert decision.reason == "Nobody came."
        with pytest.raises(AlreadyDecided, match="retired already"):
            retire(achievement=achievement, reason="Nobody came.", by=approver, at=LATER)

    def test_its_next_version_brings_it_back(self, registrar: User, approver: User) -> None:
        achievement = make_achievement(rubric=make_rubric())
        retire(achievement=achievement, reason="Too old.", by=approver, at=LATER)

        version = next_draft(achievement=achievement, by=registrar)
        send_for_review(version=version, by=registrar, at=LATER)
        approve(version=version, by=approver, at=LATER)
        publish_achievement(version=version, by=approver, at=LATER)

        achievement.refresh_from_db()
        assert (achievement.is_active, achievement.current_version) == (True, version)

    def test_what_was_never_published_is_not_renewed(self, approver: User) -> None:
        with pytest.raises(CannotReview, match="not published yet"):
            renew(achievement=draft().achievement, reason="Right.", by=approver, at=LATER)
