"""A learner's own pages: whose they are, what they say, and what they cost."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment
from config.clock import now
from credentials.models import Credential, OperationKey
from credentials.services.revoking import suspend
from learners.models import User
from learners.queries.dashboard import tiles_of
from pathways.models import Enrolment
from tests.makers import (
    all_of,
    make_achievement,
    make_activity,
    make_assessment,
    make_certificate,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_grading,
    make_notification,
    make_offering,
    make_pathway,
    make_rendering,
    make_resource,
    make_signed_document,
    make_submission,
    office,
    pool,
)
from tests.people import SignIn

DASHBOARD = reverse("learners:dashboard")


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def enrol_on(learner: User, *assessments: Assessment, choose: int = 0) -> Enrolment:
    """On a pathway of these achievements: all of them, or `choose` of them; evaluated."""
    parts = [row.achievement for row in assessments]
    rule = pool(choose, *parts) if choose else all_of(*parts)
    enrolment = make_enrolment(learner=learner, pathway=make_pathway(rule=rule))
    make_evaluation(enrolment=enrolment, at=now())
    return enrolment


def of_credential(name: str, credential: Credential) -> str:
    return reverse(f"learners:{name}", args=[credential.public_id])


class TestFrontDoor:
    def test_a_learner_goes_to_her_progress(self, learner: User, sign_in: SignIn) -> None:
        response = sign_in(learner).get("/")

        assert response.headers["Location"] == DASHBOARD

    def test_a_marker_goes_to_the_queue(self, faculty: User, sign_in: SignIn) -> None:
        response = sign_in(faculty).get("/")

        assert response.headers["Location"] == reverse("assessments:queue")

    def test_a_registrar_goes_to_the_work_list(self, registrar: User, sign_in: SignIn) -> None:
        response = sign_in(registrar).get("/")

        assert response.headers["Location"] == reverse("admin:index")

    def test_an_employer_is_not_let_into_anybodys_progress(self, employer: Client) -> None:
        response = employer.get(DASHBOARD)

        assert response.headers["Location"].startswith(reverse("account_login"))


class TestDashboard:
    def test_a_newcomer_is_shown_one_thing_to_do(self, learner: User, sign_in: SignIn) -> None:
        page = sign_in(learner).get(DASHBOARD).content.decode()

        assert page.count("btn-primary") == 1
        assert f'href="{reverse("pathways:list")}"' in page

    def test_says_how_many_are_earned_and_left(self, learner: User, sign_in: SignIn) -> None:
        earned, missing = make_assessment(), make_assessment()
        make_credential(recipient=learner, achievement=earned.achievement)
        enrol_on(learner, earned, missing)

        response = sign_in(learner).get(DASHBOARD)

        (standing,) = response.context["dashboard"].standings
        assert (standing.earned, standing.total, standing.left) == (1, 2, 1)
        assert standing.tiles == ("filled", "outlined")
        assert "%" not in response.content.decode().split("<main")[1].split("</main>")[0]

    def test_the_next_step_opens_the_missing_assessment(self, learner: User, sign_in: SignIn) -> None:
        missing = make_assessment()
        enrol_on(learner, missing)

        step = sign_in(learner).get(DASHBOARD).context["dashboard"].next_step

        assert (step.what, step.url) == (missing.achievement.name, missing.get_absolute_url())

    def test_a_draft_goes_before_what_is_not_begun(self, learner: User, sign_in: SignIn) -> None:
        untouched, begun = make_assessment(code="A-1"), make_assessment(code="Z-1")
        enrol_on(learner, untouched, begun)
        make_submission(assessment=begun, learner=learner, is_handed_in=False)

        response = sign_in(learner).get(DASHBOARD)

        assert response.context["dashboard"].next_step.url == begun.get_absolute_url()
        assert response.context["dashboard"].first.tiles == ("outlined", "half")

    def test_what_helps_two_pathways_goes_before_what_helps_one(self, learner: User, sign_in: SignIn) -> None:
        narrow, broad = make_assessment(code="A-2"), make_assessment(code="Z-2")
        enrol_on(learner, narrow, broad)
        enrol_on(learner, broad, make_assessment(code="B-2"))

        step = sign_in(learner).get(DASHBOARD).context["dashboard"].next_step

        assert step.url == broad.get_absolute_url()

    def test_waiting_is_the_next_step_where_marking_would_complete_it(
        self, learner: User, sign_in: SignIn
    ) -> None:
        handed_in, alternative = make_assessment(), make_assessment()
        enrol_on(learner, handed_in, alternative, choose=1)
        submission = make_submission(assessment=handed_in, learner=learner)

        step = sign_in(learner).get(DASHBOARD).context["dashboard"].next_step

        assert step.url == submission.get_absolute_url()

    def test_a_complete_pathway_leads_to_what_can_be_shown(self, learner: User, sign_in: SignIn) -> None:
        earned = make_assessment()
        make_credential(recipient=learner, achievement=earned.achievement)
        enrol_on(learner, earned)

        step = sign_in(learner).get(DASHBOARD).context["dashboard"].next_step

        assert step.url == reverse("learners:wallet")

    def test_says_evaluating_until_the_answer_has_caught_up(self, learner: User, sign_in: SignIn) -> None:
        earned = make_assessment()
        enrolment = enrol_on(learner, earned, make_assessment())
        make_credential(recipient=learner, achievement=earned.achievement)
        client = sign_in(learner)
        status = reverse("learners:dashboard_status")

        behind = client.get(DASHBOARD)
        seen = {"seen": behind.context["dashboard"].pulse}
        still = client.get(status, seen, headers={"HX-Request": "true"})
        make_evaluation(enrolment=enrolment, at=now())
        after = client.get(status, seen, headers={"HX-Request": "true"})

        assert "hx-get" in behind.content.decode()
        assert still.status_code == 204
        assert "hx-get" not in after.content.decode()
        assert after.context["dashboard"].first.left == 1

    def test_an_open_page_learns_that_its_work_was_marked(self, learner: User, sign_in: SignIn) -> None:
        assessment = make_assessment()
        enrol_on(learner, assessment, make_assessment())
        submission = make_submission(assessment=assessment, learner=learner)
        client = sign_in(learner)
        status = reverse("learners:dashboard_status")

        seen = {"seen": client.get(DASHBOARD).context["dashboard"].pulse}
        waiting = client.get(status, seen, headers={"HX-Request": "true"})
        make_grading(submission=submission)
        marked = client.get(status, seen, headers={"HX-Request": "true"})

        assert waiting.status_code == 204
        assert marked.status_code == 200

    def test_the_refresh_link_works_without_a_script(self, learner: User, sign_in: SignIn) -> None:
        response = sign_in(learner).get(reverse("learners:dashboard_status"))

        assert response.headers["Location"] == DASHBOARD

    def test_costs_as_many_queries_with_many_rows_as_with_one(self, learner: User, sign_in: SignIn) -> None:
        shared = make_assessment()
        enrol_on(learner, shared, make_assessment())
        make_notification(recipient=learner)
        client = sign_in(learner)
        few = queries_of(client, DASHBOARD)

        for _number in range(4):
            more = make_assessment()
            enrol_on(learner, shared, more)
            make_submission(assessment=more, learner=learner, is_handed_in=False)
            make_notification(recipient=learner)

        assert queries_of(client, DASHBOARD) == few
        # Session, person and her roles; the clock; and five questions about her.
        assert few <= 9


class TestProgress:
    def page(self, enrolment: Enrolment) -> str:
        return reverse("learners:progress", args=[enrolment.public_id])

    def test_a_stranger_finds_nothing(self, learner: User, stranger: User, sign_in: SignIn) -> None:
        enrolment = enrol_on(learner, make_assessment())

        assert sign_in(stranger).get(self.page(enrolment)).status_code == 404

    def test_says_of_each_place_what_it_waits_for(self, learner: User, sign_in: SignIn) -> None:
        earned, handed_in, draft, untouched = (make_assessment() for _number in range(4))
        make_credential(recipient=learner, achievement=earned.achievement)
        make_submission(assessment=handed_in, learner=learner)
        make_submission(assessment=draft, learner=learner, is_handed_in=False)
        enrolment = enrol_on(learner, earned, handed_in, draft, untouched)

        progress = sign_in(learner).get(self.page(enrolment)).context["progress"]

        states = [node.places[0].state for node in progress.nodes]
        assert states == ["counts", "waiting", "in_progress", "unmet"]
        assert progress.tiles == ("filled", "half", "half", "outlined")
        assert progress.best is not None
        assert progress.best.url == draft.get_absolute_url()

    def test_offers_at_each_step_what_is_read_and_taught_for_it(self, learner: User, sign_in: SignIn) -> None:
        earned, missing = make_assessment(), make_assessment()
        make_credential(recipient=learner, achievement=earned.achievement)
        workshop = make_activity(leads_to=[earned.achievement, missing.achievement])
        make_resource(activity=workshop, title="How to join", needed_when="you write your first query")
        offering = make_offering(activity=workshop)
        enrolment = enrol_on(learner, earned, missing)

        answer = sign_in(learner).get(self.page(enrolment))

        has, lacks = (node.places[0] for node in answer.context["progress"].nodes)
        assert ([row.title for row in lacks.resources], lacks.next_at) == (
            ["How to join"],
            offering.starts_at,
        )
        assert (has.resources, has.next_at) == ((), None)
        page = answer.content.decode()
        assert "You write your first query" in page
        assert "Taught next on 1 March 2100" in page

    def test_says_how_many_more_of_how_many(self, learner: User, sign_in: SignIn) -> None:
        options = [make_assessment() for _number in range(5)]
        make_credential(recipient=learner, achievement=options[0].achievement)
        enrolment = enrol_on(learner, *options, choose=3)

        page = sign_in(learner).get(self.page(enrolment)).content.decode()

        assert "2 more of these 4" in page
        assert "3 of these 5" in page

    def test_says_why_a_credential_does_not_count(self, learner: User, sign_in: SignIn) -> None:
        assessment = make_assessment()
        credential = make_credential(recipient=learner, achievement=assessment.achievement)
        suspend(credential=credential, reason="Looked into.", by=office(), at=now())
        other = make_credential(recipient=learner)
        enrolment = enrol_on(learner, assessment)

        progress = sign_in(learner).get(self.page(enrolment)).context["progress"]

        assert progress.nodes[0].places[0].state == "suspended"
        assert progress.uncounted == (f"{assessment.achievement.name} is suspended.",)
        assert progress.elsewhere == (other.version.name,)

    def test_a_place_to_renew_says_until_when(self, learner: User, sign_in: SignIn) -> None:
        lasting = make_achievement(expiry="months", expiry_months=1)
        make_credential(recipient=learner, achievement=lasting, at=now() - timedelta(days=10))
        enrolment = make_enrolment(learner=learner, pathway=make_pathway(rule=all_of(lasting)))
        make_evaluation(enrolment=enrolment, at=now())

        progress = sign_in(learner).get(self.page(enrolment)).context["progress"]

        assert progress.tiles == ("hatched",)
        assert progress.nodes[0].state == "expiring"
        assert progress.nodes[0].deadline is not None

    def test_costs_as_many_queries_with_many_places_as_with_one(self, learner: User, sign_in: SignIn) -> None:
        small = enrol_on(learner, make_assessment())
        many = [make_assessment() for _number in range(6)]
        for assessment in many[:3]:
            make_credential(recipient=learner, achievement=assessment.achievement)
        large = enrol_on(learner, *many)
        client = sign_in(learner)

        assert queries_of(client, self.page(large)) == queries_of(client, self.page(small))


class TestWallet:
    def test_shows_what_is_hers_and_nothing_else(
        self, learner: User, stranger: User, sign_in: SignIn
    ) -> None:
        mine, theirs = make_credential(recipient=learner), make_credential(recipient=stranger)

        page = sign_in(learner).get(reverse("learners:wallet")).content.decode()

        assert mine.version.name in page
        assert theirs.version.name not in page

    def test_an_empty_one_says_what_comes(self, learner: User, sign_in: SignIn) -> None:
        page = sign_in(learner).get(reverse("learners:wallet")).content.decode()

        assert "Your credentials will be here." in page

    def test_costs_as_many_queries_with_many_credentials_as_with_one(
        self, learner: User, sign_in: SignIn
    ) -> None:
        make_credential(recipient=learner)
        client = sign_in(learner)
        few = queries_of(client, reverse("learners:wallet"))

        for _number in range(5):
            make_credential(recipient=learner)

        assert queries_of(client, reverse("learners:wallet")) == few


class TestCredentialPage:
    @pytest.mark.parametrize("name", ["credential", "credential_json", "certificate_pdf"])
    def test_a_stranger_finds_nothing(
        self, name: str, learner: User, stranger: User, sign_in: SignIn
    ) -> None:
        credential = make_rendering(
            credential=make_credential(recipient=learner, achievement=make_certificate())
        ).document.credential

        assert sign_in(stranger).get(of_credential(name, credential)).status_code == 404

    def test_says_that_it_is_being_signed(self, learner: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)
        client = sign_in(learner)

        page = client.get(of_credential("credential", credential)).content.decode()

        assert "Being signed" in page
        assert of_credential("credential_json", credential) not in page
        assert client.get(of_credential("credential_json", credential)).status_code == 404

    def test_gives_the_very_bytes_that_were_signed(self, learner: User, sign_in: SignIn) -> None:
        document = make_signed_document(credential=make_credential(recipient=learner))

        response = sign_in(learner).get(of_credential("credential_json", document.credential))

        assert response.content == bytes(document.signed or b"")
        assert json.loads(response.content)["proof"]
        assert response.headers["Content-Disposition"].startswith("attachment")

    def test_a_certificate_not_printed_yet_says_so(self, learner: User, sign_in: SignIn) -> None:
        rendering = make_rendering(
            credential=make_credential(recipient=learner, achievement=make_certificate())
        )
        credential = rendering.document.credential
        client = sign_in(learner)

        page = client.get(of_credential("credential", credential)).content.decode()

        assert "The certificate is being prepared" in page
        assert client.get(of_credential("certificate_pdf", credential)).status_code == 404

    def test_gives_the_printed_certificate_as_a_download(self, learner: User, sign_in: SignIn) -> None:
        rendering = make_rendering(
            credential=make_credential(recipient=learner, achievement=make_certificate()), is_printed=True
        )
        if not rendering.file:
            pytest.skip("the PDF engine is not installed on this machine")

        response = sign_in(learner).get(of_credential("certificate_pdf", rendering.document.credential))

        assert response.getvalue().startswith(b"%PDF-")
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


class TestVisibility:
    def press(self, client: Client, credential: Credential, visibility: str, key: object = None) -> int:
        data = {"op_key": str(key or uuid4()), "visibility": visibility}
        return client.post(of_credential("visibility", credential), data).status_code

    def test_one_press_opens_the_name_and_one_closes_it(self, learner: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)
        client = sign_in(learner)

        assert self.press(client, credential, "public") == 302
        credential.refresh_from_db()
        assert credential.visibility == "public"
        assert self.press(client, credential, "private") == 302
        credential.refresh_from_db()
        assert credential.visibility == "private"

    def test_a_late_repeat_of_the_press_does_not_open_it_again(self, learner: User, sign_in: SignIn) -> None:
        credential, key = make_credential(recipient=learner), uuid4()
        client = sign_in(learner)
        self.press(client, credential, "public", key)
        self.press(client, credential, "private")

        assert self.press(client, credential, "public", key) == 302

        credential.refresh_from_db()
        assert credential.visibility == "private"

    def test_a_key_used_for_something_else_is_refused_in_words(self, learner: User, sign_in: SignIn) -> None:
        first, second, key = make_credential(recipient=learner), make_credential(recipient=learner), uuid4()
        client = sign_in(learner)
        self.press(client, first, "public", key)

        assert self.press(client, second, "public", key) == 422

        second.refresh_from_db()
        assert second.visibility == "private"

    def test_a_stranger_changes_nothing(self, learner: User, stranger: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)

        assert self.press(sign_in(stranger), credential, "public") == 404

        credential.refresh_from_db()
        assert credential.visibility == "private"

    def test_looking_changes_nothing(self, learner: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)

        assert sign_in(learner).get(of_credential("visibility", credential)).status_code == 405


class TestNotifications:
    def test_shows_what_was_told_to_her_alone(self, learner: User, stranger: User, sign_in: SignIn) -> None:
        mine, theirs = make_notification(recipient=learner), make_notification(recipient=stranger)

        page = sign_in(learner).get(reverse("learners:notifications")).content.decode()

        assert mine.subject in page
        assert theirs.subject not in page

    def test_one_press_counts_all_as_read(self, learner: User, stranger: User, sign_in: SignIn) -> None:
        mine, theirs = make_notification(recipient=learner), make_notification(recipient=stranger)
        key = str(uuid4())
        client = sign_in(learner)

        client.post(reverse("learners:mark_read"), {"op_key": key})
        client.post(reverse("learners:mark_read"), {"op_key": key})

        mine.refresh_from_db()
        theirs.refresh_from_db()
        assert mine.read_at is not None
        assert theirs.read_at is None
        assert OperationKey.objects.filter(actor=learner, act="mark read").count() == 1


def test_feedback_is_on_the_dashboard_until_it_is_read(learner: User, sign_in: SignIn) -> None:
    assessment = make_assessment()
    enrol_on(learner, assessment)
    make_grading(submission=make_submission(assessment=assessment, learner=learner), level="fail")

    dashboard = sign_in(learner).get(DASHBOARD).context["dashboard"]

    assert [work.standing for work in dashboard.under_way] == ["resubmit"]
    assert dashboard.next_step.url == assessment.get_absolute_url()


def test_tiles_show_each_place_once() -> None:
    tiles = tiles_of([(2, 1, False, 3), (1, 1, True, 0), (2, 0, False, 1)])

    assert tiles == ("filled", "half", "hatched", "half", "outlined")
