"""Keys: published before they are used, retired for ever, kept elsewhere, compromised, lost."""

import base64
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings

from config.clock import now
from credentials.models import AuditEntry, Credential, Issuer, SignedDocument, SigningKey
from credentials.openbadges import proofs
from credentials.services import keystores
from credentials.services.checking import check_credentials
from credentials.services.issuing import CannotIssue
from credentials.services.jobs import run_job
from credentials.services.keys import (
    CannotChangeKey,
    TooSoon,
    activate_key,
    declare_compromised,
    make_key,
    retire_key,
    signed_with,
)
from credentials.services.keystores import CannotOpen, StoreFailed, signer_for
from credentials.services.signing import NoKeyInUse, publish_status_list, sign_document
from credentials.services.verifying import did_document, verify_credential, verify_file
from learners.models import User
from tests.makers import (
    LONG_AGO,
    TERM_DAY,
    default_issuer,
    make_credential,
    make_issuer,
    make_status_list,
)
from tests.people import SignIn

pytestmark = pytest.mark.django_db
State = SigningKey.State
DAY = timedelta(days=1)
LATER = TERM_DAY + DAY


def in_use(issuer: Issuer) -> SigningKey:
    return issuer.keys.get(state=State.ACTIVE)


def signed_credential(*, at: datetime = TERM_DAY, **fields: Any) -> Credential:
    """One whose document was signed at `at`, by our own record."""
    credential = make_credential(at=at, **fields)
    sign_document(document_id=credential.documents.get().pk)
    SignedDocument.objects.filter(credential=credential).update(signed_at=at)
    make_status_list(credential=credential)
    return credential


def newest(credential: Credential) -> SignedDocument:
    return credential.documents.latest("revision")


class TestLife:
    def test_a_new_key_is_published_and_signs_nothing_yet(self) -> None:
        issuer = default_issuer()
        before = in_use(issuer)

        fresh = make_key(issuer=issuer, by=None, at=LATER)

        document = did_document(issuer)
        assert fresh.state == State.PENDING
        assert in_use(issuer) == before
        assert fresh.verification_method in document["assertionMethod"]

    def test_it_is_used_from_the_day_after_on(self) -> None:
        issuer = default_issuer()
        before, fresh = in_use(issuer), make_key(issuer=issuer, by=None, at=LATER)
        with pytest.raises(TooSoon, match="less than a day ago"):
            activate_key(key=fresh, by=None, at=LATER + DAY - timedelta(seconds=1))

        activate_key(key=fresh, by=None, at=LATER + DAY)

        before.refresh_from_db()
        assert in_use(issuer) == fresh
        assert (before.state, before.retired_at) == (State.RETIRED, LATER + DAY)

    def test_or_at_once_where_somebody_chooses_so(self) -> None:
        issuer = default_issuer()
        fresh = make_key(issuer=issuer, by=None, at=LATER)

        activate_key(key=fresh, by=None, at=LATER, at_once=True)

        assert in_use(issuer) == fresh
        assert AuditEntry.objects.filter(act="activate key").latest("pk").facts["at_once"] is True

    def test_what_a_retired_key_signed_verifies_and_both_lists_keep_it(self) -> None:
        credential = signed_credential()
        issuer, before = credential.achievement.issuer, newest(credential).key

        make_key(issuer=issuer, by=None, at=LATER, at_once=True)

        document = did_document(issuer)
        report = verify_credential(credential=credential, at=LATER)
        assert before.verification_method in document["assertionMethod"]
        assert all(
            "revoked" not in method and "expires" not in method for method in document["verificationMethod"]
        )
        assert (report.verdict, report.state("proof")) == ("valid", "ok")

    def test_two_rotations_leave_every_earlier_credential_valid(self) -> None:
        issuer = default_issuer()
        credentials = [signed_credential(at=TERM_DAY)]
        for days in (1, 2):
            make_key(issuer=issuer, by=None, at=TERM_DAY + days * DAY, at_once=True)
            credentials.append(signed_credential(at=TERM_DAY + days * DAY))
        publish_status_list(list_id=credentials[0].status_list_id, at=TERM_DAY + 3 * DAY)

        reports = [verify_credential(credential=row, at=TERM_DAY + 3 * DAY) for row in credentials]

        assert [report.verdict for report in reports] == ["valid"] * 3
        assert len({newest(row).key_id for row in credentials}) == 3

    def test_its_status_lists_are_signed_anew_with_the_new_key(self) -> None:
        credential = signed_credential()
        fresh = make_key(issuer=credential.achievement.issuer, by=None, at=LATER, at_once=True)
        block = credential.status_list
        block.refresh_from_db()
        assert block.published_revision < block.revision

        publish_status_list(list_id=block.pk, at=LATER)

        block.refresh_from_db()
        assert fresh.multikey in bytes(block.revocation_bytes or b"").decode()

    def test_the_last_key_of_an_issuer_with_lists_does_not_retire_alone(self) -> None:
        credential = signed_credential()

        with pytest.raises(CannotChangeKey, match="needs a key in use"):
            retire_key(key=newest(credential).key, by=None, at=LATER)

    def test_a_pending_key_may_be_given_up(self) -> None:
        fresh = make_key(issuer=default_issuer(), by=None, at=LATER)

        retire_key(key=fresh, by=None, at=LATER, reason="Made by mistake.")

        with pytest.raises(CannotChangeKey, match="only a pending key"):
            activate_key(key=fresh, by=None, at=LATER + 2 * DAY)


class TestCompromise:
    def test_before_the_window_is_valid_with_a_warning_inside_it_cannot_be_checked(self) -> None:
        before, inside = signed_credential(), signed_credential(at=LATER + DAY)
        key = newest(before).key

        declare_compromised(
            key=key, compromised_at=LATER, reason="A laptop was stolen.", by=None, at=LATER + 2 * DAY
        )

        at = LATER + 3 * DAY
        early, late = (verify_credential(credential=row, at=at) for row in (before, inside))
        assert (early.verdict, early.state("proof")) == ("valid", "warning")
        assert (late.verdict, late.state("proof")) == ("cannot_check", "not_checked")

    def test_bytes_that_we_never_signed_are_not_recognised(self) -> None:
        credential = signed_credential()
        key = newest(credential).key
        forged = json.loads(bytes(newest(credential).unsigned))
        forged["name"] = "Forged with a stolen key"
        signed = _sign(forged, key)
        declare_compromised(key=key, compromised_at=LATER, reason="Stolen.", by=None, at=LATER)

        report = verify_file(data=signed, at=LATER + DAY)

        assert report.verdict == "not_recognised"

    def test_its_key_leaves_what_may_assert_and_says_since_when(self) -> None:
        issuer = default_issuer()
        key = in_use(issuer)

        declare_compromised(key=key, compromised_at=LATER, reason="Stolen.", by=None, at=LATER + DAY)

        document = did_document(issuer)
        (method,) = document["verificationMethod"]
        assert document["assertionMethod"] == []
        assert method["revoked"] == "2025-09-02T09:00:00Z"

    def test_all_it_signed_is_signed_anew_with_a_new_key(self, registrar: User) -> None:
        credentials = [signed_credential() for _each in range(3)]
        key = newest(credentials[0]).key
        job = declare_compromised(key=key, compromised_at=None, reason="Stolen.", by=registrar, at=now())

        _run(job.pk)

        issuer = credentials[0].achievement.issuer
        assert in_use(issuer).state == State.ACTIVE
        assert not signed_with(key).exists()
        for credential in credentials:
            first, second = credential.documents.order_by("revision")
            was, then = json.loads(bytes(first.signed or b"")), json.loads(bytes(second.signed or b""))
            assert (second.cause, second.key) == (SignedDocument.Cause.REKEYED, in_use(issuer))
            assert (was["id"], was["awardedDate"]) == (then["id"], then["awardedDate"])
            assert was["validFrom"] < then["validFrom"]
            publish_status_list(list_id=credential.status_list_id, at=now())
            assert (
                verify_credential(credential=credential, at=now() + timedelta(seconds=2)).verdict == "valid"
            )

    def test_a_killed_job_goes_on_where_it_was_and_makes_nothing_twice(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("credentials.services.keys.AT_ONCE", 1)
        credentials = [signed_credential() for _each in range(3)]
        job = declare_compromised(
            key=newest(credentials[0]).key, compromised_at=None, reason="Stolen.", by=None, at=now()
        )
        run_job(job_id=job.pk, at=now())

        for _chunk in range(6):
            run_job(job_id=job.pk, at=now())

        assert [row.documents.count() for row in credentials] == [2, 2, 2]
        job.refresh_from_db()
        assert (job.state, job.done_count) == ("done", 3)

    def test_what_was_only_intended_moves_to_the_new_key(self) -> None:
        credential = make_credential(at=now() - DAY)
        key = newest(credential).key
        job = declare_compromised(key=key, compromised_at=None, reason="Stolen.", by=None, at=now())
        with pytest.raises(NoKeyInUse):
            sign_document(document_id=newest(credential).pk)
        run_job(job_id=job.pk, at=now())
        SignedDocument.objects.update(due_at=LONG_AGO)

        sign_document(document_id=newest(credential).pk)

        document = credential.documents.get()
        assert document.key != key
        assert document.key.multikey in bytes(document.signed or b"").decode()
        assert {finding.check for finding in check_credentials(at=now()).findings} <= {"status", "grounds"}

    def test_bytes_signed_while_it_was_declared_are_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        credential = make_credential()
        document = newest(credential)

        def declared_meanwhile(moment: str) -> None:
            if moment == "after_sign":
                declare_compromised(
                    key=document.key, compromised_at=None, reason="Stolen.", by=None, at=LATER
                )

        monkeypatch.setattr("credentials.services.signing.reach", declared_meanwhile)

        kept = sign_document(document_id=document.pk)

        document.refresh_from_db()
        assert (kept, document.signed_at) == (False, None)

    def test_no_credential_is_issued_with_it(self) -> None:
        declare_compromised(
            key=in_use(default_issuer()), compromised_at=LATER, reason="Stolen.", by=None, at=LATER
        )

        with pytest.raises(CannotIssue, match="no signing key"):
            make_credential(at=LATER + DAY)

    def test_the_moment_only_moves_back(self) -> None:
        key = in_use(default_issuer())
        declare_compromised(key=key, compromised_at=LATER, reason="Stolen.", by=None, at=LATER + DAY)

        with pytest.raises(CannotChangeKey, match="already"):
            declare_compromised(key=key, compromised_at=LATER, reason="Again.", by=None, at=LATER + DAY)
        declare_compromised(key=key, compromised_at=TERM_DAY, reason="Earlier.", by=None, at=LATER + 2 * DAY)

        key.refresh_from_db()
        assert key.compromised_at == TERM_DAY

    def test_a_moment_to_come_is_refused(self) -> None:
        with pytest.raises(CannotChangeKey, match="not come yet"):
            declare_compromised(
                key=in_use(default_issuer()), compromised_at=LATER + DAY, reason="-", by=None, at=LATER
            )

    def test_what_stays_unsigned_is_a_finding(self) -> None:
        credential = signed_credential()
        declare_compromised(
            key=newest(credential).key, compromised_at=None, reason="Stolen.", by=None, at=LATER
        )

        found = [finding.detail for finding in check_credentials(at=now()).findings]

        assert any("compromised" in detail for detail in found)


class TestWrappingKeyLost:
    """docs/operations.md, Keys: what fails then, and how one recovers."""

    def test_what_was_signed_still_verifies_and_nothing_new_is_signed(self) -> None:
        signed, intended = signed_credential(), make_credential()

        with override_settings(KEY_WRAPPING_KEY=secrets.token_bytes(32)):
            assert verify_credential(credential=signed, at=LATER).verdict == "valid"
            with pytest.raises(CannotOpen, match="Keys"):
                sign_document(document_id=newest(intended).pk)

    def test_a_new_key_under_a_new_wrapping_key_signs_all_that_waits(self) -> None:
        signed, intended = signed_credential(at=now() - DAY), make_credential(at=now())
        lost = newest(signed).key
        with override_settings(KEY_WRAPPING_KEY=secrets.token_bytes(32)):
            for _attempt in range(8):
                SignedDocument.objects.update(due_at=LONG_AGO)
                with pytest.raises(CannotOpen):
                    sign_document(document_id=newest(intended).pk)
            assert newest(intended).is_stuck

            said = StringIO()
            call_command("keys", "make", signed.achievement.issuer.slug, "--at-once", stdout=said)
            sign_document(document_id=newest(intended).pk)
            publish_status_list(list_id=signed.status_list_id, at=now())

        at = now() + timedelta(seconds=2)
        assert "is active" in said.getvalue()
        assert newest(intended).key != lost
        assert verify_credential(credential=intended, at=at).verdict == "valid"
        assert verify_credential(credential=signed, at=at).verdict == "valid"


# A whole signing program in a few lines: what a bridge to a security module does, with keys in its memory.
PROGRAM = """
import base64, json, os, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
folder = sys.argv[1]
assert "KEY_WRAPPING_KEY" not in os.environ and "SECRET_KEY" not in os.environ
def kept(name):
    return open(os.path.join(folder, name), "rb").read()
for line in sys.stdin:
    asked = json.loads(line)
    if "make" in asked:
        secret = os.urandom(32)
        handle = "slot-%d" % len(os.listdir(folder))
        open(os.path.join(folder, handle), "wb").write(secret)
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        answer = {"handle": handle, "public_key": base64.b64encode(public).decode()}
    elif os.path.exists(os.path.join(folder, "stop")):
        sys.exit(1)
    elif os.path.exists(os.path.join(folder, asked["sign"])):
        key = Ed25519PrivateKey.from_private_bytes(kept(asked["sign"]))
        answer = {"signature": base64.b64encode(key.sign(base64.b64decode(asked["data"]))).decode()}
    else:
        answer = {"error": "no such key"}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def slots(tmp_path: Path) -> Iterator[Path]:
    """A signing program at work; the folder in which it keeps its keys."""
    program, folder = tmp_path / "signer.py", tmp_path / "slots"
    program.write_text(PROGRAM)
    folder.mkdir()
    stores = {
        "database": "credentials.services.keystores.DatabaseStore",
        "command": "credentials.services.keystores.CommandStore",
    }
    with override_settings(KEY_STORES=stores, KEY_STORE_COMMAND=f"{sys.executable} {program} {folder}"):
        yield folder
        store: Any = keystores.store_named("command")
        store.close()


class TestSigningProgram:
    def test_a_key_kept_outside_signs_what_everybody_verifies(self, slots: Path) -> None:
        issuer = default_issuer()

        key = make_key(issuer=issuer, by=None, at=LONG_AGO + DAY, store="command", at_once=True)
        credential = signed_credential()

        assert (key.handle, key.sealed_private_key) == ("slot-0", None)
        assert newest(credential).key == key
        assert verify_credential(credential=credential, at=LATER).verdict == "valid"

    def test_a_program_that_ends_is_started_again(self, slots: Path) -> None:
        key = make_key(issuer=default_issuer(), by=None, at=LATER, store="command")
        (slots / "stop").touch()
        with pytest.raises(StoreFailed, match="does not answer"):
            signer_for(key)(b"data")

        (slots / "stop").unlink()

        assert len(signer_for(key)(b"data")) == 64

    def test_what_another_key_signed_is_not_taken(self, slots: Path) -> None:
        key = make_key(issuer=default_issuer(), by=None, at=LATER, store="command")
        (slots / "slot-0").write_bytes(secrets.token_bytes(32))

        with pytest.raises(StoreFailed, match="another key"):
            signer_for(key)(b"data")

    def test_a_refusal_is_told(self, slots: Path) -> None:
        key = make_key(issuer=default_issuer(), by=None, at=LATER, store="command")
        (slots / "slot-0").unlink()

        with pytest.raises(StoreFailed, match="no such key"):
            signer_for(key)(b"data")

    def test_one_that_says_nothing_is_not_waited_for(
        self, slots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = make_key(issuer=default_issuer(), by=None, at=LATER, store="command")
        silent = tmp_path / "silent.py"
        silent.write_text("import time; time.sleep(60)")
        monkeypatch.setattr(keystores, "ANSWERS_WITHIN", 0.2)
        store: Any = keystores.store_named("command")
        store.close()

        with (
            override_settings(KEY_STORE_COMMAND=f"{sys.executable} {silent}"),
            pytest.raises(StoreFailed, match="nothing came"),
        ):
            signer_for(key)(base64.b64encode(b"data"))


class TestCommand:
    def test_lists_makes_activates_and_compromises(self) -> None:
        issuer = make_issuer(name="Employer", slug="employer", has_key=False)
        said = StringIO()

        call_command("keys", "make", "employer", stdout=said)
        key = issuer.keys.get()
        with pytest.raises(CommandError, match="less than a day ago"):
            call_command("keys", "activate", key.multikey, stdout=said)
        call_command("keys", "activate", key.multikey, "--at-once", stdout=said)
        call_command(
            "keys", "compromise", key.multikey, "--since", "unknown", "--reason", "Stolen.", stdout=said
        )
        call_command("keys", "list", stdout=said)

        assert "employer  z6Mk" in said.getvalue()
        assert "compromised" in said.getvalue()
        assert AuditEntry.objects.filter(act="declare key compromised").exists()

    def test_names_the_issuers_there_are(self) -> None:
        make_issuer(slug="known")

        with pytest.raises(CommandError, match="There is: known"):
            call_command("keys", "make", "unknown")


class TestDesk:
    def act(self, key: SigningKey, name: str) -> str:
        return f"/registrar/credentials/signingkey/{key.pk}/act/{name}/"

    def test_a_pending_key_is_put_in_use_once(self, registrar: User, sign_in: SignIn) -> None:
        desk, issuer = sign_in(registrar), default_issuer()
        fresh = make_key(issuer=issuer, by=None, at=now())

        refused = desk.post(self.act(fresh, "activate"), {"op_key": "0" * 31 + "1"})
        done = desk.post(self.act(fresh, "activate"), {"op_key": "0" * 31 + "2", "at_once": "on"})

        assert (refused.status_code, done.status_code) == (409, 302)
        assert in_use(issuer) == fresh

    def test_a_compromise_leads_to_the_job_that_signs_anew(
        self, registrar: User, sign_in: SignIn, drain: Callable[..., None]
    ) -> None:
        desk, credential = sign_in(registrar), signed_credential(at=now() - DAY)
        key = newest(credential).key
        answers = {"op_key": "0" * 31 + "3", "reason": "Stolen.", "since_0": "", "since_1": ""}

        asked = desk.get(self.act(key, "compromise"))
        done = desk.post(self.act(key, "compromise"), answers)
        drain(printing=False)

        assert "Credentials to be signed anew" in asked.content.decode()
        assert "/job/" in done.headers["Location"]
        assert newest(credential).cause == SignedDocument.Cause.REKEYED
        assert newest(credential).signed_at is not None

    def test_each_asks_who_it_is(self, registrar: User) -> None:
        long_ago = Client()
        long_ago.force_login(registrar)
        key = in_use(default_issuer())

        met = {name: long_ago.get(self.act(key, name)).status_code for name in ("retire", "compromise")}

        assert met == {"retire": 302, "compromise": 302}


def _run(job_id: int) -> None:
    """The job to its end, and what it intended signed."""
    for _chunk in range(10):
        run_job(job_id=job_id, at=now())
    for pk in SignedDocument.objects.filter(signed_at=None).values_list("pk", flat=True):
        sign_document(document_id=pk)


def _sign(document: dict[str, Any], key: SigningKey) -> bytes:
    """As a thief would, with the key itself."""
    return proofs.sign(
        document, signer=signer_for(key), verification_method=key.verification_method, created=TERM_DAY
    )
