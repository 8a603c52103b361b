"""Printing a signed certificate: one whole file, or none and the reason why."""

import errno
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from credentials.models import Rendering
from credentials.queries import waiting_work
from credentials.services import rendering
from credentials.services.rendering import NoRoom, keep_file, render
from credentials.services.signing import sign_document
from learners.models import User
from tests.makers import TERM_DAY, make_certificate, make_credential, make_rendering

pytestmark = pytest.mark.django_db


def certificates() -> Path:
    folder: Path = settings.MEDIA_ROOT / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


class TestKeepFile:
    def test_a_full_disk_leaves_nothing_and_is_named(self, full_disk: None, tmp_path: Path) -> None:
        with pytest.raises(NoRoom, match="Make room"):
            keep_file(tmp_path / "whole.pdf", b"%PDF-1.7", beside=tmp_path / ".half")

        assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
class TestFullDisk:
    def test_the_certificate_waits_and_keeps_its_attempts(self) -> None:
        waiting = make_rendering()

        assert not render(rendering_id=waiting.pk)

        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.file, waiting.done_at, waiting.lease_until) == (0, "", None, None)
        assert "The disk for files is full" in waiting.last_error

    def test_the_registrar_reads_at_once_that_something_waits(self, registrar: User) -> None:
        render(rendering_id=make_rendering().pk)

        counts = {item.label: item.count for item in waiting_work(registrar, TERM_DAY)}

        assert counts["certificates not printed"] == 1


class TestRender:
    def test_clears_away_what_killed_attempts_left(self) -> None:
        waiting = make_rendering()
        left = certificates() / f".{waiting.pk}-7"
        left.write_bytes(b"%PDF-1.7 and then the worker was killed")

        assert render(rendering_id=waiting.pk)

        waiting.refresh_from_db()
        assert not left.exists()
        assert (settings.MEDIA_ROOT / waiting.file).read_bytes().startswith(b"%PDF")

    def test_a_file_that_cannot_be_kept_gives_the_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waiting = make_rendering()
        monkeypatch.setattr(rendering, "_content_key", lambda _document: f"{waiting.pk}/name")
        certificates().joinpath(str(waiting.pk)).write_bytes(b"a file where a folder should be")

        with pytest.raises(NotADirectoryError):
            render(rendering_id=waiting.pk)

        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.lease_until) == (1, None)
        assert "Not a directory" in waiting.last_error


class TestSigningWhoseResultTheDatabaseRefuses:
    def test_gives_the_reason_and_lets_go(self) -> None:
        document = make_credential(achievement=make_certificate()).documents.get()
        with connection.cursor() as cursor:
            cursor.execute(refusing_trigger(connection.vendor))

        with pytest.raises(Exception, match="refused by the test"):
            sign_document(document_id=document.pk)

        document.refresh_from_db()
        assert (document.signed, document.lease_until, document.attempts) == (None, None, 1)
        assert "refused by the test" in document.last_error
        assert not Rendering.objects.exists()


def refusing_trigger(vendor: str) -> str:
    if vendor == "sqlite":
        return (
            "CREATE TRIGGER refuse_rendering BEFORE INSERT ON credentials_rendering "
            "BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        )
    return (
        "CREATE FUNCTION refuse_rendering() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'refused by the test'; END$$; "
        "CREATE TRIGGER refuse_rendering BEFORE INSERT ON credentials_rendering "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rendering()"
    )
