"""A version of a rule on its way: written, reviewed, approved, in force, out of force."""

from datetime import timedelta

import pytest

from credentials.models import AuditEntry, AuditPerson, Credential, Job
from credentials.services.drafting import note_writer
from credentials.services.jobs import run_job
from credentials.services.revoking import revoke
from learners.models import User
from pathways.models import Enrolment, Milestone, Pathway, PathwayVersion, Requirement
from pathways.queries import published, rule_for
from pathways.rules import tree
from pathways.services.enrolling import CannotEnrol, enrol
from pathways.services.evaluating import evaluate_learner
from pathways.services.publishing import CannotPublish, next_draft, publish_pathway
from pathways.services.reviewing import (
    CannotReview,
    approve_version,
    retire_version,
    return_version,
    submit_version,
)
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_certificate,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_pathway,
    make_pathway_version,
    make_user,
    office,
    pool,
    run_to_the_end,
)

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)
Status = PathwayVersion.Status


@pytest.fixture
def draft(registrar: User) -> PathwayVersion:
    version = make_pathway_version(is_published=False)
    note_writer(draft=version, by=registrar)
    return version


def all_of_a_pool() -> PathwayVersion:
    """A draft that asks for everything it calls a choice: the lint warns of it."""
    parts = [make_achievement() for _part in range(3)]
    return make_pathway_version(is_published=False, rule=pool(3, *parts))


class TestReview:
    def test_goes_from_the_draft_through_review_to_publication(
        self, draft: PathwayVersion, registrar: User, approver: User
    ) -> None:
        states = [
            submit_version(version=draft, by=registrar, at=TERM_DAY).status,
            approve_version(version=draft, by=approver, at=TERM_DAY).status,
            publish_pathway(version=draft, by=approver, at=TERM_DAY).status,
        ]

        draft.refresh_from_db()
        assert states == ["in_review", "approved", "published"]
        assert (draft.approved_by, draft.published_by) == (approver, approver)
        acts = AuditEntry.objects.filter(object_type="pathways.pathwayversion", object_id=str(draft.pk))
        assert list(acts.order_by("pk").values_list("act", flat=True)) == [
            "write draft",
            "submit for review",
            "approve",
            "publish",
        ]

    def test_an_unsound_rule_is_not_submitted(self, registrar: User) -> None:
        version = make_pathway_version(
            is_published=False, rule=pool(3, make_achievement(), make_achievement())
        )

        with pytest.raises(CannotPublish, match="asks for 3 but lists only 2"):
            submit_version(version=version, by=registrar, at=TERM_DAY)

        version.refresh_from_db()
        assert version.is_draft

    def test_a_warning_needs_a_reason_that_is_kept(self, registrar: User, approver: User) -> None:
        version = all_of_a_pool()
        with pytest.raises(CannotPublish, match="Write why this may stand"):
            submit_version(version=version, by=registrar, at=TERM_DAY)

        submit_version(version=version, by=registrar, at=TERM_DAY, reason="A fourth is being written.")
        approve_version(version=version, by=approver, at=TERM_DAY)
        publish_pathway(version=version, by=approver, at=TERM_DAY)

        kept = AuditPerson.objects.get(entry__act="submit for review", entry__object_id=str(version.pk))
        assert "A fourth is being written." in kept.reason

    def test_a_warning_that_nobody_excused_holds_it_up_later(self, registrar: User, approver: User) -> None:
        parts = [make_achievement() for _part in range(4)]
        version = make_pathway_version(is_published=False, rule=pool(3, *parts))
        submit_version(version=version, by=registrar, at=TERM_DAY)
        type(parts[0]).objects.filter(pk=parts[0].pk).update(is_active=False)

        with pytest.raises(CannotPublish, match="Write why this may stand"):
            approve_version(version=version, by=approver, at=LATER)

    def test_nobody_approves_what_she_ever_wrote_on(self, draft: PathwayVersion, registrar: User) -> None:
        submit_version(version=draft, by=office(), at=TERM_DAY)

        with pytest.raises(CannotReview, match="You wrote on this version"):
            approve_version(version=draft, by=registrar, at=TERM_DAY)

    def test_is_approved_once(self, draft: PathwayVersion, registrar: User, approver: User) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)
        approve_version(version=draft, by=approver, at=TERM_DAY)

        with pytest.raises(CannotReview, match="already approved by Abel Approver"):
            approve_version(version=draft, by=office("third"), at=LATER)

    def test_what_is_in_review_is_not_published_unapproved(
        self, draft: PathwayVersion, registrar: User, approver: User
    ) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotPublish, match="in review"):
            publish_pathway(version=draft, by=approver, at=TERM_DAY)

    def test_rows_changed_behind_the_review_are_noticed(
        self, draft: PathwayVersion, registrar: User, approver: User
    ) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)
        Requirement.objects.filter(version=draft, parent=None).update(label="Something else")

        with pytest.raises(CannotPublish, match="changed after it was sent"):
            approve_version(version=draft, by=approver, at=LATER)

    def test_returned_it_says_what_to_change_and_is_written_on_again(
        self, draft: PathwayVersion, registrar: User, approver: User
    ) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)
        approve_version(version=draft, by=approver, at=TERM_DAY)

        return_version(version=draft, reason="  The second part is too much. ", by=approver, at=LATER)

        draft.refresh_from_db()
        assert draft.is_draft
        assert draft.returned_because == "The second part is too much."
        assert (draft.rule, draft.rule_sha256, draft.approved_by) == ("", "", None)
        submit_version(version=draft, by=registrar, at=LATER)
        draft.refresh_from_db()
        assert draft.returned_because == ""

    def test_is_not_returned_without_a_word(
        self, draft: PathwayVersion, registrar: User, approver: User
    ) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)

        with pytest.raises(CannotReview, match="what has to change"):
            return_version(version=draft, reason=" ", by=approver, at=LATER)

    def test_while_one_is_decided_on_no_other_draft_is_opened(
        self, draft: PathwayVersion, registrar: User
    ) -> None:
        submit_version(version=draft, by=registrar, at=TERM_DAY)

        assert next_draft(pathway=draft.pathway, by=registrar) == draft

    def test_published_straight_from_a_draft_it_is_approved_by_the_publisher(
        self, draft: PathwayVersion, approver: User
    ) -> None:
        publish_pathway(version=draft, by=approver, at=TERM_DAY)

        draft.refresh_from_db()
        assert (draft.status, draft.approved_by, draft.approved_at) == ("published", approver, TERM_DAY)

    def test_a_milestone_beyond_the_rule_is_refused(self, draft: PathwayVersion, registrar: User) -> None:
        Milestone.objects.create(version=draft, code="far", name="Far", at=9)

        with pytest.raises(CannotPublish, match="9"):
            submit_version(version=draft, by=registrar, at=TERM_DAY)

    def test_a_milestone_on_a_row_that_is_not_there_is_named(
        self, draft: PathwayVersion, registrar: User
    ) -> None:
        Milestone.objects.create(version=draft, code="lost", name="Lost", at=1, node="nowhere")

        with pytest.raises(CannotPublish, match="nowhere"):
            submit_version(version=draft, by=registrar, at=TERM_DAY)


class TestRetire:
    def test_nobody_new_is_enrolled_and_nobody_enrolled_is_changed(
        self, learner: User, approver: User
    ) -> None:
        parts = [make_achievement(), make_achievement()]
        pathway = make_pathway(rule=all_of(*parts))
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        make_credential(recipient=learner, achievement=parts[0])

        retire_version(version=pathway.versions.get(), reason="Not taught any more.", by=approver, at=LATER)

        assert not published().filter(pk=pathway.pk).exists()
        with pytest.raises(CannotEnrol, match="not published"):
            enrol(learner=make_user(), pathway=pathway, by=None, at=LATER)
        make_credential(recipient=learner, achievement=parts[1], at=LATER)
        evaluate_learner(learner=learner, at=LATER)
        enrolment.refresh_from_db()
        assert enrolment.state == Enrolment.State.COMPLETE

    def test_its_certificates_can_still_be_revoked(self, learner: User, approver: User) -> None:
        part = make_achievement()
        pathway = make_pathway(rule=pool(1, part, make_achievement()))
        make_credential(recipient=learner, achievement=part)
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        make_evaluation(enrolment=enrolment)
        enrolment.refresh_from_db()
        certificate = enrolment.certificate
        assert certificate is not None
        retire_version(version=pathway.versions.get(), reason="Not taught any more.", by=approver, at=LATER)

        revoke(
            credential=certificate,
            revocation=Credential.Revocation.VOID,
            reason="Issued in error.",
            public_reason="Issued in error.",
            by=approver,
            at=LATER,
        )

        certificate.refresh_from_db()
        assert certificate.state == Credential.State.REVOKED

    def test_only_what_is_in_force_is_retired_and_only_once(self, approver: User) -> None:
        version = make_pathway().versions.get()
        retire_version(version=version, reason="Not taught any more.", by=approver, at=LATER)

        with pytest.raises(CannotReview, match="retired"):
            retire_version(version=version, reason="Again.", by=approver, at=LATER)

    def test_the_next_version_opens_the_pathway_again(self, registrar: User, approver: User) -> None:
        pathway = make_pathway()
        retire_version(version=pathway.versions.get(), reason="To be rewritten.", by=approver, at=LATER)

        draft = next_draft(pathway=pathway, by=registrar)
        publish_pathway(version=draft, by=approver, at=LATER)

        assert published().get(pk=pathway.pk).current_version == draft

    def test_holders_are_not_enrolled_by_a_run_that_it_overtook(self, approver: User) -> None:
        part = make_achievement()
        make_credential(achievement=part)
        version = make_pathway_version(rule=pool(1, part, make_achievement()), is_published=False)
        publish_pathway(version=version, by=approver, at=TERM_DAY)
        retire_version(version=version, reason="Published too early.", by=approver, at=TERM_DAY)

        run_job(job_id=Job.objects.get(dedupe_key=f"credit-holders:{version.pk}").pk, at=LATER)

        assert not Enrolment.objects.exists()


class TestPinned:
    """Publishing a version changes nobody's deal; what was earned before publication counts."""

    def test_a_new_version_changes_no_enrolled_verdict(self, learner: User) -> None:
        parts = [make_achievement() for _part in range(3)]
        pathway = make_pathway(rule=all_of(*parts[:2]))
        make_credential(recipient=learner, achievement=parts[0])
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        before = make_evaluation(enrolment=enrolment)

        second = make_pathway_version(pathway=pathway, rule=all_of(*parts), at=LATER)
        run_to_the_end(f"credit-holders:{second.pk}", at=LATER)
        after = make_evaluation(enrolment=enrolment, at=LATER)

        enrolment.refresh_from_db()
        assert enrolment.version == before.enrolment.version
        assert (after.remaining, after.total) == (before.remaining, before.total) == (1, 2)
        assert after.verdict["rule_sha256"] == tree.rule_sha256(rule_for(enrolment.version))

    def test_a_live_pathway_edited_leaves_who_completes_it_as_she_enrolled(self, learner: User) -> None:
        parts = [make_achievement() for _part in range(3)]
        pathway = make_pathway(rule=all_of(*parts[:2]))
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        make_pathway_version(pathway=pathway, rule=all_of(*parts), at=TERM_DAY)
        newcomer = make_enrolment(learner=make_user(), pathway=pathway)
        for person in (learner, newcomer.learner):
            for part in parts[:2]:
                make_credential(recipient=person, achievement=part, at=LATER)
            evaluate_learner(learner=person, at=LATER)

        enrolment.refresh_from_db()
        newcomer.refresh_from_db()
        assert (enrolment.state, newcomer.state) == ("complete", "active")

    def test_components_earned_before_publication_issue_the_tiers_in_order(self, learner: User) -> None:
        parts = [make_achievement() for _part in range(3)]
        lower, higher = make_certificate(name="Beginner"), make_certificate(name="Intermediate")
        for part in parts:
            make_credential(recipient=learner, achievement=part)
        tiers = [
            make_pathway(
                rule=rule, awards=awards, enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC, at=LATER
            )
            for rule, awards in ((all_of(lower, parts[2]), higher), (all_of(*parts[:2]), lower))
        ]

        for pathway in tiers:
            run_to_the_end(f"credit-holders:{pathway.versions.get().pk}", at=LATER)
        evaluate_learner(learner=learner, at=LATER)

        issued = Credential.objects.filter(achievement__in=[lower, higher]).order_by("pk")
        assert [row.achievement for row in issued] == [lower, higher]
