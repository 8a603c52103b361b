"""A page with many rows asks the database no more often than a page with one."""

from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import Achievement, Credential, Series
from learners.models import User
from pathways.models import Enrolment
from pathways.services.evaluating import evaluate_learner
from tests import makers
from tests.people import SignIn
from tests.speed.counting import grown, opening

MANY = 6


def assert_alike(one: list[str], many: list[str], *, at_most: int) -> None:
    assert len(one) <= at_most, "\n".join(sql[:160] for sql in one)
    assert len(many) == len(one), grown(one, many)


def hold(learner: User, count: int = 1) -> list[Achievement]:
    held = [makers.make_achievement() for _place in range(count)]
    for achievement in held:
        makers.make_signed_document(
            credential=makers.make_credential(recipient=learner, achievement=achievement)
        )
    return held


def walk(learner: User, parts: int) -> Enrolment:
    """Enrolled on a pathway of that many parts, and holding all but one."""
    missing = makers.make_achievement()
    pathway = makers.make_pathway(rule=makers.all_of(*hold(learner, parts - 1), missing))
    enrolment = makers.make_enrolment(learner=learner, pathway=pathway)
    evaluate_learner(learner=learner, at=makers.TERM_DAY)
    return enrolment


def stack(learner: User, parts: int) -> Credential:
    """The stacked certificate of that many parts."""
    pathway = makers.make_pathway(rule=makers.all_of(*hold(learner, parts)))
    enrolment = makers.make_enrolment(learner=learner, pathway=pathway)
    evaluate_learner(learner=learner, at=makers.TERM_DAY)
    enrolment.refresh_from_db()
    assert enrolment.certificate is not None
    makers.make_signed_document(credential=enrolment.certificate)
    makers.make_status_list(credential=enrolment.certificate)
    return enrolment.certificate


class TestLearnersPages:
    def test_dashboard(self, learner: User, sign_in: SignIn) -> None:
        client = sign_in(learner)
        walk(learner, 2)
        makers.make_submission(learner=learner)
        one = opening(client, reverse("learners:dashboard"))

        for _time in range(MANY):
            walk(learner, 3)
            makers.make_submission(learner=learner)

        # Who she is takes three (session, person, roles); the page itself six.
        assert_alike(one, opening(client, reverse("learners:dashboard")), at_most=9)

    def test_progress(self, learner: User, sign_in: SignIn) -> None:
        client = sign_in(learner)
        short, long = walk(learner, 2), walk(learner, 2 * MANY)

        one, many = (
            opening(client, reverse("learners:progress", args=[row.public_id])) for row in (short, long)
        )

        # Beside the rule: how the certificate stands, and what is offered to her.
        assert_alike(one, many, at_most=15)

    def test_wallet(self, learner: User, sign_in: SignIn) -> None:
        client = sign_in(learner)
        hold(learner)
        one = opening(client, reverse("learners:wallet"))

        hold(learner, MANY)

        assert_alike(one, opening(client, reverse("learners:wallet")), at_most=8)

    def test_notifications(self, learner: User, sign_in: SignIn) -> None:
        client = sign_in(learner)
        makers.make_notification(recipient=learner)
        one = opening(client, reverse("learners:notifications"))

        for _time in range(MANY):
            makers.make_notification(recipient=learner)

        assert_alike(one, opening(client, reverse("learners:notifications")), at_most=7)


class TestMarkersPages:
    def test_queue(self, faculty: User, sign_in: SignIn) -> None:
        client = sign_in(faculty)
        makers.make_submission()
        one = opening(client, reverse("assessments:queue"))

        for _time in range(MANY):
            makers.make_submission()

        assert_alike(one, opening(client, reverse("assessments:queue")), at_most=10)

    def test_grade(self, faculty: User, sign_in: SignIn) -> None:
        client = sign_in(faculty)
        small = makers.make_submission(links=["https://work.example/a"])
        rubric = makers.make_rubric(criteria=[f"row-{place}" for place in range(MANY)])
        large = makers.make_submission(
            assessment=makers.make_assessment(rubric=rubric),
            links=[f"https://work.example/{place}" for place in range(MANY)],
        )
        for submission in (small, large):
            makers.make_grading(submission=submission, marker=faculty, is_final=False, at=now())

        one, many = (
            opening(client, reverse("assessments:grade", args=[row.public_id])) for row in (small, large)
        )

        assert_alike(one, many, at_most=15)


class TestPublicPages:
    def test_catalogue(self, employer: Client, series: Series) -> None:
        makers.make_achievement(series=series)
        one = opening(employer, reverse("credentials:catalogue"))

        for _time in range(MANY):
            makers.make_achievement(series=makers.make_series())

        assert_alike(one, opening(employer, reverse("credentials:catalogue")), at_most=6)

    def test_achievement(self, employer: Client, series: Series) -> None:
        plain, rich = makers.make_achievement(), makers.make_achievement()
        makers.make_offering(activity=makers.make_activity(leads_to=[plain]))
        makers.make_pathway(rule=makers.all_of(plain, rich))
        for _time in range(MANY):
            makers.make_offering(activity=makers.make_activity(leads_to=[rich]))

        one, many = (opening(employer, row.get_absolute_url()) for row in (plain, rich))

        assert_alike(one, many, at_most=10)

    def test_activity(self, employer: Client, series: Series) -> None:
        small, large = makers.make_activity(), makers.make_activity()
        for activity, count in ((small, 1), (large, MANY)):
            leads_to = [makers.make_achievement() for _time in range(count)]
            activity.achievements.set(leads_to)
            for _time in range(count):
                makers.make_offering(activity=activity)
                makers.make_resource(activity=activity)
                makers.make_offering(activity=makers.make_activity(leads_to=leads_to))

        one, many = (opening(employer, row.get_absolute_url()) for row in (small, large))

        assert_alike(one, many, at_most=8)

    def test_pathway_list(self, employer: Client, series: Series) -> None:
        makers.make_pathway()
        one = opening(employer, reverse("pathways:list"))

        for _time in range(MANY):
            makers.make_pathway()

        assert_alike(one, opening(employer, reverse("pathways:list")), at_most=6)

    def test_pathway(self, employer: Client, series: Series) -> None:
        short = makers.make_pathway()
        long = makers.make_pathway(
            rule=makers.all_of(*(makers.make_achievement() for _place in range(2 * MANY)))
        )

        one, many = (opening(employer, reverse("pathways:pathway", args=[row.slug])) for row in (short, long))

        assert_alike(one, many, at_most=6)

    def test_verification_of_a_stacked_certificate(self, employer: Client, learner: User) -> None:
        small, large = stack(learner, 2), stack(learner, MANY)

        one, many = (
            opening(employer, reverse("credentials:verify", args=[row.code])) for row in (small, large)
        )

        assert_alike(one, many, at_most=10)


class TestRegistrarsPages:
    def test_credentials(self, registrar: User, learner: User, sign_in: SignIn) -> None:
        client = sign_in(registrar)
        hold(learner)
        one = opening(client, reverse("admin:credentials_credential_changelist"))

        for _time in range(MANY):
            hold(makers.make_user())

        assert_alike(one, opening(client, reverse("admin:credentials_credential_changelist")), at_most=15)

    def test_submissions(self, registrar: User, sign_in: SignIn) -> None:
        client = sign_in(registrar)
        makers.make_submission()
        one = opening(client, reverse("admin:assessments_submission_changelist"))

        for _time in range(MANY):
            makers.make_submission()

        assert_alike(one, opening(client, reverse("admin:assessments_submission_changelist")), at_most=15)
