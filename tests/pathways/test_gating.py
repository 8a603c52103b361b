"""A gated pathway asks what must be held before one enrols on it, and before one hands in for its parts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from assessments.services.submitting import CannotSubmit, open_draft, submit
from credentials.models import Achievement, Credential
from credentials.queries import local_day
from credentials.services.revoking import suspend
from learners.models import User
from pathways.models import Enrolment, Pathway, PathwayVersion
from pathways.queries import learners_to_enrol
from pathways.services.enrolling import CannotEnrol, enrol
from pathways.services.evaluating import evaluate_learner
from pathways.services.gating import not_before
from pathways.services.publishing import publish_pathway
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_assessment,
    make_certificate,
    make_credential,
    make_enrolment,
    make_pathway,
    make_submission,
    office,
    put_in_force,
    run_to_the_end,
)

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)
Order = PathwayVersion.Order


def needing(first: Achievement, *, make: Callable[..., Achievement] = make_achievement) -> Achievement:
    """An achievement in force whose version asks for `first` to be held before."""
    achievement = make(is_published=False)
    version = achievement.versions.get()
    version.requires.set([first])
    put_in_force(version)
    achievement.refresh_from_db()
    return achievement


@pytest.fixture
def first() -> Achievement:
    return make_achievement(name="Reading Tables", code="RT-1")


def gated(*parts: Achievement, awards: Achievement | None = None, order: str = Order.GATE) -> Pathway:
    pathway = make_pathway(rule=all_of(*parts), awards=awards, is_published=False)
    PathwayVersion.objects.filter(pathway=pathway).update(order_policy=order)
    version = pathway.versions.get()
    publish_pathway(version=version, by=office("second"), at=TERM_DAY)
    pathway.refresh_from_db()
    return pathway


class TestEnrolling:
    def test_waits_for_what_the_certificate_requires_and_says_where_to_get_it(
        self, learner: User, first: Achievement
    ) -> None:
        awards = needing(first, make=make_certificate)
        pathway = gated(make_achievement(), make_achievement(), awards=awards)

        with pytest.raises(CannotEnrol, match=r"“Reading Tables” \(Workshops, RT-1\)"):
            enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY)

        make_credential(recipient=learner, achievement=first)
        assert enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY).learner == learner

    def test_what_is_suspended_opens_no_gate(self, learner: User, first: Achievement) -> None:
        awards = needing(first, make=make_certificate)
        pathway = gated(make_achievement(), make_achievement(), awards=awards)
        held = make_credential(recipient=learner, achievement=first)
        suspend(credential=held, reason="Looked into.", public_reason="On hold.", by=office(), at=TERM_DAY)

        with pytest.raises(CannotEnrol):
            enrol(learner=learner, pathway=pathway, by=learner, at=LATER)

    @pytest.mark.parametrize("order", [Order.ADVISORY, Order.STRICT_DATES])
    def test_other_policies_let_everybody_in(self, learner: User, first: Achievement, order: str) -> None:
        awards = needing(first, make=make_certificate)
        pathway = gated(make_achievement(), make_achievement(), awards=awards, order=order)

        assert enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY).learner == learner

    def test_a_first_component_enrols_once_the_gate_is_open(self, learner: User, first: Achievement) -> None:
        awards, part = needing(first, make=make_certificate), make_achievement()
        pathway = gated(part, make_achievement(), awards=awards)
        Pathway.objects.filter(pk=pathway.pk).update(enrolment_policy="automatic")
        make_credential(recipient=learner, achievement=part)

        evaluate_learner(learner=learner, at=TERM_DAY)
        before, owed = Enrolment.objects.count(), learners_to_enrol().count()
        make_credential(recipient=learner, achievement=first, at=LATER)
        found_by_the_sweep = {row.recipient for row in learners_to_enrol()}
        evaluate_learner(learner=learner, at=LATER)

        assert (before, owed) == (0, 0)
        assert found_by_the_sweep == {learner}
        assert Enrolment.objects.get().pathway == pathway

    def test_who_meets_the_rule_already_is_credited_all_the_same(
        self, learner: User, first: Achievement
    ) -> None:
        awards, parts = needing(first, make=make_certificate), [make_achievement(), make_achievement()]
        for part in parts:
            make_credential(recipient=learner, achievement=part)

        pathway = gated(*parts, awards=awards)
        run_to_the_end(f"credit-holders:{pathway.current_version_id}", at=LATER)

        assert Credential.objects.filter(recipient=learner, achievement=awards).exists()


class TestHandingIn:
    def test_waits_for_what_the_achievement_requires(self, learner: User, first: Achievement) -> None:
        assessment = make_assessment(achievement=needing(first))
        pathway = gated(assessment.achievement, make_achievement())
        make_enrolment(learner=learner, pathway=pathway)

        with pytest.raises(CannotSubmit, match="“Reading Tables”"):
            open_draft(assessment=assessment, learner=learner, at=TERM_DAY)

        make_credential(recipient=learner, achievement=first)
        assert open_draft(assessment=assessment, learner=learner, at=TERM_DAY).learner == learner

    def test_what_was_begun_before_the_enrolment_waits_too(self, learner: User, first: Achievement) -> None:
        assessment = make_assessment(achievement=needing(first))
        draft = make_submission(assessment=assessment, learner=learner, is_handed_in=False)
        make_enrolment(learner=learner, pathway=gated(assessment.achievement, make_achievement()))

        with pytest.raises(CannotSubmit, match="“Reading Tables”"):
            submit(submission=draft, by=learner, at=TERM_DAY)

    def test_who_is_not_on_a_gated_pathway_hands_in_as_she_likes(
        self, learner: User, first: Achievement
    ) -> None:
        assessment = make_assessment(achievement=needing(first))
        gated(assessment.achievement, make_achievement())

        assert not_before(assessment=assessment, learner=learner, at=TERM_DAY) == ""

    def test_what_ran_out_has_to_be_renewed_first(self, learner: User, first: Achievement) -> None:
        assessment = make_assessment(achievement=needing(first))
        make_enrolment(learner=learner, pathway=gated(assessment.achievement, make_achievement()))
        make_credential(recipient=learner, achievement=first)
        Credential.objects.filter(recipient=learner).update(expires_on=local_day(TERM_DAY))

        on_its_last_day = not_before(assessment=assessment, learner=learner, at=TERM_DAY)
        on_the_next = not_before(assessment=assessment, learner=learner, at=LATER)

        assert (on_its_last_day, bool(on_the_next)) == ("", True)
