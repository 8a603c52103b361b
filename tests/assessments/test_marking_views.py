"""A marker's pages: who may open them, one outcome for one press, and nothing typed that is lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Grading, RubricCriterionLevel, Submission
from assessments.services import grading as services
from config.clock import now
from credentials.models import Credential, Role, Series
from learners.models import User
from tests.makers import (
    make_assessment,
    make_grading,
    make_role,
    make_rubric,
    make_series,
    make_submission,
    make_user,
)
from tests.people import SignIn

QUEUE = reverse("assessments:queue")
NEXT = reverse("assessments:next")


def at(name: str, submission: Submission) -> str:
    return reverse(f"assessments:{name}", args=[submission.public_id])


def claimed(submission: Submission, by: User) -> Grading:
    return services.claim(submission=submission, by=by, at=now())


def filled(grading: Grading, level: str = "pass", **other: Any) -> dict[str, str]:
    """What the marking form sends with the same level for every criterion."""
    rows = RubricCriterionLevel.objects.filter(criterion__rubric=grading.rubric, label=level)
    grading.refresh_from_db()
    return {
        "op_key": str(uuid4()),
        "revision": str(grading.revision),
        "comment": "Well argued.",
        "note": "",
        **{f"level_{row.criterion_id}": str(row.pk) for row in rows},
        **other,
    }


@pytest.fixture
def marker(faculty: User, sign_in: SignIn) -> Client:
    return sign_in(faculty)


@pytest.fixture
def colleague(series: Series) -> User:
    person = make_user(name="Conny Colleague")
    make_role(user=person, role=Role.Name.FACULTY, series=series)
    return person


class TestWhoMayOpenIt:
    @pytest.mark.parametrize("who", ["learner", "stranger", "registrar", "second_marker"])
    def test_nobody_but_its_markers_finds_a_submission(
        self, who: str, request: pytest.FixtureRequest, sign_in: SignIn
    ) -> None:
        submission = make_submission(learner=request.getfixturevalue("learner"))
        browser = sign_in(request.getfixturevalue(who))

        assert browser.get(at("grade", submission)).status_code == 404
        for act in ("grade", "claim", "save", "let_go"):
            assert browser.post(at(act, submission), {}).status_code == 404, act
        submission.refresh_from_db()
        assert submission.claimed_by is None

    @pytest.mark.parametrize("who", ["learner", "registrar"])
    def test_the_queue_does_not_exist_for_who_marks_nothing(
        self, who: str, request: pytest.FixtureRequest, sign_in: SignIn
    ) -> None:
        browser = sign_in(request.getfixturevalue(who))

        assert browser.get(QUEUE).status_code == 404
        assert browser.post(NEXT).status_code == 404

    def test_a_marker_of_another_series_finds_nothing(self, db: None, sign_in: SignIn) -> None:
        other = make_user()
        make_role(user=other, role=Role.Name.FACULTY, series=make_series())
        submission = make_submission()
        browser = sign_in(other)

        assert submission.assessment.title not in browser.get(QUEUE).content.decode()
        assert browser.get(at("grade", submission)).status_code == 404

    def test_a_visitor_is_asked_to_sign_in(self, employer: Client, db: None) -> None:
        assert employer.get(QUEUE).status_code == 302

    def test_nothing_changes_by_looking(self, marker: Client, faculty: User) -> None:
        submission = make_submission()

        for act in ("claim", "save", "let_go"):
            assert marker.get(at(act, submission)).status_code == 405, act
        page = marker.get(at("grade", submission)).content.decode()

        submission.refresh_from_db()
        assert submission.claimed_by is None
        assert "Claim and mark" in page
        assert 'type="radio"' not in page

    def test_another_markers_draft_is_not_shown(self, marker: Client, colleague: User) -> None:
        submission = make_submission()
        grading = claimed(submission, colleague)
        Grading.objects.filter(pk=grading.pk).update(comment="Between me and my draft.")

        page = marker.get(at("grade", submission)).content.decode()

        assert "Somebody else is marking this." in page
        assert "Between me and my draft." not in page


class TestQueue:
    def test_says_how_many_wait_and_which_are_late(self, marker: Client) -> None:
        assessment = make_assessment()
        make_submission(assessment=assessment, at=now() - timedelta(days=20))
        make_submission(assessment=assessment, at=now())

        page = marker.get(QUEUE).content.decode()

        assert "2 submissions wait." in page
        assert "One is late." in page

    def test_shows_who_has_what_open(self, marker: Client, faculty: User, colleague: User) -> None:
        mine, theirs = make_submission(at=now()), make_submission(at=now())
        claimed(mine, faculty)
        claimed(theirs, colleague)

        page = marker.get(QUEUE).content.decode()

        assert "You, until " in page
        assert "Conny Colleague, until " in page
        assert at("claim", mine) in page
        assert at("claim", theirs) not in page

    @pytest.mark.parametrize(
        ("show", "found"), [("late", {"late"}), ("mine", {"mine"}), ("unclaimed", {"late", "fresh"})]
    )
    def test_narrows_by_what_one_asks_for(
        self, show: str, found: set[str], marker: Client, faculty: User
    ) -> None:
        late = make_submission(learner=make_user(name="late"), at=now() - timedelta(days=20))
        make_submission(learner=make_user(name="fresh"), at=now(), assessment=late.assessment)
        claimed(make_submission(learner=make_user(name="mine"), at=now()), faculty)

        rows = marker.get(QUEUE, {"show": show}).context["rows"]

        assert {row.submission.learner.name for row in rows} == found

    def test_narrows_by_assessment_and_series(self, marker: Client, series: Series) -> None:
        wanted, _other = make_submission(), make_submission()

        rows = marker.get(QUEUE, {"assessment": wanted.assessment_id, "series": series.pk}).context["rows"]

        assert [row.submission for row in rows] == [wanted]

    def test_leaves_out_a_filter_it_does_not_understand(self, marker: Client) -> None:
        make_submission()

        answer = marker.get(QUEUE, {"series": "x", "assessment": "-1", "show": "?", "page": "many"})

        assert answer.status_code == 200
        assert len(answer.context["rows"]) == 1

    def test_an_empty_queue_says_what_will_come(self, marker: Client) -> None:
        assert "Nothing waits for marking." in marker.get(QUEUE).content.decode()

    def test_asks_as_often_for_many_rows_as_for_one(self, marker: Client) -> None:
        make_submission(at=now())
        marker.get(QUEUE)
        one_row = _queries(marker, QUEUE)
        for _number in range(5):
            make_submission(at=now())

        assert _queries(marker, QUEUE) == one_row

    def test_the_next_one_is_claimed_and_opened(self, marker: Client, faculty: User) -> None:
        urgent = make_submission(at=now() - timedelta(days=5))
        make_submission(at=now())

        answer = marker.post(NEXT)

        urgent.refresh_from_db()
        assert answer["Location"] == at("grade", urgent)
        assert urgent.claimed_by == faculty

    def test_with_nothing_next_the_queue_says_so(self, marker: Client) -> None:
        answer = marker.post(NEXT, {"after": "not-an-id"}, follow=True)

        assert "Nothing else waits that nobody is marking." in answer.content.decode()


class TestEvidence:
    def test_text_is_shown_as_it_was_typed_and_links_tell_nobody_where_they_were_followed(
        self, marker: Client, faculty: User
    ) -> None:
        submission = make_submission(text="<script>alert(1)</script>", links=["https://work.example/a?b=1"])
        claimed(submission, faculty)

        page = marker.get(at("grade", submission)).content.decode()

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert 'rel="noopener noreferrer nofollow"' in page
        assert ">https://work.example/a?b=1</a>" in page

    def test_a_file_is_a_download(self, marker: Client, faculty: User) -> None:
        submission = make_submission(files=[("plan.pdf", b"%PDF-1.4\n%%EOF\n")])

        page = marker.get(at("grade", submission)).content.decode()

        assert reverse("assessments:evidence", args=[submission.evidence.get().public_id]) in page
        assert "plan.pdf" in page


class TestDraft:
    def test_the_button_keeps_it_and_shows_the_result_so_far(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)

        answer = marker.post(at("save", submission), filled(grading, "fail"), follow=True)

        grading.refresh_from_db()
        page = answer.content.decode()
        assert (grading.revision, grading.comment) == (2, "Well argued.")
        assert answer.context["running"].passed is False
        assert answer.context["running"].failed == ("Method", "Clarity")
        assert page.count(" checked") == 3  # two levels, and the switch of the single keys
        assert "Saved " in page

    def test_a_half_filled_form_is_kept_with_a_comment_before_its_level(
        self, marker: Client, faculty: User
    ) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        method, clarity = grading.rubric.criteria.all()
        data = {**filled(grading), f"comment_{clarity.pk}": "Which years?"}
        del data[f"level_{clarity.pk}"]

        answer = marker.post(at("save", submission), data, follow=True)

        assert answer.context["running"].missing == ("Clarity",)
        assert "Which years?" in answer.content.decode()
        assert grading.grades.get(criterion=method).level is not None

    def test_the_script_is_told_the_new_revision(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)

        answer = marker.post(at("save", submission), filled(grading), headers={"accept": "application/json"})

        assert answer.json()["revision"] == 2
        assert answer.json()["message"].startswith("Saved ")

    def test_two_windows_meet_on_a_page_with_both_versions(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        old = filled(grading, "merit", comment="From the first window.")
        marker.post(at("save", submission), filled(grading, "fail", comment="From the second window."))

        answer = marker.post(at("save", submission), old)
        page = answer.content.decode()

        grading.refresh_from_db()
        assert answer.status_code == 409
        assert grading.comment == "From the second window."
        assert "From the first window." in page
        assert "From the second window." in page
        assert "merit" in page
        assert "fail" in page

    def test_of_two_versions_one_may_keep_ones_own(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        old = filled(grading, "merit", comment="Mine.")
        marker.post(at("save", submission), filled(grading, "fail"))
        conflict = marker.post(at("save", submission), old)

        offered = {field.html_name: field.value() or "" for field in conflict.context["mine"]}
        answer = marker.post(at("save", submission), offered)

        grading.refresh_from_db()
        assert answer.status_code == 302
        assert grading.comment == "Mine."
        assert {grade.level.label for grade in grading.grades.all() if grade.level} == {"merit"}

    def test_the_script_is_told_of_a_conflict(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        old = filled(grading)
        marker.post(at("save", submission), filled(grading))

        answer = marker.post(at("save", submission), old, headers={"accept": "application/json"})

        assert answer.status_code == 409
        assert "Nothing was overwritten." in answer.json()["message"]

    def test_when_another_marker_took_it_what_was_typed_is_still_there(
        self, marker: Client, faculty: User, colleague: User
    ) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        Submission.objects.filter(pk=submission.pk).update(claimed_until=now() - timedelta(seconds=1))
        claimed(submission, colleague)

        answer = marker.post(at("save", submission), filled(grading, comment="Do not lose me."))

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Conny Colleague is marking this until" in page
        assert "Do not lose me." in page

    def test_given_back_it_is_free(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        claimed(submission, faculty)

        marker.post(at("let_go", submission))

        submission.refresh_from_db()
        assert submission.claimed_by is None

    def test_a_marker_who_never_claimed_has_nothing_to_save(self, marker: Client) -> None:
        assert marker.post(at("save", make_submission()), {}).status_code == 404

    def test_who_presses_second_is_told_who_was_first(self, marker: Client, colleague: User) -> None:
        submission = make_submission()
        claimed(submission, colleague)

        answer = marker.post(at("claim", submission))

        assert answer.status_code == 409
        assert "Conny Colleague is marking this until" in answer.content.decode()


class TestRelease:
    def test_a_pass_is_issued_and_the_next_one_opens(
        self, marker: Client, faculty: User, learner: User
    ) -> None:
        submission = make_submission(learner=learner, at=now() - timedelta(days=2))
        following = make_submission(at=now())
        grading = claimed(submission, faculty)

        answer = marker.post(at("grade", submission), filled(grading), follow=True)

        name = submission.assessment.achievement.name
        following.refresh_from_db()
        assert answer.redirect_chain == [(at("grade", following), 302)]
        assert f"Released. {name} issued to Lea Learner." in answer.content.decode()
        assert Credential.objects.filter(recipient=learner).count() == 1
        assert following.claimed_by == faculty

    def test_not_yet_goes_back_to_the_learner_and_the_empty_queue_opens(
        self, marker: Client, faculty: User, learner: User
    ) -> None:
        submission = make_submission(learner=learner)
        grading = claimed(submission, faculty)

        answer = marker.post(at("grade", submission), filled(grading, "fail"), follow=True)

        assert answer.redirect_chain == [(QUEUE, 302)]
        assert "Returned to Lea Learner: not yet." in answer.content.decode()
        assert not Credential.objects.filter(recipient=learner).exists()

    def test_the_same_press_twice_has_one_outcome(self, marker: Client, faculty: User, learner: User) -> None:
        submission = make_submission(learner=learner)
        press = filled(claimed(submission, faculty))

        answers = [marker.post(at("grade", submission), press) for _press in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert Credential.objects.filter(recipient=learner).count() == 1
        assert submission.gradings.filter(state=Grading.State.FINAL).count() == 1

    def test_one_press_cannot_be_two_different_acts(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        press = filled(grading)
        marker.post(at("grade", submission), press)

        answer = marker.post(at("grade", submission), {**press, "comment": "Something else."})

        assert answer.status_code == 422
        assert "This form was already used for something else." in answer.content.decode()
        assert "Something else." in answer.content.decode()

    def test_missing_criteria_are_named_first_and_linked(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        method, clarity = grading.rubric.criteria.all()
        data = filled(grading, comment="Typed before.")
        del data[f"level_{clarity.pk}"]

        answer = marker.post(at("grade", submission), data)
        page = answer.content.decode()

        assert answer.status_code == 422
        assert "<title>Error:" in page
        assert f'href="#level_{clarity.pk}"' in page
        assert f'href="#level_{method.pk}"' not in page
        assert f'id="level_{clarity.pk}"' in page
        assert "Typed before." in page
        grading.refresh_from_db()
        assert grading.state == Grading.State.OPEN

    def test_a_level_of_another_rubric_is_refused(self, marker: Client, faculty: User) -> None:
        submission, other = make_submission(), make_assessment(rubric=make_rubric(criteria=("x",)))
        grading = claimed(submission, faculty)
        foreign = RubricCriterionLevel.objects.filter(criterion__rubric=other.rubric).last()
        method = grading.rubric.criteria.all()[0]
        assert foreign is not None

        answer = marker.post(
            at("grade", submission), filled(grading, **{f"level_{method.pk}": str(foreign.pk)})
        )

        assert answer.status_code == 422
        grading.refresh_from_db()
        assert grading.state == Grading.State.OPEN

    def test_an_old_window_cannot_change_what_was_released(
        self, marker: Client, faculty: User, learner: User
    ) -> None:
        submission = make_submission(learner=learner)
        old = filled(claimed(submission, faculty), "fail", comment="From the old window.")
        marker.post(at("grade", submission), filled(submission.gradings.get()))

        for act in ("grade", "save"):
            answer = marker.post(at(act, submission), {**old, "op_key": str(uuid4())})
            assert answer.status_code == 409
            assert "Fanny Faculty released this on" in answer.content.decode()
            assert "From the old window." in answer.content.decode()
        assert submission.gradings.get().passed

    def test_what_cannot_be_issued_is_not_released(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        grading = claimed(submission, faculty)
        submission.assessment.achievement.issuer.keys.update(state="retired")

        answer = marker.post(at("grade", submission), filled(grading))

        assert answer.status_code == 409
        assert "has no signing key in use" in answer.content.decode()
        submission.refresh_from_db()
        assert submission.state == Submission.State.SUBMITTED

    def test_a_released_one_is_read_with_its_levels(self, marker: Client, faculty: User) -> None:
        submission = make_submission()
        make_grading(submission=submission, marker=faculty, level="merit")

        page = marker.get(at("grade", submission)).content.decode()

        assert "Released by Fanny Faculty" in page
        assert page.count("level-chosen") == 2
        assert "Claim and mark" not in page

    def test_asks_as_often_for_many_criteria_as_for_two(self, marker: Client, faculty: User) -> None:
        small = make_submission()
        wide = make_assessment(rubric=make_rubric(criteria=tuple(f"c{number}" for number in range(9))))
        large = make_submission(assessment=wide, links=[f"https://work.example/{n}" for n in range(5)])
        claimed(small, faculty)
        claimed(large, faculty)
        marker.get(QUEUE)

        assert _queries(marker, at("grade", large)) == _queries(marker, at("grade", small))


def _queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)
