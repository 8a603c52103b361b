"""Issue a credential: every row, the intent to sign and the news of it, in one transaction."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.clock import refuse_if_apart
from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    CredentialEvent,
    Evidence,
    Issuer,
    Series,
    SignedDocument,
    SigningKey,
    StatusList,
)
from credentials.openbadges import documents
from credentials.openbadges.facts import (
    CredentialFacts,
    EvidenceFacts,
    IssuerFacts,
    ResultFacts,
    StatusFacts,
)
from credentials.openbadges.text import instant
from credentials.queries import (
    achievement_facts,
    carried_endorsements,
    end_of_day,
    local_day,
    months_after,
    workload_result,
)
from credentials.services.auditing import Acted, audit_all
from credentials.services.ledger import hold, record

if TYPE_CHECKING:
    from learners.models import User


class CannotIssue(Exception):
    """Nothing was issued; the message says why and what to do next."""


class ReviewOverdue(CannotIssue):
    """The achievement waits for its review, and its series issues nothing new meanwhile."""


class AlreadyHeld(CannotIssue):
    """A live credential of this achievement is held, and it may be held only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is to be issued, to whom and why.

    `source_id` is the id of the row that earned it (submission, enrolment): the same cause never
    issues twice. `results` are levels reached, {"id": result description id, "level": level id}.
    `evidence` is what the signed document shows of the work: only what the achievement and the
    learner let out, and only addresses whose content does not change (STANDARDS §2). `expires_on` ends it
    before its version would: with what it is made of.
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
    evidence: Sequence[EvidenceFacts] = ()
    expires_on: date | None = None


@transaction.atomic
def issue(
    *, award: Award, at: datetime, by: "User | None" = None, reason: str = "", is_news: bool = True
) -> Credential:
    """Issue `award`, or answer the credential that the same cause issued before.

    `is_news` False loads an earlier record: it enters the ledger, and nobody is written to.
    Raises CannotIssue, ClocksApart.
    """
    refuse_if_apart()
    recipient = hold(award.recipient.pk)
    achievement = Achievement.objects.select_related("issuer", "series", "current_version").get(
        pk=award.achievement.pk
    )
    held = _held(award, achievement)
    for earlier in held:
        if _has_same_cause(earlier, award):
            return earlier
    version, key = _ready_to_issue(achievement, at)
    if held:
        raise AlreadyHeld(
            _("%(name)s is already held, and may be held only once.") % {"name": achievement.name}
        )
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
        expires_on=earliest(last_valid_day(version, award.earned_at), award.expires_on),
        allows_many=achievement.is_repeatable,
        level=award.level,
        results=[dict(result) for result in award.results],
        status_list=status_list,
        status_index=index,
    )
    evidence = _keep_evidence(credential, award)
    # Nobody can have endorsed it yet: it is not asked.
    said = documents.open_badge_credential(_facts(credential, at, evidence, endorsements=()))
    _intent, signing = _keep_intent(credential, key, said, proof_created_at=at, valid_from=at)
    record(credential, CredentialEvent.Kind.ISSUED, by=by, at=at, reason=reason, is_news=is_news)
    facts = {"achievement": achievement.code, "source": award.source}
    audit_all([signing, Acted("issue", credential, facts, by=by, about=recipient, reason=reason)])
    return credential


def intend(
    *,
    credential: Credential,
    key: SigningKey,
    at: datetime,
    valid_from: datetime | None = None,
    revision: int = 1,
    cause: SignedDocument.Cause = SignedDocument.Cause.ISSUED,
    says: Mapping[str, Any] | None = None,
) -> SignedDocument:
    """Commit what will be signed, by which key and as of when, before anything is signed.

    `valid_from` is `at` unless a copy before it began then; `says` repeats that copy but for its validFrom.
    """
    valid_from = valid_from or at
    document = (
        {**says, "validFrom": instant(valid_from)}
        if says is not None
        else documents.open_badge_credential(facts_of(credential, valid_from=valid_from))
    )
    intent, signing = _keep_intent(
        credential, key, document, proof_created_at=at, valid_from=valid_from, revision=revision, cause=cause
    )
    audit_all([signing])
    return intent


def _keep_intent(
    credential: Credential,
    key: SigningKey,
    document: Mapping[str, Any],
    *,
    proof_created_at: datetime,
    **fields: Any,
) -> tuple[SignedDocument, Acted]:
    """Store the intent; with its entry for the audit trail, which the caller appends."""
    unsigned = documents.to_bytes(document)
    digest = hashlib.sha256(unsigned).hexdigest()
    intent = SignedDocument.objects.create(
        credential=credential,
        key=key,
        proof_created_at=proof_created_at.replace(microsecond=0),
        unsigned=unsigned,
        unsigned_sha256=digest,
        **fields,
    )
    facts = {"credential": str(credential.public_id), "sha256": digest, "key": key.multikey}
    return intent, Acted("signing", intent, facts)


def waits_for_review(achievement: Achievement, at: datetime) -> bool:
    """Whether nothing new is issued of it, because its review is overdue and its series says stop."""
    due = achievement.review_due_on
    stops = achievement.series.when_overdue == Series.WhenOverdue.STOP
    return stops and due is not None and due < local_day(at)


def last_valid_day(version: AchievementVersion, earned_at: datetime) -> date | None:
    """The last day, in the institution's zone, on which a credential earned then is valid; None: no end."""
    if version.expiry == AchievementVersion.Expiry.NEVER or not version.expiry_months:
        return None
    earned_on = local_day(earned_at)
    anniversary = months_after(earned_on, version.expiry_months)
    # Clipped to the month's end, that is itself the last day (RULES §9).
    return anniversary if anniversary.day < earned_on.day else anniversary - timedelta(days=1)


def earliest(*days: date | None) -> date | None:
    """The first of these last days; None is no end."""
    return min((day for day in days if day is not None), default=None)


def facts_of(credential: Credential, *, valid_from: datetime) -> CredentialFacts:
    """The plain facts of a credential, as the standard's document wants them."""
    return _facts(credential, valid_from, credential.evidence.all(), carried_endorsements(credential))


def _facts(
    credential: Credential,
    valid_from: datetime,
    evidence: Iterable[Evidence],
    endorsements: tuple[Mapping[str, Any], ...],
) -> CredentialFacts:
    version, recipient = credential.version, credential.recipient
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
        valid_until=end_of_day(credential.expires_on) if credential.expires_on else None,
        status=StatusFacts(list_url=credential.status_list.url("revocation"), index=credential.status_index),
        results=(
            *(
                ResultFacts(result_description=row["id"], achieved_level=row["level"])
                for row in credential.results
            ),
            *workload_result(version),
        ),
        evidence=tuple(
            EvidenceFacts(
                id=item.url or None,
                name=item.name,
                narrative=item.narrative or None,
                genre=item.genre or None,
            )
            for item in evidence
        ),
        endorsements=endorsements,
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


def _held(award: Award, achievement: Achievement) -> list[Credential]:
    """What the same cause issued before, and the live ones beside which there may be no other."""
    wanted = Q(source=award.source, source_id=award.source_id, issue_no=award.issue_no)
    if not achievement.is_repeatable:
        wanted |= Q(is_live=True, awarding_version=award.awarding_version)
    return list(Credential.objects.filter(wanted, recipient=award.recipient, achievement=achievement))


def _has_same_cause(credential: Credential, award: Award) -> bool:
    cause = (credential.source, credential.source_id, credential.issue_no)
    return cause == (award.source, award.source_id, award.issue_no)


def _ready_to_issue(achievement: Achievement, at: datetime) -> tuple[AchievementVersion, SigningKey]:
    version = achievement.current_version
    if version is None:
        raise CannotIssue(
            _("%(code)s has no published version. Publish one first.") % {"code": achievement.code}
        )
    # Its documents read these: asked once.
    version.achievement = achievement
    if waits_for_review(achievement, at):
        raise ReviewOverdue(
            _(
                "The review of %(code)s was due on %(day)s, and its series issues nothing new until it is "
                "decided. Ask for the decision, and issue it then."
            )
            % {"code": achievement.code, "day": achievement.review_due_on}
        )
    key = SigningKey.objects.filter(issuer=achievement.issuer, state=SigningKey.State.ACTIVE).first()
    if key is None:
        raise CannotIssue(
            _("%(issuer)s has no signing key in use. Make one first.") % {"issuer": achievement.issuer}
        )
    return version, key


def _free_index(issuer: Issuer) -> tuple[StatusList, int]:
    """A random index never used before, so that neighbours on the list say nothing about each other."""
    status_list = (
        StatusList.objects.select_for_update(no_key=True).filter(issuer=issuer, is_open=True).first()
    )
    if status_list is None:
        StatusList.objects.get_or_create(issuer=issuer, is_open=True)
        return _free_index(issuer)
    index = secrets.randbelow(StatusList.SIZE)
    while Credential.objects.filter(status_list=status_list, status_index=index).exists():
        if status_list.credentials.count() >= StatusList.SIZE // 2:
            # Half full: close it, so that drawing stays quick, and go on in a new block.
            StatusList.objects.filter(pk=status_list.pk).update(is_open=False)
            return _free_index(issuer)
        index = secrets.randbelow(StatusList.SIZE)
    return status_list, index


def _keep_evidence(credential: Credential, award: Award) -> list[Evidence]:
    """Store what the credential is made of, and what its document shows of the work."""
    if award.components:
        credential.components.add(*award.components)
    rows = [
        *(
            Evidence(name=component.version.name, genre="Component credential", url=component.verify_url)
            for component in award.components
        ),
        *(
            Evidence(
                name=item.name or "",
                genre=item.genre or "",
                url=item.id or "",
                narrative=item.narrative or "",
            )
            for item in award.evidence
        ),
    ]
    for row in rows:
        row.credential = credential
    return Evidence.objects.bulk_create(rows)
