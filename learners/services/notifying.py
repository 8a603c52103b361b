"""Notifications: one row per piece of news, seen in the portal and sent once by e-mail."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Grading
from config.events import announce
from config.failpoints import reach
from credentials.models import Credential, CredentialEvent
from learners.models import Notification
from learners.queries import standing_on

if TYPE_CHECKING:
    from learners.models import User

Kind = Notification.Kind
WAIT_AFTER_FAILURE = 30
# Duty mails always go; progress mails only to those who want them.
OPTIONAL: frozenset[str] = frozenset()
KIND_OF_EVENT: Mapping[str, str] = {
    CredentialEvent.Kind.ISSUED: Kind.CREDENTIAL_ISSUED,
    CredentialEvent.Kind.SUSPENDED: Kind.CREDENTIAL_SUSPENDED,
    CredentialEvent.Kind.REINSTATED: Kind.CREDENTIAL_REINSTATED,
    CredentialEvent.Kind.REVOKED: Kind.CREDENTIAL_REVOKED,
    CredentialEvent.Kind.EXPIRED: Kind.CREDENTIAL_EXPIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message: its kind, its one dedupe key, and the facts its templates show."""

    recipient: "User"
    kind: str
    dedupe_key: str
    path: str
    facts: Mapping[str, object]
    event: CredentialEvent | None = None
    grading: Grading | None = None


def notify_event(*, event: CredentialEvent, at: datetime) -> Notification | None:
    """Tell the holder what happened to her credential; None for what is no news."""
    kind = KIND_OF_EVENT.get(event.kind)
    if kind is None or not event.is_news:
        return None
    credential = event.credential
    if kind == Kind.CREDENTIAL_ISSUED and credential.source == Credential.Source.PATHWAY:
        kind = Kind.PATHWAY_COMPLETE
    return _tell(
        News(
            recipient=event.recipient,
            kind=kind,
            dedupe_key=f"{kind}:{event.recipient_id}:event:{event.pk}",
            path=reverse("learners:credential", args=[credential.public_id]),
            facts={
                "achievement": credential.version.name,
                "issuer": credential.achievement.issuer.name,
                "public_reason": event.public_reason,
                "standing": standing_on(event.recipient, credential),
            },
            event=event,
        ),
        at,
    )


def notify_feedback(*, grading: Grading, at: datetime) -> Notification | None:
    """Tell the learner that her work was marked, not how; None for what is no news."""
    if not grading.is_news:
        return None
    submission = grading.submission
    return _tell(
        News(
            recipient=submission.learner,
            kind=Kind.FEEDBACK_READY,
            dedupe_key=f"{Kind.FEEDBACK_READY}:{submission.learner_id}:grading:{grading.pk}",
            path=submission.get_absolute_url(),
            facts={"assessment": submission.assessment.title, "passed": bool(grading.passed)},
            grading=grading,
        ),
        at,
    )


@transaction.atomic
def _tell(news: News, at: datetime) -> Notification:
    """Keep the message; the same news twice is one message."""
    context = {
        **news.facts,
        "recipient": news.recipient,
        "url": settings.PORTAL_URL + news.path,
        "portal_name": settings.PORTAL_NAME,
    }
    lines = render_to_string(f"emails/{news.kind}.txt", context).strip().split("\n")
    subject, body = lines[0].strip(), "\n".join(lines[1:]).strip()
    wanted = news.kind not in OPTIONAL or _wants_progress_mail(news.recipient)
    notification, is_new = Notification.objects.get_or_create(
        dedupe_key=news.dedupe_key,
        defaults={
            "recipient": news.recipient,
            "kind": news.kind,
            "event": news.event,
            "grading": news.grading,
            "subject": subject[:250],
            "body": body,
            "path": news.path,
            "created_at": at,
            "mail": Notification.Mail.QUEUED if wanted else Notification.Mail.SWITCHED_OFF,
            "done_at": None if wanted else at,
        },
    )
    if is_new and wanted:
        announce("notification.queued", notification_id=notification.pk)
    return notification


def send_mail(*, notification_id: int) -> bool:
    """Send one e-mail; False if it is settled, not due or in another worker's hands.

    The Message-ID comes from the dedupe key and commits before the server is spoken to: after a crash
    the notice goes again under the same id, so a mailbox can tell that it is the same one.
    """
    owner = secrets.token_hex(16)
    if not Notification.objects.claim(notification_id, owner):
        return False
    notification = Notification.objects.select_related("recipient").get(pk=notification_id)
    host = urlsplit(settings.PORTAL_URL).hostname
    message_id = f"<{notification.public_id}@{host}>"
    Notification.objects.owned(notification_id, owner).update(
        mail=Notification.Mail.SENDING, message_id=message_id
    )
    try:
        _message(notification, message_id).send()
        reach("after_smtp")
        outcome = Notification.Mail.SENT
    except SMTPRecipientsRefused:
        outcome = Notification.Mail.BOUNCED
    except OSError as error:
        Notification.objects.give_back(
            notification_id, owner, repr(error), WAIT_AFTER_FAILURE * notification.attempts
        )
        raise
    Notification.objects.owned(notification_id, owner).update(
        mail=outcome, done_at=Now(), lease_owner="", lease_until=None, last_error=""
    )
    return True


@transaction.atomic
def mark_read(*, recipient: "User", at: datetime) -> int:
    """Everything this person has in the portal counts as read now."""
    return Notification.objects.filter(recipient=recipient, read_at__isnull=True).update(read_at=at)


def _message(notification: Notification, message_id: str) -> EmailMultiAlternatives:
    context = {
        "subject": notification.subject,
        "name": notification.recipient.name,
        "body": notification.body,
        "paragraphs": notification.body.split("\n\n"),
        "action": _("Open it in the portal"),
        "action_url": settings.PORTAL_URL + notification.path,
        "portal_url": settings.PORTAL_URL,
        "portal_name": settings.PORTAL_NAME,
    }
    message = EmailMultiAlternatives(
        subject=notification.subject,
        body=render_to_string("emails/base.txt", context),
        to=[notification.recipient.email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("emails/base.html", context), "text/html")
    return message


def _wants_progress_mail(recipient: "User") -> bool:
    profile = getattr(recipient, "profile", None)
    return profile is None or profile.wants_progress_mail
