"""Pathways at work: enrolled, evaluated, certified, lapsed and restored; published only when sound."""

from datetime import datetime, timedelta

import pytest

from credentials.models import (
    Achievement,
    AchievementVersion,
    AuditEntry,
    AuditPerson,
    Credential,
    CredentialEvent,
    Job,
    Series,
)
from credentials.queries import local_day
from credentials.services.drafting import note_writer
from credentials.services.jobs import run_job
from credentials.services.reviewing import renew
from credentials.services.revoking import reinstate, revoke, suspend
from learners.models import User
from pathways.models import Enrolment, Pathway, PathwayVersion, Requirement, Step, VersionIsFrozen
from pathways.queries import stale_enrolments, waiting_work
from pathways.rules.evaluate import Verdict
from pathways.services.enrolling import CannotEnrol, enrol, withdraw
from pathways.services.evaluating import evaluate_learner
from pathways.services.publishing import (
    CannotPublish,
    credit_holders,
    findings,
    holders_of,
    next_draft,
    publish_pathway,
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
    make_series,
    make_user,
    office,
    pool,
)

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)
EVEN_LATER = TERM_DAY + timedelta(days=2)


class Stack:
    """A pathway of two parts, and a learner who holds both."""

    def __init__(
        self, learner: User, lapse_policy: PathwayVersion.Lapse, *, is_stopped: bool = False
    ) -> None:
        parts = [make_achievement(), make_achievement()]
        overdue = Series.WhenOverdue.STOP if is_stopped else Series.WhenOverdue.WARN
        awards = make_certificate(series=make_series(when_overdue=overdue))
        self.learner = learner
        self.pathway = make_pathway(rule=all_of(*parts), awards=awards, lapse_policy=lapse_policy)
        enrol(learner=learner, pathway=self.pathway, by=learner, at=TERM_DAY)
        self.part, self.other = (make_credential(recipient=learner, achievement=part) for part in parts)
        evaluate_learner(learner=learner, at=TERM_DAY)

    def waits(self, at: datetime) -> int:
        """How many certificates the registrar's work list says wait for a review."""
        return next(item.count for item in waiting_work(self.learner, at) if "review" in item.label)

    @property
    def enrolment(self) -> Enrolment:
        return Enrolment.objects.select_related("certificate").get(learner=self.learner)

    @property
    def certificate(self) -> Credential:
        certificate = self.enrolment.certificate
        assert certificate is not None
        return certificate


def _parts(stack: Stack) -> list[Achievement]:
    return [stack.part.achievement, stack.other.achievement]


@pytest.fixture
def stack(learner: User) -> Stack:
    return Stack(learner, PathwayVersion.Lapse.SUSPEND)


class TestEnrol:
    def test_twice_is_one_enrolment(self, learner: User) -> None:
        pathway = make_pathway()

        first, second = (
            enrol(learner=learner, pathway=pathway, by=learner, at=TERM_DAY) for _press in range(2)
        )

        assert first == second

    def test_on_a_draft_is_refused(self, learner: User) -> None:
        with pytest.raises(CannotEnrol, match="not published yet"):
            enrol(learner=learner, pathway=make_pathway(is_published=False), by=learner, at=TERM_DAY)

    def test_one_stays_on_the_version_one_enrolled_on(self, learner: User) -> None:
        pathway = make_pathway()
        enrolment = make_enrolment(learner=learner, pathway=pathway)

        make_pathway_version(pathway=pathway)

        enrolment.refresh_from_db()
        assert enrolment.version.number == 1
        assert make_enrolment(pathway=Pathway.objects.get(pk=pathway.pk)).version.number == 2

    def test_who_left_may_come_back(self, learner: User) -> None:
        pathway = make_pathway()
        left = make_enrolment(learner=learner, pathway=pathway)
        withdraw(enrolment=left, by=learner, at=LATER)

        back = enrol(learner=learner, pathway=pathway, by=learner, at=LATER)

        assert back != left
        assert list(left.changes.values_list("state", flat=True)) == ["active", "withdrawn"]

    def test_a_complete_one_cannot_be_left(self, stack: Stack) -> None:
        with pytest.raises(CannotEnrol, match="nothing to leave"):
            withdraw(enrolment=stack.enrolment, by=stack.learner, at=LATER)

    def test_an_automatic_pathway_enrols_by_the_first_component(self, learner: User) -> None:
        part = make_achievement()
        pathway = make_pathway(
            rule=all_of(part, make_achievement()), enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC
        )
        make_credential(recipient=learner, achievement=part)

        evaluate_learner(learner=learner, at=LATER)

        assert Enrolment.objects.get(learner=learner).pathway == pathway


class TestCertificate:
    def test_is_issued_once_when_the_last_part_is_there(self, stack: Stack) -> None:
        evaluate_learner(learner=stack.learner, at=LATER)
        evaluate_learner(learner=stack.learner, at=EVEN_LATER)

        assert stack.enrolment.state == Enrolment.State.COMPLETE
        assert set(stack.certificate.components.all()) == {stack.part, stack.other}
        assert Credential.objects.filter(achievement=stack.pathway.awards).count() == 1

    def test_what_is_stored_reads_as_it_was_answered(self, stack: Stack) -> None:
        evaluation = stack.enrolment.evaluations.get(is_current=True)

        read = Verdict.from_json(evaluation.verdict)

        assert read.to_json() == evaluation.verdict
        assert (read.status, read.remaining) == ("satisfied", 0)

    def test_an_open_answer_reads_back_too(self, learner: User) -> None:
        enrolment = make_enrolment(
            learner=learner,
            pathway=make_pathway(
                rule=all_of(make_achievement(), pool(1, make_achievement(), make_achievement()))
            ),
        )
        make_credential(recipient=learner)

        evaluation = make_evaluation(enrolment=enrolment)

        assert Verdict.from_json(evaluation.verdict).to_json() == evaluation.verdict

    def test_falls_with_a_part_that_was_never_right(self, stack: Stack, registrar: User) -> None:
        revoke(
            credential=stack.part, revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER
        )

        evaluate_learner(learner=stack.learner, at=LATER)

        assert stack.certificate.state == Credential.State.REVOKED
        assert stack.enrolment.state == Enrolment.State.LAPSED

    def test_is_suspended_with_a_part_and_comes_back_with_it(self, stack: Stack, registrar: User) -> None:
        suspend(credential=stack.part, reason="A doubt.", by=registrar, at=LATER)
        evaluate_learner(learner=stack.learner, at=LATER)
        meanwhile = stack.certificate.state
        reinstate(credential=stack.part, reason="No doubt.", by=registrar, at=EVEN_LATER)

        evaluate_learner(learner=stack.learner, at=EVEN_LATER)

        assert meanwhile == Credential.State.SUSPENDED
        assert stack.certificate.state == Credential.State.ACTIVE
        assert stack.enrolment.state == Enrolment.State.COMPLETE

    def test_stays_where_the_pathway_says_keep(self, learner: User, registrar: User) -> None:
        stack = Stack(learner, PathwayVersion.Lapse.KEEP)
        suspend(credential=stack.part, reason="A doubt.", by=registrar, at=LATER)

        evaluate_learner(learner=learner, at=LATER)

        assert stack.certificate.state == Credential.State.ACTIVE

    def test_a_rule_does_not_undo_what_a_person_decided(self, stack: Stack, registrar: User) -> None:
        suspend(credential=stack.certificate, reason="By hand.", by=registrar, at=LATER)

        evaluate_learner(learner=stack.learner, at=EVEN_LATER)

        events = CredentialEvent.objects.filter(credential=stack.certificate).values_list("kind", flat=True)
        assert list(events) == ["issued", "suspended"]


class TestWhoeverWaited:
    def test_with_an_older_clock_takes_nothing_back(self, stack: Stack) -> None:
        before_any_of_it = TERM_DAY - timedelta(minutes=5)

        evaluate_learner(learner=stack.learner, at=before_any_of_it)

        assert stack.certificate.state == Credential.State.ACTIVE
        assert stack.enrolment.state == Enrolment.State.COMPLETE
        assert Credential.objects.filter(achievement=stack.pathway.awards).count() == 1

    def test_what_was_never_due_by_what_is_known_now_is_left_to_people(
        self, stack: Stack, learner: User
    ) -> None:
        third = make_achievement()
        stricter = make_pathway_version(pathway=stack.pathway, rule=all_of(*_parts(stack), third))
        Enrolment.objects.filter(pk=stack.enrolment.pk).update(version=stricter)

        (answer,) = evaluate_learner(learner=learner, at=LATER)

        assert stack.certificate.state == Credential.State.ACTIVE
        assert (answer.status, answer.standing) == ("unsatisfied", "review")


class TestOverdueReview:
    @pytest.fixture
    def stopped(self, learner: User) -> Stack:
        """A learner who has met the rule of a certificate that is overdue for review and issued no more."""
        stack = Stack(learner, PathwayVersion.Lapse.SUSPEND, is_stopped=True)
        assert stack.enrolment.certificate is None
        return stack

    def test_holds_the_certificate_back_without_disturbing_the_worker(self, stopped: Stack) -> None:
        for _sweep in range(2):
            evaluate_learner(learner=stopped.learner, at=LATER)

        assert stopped.enrolment.state == Enrolment.State.ACTIVE
        assert not stale_enrolments(local_day(TERM_DAY)).exists()
        assert stopped.waits(LATER) == 1

    def test_once_decided_the_next_sweep_issues_it(self, stopped: Stack, approver: User) -> None:
        renew(achievement=stopped.pathway.awards, reason="Still right.", by=approver, at=LATER)
        (waiting,) = stale_enrolments(local_day(LATER))

        for _sweep in range(2):
            evaluate_learner(learner=waiting.learner, at=LATER)

        assert stopped.certificate.issued_at == LATER
        assert stopped.certificate.earned_at == TERM_DAY
        assert not stale_enrolments(local_day(LATER)).exists()
        assert stopped.waits(LATER) == 0

    def test_what_a_person_revoked_does_not_wait(self, stack: Stack, registrar: User) -> None:
        revoke(
            credential=stack.certificate,
            revocation=Credential.Revocation.WITHDRAWN,
            reason="Misconduct.",
            by=registrar,
            at=LATER,
        )
        evaluate_learner(learner=stack.learner, at=LATER)

        assert not stale_enrolments(local_day(LATER)).exists()


def rows_of(version: PathwayVersion, **parents: str) -> dict[str, Requirement]:
    """Groups by key, each inside another by its key; the first is the outermost."""
    made: dict[str, Requirement] = {}
    for key, parent in parents.items():
        made[key] = Requirement.objects.create(version=version, key=key, kind="all", parent=made.get(parent))
    return made


class TestPublish:
    def test_freezes_the_rule_with_its_fingerprint(self, approver: User) -> None:
        version = make_pathway_version(is_published=False)

        publish_pathway(version=version, by=approver, at=TERM_DAY)

        version.refresh_from_db()
        assert len(version.rule_sha256) == 64
        with pytest.raises(VersionIsFrozen):
            version.save()

    def test_nobody_publishes_what_she_ever_wrote_on(self, registrar: User, approver: User) -> None:
        version = make_pathway_version(is_published=False)
        note_writer(draft=version, by=approver)
        note_writer(draft=version, by=registrar)

        for writer in (registrar, approver):
            with pytest.raises(CannotPublish, match="Somebody else"):
                publish_pathway(version=version, by=writer, at=TERM_DAY)

    def test_a_rule_nobody_can_meet_is_refused_in_words(self, approver: User) -> None:
        version = make_pathway_version(
            is_published=False, rule=pool(3, make_achievement(), make_achievement())
        )

        with pytest.raises(CannotPublish, match="asks for 3 but lists only 2"):
            publish_pathway(version=version, by=approver, at=TERM_DAY)

        version.refresh_from_db()
        assert version.is_draft

    def test_rows_without_a_rule_are_refused_in_words(self, approver: User) -> None:
        version = make_pathway_version(is_published=False)
        version.requirements.all().delete()

        with pytest.raises(CannotPublish, match="exactly one outermost requirement"):
            publish_pathway(version=version, by=approver, at=TERM_DAY)

    def test_a_row_that_nothing_leads_to_is_named(self, approver: User) -> None:
        part = make_achievement()
        version = make_pathway_version(is_published=False, rule=pool(1, part, make_achievement(), key="some"))
        forgotten = Requirement.objects.create(
            version=version, key="forgotten", kind="achievement", parent=version.requirements.get(key="some")
        )
        Step.objects.create(requirement=forgotten, achievement=part)

        with pytest.raises(CannotPublish, match="nothing leads to them: forgotten"):
            publish_pathway(version=version, by=approver, at=TERM_DAY)

    def test_a_pathway_that_lists_what_it_awards_is_refused(self, approver: User) -> None:
        award = make_certificate()
        pathway = make_pathway(awards=award, rule=all_of(make_achievement(), award), is_published=False)

        with pytest.raises(CannotPublish, match="need one another"):
            publish_pathway(version=pathway.versions.get(), by=approver, at=TERM_DAY)

    def test_two_pathways_cannot_need_each_other(self, approver: User) -> None:
        lower, higher = make_certificate(code="LOW"), make_certificate(code="HIGH")
        make_pathway(awards=higher, rule=all_of(lower, make_achievement()))
        circle = make_pathway(awards=lower, rule=all_of(higher, make_achievement()), is_published=False)

        with pytest.raises(CannotPublish, match="need one another, so nobody could begin: HIGH, LOW"):
            publish_pathway(version=circle.versions.get(), by=approver, at=TERM_DAY)

    def test_a_ladder_of_pathways_is_no_circle(self, approver: User) -> None:
        lower, higher = make_certificate(), make_certificate()
        make_pathway(awards=lower)
        ladder = make_pathway(
            awards=higher, rule=all_of(lower, make_achievement(), make_achievement()), is_published=False
        )

        publish_pathway(version=ladder.versions.get(), by=approver, at=TERM_DAY)

        assert findings(ladder.versions.get()) == []

    def test_a_participation_record_counts_towards_nothing(self, approver: User) -> None:
        attended = make_achievement(kind=AchievementVersion.Kind.PARTICIPATION, name="Attending the open day")
        rule = all_of(attended, make_achievement(), make_achievement())
        draft = make_pathway_version(rule=rule, is_published=False)

        with pytest.raises(CannotPublish, match="never counts"):
            publish_pathway(version=draft, by=approver, at=TERM_DAY)

    @pytest.mark.parametrize(("many", "said"), [(2, "fewer than 3"), (7, "more than 6")])
    def test_a_small_or_large_stack_says_why(self, approver: User, many: int, said: str) -> None:
        rule = all_of(*(make_achievement() for _part in range(many)))
        draft = make_pathway_version(rule=rule, is_published=False, size_reason=" ")
        with pytest.raises(CannotPublish, match=said):
            publish_pathway(version=draft, by=approver, at=TERM_DAY)

        PathwayVersion.objects.filter(pk=draft.pk).update(size_reason="The law names these.")
        publish_pathway(version=draft, by=approver, at=TERM_DAY)

        kept = AuditEntry.objects.get(act="publish", object_type="pathways.pathwayversion")
        assert AuditPerson.objects.get(entry=kept).reason == "The law names these."

    def test_an_unpublished_award_is_named(self, approver: User) -> None:
        award = make_certificate(code="CERT", is_published=False)
        pathway = make_pathway(awards=award, is_published=False)

        with pytest.raises(CannotPublish, match="Publish CERT first"):
            publish_pathway(version=pathway.versions.get(), by=approver, at=TERM_DAY)


class TestCreditHolders:
    def test_who_holds_everything_is_certified_and_who_holds_a_part_is_not_enrolled_by_act(
        self, approver: User
    ) -> None:
        parts = [make_achievement(), make_achievement()]
        ready, halfway = make_user(), make_user()
        for part in parts:
            make_credential(recipient=ready, achievement=part)
        make_credential(recipient=halfway, achievement=parts[0])
        version = make_pathway(rule=all_of(*parts), is_published=False).versions.get()
        affected = set(holders_of(version))

        publish_pathway(version=version, by=approver, at=LATER)
        job = Job.objects.get(dedupe_key=f"credit-holders:{version.pk}")
        run_job(job_id=job.pk, at=LATER)

        job.refresh_from_db()
        assert affected == {ready, halfway}
        assert (job.state, job.done_count, job.total_count) == ("done", 2, 2)
        assert list(Enrolment.objects.values_list("learner", "state", "is_retroactive")) == [
            (ready.pk, "complete", True)
        ]

    def test_the_same_chunk_twice_changes_nothing_more(self, approver: User) -> None:
        part = make_achievement()
        make_credential(achievement=part)
        version = make_pathway(rule=pool(1, part, make_achievement()), is_published=False).versions.get()
        publish_pathway(version=version, by=approver, at=LATER)
        job = Job.objects.get(dedupe_key=f"credit-holders:{version.pk}")

        for _killed_and_run_again in range(2):
            job.position = 0
            credit_holders(job, LATER)

        assert Enrolment.objects.count() == 1
        assert Credential.objects.filter(achievement=version.pathway.awards).count() == 1


class TestNextDraft:
    def test_copies_rows_and_policies_and_keeps_the_keys(self, registrar: User) -> None:
        pathway = make_pathway(
            rule=all_of(make_achievement(), pool(1, make_achievement(), make_achievement(), key="one-of")),
            lapse_policy=PathwayVersion.Lapse.KEEP,
        )

        draft = next_draft(pathway=pathway, by=registrar)

        before, after = pathway.versions.get(number=1), draft
        assert (after.number, after.lapse_policy, after.written_by) == (2, "keep", registrar)
        assert {row.key for row in after.requirements.all()} == {row.key for row in before.requirements.all()}
        assert publish_pathway(version=draft, by=office("second"), at=LATER).rule_sha256 == before.rule_sha256

    def test_copies_a_row_that_stands_in_a_younger_one(self, registrar: User) -> None:
        pathway = make_pathway(is_published=False)
        version = pathway.versions.get()
        version.requirements.all().delete()
        rows = rows_of(version, outer="", inner="outer", younger="outer")
        Requirement.objects.filter(pk=rows["inner"].pk).update(parent=rows["younger"])
        PathwayVersion.objects.filter(pk=version.pk).update(status="superseded", rule="{}", rule_sha256="x")

        draft = next_draft(pathway=pathway, by=registrar)

        inner = draft.requirements.get(key="inner")
        assert inner.parent is not None
        assert inner.parent.key == "younger"

    def test_an_open_draft_is_answered(self, registrar: User) -> None:
        pathway = make_pathway()

        first, second = (next_draft(pathway=pathway, by=registrar) for _press in range(2))

        assert first == second
