"""A draft tried on everybody: who would complete it, who no longer, and nothing but the report is written."""

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from credentials.models import Achievement, AuditEntry, AuditPerson, Job
from credentials.services.jobs import cancel_job, run_job
from learners.models import User
from pathways.models import Enrolment, Exemption, Pathway, PathwayVersion, SimulatedLearner, Simulation
from pathways.queries import terms_for
from pathways.queries.simulations import (
    Added,
    fingerprint,
    learners_to_try,
    report,
    simulated,
    simulation_missing,
    worst,
)
from pathways.services import simulating
from pathways.services.evaluating import evaluate_learner
from pathways.services.publishing import CannotPublish, publish_pathway
from pathways.services.simulating import CannotTry, try_on_everybody
from tests.makers import (
    TERM_DAY,
    Node,
    all_of,
    make_achievement,
    make_credential,
    make_enrolment,
    make_pathway,
    make_pathway_version,
    make_simulation,
    make_user,
    office,
    pool,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=1)
Outcome = SimulatedLearner.Outcome


def holder(*achievements: Achievement, pathway: Pathway | None = None, name: str = "") -> User:
    """Somebody who holds these and, with a `pathway`, is enrolled on it and has been evaluated."""
    learner = make_user(name=name)
    if pathway is not None:
        make_enrolment(learner=learner, pathway=pathway)
    for achievement in achievements:
        make_credential(recipient=learner, achievement=achievement)
    if pathway is not None:
        evaluate_learner(learner=learner, at=TERM_DAY)
    return learner


def draft_of(pathway: Pathway, rule: Node) -> PathwayVersion:
    return make_pathway_version(pathway=pathway, rule=rule, is_published=False)


def begun(version: PathwayVersion) -> Simulation:
    return try_on_everybody(version=version, by=office(), at=LATER)


def finished(simulation: Simulation) -> Simulation:
    """The same one, which runs, done to its end."""
    return make_simulation(version=simulation.version, at=LATER)


def tried(version: PathwayVersion) -> Simulation:
    return finished(begun(version))


def outcomes(simulation: Simulation) -> dict[str, str]:
    return {str(row.learner): row.outcome for row in simulated(simulation)}


def rows_of_every_table(leaving: Collection[type[Model]]) -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model not in leaving
    }


class Ladder:
    """A pathway of two achievements, a third beside it, and a draft that asks for two of the three."""

    def __init__(self) -> None:
        self.read, self.write, self.speak = (make_achievement() for _part in range(3))
        self.pathway = make_pathway(rule=all_of(self.read, self.write))

    def easier(self) -> PathwayVersion:
        return draft_of(self.pathway, pool(2, self.read, self.write, self.speak, key="some"))

    def harder(self) -> PathwayVersion:
        return draft_of(self.pathway, all_of(self.read, self.write, self.speak))


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


class TestWhomItNames:
    def test_who_newly_qualifies_and_who_is_untouched(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.speak, pathway=ladder.pathway, name="Newly")
        holder(ladder.read, ladder.write, pathway=ladder.pathway, name="Complete")
        holder(ladder.read, pathway=ladder.pathway, name="Half")

        simulation = tried(ladder.easier())

        assert outcomes(simulation) == {"Newly": Outcome.COMPLETES}
        figures = report(simulation)
        assert (figures.tried, figures.enrolled, figures.untouched) == (3, 3, 2)

    def test_who_loses_progress_and_by_how_much(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.write, pathway=ladder.pathway, name="Complete")
        holder(ladder.read, pathway=ladder.pathway, name="Half")

        simulation = tried(ladder.harder())

        assert outcomes(simulation) == {"Complete": Outcome.LOSES, "Half": Outcome.FARTHER}
        rows = {str(row.learner): (row.before, row.after) for row in simulated(simulation)}
        assert rows == {"Complete": (0, 1), "Half": (1, 2)}
        assert report(simulation).added == Added(learners=2, median=1, p90=1, most=1)

    def test_the_first_requirement_that_differs(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.write, pathway=ladder.pathway)

        (row,) = simulated(tried(ladder.harder()))

        assert row.node == ladder.speak.code.lower()

    def test_a_requirement_that_is_gone_is_named_too(self, ladder: Ladder) -> None:
        holder(ladder.read, pathway=ladder.pathway)

        (row,) = simulated(tried(draft_of(ladder.pathway, all_of(ladder.read))))

        assert (row.outcome, row.node) == (Outcome.COMPLETES, ladder.write.code.lower())

    def test_a_certificate_in_force_that_would_rest_on_nothing(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.write, pathway=ladder.pathway)
        assert Enrolment.objects.get().certificate is not None

        assert report(tried(ladder.harder())).certificates == 1

    def test_who_could_not_complete_it_any_more(self, ladder: Ladder) -> None:
        gone = make_achievement()
        holder(ladder.read, pathway=ladder.pathway, name="Half")
        version = draft_of(ladder.pathway, all_of(ladder.read, ladder.write, gone))
        Achievement.objects.filter(pk=gone.pk).update(is_active=False)

        simulation = tried(version)

        assert outcomes(simulation) == {"Half": Outcome.UNREACHABLE}
        assert [str(row.learner) for row in worst(simulation)] == ["Half"]

    def test_holders_who_are_not_enrolled_are_held_against_the_version_in_force(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.speak, name="Holder")
        holder(make_achievement(), name="Elsewhere")

        simulation = tried(ladder.easier())

        assert outcomes(simulation) == {"Holder": Outcome.COMPLETES}
        assert (report(simulation).tried, report(simulation).enrolled) == (1, 0)

    def test_each_is_held_against_her_own_version(self, ladder: Ladder) -> None:
        early = holder(ladder.read, ladder.write, pathway=ladder.pathway, name="Early")
        make_published(ladder.harder())
        late = holder(ladder.read, ladder.write, pathway=Pathway.objects.get(), name="Late")

        simulation = tried(draft_of(ladder.pathway, all_of(ladder.read, ladder.write, key="both")))

        assert {row.version.number for row in Enrolment.objects.filter(learner__in=[early, late])} == {1, 2}
        assert outcomes(simulation) == {"Late": Outcome.COMPLETES}

    def test_a_first_draft_names_only_who_would_complete_it(self) -> None:
        read, write = make_achievement(), make_achievement()
        version = make_pathway_version(rule=all_of(read, write), is_published=False)
        holder(read, write, name="Both")
        holder(read, name="One")

        simulation = tried(version)

        assert outcomes(simulation) == {"Both": Outcome.COMPLETES}
        assert report(simulation).untouched == 1

    def test_an_exception_that_fits_nothing_in_the_draft_is_counted_and_left_out(
        self, ladder: Ladder
    ) -> None:
        holder(ladder.read, pathway=ladder.pathway, name="Excused")
        Exemption.objects.create(
            enrolment=Enrolment.objects.get(),
            type=Exemption.Type.WAIVE,
            node=ladder.write.code.lower(),
            reason="Moved.",
            recorded_by=office(),
            approved_by=office("second"),
            approved_at=TERM_DAY,
        )

        simulation = tried(draft_of(ladder.pathway, all_of(ladder.read, ladder.speak)))

        assert report(simulation).exceptions == 1
        assert outcomes(simulation) == {"Excused": Outcome.LOSES}

    def test_the_hardest_hit_come_first(self, ladder: Ladder) -> None:
        holder(ladder.write, pathway=ladder.pathway, name="Little")
        holder(pathway=ladder.pathway, name="Nothing")
        fourth = make_achievement()

        simulation = tried(draft_of(ladder.pathway, all_of(ladder.write, ladder.speak, fourth)))

        assert [(str(row.learner), row.before, row.after) for row in worst(simulation)] == [
            ("Little", 1, 2),
            ("Nothing", 2, 3),
        ]


def make_published(version: PathwayVersion) -> None:
    tried(version)
    publish_pathway(version=version, by=office("second"), at=LATER)


class TestWhatItWrites:
    def test_nothing_but_the_report(self, ladder: Ladder) -> None:
        holder(ladder.read, ladder.write, pathway=ladder.pathway)
        holder(ladder.read, ladder.speak)
        version = ladder.easier()
        report_only: tuple[type[Model], ...] = (Simulation, SimulatedLearner, Job, AuditEntry, AuditPerson)
        before = rows_of_every_table(report_only)
        stood = list(Enrolment.objects.values()), list(PathwayVersion.objects.values())

        tried(version)

        assert rows_of_every_table(report_only) == before
        assert stood == (list(Enrolment.objects.values()), list(PathwayVersion.objects.values()))
        assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))[-1] == "start job"


class TestStarting:
    def test_a_second_start_answers_the_one_that_runs(self, ladder: Ladder) -> None:
        version = ladder.easier()

        assert begun(version) == begun(version)

    def test_a_finished_one_can_be_repeated(self, ladder: Ladder) -> None:
        version = ladder.easier()

        assert tried(version) != tried(version)

    def test_one_that_was_cancelled_is_begun_anew(self, ladder: Ladder) -> None:
        version = ladder.easier()
        first = begun(version)
        job = report(first).job
        assert job is not None
        cancel_job(job=job, by=office())
        run_job(job_id=job.pk, at=LATER)

        assert begun(version) != first

    def test_what_is_published_is_not_tried(self, ladder: Ladder) -> None:
        with pytest.raises(CannotTry, match="published already"):
            begun(ladder.pathway.versions.get())

    def test_what_is_no_rule_yet_is_not_tried(self, ladder: Ladder) -> None:
        version = ladder.easier()
        version.requirements.all().delete()

        with pytest.raises(CannotTry, match="exactly one outermost"):
            begun(version)


class TestChunks:
    @pytest.fixture(autouse=True)
    def two_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(simulating, "LEARNERS_A_CHUNK", 2)

    def test_each_learner_is_tried_once(self, ladder: Ladder) -> None:
        for _person in range(4):
            holder(ladder.read, ladder.speak)

        simulation = tried(ladder.easier())

        assert report(simulation).counts[Outcome.COMPLETES] == report(simulation).tried == 4
        job = report(simulation).job
        assert job is not None
        assert (job.done_count, job.total_count) == (4, 4)

    def test_a_killed_chunk_is_done_again_as_if_it_had_never_begun(
        self, ladder: Ladder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _person in range(3):
            holder(ladder.read, ladder.speak)
        simulation = begun(ladder.easier())
        job = report(simulation).job
        assert job is not None
        run_job(job_id=job.pk, at=LATER)
        counted = simulating._count

        def killed(*_arguments: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(simulating, "_count", killed)
        with pytest.raises(KeyboardInterrupt):
            run_job(job_id=job.pk, at=LATER)
        monkeypatch.setattr(simulating, "_count", counted)
        Job.objects.filter(pk=job.pk).update(lease_until=None, lease_owner="")

        assert report(finished(simulation)).tried == 3
        assert simulated(simulation).count() == 3

    def test_a_draft_that_changes_meanwhile_ends_the_trial_unfinished(self, ladder: Ladder) -> None:
        for _person in range(3):
            holder(ladder.read, ladder.speak)
        version = ladder.easier()
        simulation = begun(version)
        job = report(simulation).job
        assert job is not None
        run_job(job_id=job.pk, at=LATER)
        version.requirements.update(n=1)

        run_job(job_id=job.pk, at=LATER)

        job.refresh_from_db()
        simulation.refresh_from_db()
        assert job.state == Job.State.DONE
        assert "changed or deleted" in job.log
        assert simulation.finished_at is None
        assert begun(version) != simulation


class TestBeforePublishing:
    def test_a_version_with_people_enrolled_needs_a_finished_trial_of_exactly_its_rule(
        self, ladder: Ladder
    ) -> None:
        holder(pathway=ladder.pathway)
        version = ladder.harder()
        simulation = begun(version)
        assert simulation_missing(version)

        finished(simulation)
        assert not simulation_missing(version)

        version.filters = {"min_level": 2}
        version.save()
        assert simulation_missing(version)

    def test_without_it_nothing_is_published(self, ladder: Ladder) -> None:
        holder(pathway=ladder.pathway)
        version = ladder.harder()

        with pytest.raises(CannotPublish, match="Try this version on the people enrolled first"):
            publish_pathway(version=version, by=office("second"), at=LATER)

        make_published(version)
        version.refresh_from_db()
        assert version.status == PathwayVersion.Status.PUBLISHED

    def test_where_nobody_is_enrolled_none_is_needed(self, ladder: Ladder) -> None:
        assert not simulation_missing(ladder.harder())

    def test_freezing_the_rule_does_not_make_it_another(self, ladder: Ladder) -> None:
        version = ladder.harder()
        before = fingerprint(terms_for(version))

        publish_pathway(version=version, by=office("second"), at=LATER)

        version.refresh_from_db()
        assert version.rule
        assert fingerprint(terms_for(version)) == before


class TestWhomItIsTriedOn:
    def test_whoever_left_is_no_longer_concerned(self, ladder: Ladder) -> None:
        holder(pathway=ladder.pathway)
        Enrolment.objects.update(state=Enrolment.State.WITHDRAWN)
        version = ladder.harder()

        assert not learners_to_try(version, terms_for(version)).exists()


class TestItsPages:
    def test_a_press_begins_it_and_leads_to_the_report(
        self, registrar: User, sign_in: SignIn, ladder: Ladder
    ) -> None:
        desk, version = sign_in(registrar), ladder.easier()
        press = reverse("admin:pathways_pathwayversion_act", args=[version.pk, "try"])
        key = str(uuid4())

        replies = [desk.post(press, {"op_key": key}) for _press in range(2)]

        simulation = Simulation.objects.get()
        report_page = reverse("admin:pathways_simulation_change", args=[simulation.pk])
        assert {reply.headers["Location"] for reply in replies} == {report_page}
        assert "0 of 0 people" in desk.get(report_page).content.decode()

    def test_counts_first_then_names_by_outcome(
        self, registrar: User, sign_in: SignIn, ladder: Ladder
    ) -> None:
        holder(ladder.read, ladder.write, pathway=ladder.pathway, name="Complete")
        holder(ladder.read, pathway=ladder.pathway, name="Half")
        simulation = tried(ladder.harder())
        address = reverse("admin:pathways_simulation_change", args=[simulation.pk])
        desk = sign_in(registrar)

        page = desk.get(address).content.decode()
        losing = desk.get(address, {"show": "loses"}).content.decode()

        assert page.index("Would no longer meet it") < page.index("Complete</a>")
        assert "2 people, 2 of them enrolled" in page
        assert ladder.speak.name in page
        assert "Complete</a>" in losing
        assert "Half</a>" not in losing

    def test_all_names_as_a_table_without_formulas(
        self, registrar: User, sign_in: SignIn, ladder: Ladder
    ) -> None:
        holder(ladder.read, pathway=ladder.pathway, name="=HYPERLINK(1)")
        simulation = tried(ladder.harder())

        answer = sign_in(registrar).get(reverse("admin:pathways_simulation_table", args=[simulation.pk]))

        (line,) = answer.content.decode("utf-8-sig").splitlines()[1:]
        assert line.startswith("'=HYPERLINK(1),")
        assert line.endswith(f",yes,would have more to do,1,2,{ladder.speak.name}")

    def test_an_approver_is_led_on_to_publishing(
        self, approver: User, sign_in: SignIn, ladder: Ladder
    ) -> None:
        version = ladder.harder()
        simulation = tried(version)
        publish = reverse("admin:pathways_pathwayversion_act", args=[version.pk, "publish"])
        desk = sign_in(approver)

        report_page = reverse("admin:pathways_simulation_change", args=[simulation.pk])

        assert f'href="{publish}"' in desk.get(report_page).content.decode()
        assert f'href="{report_page}"' in desk.get(publish).content.decode()

    def test_a_draft_that_was_tried_can_still_be_thrown_away(
        self, registrar: User, sign_in: SignIn, ladder: Ladder
    ) -> None:
        version = ladder.harder()
        tried(version)

        sign_in(registrar).post(
            reverse("admin:pathways_pathwayversion_delete", args=[version.pk]), {"post": "yes"}
        )

        assert not PathwayVersion.objects.filter(pk=version.pk).exists()
        assert not Simulation.objects.exists()
