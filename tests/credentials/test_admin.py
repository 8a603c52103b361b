"""The registrar's desk: acts done once, by whom they may be done; records that no forged form can change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.clock import now
from credentials.models import (
    AuditEntry,
    Credential,
    CredentialEvent,
    Issuer,
    Job,
    Role,
    SignedDocument,
    SigningKey,
    SweepRun,
)
from credentials.models.duty import MAX_ATTEMPTS
from learners.models import User
from tests.makers import (
    PASSWORD,
    TERM_DAY,
    default_issuer,
    make_achievement,
    make_achievement_version,
    make_audit_entry,
    make_certificate,
    make_cohort,
    make_credential,
    make_job,
    make_rendering,
    make_role,
    make_signed_document,
    make_sweep_run,
    make_user,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db


def act(model: str, pk: int, name: str) -> str:
    return reverse(f"admin:credentials_{model}_act", args=[pk, name])


def page(model: str, pk: int) -> str:
    return reverse(f"admin:credentials_{model}_change", args=[pk])


def press(**answers: Any) -> dict[str, Any]:
    """One press of a button: a form with its own key."""
    return {"op_key": str(uuid4()), **answers}


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


@pytest.fixture
def credential(learner: User) -> Credential:
    return make_credential(recipient=learner, achievement=make_achievement(name="Reading tables"))


class TestRevoke:
    def answers(self, **changed: str) -> dict[str, Any]:
        usual = {"revocation": "withdrawn", "reason": "The work was another's.", "public_reason": "Reviewed."}
        return press(**{**usual, **changed})

    def test_is_done_once_however_often_the_button_is_pressed(
        self, desk: Client, credential: Credential
    ) -> None:
        answers = self.answers()

        replies = [desk.post(act("credential", credential.pk, "revoke"), answers) for _press in range(3)]

        credential.refresh_from_db()
        assert {reply.headers["Location"] for reply in replies} == {page("credential", credential.pk)}
        assert credential.state == Credential.State.REVOKED
        assert CredentialEvent.objects.filter(credential=credential, kind="revoked").count() == 1

    def test_the_same_press_for_something_else_is_refused(self, desk: Client, credential: Credential) -> None:
        answers = self.answers()
        desk.post(act("credential", credential.pk, "revoke"), answers)

        reply = desk.post(act("credential", credential.pk, "revoke"), {**answers, "reason": "Another."})

        assert reply.status_code == 422
        assert "already used" in reply.content.decode()

    def test_a_second_revocation_says_why_not_and_keeps_what_was_typed(
        self, desk: Client, credential: Credential
    ) -> None:
        desk.post(act("credential", credential.pk, "revoke"), self.answers())

        reply = desk.post(act("credential", credential.pk, "revoke"), self.answers(reason="Typed with care."))

        assert reply.status_code == 409
        assert "revoked earlier" in reply.content.decode()
        assert "Typed with care." in reply.content.decode()

    def test_without_a_reason_nothing_happens_and_the_field_is_named(
        self, desk: Client, credential: Credential
    ) -> None:
        reply = desk.post(act("credential", credential.pk, "revoke"), self.answers(reason=" "))

        credential.refresh_from_db()
        assert credential.state == Credential.State.ACTIVE
        assert "<title>Error:" in reply.content.decode().replace("\n", "")
        assert 'href="#id_reason"' in reply.content.decode()

    def test_the_page_names_the_certificates_that_counted_it(
        self, desk: Client, credential: Credential
    ) -> None:
        make_credential(
            recipient=credential.recipient,
            achievement=make_certificate(name="Certificate in Tables"),
            components=[credential],
        )

        reply = desk.get(act("credential", credential.pk, "revoke"))

        assert "Certificate in Tables (active)" in reply.content.decode()

    def test_asks_who_it_is_and_then_goes_on_with_what_was_typed(
        self, registrar: User, credential: Credential
    ) -> None:
        signed_in_long_ago = Client()
        signed_in_long_ago.force_login(registrar)
        address = act("credential", credential.pk, "revoke")

        asked = signed_in_long_ago.post(address, self.answers())
        untouched = Credential.objects.get(pk=credential.pk).state
        again = signed_in_long_ago.post(asked.headers["Location"], {"password": PASSWORD, "next": address})

        credential.refresh_from_db()
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
        assert untouched == Credential.State.ACTIVE
        assert again.headers["Location"] == page("credential", credential.pk)
        assert credential.state == Credential.State.REVOKED

    @pytest.mark.parametrize("who", ["support", "auditor", "analyst"])
    def test_other_staff_are_refused(
        self, who: str, credential: Credential, sign_in: SignIn, request: pytest.FixtureRequest
    ) -> None:
        browser = sign_in(request.getfixturevalue(who))

        replies = [
            browser.get(act("credential", credential.pk, "revoke")),
            browser.post(act("credential", credential.pk, "revoke"), self.answers()),
        ]

        credential.refresh_from_db()
        assert [reply.status_code for reply in replies] == [403, 403]
        assert credential.state == Credential.State.ACTIVE

    def test_the_holder_does_not_even_reach_the_desk(
        self, learner: User, credential: Credential, sign_in: SignIn
    ) -> None:
        reply = sign_in(learner).post(act("credential", credential.pk, "revoke"), self.answers())

        credential.refresh_from_db()
        assert reply.status_code in {302, 403, 404}
        assert credential.state == Credential.State.ACTIVE

    def test_an_unknown_act_or_credential_is_not_found(self, desk: Client, credential: Credential) -> None:
        assert desk.get(act("credential", credential.pk, "gild")).status_code == 404
        assert desk.get(act("credential", 10_000, "revoke")).status_code == 404


class TestSuspendAndReinstate:
    def test_only_the_acts_that_are_open_are_offered(self, desk: Client, credential: Credential) -> None:
        before = desk.get(page("credential", credential.pk)).content.decode()
        desk.post(act("credential", credential.pk, "suspend"), press(reason="A doubt."))
        after = desk.get(page("credential", credential.pk)).content.decode()

        assert "/act/suspend/" in before
        assert "/act/reinstate/" not in before
        assert "/act/reinstate/" in after
        assert "/act/suspend/" not in after

    def test_an_act_that_is_not_open_leads_back_with_a_word(
        self, desk: Client, credential: Credential
    ) -> None:
        reply = desk.get(act("credential", credential.pk, "reinstate"), follow=True)

        assert reply.redirect_chain == [(page("credential", credential.pk), 302)]
        assert "cannot be done as things stand" in reply.content.decode()

    def test_reinstating_puts_it_back_in_force(self, desk: Client, credential: Credential) -> None:
        desk.post(act("credential", credential.pk, "suspend"), press(reason="A doubt."))

        desk.post(act("credential", credential.pk, "reinstate"), press(reason="No doubt."))

        credential.refresh_from_db()
        assert credential.state == Credential.State.ACTIVE


class TestCredentialPages:
    def test_one_is_found_by_name_address_code_and_id(self, desk: Client, credential: Credential) -> None:
        make_credential(recipient=make_user(name="Somebody Else"))
        listing = reverse("admin:credentials_credential_changelist")

        for words in (
            credential.recipient.name,
            credential.recipient.email,
            credential.pretty_code.lower(),
            str(credential.public_id),
            credential.public_id.urn,
        ):
            found = desk.get(listing, {"q": words}).context["cl"].result_list
            assert list(found) == [credential], words

    def test_the_page_tells_the_whole_history(self, desk: Client, credential: Credential) -> None:
        desk.post(act("credential", credential.pk, "suspend"), press(reason="A doubt about the evidence."))

        told = desk.get(page("credential", credential.pk)).content.decode()

        for words in ("A doubt about the evidence.", credential.verify_url, "being signed", "issued"):
            assert words in told

    def test_the_signed_document_and_the_print_can_be_fetched(self, desk: Client, learner: User) -> None:
        certificate = make_rendering(is_printed=True).document.credential

        signed = desk.get(reverse("admin:credentials_credential_signed", args=[certificate.pk]))
        printed = desk.get(reverse("admin:credentials_credential_printed", args=[certificate.pk]))

        assert signed.content == bytes(certificate.documents.get().signed or b"")
        assert b"".join(printed).startswith(b"%PDF")
        assert all("attachment" in reply.headers["Content-Disposition"] for reply in (signed, printed))

    def test_what_is_not_there_yet_is_not_found(self, desk: Client, credential: Credential) -> None:
        for view in ("signed", "printed"):
            reply = desk.get(reverse(f"admin:credentials_credential_{view}", args=[credential.pk]))
            assert reply.status_code == 404


RECORDS = (
    "credential",
    "credentialevent",
    "signeddocument",
    "auditentry",
    "signingkey",
    "statuslist",
    "job",
    "role",
)


class TestForgedForms:
    @pytest.fixture
    def rows(self, credential: Credential) -> dict[str, Any]:
        return {
            "credential": credential,
            "credentialevent": credential.events.get(),
            "signeddocument": make_signed_document(credential=credential),
            "auditentry": make_audit_entry(),
            "signingkey": SigningKey.objects.first(),
            "statuslist": credential.status_list,
            "job": make_job(),
            "role": make_role(user=make_user()),
        }

    @pytest.mark.parametrize("model", RECORDS)
    def test_no_record_is_changed_or_deleted_by_one(
        self, model: str, rows: dict[str, Any], desk: Client
    ) -> None:
        row = rows[model]
        before = type(row).objects.filter(pk=row.pk).values().get()
        forged = {
            "state": "revoked",
            "kind": "revoked",
            "reason": "x",
            "title": "x",
            "act": "x",
            "_save": "1",
        }

        changed = desk.post(page(model, row.pk), forged)
        deleted = desk.post(reverse(f"admin:credentials_{model}_delete", args=[row.pk]), {"post": "yes"})
        added = desk.post(reverse(f"admin:credentials_{model}_add"), forged)

        assert (changed.status_code, deleted.status_code, added.status_code) == (403, 403, 403)
        assert type(row).objects.filter(pk=row.pk).values().get() == before

    def test_no_list_offers_to_delete(self, desk: Client, credential: Credential) -> None:
        listing = reverse("admin:credentials_credential_changelist")

        desk.post(listing, {"action": "delete_selected", "_selected_action": credential.pk, "post": "yes"})

        assert Credential.objects.filter(pk=credential.pk).exists()

    def test_a_published_version_is_not_changed_by_one(self, desk: Client) -> None:
        version = make_achievement_version(name="As published")

        reply = desk.post(page("achievementversion", version.pk), {"name": "As forged", "_save": "1"})

        version.refresh_from_db()
        assert reply.status_code == 403
        assert version.name == "As published"


class TestInstitution:
    def test_a_new_key_is_ordered_once_and_made_by_a_worker(
        self, desk: Client, drain: Callable[..., None]
    ) -> None:
        issuer, answers = default_issuer(), press(store="database")

        for _press in range(2):
            desk.post(act("issuer", issuer.pk, "make-key"), answers)
        drain(printing=False)

        assert sorted(issuer.keys.values_list("state", flat=True)) == ["active", "pending"]

    def test_the_private_part_of_a_key_is_on_no_page(self, desk: Client) -> None:
        key = default_issuer().keys.get()

        told = desk.get(page("signingkey", key.pk)).content

        assert key.multikey.encode() in told
        assert b"sealed" not in told
        assert key.sealed_private_key is not None
        assert bytes(key.sealed_private_key).hex().encode() not in told

    def test_what_the_identifier_is_made_of_stays_once_there_is_a_key(self, desk: Client) -> None:
        issuer = default_issuer()
        answers = {"name": "University of Trials", "slug": "moved", "_save": "1"}
        printing = {"certificate_design": "classic", "certificate_paper": "a4"}
        signatories = {"signatories-TOTAL_FORMS": "0", "signatories-INITIAL_FORMS": "0"}

        desk.post(page("issuer", issuer.pk), {**answers, **printing, **signatories})

        issuer.refresh_from_db()
        assert (issuer.name, issuer.slug, issuer.is_main) == ("University of Trials", "tests", True)

    def test_members_join_by_address_and_leave_by_tick(self, desk: Client, learner: User) -> None:
        leaves = make_user()
        cohort = make_cohort(members=[leaves])
        answers = press(add=learner.email, take_out=[leaves.pk])

        replies = [desk.post(act("cohort", cohort.pk, "members"), answers) for _press in range(2)]

        assert [reply.status_code for reply in replies] == [302, 302]
        assert list(cohort.members.all()) == [learner]

    def test_an_unknown_address_is_named_and_nothing_is_lost(self, desk: Client) -> None:
        cohort = make_cohort()

        reply = desk.post(act("cohort", cohort.pk, "faculty"), press(add="nobody@people.example"))

        assert reply.status_code == 409
        assert "Nobody here has the address nobody@people.example" in reply.content.decode()


class TestRoles:
    def test_the_approver_approves_and_the_one_who_asked_does_not(
        self, registrar: User, approver: User, learner: User, sign_in: SignIn
    ) -> None:
        role = make_role(user=learner, role=Role.Name.FACULTY, is_approved=False, requested_by=registrar)

        refused = sign_in(registrar).post(act("role", role.pk, "approve"), press())
        sign_in(approver).post(act("role", role.pk, "approve"), press())

        role.refresh_from_db()
        assert refused.status_code == 403
        assert role.approved_by == approver

    def test_her_own_request_is_refused_in_words(
        self, approver: User, learner: User, sign_in: SignIn
    ) -> None:
        role = make_role(user=learner, role=Role.Name.FACULTY, is_approved=False, requested_by=approver)

        reply = sign_in(approver).post(act("role", role.pk, "approve"), press())

        assert reply.status_code == 409
        assert "Somebody else has to approve it" in reply.content.decode()

    def test_a_role_is_ended_with_a_reason(self, desk: Client, learner: User) -> None:
        role = make_role(user=learner, role=Role.Name.FACULTY)

        desk.post(act("role", role.pk, "end"), press(reason="Moved to another faculty."))

        assert User.objects.get(pk=learner.pk).roles == frozenset()
        assert AuditEntry.objects.get(act="end role").person.reason == "Moved to another faculty."


class TestDuties:
    def test_a_stuck_document_is_tried_again(self, desk: Client, credential: Credential) -> None:
        document = credential.documents.get()
        SignedDocument.objects.filter(pk=document.pk).update(attempts=MAX_ATTEMPTS, last_error="No key.")

        offered = desk.get(page("signeddocument", document.pk)).content.decode()
        desk.post(act("signeddocument", document.pk, "try-again"), press())

        document.refresh_from_db()
        assert "gave up" in offered
        assert "/act/try-again/" in offered
        assert document.attempts == 0

    def test_a_job_shows_how_far_it_is_and_can_be_cancelled(self, desk: Client) -> None:
        job = make_job(total=4)
        Job.objects.filter(pk=job.pk).update(done_count=1)

        told = desk.get(page("job", job.pk)).content.decode()
        desk.post(act("job", job.pk, "cancel"), press())

        job.refresh_from_db()
        assert '<progress value="1" max="4"' in told
        assert job.cancel_requested

    def test_an_erased_person_leaves_the_entry_readable(self, desk: Client) -> None:
        entry = make_audit_entry(count=3)
        entry.person.delete()

        told = desk.get(page("auditentry", entry.pk)).content.decode()

        assert "erased" in told
        assert "count: 3" in told


class TestStandstill:
    def test_the_work_list_says_when_nothing_is_done_in_the_background(self, desk: Client) -> None:
        make_sweep_run()
        working = desk.get(reverse("admin:index")).content.decode()
        SweepRun.objects.update(finished_at=now() - timedelta(seconds=91))

        stopped = desk.get(reverse("admin:index")).content.decode()

        assert "sweeps stand still" not in working
        assert "sweeps stand still" in stopped


class TestQueries:
    LISTS = (
        "credential",
        "credentialevent",
        "signeddocument",
        "achievement",
        "achievementversion",
        "role",
        "auditentry",
        "cohort",
    )

    @pytest.mark.parametrize("model", LISTS)
    def test_a_list_costs_the_same_for_one_row_and_for_many(self, model: str, desk: Client) -> None:
        def add() -> None:
            make_credential(recipient=make_user(), at=TERM_DAY + timedelta(days=1))
            make_cohort(members=[make_user()])
            make_role(user=make_user(), requested_by=make_user())

        def cost() -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert desk.get(reverse(f"admin:credentials_{model}_changelist")).status_code == 200
            return len(queries)

        add()
        cost()  # the first page also reads what Django keeps afterwards
        one = cost()
        for _row in range(5):
            add()

        assert cost() == one

    def test_a_credential_page_costs_the_same_with_a_long_history(
        self, desk: Client, credential: Credential
    ) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                desk.get(page("credential", credential.pk))
            return len(queries)

        def suspend_and_reinstate() -> None:
            desk.post(act("credential", credential.pk, "suspend"), press(reason="x"))
            desk.post(act("credential", credential.pk, "reinstate"), press(reason="x"))

        suspend_and_reinstate()
        cost()
        once = cost()
        for _time in range(3):
            suspend_and_reinstate()

        assert cost() == once


def test_the_issuer_list_opens(desk: Client) -> None:
    issuer = default_issuer()

    assert issuer.name in desk.get(reverse("admin:credentials_issuer_changelist")).content.decode()
    assert Issuer.objects.count() == 1
