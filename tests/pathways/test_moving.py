"""People are brought to a later version only by a batch that was tried out, and as its policy says."""

import contextlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from config.clock import now
from credentials.models import AuditEntry, Credential
from credentials.queries import local_day
from learners.models import User
from learners.queries import offer
from pathways.models import Enrolment, Pathway, PathwayVersion, Transition, TransitionCase
from pathways.queries import stale_enrolments
from pathways.queries.moves import due_moves, movable
from pathways.services.evaluating import evaluate_learner
from pathways.services.moving import (
    CannotMove,
    NoLongerOpen,
    answer_offer,
    apply_move,
    end_teach_out,
    try_move,
    undo_move,
)
from pathways.tasks import catch_up
from tests.makers import (
    TERM_DAY,
    all_of,
    make_achievement,
    make_credential,
    make_enrolment,
    make_evaluation,
    make_pathway,
    make_pathway_version,
    make_transition,
    make_user,
    office,
    pool,
    run_to_the_end,
)
from tests.pathways.test_two_workers import at_once
from tests.people import SignIn

pytestmark = pytest.mark.django_db
TODAY = local_day(TERM_DAY)
LATER = TERM_DAY + timedelta(days=1)
NOTICE, TEACH_OUT_END = TODAY + timedelta(days=10), TODAY + timedelta(days=100)
AFTER_TEACH_OUT = TERM_DAY + timedelta(days=101)
Policy, Outcome = Transition.Policy, TransitionCase.Outcome


class Amended:
    """A pathway of two parts to which version 2 adds a third; the learner holds the first part."""

    def __init__(self, learner: User) -> None:
        self.learner = learner
        self.parts = [make_achievement(name=name) for name in ("Reading", "Writing", "Counting")]
        self.pathway: Pathway = make_pathway(rule=all_of(*self.parts[:2]))
        make_credential(recipient=learner, achievement=self.parts[0])
        self.enrolment = make_enrolment(learner=learner, pathway=self.pathway)
        make_evaluation(enrolment=self.enrolment)
        self.first = self.enrolment.version
        self.second: PathwayVersion = make_pathway_version(
            pathway=self.pathway, rule=all_of(*self.parts), at=TERM_DAY
        )

    def tried(self, policy: Transition.Policy, **terms: Any) -> Transition:
        return make_transition(version=self.second, policy=policy, **terms)

    def applied(self, policy: Transition.Policy, **terms: Any) -> Transition:
        return applied(self.tried(policy, **terms))

    def forced(self) -> Transition:
        return self.applied(
            Policy.FORCED, decision="Board, 3/2025", notice_on=NOTICE, teach_out_ends_on=TEACH_OUT_END
        )

    @property
    def held_to(self) -> PathwayVersion:
        self.enrolment.refresh_from_db()
        return self.enrolment.version

    @property
    def case(self) -> TransitionCase:
        return TransitionCase.objects.order_by("-pk").get(enrolment=self.enrolment)


def applied(batch: Transition) -> Transition:
    batch = apply_move(batch=batch, by=office("second"), at=TERM_DAY)
    run_to_the_end(f"apply-move:{batch.pk}", at=TERM_DAY)
    return batch


def undone(batch: Transition) -> Transition:
    batch = undo_move(batch=batch, reason="Too early.", by=office("second"), at=LATER)
    run_to_the_end(f"undo-move:{batch.pk}", at=LATER)
    return batch


@pytest.fixture
def amended(learner: User) -> Amended:
    return Amended(learner)


class TestTryingOut:
    def test_says_what_would_change_and_changes_nothing(self, amended: Amended) -> None:
        before = Enrolment.objects.values().get(pk=amended.enrolment.pk)

        amended.tried(Policy.AUTO_IF_NOT_WORSE)

        assert (amended.case.before, amended.case.after, amended.case.lost) == (1, 2, [])
        assert amended.case.outcome == Outcome.STAYS
        assert Enrolment.objects.values().get(pk=amended.enrolment.pk) == before

    def test_names_what_would_no_longer_count(self, learner: User) -> None:
        dropped, kept, new = (make_achievement() for _part in range(3))
        pathway = make_pathway(rule=all_of(dropped, kept))
        credential = make_credential(recipient=learner, achievement=dropped)
        make_enrolment(learner=learner, pathway=pathway)
        second = make_pathway_version(pathway=pathway, rule=all_of(new, kept), at=TERM_DAY)

        batch = make_transition(version=second)

        assert batch.cases.get().lost == [str(credential.pk)]

    def test_looks_at_everybody_over_several_chunks(
        self, amended: Amended, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pathways.services.moving.LEARNERS_A_CHUNK", 2)
        for _learner in range(4):
            Enrolment.objects.create(
                learner=make_user(), pathway=amended.pathway, version=amended.first, enrolled_on=TODAY
            )

        batch = amended.tried(Policy.OFFER)
        applied(batch)

        assert set(batch.cases.values_list("outcome", flat=True)) == {Outcome.OFFERED}
        assert batch.cases.count() == 5

    def test_who_has_the_certificate_is_not_concerned(self, amended: Amended) -> None:
        make_credential(recipient=amended.learner, achievement=amended.parts[1])
        evaluate_learner(learner=amended.learner, at=TERM_DAY)

        assert not movable(amended.second).exists()
        with pytest.raises(CannotMove, match="Nobody is under way"):
            amended.tried(Policy.OFFER)

    def test_a_move_leads_to_a_version_in_force(self, amended: Amended) -> None:
        with pytest.raises(CannotMove, match="in force"):
            try_move(version=amended.first, policy=Policy.OFFER, reason="Back.", by=office(), at=TERM_DAY)

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({}, "needs the decision"),
            ({"decision": "Board", "notice_on": TODAY - timedelta(days=1)}, "needs the decision"),
            (
                {
                    "decision": "Board",
                    "notice_on": TODAY - timedelta(days=1),
                    "teach_out_ends_on": TEACH_OUT_END,
                },
                "has passed",
            ),
            (
                {"decision": "Board", "notice_on": TEACH_OUT_END, "teach_out_ends_on": NOTICE},
                "before learners are told",
            ),
        ],
        ids=["without-anything", "without-an-end", "told-yesterday", "ended-before-told"],
    )
    def test_a_forced_one_gives_notice_and_time(
        self, amended: Amended, terms: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(CannotMove, match=said):
            amended.tried(Policy.FORCED, **terms)


class TestApplying:
    def test_nobody_applies_what_she_prepared(self, amended: Amended) -> None:
        batch = amended.tried(Policy.OFFER)

        with pytest.raises(CannotMove, match="Somebody else"):
            apply_move(batch=batch, by=batch.made_by, at=TERM_DAY)

    def test_waits_until_everybody_was_looked_at(self, amended: Amended) -> None:
        batch = try_move(
            version=amended.second, policy=Policy.OFFER, reason="More.", by=office(), at=TERM_DAY
        )

        with pytest.raises(CannotMove, match="still being tried out"):
            apply_move(batch=batch, by=office("second"), at=TERM_DAY)

    def test_takes_effect_once(self, amended: Amended) -> None:
        batch = amended.applied(Policy.OFFER)

        with pytest.raises(CannotMove, match="applied already"):
            apply_move(batch=batch, by=office("second"), at=TERM_DAY)

    def test_the_same_chunk_twice_changes_nothing_more(self, amended: Amended) -> None:
        amended.applied(Policy.OFFER)
        answer_offer(case=amended.case, accepts=False, by=amended.learner, at=LATER)
        job = run_to_the_end(f"apply-move:{amended.case.transition_id}", at=LATER)

        type(job).objects.filter(pk=job.pk).update(state="waiting", position=0, done_at=None)
        run_to_the_end(job.dedupe_key, at=LATER)

        assert amended.case.outcome == Outcome.DECLINED

    def test_without_a_batch_everybody_stays(self, amended: Amended) -> None:
        evaluate_learner(learner=amended.learner, at=LATER)

        assert amended.held_to == amended.first


class TestOffer:
    def test_changes_no_verdict_until_she_accepts(self, amended: Amended) -> None:
        amended.applied(Policy.OFFER)
        waiting = make_evaluation(enrolment=amended.enrolment, at=LATER).remaining

        answer_offer(case=amended.case, accepts=True, by=amended.learner, at=LATER)
        stale = list(stale_enrolments(local_day(LATER)))
        moved = make_evaluation(enrolment=amended.enrolment, at=LATER)

        assert waiting == 1
        assert stale == [amended.enrolment]
        assert (moved.remaining, amended.held_to) == (2, amended.second)
        assert amended.case.outcome == Outcome.MOVED
        assert AuditEntry.objects.get(act="move").facts["to_version"] == 2

    def test_staying_closes_it(self, amended: Amended) -> None:
        amended.applied(Policy.OFFER)

        answer_offer(case=amended.case, accepts=False, by=amended.learner, at=LATER)

        assert amended.held_to == amended.first
        with pytest.raises(NoLongerOpen):
            answer_offer(case=amended.case, accepts=True, by=amended.learner, at=LATER)

    def test_is_hers_alone_to_answer(self, amended: Amended, stranger: User) -> None:
        amended.applied(Policy.OFFER)

        with pytest.raises(NoLongerOpen):
            answer_offer(case=amended.case, accepts=True, by=stranger, at=LATER)

        assert amended.held_to == amended.first

    def test_says_what_is_asked_now_and_would_be(self, amended: Amended) -> None:
        amended.applied(Policy.OFFER)

        told = offer(amended.enrolment, LATER)

        assert told is not None
        assert told.is_open
        assert told.asked_now == "Earn Reading and Writing."
        assert told.asked_then == "Earn Reading, Writing and Counting."
        assert (told.added, told.dropped, told.lost) == (("Counting",), (), ())
        assert (told.left_now, told.left_then) == (1, 2)

    def test_closes_when_she_completes_what_she_began(self, amended: Amended) -> None:
        amended.applied(Policy.OFFER)
        make_credential(recipient=amended.learner, achievement=amended.parts[1], at=LATER)
        evaluate_learner(learner=amended.learner, at=LATER)
        amended.enrolment.refresh_from_db()

        assert offer(amended.enrolment, LATER) is None
        with pytest.raises(NoLongerOpen):
            answer_offer(case=amended.case, accepts=True, by=amended.learner, at=LATER)


class TestAutomatic:
    def test_leaves_whom_it_would_be_worse_for(self, amended: Amended) -> None:
        amended.applied(Policy.AUTO_IF_NOT_WORSE)

        assert amended.held_to == amended.first
        assert amended.case.outcome == Outcome.STAYS

    @pytest.mark.parametrize("swaps", [False, True], ids=["easier", "loses-what-counted"])
    def test_moves_whom_nothing_is_lost_for(self, learner: User, swaps: bool) -> None:
        held, other, third = (make_achievement() for _part in range(3))
        pathway = make_pathway(rule=all_of(held, other))
        make_credential(recipient=learner, achievement=held)
        enrolment = make_enrolment(learner=learner, pathway=pathway)
        easier = pool(1, other, third) if swaps else pool(2, held, other, third)
        second = make_pathway_version(pathway=pathway, rule=easier, at=TERM_DAY)

        applied(make_transition(version=second, policy=Policy.AUTO_IF_NOT_WORSE))

        enrolment.refresh_from_db()
        assert (enrolment.version == second) is not swaps

    def test_who_meets_the_new_rule_by_moving_is_certified(self, learner: User) -> None:
        held, other = make_achievement(), make_achievement()
        pathway = make_pathway(rule=all_of(held, other))
        make_credential(recipient=learner, achievement=held)
        make_enrolment(learner=learner, pathway=pathway)
        second = make_pathway_version(pathway=pathway, rule=pool(1, held, other), at=TERM_DAY)

        applied(make_transition(version=second, policy=Policy.AUTO_IF_NOT_WORSE))
        evaluate_learner(learner=learner, at=LATER)

        certificate = Credential.objects.get(achievement=pathway.awards, recipient=learner)
        assert certificate.awarding_version == second.pk


class TestForced:
    def test_she_is_told_from_the_day_of_notice_and_moves_after_the_teach_out(self, amended: Amended) -> None:
        amended.forced()
        noon = timedelta(days=1)
        before_notice = offer(amended.enrolment, TERM_DAY + 9 * noon)
        told = offer(amended.enrolment, TERM_DAY + 10 * noon)
        last_day = end_teach_out(case=amended.case, at=TERM_DAY + 100 * noon)

        assert before_notice is None
        assert told is not None
        assert (told.is_open, told.moves_after) == (False, TEACH_OUT_END)
        assert last_day.outcome == Outcome.WAITS
        assert amended.held_to == amended.first
        assert not due_moves(TEACH_OUT_END).exists()

        end_teach_out(case=amended.case, at=AFTER_TEACH_OUT)

        assert (amended.held_to, amended.case.outcome) == (amended.second, Outcome.MOVED)
        assert make_evaluation(enrolment=amended.enrolment, at=AFTER_TEACH_OUT).remaining == 2

    def test_who_completes_before_it_ends_keeps_her_version(self, amended: Amended) -> None:
        amended.forced()
        make_credential(recipient=amended.learner, achievement=amended.parts[1], at=LATER)
        evaluate_learner(learner=amended.learner, at=LATER)

        end_teach_out(case=amended.case, at=AFTER_TEACH_OUT)

        assert (amended.held_to, amended.case.outcome) == (amended.first, Outcome.STAYS)
        assert amended.enrolment.state == Enrolment.State.COMPLETE

    def test_who_has_everything_and_waits_for_her_certificate_stays_too(self, amended: Amended) -> None:
        amended.forced()
        make_credential(recipient=amended.learner, achievement=amended.parts[1], at=LATER)

        end_teach_out(case=amended.case, at=AFTER_TEACH_OUT)

        assert amended.held_to == amended.first

    def test_the_sweep_moves_whose_time_has_come(self, amended: Amended) -> None:
        amended.forced()

        catch_up()

        assert amended.held_to == amended.second
        assert amended.enrolment.evaluations.get(is_current=True).remaining == 2


class TestUndoing:
    def test_moves_back_and_closes_offers(self, amended: Amended) -> None:
        batch = amended.applied(Policy.OFFER)
        other = Enrolment.objects.create(
            learner=make_user(), pathway=amended.pathway, version=amended.first, enrolled_on=TODAY
        )
        again = make_transition(version=amended.second)
        answer_offer(case=batch.cases.get(), accepts=True, by=amended.learner, at=LATER)

        applied(again)
        undone(batch)
        undone(again)

        assert amended.held_to == amended.first
        assert batch.cases.get().outcome == Outcome.UNDONE
        assert again.cases.get(enrolment=other).outcome == Outcome.STAYS
        assert make_evaluation(enrolment=amended.enrolment, at=LATER).remaining == 1

    def test_leaves_whom_the_new_version_certified(self, amended: Amended) -> None:
        batch = amended.applied(Policy.OFFER)
        answer_offer(case=amended.case, accepts=True, by=amended.learner, at=LATER)
        for part in amended.parts[1:]:
            make_credential(recipient=amended.learner, achievement=part, at=LATER)
        evaluate_learner(learner=amended.learner, at=LATER)

        undone(batch)

        assert (amended.held_to, amended.case.outcome) == (amended.second, Outcome.MOVED)

    def test_takes_a_forced_move_back_before_it_happens(self, amended: Amended) -> None:
        batch = amended.forced()

        undone(batch)

        assert not due_moves(TEACH_OUT_END + timedelta(days=1)).exists()
        assert offer(amended.enrolment, TERM_DAY + timedelta(days=11)) is None

    def test_only_what_was_applied_and_with_a_reason(self, amended: Amended) -> None:
        batch = amended.tried(Policy.OFFER)

        with pytest.raises(CannotMove, match="applied"):
            undo_move(batch=batch, reason="No.", by=office("second"), at=LATER)
        applied(batch)
        with pytest.raises(CannotMove, match="reason"):
            undo_move(batch=batch, reason=" ", by=office("second"), at=LATER)


class TestRequirementAddedLater:
    """The same amendment by each policy: for somebody under way, and for who holds the certificate."""

    @pytest.mark.parametrize(
        ("policy", "asked"), [(None, 1), (Policy.OFFER, 1), (Policy.AUTO_IF_NOT_WORSE, 1), (Policy.FORCED, 2)]
    )
    def test_binds_who_is_under_way_only_by_force(
        self, amended: Amended, policy: Transition.Policy | None, asked: int
    ) -> None:
        holder = make_user()
        for part in amended.parts[:2]:
            make_credential(recipient=holder, achievement=part)
        held = Enrolment.objects.create(
            learner=holder, pathway=amended.pathway, version=amended.first, enrolled_on=TODAY
        )
        evaluate_learner(learner=holder, at=TERM_DAY)

        if policy == Policy.FORCED:
            amended.forced()
            end_teach_out(case=amended.case, at=AFTER_TEACH_OUT)
        elif policy is not None:
            amended.applied(policy)
        for person in (holder, amended.learner):
            evaluate_learner(learner=person, at=AFTER_TEACH_OUT)

        held.refresh_from_db()
        assert amended.enrolment.evaluations.get(is_current=True).remaining == asked
        assert (held.version, held.state) == (amended.first, Enrolment.State.COMPLETE)
        assert held.certificate is not None
        assert held.certificate.state == Credential.State.ACTIVE


class TestAtTheDesk:
    def test_one_prepares_it_another_applies_and_undoes_it(
        self, amended: Amended, registrar: User, approver: User, sign_in: SignIn
    ) -> None:
        answers = {"policy": "forced", "reason": "The law changed.", "decision": "Board, 3/2025"}
        days = {"notice_on": local_day(now()), "teach_out_ends_on": local_day(now()) + timedelta(days=90)}
        act = reverse("admin:pathways_pathwayversion_act", args=[amended.second.pk, "move"])

        prepared = sign_in(registrar).post(act, {"op_key": str(uuid4()), **answers, **days})
        batch = Transition.objects.get()
        run_to_the_end(f"try-move:{batch.pk}", at=TERM_DAY)
        own_page = sign_in(registrar).get(prepared.headers["Location"]).content.decode()
        desk = sign_in(approver)
        page = desk.get(prepared.headers["Location"]).content.decode()
        applied_now = desk.post(
            reverse("admin:pathways_transition_act", args=[batch.pk, "apply"]), {"op_key": str(uuid4())}
        )
        run_to_the_end(f"apply-move:{batch.pk}", at=TERM_DAY)
        waiting = desk.get(prepared.headers["Location"]).content.decode()
        undone_now = desk.post(
            reverse("admin:pathways_transition_act", args=[batch.pk, "undo"]),
            {"op_key": str(uuid4()), "reason": "Too early."},
        )

        batch.refresh_from_db()
        assert (applied_now.status_code, undone_now.status_code) == (302, 302)
        assert "Apply" not in own_page
        assert "would have more left: 1" in page
        assert "moves when the teach-out ends: 1" in waiting
        assert (batch.state, batch.made_by, batch.applied_by) == ("undone", registrar, approver)

    def test_a_forced_one_without_notice_is_refused_in_words(
        self, amended: Amended, registrar: User, sign_in: SignIn
    ) -> None:
        act = reverse("admin:pathways_pathwayversion_act", args=[amended.second.pk, "move"])

        reply = sign_in(registrar).post(
            act, {"op_key": str(uuid4()), "policy": "forced", "reason": "The law changed."}
        )

        assert reply.status_code == 409
        assert "A forced move needs the decision" in reply.content.decode()


class TestHerPage:
    def test_shows_the_offer_and_takes_one_answer(self, amended: Amended, sign_in: SignIn) -> None:
        amended.applied(Policy.OFFER)
        browser = sign_in(amended.learner)
        page = reverse("learners:progress", args=[amended.enrolment.public_id])
        answer = reverse("learners:answer_offer", args=[amended.enrolment.public_id])
        told = browser.get(reverse("learners:dashboard")).content.decode()
        shown = browser.get(page).content.decode()
        press = {"op_key": str(uuid4()), "move": amended.case.pk, "answer": "accept"}

        twice = [browser.post(answer, press).status_code for _click in range(2)]
        later = browser.post(answer, {**press, "op_key": str(uuid4()), "answer": "stay"})
        after = browser.get(page).content.decode()

        assert "There is a new version of its rule" in told
        assert "1 now, 2 by the new version." in shown
        assert twice == [302, 302]
        assert later.status_code == 409
        assert "This offer is no longer open" in later.content.decode()
        assert "You are asked" not in after
        assert AuditEntry.objects.filter(act="move").count() == 1

    def test_is_hers_alone(self, amended: Amended, stranger: User, sign_in: SignIn) -> None:
        amended.applied(Policy.OFFER)
        press = {"op_key": str(uuid4()), "move": amended.case.pk, "answer": "accept"}
        other = make_enrolment(learner=stranger, pathway=amended.pathway)

        replies = [
            sign_in(stranger).post(reverse("learners:answer_offer", args=[row.public_id]), press).status_code
            for row in (amended.enrolment, other)
        ]

        assert replies == [404, 404]
        assert amended.held_to == amended.first


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_move_each_learner_once(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        amended = Amended(make_user())
        amended.forced()
        before = Enrolment.objects.get(pk=amended.enrolment.pk).input_revision

        def sweep() -> None:
            end_teach_out(case=amended.case, at=AFTER_TEACH_OUT)

        at_once([sweep] * 4)

        assert amended.held_to == amended.second
        assert amended.enrolment.input_revision == before + 1
        assert AuditEntry.objects.filter(act="move").count() == 1

    def test_an_answer_and_an_undo_leave_one_story(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
        amended = Amended(make_user())
        batch = amended.applied(Policy.OFFER)
        case = amended.case

        def answer() -> None:
            with contextlib.suppress(NoLongerOpen):
                answer_offer(case=case, accepts=True, by=amended.learner, at=LATER)

        def undo() -> None:
            undone(batch)

        at_once([answer, undo])

        told = {(amended.first, Outcome.UNDONE), (amended.first, Outcome.STAYS)}
        assert (amended.held_to, amended.case.outcome) in told
