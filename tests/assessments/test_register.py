"""The register of markers: a marker whose qualification lapsed is given nothing to mark."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, MarkerQualification, Submission
from assessments.queries import lapsed_in, waiting_work
from assessments.services.grading import NotQualified, claim, claim_next
from assessments.services.registering import CannotRecord, end_qualification, record_qualification
from config.clock import now
from credentials.models import AuditEntry
from credentials.queries import local_day
from learners.models import User
from tests.makers import make_assessment, make_marker_qualification, make_series, make_submission
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def today() -> date:
    return local_day(now())


def yesterday() -> date:
    return today() - timedelta(days=1)


@pytest.fixture
def submission(learner: User) -> Submission:
    return make_submission(learner=learner, at=now())


def is_open_to(marker: User, submission: Submission) -> bool:
    """Whether the door opens; the guard behind it says the same."""
    opens = Submission.objects.gradable_by(marker).filter(pk=submission.pk).exists()
    try:
        claim(submission=submission, by=marker, at=now())
    except NotQualified:
        assert not opens
    else:
        assert opens
    return opens


class TestWhoMayMark:
    def test_who_never_stood_in_the_register_marks_where_nothing_is_asked(
        self, faculty: User, submission: Submission
    ) -> None:
        assert is_open_to(faculty, submission)

    def test_a_lapsed_qualification_takes_it_away(self, faculty: User, submission: Submission) -> None:
        make_marker_qualification(marker=faculty, valid_until=yesterday())

        assert not is_open_to(faculty, submission)
        assert claim_next(by=faculty, at=now()) is None

    def test_the_last_valid_day_still_counts(self, faculty: User, submission: Submission) -> None:
        make_marker_qualification(marker=faculty, valid_until=today())
        assert is_open_to(faculty, submission)

    def test_one_that_has_not_begun_does_not_count(self, faculty: User, submission: Submission) -> None:
        make_marker_qualification(marker=faculty, valid_from=today() + timedelta(days=1))
        assert not is_open_to(faculty, submission)

    def test_a_renewal_gives_it_back(self, faculty: User, submission: Submission) -> None:
        make_marker_qualification(marker=faculty, valid_until=yesterday())
        make_marker_qualification(marker=faculty, valid_from=today())
        assert is_open_to(faculty, submission)

    def test_another_series_is_another_matter(self, faculty: User, submission: Submission) -> None:
        make_marker_qualification(marker=faculty, series=make_series(), valid_until=yesterday())
        assert is_open_to(faculty, submission)

    def test_one_for_every_series_covers_what_lapsed_in_this_one(
        self, faculty: User, submission: Submission
    ) -> None:
        series = submission.assessment.achievement.series
        make_marker_qualification(marker=faculty, series=series, valid_until=yesterday())
        make_marker_qualification(marker=faculty, title="Every series")
        assert is_open_to(faculty, submission)

    def test_an_assessment_may_ask_everybody_for_one(self, faculty: User, learner: User) -> None:
        submission = make_submission(
            assessment=make_assessment(needs_qualified_markers=True), learner=learner, at=now()
        )
        assert not is_open_to(faculty, submission)

        make_marker_qualification(marker=faculty, series=submission.assessment.achievement.series)

        assert is_open_to(faculty, submission)

    def test_one_that_was_ended_closes_what_is_open_already(
        self, faculty: User, registrar: User, submission: Submission
    ) -> None:
        row = make_marker_qualification(marker=faculty)
        claim(submission=submission, by=faculty, at=now())

        end_qualification(qualification=row, by=registrar, at=now(), reason="The course was withdrawn.")

        assert not is_open_to(faculty, submission)


class TestTheRegister:
    def test_nobody_enters_herself(self, registrar: User) -> None:
        with pytest.raises(CannotRecord, match="Somebody else"):
            record_qualification(
                marker=registrar,
                title="Assessor",
                valid_from=today(),
                valid_until=None,
                by=registrar,
                at=now(),
            )
        assert not MarkerQualification.objects.exists()

    def test_a_row_is_ended_once_and_kept_with_its_reason(self, faculty: User, registrar: User) -> None:
        row = make_marker_qualification(marker=faculty)
        end_qualification(qualification=row, by=registrar, at=now(), reason="Withdrawn.")

        with pytest.raises(CannotRecord, match="before"):
            end_qualification(qualification=row, by=registrar, at=now(), reason="Again.")

        row.refresh_from_db()
        assert (row.ended_by, row.end_reason) == (registrar, "Withdrawn.")
        assert AuditEntry.objects.filter(act="end qualification").count() == 1

    def test_the_registrar_records_one_on_the_persons_page_however_often_she_presses(
        self, registrar: User, faculty: User, sign_in: SignIn
    ) -> None:
        desk = sign_in(registrar)
        address = reverse("admin:learners_user_act", args=[faculty.pk, "qualification"])
        answers = {"op_key": str(uuid4()), "title": "Assessor", "valid_from": "2020-01-01", "valid_until": ""}

        replies = [desk.post(address, answers) for _press in range(2)]

        row = MarkerQualification.objects.get()
        assert (row.marker, row.series, row.recorded_by) == (faculty, None, registrar)
        page = reverse("admin:assessments_markerqualification_change", args=[row.pk])
        assert {reply.headers["Location"] for reply in replies} == {page}
        assert "Assessor" in desk.get(page).content.decode()

    def test_a_day_before_the_first_is_refused_in_words(
        self, registrar: User, faculty: User, sign_in: SignIn
    ) -> None:
        address = reverse("admin:learners_user_act", args=[faculty.pk, "qualification"])
        answers = {
            "op_key": str(uuid4()),
            "title": "Assessor",
            "valid_from": "2026-01-02",
            "valid_until": "2026-01-01",
        }

        answer = sign_in(registrar).post(address, answers)

        assert "It ends before it begins." in answer.content.decode()
        assert not MarkerQualification.objects.exists()

    def test_she_ends_one_with_a_reason_and_finds_who_is_out_of_force(
        self, registrar: User, faculty: User, sign_in: SignIn
    ) -> None:
        row = make_marker_qualification(marker=faculty)
        make_marker_qualification(marker=faculty, title="Another")
        desk = sign_in(registrar)
        act = reverse("admin:assessments_markerqualification_act", args=[row.pk, "end"])

        desk.post(act, {"op_key": str(uuid4()), "reason": "Withdrawn."})

        rows = reverse("admin:assessments_markerqualification_changelist")
        listed = {name: desk.get(f"{rows}?standing={name}").content.decode() for name in ("in_force", "not")}
        assert ["Assessor, level 3" in listed[name] for name in ("in_force", "not")] == [False, True]

    def test_what_runs_out_soon_waits_on_the_work_list(self, registrar: User, faculty: User) -> None:
        for days in (-1, 5, 40):
            make_marker_qualification(
                marker=faculty, title=f"{days} days", valid_until=today() + timedelta(days=days)
            )
        counts = {item.label: item.count for item in waiting_work(registrar, now())}
        assert counts["qualifications of markers that run out within 30 days"] == 1


class TestWhatTheMarkerReads:
    def test_the_queue_says_why_it_is_short(
        self, faculty: User, submission: Submission, sign_in: SignIn
    ) -> None:
        series = submission.assessment.achievement.series
        make_marker_qualification(marker=faculty, series=series, valid_until=yesterday())

        page = sign_in(faculty).get("/marking/").content.decode()

        assert f"no qualification of yours in force for {series.name}" in page
        assert submission.assessment.title not in page

    def test_what_is_renewed_is_not_complained_about(self, faculty: User, sign_in: SignIn) -> None:
        series = make_series()
        make_marker_qualification(marker=faculty, series=series, valid_until=yesterday())
        make_marker_qualification(marker=faculty, series=series, valid_from=today())
        make_marker_qualification(marker=faculty, series=make_series(name="Soil"), valid_until=yesterday())

        assert lapsed_in(faculty) == ["Soil"]

    def test_a_page_that_was_open_opens_no_more(
        self, faculty: User, submission: Submission, sign_in: SignIn, client: Client
    ) -> None:
        claim(submission=submission, by=faculty, at=now())
        make_marker_qualification(marker=faculty, valid_until=yesterday())
        address = reverse("assessments:grade", args=[submission.public_id])

        assert sign_in(faculty).get(address).status_code == 404


def test_the_form_of_an_assessment_asks_whether_markers_must_be_qualified(
    registrar: User, sign_in: SignIn
) -> None:
    assessment = make_assessment()
    page = reverse("admin:assessments_assessment_change", args=[assessment.pk])
    desk = sign_in(registrar)
    shown = desk.get(page).content.decode()
    assert 'name="needs_qualified_markers"' in shown

    desk.post(
        page,
        {
            "achievement": assessment.achievement_id,
            "rubric": assessment.rubric_id,
            "title": assessment.title,
            "brief": assessment.brief,
            "kind": assessment.kind,
            "max_attempts": 3,
            "is_open": "on",
            "marking_days": 14,
            "needs_qualified_markers": "on",
        },
    )

    assert Assessment.objects.get().needs_qualified_markers
