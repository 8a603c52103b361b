"""What a service asks of the database depends on the act, never on how much there is already."""

from datetime import timedelta

import pytest

from assessments.services.grading import claim, record_grade
from credentials.models import Credential
from credentials.services.issuing import Award, issue
from learners.models import User
from pathways.services.evaluating import evaluate_learner
from tests import makers
from tests.speed.counting import grown, statements

LATER = makers.TERM_DAY + timedelta(days=1)
ISSUE_AT_MOST = 12
# Claiming, keeping the levels, judging and returning; then the issue.
GRADE_AT_MOST = 40
EVALUATE_AT_MOST = 12
# Evaluating, the certificate's issue, and the enrolment's new state with its date.
COMPLETE_AT_MOST = 36


def award(recipient: User) -> Award:
    achievement = makers.make_achievement()
    return Award(
        achievement=achievement,
        recipient=recipient,
        source=Credential.Source.HAND,
        source_id=achievement.pk,
        earned_at=LATER,
    )


class TestIssue:
    def test_costs_the_same_for_a_holder_of_many(self, learner: User) -> None:
        first, later = award(learner), award(learner)
        makers.make_credential(recipient=makers.make_user())
        one = statements(lambda: issue(award=first, at=LATER))
        for _time in range(6):
            makers.make_credential(recipient=learner)

        many = statements(lambda: issue(award=later, at=LATER))

        assert len(many) == len(one), grown(one, many)
        assert len(one) <= ISSUE_AT_MOST, "\n".join(sql[:120] for sql in one)


def grade(marker: User, rows: int) -> list[str]:
    """The statements of releasing a pass by a rubric of that many rows."""
    rubric = makers.make_rubric(criteria=[f"row-{place}" for place in range(rows)])
    submission = makers.make_submission(assessment=makers.make_assessment(rubric=rubric))
    grading = claim(submission=submission, by=marker, at=LATER)
    marks = makers.marks(submission)
    return statements(
        lambda: record_grade(grading=grading, marks=marks, revision=grading.revision, by=marker, at=LATER)
    )


class TestRecordGrade:
    def test_costs_the_same_for_a_rubric_of_many_rows(self, faculty: User) -> None:
        grade(faculty, 2)  # the first credential of an issuer begins its status list

        one, many = grade(faculty, 2), grade(faculty, 6)

        assert len(many) == len(one), grown(one, many)
        assert len(one) <= GRADE_AT_MOST, "\n".join(sql[:120] for sql in one)


def evaluate(parts: int, *, missing: int) -> list[str]:
    """The statements of evaluating, after one more credential, a pathway of that many parts."""
    learner = makers.make_user()
    listed = [makers.make_achievement() for _place in range(parts)]
    pathway = makers.make_pathway(rule=makers.all_of(*listed))
    makers.make_enrolment(learner=learner, pathway=pathway)
    held = listed[: parts - missing]
    for achievement in held[:-1]:
        makers.make_credential(recipient=learner, achievement=achievement)
    evaluate_learner(learner=learner, at=makers.TERM_DAY)
    makers.make_credential(recipient=learner, achievement=held[-1])
    return statements(lambda: evaluate_learner(learner=learner, at=LATER))


@pytest.mark.django_db
class TestEvaluate:
    def test_costs_the_same_for_a_pathway_of_many_parts(self) -> None:
        one, many = evaluate(3, missing=1), evaluate(12, missing=1)

        assert len(many) == len(one), grown(one, many)
        assert len(one) <= EVALUATE_AT_MOST, "\n".join(sql[:120] for sql in one)

    def test_completing_costs_the_same_for_a_pathway_of_many_parts(self) -> None:
        one, many = evaluate(3, missing=0), evaluate(12, missing=0)

        assert len(many) == len(one), grown(one, many)
        assert len(one) <= COMPLETE_AT_MOST, "\n".join(sql[:120] for sql in one)
