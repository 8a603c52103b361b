"""Award what a pathway leads to: the certificate, its grounds and what it uses up, in one transaction."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from credentials.models import Credential, CredentialEvent
from credentials.queries import local_day
from credentials.services.issuing import (
    AlreadyHeld,
    Award,
    ReviewOverdue,
    earliest,
    issue,
    last_valid_day,
)
from credentials.services.renewing import StillBeingSigned, move_last_day
from pathways.models import PathwayVersion
from pathways.services.consuming import use_up
from pathways.services.judging import Judged
from pathways.services.snapshots import keep_snapshot


def certify(judgement: Judged, *, met_on: date, is_approved: bool) -> Credential | None:
    """Issue the next certificate of this enrolment, earned on `met_on`; None where nothing new may be issued.

    What waits for a review is found by `queries.stale_enrolments` once that is decided. `is_approved`: by
    people, today, which is news whatever it follows from.
    """
    enrolment, inputs, at = judgement.enrolment, judgement.inputs, judgement.at
    components = [inputs.credentials[pk] for pk in judgement.verdict.used if pk in inputs.credentials]
    award = Award(
        achievement=enrolment.pathway.awards,
        recipient=enrolment.learner,
        source=Credential.Source.PATHWAY,
        source_id=enrolment.pk,
        issue_no=(enrolment.certificate.issue_no + 1) if enrolment.certificate else 1,
        awarding_version=enrolment.version_id,
        earned_at=_met_at(met_on, components, at),
        components=components,
        expires_on=_ends_with_its_parts(judgement),
    )
    try:
        certificate = issue(award=award, at=at, is_news=is_approved or _is_news(judgement, components))
    except (AlreadyHeld, ReviewOverdue):
        return None
    enrolment.certificate = certificate
    enrolment.save(update_fields=["certificate"])
    keep_snapshot(judgement, certificate=certificate, met_on=met_on)
    use_up(judgement, certificate=certificate)
    return certificate


def follow_last_day(judgement: Judged, certificate: Credential) -> bool:
    """Move the certificate's last day where that of its parts moved; False to try again in a minute.

    What a person renewed stays as she left it.
    """
    own = last_valid_day(certificate.version, certificate.earned_at)
    until = earliest(own, _ends_with_its_parts(judgement))
    if until == certificate.expires_on or _was_renewed_by_hand(certificate):
        return True
    try:
        move_last_day(
            credential=certificate,
            until=until,
            reason=_("It is valid as long as what it was made of."),
            at=judgement.at,
        )
    except StillBeingSigned:
        return False
    return True


def ran_out(certificate: Credential) -> bool:
    """Whether it expired at the end of its own period: a renewal mends that, and no rule."""
    own = last_valid_day(certificate.version, certificate.earned_at)
    if own is None or certificate.expires_on is None or certificate.expires_on < own:
        return False
    ended = certificate.events.filter(kind=CredentialEvent.Kind.EXPIRED).order_by("-pk").first()
    return ended is not None and local_day(ended.at) > certificate.expires_on


def _ends_with_its_parts(judgement: Judged) -> date | None:
    """Where a lapse expires it: the last day on which the rule holds, and the days of grace."""
    version, holds_through = judgement.enrolment.version, judgement.verdict.holds_through
    if version.lapse_policy != PathwayVersion.Lapse.EXPIRE or holds_through is None:
        return None
    return holds_through + timedelta(days=version.grace_days)


def _met_at(day: date, components: list[Credential], at: datetime) -> datetime:
    """The instant the requirements were met: on that day, however late we ran."""
    on_that_day = [row.earned_at for row in components if local_day(row.earned_at) == day]
    noon = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE)) + timedelta(
        hours=12
    )
    return min(at, max(on_that_day, default=noon))


def _is_news(judgement: Judged, components: list[Credential]) -> bool:
    """A certificate that follows only from records loaded as history is history too."""
    if not components:
        return judgement.is_news
    return CredentialEvent.objects.filter(
        credential__in=components, kind=CredentialEvent.Kind.ISSUED, is_news=True
    ).exists()


def _was_renewed_by_hand(certificate: Credential) -> bool:
    renewed = certificate.events.filter(kind=CredentialEvent.Kind.RENEWED).order_by("-pk").first()
    return renewed is not None and renewed.by_id is not None
