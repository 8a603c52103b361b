"""A certificate whose rule is broken and whose pathway asks people: what they decided, and what follows."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential, CredentialEvent
from credentials.services.auditing import audit
from credentials.services.ledger import hold, record
from credentials.services.revoking import end, revoke, suspend
from pathways.models import Enrolment
from pathways.services.evaluating import evaluate_learner
from pathways.services.following import DECIDED

if TYPE_CHECKING:
    from learners.models import User


class NothingToDecide(Exception):
    """The certificate waits for no decision; the message says how it stands."""


class Decision(models.TextChoices):
    """What may become of it."""

    KEEP = "keep", _("Keep it valid: the lapse changes nothing")
    SUSPEND = "suspend", _("Suspend it until the rule is met again")
    EXPIRE = "expire", _("Let it expire: met again, it is issued anew")
    REVOKE = "revoke", _("Revoke it for good, from today on")


@transaction.atomic
def decide_lapse(
    *,
    enrolment: Enrolment,
    decision: Decision,
    reason: str,
    by: "User",
    at: datetime,
    public_reason: str = "",
) -> Enrolment:
    """Record what was decided on a certificate in review, and do it.

    `reason` stays inside; `public_reason` is read by whoever verifies. Raises NothingToDecide.
    """
    learner = hold(enrolment.learner_id)
    # As things stand now: somebody may have decided, or the rule may be met again.
    evaluate_learner(learner=learner, at=at)
    enrolment = Enrolment.objects.select_related("certificate").get(pk=enrolment.pk)
    current = enrolment.evaluations.get(is_current=True)
    if current.standing != "review" or enrolment.certificate is None:
        raise NothingToDecide(
            _("This certificate waits for no decision any more. Look at its page to see how it stands.")
        )
    event = _done(enrolment.certificate, decision, reason, public_reason, by, at)
    broken_on = current.broken_on.isoformat() if current.broken_on else None
    audit(
        DECIDED,
        enrolment,
        by=by,
        about=learner,
        reason=reason,
        decision=str(decision),
        broken_on=broken_on,
        event=event.pk,
    )
    evaluate_learner(learner=learner, at=at)
    return enrolment


def _done(
    certificate: Credential,
    decision: Decision,
    reason: str,
    public_reason: str,
    by: "User",
    at: datetime,
) -> CredentialEvent:
    match decision:
        case Decision.KEEP:
            # It never was out of force: the ledger keeps the decision, and nobody is written to.
            audit(
                str(CredentialEvent.Kind.REINSTATED),
                certificate,
                by=by,
                about=certificate.recipient,
                reason=reason,
            )
            return record(
                certificate, CredentialEvent.Kind.REINSTATED, by=by, at=at, reason=reason, is_news=False
            )
        case Decision.SUSPEND:
            return suspend(credential=certificate, reason=reason, public_reason=public_reason, by=by, at=at)
        case Decision.EXPIRE:
            return end(credential=certificate, reason=reason, public_reason=public_reason, by=by, at=at)
        case Decision.REVOKE:
            return revoke(
                credential=certificate,
                revocation=Credential.Revocation.WITHDRAWN,
                reason=reason,
                public_reason=public_reason,
                by=by,
                at=at,
            )
