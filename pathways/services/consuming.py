"""Credentials that count once, or only so often: which certificate used them, until when."""

from datetime import datetime
from typing import TYPE_CHECKING

from credentials.models import Credential
from pathways.models import Consumption, PathwayVersion
from pathways.services.judging import Judged

if TYPE_CHECKING:
    from learners.models import User

# A certificate in one of these states uses nothing any more.
ENDED = (Credential.State.REVOKED, Credential.State.EXPIRED, Credential.State.SUPERSEDED)


def use_up(judgement: Judged, *, certificate: Credential) -> None:
    """Write down what the certificate used, where its pathway shares credentials with others in part only.

    Those that the other version names write it too: it must see what they used.
    """
    enrolment = judgement.enrolment
    if not judgement.situation.exclusive_with and not _is_named(enrolment.pathway_id):
        return
    used = [
        judgement.inputs.credentials[pk]
        for pk in judgement.verdict.used
        if pk in judgement.inputs.credentials
    ]
    Consumption.objects.bulk_create(
        [
            Consumption(credential=row, stacked_credential=certificate, pathway_id=enrolment.pathway_id)
            for row in used
        ],
        ignore_conflicts=True,
    )


def release_ended(learner: "User", at: datetime) -> int:
    """Free what certificates that ended had used; answers how many credentials are free again."""
    held = Consumption.objects.filter(credential__recipient=learner, released_at__isnull=True)
    return held.filter(stacked_credential__state__in=ENDED).update(released_at=at)


def _is_named(pathway_id: int) -> bool:
    in_use = (PathwayVersion.Status.PUBLISHED, PathwayVersion.Status.SUPERSEDED)
    return PathwayVersion.objects.filter(status__in=in_use, exclusive_with=pathway_id).exists()
