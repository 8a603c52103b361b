"""What follows from a verdict: issue, suspend, reinstate, expire or revoke the stacked certificate."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from credentials.models import Credential, CredentialEvent
from credentials.queries import local_day
from credentials.services.issuing import AlreadyHeld, Award, ReviewOverdue, issue
from credentials.services.revoking import end, reinstate, revoke, suspend
from pathways.models import Enrolment, PathwayVersion
from pathways.queries import Inputs
from pathways.rules.evaluate import Situation, Verdict
from pathways.rules.lifecycle import Act, Cause, Held, LapsePolicy, State, consequence, life_of
from pathways.services.enrolling import change_state

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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the certificate stands by the rule (RULES §9); while it is broken, since when, why, how long."""

    state: State
    broken_on: date | None = None
    cause: Cause | None = None
    grace_through: date | None = None


def standing_of(enrolment: Enrolment, situation: Situation, verdict: Verdict) -> Standing:
    """The standing that the rule gives; its whole life is asked only where something is broken."""
    held = _held(enrolment.certificate)
    if verdict.satisfied is None:
        return Standing("indeterminate")
    if verdict.satisfied:
        return Standing("active")
    if held in {"none", "revoked"}:
        return Standing("not_issued")
    life = life_of(
        situation,
        lapse_policy=LAPSE[enrolment.version.lapse_policy],
        grace_days=enrolment.version.grace_days,
    )
    # Issued, and by what is known now never due, though nothing it was made of was void.
    state = "review" if life.state == "not_issued" else life.state
    return Standing(state, life.broken_on, life.cause, life.grace_through)


def follow(
    enrolment: Enrolment,
    situation: Situation,
    verdict: Verdict,
    standing: Standing,
    inputs: Inputs,
    at: datetime,
    *,
    is_news: bool,
) -> None:
    """Do the one thing that the verdict makes due; the caller holds the learner and the enrolment."""
    certificate = enrolment.certificate
    if certificate is not None and _is_in_a_persons_hands(certificate):
        return
    act = consequence(
        verdict=verdict, lapse_policy=LAPSE[enrolment.version.lapse_policy], held=_held(certificate)
    )
    if standing.state == "grace" and act is not Act.REINSTATE:
        # It is broken and still stands: nothing follows before the days of grace are over.
        return
    if act is Act.REVOKE and standing.state != "revoked":
        # Only a component that never was right takes a certificate back; anything else, people look at.
        return
    match act:
        case Act.ISSUE:
            if not _issue(enrolment, verdict, inputs, at):
                return
        case Act.SUSPEND if certificate:
            reason = _("A component it was made of no longer counts.")
            suspend(
                credential=certificate,
                reason=reason,
                public_reason=reason,
                by=None,
                at=at,
                is_news=is_news,
            )
        case Act.EXPIRE if certificate:
            reason = _("A component it was made of is no longer valid.")
            end(credential=certificate, reason=reason, public_reason=reason, at=at, is_news=is_news)
        case Act.REINSTATE if certificate:
            reason = _("The pathway's requirements are met again.")
            reinstate(credential=certificate, reason=reason, by=None, at=at, is_news=is_news)
        case Act.REVOKE if certificate:
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
            return
    change_state(enrolment, STATE_AFTER[act], at)


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


def _is_in_a_persons_hands(certificate: Credential) -> bool:
    """Whether somebody suspended or revoked the certificate itself: no rule undoes that."""
    if certificate.state not in (Credential.State.SUSPENDED, Credential.State.REVOKED):
        return False
    ended = (CredentialEvent.Kind.SUSPENDED, CredentialEvent.Kind.REVOKED)
    last = certificate.events.filter(kind__in=ended).order_by("-pk").first()
    return last is not None and last.by_id is not None


def _issue(enrolment: Enrolment, verdict: Verdict, inputs: Inputs, at: datetime) -> bool:
    components = [inputs.credentials[pk] for pk in verdict.used if pk in inputs.credentials]
    award = Award(
        achievement=enrolment.pathway.awards,
        recipient=enrolment.learner,
        source=Credential.Source.PATHWAY,
        source_id=enrolment.pk,
        issue_no=(enrolment.certificate.issue_no + 1) if enrolment.certificate else 1,
        awarding_version=enrolment.version_id,
        earned_at=_met_at(verdict, components, at),
        components=components,
    )
    try:
        certificate = issue(award=award, at=at, is_news=_is_news(components, at))
    except (AlreadyHeld, ReviewOverdue):
        # What waits for a review is found by `queries.stale_enrolments` once it is decided.
        return False
    enrolment.certificate = certificate
    enrolment.save(update_fields=["certificate"])
    return True


def _met_at(verdict: Verdict, components: list[Credential], at: datetime) -> datetime:
    """The instant the requirements were met: on the first satisfied day, however late we ran."""
    day = verdict.first_satisfied_on or local_day(at)
    on_that_day = [row.earned_at for row in components if local_day(row.earned_at) == day]
    noon = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE)) + timedelta(
        hours=12
    )
    return min(at, max(on_that_day, default=noon))


def _is_news(components: list[Credential], at: datetime) -> bool:
    """A certificate that follows only from records loaded as history is history too."""
    return CredentialEvent.objects.filter(
        credential__in=components, kind=CredentialEvent.Kind.ISSUED, is_news=True
    ).exists()
