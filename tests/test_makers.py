"""The makers and the people: each makes what it says, and what is owed can be done to its end."""

from collections.abc import Callable
from typing import Any

import pytest

from credentials.models import AchievementVersion, CredentialEvent, Rendering
from learners.models import User
from pathways.models import Enrolment
from tests import makers
from tests.people import SignIn

BY_NAME = {
    name: maker
    for name, maker in vars(makers).items()
    if name.startswith("make_") and getattr(maker, "__module__", "") == makers.__name__
}
# A level is of a criterion, and is made with it.
ALONE = sorted(BY_NAME.keys() - {"make_rubric_criterion_level"})


@pytest.mark.django_db
@pytest.mark.parametrize("name", ALONE)
def test_a_maker_needs_nothing_to_be_said(name: str) -> None:
    row: Any = BY_NAME[name]()

    assert row.pk
    assert str(row)


class TestDrain:
    def test_carries_a_pass_through_to_the_certificate(
        self, learner: User, faculty: User, drain: Callable[..., None]
    ) -> None:
        assessment, other = makers.make_assessment(), makers.make_achievement()
        pathway = makers.make_pathway(rule=makers.all_of(assessment.achievement, other))
        enrolment = makers.make_enrolment(learner=learner, pathway=pathway)
        makers.make_credential(recipient=learner, achievement=other)
        submission = makers.make_submission(assessment=assessment, learner=learner)

        makers.make_grading(submission=submission, marker=faculty)
        drain(printing=False)

        enrolment.refresh_from_db()
        assert enrolment.state == Enrolment.State.COMPLETE
        assert Rendering.objects.get().document.credential == enrolment.certificate
        assert learner.notifications.filter(kind="pathway_complete", mail="sent").count() == 1

    def test_says_what_cannot_be_done(self, drain: Callable[..., None]) -> None:
        makers.make_job(work="tests.makers.no_such_work")

        with pytest.raises(AssertionError, match="no_such_work"):
            drain()


class TestSignIn:
    def test_opens_the_person_s_own_pages(self, learner: User, sign_in: SignIn) -> None:
        assert sign_in(learner).get("/me/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_database_is_empty_again_after_a_transactional_test(turn: str, learner: User) -> None:
    assert not CredentialEvent.objects.exists()

    makers.make_credential(recipient=learner)


@pytest.mark.django_db
class TestAnAchievementInForceAtOnce:
    def test_is_the_row_that_review_approval_and_publication_leave(self) -> None:
        its_own = {"id", "public_id", "achievement_id", "name", "description", "outcomes", "criteria"}
        at_once = makers.make_certificate(code="X-ONE")
        decided = makers.make_certificate(code="X-TWO", is_published=False)

        makers.put_in_force(decided.versions.get())

        first, second = (
            {name: value for name, value in row.items() if name not in its_own}
            for row in AchievementVersion.objects.order_by("pk").values()
        )
        decided.refresh_from_db()
        assert first == second
        assert at_once.review_due_on == decided.review_due_on
