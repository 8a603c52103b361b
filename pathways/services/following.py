"""What follows from a verdict: issue, suspend, reinstate, expire or revoke the stacked certificate."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from credentials.models import AuditEntry, Credential, CredentialEvent
from credentials.queries import local_day
from credentials.services.revoking import end, reinstate, revoke, suspend
from pathways.models import ApprovalCase, Enrolment, Pathway, PathwayVersion
from pathways.rules.lifecycle import Act, Cause, Held, LapsePolicy, State, consequence, life_of
from pathways.services.certifying import certify, follow_last_day, ran_out
from pathways.services.enrolling import change_state
from pathways.services.judging import Judged, fingerprint
from pathways.services.milestones import reach_milestones

LAPSE: dict[str, LapsePolicy] = {
    PathwayVersion.Lapse.KEEP: "keep",
    PathwayVersion.Lapse.SUSPEND: "suspend",
    PathwayVersion.Lapse.EXPIRE: "expire",
    PathwayVersion.Lapse.REVIEW: "review",
}
STATE_AFTER = {
    Act.ISSUE: Enrolment.State.COMPLETE,
    Act.REINSTATE: Enrolment.State.COMPLETE,
    Act.SUSPEND: Enrolment.State.LAPSED,
    Act.EXPIRE: Enrolment.State.LAPSED,
    Act.REVOKE: Enrolment.State.LAPSED,
}
LAPSES = (Act.SUSPEND, Act.EXPIRE, Act.REVIEW)
APPROVALS_NEEDED = {Pathway.Approval.ONE: 1, Pathway.Approval.TWO: 2}
# What the audit trail calls the two decisions that later evaluations read.
REFUSED, DECIDED = "refuse certificate", "decide lapse"

# Beside the states of a life: approved by nobody yet, or refused; broken, and kept by a person's decision.
Where: TypeAlias = State | Literal["waiting", "refused", "kept"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the certificate stands by the rule (RULES §9); while it is broken, since when, why, how long."""

    state: Where
    broken_on: date | None = None
    cause: Cause | None = None
    grace_through: date | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """Where it stands now, whether anything was done, and when to look again though nothing changes."""

    standing: Standing
    has_changed: bool = False
    look_again_on: date | None = None


def standing_of(judgement: Judged) -> Standing:
    """The standing that the rule gives; its whole life is asked only where something is broken."""
    enrolment, verdict = judgement.enrolment, judgement.verdict
    held = _held(enrolment.certificate)
    if verdict.satisfied is None:
        return Standing("indeterminate")
    if verdict.satisfied:
        is_over = held == "expired" and enrolment.certificate is not None and ran_out(enrolment.certificate)
        return Standing("expired" if is_over else "active")
    if held in {"none", "revoked"}:
        return Standing("not_issued" if held == "none" else "revoked")
    life = life_of(
        judgement.situation,
        lapse_policy=LAPSE[enrolment.version.lapse_policy],
        grace_days=enrolment.version.grace_days,
    )
    # Issued, and by what is known now never due, though nothing it was made of was void: for people to see.
    state: Where = "review" if life.state == "not_issued" else life.state
    if state == "review" and held != "active":
        state = "suspended" if held == "suspended" else "expired"
    return Standing(state, life.broken_on, life.cause, life.grace_through)


def follow(judgement: Judged) -> Followed:
    """Do what the verdict makes due; the caller holds the learner and the enrolment."""
    standing, certificate = standing_of(judgement), judgement.enrolment.certificate
    all_reached = reach_milestones(judgement)
    look_again_on = None if all_reached else local_day(judgement.at) + timedelta(days=1)
    if judgement.has_case and judgement.verdict.satisfied is False:
        close_case(_open_case(judgement.enrolment), ApprovalCase.Outcome.LAPSED, judgement)
    if certificate is not None and _is_in_a_persons_hands(judgement.enrolment, certificate):
        return Followed(standing, look_again_on=look_again_on)
    act = _act_due(judgement, standing)
    if act in LAPSES and certificate is not None and _was_kept(certificate, standing):
        return Followed(replace(standing, state="kept"), look_again_on=look_again_on)
    if act is Act.ISSUE:
        standing, has_changed = _award(judgement)
        return Followed(standing, has_changed, look_again_on)
    if certificate is None:
        return Followed(standing, look_again_on=look_again_on)
    has_changed = _act_on(judgement, act, certificate)
    if act is Act.NONE and not _keep_up(judgement, certificate):
        look_again_on = local_day(judgement.at)
    return Followed(standing, has_changed, look_again_on)


def close_case(case: ApprovalCase, outcome: ApprovalCase.Outcome, judgement: Judged) -> None:
    """End a case that the caller holds by its enrolment."""
    case.outcome, case.closed_at = outcome, judgement.at
    case.save(update_fields=["outcome", "closed_at"])


def _act_due(judgement: Judged, standing: Standing) -> Act:
    enrolment = judgement.enrolment
    certificate, held = enrolment.certificate, _held(enrolment.certificate)
    act = consequence(
        verdict=judgement.verdict, lapse_policy=LAPSE[enrolment.version.lapse_policy], held=held
    )
    if act is Act.ISSUE and standing.state == "expired":
        return Act.NONE
    if act is Act.REVOKE and standing.state != "revoked":
        # Only a component that never was right takes a certificate back; anything else, people look at.
        return Act.REVIEW
    if standing.state == "grace" and act is not Act.REINSTATE:
        # It is broken and still stands: nothing follows before the days of grace are over.
        return Act.NONE
    is_kept_up = act is Act.NONE and held == "active" and judgement.verdict.satisfied
    if is_kept_up and certificate and _stood_on_what_was_void(judgement, certificate):
        # Awarded anew with the day on which it was truly earned.
        _act_on(judgement, Act.REVOKE, certificate)
        return Act.ISSUE
    return act


def _act_on(judgement: Judged, act: Act, certificate: Credential) -> bool:
    """Change the certificate; True where something was done."""
    at, is_news = judgement.at, judgement.is_news
    match act:
        case Act.SUSPEND:
            reason = _("A component it was made of no longer counts.")
            suspend(
                credential=certificate, reason=reason, public_reason=reason, by=None, at=at, is_news=is_news
            )
        case Act.EXPIRE:
            reason = _("A component it was made of is no longer valid.")
            end(credential=certificate, reason=reason, public_reason=reason, at=at, is_news=is_news)
        case Act.REINSTATE:
            reason = _("The pathway's requirements are met again.")
            reinstate(credential=certificate, reason=reason, by=None, at=at, is_news=is_news)
        case Act.REVOKE:
            reason = _("A component it was made of was never valid.")
            revoke(
                credential=certificate,
                revocation=Credential.Revocation.VOID,
                reason=reason,
                public_reason=reason,
                by=None,
                at=at,
                is_news=is_news,
            )
        case _:
            return False
    change_state(judgement.enrolment, STATE_AFTER[act], at)
    return True


def _keep_up(judgement: Judged, certificate: Credential) -> bool:
    """Where the rule asks for nothing: the last day, and what happened to the certificate by itself.

    False where that is to be tried again in a minute.
    """
    states = {
        Credential.State.ACTIVE: Enrolment.State.COMPLETE,
        Credential.State.EXPIRED: Enrolment.State.LAPSED,
    }
    if certificate.state in states:
        change_state(judgement.enrolment, states[Credential.State(certificate.state)], judgement.at)
    is_bound = judgement.enrolment.version.lapse_policy == PathwayVersion.Lapse.EXPIRE
    if is_bound and judgement.verdict.satisfied and certificate.state == Credential.State.ACTIVE:
        return follow_last_day(judgement, certificate)
    return True


def _award(judgement: Judged) -> tuple[Standing, bool]:
    """Issue the certificate, or have people asked first; where it stands then, and whether it was issued."""
    enrolment, met_on = judgement.enrolment, _met_on(judgement)
    needs = APPROVALS_NEEDED.get(Pathway.Approval(enrolment.pathway.approval), 0)
    case = _open_case(enrolment) if judgement.has_case else None
    if case is None and needs:
        if _was_refused(judgement):
            return Standing("refused"), False
        ApprovalCase.objects.create(enrolment=enrolment, needs=needs, met_on=met_on, opened_at=judgement.at)
        return Standing("waiting"), False
    if case is not None and case.approvals.filter(is_approved=True).count() < case.needs:
        return Standing("waiting"), False
    if certify(judgement, met_on=met_on, is_approved=case is not None) is None:
        return Standing("active"), False
    if case is not None:
        close_case(case, ApprovalCase.Outcome.APPROVED, judgement)
    change_state(enrolment, STATE_AFTER[Act.ISSUE], judgement.at)
    return Standing("active"), True


def _met_on(judgement: Judged) -> date:
    """The day that dates the certificate: the first on which its requirements were met (RULES §5, §9)."""
    enrolment, today = judgement.enrolment, local_day(judgement.at)
    day = judgement.verdict.first_satisfied_on or today
    if enrolment.certificate is not None:
        life = life_of(
            judgement.situation,
            lapse_policy=LAPSE[enrolment.version.lapse_policy],
            grace_days=enrolment.version.grace_days,
        )
        day = life.issued_on or day
        ended = enrolment.certificate.state == Credential.State.EXPIRED
        if ended and day <= local_day(enrolment.certificate.earned_at):
            # A renewal in place leaves no trace of the days between: it is met again since it is known.
            day = today
    return max(day, enrolment.version.effective_from or day)


def _held(certificate: Credential | None) -> Held:
    if certificate is None:
        return "none"
    standings: dict[str, Held] = {
        Credential.State.ACTIVE: "active",
        Credential.State.SUSPENDED: "suspended",
        Credential.State.REVOKED: "revoked",
        Credential.State.EXPIRED: "expired",
    }
    return standings.get(certificate.state, "none")


def _is_in_a_persons_hands(enrolment: Enrolment, certificate: Credential) -> bool:
    """Whether somebody suspended or revoked the certificate itself: no rule undoes that.

    Suspended because of a lapse that somebody decided, it returns with what had lapsed.
    """
    if certificate.state not in (Credential.State.SUSPENDED, Credential.State.REVOKED):
        return False
    ended = (CredentialEvent.Kind.SUSPENDED, CredentialEvent.Kind.REVOKED)
    last = certificate.events.filter(kind__in=ended).order_by("-pk").first()
    if last is None or last.by_id is None:
        return False
    if last.kind == CredentialEvent.Kind.REVOKED:
        return True
    decided = AuditEntry.objects.filter(
        act=DECIDED, object_type=enrolment._meta.label_lower, object_id=str(enrolment.pk)
    ).first()
    return decided is None or decided.facts.get("event") != last.pk


def _was_kept(certificate: Credential, standing: Standing) -> bool:
    """Whether a person put it back in force after this break: she knew, and decided otherwise."""
    last = certificate.events.order_by("-pk").first()
    if last is None or last.kind != CredentialEvent.Kind.REINSTATED or last.by_id is None:
        return False
    return standing.broken_on is None or local_day(last.at) >= standing.broken_on


def _stood_on_what_was_void(judgement: Judged, certificate: Credential) -> bool:
    """Whether a part of it never was right, and without that part it was earned on a later day only."""
    first = judgement.verdict.first_satisfied_on
    if first is None or first <= local_day(certificate.earned_at):
        return False
    snapshot = judgement.enrolment.snapshots.filter(credential=certificate).first()
    void = {
        fact.id
        for fact in judgement.situation.facts
        if fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= judgement.at
    }
    return snapshot is not None and not void.isdisjoint(snapshot.verdict["used"])


def _open_case(enrolment: Enrolment) -> ApprovalCase:
    return ApprovalCase.objects.get(enrolment=enrolment, closed_at__isnull=True)


def _was_refused(judgement: Judged) -> bool:
    """Whether people refused just this; what changed since may be asked about again."""
    last = judgement.enrolment.cases.order_by("-pk").first()
    if last is None or last.outcome != ApprovalCase.Outcome.REFUSED:
        return False
    entry = AuditEntry.objects.filter(
        act=REFUSED, object_type=last._meta.label_lower, object_id=str(last.pk)
    ).first()
    return entry is not None and entry.facts["facts"] == fingerprint(judgement)
