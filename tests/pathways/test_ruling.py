"""Decisions of people that verdicts read: two people, a reason, exactly whom they touch, and their end."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from credentials.models import AuditEntry, Credential, Role
from learners.models import User
from pathways.models import (
    Act,
    Enrolment,
    Equivalence,
    Evaluation,
    Exemption,
    Pathway,
    Pause,
)
from pathways.queries import recognised_to_enrol, stale_enrolments, waiting_work
from pathways.services.enrolling import withdraw
from pathways.services.evaluating import evaluate_learner
from pathways.services.ruling import (
    ActTaken,
    CannotRule,
    approve,
    end,
    foresee,
    keep_act,
    missing_steps,
    propose,
    reached,
    refuse,
)
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_achievement_version,
    make_act,
    make_credential,
    make_enrolment,
    make_pathway,
    make_role,
    make_series,
    make_user,
    pool,
)
from tests.pathways.ruling import (
    LATER,
    another_approver,
    completion,
    equivalence,
    exemption,
    in_force,
    leave,
    recognition,
    stands,
    verdict,
)
from tests.pathways.test_two_workers import at_once

pytestmark = pytest.mark.django_db
TODAY = TERM_DAY.date()
NEXT_YEAR = TODAY + timedelta(days=365)


@pytest.fixture
def enrolment(learner: User) -> Enrolment:
    """On a rule of a core achievement and two of three electives; nothing is held."""
    core, *electives = [make_achievement() for _place in range(4)]
    node = {"kind": "achievement", "key": "core", "achievement": core.code}
    pathway = in_force(all_of(node, pool(2, *electives, key="electives")))
    return make_enrolment(learner=learner, pathway=pathway)


def revision(enrolment: Enrolment) -> int:
    return Enrolment.objects.get(pk=enrolment.pk).input_revision


def achievement_of(enrolment: Enrolment, key: str) -> Any:
    steps = enrolment.version.requirements.get(key=key).steps.order_by("position")
    found = steps.first()
    assert found is not None
    return found.achievement


def consent(proposed: Exemption, by: User) -> None:
    approve(ruling=proposed, by=by, at=TERM_DAY)


class TestTwoPeople:
    def test_nobody_approves_her_own_proposal(self, enrolment: Enrolment, approver: User) -> None:
        proposed = propose(ruling=exemption(enrolment, "core"), by=approver, at=TERM_DAY)

        with pytest.raises(CannotRule, match="You proposed this"):
            approve(ruling=proposed, by=approver, at=TERM_DAY)

    def test_nobody_approves_what_is_about_herself(self, registrar: User, approver: User) -> None:
        proposed = propose(ruling=leave(approver, TODAY, NEXT_YEAR), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="about yourself"):
            approve(ruling=proposed, by=approver, at=TERM_DAY)

    def test_a_registrar_is_no_approver(self, enrolment: Enrolment, registrar: User) -> None:
        proposed = propose(ruling=exemption(enrolment, "core"), by=make_user(), at=TERM_DAY)

        with pytest.raises(CannotRule, match="An approver"):
            approve(ruling=proposed, by=registrar, at=TERM_DAY)

    def test_a_reason_is_asked_for(self, enrolment: Enrolment, registrar: User) -> None:
        with pytest.raises(CannotRule, match="reason"):
            propose(ruling=exemption(enrolment, "core", reason=" "), by=registrar, at=TERM_DAY)

    def test_a_proposal_changes_no_verdict(self, enrolment: Enrolment, registrar: User) -> None:
        before = revision(enrolment), verdict(enrolment).remaining

        propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)

        assert (revision(enrolment), verdict(enrolment).remaining) == before

    def test_approved_twice_it_is_approved_once(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        proposed = propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)
        approve(ruling=proposed, by=approver, at=TERM_DAY)

        again = approve(ruling=proposed, by=another_approver(), at=LATER)

        assert (again.approved_by, again.approved_at) == (approver, TERM_DAY)
        assert AuditEntry.objects.filter(act="approve exception").count() == 1

    def test_what_was_refused_is_proposed_anew(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        proposed = propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)
        refuse(ruling=proposed, reason="The file is incomplete.", by=approver, at=TERM_DAY)

        with pytest.raises(CannotRule, match="refused this"):
            approve(ruling=proposed, by=another_approver(), at=LATER)

        assert propose(ruling=exemption(enrolment, "core"), by=registrar, at=LATER).approved_at is None

    def test_what_stands_is_ended_and_not_refused(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        stood = stands(exemption(enrolment, "core"), by=registrar, approver=approver)

        with pytest.raises(CannotRule, match="End it"):
            refuse(ruling=stood, reason="A slip.", by=approver, at=LATER)

    def test_ending_needs_a_reason_and_happens_once(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        stood = stands(exemption(enrolment, "core"), by=registrar, approver=approver)
        with pytest.raises(CannotRule, match="reason"):
            end(ruling=stood, reason="", by=approver, at=LATER)

        first = end(ruling=stood, reason="Given by mistake.", by=approver, at=LATER)
        second = end(ruling=stood, reason="Another press.", by=registrar, at=LATER)

        assert first.end_reason == second.end_reason == "Given by mistake."
        assert AuditEntry.objects.filter(act="end exception").count() == 1

    def test_each_word_is_in_the_audit_trail(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        stood = stands(exemption(enrolment, "core"), by=registrar, approver=approver)
        end(ruling=stood, reason="Given by mistake.", by=registrar, at=LATER)

        rows = AuditEntry.objects.filter(object_type="pathways.exemption").order_by("pk")

        assert [(row.act, row.person.actor_name, row.person.reason) for row in rows] == [
            ("propose exception", registrar.name, "Illness in June."),
            ("approve exception", approver.name, "Illness in June."),
            ("end exception", registrar.name, "Given by mistake."),
        ]
        assert {row.person.subject_name for row in rows} == {enrolment.learner.name}
        assert rows[0].facts == {"enrolment": enrolment.pk, "type": "waive", "node": "core"}


class TestException:
    def test_a_waiver_shows_in_the_verdict_and_stops_on_its_last_day(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        last = TODAY + timedelta(days=10)
        stands(exemption(enrolment, "core", expires_on=last), by=registrar, approver=approver)

        during, after = (verdict(enrolment, TERM_DAY + timedelta(days=days)) for days in (10, 11))

        assert during.explanation.children[0].status == "waived"
        assert (during.remaining, after.remaining) == (2, 3)

    def test_a_substitute_counts_at_that_requirement_until_it_is_ended(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        other = make_achievement()
        make_credential(recipient=enrolment.learner, achievement=other)
        stood = stands(
            exemption(enrolment, "core", "substitute", achievement=other), by=registrar, approver=approver
        )
        assert verdict(enrolment).explanation.children[0].used[0].via == "substitution"

        end(ruling=stood, reason="It was another course.", by=approver, at=LATER)

        assert verdict(enrolment).remaining == 3

    def test_what_it_allowed_stays_dated_as_it_was_after_its_end(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        for step in enrolment.version.requirements.get(key="electives").steps.all()[:2]:
            assert step.achievement is not None
            make_credential(recipient=enrolment.learner, achievement=step.achievement)
        stood = stands(exemption(enrolment, "core"), by=registrar, approver=approver)
        assert Enrolment.objects.get(pk=enrolment.pk).state == Enrolment.State.COMPLETE

        end(ruling=stood, reason="The core is taught again.", by=registrar, at=TERM_DAY + timedelta(days=30))
        evaluate_learner(learner=enrolment.learner, at=TERM_DAY + timedelta(days=30))

        stored = Evaluation.objects.get(enrolment=enrolment, is_current=True)
        assert (stored.status, stored.first_satisfied_on) == ("unsatisfied", TODAY)
        certificate = Enrolment.objects.get(pk=enrolment.pk).certificate
        assert certificate is not None
        assert certificate.state == Credential.State.SUSPENDED

    @pytest.mark.parametrize(
        ("node", "type_", "fields", "said"),
        [
            ("nowhere", "waive", {}, "no such requirement"),
            ("all", "reduce", {"by": 1}, "Only a number"),
            ("electives", "reduce", {"by": 3}, "reduce it by 1 to 2"),
            ("electives", "reduce", {}, "by how many"),
            ("all", "substitute", {"achievement": "other"}, "a group of others"),
            ("core", "substitute", {"achievement": "core"}, "counts there already"),
            ("core", "substitute", {}, "which achievement"),
            ("core", "waive", {"by": 1}, "takes no number"),
            ("all", "block", {"credential": "hers"}, "a group of others"),
            ("core", "block", {"credential": "somebody's"}, "not Lea Learner's"),
            ("core", "block", {}, "which credential"),
            ("core", "waive", {"expires_on": TODAY - timedelta(days=1)}, "has passed"),
        ],
    )
    def test_one_that_does_not_fit_is_refused_in_words(
        self,
        enrolment: Enrolment,
        registrar: User,
        node: str,
        type_: str,
        fields: dict[str, Any],
        said: str,
    ) -> None:
        core = achievement_of(enrolment, "core")
        named: dict[str, Callable[[], Any]] = {
            "other": make_achievement,
            "core": lambda: core,
            "hers": lambda: make_credential(recipient=enrolment.learner),
            "somebody's": make_credential,
        }
        values = {name: named[value]() if isinstance(value, str) else value for name, value in fields.items()}

        with pytest.raises(CannotRule, match=said):
            propose(ruling=exemption(enrolment, node, type_, **values), by=registrar, at=TERM_DAY)

    def test_a_block_may_stand_anywhere(self, enrolment: Enrolment, registrar: User, approver: User) -> None:
        credential = make_credential(
            recipient=enrolment.learner, achievement=achievement_of(enrolment, "core")
        )

        stands(exemption(enrolment, "*", "block", credential=credential), by=registrar, approver=approver)

        assert [row.code for row in verdict(enrolment).uncounted] == ["BLOCKED"]

    def test_the_same_is_not_proposed_twice(self, enrolment: Enrolment, registrar: User) -> None:
        propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="Nothing was added"):
            propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)

    def test_who_left_is_excused_from_nothing(self, enrolment: Enrolment, registrar: User) -> None:
        withdraw(enrolment=enrolment, by=enrolment.learner, at=TERM_DAY)
        enrolment.refresh_from_db()

        with pytest.raises(CannotRule, match="left this pathway"):
            propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)

    def test_one_that_a_later_version_has_no_place_for_excuses_from_nothing(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        stands(exemption(enrolment, "core"), by=registrar, approver=approver)
        moved = in_force(pool(2, make_achievement(), make_achievement(), key="two")).current_version
        Enrolment.objects.filter(pk=enrolment.pk).update(version=moved)

        assert verdict(enrolment).remaining == 2

    def test_a_whole_pathway_is_waived_by_two_approvers(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        proposed = propose(ruling=exemption(enrolment, "all"), by=registrar, at=TERM_DAY)
        first = approve(ruling=proposed, by=approver, at=TERM_DAY)
        again = approve(ruling=proposed, by=approver, at=TERM_DAY)
        assert (first.is_standing, again.is_standing, verdict(enrolment).satisfied) == (False, False, False)

        second = approve(ruling=proposed, by=another_approver(), at=LATER)

        assert second.is_standing
        assert second.second_approver == approver
        assert verdict(enrolment).satisfied
        assert AuditEntry.objects.get(act="approve exception").facts["whole_pathway"] is True

    def test_foreseen_it_says_how_the_verdict_changes_and_writes_nothing(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        proposed = propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)

        [given] = foresee(ruling=proposed, at=TERM_DAY)
        stood = approve(ruling=proposed, by=approver, at=TERM_DAY)
        [taken] = foresee(ruling=stood, at=LATER)

        assert (given.before.remaining, given.after.remaining) == (3, 2)
        assert (taken.before.remaining, taken.after.remaining) == (2, 3)
        assert Exemption.objects.get().ended_at is None


class TestEquivalence:
    def test_it_works_in_one_direction_and_one_step(self, registrar: User, approver: User) -> None:
        old, new, newest = (make_achievement() for _each in range(3))
        holders = {asked: self.holder_of(old, asked=asked) for asked in (old, new, newest)}
        of_the_new = self.holder_of(new, asked=old)

        stands(equivalence(old, new), by=registrar, approver=approver)
        stands(equivalence(new, newest), by=registrar, approver=approver)

        remaining = {asked: verdict(enrolment).remaining for asked, enrolment in holders.items()}
        assert remaining == {old: 0, new: 0, newest: 1}
        assert verdict(of_the_new).remaining == 1

    def holder_of(self, held: Any, *, asked: Any) -> Enrolment:
        enrolment = make_enrolment(pathway=make_pathway(rule=all_of(asked)))
        make_credential(recipient=enrolment.learner, achievement=held)
        return enrolment

    def test_its_days_are_days_of_earning(self, registrar: User, approver: User) -> None:
        old, new = make_achievement(), make_achievement()
        enrolment = self.holder_of(old, asked=new)
        until = equivalence(old, new, valid_to=TODAY - timedelta(days=1))

        stands(until, by=registrar, approver=approver)

        assert verdict(enrolment).remaining == 1

    def test_with_itself_or_twice_it_is_refused(self, registrar: User) -> None:
        old, new = make_achievement(), make_achievement()
        with pytest.raises(CannotRule, match="counts as itself"):
            propose(ruling=equivalence(old, old), by=registrar, at=TERM_DAY)
        propose(ruling=equivalence(old, new), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="waits for approval"):
            propose(ruling=equivalence(old, new), by=registrar, at=TERM_DAY)

    def test_a_chain_is_told_what_it_does_not_do(self, registrar: User, approver: User) -> None:
        old, new, newest = (make_achievement() for _each in range(3))
        stands(equivalence(new, newest), by=registrar, approver=approver)

        [said] = missing_steps(equivalence(old, new))

        assert said.startswith(f"{old} does not count as {newest}")
        assert missing_steps(equivalence(newest, new)) == []

    def test_it_touches_whoever_could_count_its_target_or_what_is_one_with_it(
        self, registrar: User, approver: User
    ) -> None:
        old, new, newest, other = (make_achievement() for _each in range(4))
        on = {
            row: make_enrolment(pathway=make_pathway(rule=all_of(row))) for row in (old, new, newest, other)
        }
        stands(equivalence(new, newest), by=registrar, approver=approver)
        before = {row: revision(each) for row, each in on.items()}

        stood = stands(equivalence(old, new), by=registrar, approver=approver)

        raised = {row for row, each in on.items() if revision(each) > before[row]}
        assert raised == {new, newest}
        end(ruling=stood, reason="The syllabus changed.", by=registrar, at=LATER)
        assert {row for row, each in on.items() if revision(each) > before[row] + 1} == {new, newest}

    def test_those_it_does_not_touch_get_the_same_verdict(self, registrar: User, approver: User) -> None:
        old, new, other = (make_achievement() for _each in range(3))
        enrolments = [self.holder_of(old, asked=row) for row in (old, other)]
        before = [verdict(row).to_json() for row in enrolments]

        stands(equivalence(old, new), by=registrar, approver=approver)

        assert [verdict(row).to_json() for row in enrolments] == before


class TestLeave:
    @pytest.mark.parametrize(("starts", "days"), [(date(2025, 10, 1), 60), (date(2026, 9, 1), 0)])
    def test_sixty_days_inside_a_window_lengthen_it_by_sixty_and_outside_by_none(
        self, learner: User, registrar: User, approver: User, starts: date, days: int
    ) -> None:
        first, second = make_achievement(), make_achievement()
        rule = {
            "kind": "within",
            "key": "year",
            "window": {"months": 6},
            "child": all_of(first, second, key="both"),
        }
        enrolment = make_enrolment(learner=learner, pathway=in_force(rule))
        make_credential(recipient=learner, achievement=first, at=TERM_DAY)
        last_day = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

        stands(
            leave(learner, starts, starts + timedelta(days=59)),
            by=registrar,
            approver=approver,
        )

        reached_to = last_day + timedelta(days=days)
        make_credential(recipient=learner, achievement=second, at=reached_to + timedelta(days=1))
        assert not verdict(enrolment, reached_to + timedelta(days=2)).satisfied
        Credential.objects.filter(achievement=second).update(earned_at=reached_to)
        assert verdict(enrolment, reached_to + timedelta(days=2)).satisfied

    def test_two_leaves_never_overlap(self, learner: User, registrar: User, approver: User) -> None:
        stands(leave(learner, TODAY, TODAY + timedelta(days=10)), by=registrar, approver=approver)

        with pytest.raises(CannotRule, match=r"overlaps the leave from 1 September 2025"):
            propose(ruling=leave(learner, TODAY + timedelta(days=10), NEXT_YEAR), by=registrar, at=TERM_DAY)

        assert propose(
            ruling=leave(learner, TODAY + timedelta(days=11), NEXT_YEAR), by=registrar, at=TERM_DAY
        )

    def test_it_ends_after_it_begins(self, learner: User, registrar: User) -> None:
        with pytest.raises(CannotRule, match="before the first"):
            propose(ruling=leave(learner, NEXT_YEAR, TODAY), by=registrar, at=TERM_DAY)

    def test_it_touches_only_rules_with_a_window(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        part = make_achievement()
        rule = {"kind": "within", "key": "w", "window": {"months": 6}, "child": all_of(part)}
        timed = make_enrolment(learner=enrolment.learner, pathway=in_force(rule))
        before = revision(enrolment)

        stood = stands(leave(enrolment.learner, TODAY, NEXT_YEAR), by=registrar, approver=approver)

        assert list(reached(stood)) == [timed]
        assert revision(enrolment) == before


class TestRecognition:
    def test_prior_learning_fills_its_place_and_issues_nothing(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        core = achievement_of(enrolment, "core")

        stood = stands(recognition(enrolment.learner, core), by=registrar, approver=approver)

        used = verdict(enrolment).explanation.children[0].used
        assert [row.credential for row in used] == [f"recognition:{stood.pk}"]
        assert not Credential.objects.filter(recipient=enrolment.learner).exists()

    def test_what_it_is_made_of_is_asked_for(self, enrolment: Enrolment, registrar: User) -> None:
        core = achievement_of(enrolment, "core")
        for missing in ("institution", "title", "evidence"):
            with pytest.raises(CannotRule, match="Say where it was earned"):
                propose(
                    ruling=recognition(enrolment.learner, core, **{missing: ""}), by=registrar, at=TERM_DAY
                )

    def test_it_counts_as_something_published(self, learner: User, registrar: User) -> None:
        draft = make_achievement_version(is_published=False).achievement

        with pytest.raises(CannotRule, match="not published"):
            propose(ruling=recognition(learner, draft), by=registrar, at=TERM_DAY)

    def test_what_lies_ahead_was_not_earned(self, enrolment: Enrolment, registrar: User) -> None:
        core = achievement_of(enrolment, "core")

        with pytest.raises(CannotRule, match="lies ahead"):
            propose(ruling=recognition(enrolment.learner, core, earned_at=LATER), by=registrar, at=TERM_DAY)

    def test_one_certificate_from_elsewhere_is_recognised_once(
        self, enrolment: Enrolment, registrar: User
    ) -> None:
        core, other = achievement_of(enrolment, "core"), make_achievement()
        propose(ruling=recognition(enrolment.learner, core, reference="N-17"), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="Nothing was added"):
            propose(ruling=recognition(enrolment.learner, other, reference="N-17"), by=registrar, at=TERM_DAY)

    def test_it_enrols_where_a_first_component_does(
        self, learner: User, registrar: User, approver: User
    ) -> None:
        part = make_achievement()
        automatic = Pathway.EnrolmentPolicy.AUTOMATIC
        pathway = make_pathway(rule=all_of(part, make_achievement()), enrolment_policy=automatic)

        stands(recognition(learner, part), by=registrar, approver=approver)

        assert Enrolment.objects.get(learner=learner).pathway == pathway

    def test_the_sweep_enrols_who_was_recognised_before_the_pathway_was_published(
        self, learner: User, registrar: User, approver: User
    ) -> None:
        part = make_achievement()
        stands(recognition(learner, part), by=registrar, approver=approver)
        automatic = Pathway.EnrolmentPolicy.AUTOMATIC

        make_pathway(rule=all_of(part, make_achievement()), enrolment_policy=automatic)
        owed = list(recognised_to_enrol())
        evaluate_learner(learner=learner, at=LATER)

        assert owed == [learner]
        assert list(recognised_to_enrol()) == []
        assert Enrolment.objects.filter(learner=learner).exists()


class TestStep:
    @pytest.fixture
    def externship(self) -> Act:
        return make_act(kind=Act.Kind.EXTERNSHIP, series=make_series())

    @pytest.fixture
    def on_it(self, learner: User, externship: Act) -> Enrolment:
        """On a rule of one achievement, which is held, and the externship."""
        part = make_achievement()
        step = {"kind": "step", "key": "ward", "step": externship}
        enrolment = make_enrolment(learner=learner, pathway=in_force(all_of(part, step)))
        make_credential(recipient=learner, achievement=part)
        evaluate_learner(learner=learner, at=TERM_DAY)
        return enrolment

    def test_approved_it_counts_and_withdrawn_it_does_not(
        self, on_it: Enrolment, externship: Act, registrar: User, approver: User
    ) -> None:
        stood = stands(completion(on_it.learner, externship), by=registrar, approver=approver)
        certificate = Enrolment.objects.get(pk=on_it.pk).certificate
        assert certificate is not None

        end(ruling=stood, reason="The host took it back.", by=registrar, at=LATER)
        evaluate_learner(learner=on_it.learner, at=LATER)

        certificate.refresh_from_db()
        assert certificate.state == Credential.State.SUSPENDED
        assert verdict(on_it).remaining == 1

    def test_an_approver_of_its_series_approves_it_and_one_of_another_does_not(
        self, on_it: Enrolment, externship: Act, registrar: User
    ) -> None:
        own, other = make_user(), make_user()
        make_role(user=own, role=Role.Name.APPROVER, series=externship.series)
        make_role(user=other, role=Role.Name.APPROVER, series=make_series())
        proposed = propose(ruling=completion(on_it.learner, externship), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="An approver"):
            approve(ruling=proposed, by=other, at=TERM_DAY)

        assert approve(ruling=proposed, by=own, at=TERM_DAY).is_standing

    def test_where_it_has_no_series_the_institution_approves(
        self, on_it: Enrolment, registrar: User, approver: User
    ) -> None:
        of_a_series = make_user()
        make_role(user=of_a_series, role=Role.Name.APPROVER, series=make_series())
        proposed = propose(ruling=completion(on_it.learner), by=registrar, at=TERM_DAY)

        with pytest.raises(CannotRule, match="An approver"):
            approve(ruling=proposed, by=of_a_series, at=TERM_DAY)

        assert approve(ruling=proposed, by=approver, at=TERM_DAY).is_standing

    def test_its_evidence_is_asked_for(self, on_it: Enrolment, externship: Act, registrar: User) -> None:
        with pytest.raises(CannotRule, match="proof"):
            propose(ruling=completion(on_it.learner, externship, evidence=""), by=registrar, at=TERM_DAY)

    def test_what_there_is_to_do_is_changed_for_everybody_it_is_asked_of(
        self, on_it: Enrolment, enrolment: Enrolment, externship: Act, registrar: User
    ) -> None:
        before = revision(on_it), revision(enrolment)
        externship.is_active = False

        keep_act(act=externship, by=registrar)

        assert (revision(on_it), revision(enrolment)) == (before[0] + 1, before[1])

    def test_its_code_stays(self, externship: Act, registrar: User) -> None:
        externship.code = "another"

        with pytest.raises(ActTaken, match="that stays"):
            keep_act(act=externship, by=registrar)


class TestWhoIsWoken:
    def test_the_sweep_finds_whoever_was_touched(
        self, enrolment: Enrolment, registrar: User, approver: User
    ) -> None:
        evaluate_learner(learner=enrolment.learner, at=TERM_DAY)
        other = make_enrolment()
        evaluate_learner(learner=other.learner, at=TERM_DAY)
        proposed = propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)
        assert not stale_enrolments(TODAY).exists()

        approve(ruling=proposed, by=approver, at=TERM_DAY)

        assert list(stale_enrolments(TODAY)) == [enrolment]

    def test_what_waits_for_approval_stands_on_the_work_list(
        self, enrolment: Enrolment, learner: User, registrar: User, approver: User
    ) -> None:
        propose(ruling=exemption(enrolment, "core"), by=registrar, at=TERM_DAY)
        propose(ruling=completion(learner), by=registrar, at=LATER)

        found = {item.label: (item.count, item.oldest) for item in waiting_work(approver, LATER)}

        assert found["exceptions to approve"] == (1, TERM_DAY)
        assert found["completed steps to approve"] == (1, LATER)
        assert found["leaves to approve"] == (0, None)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    ROUNDS = 20

    def test_two_approvers_leave_one_approval_and_no_error(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        proposer, approvers = make_user(), [another_approver(), another_approver()]
        enrolments = [make_enrolment() for _round in range(self.ROUNDS)]
        for enrolment in enrolments:
            node = enrolment.version.requirements.filter(kind="achievement").first()
            assert node is not None
            proposed = propose(ruling=exemption(enrolment, node.key), by=proposer, at=TERM_DAY)

            at_once([partial(consent, proposed, by) for by in approvers])

        assert Exemption.objects.standing().count() == self.ROUNDS
        assert AuditEntry.objects.filter(act="approve exception").count() == self.ROUNDS
        assert {revision(row) for row in enrolments} == {2}

    def test_two_approvers_of_a_whole_waiver_leave_one_approval_each(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        proposer, approvers = make_user(), [another_approver(), another_approver()]
        for _round in range(self.ROUNDS):
            proposed = propose(ruling=exemption(make_enrolment(), "all"), by=proposer, at=TERM_DAY)

            at_once([partial(consent, proposed, by) for by in approvers])

            proposed.refresh_from_db()
            assert {proposed.approved_by, proposed.second_approver} == set(approvers)

    def test_one_pair_proposed_twice_waits_once(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        by = [make_user(), make_user()]
        refused: list[CannotRule] = []

        def ask(source: Any, target: Any, person: User) -> None:
            try:
                propose(ruling=equivalence(source, target), by=person, at=TERM_DAY)
            except CannotRule as refusal:
                refused.append(refusal)

        for _round in range(self.ROUNDS):
            pair = make_achievement(), make_achievement()
            at_once([partial(ask, *pair, person) for person in by])

        assert Equivalence.objects.waiting().count() == len(refused) == self.ROUNDS

    def test_two_leaves_that_overlap_leave_one(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        proposer = make_user()
        refused: list[CannotRule] = []

        def ask(learner: User, days: int) -> None:
            try:
                propose(
                    ruling=leave(learner, TODAY + timedelta(days=days), NEXT_YEAR), by=proposer, at=TERM_DAY
                )
            except CannotRule as refusal:
                refused.append(refusal)

        for _round in range(self.ROUNDS):
            learner = make_user()
            at_once([partial(ask, learner, days) for days in (0, 5)])

        assert Pause.objects.waiting().count() == len(refused) == self.ROUNDS
