"""Odd nights of the calendar, lived through instant by instant: verbs for tests/faults/test_clocks.py."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from config.events import quietly
from credentials.models import (
    Achievement,
    AchievementVersion,
    AuditEntry,
    Credential,
    CredentialEvent,
    SignedDocument,
    StatusList,
)
from credentials.services.issuing import Award, issue
from credentials.services.revoking import expire, past_their_last_day
from credentials.services.signing import lists_to_publish, publish_status_list
from learners.models import Notification, User
from pathways.models import Pathway
from pathways.services.evaluating import evaluate_learner
from tests import makers
from tests.faults.acts import CERTIFICATE, FIRST, LAST

YEAR = "YEAR"


def found_calendar() -> dict[str, Any]:
    """A pathway of two components, and an achievement that is valid for a year."""
    parts = [makers.make_achievement(code=code) for code in (FIRST, LAST)]
    makers.make_achievement(code=YEAR, expiry=AchievementVersion.Expiry.MONTHS, expiry_months=12)
    makers.make_pathway(
        rule=makers.all_of(*parts),
        awards=makers.make_certificate(code=CERTIFICATE),
        enrolment_policy=Pathway.EnrolmentPolicy.AUTOMATIC,
    )
    return {}


def live_through(moments: list[str]) -> dict[str, Any]:
    """At each instant one more learner completes the pathway; then all that sweeps do, done twice."""
    for moment in moments:
        at = datetime.fromisoformat(moment)
        with quietly():
            learner = User.objects.create_user(email=f"{at.timestamp():.0f}@people.example", name=moment)
            for number, code in enumerate((FIRST, LAST, YEAR)):
                _hand(code, learner, number, at)
            for _time in range(2):
                _sweep(at)
    ends = Credential.objects.filter(achievement__code=YEAR).values_list("earned_at", "expires_on")
    return {"ends": {earned.isoformat(): str(day) for earned, day in ends}}


def sweep_at(moments: list[str]) -> dict[str, Any]:
    """What the sweeps end at each instant, done twice: how many credentials each time."""
    ended = []
    for moment in moments:
        with quietly():
            ended.append([_sweep(datetime.fromisoformat(moment)) for _time in range(2)])
    return {"ended": ended}


def from_the_future() -> dict[str, Any]:
    """Everything dated later than the database's own present, or than its own cause."""
    return {
        "documents": SignedDocument.objects.filter(proof_created_at__gt=Now()).count(),
        "validity": SignedDocument.objects.filter(valid_from__gt=Now()).count(),
        "proofs before their cause": SignedDocument.objects.exclude(
            valid_from=F("credential__issued_at"), proof_created_at__lte=F("credential__issued_at")
        ).count(),
        "credentials": Credential.objects.filter(issued_at__gt=Now()).count(),
        "events": CredentialEvent.objects.filter(at__gt=Now()).count(),
        "entries": AuditEntry.objects.filter(at__gt=Now()).count(),
        "messages": Notification.objects.filter(created_at__gt=Now()).count(),
        "lists": StatusList.objects.filter(published_at__gt=Now()).count(),
    }


def _hand(code: str, learner: User, number: int, at: datetime) -> None:
    award = Award(
        achievement=Achievement.objects.get(code=code),
        recipient=learner,
        source=Credential.Source.HAND,
        source_id=learner.pk * 10 + number,
        earned_at=at - timedelta(seconds=1),
    )
    issue(award=award, at=at, by=makers.office())


def _sweep(at: datetime) -> int:
    for learner in User.objects.filter(credentials__isnull=False).distinct().order_by("pk"):
        evaluate_learner(learner=learner, at=at)
    ended = list(past_their_last_day(at=at))
    for credential in ended:
        expire(credential=credential, at=at)
    for block in lists_to_publish(at=at):
        publish_status_list(list_id=block.pk, at=at)
    return len(ended)


VERBS = {verb.__name__: verb for verb in (found_calendar, live_through, sweep_at, from_the_future)}
