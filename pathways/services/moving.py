"""Moves: people enrolled on earlier versions are brought to a later one, never without their knowing.

A batch is tried out by one person, which changes nothing, and applied by another. Where there is no batch
everybody stays: that is the policy called grandfathering.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.events import announce
from credentials.models import Credential, Job
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.jobs import start_job
from credentials.services.ledger import hold
from pathways.models import Enrolment, PathwayVersion, Transition, TransitionCase
from pathways.queries import inputs_of
from pathways.queries.moves import Compared, compared, movable

if TYPE_CHECKING:
    from learners.models import User

Outcome, Policy, State = TransitionCase.Outcome, Transition.Policy, Transition.State
LEARNERS_A_CHUNK = 50


class CannotMove(Exception):
    """Nobody was moved; the message says why and what to do."""


class NoLongerOpen(Exception):
    """This offer was answered, taken back or overtaken; the message says so."""


@transaction.atomic
def try_move(
    *,
    version: PathwayVersion,
    policy: Transition.Policy,
    reason: str,
    by: "User",
    at: datetime,
    notice_on: date | None = None,
    teach_out_ends_on: date | None = None,
    decision: str = "",
) -> Transition:
    """Prepare a batch and try it on everybody under way on an earlier version; nobody is changed by it.

    A forced one names its decision, the day from which learners are told, and the last day on which the
    earlier version can be completed. Raises CannotMove.
    """
    version = PathwayVersion.objects.select_related("pathway").get(pk=version.pk)
    if version.status != PathwayVersion.Status.PUBLISHED:
        raise CannotMove(_("People are moved to a version in force, and this one is not."))
    if not reason.strip():
        raise CannotMove(_("Write the reason, as learners will read it."))
    if policy == Policy.FORCED:
        _refuse_without_notice(notice_on, teach_out_ends_on, decision, local_day(at))
    else:
        notice_on, teach_out_ends_on, decision = None, None, ""
    concerned = movable(version).count()
    if not concerned:
        raise CannotMove(_("Nobody is under way on an earlier version."))
    batch = Transition.objects.create(
        version=version,
        policy=policy,
        reason=reason.strip(),
        notice_on=notice_on,
        teach_out_ends_on=teach_out_ends_on,
        decision=decision.strip(),
        made_by=by,
        made_at=at,
    )
    audit("try move", batch, by=by, reason=batch.reason, policy=policy.value, concerned=concerned)
    _start(batch, "try", _("Try the move to %(version)s"), concerned, by, at)
    return batch


@transaction.atomic
def apply_move(*, batch: Transition, by: "User", at: datetime) -> Transition:
    """Let a batch that was tried out take effect, by another person than prepared it. Raises CannotMove."""
    batch = _held(batch)
    if batch.state != State.TRIED:
        raise CannotMove(_("This move is %(state)s already.") % {"state": batch.get_state_display()})
    if batch.made_by_id == by.pk:
        raise CannotMove(_("You prepared this move. Somebody else has to apply it."))
    if not is_tried_out(batch):
        raise CannotMove(_("It is still being tried out. Wait until everybody was looked at."))
    if batch.version.status != PathwayVersion.Status.PUBLISHED:
        raise CannotMove(_("The version it leads to is no longer in force. Prepare another move."))
    if batch.policy == Policy.FORCED:
        _refuse_without_notice(batch.notice_on, batch.teach_out_ends_on, batch.decision, local_day(at))
    batch.state, batch.applied_by, batch.applied_at = State.APPLIED, by, at
    batch.save(update_fields=["state", "applied_by", "applied_at"])
    audit("apply move", batch, by=by, policy=batch.policy, version=batch.version.number)
    _start(batch, "apply", _("Apply the move to %(version)s"), batch.cases.count(), by, at)
    return batch


@transaction.atomic
def undo_move(*, batch: Transition, reason: str, by: "User", at: datetime) -> Transition:
    """Take a batch back: offers close, nobody else moves, and who moved moves back.

    Whoever was issued something on the new version stays there. Raises CannotMove.
    """
    batch = _held(batch)
    if batch.state != State.APPLIED:
        raise CannotMove(_("Only a move that was applied is undone."))
    if not reason.strip():
        raise CannotMove(_("Write the reason."))
    batch.state, batch.undone_at = State.UNDONE, at
    batch.save(update_fields=["state", "undone_at"])
    audit("undo move", batch, by=by, reason=reason.strip(), version=batch.version.number)
    _start(batch, "undo", _("Undo the move to %(version)s"), batch.cases.count(), by, at)
    return batch


@transaction.atomic
def answer_offer(*, case: TransitionCase, accepts: bool, by: "User", at: datetime) -> TransitionCase:
    """The learner's own answer: she moves to the version she was offered, or stays. Raises NoLongerOpen."""
    hold(by.pk)
    case = _case(case.pk)
    is_hers = case.enrolment.learner_id == by.pk
    if not is_hers or case.outcome != Outcome.OFFERED or not _stands(case):
        raise NoLongerOpen(_("This offer is no longer open. Nothing was changed; the page shows how it is."))
    if accepts:
        _move(case, at, by=by)
    else:
        _settle(case, Outcome.DECLINED, at)
        audit("decline move", case.enrolment, by=by, about=by, transition=case.transition_id)
    return case


@transaction.atomic
def end_teach_out(*, case: TransitionCase, at: datetime) -> TransitionCase:
    """Move whom a forced batch waits for, once her teach-out has ended; who completed before it stays."""
    hold(case.enrolment.learner_id)
    case = _case(case.pk)
    ends_on = case.transition.teach_out_ends_on
    if case.outcome != Outcome.WAITS or ends_on is None or local_day(at) <= ends_on:
        return case
    if _stands(case) and _may_move(_compared(case, at)):
        _move(case, at, by=case.transition.applied_by)
    else:
        _settle(case, Outcome.STAYS, at)
    return case


def is_tried_out(batch: Transition) -> bool:
    """Whether everybody concerned was looked at."""
    return Job.objects.filter(dedupe_key=_key(batch, "try"), state=Job.State.DONE).exists()


def try_cases(job: Job, at: datetime) -> bool:
    """One chunk of the dry run: what the move would change for the next learners."""
    batch = Transition.objects.select_related("version").get(pk=job.parameters["transition"])
    rows = list(
        movable(batch.version)
        .filter(learner__gt=job.position)
        .select_related("learner", "version")
        .order_by("learner")[:LEARNERS_A_CHUNK]
    )
    cases = []
    for enrolment in rows:
        found = compared(enrolment, batch.version, inputs_of(enrolment.learner), at)
        cases.append(
            TransitionCase(
                transition=batch,
                enrolment=enrolment,
                from_version=enrolment.version,
                before=found.before,
                after=found.after,
                lost=list(found.lost),
            )
        )
        job.position = enrolment.learner_id
        job.done_count += 1
    TransitionCase.objects.bulk_create(cases, ignore_conflicts=True)
    return len(rows) == LEARNERS_A_CHUNK


def apply_cases(job: Job, at: datetime) -> bool:
    """One chunk of an applied batch: each learner is asked, moved, or told and waited for."""
    rows = _next_cases(job)
    for row in rows:
        hold(row.enrolment.learner_id)
        case = _case(row.pk)
        if case.transition.state == State.APPLIED and case.outcome == Outcome.STAYS and not case.decided_at:
            _begin(case, at)
        _count(job, case)
    return len(rows) == LEARNERS_A_CHUNK


def undo_cases(job: Job, at: datetime) -> bool:
    """One chunk of an undone batch."""
    rows = _next_cases(job)
    for row in rows:
        hold(row.enrolment.learner_id)
        case = _case(row.pk)
        if case.outcome == Outcome.MOVED and _was_issued_nothing(case):
            _pin(case, case.from_version, at, act="move back", by=None)
            _settle(case, Outcome.UNDONE, at)
        elif case.outcome in (Outcome.OFFERED, Outcome.WAITS):
            _settle(case, Outcome.STAYS, at)
        _count(job, case)
    return len(rows) == LEARNERS_A_CHUNK


def _begin(case: TransitionCase, at: datetime) -> None:
    """What the policy does with one learner who is still where the dry run found her."""
    if not _stands(case):
        return _settle(case, Outcome.STAYS, at)
    found, policy = _compared(case, at), case.transition.policy
    if not _may_move(found) or (policy == Policy.AUTO_IF_NOT_WORSE and found.is_worse):
        return _settle(case, Outcome.STAYS, at)
    if policy == Policy.AUTO_IF_NOT_WORSE:
        return _move(case, at, by=case.transition.applied_by)
    return _settle(case, Outcome.OFFERED if policy == Policy.OFFER else Outcome.WAITS, None)


def _move(case: TransitionCase, at: datetime, *, by: "User | None") -> None:
    _pin(case, case.transition.version, at, act="move", by=by)
    _settle(case, Outcome.MOVED, at)


def _pin(case: TransitionCase, version: PathwayVersion, at: datetime, *, act: str, by: "User | None") -> None:
    """Hold the enrolment to this version; its verdict is due anew."""
    enrolment = case.enrolment
    earlier = enrolment.version
    Enrolment.objects.filter(pk=enrolment.pk).update(version=version, input_revision=F("input_revision") + 1)
    audit(
        act,
        enrolment,
        by=by,
        about=enrolment.learner,
        transition=case.transition_id,
        from_version=earlier.number,
        to_version=version.number,
    )
    announce("enrolment.touched", enrolment_id=enrolment.pk)


def _settle(case: TransitionCase, outcome: TransitionCase.Outcome, at: datetime | None) -> None:
    case.outcome, case.decided_at = outcome, at
    case.save(update_fields=["outcome", "decided_at"])


def _stands(case: TransitionCase) -> bool:
    """Whether the batch is in effect and she is still under way on the version she would leave."""
    enrolment = case.enrolment
    return (
        case.transition.state == State.APPLIED
        and enrolment.state == Enrolment.State.ACTIVE
        and enrolment.certificate_id is None
        and enrolment.version_id == case.from_version_id
    )


def _may_move(found: Compared) -> bool:
    """Nobody is moved to a rule that the engine cannot answer for her, nor from one that she meets."""
    return found.is_answered and found.before != 0


def _was_issued_nothing(case: TransitionCase) -> bool:
    enrolment, version = case.enrolment, case.transition.version
    issued = Credential.objects.filter(
        source=Credential.Source.PATHWAY, source_id=enrolment.pk, awarding_version=version.pk
    )
    return enrolment.version_id == version.pk and enrolment.certificate_id is None and not issued.exists()


def _compared(case: TransitionCase, at: datetime) -> Compared:
    return compared(case.enrolment, case.transition.version, inputs_of(case.enrolment.learner), at)


def _case(pk: int) -> TransitionCase:
    """The case as it stands, its enrolment held; the caller holds the learner."""
    enrolment = TransitionCase.objects.values("enrolment").filter(pk=pk)
    Enrolment.objects.select_for_update(no_key=True).only("pk").get(pk__in=enrolment)
    return TransitionCase.objects.select_related(
        "transition__version__pathway",
        "transition__applied_by",
        "enrolment__learner",
        "enrolment__version",
        "from_version",
    ).get(pk=pk)


def _held(batch: Transition) -> Transition:
    Transition.objects.select_for_update(no_key=True).only("pk").get(pk=batch.pk)
    return Transition.objects.select_related("version__pathway").get(pk=batch.pk)


def _next_cases(job: Job) -> list[TransitionCase]:
    """The next learners of the batch, by their ids: in that order everybody takes locks."""
    rows = TransitionCase.objects.filter(
        transition=job.parameters["transition"], enrolment__learner__gt=job.position
    )
    return list(rows.select_related("enrolment").order_by("enrolment__learner")[:LEARNERS_A_CHUNK])


def _count(job: Job, case: TransitionCase) -> None:
    job.position = case.enrolment.learner_id
    job.done_count += 1


def _start(batch: Transition, what: str, title: str, total: int, by: "User", at: datetime) -> Job:
    return start_job(
        title=title % {"version": batch.version},
        work=f"pathways.services.moving.{what}_cases",
        dedupe_key=_key(batch, what),
        total=total,
        by=by,
        at=at,
        transition=batch.pk,
    )


def _key(batch: Transition, what: str) -> str:
    return f"{what}-move:{batch.pk}"


def _refuse_without_notice(
    notice_on: date | None, teach_out_ends_on: date | None, decision: str, today: date
) -> None:
    if notice_on is None or teach_out_ends_on is None or not decision.strip():
        raise CannotMove(
            _("A forced move needs the decision, the day of notice and the last day of the teach-out.")
        )
    if notice_on < today:
        raise CannotMove(_("The day of notice has passed. Nobody can be told in the past; prepare it anew."))
    if teach_out_ends_on < notice_on:
        raise CannotMove(_("The teach-out ends before learners are told. Give them time after the notice."))
