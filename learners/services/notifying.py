"""Notifications: one row per piece of news, seen in the portal and sent once by e-mail."""

import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
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

log = structlog.get_logger(__name__)
Kind = Notification.Kind
WAIT_AFTER_FAILURE = 30
# Longer than handing one message over can take: four answers of at most EMAIL_TIMEOUT.
LEASE_SECONDS = 45
# A server that does not answer is asked again after this, once, and not by every message that waits.
SILENCE_SECONDS = 30.0
_silent_until = 0.0
_one_at_a_time = threading.Lock()
# Duty mails always go; progress mails only to those who want them.
OPTIONAL: frozenset[str] = frozenset()
KIND_OF_EVENT: Mapping[str, str] = {
    CredentialEvent.Kind.ISSUED: Kind.CREDENTIAL_ISSUED,
    CredentialEvent.Kind.SUSPENDED: Kind.CREDENTIAL_SUSPENDED,
    CredentialEvent.Kind.REINSTATED: Kind.CREDENTIAL_REINSTATED,
    CredentialEvent.Kind.REVOKED: Kind.CREDENTIAL_REVOKED,
    CredentialEvent.Kind.EXPIRED: Kind.CREDENTIAL_EXPIRED,
}


class ServerUnreachable(Exception):
    """No mail server let us in; no message was handed over."""


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
    is_awarded_at_its_end = credential.source == Credential.Source.PATHWAY and credential.awarding_version
    if kind == Kind.CREDENTIAL_ISSUED and is_awarded_at_its_end:
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
    """Send one e-mail; False if it is settled, not due, in another worker's hands, or no server answers.

    The Message-ID comes from the dedupe key and commits before the message is handed over: after a crash
    the notice goes again under the same id, so a mailbox can tell that it is the same one. A process hands
    over one message at a time, so that its death can repeat no more than one.
    """
    with _one_at_a_time:
        if time.monotonic() < _silent_until:
            return False
        owner = secrets.token_hex(16)
        if not Notification.objects.claim(notification_id, owner, seconds=LEASE_SECONDS):
            return False
        notification = Notification.objects.select_related("recipient").get(pk=notification_id)
        try:
            return _hand_over(notification, owner)
        except ServerUnreachable as error:
            _be_silent()
            _let_go(notification, owner, error)
            return False
        except Exception as error:
            Notification.objects.give_back(
                notification_id, owner, repr(error), WAIT_AFTER_FAILURE * notification.attempts
            )
            raise


def _hand_over(notification: Notification, owner: str) -> bool:
    host = urlsplit(settings.PORTAL_URL).hostname
    message_id = f"<{notification.public_id}@{host}>"
    with _server() as server:
        # A slow server may have outlasted the lease while it greeted us: whoever holds it now sends.
        is_ours = Notification.objects.owned(notification.pk, owner).update(
            mail=Notification.Mail.SENDING,
            message_id=message_id,
            lease_until=Now() + timedelta(seconds=LEASE_SECONDS),
        )
        if not is_ours:
            return False
        try:
            _message(notification, message_id, server).send()
            reach("after_smtp")
            outcome = Notification.Mail.SENT
        except SMTPRecipientsRefused as refused:
            if not _is_for_good(refused):
                raise
            outcome = Notification.Mail.BOUNCED
        # Before we take leave of the server: it has the message, however it answers to that.
        Notification.objects.owned(notification.pk, owner).update(
            mail=outcome, done_at=Now(), lease_owner="", lease_until=None, last_error=""
        )
    return True


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    """A connection to the mail server. Raises ServerUnreachable where none can be had."""
    server: BaseEmailBackend = get_connection()
    try:
        server.open()
    except OSError as error:
        raise ServerUnreachable(repr(error)) from error
    try:
        yield server
    finally:
        # What was handed over stays so, even if the server hangs up without a word.
        with suppress(OSError):
            server.close()


def _be_silent() -> None:
    global _silent_until
    _silent_until = time.monotonic() + SILENCE_SECONDS


def _let_go(notification: Notification, owner: str, error: ServerUnreachable) -> None:
    """No server is no failure of the message: it waits, says why, and keeps its attempts."""
    log.warning("mail.server_unreachable", error=str(error), notification=notification.pk)
    Notification.objects.owned(notification.pk, owner).update(attempts=F("attempts") - 1)
    Notification.objects.give_back(notification.pk, owner, str(error), int(SILENCE_SECONDS))


def _is_for_good(refused: SMTPRecipientsRefused) -> bool:
    """Whether the server refuses the address (5xx), rather than asking us to come again (4xx)."""
    return all(code >= 500 for code, _reason in refused.recipients.values())


@transaction.atomic
def mark_read(*, recipient: "User", at: datetime) -> int:
    """Everything this person has in the portal counts as read now."""
    return Notification.objects.filter(recipient=recipient, read_at__isnull=True).update(read_at=at)


def _message(notification: Notification, message_id: str, server: BaseEmailBackend) -> EmailMultiAlternatives:
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
        connection=server,
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("emails/base.html", context), "text/html")
    return message


def _wants_progress_mail(recipient: "User") -> bool:
    profile = getattr(recipient, "profile", None)
    return profile is None or profile.wants_progress_mail
