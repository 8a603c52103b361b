"""Would we still issue this? What a pathway's rule says today of the certificate it awarded."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from credentials.models import Credential, CredentialEvent
from pathways.models import Enrolment, MilestoneReached, PathwayVersion
from pathways.queries import inputs_of, terms_for
from pathways.services.evaluating import verdict_on


def grounds_lost(*, credentials: Sequence[Credential], at: datetime) -> Mapping[int, str]:
    """Of certificates that pathways awarded, those that their rule does not bear, and why, by id."""
    enrolments = {
        row.pk: row
        for row in Enrolment.objects.filter(pk__in=[row.source_id for row in credentials]).select_related(
            "pathway"
        )
    }
    versions = {
        row.pk: row
        for row in PathwayVersion.objects.filter(pk__in=[row.awarding_version for row in credentials])
    }
    said = (
        (row.pk, _fault(row, enrolments.get(row.source_id), versions.get(row.awarding_version), at))
        for row in credentials
    )
    return {pk: fault for pk, fault in said if fault}


def _fault(
    credential: Credential, enrolment: Enrolment | None, version: PathwayVersion | None, at: datetime
) -> str:
    if MilestoneReached.objects.filter(credential=credential).exists():
        # Reached once, whatever happens later.
        return ""
    if enrolment is None or version is None or version.pathway_id != enrolment.pathway_id:
        return "the enrolment or the version that awarded it is not there"
    if enrolment.learner_id != credential.recipient_id:
        return "the enrolment is somebody else's"
    if enrolment.pathway.awards_id != credential.achievement_id:
        return "its pathway awards something else"
    inputs = inputs_of(enrolment.learner)
    verdict = verdict_on(terms_for(version), inputs, at, enrolment=enrolment)
    if verdict.satisfied is not False:
        return ""
    if verdict.first_satisfied_on is None and not _is_behind(enrolment, inputs.last_event):
        return "the rule of its pathway was never met"
    keeps = version.lapse_policy == PathwayVersion.Lapse.KEEP or _still_stands(enrolment)
    if keeps or _is_behind(enrolment, inputs.last_event) or _was_reinstated_by_hand(credential):
        return ""
    return "the rule of its pathway is no longer met"


def _is_behind(enrolment: Enrolment, last_event: int) -> bool:
    """Whether an evaluation is owed, which will do what follows."""
    current = enrolment.evaluations.filter(is_current=True).first()
    return current is None or current.last_event < last_event


def _still_stands(enrolment: Enrolment) -> bool:
    """Whether it is valid though the rule is broken: in its days of grace, or until people decide."""
    return enrolment.evaluations.filter(is_current=True, standing__in=("grace", "review", "kept")).exists()


def _was_reinstated_by_hand(credential: Credential) -> bool:
    last = credential.events.order_by("-pk").first()
    return last is not None and last.kind == CredentialEvent.Kind.REINSTATED and last.by_id is not None
