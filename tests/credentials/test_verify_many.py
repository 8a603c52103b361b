"""Checks of many: what is asked, what a worker does with it, and the receipt that can be verified."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from config.clock import now
from credentials.models import BatchCheck, BatchItem, Credential
from credentials.services import batch_checking
from credentials.services.batch_checking import CannotCheckMany, check_batch, forget_checks, start_check
from credentials.services.revoking import revoke
from credentials.services.verifying import verify_file
from tests.credentials.test_verify_files import bytes_of
from tests.credentials.test_views import signed
from tests.makers import TERM_DAY, make_batch_check, office

pytestmark = pytest.mark.django_db


def kept_files() -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "checks").glob("**/*") if path.is_file()]


def ask(client: Client, **sent: Any) -> str:
    """Send the form and answer the address of the check."""
    answer = client.post("/verify/many/", {"op_key": str(uuid4()), **sent})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


class TestAsking:
    def test_takes_codes_and_files_together(self, employer: Client) -> None:
        credential = signed()
        files = [SimpleUploadedFile(f"{name}.json", bytes_of(credential)) for name in ("one", "two")]

        address = ask(employer, codes=f"{credential.pretty_code}\n\n{credential.verify_url}\n", uploads=files)

        page = employer.get(address).content.decode()
        assert "Being checked: 0 of 4." in page
        assert 'hx-trigger="every 3s"' in page

    def test_the_same_press_starts_one_check(self, employer: Client) -> None:
        credential, press = signed(), str(uuid4())

        first, again = (ask(employer, codes=credential.code, op_key=press) for _time in range(2))

        assert first == again
        assert BatchCheck.objects.count() == 1

    @pytest.mark.parametrize("codes", ["", "\n".join(["0000000000000000"] * 51)])
    def test_nothing_or_too_many_is_explained(self, employer: Client, codes: str) -> None:
        signed()
        answer = employer.post("/verify/many/", {"op_key": str(uuid4()), "codes": codes})

        assert answer.status_code == 400
        assert "Between one and 50" in answer.content.decode()
        assert not BatchCheck.objects.exists()

    @override_settings(VERIFY_MAX_BYTES=10)
    def test_a_file_too_large_is_named_and_nothing_is_kept(self, employer: Client) -> None:
        before = kept_files()

        answer = employer.post(
            "/verify/many/", {"op_key": str(uuid4()), "uploads": [SimpleUploadedFile("big.png", b"x" * 11)]}
        )

        assert answer.status_code == 400
        assert "big.png" in answer.content.decode()
        assert kept_files() == before

    @override_settings(VERIFY_MAX_BYTES=0)
    def test_a_request_too_large_is_not_even_read(self, employer: Client) -> None:
        answer = employer.post(
            "/verify/many/", {"uploads": [SimpleUploadedFile("big.png", b"x" * 1_100_000)]}
        )

        assert answer.status_code == 413

    def test_needs_a_token(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/verify/many/", {"codes": "x"})

        assert answer.status_code == 403

    def test_an_address_that_nobody_was_given_is_not_found(self, employer: Client) -> None:
        assert employer.get(reverse("credentials:batch", args=[uuid4()])).status_code == 404

    def test_a_failed_start_leaves_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_batch_check()
        before = kept_files()
        monkeypatch.setattr(batch_checking, "announce", lambda *_a, **_k: 1 / 0)
        files = [SimpleUploadedFile("one.json", b"{}")]

        with pytest.raises(ZeroDivisionError):
            start_check(codes=[], files=files, operation=uuid4(), at=now())

        assert not BatchItem.objects.filter(name="one.json").exists()
        assert len(kept_files()) <= len(before) + 1  # what tidying finds by its age


class TestChecking:
    def test_each_gets_its_verdict_and_files_are_removed(self, employer: Client) -> None:
        good, ended = signed(), signed()
        revoke(credential=ended, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY)
        batch = make_batch_check(
            codes=[good.code, ended.code, "0000000000000000", "ABC"],
            files={"good.json": bytes_of(good), "rubbish.png": b"no picture"},
        )
        before = len(kept_files())

        assert check_batch(batch_id=batch.pk, at=now())

        items = list(batch.items.all())
        assert [(item.report or {})["verdict"] for item in items] == [
            "valid", "revoked", "not_recognised", "not_recognised", "valid", "not_recognised",
        ]  # fmt: skip
        assert all(not item.file for item in items)
        assert len(kept_files()) == before - 2
        page = employer.get(reverse("credentials:batch", args=[batch.public_id])).content.decode()
        assert "hx-get" not in page
        assert "A character in this code is wrong or missing." in page
        assert "No credential of ours has this code." in page

    def test_the_receipt_is_a_credential_that_verifies(self, employer: Client) -> None:
        good = signed()
        batch = make_batch_check(codes=[good.code], files={"good.json": bytes_of(good)})
        check_batch(batch_id=batch.pk, at=now())

        answer = employer.get(reverse("credentials:batch_receipt", args=[batch.public_id]))

        assert answer["Content-Type"] == "application/vc+ld+json"
        assert verify_file(data=answer.content, at=now()).verdict == "valid"
        receipt = json.loads(answer.content)
        assert [item["name"] for item in receipt["evidence"]] == [good.code, "good.json"]
        narrative = receipt["evidence"][1]["narrative"]
        assert re.fullmatch(r"valid; checked \S+Z; sha256 [0-9a-f]{64}", narrative)

    def test_a_changed_receipt_does_not(self) -> None:
        batch = make_batch_check()
        check_batch(batch_id=batch.pk, at=now())
        batch.refresh_from_db()

        changed = bytes(batch.receipt or b"").replace(b"not_recognised; checked", b"valid; checked")

        assert verify_file(data=changed, at=now()).verdict == "not_recognised"

    def test_a_turn_that_is_over_leaves_the_rest_for_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = make_batch_check(codes=["0000000000000000", "ABC"])
        monkeypatch.setattr(batch_checking, "TURN_SECONDS", -1.0)

        assert not check_batch(batch_id=batch.pk, at=now())
        batch.refresh_from_db()
        assert (batch.attempts, batch.done_at, batch.lease_owner) == (0, None, "")

        monkeypatch.setattr(batch_checking, "TURN_SECONDS", 30.0)
        assert check_batch(batch_id=batch.pk, at=now())

    def test_a_worker_that_dies_midway_repeats_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = make_batch_check(codes=["0000000000000000", "ABC"])
        found = batch_checking._found
        seen: list[str] = []

        def dies(item: BatchItem, at: Any) -> Any:
            seen.append(item.code)
            if len(seen) == 2:
                raise RuntimeError("killed")
            return found(item, at)

        monkeypatch.setattr(batch_checking, "_found", dies)
        with pytest.raises(RuntimeError):
            check_batch(batch_id=batch.pk, at=now())
        BatchCheck.objects.update(due_at=now() - timedelta(minutes=1))

        assert check_batch(batch_id=batch.pk, at=now())

        assert seen == ["0000000000000000", "ABC", "ABC"]

    def test_is_not_done_twice(self) -> None:
        batch = make_batch_check()
        assert check_batch(batch_id=batch.pk, at=now())
        batch.refresh_from_db()
        receipt = bytes(batch.receipt or b"")

        assert not check_batch(batch_id=batch.pk, at=now())

        batch.refresh_from_db()
        assert bytes(batch.receipt or b"") == receipt

    def test_a_machine_reads_it_too(self, employer: Client) -> None:
        batch = make_batch_check()
        address = reverse("credentials:batch", args=[batch.public_id])
        asking = {"Accept": "application/json"}
        assert employer.get(address, headers=asking).json()["state"] == "being checked"

        check_batch(batch_id=batch.pk, at=now())

        data = employer.get(address, headers=asking).json()
        assert (data["state"], data["items"][0]["report"]["verdict"]) == ("done", "not_recognised")


class TestForgetting:
    def test_what_is_past_its_time_is_gone_for_everybody(self, employer: Client) -> None:
        batch = make_batch_check(codes=[], files={"one.json": b"{}"})
        (path,) = [Path(settings.MEDIA_ROOT) / str(item.file.name) for item in batch.items.all()]
        assert path.exists()

        assert forget_checks(at=batch.keep_until - timedelta(seconds=1)) == 0
        assert forget_checks(at=batch.keep_until) == 1

        assert not path.exists()
        assert not BatchItem.objects.exists()
        assert employer.get(reverse("credentials:batch", args=[batch.public_id])).status_code == 404

    def test_a_file_without_a_row_goes_by_its_age(self) -> None:
        stray = Path(settings.MEDIA_ROOT) / "checks" / "2025" / "01" / "stray"
        stray.parent.mkdir(parents=True, exist_ok=True)
        stray.write_bytes(b"x")

        forget_checks(at=now())
        assert stray.exists()
        forget_checks(at=now() + timedelta(days=3))

        assert not stray.exists()


def test_refusals_are_sentences() -> None:
    with pytest.raises(CannotCheckMany, match="no main issuer"):
        start_check(codes=["x"], files=[], operation=uuid4(), at=now())
