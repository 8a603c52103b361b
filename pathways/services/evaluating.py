"""Evaluate enrolments and do what follows: issue, suspend, reinstate or revoke the stacked certificate."""

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from credentials.models import Credential, CredentialEvent
from credentials.queries import local_day
from credentials.services.issuing import AlreadyHeld, Award, ReviewOverdue, issue
from credentials.services.ledger import hold
from credentials.services.revoking import reinstate, revoke, suspend
from pathways.models import Enrolment, Evaluation, PathwayVersion
from pathways.queries import Inputs, catalogue, inputs_of, rule_for
from pathways.rules import tree
from pathways.rules.evaluate import ENGINE_VERSION, Verdict, evaluate, facts_digest
from pathways.rules.lifecycle import Act, Held, LapsePolicy, consequence
from pathways.services.enrolling import change_state, enrol_by_components

if TYPE_CHECKING:
    from learners.models import User

LAPSE: dict[str, LapsePolicy] = {PathwayVersion.Lapse.KEEP: "keep", PathwayVersion.Lapse.SUSPEND: "suspend"}
STATE_AFTER = {
    Act.ISSUE: Enrolment.State.COMPLETE,
    Act.REINSTATE: Enrolment.State.COMPLETE,
    Act.SUSPEND: Enrolment.State.LAPSED,
    Act.REVOKE: Enrolment.State.LAPSED,
}


@transaction.atomic
def evaluate_learner(*, learner: "User", at: datetime, is_news: bool = True) -> list[Evaluation]:
    """Bring every pathway of this learner up to date, enrolling her where a component does that.

    `is_news` False loads an earlier record: what follows from it enters the ledger, and nobody is written to.

    Her row is held throughout: two credentials landing together must not both conclude that the
    certificate is still missing.
    """
    learner = hold(learner.pk)
    enrol_by_components(learner=learner, at=at)
    inputs = inputs_of(learner)
    enrolments = (
        Enrolment.objects.current()
        .filter(learner=learner)
        .select_related("version", "pathway__awards", "certificate")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    return [_evaluate(enrolment, inputs, at, is_news) for enrolment in enrolments]


def verdict_on(rule: tree.Rule, inputs: Inputs, at: datetime) -> Verdict:
    """What the engine says of these inputs now, by the institution's calendar."""
    return evaluate(
        rule,
        inputs.facts,
        catalog=catalogue({*tree.listed(rule), *(fact.achievement for fact in inputs.facts)}),
        at=at,
        zone=ZoneInfo(settings.PORTAL_TIME_ZONE),
        horizon_days=settings.RULE_HORIZON_DAYS,
    )


def _evaluate(enrolment: Enrolment, inputs: Inputs, at: datetime, is_news: bool) -> Evaluation:
    verdict = verdict_on(rule_for(enrolment.version), inputs, at)
    evaluation = _store(enrolment, verdict, inputs, at)
    _follow(enrolment, verdict, inputs, at, is_news)
    return evaluation


def _store(enrolment: Enrolment, verdict: Verdict, inputs: Inputs, at: datetime) -> Evaluation:
    """Keep the answer; the same inputs on the same day only note how far they were read."""
    digest = hashlib.sha256(
        f"{verdict.rule_sha256} {facts_digest(inputs.facts)} {local_day(at)} {ENGINE_VERSION}".encode()
    ).hexdigest()
    current = Evaluation.objects.filter(enrolment=enrolment, is_current=True).first()
    if current is not None and current.input_hash == digest and current.verdict == verdict.to_json():
        current.last_event, current.input_revision = inputs.last_event, enrolment.input_revision
        current.next_change_on = verdict.next_change_on
        current.save(update_fields=["last_event", "input_revision", "next_change_on"])
        return current
    if current is not None:
        current.is_current = False
        current.save(update_fields=["is_current"])
    return Evaluation.objects.create(
        enrolment=enrolment,
        input_hash=digest,
        input_revision=enrolment.input_revision,
        last_event=inputs.last_event,
        status=verdict.status,
        remaining=verdict.remaining,
        total=verdict.total,
        first_satisfied_on=verdict.first_satisfied_on,
        holds_through=verdict.holds_through,
        verdict=verdict.to_json(),
        next_change_on=verdict.next_change_on,
        evaluated_at=at,
    )


def _follow(enrolment: Enrolment, verdict: Verdict, inputs: Inputs, at: datetime, is_news: bool) -> None:
    certificate = enrolment.certificate
    if certificate is not None and _is_in_a_persons_hands(certificate):
        return
    act = consequence(
        verdict=verdict,
        lapse_policy=LAPSE[enrolment.version.lapse_policy],
        held=_standing(certificate),
    )
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


def _standing(certificate: Credential | None) -> Held:
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
    components = [inputs.credentials[credential_id] for credential_id in verdict.used]
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
