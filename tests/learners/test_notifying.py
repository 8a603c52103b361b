"""Messages: one for each piece of news, in words that keep what is private behind the sign-in."""

from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend

from config.clock import now
from credentials.models import Credential, CredentialEvent
from credentials.services.revoking import reinstate, revoke, suspend
from learners.models import Notification, User
from learners.queries import waiting_work
from learners.services import notifying
from tests.faults.smtp import MailServer
from tests.makers import (
    make_achievement,
    make_credential,
    make_credential_event,
    make_enrolment,
    make_evaluation,
    make_grading,
    make_notification,
    make_pathway,
    make_submission,
    make_user,
    office,
    pool,
)

pytestmark = pytest.mark.django_db


def tell(event: CredentialEvent) -> Notification:
    notification = notifying.notify_event(event=event, at=now())
    assert notification is not None
    return notification


def sent(notification: Notification) -> mail.EmailMultiAlternatives:
    assert notifying.send_mail(notification_id=notification.pk)
    (message,) = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


class TestIssued:
    def test_names_what_and_by_whom(self, learner: User) -> None:
        credential = make_credential(recipient=learner)

        notification = tell(make_credential_event(credential=credential))

        assert notification.subject == f"{credential.version.name} was issued to you"
        assert credential.achievement.issuer.name in notification.body
        assert str(credential.public_id) in notification.path

    def test_says_what_is_left_of_the_pathway(self, learner: User) -> None:
        first, *others = (make_achievement() for _part in range(3))
        pathway = make_pathway(rule=pool(2, first, *others))
        credential = make_credential(recipient=learner, achievement=first)
        make_evaluation(enrolment=make_enrolment(learner=learner, pathway=pathway), at=now())

        notification = tell(make_credential_event(credential=credential))

        assert f"- {pathway.name}: 1 left." in notification.body

    def test_the_same_news_twice_is_one_message(self, learner: User) -> None:
        event = make_credential_event(credential=make_credential(recipient=learner))

        tell(event)
        tell(event)

        assert Notification.objects.filter(recipient=learner).count() == 1

    def test_a_record_loaded_as_history_is_no_news(self, learner: User) -> None:
        event = make_credential_event(credential=make_credential(recipient=learner, is_news=False))

        assert notifying.notify_event(event=event, at=now()) is None

    def test_a_name_with_an_apostrophe_stays_itself(self) -> None:
        achievement = make_achievement(name="Reading a Map & a Ship's Log")
        person = make_user(name="Aoife O'Brien")
        event = make_credential_event(credential=make_credential(recipient=person, achievement=achievement))

        message = sent(tell(event))

        assert message.subject == "Reading a Map & a Ship's Log was issued to you"
        assert "Dear Aoife O'Brien," in str(message.body)
        html = str(message.alternatives[0][0])
        assert "Reading a Map &amp; a Ship&#x27;s Log" in html


class TestTrouble:
    def test_a_suspension_gives_the_public_reason_and_how_to_contest(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        event = suspend(
            credential=credential,
            reason="Seen by two people only.",
            public_reason="The evidence is looked at again.",
            by=office(),
            at=now(),
        )

        notification = tell(event)

        assert notification.subject == f"{credential.version.name} is suspended"
        assert "The evidence is looked at again." in notification.body
        assert "write to the registrar" in notification.body
        assert "Seen by two people only." not in notification.body

    def test_a_revocation_is_for_good_and_says_so(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        event = revoke(
            credential=credential,
            revocation=Credential.Revocation.VOID,
            reason="Another's work.",
            public_reason="It was not the holder's own work.",
            by=office(),
            at=now(),
        )

        notification = tell(event)

        assert notification.subject == f"{credential.version.name} was revoked"
        assert "for good" in notification.body
        assert "Another's work." not in notification.body

    def test_a_reinstatement_says_that_it_counts_again(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        suspend(credential=credential, reason="x", by=office(), at=now())
        event = reinstate(credential=credential, reason="x", by=office(), at=now())

        notification = tell(event)

        assert notification.subject == f"{credential.version.name} is in force again"


class TestFeedback:
    @pytest.mark.parametrize("level", ["fail", "pass"])
    def test_never_says_the_result(self, level: str, learner: User) -> None:
        submission = make_submission(learner=learner)
        grading = make_grading(submission=submission, level=level)

        notification = notifying.notify_feedback(grading=grading, at=now())

        assert notification is not None
        assert notification.subject == f"Feedback on {submission.assessment.title} is ready"
        text = notification.body.lower()
        assert not any(word in text for word in ("pass", "fail", grading.marker.name.lower(), "well argued"))


class TestMail:
    def test_text_and_html_hold_the_same_facts(self, learner: User) -> None:
        notification = make_notification(recipient=learner)

        message = sent(notification)

        html = str(message.alternatives[0][0])
        address = settings.PORTAL_URL + notification.path
        assert message.to == [learner.email]
        assert "\n" not in message.subject
        for part in (str(message.body), html):
            assert address in part
            assert notification.event is not None
            assert notification.event.credential.version.name in part
        assert len(html) < 60_000
        assert "<img" not in html

    def test_every_address_in_it_is_on_our_host(self, learner: User) -> None:
        message = sent(make_notification(recipient=learner))

        addresses = [word for word in str(message.body).split() if word.startswith("http")]
        assert addresses
        assert all(address.startswith(settings.PORTAL_URL) for address in addresses)

    def test_goes_once(self, learner: User) -> None:
        notification = make_notification(recipient=learner)
        sent(notification)

        assert not notifying.send_mail(notification_id=notification.pk)

        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("kind", Notification.Kind.values)
    def test_every_kind_of_news_has_its_words(self, kind: str, learner: User) -> None:
        facts = {"achievement": "Rope Work", "issuer": "Tessera", "assessment": "Three knots", "standing": []}
        news = notifying.News(
            recipient=learner, kind=kind, dedupe_key=f"test:{kind}", path="/me/", facts=facts
        )

        notification = notifying._tell(news, now())

        assert notification.subject
        assert len(notification.body) > 60
        assert "\n\n\n" not in notification.body
        assert "None" not in notification.body


@pytest.fixture
def mail_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real server, and a process that has not yet met a silent one."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        monkeypatch.setattr(notifying, "_silent_until", 0.0)
        yield server


class TestMailServer:
    def test_one_that_is_down_costs_the_message_no_attempt_and_is_not_asked_again_at_once(
        self, mail_server: MailServer, learner: User
    ) -> None:
        first, second = make_notification(recipient=learner), make_notification(recipient=learner)
        mail_server.is_closed = True

        assert not notifying.send_mail(notification_id=first.pk)
        assert not notifying.send_mail(notification_id=second.pk)

        first.refresh_from_db()
        assert (first.mail, first.attempts, first.lease_until) == ("queued", 0, None)
        assert "421" in first.last_error
        assert len(mail_server.calls) == 1

    def test_what_waits_for_it_is_on_the_registrars_list(
        self, mail_server: MailServer, learner: User, registrar: User
    ) -> None:
        mail_server.stop()
        notifying.send_mail(notification_id=make_notification(recipient=learner).pk)

        waiting = {item.label: item.count for item in waiting_work(registrar, now())}

        assert waiting["e-mails not sent"] == 1

    def test_an_address_refused_for_good_is_settled(self, mail_server: MailServer, learner: User) -> None:
        notification = make_notification(recipient=learner)
        mail_server.refusals = {learner.email: "550 no such mailbox"}

        assert notifying.send_mail(notification_id=notification.pk)

        notification.refresh_from_db()
        assert notification.mail == "bounced"
        assert notification.done_at is not None

    def test_an_address_refused_for_now_is_tried_again(self, mail_server: MailServer, learner: User) -> None:
        notification = make_notification(recipient=learner)
        mail_server.refusals = {learner.email: "450 come back in five minutes"}

        with pytest.raises(SMTPRecipientsRefused):
            notifying.send_mail(notification_id=notification.pk)

        notification.refresh_from_db()
        assert (notification.done_at, notification.lease_until, notification.attempts) == (None, None, 1)
        assert "450" in notification.last_error

    def test_who_lost_the_lease_while_the_server_greeted_sends_nothing(
        self, mail_server: MailServer, learner: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notification = make_notification(recipient=learner)
        monkeypatch.setattr(notifying, "LEASE_SECONDS", -1)

        class SlowToGreet(EmailBackend):
            def open(self) -> bool | None:
                Notification.objects.claim(notification.pk, "another worker")
                return super().open()

        monkeypatch.setattr(notifying, "get_connection", SlowToGreet)

        assert not notifying.send_mail(notification_id=notification.pk)

        assert mail_server.letters == []
