"""The registrar's desk for people: put on record, let in by a link, given roles that another approves."""

import re
from io import StringIO
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import AuditEntry, Role
from credentials.models.duty import MAX_ATTEMPTS
from learners.models import Notification, User
from learners.services.welcoming import password_link
from tests.makers import (
    make_credential,
    make_enrolment,
    make_notification,
    make_role,
    make_series,
    make_user,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
ADD = reverse("admin:learners_user_add")
LIST = reverse("admin:learners_user_changelist")
NEW_PASSWORD = "a-long-new-password"


class BrokenMail(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected("gone")


def act(person: User, name: str) -> str:
    return reverse("admin:learners_user_act", args=[person.pk, name])


def page(person: User) -> str:
    return reverse("admin:learners_user_change", args=[person.pk])


def press(**answers: Any) -> dict[str, Any]:
    return {"op_key": str(uuid4()), **answers}


def corrected(person: User, **changed: Any) -> dict[str, Any]:
    """What a person's page sends."""
    sent = {
        "name": person.name,
        "email": person.email,
        "did": person.did,
        "time_zone": person.time_zone,
        "is_active": "on",
        "_save": "1",
    }
    for prefix in ("role_rows", "enrolments", "credentials", "profile"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return {**sent, **changed}


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


def set_password_by(link: str) -> Any:
    """Follow the link and set a password, as whoever received it does."""
    browser = Client()
    form = browser.get(link, follow=True)
    address = form.request["PATH_INFO"]
    return browser.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)


class TestPuttingOnRecord:
    def test_a_new_person_gets_a_link_and_no_password(
        self, desk: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(ADD, {"name": "Nova Newman", "email": "Nova@People.Example", "_save": "1"})

        person = User.objects.get(email="nova@people.example")
        assert not person.has_usable_password()
        assert mail.outbox[0].to == ["nova@people.example"]
        assert AuditEntry.objects.filter(act="put on record", object_id=str(person.pk)).exists()

    def test_the_link_in_the_mail_sets_her_password_once(
        self, desk: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(ADD, {"name": "Nova Newman", "email": "nova@people.example", "_save": "1"})
        found = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
        assert found

        set_password_by(found.group(1))
        set_again = set_password_by(found.group(1))

        assert User.objects.get(email="nova@people.example").check_password(NEW_PASSWORD)
        assert "password1" not in set_again.content.decode()

    def test_the_mail_says_the_same_with_and_without_html(
        self, desk: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(ADD, {"name": "Nova <b>Newman</b>", "email": "nova@people.example", "_save": "1"})
        message = mail.outbox[0]
        assert isinstance(message, EmailMultiAlternatives)
        html = str(message.alternatives[0][0])

        (link,) = set(re.findall(r"http://localhost:8000/accounts/\S+/", str(message.body)))

        assert link in html
        assert "<b>Newman" not in html

    def test_a_mail_that_cannot_be_sent_is_said_and_the_person_stays(
        self, desk: Client, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"

        with django_capture_on_commit_callbacks(execute=True):
            reply = desk.post(ADD, {"name": "Nova Newman", "email": "nova@people.example", "_save": "1"})

        person = User.objects.get(email="nova@people.example")
        again = desk.post(act(person, "send-link"), press())
        assert reply.status_code == 302
        assert again.status_code == 409
        assert "could not be sent to nova@people.example" in again.content.decode()

    def test_the_same_address_in_capitals_is_nobody_new(self, desk: Client, learner: User) -> None:
        reply = desk.post(ADD, {"name": "Twice", "email": learner.email.upper(), "_save": "1"})

        assert reply.status_code == 200
        assert User.objects.filter(email__iexact=learner.email).count() == 1

    def test_no_page_shows_or_takes_a_password(self, desk: Client, learner: User) -> None:
        before = learner.password

        told = desk.get(page(learner)).content.decode()
        desk.post(page(learner), corrected(learner, password="typed", last_login="2020-01-01"))

        learner.refresh_from_db()
        assert "password" not in told.split('id="content"')[1].replace("set a password", "")
        assert learner.password == before


class TestCorrecting:
    def test_a_name_is_corrected_and_the_trail_says_which_field(self, desk: Client, learner: User) -> None:
        desk.post(page(learner), corrected(learner, name="Lea Married-Name"))

        learner.refresh_from_db()
        entry = AuditEntry.objects.get(act="correct person")
        assert learner.name == "Lea Married-Name"
        assert entry.facts == {"fields": "name"}

    def test_an_address_she_left_opens_the_account_no_more(self, desk: Client, learner: User) -> None:
        EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)

        desk.post(page(learner), corrected(learner, email="moved@people.example"))

        assert not EmailAddress.objects.filter(user=learner).exists()

    def test_who_may_not_sign_in_is_out_at_once(self, desk: Client, learner: User, sign_in: SignIn) -> None:
        browser = sign_in(learner)
        before = browser.get(reverse("learners:dashboard")).status_code

        desk.post(
            page(learner), {name: value for name, value in corrected(learner).items() if name != "is_active"}
        )

        assert (before, browser.get(reverse("learners:dashboard")).status_code) == (200, 302)

    @pytest.mark.parametrize(
        ("field", "typed", "why"),
        [("did", "example.com", "begins with"), ("time_zone", "Middle-earth/Shire", "Europe/Zurich")],
    )
    def test_what_makes_no_sense_is_refused_in_words(
        self, field: str, typed: str, why: str, desk: Client, learner: User
    ) -> None:
        reply = desk.post(page(learner), corrected(learner, **{field: typed}))

        assert why in reply.content.decode()

    def test_nobody_is_deleted_here(self, desk: Client, learner: User) -> None:
        reply = desk.post(reverse("admin:learners_user_delete", args=[learner.pk]), {"post": "yes"})

        assert reply.status_code == 403
        assert User.objects.filter(pk=learner.pk).exists()


class TestActs:
    def test_a_link_is_sent_once_a_press(self, desk: Client, learner: User) -> None:
        answers = press()

        for _press in range(2):
            desk.post(act(learner, "send-link"), answers)

        assert len(mail.outbox) == 1

    def test_a_role_is_asked_for_and_opens_nothing_yet(self, desk: Client, learner: User) -> None:
        answers = press(role="faculty", series=make_series().pk)

        replies = [desk.post(act(learner, "ask-for-role"), answers) for _press in range(2)]

        role = Role.objects.get(user=learner)
        assert {reply.status_code for reply in replies} == {302}
        assert (role.role, role.approved_at) == ("faculty", None)
        assert User.objects.get(pk=learner.pk).roles == frozenset()

    def test_a_role_she_has_is_not_asked_for_again(self, desk: Client, learner: User) -> None:
        make_role(user=learner, role=Role.Name.FACULTY)

        reply = desk.post(act(learner, "ask-for-role"), press(role="faculty"))

        assert reply.status_code == 409
        assert "already" in reply.content.decode()

    def test_asking_for_a_role_asks_who_it_is(self, registrar: User, learner: User) -> None:
        browser = Client()
        browser.force_login(registrar)

        reply = browser.post(act(learner, "ask-for-role"), press(role="registrar"))

        assert reply.headers["Location"].startswith(reverse("account_reauthenticate"))
        assert not Role.objects.filter(user=learner).exists()

    def test_a_mail_that_gave_up_is_tried_again(self, desk: Client) -> None:
        notification = make_notification()
        Notification.objects.filter(pk=notification.pk).update(attempts=MAX_ATTEMPTS)

        desk.post(reverse("admin:learners_notification_act", args=[notification.pk, "try-again"]), press())

        notification.refresh_from_db()
        assert notification.attempts == 0


class TestPages:
    def test_a_person_is_found_by_part_of_a_name_in_any_script(self, desk: Client) -> None:
        person = make_user(name="Олеся Кравчук-Заболотна")

        found = desk.get(LIST, {"q": "Кравчук"}).context["cl"].result_list

        assert list(found) == [person]

    def test_a_page_tells_roles_enrolments_and_credentials(self, desk: Client, learner: User) -> None:
        enrolment = make_enrolment(learner=learner)
        credential = make_credential(recipient=learner)
        make_role(user=learner, role=Role.Name.FACULTY)

        told = desk.get(page(learner)).content.decode()

        for words in (enrolment.pathway.name, credential.achievement.code, "faculty"):
            assert words in told

    def test_a_list_and_a_page_cost_the_same_with_many_rows(self, desk: Client, learner: User) -> None:
        def cost(address: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address).status_code == 200
            return len(queries)

        def add() -> None:
            make_credential(recipient=learner)
            make_enrolment(learner=learner)
            make_notification(recipient=learner)

        addresses = [LIST, page(learner), reverse("admin:learners_notification_changelist")]
        add()
        for address in addresses:
            cost(address)
        one = [cost(address) for address in addresses]
        for _row in range(4):
            add()

        assert [cost(address) for address in addresses] == one


class TestCreatePerson:
    def test_puts_the_first_registrar_on_record_with_a_link(self) -> None:
        told = StringIO()

        call_command("create_person", "First@People.Example", "Frida First", roles=["registrar"], stdout=told)

        person = User.objects.get(email="first@people.example")
        link = told.getvalue().strip().splitlines()[-1]
        set_password_by(link.removeprefix("http://localhost:8000"))
        person.refresh_from_db()
        assert person.roles == {"registrar"}
        assert person.check_password(NEW_PASSWORD)
        assert set(AuditEntry.objects.values_list("act", flat=True)) == {"put on record", "establish role"}

    def test_again_adds_only_what_is_missing(self) -> None:
        for roles in (["registrar"], ["registrar", "approver"]):
            call_command(
                "create_person", "first@people.example", "Frida First", roles=roles, stdout=StringIO()
            )

        person = User.objects.get(email="first@people.example")
        assert sorted(person.role_rows.values_list("role", flat=True)) == ["approver", "registrar"]

    @pytest.mark.parametrize(("email", "name"), [("not an address", "Frida"), ("a@people.example", "  ")])
    def test_nonsense_is_refused_in_words(self, email: str, name: str) -> None:
        with pytest.raises(CommandError):
            call_command("create_person", email, name, stdout=StringIO())

        assert not User.objects.exists()

    def test_a_link_dies_with_the_next_password(self, learner: User) -> None:
        link = password_link(learner).removeprefix("http://localhost:8000")
        learner.set_password(NEW_PASSWORD + "-first")
        learner.save()

        set_password_by(link)

        assert User.objects.get(pk=learner.pk).check_password(NEW_PASSWORD + "-first")
