"""Issue a credential: every row, the intent to sign and the news of it, in one transaction."""

import calendar
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    CredentialEvent,
    Evidence,
    Issuer,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import documents
from credentials.openbadges.facts import (
    AchievementFacts,
    CredentialFacts,
    EvidenceFacts,
    IssuerFacts,
    ResultDescriptionFacts,
    ResultFacts,
    RubricLevelFacts,
    StatusFacts,
)
from credentials.queries import local_day
from credentials.services.auditing import audit
from credentials.services.ledger import hold, record

if TYPE_CHECKING:
    from learners.models import User

ACHIEVEMENT_TYPES = {
    AchievementVersion.Kind.MICRO_CREDENTIAL: "MicroCredential",
    AchievementVersion.Kind.SPECIALTY: "MicroCredential",
    AchievementVersion.Kind.INTRODUCTORY: "Badge",
    AchievementVersion.Kind.STACKED_CERTIFICATE: "Certificate",
    AchievementVersion.Kind.FULL_CERTIFICATION: "Certification",
}


class CannotIssue(Exception):
    """Nothing was issued; the message says why and what to do next."""


class AlreadyHeld(CannotIssue):
    """A live credential of this achievement is held, and it may be held only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is to be issued, to whom and why.

    `source_id` is the id of the row that earned it (submission, enrolment): the same cause never
    issues twice. `results` are levels reached, {"id": result description id, "level": level id}.
    """

    achievement: Achievement
    recipient: "User"
    source: Credential.Source
    source_id: int
    earned_at: datetime
    issue_no: int = 1
    awarding_version: int = 0
    level: int | None = None
    results: Sequence[Mapping[str, str]] = ()
    components: Sequence[Credential] = field(default=())


@transaction.atomic
def issue(
    *, award: Award, at: datetime, by: "User | None" = None, reason: str = "", is_news: bool = True
) -> Credential:
    """Issue `award`, or answer the credential that the same cause issued before.

    `is_news` False loads an earlier record: it enters the ledger, and nobody is written to.
    Raises CannotIssue.
    """
    recipient = hold(award.recipient.pk)
    achievement = Achievement.objects.select_related("issuer", "current_version").get(pk=award.achievement.pk)
    earlier = _issued_before(award)
    if earlier is not None:
        return earlier
    version, key = _ready_to_issue(achievement)
    _refuse_second(award, achievement)
    status_list, index = _free_index(achievement.issuer)
    credential = Credential.objects.create(
        achievement=achievement,
        version=version,
        recipient=recipient,
        email_salt=secrets.token_hex(16),
        source=award.source,
        source_id=award.source_id,
        awarding_version=award.awarding_version,
        issue_no=award.issue_no,
        earned_at=award.earned_at,
        issued_at=at,
        expires_on=last_valid_day(version, award.earned_at),
        allows_many=achievement.is_repeatable,
        level=award.level,
        results=[dict(result) for result in award.results],
        status_list=status_list,
        status_index=index,
    )
    _keep_components(credential, award.components)
    intend(credential=credential, key=key, at=at)
    record(credential, CredentialEvent.Kind.ISSUED, by=by, at=at, reason=reason, is_news=is_news)
    audit(
        "issue",
        credential,
        by=by,
        about=recipient,
        reason=reason,
        achievement=achievement.code,
        source=award.source,
    )
    return credential


def intend(*, credential: Credential, key: SigningKey, at: datetime, revision: int = 1) -> SignedDocument:
    """Commit what will be signed, by which key and as of when, before anything is signed."""
    unsigned = documents.to_bytes(documents.open_badge_credential(facts_of(credential, valid_from=at)))
    digest = hashlib.sha256(unsigned).hexdigest()
    intent = SignedDocument.objects.create(
        credential=credential,
        revision=revision,
        key=key,
        proof_created_at=at.replace(microsecond=0),
        valid_from=at,
        unsigned=unsigned,
        unsigned_sha256=digest,
    )
    audit("signing", intent, by=None, credential=str(credential.public_id), sha256=digest, key=key.multikey)
    return intent


def last_valid_day(version: AchievementVersion, earned_at: datetime) -> date | None:
    """The last day, in the institution's zone, on which a credential earned then is valid; None: no end."""
    if version.expiry == AchievementVersion.Expiry.NEVER or not version.expiry_months:
        return None
    earned_on = local_day(earned_at)
    months = earned_on.month - 1 + version.expiry_months
    year, month = earned_on.year + months // 12, months % 12 + 1
    month_end = calendar.monthrange(year, month)[1]
    if earned_on.day > month_end:
        # Clipped to the month's end, which is then itself the last day (RULES §9).
        return date(year, month, month_end)
    return date(year, month, earned_on.day) - timedelta(days=1)


def facts_of(credential: Credential, *, valid_from: datetime) -> CredentialFacts:
    """The plain facts of a credential, as the standard's document wants them."""
    version, recipient = credential.version, credential.recipient
    valid_until = None
    if credential.expires_on:
        midnight = datetime.combine(credential.expires_on + timedelta(days=1), time.min)
        valid_until = midnight.replace(tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE))
    return CredentialFacts(
        public_id=credential.public_id,
        issuer=issuer_facts(credential.achievement.issuer),
        achievement=achievement_facts(version),
        subject_id=recipient.did or credential.subject_id.urn,
        email=recipient.email,
        email_salt=credential.email_salt,
        recipient_name=recipient.name,
        name=version.name,
        description=version.description,
        awarded_at=credential.issued_at,
        valid_from=valid_from,
        valid_until=valid_until,
        status=StatusFacts(list_url=credential.status_list.url("revocation"), index=credential.status_index),
        results=tuple(
            ResultFacts(result_description=row["id"], achieved_level=row["level"])
            for row in credential.results
        ),
        evidence=tuple(
            EvidenceFacts(
                id=item.url or None,
                name=item.name,
                narrative=item.narrative or None,
                genre=item.genre or None,
            )
            for item in credential.evidence.all()
        ),
        credits_earned=version.credits or None,
    )


def issuer_facts(issuer: Issuer) -> IssuerFacts:
    return IssuerFacts(
        did=issuer.did or "",
        name=issuer.name,
        url=issuer.url or None,
        email=issuer.email or None,
        description=issuer.description or None,
    )


def achievement_facts(version: AchievementVersion) -> AchievementFacts:
    address = settings.PORTAL_URL + version.get_absolute_url()
    return AchievementFacts(
        id=address,
        name=version.name,
        description=version.description,
        criteria_id=f"{address}#criteria",
        criteria_narrative=version.criteria,
        achievement_type=ACHIEVEMENT_TYPES[AchievementVersion.Kind(version.kind)],
        image_id=settings.PORTAL_URL + version.image_url,
        image_caption=version.image_alt,
        version=str(version.number),
        human_code=version.achievement.code,
        credits_available=Decimal(version.credits) or None,
        in_language=version.language or None,
        tags=(version.achievement.series.name,),
        result_descriptions=tuple(
            ResultDescriptionFacts(
                id=row["id"],
                name=row["name"],
                result_type="RubricCriterionLevel",
                levels=tuple(RubricLevelFacts(**level) for level in row["levels"]),
                required_level=row.get("required_level"),
            )
            for row in version.result_descriptions
        ),
    )


def _issued_before(award: Award) -> Credential | None:
    same_cause = Credential.objects.filter(
        recipient=award.recipient,
        achievement=award.achievement,
        source=award.source,
        source_id=award.source_id,
        issue_no=award.issue_no,
    )
    return same_cause.first()


def _ready_to_issue(achievement: Achievement) -> tuple[AchievementVersion, SigningKey]:
    version = achievement.current_version
    if version is None:
        raise CannotIssue(
            _("%(code)s has no published version. Publish one first.") % {"code": achievement.code}
        )
    key = SigningKey.objects.filter(issuer=achievement.issuer, state=SigningKey.State.ACTIVE).first()
    if key is None:
        raise CannotIssue(
            _("%(issuer)s has no signing key in use. Make one first.") % {"issuer": achievement.issuer}
        )
    return version, key


def _refuse_second(award: Award, achievement: Achievement) -> None:
    held = Credential.objects.live().filter(
        achievement=achievement, recipient=award.recipient, awarding_version=award.awarding_version
    )
    if not achievement.is_repeatable and held.exists():
        raise AlreadyHeld(
            _("%(name)s is already held, and may be held only once.") % {"name": achievement.name}
        )


def _free_index(issuer: Issuer) -> tuple[StatusList, int]:
    """A random index never used before, so that neighbours on the list say nothing about each other."""
    status_list, _made = StatusList.objects.get_or_create(issuer=issuer, is_open=True)
    status_list = StatusList.objects.select_for_update(no_key=True).get(pk=status_list.pk)
    index = secrets.randbelow(StatusList.SIZE)
    while Credential.objects.filter(status_list=status_list, status_index=index).exists():
        if status_list.credentials.count() >= StatusList.SIZE // 2:
            # Half full: close it, so that drawing stays quick, and go on in a new block.
            StatusList.objects.filter(pk=status_list.pk).update(is_open=False)
            return _free_index(issuer)
        index = secrets.randbelow(StatusList.SIZE)
    return status_list, index


def _keep_components(credential: Credential, components: Sequence[Credential]) -> None:
    credential.components.set(components)
    Evidence.objects.bulk_create(
        Evidence(
            credential=credential,
            name=component.version.name,
            genre="Component credential",
            url=component.verify_url,
        )
        for component in components
    )
