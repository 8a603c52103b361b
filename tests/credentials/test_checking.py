"""check_credentials: whole records pass; whatever was altered behind the portal's back is named."""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from config.clock import now
from credentials.models import AuditEntry, Credential, Rendering, SignedDocument, StatusList, triggers
from credentials.services import checking
from credentials.services.checking import check_credentials
from credentials.services.revoking import revoke, suspend
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path) -> Iterator[None]:
    """No file of another test's: what lies there without its row is a finding."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def held(drain: Callable[..., None]) -> Credential:
    """An ordinary credential, with everything done that it owed."""
    credential = makers.make_credential()
    drain(printing=False)
    return credential


def named(**options: Any) -> set[str]:
    """The checks that found something."""
    return {finding.check for finding in check_credentials(at=now(), **options).findings}


def tamper(rows: Any, **fields: object) -> None:
    """As somebody with the database in hand would: without the guards."""
    triggers.remove(connection)
    try:
        assert rows.update(**fields)
    finally:
        triggers.install(connection)


class TestWholeRecords:
    def test_have_no_finding(self, held: Credential) -> None:
        checked = check_credentials(at=now())

        assert (checked.credentials, checked.findings) == (1, ())

    def test_what_is_owed_is_no_finding(self) -> None:
        makers.make_credential()

        assert named() == set()

    def test_what_is_owed_for_long_is_one(self) -> None:
        makers.make_credential()

        late = check_credentials(at=now() + timedelta(minutes=16)).findings

        assert [finding.check for finding in late] == ["status", "document"]

    def test_revoked_and_suspended_ones_fit_their_bits(self, drain: Callable[..., None]) -> None:
        gone, paused = makers.make_credential(), makers.make_credential()
        revoke(
            credential=gone,
            revocation=Credential.Revocation.VOID,
            reason="Wrong.",
            by=None,
            at=makers.TERM_DAY,
        )
        suspend(credential=paused, reason="Asked.", by=None, at=makers.TERM_DAY)
        drain(printing=False)

        assert named() == set()

    def test_a_passed_submission_and_a_completed_pathway_bear_theirs(
        self, drain: Callable[..., None]
    ) -> None:
        grading = makers.make_grading()
        component = grading.submission.assessment.achievement
        pathway = makers.make_pathway(rule=makers.all_of(component))
        makers.make_enrolment(learner=grading.submission.learner, pathway=pathway)
        drain(printing=False)

        checked = check_credentials(at=now())

        assert (checked.credentials, checked.findings) == (2, ())


class TestWhatWasAltered:
    def test_a_signature(self, held: Credential) -> None:
        document = held.documents.get()
        signed = json.loads(bytes(document.signed or b""))
        proof = signed["proof"][0]
        proof["proofValue"] = proof["proofValue"][:-4] + "2222"
        tamper(SignedDocument.objects.filter(pk=document.pk), signed=json.dumps(signed).encode())

        assert named() == {"hashes", "signature"}

    def test_a_text(self, held: Credential) -> None:
        document = held.documents.get()
        altered = bytes(document.signed or b"").replace(b"Skill", b"Skull")
        tamper(SignedDocument.objects.filter(pk=document.pk), signed=altered)

        assert named() == {"hashes", "signature"}

    def test_the_recorded_hash(self, held: Credential) -> None:
        tamper(SignedDocument.objects.filter(credential=held), sha256="0" * 64)

        assert named() == {"hashes", "audit"}

    def test_a_date(self, held: Credential) -> None:
        tamper(Credential.objects.filter(pk=held.pk), issued_at=held.issued_at + timedelta(days=1))

        assert named() == {"dates"}

    def test_a_place_on_the_list(self, held: Credential) -> None:
        tamper(Credential.objects.filter(pk=held.pk), status_index=held.status_index ^ 1)

        assert named() == {"place"}

    def test_a_state_without_its_event(self, held: Credential) -> None:
        tamper(Credential.objects.filter(pk=held.pk), state=Credential.State.SUSPENDED)

        assert named() == {"status", "ledger"}

    def test_a_published_list(self, held: Credential) -> None:
        block = StatusList.objects.get()
        tamper(StatusList.objects.filter(pk=block.pk), revocation_bytes=block.suspension_bytes)

        assert named() == {"status"}

    def test_a_grade(self, drain: Callable[..., None]) -> None:
        grading = makers.make_grading()
        drain(printing=False)
        tamper(type(grading.submission).objects.filter(pk=grading.submission_id), passed=False)

        assert named() == {"grounds"}

    def test_an_audit_entry(self, held: Credential) -> None:
        entry = AuditEntry.objects.get(act="signed")
        tamper(AuditEntry.objects.filter(pk=entry.pk), facts={"sha256": "0" * 64})

        assert named() == {"audit", "chain"}


class TestCertificateFiles:
    @pytest.fixture
    def printed(self, drain: Callable[..., None]) -> Rendering:
        makers.make_credential(achievement=makers.make_certificate())
        drain()
        return Rendering.objects.get()

    def test_a_whole_one_has_no_finding(self, printed: Rendering) -> None:
        assert named() == set()

    def test_an_altered_or_missing_one_is_named(self, printed: Rendering) -> None:
        path = Path(settings.MEDIA_ROOT) / printed.file
        whole = path.read_bytes()
        path.write_bytes(whole + b" ")
        altered = named()
        path.unlink()
        missing = named()
        path.write_bytes(whole)

        assert altered == missing == {"files"}

    def test_one_that_no_row_names_is_named_once_it_is_old(self, printed: Rendering) -> None:
        stray = Path(settings.MEDIA_ROOT) / "certificates" / ".half.pdf.1"
        stray.write_bytes(b"%PDF")
        fresh = named()
        old = check_credentials(at=now() + timedelta(hours=1)).findings
        stray.unlink()

        assert fresh == set()
        assert [finding.detail for finding in old if stray.name in finding.about] == [
            "it was left half written"
        ]


class TestTheCommand:
    def test_says_that_all_is_well(self, held: Credential) -> None:
        said = StringIO()

        call_command("check_credentials", stdout=said)

        assert said.getvalue() == "1 credentials are as they should be.\n"

    def test_ends_with_a_failure_and_names_what_it_found(self, held: Credential) -> None:
        tamper(SignedDocument.objects.filter(credential=held), sha256="0" * 64)
        said = StringIO()

        with pytest.raises(CommandError, match="findings in 1 credentials"):
            call_command("check_credentials", "--json", stdout=said)

        told = json.loads(said.getvalue())
        assert told["credentials"] == 1
        assert f"credential {held.public_id}" in {finding["about"] for finding in told["findings"]}

    def test_reads_only_what_it_is_asked_to(self, drain: Callable[..., None]) -> None:
        for month in (1, 2, 3):
            makers.make_credential(at=makers.TERM_DAY.replace(month=month))
        drain(printing=False)

        since = check_credentials(at=now(), since=makers.TERM_DAY.replace(month=2))
        sample = check_credentials(at=now(), sample=1)

        assert (since.credentials, sample.credentials) == (2, 1)


def test_the_second_way_leans_on_nothing_of_the_first() -> None:
    folder = Path(checking.__file__).parent
    imported = {
        node.module
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
    }

    ours = {
        name
        for name in imported
        if name.split(".")[0] in {"config", "credentials", "pathways", "assessments"}
    }
    assert ours == {
        "credentials.models",
        "credentials.services.checking",
        "credentials.services.checking.records",
        "credentials.services.checking.stored",
    }
