"""A pilot lets in as many people as it has places, says how it stands, and keeps out nobody who is in."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.services.submitting import CannotSubmit, open_draft
from credentials.models import Achievement, AuditEntry, Pilot
from credentials.services.piloting import (
    CannotPilot,
    PilotIsFull,
    Terms,
    change_pilot,
    people_in,
    places_left,
    standing_of,
    start_pilot,
)
from learners.models import User
from pathways.models import Enrolment, Pathway
from pathways.services.enrolling import enrol, withdraw
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_assessment,
    make_certificate,
    make_credential,
    make_pathway,
    make_submission,
    make_user,
    office,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2025, 9, 1)


def terms(cap: int = 1, **changed: object) -> Terms:
    usual: dict[str, object] = {
        "cap": cap,
        "starts_on": FIRST_DAY,
        "exit_criteria": "Two thirds complete, and two markers agree on nine of ten pieces of work.",
    }
    return Terms(**{**usual, **changed})  # type: ignore[arg-type]  # a test's own words for each field


def tried(achievement: Achievement, cap: int = 1, **changed: object) -> Pilot:
    return start_pilot(achievement=achievement, terms=terms(cap, **changed), by=office(), at=TERM_DAY)


@pytest.fixture
def pathway(db: None) -> Pathway:
    return make_pathway(awards=make_certificate(name="Certificate in Trials"))


class TestPlacesOnAPathway:
    def test_the_last_place_is_given_and_the_next_person_reads_why_not(
        self, pathway: Pathway, learner: User, stranger: User
    ) -> None:
        tried(pathway.awards)

        enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY)

        with pytest.raises(PilotIsFull, match="that place is taken"):
            enrol(learner=stranger, pathway=pathway, by=stranger, at=TERM_DAY)
        assert list(Enrolment.objects.values_list("learner", flat=True)) == [learner.pk]

    def test_who_leaves_makes_room(self, pathway: Pathway, learner: User, stranger: User) -> None:
        tried(pathway.awards)
        enrolment = enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY)

        withdraw(enrolment=enrolment, by=learner, at=TERM_DAY)

        assert places_left(pathway.awards) == 1
        assert enrol(learner=stranger, pathway=pathway, by=stranger, at=TERM_DAY).learner == stranger

    def test_who_has_all_that_is_asked_is_never_kept_out(self, pathway: Pathway, learner: User) -> None:
        tried(pathway.awards)
        enrol(learner=make_user(), pathway=pathway, by=None, at=TERM_DAY)

        credited = enrol(
            learner=learner, pathway=pathway, by=None, at=TERM_DAY, is_retroactive=True, qualifies=True
        )

        assert credited.is_retroactive
        assert places_left(pathway.awards) == 0

    def test_a_component_enrols_nobody_by_itself_until_it_is_open_to_all(
        self, learner: User, drain: Callable[..., None]
    ) -> None:
        part = make_achievement()
        pathway = make_pathway(
            rule=all_of(part, make_achievement()), enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC
        )
        pilot = tried(pathway.awards)
        make_credential(recipient=learner, achievement=part)

        drain(printing=False)
        while_tried = list(Enrolment.objects.all())
        Pilot.objects.filter(pk=pilot.pk).update(outcome=Pilot.Outcome.SCALED)
        drain(printing=False)

        assert while_tried == []
        assert Enrolment.objects.get().learner == learner

    def test_publication_credits_only_who_qualifies(
        self, learner: User, stranger: User, drain: Callable[..., None]
    ) -> None:
        first, second = make_achievement(), make_achievement()
        certificate = make_certificate()
        make_credential(recipient=stranger, achievement=first)
        for part in (first, second):
            make_credential(recipient=learner, achievement=part)
        tried(certificate)

        make_pathway(
            rule=all_of(first, second),
            awards=certificate,
            enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC,
            at=TERM_DAY,
        )
        drain(printing=False)

        assert Enrolment.objects.get().learner == learner
        assert list(people_in(certificate)) == [learner]

    def test_the_page_says_it_kindly_and_keeps_the_button_away(
        self, pathway: Pathway, learner: User, sign_in: SignIn
    ) -> None:
        tried(pathway.awards)
        page = sign_in(learner)
        before = page.get(pathway.get_absolute_url()).content.decode()
        enrol(learner=make_user(), pathway=pathway, by=None, at=TERM_DAY)

        after = page.get(pathway.get_absolute_url()).content.decode()

        assert "1 place is left" in before
        assert "all places are taken" in after
        assert "Enrol on this pathway" not in after

    def test_a_form_sent_after_the_last_place_went_is_answered_with_the_reason(
        self, pathway: Pathway, learner: User, sign_in: SignIn
    ) -> None:
        tried(pathway.awards)
        enrol(learner=make_user(), pathway=pathway, by=None, at=TERM_DAY)

        reply = sign_in(learner).post(
            reverse("pathways:enrol", args=[pathway.slug]), {"op_key": str(uuid4())}
        )

        assert reply.status_code == 409
        assert "You can join once it is open to all" in reply.content.decode()


class TestPlacesOfAComponent:
    def test_work_over_the_cap_is_not_begun_and_work_begun_is_handed_in(
        self, learner: User, stranger: User
    ) -> None:
        assessment = make_assessment()
        tried(assessment.achievement)
        make_submission(assessment=assessment, learner=learner)

        with pytest.raises(CannotSubmit, match="tried with"):
            open_draft(assessment=assessment, learner=stranger, at=TERM_DAY)

        assert set(people_in(assessment.achievement)) == {learner}


class TestTerms:
    def test_fewer_places_than_people_are_refused(self, pathway: Pathway, learner: User) -> None:
        for person in (learner, make_user()):
            enrol(learner=person, pathway=pathway, by=None, at=TERM_DAY)

        with pytest.raises(CannotPilot, match="2 people take part"):
            tried(pathway.awards)

        assert not Pilot.objects.exists()

    def test_more_places_let_the_next_one_in_and_are_kept_in_the_audit_trail(
        self, pathway: Pathway, learner: User
    ) -> None:
        pilot = tried(pathway.awards)
        enrol(learner=make_user(), pathway=pathway, by=None, at=TERM_DAY)

        change_pilot(pilot=pilot, terms=terms(2), by=office(), at=TERM_DAY + timedelta(days=1))

        assert enrol(learner=learner, pathway=pathway, by=None, at=TERM_DAY)
        assert [
            row.facts["cap"] for row in AuditEntry.objects.filter(act__contains="pilot").order_by("pk")
        ] == [
            1,
            2,
        ]

    def test_an_achievement_has_one_pilot(self, pathway: Pathway) -> None:
        tried(pathway.awards)

        with pytest.raises(CannotPilot, match="its pilot already"):
            tried(pathway.awards)

    def test_it_says_how_it_stands_from_what_people_did(self, learner: User, stranger: User) -> None:
        achievement = make_achievement()
        pilot = tried(achievement, 10, target_percent=66)
        make_credential(recipient=learner, achievement=achievement)
        assessment = make_assessment(achievement=achievement)
        make_submission(assessment=assessment, learner=stranger)

        standing = standing_of(pilot)

        assert (standing.taken, standing.complete, standing.left, standing.percent) == (2, 1, 8, 50)
        assert standing.meets_target is False

    def test_what_is_not_tried_is_open_to_all(self) -> None:
        assert places_left(make_achievement()) is None
