"""Put a learner on a pathway: by her own act, by her first component, or by publication."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from config.events import announce
from credentials.models import Credential
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.ledger import hold
from credentials.services.piloting import take_place
from pathways.models import (
    ApprovalCase,
    Enrolment,
    EnrolmentChange,
    Pathway,
    Recognition,
    Step,
    StepCompletion,
    VersionAchievement,
)
from pathways.queries import enrolling_by_themselves
from pathways.services.gating import lacking_to_enrol, named

if TYPE_CHECKING:
    from learners.models import User


class CannotEnrol(Exception):
    """She was not enrolled; the message says why."""


@transaction.atomic
def enrol(
    *,
    learner: "User",
    pathway: Pathway,
    by: "User | None",
    at: datetime,
    is_retroactive: bool = False,
    qualifies: bool = False,
) -> Enrolment:
    """Enrol on the version in force, or answer the enrolment there is. Raises CannotEnrol, PilotIsFull.

    Who `qualifies` has all that the rule asks: no pilot's places keep her out.
    """
    hold(learner.pk)
    pathway = Pathway.objects.select_related("current_version", "awards__current_version").get(pk=pathway.pk)
    existing = Enrolment.objects.current().filter(learner=learner, pathway=pathway).first()
    if existing is not None:
        return existing
    if pathway.current_version is None:
        raise CannotEnrol(_("%(pathway)s is not published yet.") % {"pathway": pathway})
    if not qualifies:
        if missing := lacking_to_enrol(pathway=pathway, learner=learner, at=at):
            raise CannotEnrol(
                _(
                    "Before you enrol on %(pathway)s you need %(first)s. Earn that first; its page in the "
                    "catalogue says how."
                )
                % {"pathway": pathway, "first": named(missing)}
            )
        take_place(achievement=pathway.awards, learner=learner)
    enrolment = Enrolment.objects.create(
        learner=learner,
        pathway=pathway,
        version=pathway.current_version,
        enrolled_on=local_day(at),
        is_retroactive=is_retroactive,
    )
    EnrolmentChange.objects.create(enrolment=enrolment, state=enrolment.state, at=at)
    audit(
        "enrol", enrolment, by=by, about=learner, pathway=pathway.slug, version=pathway.current_version.number
    )
    announce("enrolment.opened", enrolment_id=enrolment.pk)
    return enrolment


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: "User", at: datetime) -> None:
    """End an enrolment by the learner's own act; credentials stay hers. A complete one cannot be left."""
    hold(enrolment.learner_id)
    enrolment = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.COMPLETE:
        raise CannotEnrol(_("This pathway is complete; there is nothing to leave."))
    if enrolment.state != Enrolment.State.WITHDRAWN:
        change_state(enrolment, Enrolment.State.WITHDRAWN, at)
        # Nobody is asked any more about a certificate that she does not want.
        enrolment.cases.filter(closed_at=None).update(outcome=ApprovalCase.Outcome.LAPSED, closed_at=at)
        audit("withdraw", enrolment, by=by, about=enrolment.learner)


def change_state(enrolment: Enrolment, state: Enrolment.State, at: datetime) -> None:
    """Move an enrolment the caller holds, and keep the dated row that figures are made of."""
    if enrolment.state != state:
        enrolment.state = state
        enrolment.save(update_fields=["state"])
        EnrolmentChange.objects.create(enrolment=enrolment, state=state, at=at)


@transaction.atomic
def enrol_by_components(*, learner: "User", at: datetime) -> list[Enrolment]:
    """Enrol wherever a published automatic pathway counts something of hers and she never was enrolled:

    a credential, something recognised, or a step that she completed.
    """
    hold(learner.pk)
    held = Credential.objects.live().held_by(learner).values("achievement")
    recognised = Recognition.objects.standing().filter(learner=learner).values("achievement")
    listing = VersionAchievement.objects.filter(
        Q(achievement__in=held) | Q(achievement__in=recognised), version=OuterRef("current_version")
    )
    done = StepCompletion.objects.standing().filter(learner=learner).values("act")
    asking = Step.objects.filter(act__in=done, requirement__version=OuterRef("current_version"))
    pathways = (
        enrolling_by_themselves()
        .filter(Exists(listing) | Exists(asking))
        .exclude(enrolments__learner=learner)
        .select_related("current_version", "awards__current_version")
    )
    return [
        enrol(learner=learner, pathway=pathway, by=None, at=at)
        for pathway in pathways
        # A gate opens by itself when what it asks for is earned: that evaluates her again.
        if not lacking_to_enrol(pathway=pathway, learner=learner, at=at)
    ]
