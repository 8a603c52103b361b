"""Checks of many: codes and files are taken in, checked by a worker, removed and receipted."""

import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.clock import refuse_if_apart
from config.events import announce
from credentials.models import BatchCheck, BatchItem, Credential, Issuer
from credentials.models.credential import is_mistyped
from credentials.openbadges import proofs
from credentials.openbadges.receipts import Looked, receipt
from credentials.openbadges.report import Check, Report, Verdict
from credentials.openbadges.text import clean_text, read_instant
from credentials.services.keystores import signer_for
from credentials.services.signing import key_in_use
from credentials.services.verifying import verify_file, verify_together

log = structlog.get_logger(__name__)
WAIT_AFTER_FAILURE = 20
# A worker checks for half a minute, then lets others have their turn; a file takes six seconds at most.
TURN_SECONDS, LEASE_SECONDS = 30.0, 80
ABANDONED = timedelta(days=2)


class CannotCheckMany(Exception):
    """What was sent is no check of many; the message says why. Nothing was kept."""


@transaction.atomic
def start_check(
    *, codes: Sequence[str], files: "Sequence[UploadedFile[Any]]", operation: UUID, at: datetime
) -> BatchCheck:
    """Take in codes (normalised) and files. The same press of the button (`operation`) starts one check.

    `operation` becomes the address, so only who sent the form knows it. Raises CannotCheckMany.
    """
    count = len(codes) + len(files)
    if not 1 <= count <= settings.VERIFY_MAX_ITEMS:
        raise CannotCheckMany(
            _("Between one and %(most)s codes and files can be checked at once; these are %(count)s.")
            % {"most": settings.VERIFY_MAX_ITEMS, "count": count}
        )
    if any((file.size or 0) > settings.VERIFY_MAX_BYTES for file in files):
        raise CannotCheckMany(_("One of the files is larger than 5 MB."))
    issuer = Issuer.objects.filter(is_main=True).exclude(did=None).first()
    if issuer is None:
        raise CannotCheckMany(_("This portal has no main issuer with a key yet, so it can sign no receipt."))
    batch, is_new = BatchCheck.objects.get_or_create(
        public_id=operation,
        defaults={
            "asked_at": at,
            "keep_until": at + timedelta(days=settings.VERIFY_KEPT_DAYS),
            "issuer": issuer,
        },
    )
    if is_new:
        for position, code in enumerate(codes, start=1):
            BatchItem.objects.create(batch=batch, position=position, name=code[:64], code=code[:64])
        _take_in(batch, files, first=len(codes) + 1)
        announce("check.asked", batch_id=batch.pk)
    return batch


def check_batch(*, batch_id: int, at: datetime) -> bool:
    """Check what is left, for one turn; True once the receipt is signed. Two workers never do it at once.

    What one worker leaves, the next goes on with: each finding is kept, and its file removed, as it is made.
    """
    refuse_if_apart()
    owner = secrets.token_hex(16)
    if not BatchCheck.objects.claim(batch_id, owner, seconds=LEASE_SECONDS):
        return False
    try:
        if not _took_turn(batch_id, at):
            _let_go(batch_id, owner)
            return False
        batch = BatchCheck.objects.select_related("issuer").get(pk=batch_id)
        return _receipted(batch, owner, _signed(batch, at))
    except Exception as error:
        attempts = BatchCheck.objects.values_list("attempts", flat=True).get(pk=batch_id)
        BatchCheck.objects.give_back(batch_id, owner, repr(error), WAIT_AFTER_FAILURE * attempts)
        raise


def forget_checks(*, at: datetime) -> int:
    """Remove checks whose time is over, with whatever is left of them, and files that no row names."""
    over = BatchCheck.objects.filter(keep_until__lte=at)
    for item in BatchItem.objects.filter(batch__in=over).exclude(file=""):
        _remove_file(item)
    _dropped, by_model = over.delete()
    for path in _abandoned(at):
        path.unlink(missing_ok=True)
    return by_model.get(BatchCheck._meta.label, 0)


def _take_in(batch: BatchCheck, files: "Sequence[UploadedFile[Any]]", *, first: int) -> None:
    kept: list[BatchItem] = []
    try:
        for position, file in enumerate(files, start=first):
            data = file.read()
            item = BatchItem(
                batch=batch,
                position=position,
                name=clean_text(file.name or "").replace("\n", " ").strip()[:200] or str(position),
                sha256=hashlib.sha256(data).hexdigest(),
            )
            item.file.save(uuid4().hex, ContentFile(data), save=False)
            kept.append(item)
            item.save()
    except BaseException:
        for item in kept:
            item.file.delete(save=False)
        raise


def _took_turn(batch_id: int, at: datetime) -> bool:
    """Check until the turn is over; True when nothing is left."""
    until = time.monotonic() + TURN_SECONDS
    for item in BatchItem.objects.filter(batch=batch_id, report__isnull=True):
        if time.monotonic() > until:
            return False
        report = _found(item, at)
        BatchItem.objects.filter(pk=item.pk, report__isnull=True).update(report=report.to_json())
        _remove_file(item)
    return True


def _found(item: BatchItem, at: datetime) -> Report:
    if item.code:
        return _by_code(item.code, at)
    try:
        with item.file.open("rb") as handle:
            data = handle.read()
    except FileNotFoundError:
        return _without_document("cannot_check", Check("container", "not_checked", "The file is gone."), at)
    return verify_file(data=data, at=at)


def _by_code(code: str, at: datetime) -> Report:
    if is_mistyped(code):
        slip = Check("container", "failed", "A character in this code is wrong or missing.")
        return _without_document("not_recognised", slip, at)
    credential = (
        Credential.objects.filter(code=code)
        .select_related("version", "achievement__issuer", "recipient", "status_list")
        .first()
    )
    if credential is None:
        unknown = Check("container", "failed", "No credential of ours has this code.")
        return _without_document("not_recognised", unknown, at)
    (checked,) = verify_together(credentials=[credential], at=at)
    return checked.report


def _without_document(verdict: Verdict, check: Check, at: datetime) -> Report:
    return Report(
        verdict=verdict,
        at=at,
        container="none",
        standard="unknown",
        suites=(),
        credential={"id": None, "name": None, "valid_from": None, "valid_until": None},
        issuer={"id": None, "name": None, "known": False},
        checks=(check,),
    )


def _remove_file(item: BatchItem) -> None:
    if item.file:
        item.file.delete(save=False)
        BatchItem.objects.filter(pk=item.pk).update(file="")


def _let_go(batch_id: int, owner: str) -> None:
    """Its turn is over, which is no failure: it keeps its attempts and is due at once."""
    owned = BatchCheck.objects.owned(batch_id, owner)
    owned.update(attempts=F("attempts") - 1, lease_owner="", lease_until=None, due_at=Now())
    announce("check.asked", batch_id=batch_id)


def _signed(batch: BatchCheck, at: datetime) -> bytes:
    key = key_in_use(batch.issuer)
    document = receipt(
        public_id=batch.public_id,
        issuer=batch.issuer.did or "",
        url=settings.PORTAL_URL + reverse("credentials:batch", args=[batch.public_id]),
        looked=[
            Looked(
                name=item.name,
                what=f"sha256 {item.sha256}" if item.sha256 else f"code {item.code}",
                verdict=report["verdict"],
                at=read_instant(report["at"]) or at,
            )
            for item in batch.items.all()
            for report in (item.report or {},)
        ],
        at=at,
    )
    return proofs.sign(
        document,
        signer=signer_for(key),
        verification_method=key.verification_method,
        created=at.replace(microsecond=0),
    )


def _receipted(batch: BatchCheck, owner: str, signed: bytes) -> bool:
    return bool(
        BatchCheck.objects.owned(batch.pk, owner).update(
            receipt=signed, done_at=Now(), lease_owner="", lease_until=None, last_error=""
        )
    )


def _abandoned(at: datetime) -> Iterator[Path]:
    """Files that a process left behind when it ended between keeping them and their row."""
    folder = Path(settings.MEDIA_ROOT) / "checks"
    named = set(BatchItem.objects.exclude(file="").values_list("file", flat=True))
    for path in folder.glob("*/*/*"):
        is_old = at.timestamp() - path.stat().st_mtime > ABANDONED.total_seconds()
        if is_old and path.relative_to(settings.MEDIA_ROOT).as_posix() not in named:
            yield path
