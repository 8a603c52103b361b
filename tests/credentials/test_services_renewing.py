"""The next copy: a name corrected, a time renewed; never a second of the same, and the old ones stay."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from config.clock import now
from credentials.models import AuditEntry, Credential, CredentialEvent, Rendering, SignedDocument
from credentials.services.checking import check_credentials
from credentials.services.jobs import run_job
from credentials.services.renewing import (
    CannotRenew,
    StillBeingSigned,
    correct_document,
    correct_name,
    move_last_day,
    renew,
    renewed_until,
)
from credentials.services.revoking import expire, past_their_last_day, revoke, suspend
from credentials.services.signing import publish_status_list, sign_document
from credentials.services.verifying import verify_credential, verify_file
from learners.models import User
from learners.services.welcoming import correct
from tests.makers import TERM_DAY, make_achievement, make_certificate, make_credential, make_status_list
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LATER = TERM_DAY + timedelta(days=10)


def signed(**fields: Any) -> Credential:
    credential = make_credential(**fields)
    sign_document(document_id=credential.documents.get().pk)
    return credential


def sign_newest(credential: Credential) -> SignedDocument:
    sign_document(document_id=credential.documents.latest("revision").pk)
    return credential.documents.latest("revision")


def said(document: SignedDocument) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(bytes(document.signed or document.unsigned))
    return parsed


def yearly(**fields: Any) -> Credential:
    """Ends on 31 August 2026."""
    return signed(achievement=make_achievement(expiry="months", expiry_months=12), **fields)


class TestName:
    def test_the_next_copy_has_the_new_name_the_same_id_and_date_of_award(self, learner: User) -> None:
        credential = signed(recipient=learner)
        learner.name = "Lea Newname"
        learner.save()

        correct_document(credential=credential, by=None, at=LATER)

        first, second = credential.documents.order_by("revision")
        was, then = said(first), said(sign_newest(credential))
        assert "Lea Newname" in json.dumps(then)
        assert "Lea Learner" not in json.dumps(then)
        assert (was["id"], was["awardedDate"]) == (then["id"], then["awardedDate"])
        assert was["validFrom"] < then["validFrom"]
        assert second.cause == SignedDocument.Cause.CORRECTED
        assert first.signed is not None

    def test_where_nothing_differs_nothing_is_made(self, learner: User) -> None:
        credential = signed(recipient=learner)

        assert correct_document(credential=credential, by=None, at=LATER) is None

        assert credential.documents.count() == 1

    def test_a_copy_that_is_being_signed_is_waited_for(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        learner.name = "Lea Newname"
        learner.save()

        with pytest.raises(StillBeingSigned, match="in a minute"):
            correct_document(credential=credential, by=None, at=LATER)

    def test_the_registrar_s_correction_reaches_all_that_she_holds(
        self, learner: User, registrar: User, drain: Callable[..., None]
    ) -> None:
        held = [signed(recipient=learner), make_credential(recipient=learner)]
        revoke(credential=held[0], revocation=Credential.Revocation.VOID, reason="-", by=registrar, at=LATER)
        learner.name = "Lea Newname"

        correct(person=learner, changed=["name"], by=registrar, at=LATER)
        for _wait in range(3):
            SignedDocument.objects.update(due_at=TERM_DAY)
            drain(printing=False)

        newest = [row.documents.latest("revision") for row in held]
        assert all("Lea Newname" in json.dumps(said(row)) for row in newest)
        assert all(row.signed_at for row in newest)

    def test_an_address_that_opens_the_account_and_no_more_leaves_documents_alone(
        self, learner: User, registrar: User
    ) -> None:
        credential = signed(recipient=learner)

        correct(person=learner, changed=["is_active"], by=registrar, at=LATER)

        assert credential.documents.count() == 1

    def test_the_job_waits_for_what_was_being_signed(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        learner.name = "Lea Newname"
        learner.save()
        job = correct_name(recipient=learner, by=None, at=LATER)
        assert job is not None
        run_job(job_id=job.pk, at=LATER)
        with pytest.raises(StillBeingSigned):
            run_job(job_id=job.pk, at=LATER)
        sign_newest(credential)
        type(job).objects.update(due_at=TERM_DAY)

        run_job(job_id=job.pk, at=LATER)

        job.refresh_from_db()
        assert job.state == "done"
        assert "Lea Newname" in json.dumps(said(sign_newest(credential)))

    def test_an_older_copy_is_valid_and_says_that_a_newer_one_took_its_place(self, learner: User) -> None:
        credential = signed(recipient=learner)
        older = bytes(credential.documents.get().signed or b"")
        learner.name = "Lea Newname"
        learner.save()
        make_status_list(credential=credential)
        correct_document(credential=credential, by=None, at=LATER)
        before = verify_file(data=older, at=LATER)
        newer = bytes(sign_newest(credential).signed or b"")

        after, newest = (verify_file(data=data, at=LATER + timedelta(minutes=1)) for data in (older, newer))

        assert (before.verdict, before.state("refresh")) == ("valid", None)
        assert (after.verdict, after.state("refresh")) == ("valid", "warning")
        assert (newest.verdict, newest.state("refresh")) == ("valid", None)

    def test_the_certificate_is_printed_again(self, learner: User) -> None:
        credential = signed(recipient=learner, achievement=make_certificate())
        learner.name = "Lea Newname"
        learner.save()

        correct_document(credential=credential, by=None, at=LATER)
        sign_newest(credential)

        printed = Rendering.objects.filter(document__credential=credential)
        assert sorted(printed.values_list("document__revision", flat=True)) == [1, 2]

    def test_no_page_shows_the_former_name(
        self, learner: User, registrar: User, sign_in: SignIn, drain: Callable[..., None]
    ) -> None:
        credential = signed(recipient=learner, at=now() - timedelta(days=3), visibility="public")
        suspend(credential=credential, reason="A doubt.", by=registrar, at=now() - timedelta(days=1))
        learner.name = "Lea Newname"
        correct(person=learner, changed=["name"], by=registrar, at=now())
        drain(printing=False)
        desk, hers = sign_in(registrar), sign_in(learner)
        pages = [
            reverse("credentials:verify", args=[credential.code]),
            reverse("admin:credentials_credential_changelist"),
            reverse("admin:credentials_credential_change", args=[credential.pk]),
            reverse("admin:credentials_credentialevent_changelist"),
            reverse("admin:credentials_signeddocument_changelist"),
            reverse("admin:credentials_job_changelist"),
            reverse("admin:credentials_auditentry_changelist"),
            reverse("admin:credentials_credential_signed", args=[credential.pk]),
        ]
        own = ["learners:wallet", "learners:dashboard"]

        shown = {address: desk.get(address).content.decode() for address in pages}
        shown |= {name: hers.get(reverse(name)).content.decode() for name in own}
        entry = AuditEntry.objects.filter(act="suspended").latest("pk")
        shown["entry"] = desk.get(
            reverse("admin:credentials_auditentry_change", args=[entry.pk])
        ).content.decode()
        shown["file"] = hers.get(
            reverse("learners:credential_json", args=[credential.public_id])
        ).content.decode()

        assert [where for where, text in shown.items() if "Lea Learner" in text] == []
        assert "Lea Newname" in shown["file"]


class TestRenew:
    def test_in_time_a_period_follows_on_the_old_day(self, learner: User) -> None:
        credential = yearly(recipient=learner)
        day = datetime.fromisoformat("2026-08-20T10:00:00+00:00")

        event = renew(credential=credential, by=None, at=day, reason="Shown again.")

        credential.refresh_from_db()
        document = said(sign_newest(credential))
        assert credential.expires_on == date(2027, 8, 31)
        assert document["validUntil"] == "2027-09-01T00:00:00Z"
        assert (event.kind, event.reason) == (CredentialEvent.Kind.RENEWED, "Shown again.")
        assert credential.documents.latest("revision").cause == SignedDocument.Cause.RENEWED

    @pytest.mark.parametrize(
        ("day", "until"),
        [
            ("2026-08-31", "2027-08-31"),
            ("2026-09-01", "2027-08-31"),
            ("2026-10-15", "2027-10-14"),
            ("2028-02-29", "2029-02-28"),
        ],
    )
    def test_late_a_period_begins_on_that_day(self, learner: User, day: str, until: str) -> None:
        """RULES §9: no day less where the month has no such day."""
        credential = yearly(recipient=learner)

        assert renewed_until(credential, on=date.fromisoformat(day)) == date.fromisoformat(until)

    def test_what_had_expired_is_in_force_again(self, learner: User) -> None:
        credential = yearly(recipient=learner)
        day = datetime.fromisoformat("2026-10-15T10:00:00+00:00")
        expire(credential=credential, at=day)

        renew(credential=credential, by=None, at=day)

        credential.refresh_from_db()
        sign_newest(credential)
        publish_status_list(list_id=credential.status_list_id, at=day)
        assert (credential.state, credential.is_live) == (Credential.State.ACTIVE, True)
        assert verify_credential(credential=credential, at=day + timedelta(minutes=1)).verdict == "valid"

    def test_a_sweep_that_found_it_before_does_not_end_it(self, learner: User) -> None:
        credential = yearly(recipient=learner)
        day = datetime.fromisoformat("2026-09-01T10:00:00+00:00")
        (found,) = past_their_last_day(at=day)
        renew(credential=credential, by=None, at=day)

        assert expire(credential=found, at=day) is None

        credential.refresh_from_db()
        assert credential.state == Credential.State.ACTIVE

    def test_not_while_another_is_held(self, learner: User) -> None:
        credential = yearly(recipient=learner)
        day = datetime.fromisoformat("2026-10-15T10:00:00+00:00")
        expire(credential=credential, at=day)
        make_credential(recipient=learner, achievement=credential.achievement, at=day)

        with pytest.raises(CannotRenew, match="newer credential"):
            renew(credential=credential, by=None, at=day)

    def test_neither_what_is_suspended_nor_what_never_ends(self, learner: User, registrar: User) -> None:
        credential, endless = yearly(recipient=learner), signed(recipient=learner)
        suspend(credential=credential, reason="A doubt.", by=registrar, at=LATER)

        with pytest.raises(CannotRenew, match="suspended"):
            renew(credential=credential, by=None, at=LATER)
        with pytest.raises(CannotRenew, match="nothing to renew"):
            renew(credential=endless, by=None, at=LATER)

    def test_never_backwards(self, learner: User) -> None:
        credential = yearly(recipient=learner)

        with pytest.raises(CannotRenew, match="after the old one"):
            renew(credential=credential, by=None, at=LATER, expires_on=date(2026, 8, 31))

    def test_one_intent_at_a_time(self, learner: User) -> None:
        credential = yearly(recipient=learner)
        renew(credential=credential, by=None, at=LATER)

        with pytest.raises(StillBeingSigned):
            renew(credential=credential, by=None, at=LATER)

        assert credential.documents.count() == 2

    def test_the_records_are_whole_afterwards(self, learner: User, drain: Callable[..., None]) -> None:
        credential = yearly(recipient=learner, at=now() - timedelta(days=2))
        renew(credential=credential, by=None, at=now())
        drain(printing=False)

        checked = check_credentials(at=now() + timedelta(seconds=1))

        assert [finding for finding in checked.findings if finding.check != "grounds"] == []

    def test_the_registrar_renews_it_at_the_desk(
        self, learner: User, registrar: User, sign_in: SignIn
    ) -> None:
        credential = yearly(recipient=learner, at=now() - timedelta(days=2))
        before = credential.expires_on
        address = f"/registrar/credentials/credential/{credential.pk}/act/renew/"
        desk = sign_in(registrar)

        asked = desk.get(address)
        answers = {"op_key": "0" * 31 + "9", "reason": "Shown again."}
        replies = [desk.post(address, answers) for _press in range(2)]

        credential.refresh_from_db()
        assert "New last valid day" in asked.content.decode()
        assert [reply.status_code for reply in replies] == [302, 302]
        assert before is not None
        assert credential.expires_on is not None
        assert credential.expires_on.year == before.year + 1


class TestLastDayOfAStack:
    """It follows the last day of what the certificate is made of."""

    @pytest.mark.parametrize("until", [date(2027, 5, 31), date(2026, 3, 31), None])
    def test_moves_later_earlier_or_away_with_a_new_copy(self, learner: User, until: date | None) -> None:
        credential = yearly(recipient=learner)

        move_last_day(credential=credential, until=until, reason="A part was renewed.", at=LATER)

        credential.refresh_from_db()
        assert credential.expires_on == until
        assert ("validUntil" in said(sign_newest(credential))) == (until is not None)
        checked = check_credentials(at=now() + timedelta(seconds=1))
        assert [finding for finding in checked.findings if finding.check != "grounds"] == []

    def test_of_one_that_is_suspended_stays(self, learner: User, registrar: User) -> None:
        credential = yearly(recipient=learner)
        suspend(credential=credential, reason="A doubt.", by=registrar, at=LATER)

        with pytest.raises(CannotRenew, match="its last day stays"):
            move_last_day(credential=credential, until=None, reason="-", at=LATER)

    def test_ends_before_that_of_its_own_version(self, learner: User) -> None:
        achievement = make_achievement(expiry="months", expiry_months=12)

        credential = make_credential(recipient=learner, achievement=achievement, expires_on=date(2026, 2, 28))

        assert credential.expires_on == date(2026, 2, 28)
