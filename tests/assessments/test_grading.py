"""Marking through its services: claims, drafts that keep themselves, and a release that issues once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments.marking.scoring import IncompleteGrading
from assessments.models import CriterionGrade, Grading, RubricCriterionLevel, Submission
from assessments.services import grading as services
from assessments.services.grading import AlreadyDecided, ClaimedByAnother, Marks, Overtaken
from credentials.models import AuditEntry, Credential, Role
from learners.models import User
from tests.makers import (
    TERM_DAY,
    make_assessment,
    make_credential,
    make_grading,
    make_role,
    make_submission,
    make_user,
    marks,
)

MARKING_DAY = TERM_DAY + timedelta(days=3)
LATER = MARKING_DAY + timedelta(minutes=11)


@pytest.fixture
def colleague(faculty: User) -> User:
    person = make_user(name="Conny Colleague")
    make_role(user=person, role=Role.Name.FACULTY, series=faculty.role_rows.get().series)
    return person


class TestClaim:
    def test_the_second_marker_is_told_who_has_it_and_until_when(
        self, faculty: User, colleague: User
    ) -> None:
        submission = make_submission()
        services.claim(submission=submission, by=faculty, at=MARKING_DAY)

        with pytest.raises(ClaimedByAnother) as refusal:
            services.claim(submission=submission, by=colleague, at=MARKING_DAY)

        assert str(refusal.value) == "Fanny Faculty is marking this until 09:10."

    def test_a_claim_lapses_after_ten_minutes(self, faculty: User, colleague: User) -> None:
        submission = make_submission()
        services.claim(submission=submission, by=faculty, at=MARKING_DAY)

        services.claim(submission=submission, by=colleague, at=LATER)

        submission.refresh_from_db()
        assert submission.claimed_by == colleague

    def test_each_save_renews_it(self, faculty: User, colleague: User) -> None:
        submission = make_submission()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        saved_at = MARKING_DAY + timedelta(minutes=9)
        services.save_grading(grading=grading, marks=marks(submission), revision=1, by=faculty, at=saved_at)

        with pytest.raises(ClaimedByAnother):
            services.claim(submission=submission, by=colleague, at=LATER)

    def test_given_back_it_is_free_at_once_and_the_draft_stays(self, faculty: User, colleague: User) -> None:
        submission = make_submission()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        services.save_grading(
            grading=grading, marks=marks(submission), revision=1, by=faculty, at=MARKING_DAY
        )

        services.let_go(submission=submission, by=faculty)

        services.claim(submission=submission, by=colleague, at=MARKING_DAY)
        assert grading.grades.count() == 2

    def test_nobody_claims_their_own_work(self, faculty: User) -> None:
        submission = make_submission(learner=faculty)

        with pytest.raises(AlreadyDecided):
            services.claim(submission=submission, by=faculty, at=MARKING_DAY)


class TestNextInLine:
    def test_the_most_urgent_that_nobody_has_comes_first(self, faculty: User, colleague: User) -> None:
        urgent, second = _handed_in(2)
        services.claim(submission=urgent, by=colleague, at=MARKING_DAY)

        assert services.claim_next(by=faculty, at=MARKING_DAY) == second

    def test_it_walks_on_past_the_one_just_left_and_round_again(self, faculty: User) -> None:
        first, second, third = _handed_in(3)

        walked = [
            services.claim_next(by=faculty, at=MARKING_DAY, after=here) for here in (first, second, third)
        ]

        assert walked == [second, third, first]

    def test_it_walks_back_too(self, faculty: User) -> None:
        first, second, third = _handed_in(3)

        walked = [
            services.claim_next(by=faculty, at=MARKING_DAY, after=here, is_back=True)
            for here in (third, second, first)
        ]

        assert walked == [second, first, third]

    def test_with_nothing_left_it_answers_nothing(self, faculty: User) -> None:
        (only,) = _handed_in(1)

        assert services.claim_next(by=faculty, at=MARKING_DAY, after=only) is None


class TestDraft:
    def test_a_comment_is_kept_before_its_level_is_chosen(self, faculty: User) -> None:
        submission = make_submission()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        first = grading.rubric.criteria.all()[0]
        words = Marks(levels={}, comments={first.pk: "Which years?"}, note="Ask again.")

        services.save_grading(grading=grading, marks=words, revision=1, by=faculty, at=MARKING_DAY)

        kept = grading.grades.get()
        assert (kept.criterion, kept.level, kept.comment) == (first, None, "Which years?")

    def test_another_window_is_never_overwritten(self, faculty: User) -> None:
        submission = make_submission()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        merit = marks(submission, "merit", comment="Mine.")
        services.save_grading(grading=grading, marks=merit, revision=1, by=faculty, at=MARKING_DAY)

        with pytest.raises(Overtaken) as refusal:
            services.save_grading(
                grading=grading, marks=marks(submission, "fail"), revision=1, by=faculty, at=MARKING_DAY
            )

        assert refusal.value.current.comment == "Mine."
        assert {grade.level.label for grade in grading.grades.all() if grade.level} == {"merit"}

    def test_the_rubric_freezes_with_the_first_level_chosen_by_it(self, faculty: User) -> None:
        submission = make_submission()
        rubric = submission.assessment.rubric
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        rubric.refresh_from_db()
        assert rubric.frozen_at is None

        services.save_grading(
            grading=grading, marks=marks(submission), revision=1, by=faculty, at=MARKING_DAY
        )

        rubric.refresh_from_db()
        assert rubric.frozen_at == MARKING_DAY

    def test_a_level_of_another_rubric_is_left_out(self, faculty: User) -> None:
        submission, other = make_submission(), make_assessment()
        foreign = RubricCriterionLevel.objects.filter(criterion__rubric=other.rubric).first()
        assert foreign is not None
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        first = grading.rubric.criteria.all()[0]
        forged = Marks(levels={first.pk: foreign.pk}, comments={})

        services.save_grading(grading=grading, marks=forged, revision=1, by=faculty, at=MARKING_DAY)

        assert not grading.grades.exists()

    def test_the_database_refuses_a_level_of_another_rubric(self, faculty: User) -> None:
        submission, other = make_submission(), make_assessment()
        foreign = RubricCriterionLevel.objects.filter(criterion__rubric=other.rubric).first()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        first = grading.rubric.criteria.all()[0]

        with pytest.raises(IntegrityError), transaction.atomic():
            CriterionGrade.objects.create(grading=grading, criterion=first, level=foreign)


class TestRelease:
    def test_a_pass_returns_the_work_and_issues_what_it_shows(self, faculty: User, learner: User) -> None:
        submission = make_submission(learner=learner)

        grading = make_grading(submission=submission, marker=faculty, level="merit", at=MARKING_DAY)

        submission.refresh_from_db()
        credential = Credential.objects.get(recipient=learner)
        assert (submission.state, submission.passed) == (Submission.State.RETURNED, True)
        assert (grading.passed, grading.level) == (True, 3)
        assert credential.achievement == submission.assessment.achievement
        assert credential.earned_at == submission.submitted_at
        assert len(credential.results) == 2
        assert AuditEntry.objects.filter(act="grade", object_id=str(grading.pk)).count() == 1

    def test_not_yet_returns_the_work_and_issues_nothing(self, faculty: User, learner: User) -> None:
        submission = make_submission(learner=learner)

        make_grading(submission=submission, marker=faculty, level="fail", at=MARKING_DAY)

        submission.refresh_from_db()
        assert (submission.state, submission.passed) == (Submission.State.RETURNED, False)
        assert not Credential.objects.filter(recipient=learner).exists()

    def test_without_a_level_for_each_criterion_nothing_is_released(self, faculty: User) -> None:
        submission = make_submission()
        grading = services.claim(submission=submission, by=faculty, at=MARKING_DAY)
        whole = marks(submission)
        half = Marks(levels=dict([next(iter(whole.levels.items()))]), comments={})

        with pytest.raises(IncompleteGrading):
            services.record_grade(grading=grading, marks=half, revision=1, by=faculty, at=MARKING_DAY)

        grading.refresh_from_db()
        submission.refresh_from_db()
        assert grading.state == Grading.State.OPEN
        assert submission.state == Submission.State.SUBMITTED

    def test_a_released_grade_is_not_released_again(self, faculty: User, colleague: User) -> None:
        submission = make_submission()
        grading = make_grading(submission=submission, marker=faculty, at=MARKING_DAY)

        with pytest.raises(AlreadyDecided) as refusal:
            services.record_grade(
                grading=grading, marks=marks(submission, "fail"), revision=2, by=faculty, at=LATER
            )

        assert str(refusal.value).startswith("Fanny Faculty released this on 4 Sep 2025")
        assert Credential.objects.filter(recipient=submission.learner).count() == 1

    def test_who_came_to_hold_it_meanwhile_gets_the_grade_and_no_second_credential(
        self, faculty: User, learner: User
    ) -> None:
        submission = make_submission(learner=learner)
        make_credential(recipient=learner, achievement=submission.assessment.achievement)

        make_grading(submission=submission, marker=faculty, at=MARKING_DAY)

        submission.refresh_from_db()
        assert submission.passed
        assert Credential.objects.filter(recipient=learner).count() == 1


def _handed_in(count: int) -> list[Submission]:
    """Submissions to one assessment, a day apart, the most urgent first."""
    assessment = make_assessment()
    return [make_submission(assessment=assessment, at=TERM_DAY + timedelta(days=day)) for day in range(count)]
