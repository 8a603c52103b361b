"""From the file to what it changes: handed in, read by a job, shown, confirmed once, applied by a job."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.definitions.text import Text, gettext_noop
from credentials.models import ImportBatch, ImportRow, Job
from credentials.services.auditing import audit
from credentials.services.importing.shape import MEGABYTE, Importer, Refused, TooLarge, importer_of
from credentials.services.jobs import cancel_job, start_job

if TYPE_CHECKING:
    from learners.models import User

State = ImportBatch.State
CHUNK = 500
# However long the file, it is read again at most this many times while its rows are staged.
MOST_CHUNKS = 40


class CannotImport(Exception):
    """What was asked of this import cannot be done as things stand."""


class NotAsShown(CannotImport):
    message = _("This import is no longer what the page showed. Open it again and look at what it says now.")

    def __str__(self) -> str:
        return str(self.message)


class MappingIncomplete(CannotImport):
    """A column that is needed has no column of the file, or one column of the file was chosen twice."""


@transaction.atomic
def start_import(
    *, kind: str, file: "File[bytes]", options: Mapping[str, Any], by: "User", at: datetime
) -> ImportBatch:
    """Keep the bytes under their hash and begin to read them; a table waits until its columns are mapped.

    Raises Refused.
    """
    importer = importer_of(kind)
    if file.size > importer.most_bytes:
        raise TooLarge(
            Text(
                gettext_noop("The file has %(size)s MB; at most %(limit)s MB can be read."),
                {"size": round(file.size / MEGABYTE, 1), "limit": importer.most_bytes // MEGABYTE},
            ),
            Text(gettext_noop("Divide it into several files, and import one after the other.")),
        )
    data = file.read()
    importer.check(data, options)
    digest = hashlib.sha256(data).hexdigest()
    name = PurePath(file.name or "").name[-250:]
    stored = f"imports/{digest}{PurePath(name).suffix.lower()[:8]}"
    if not default_storage.exists(stored):
        stored = default_storage.save(stored, ContentFile(data))
    batch = ImportBatch.objects.create(
        kind=kind,
        file=stored,
        file_name=name,
        sha256=digest,
        options=dict(options),
        started_by=by,
        created_at=at,
    )
    audit("start import", batch, by=by, kind=kind, sha256=digest)
    return _begin(batch, importer, by=by, at=at) if not importer.columns else batch


@transaction.atomic
def map_columns(*, batch: ImportBatch, mapping: Mapping[str, str], by: "User", at: datetime) -> ImportBatch:
    """Say which column of the table is which, and begin to read. Raises CannotImport."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    importer = importer_of(batch.kind)
    if batch.state != State.STAGING or batch.job_id is not None:
        raise NotAsShown
    chosen = {column.name: mapping.get(column.name, "") for column in importer.columns}
    for column in importer.columns:
        if column.is_required and not chosen[column.name]:
            raise MappingIncomplete(
                gettext("Choose a column of the file for “%(column)s”.") % {"column": column.label}
            )
    used = [name for name in chosen.values() if name]
    if twice := {name for name in used if used.count(name) > 1}:
        raise MappingIncomplete(
            gettext("The column “%(column)s” of the file was chosen twice.") % {"column": min(twice)}
        )
    batch.options = {**batch.options, "mapping": chosen}
    batch.save(update_fields=["options"])
    return _begin(batch, importer, by=by, at=at)


def _begin(batch: ImportBatch, importer: Importer, *, by: "User", at: datetime) -> ImportBatch:
    batch.job = start_job(
        title=gettext("Read %(file)s") % {"file": batch.file_name[:200]},
        work="credentials.services.importing.stage_rows",
        dedupe_key=f"import:{batch.pk}:read",
        total=0,
        by=by,
        at=at,
        batch=batch.pk,
    )
    batch.save(update_fields=["job"])
    return batch


@transaction.atomic
def confirm_import(*, batch: ImportBatch, sha256: str, by: "User", at: datetime) -> ImportBatch:
    """Let what the preview showed happen, once however often it is pressed. Raises NotAsShown."""
    begun = ImportBatch.objects.filter(pk=batch.pk, sha256=sha256, state=State.STAGED).update(
        state=State.APPLYING
    )
    batch = ImportBatch.objects.get(pk=batch.pk)
    if not begun:
        if batch.sha256 == sha256 and batch.state in {State.APPLYING, State.APPLIED}:
            return batch
        raise NotAsShown
    batch.job = start_job(
        title=gettext("Import %(file)s") % {"file": batch.file_name[:200]},
        work="credentials.services.importing.apply_rows",
        dedupe_key=f"import:{batch.pk}:apply",
        total=batch.new_count + batch.changed_count,
        by=by,
        at=at,
        batch=batch.pk,
    )
    batch.save(update_fields=["job"])
    audit("confirm import", batch, by=by, sha256=sha256)
    return batch


@transaction.atomic
def cancel_import(*, batch: ImportBatch, by: "User") -> ImportBatch:
    """Put the file aside; nothing of it is written. Raises NotAsShown."""
    open_states = (State.STAGING, State.STAGED)
    if not ImportBatch.objects.filter(pk=batch.pk, state__in=open_states).update(state=State.CANCELLED):
        raise NotAsShown
    batch = ImportBatch.objects.select_related("job").get(pk=batch.pk)
    if batch.job is not None:
        cancel_job(job=batch.job, by=by)
    audit("cancel import", batch, by=by)
    return batch


# --- The work of the two jobs -----------------------------------------------------------------------
def stage_rows(job: Job, at: datetime) -> bool:
    """One chunk of the reading: rows are compared and kept, nothing else is written."""
    batch = _batch_of(job)
    if batch.state != State.STAGING:
        return False
    importer = importer_of(batch.kind)
    try:
        source = importer.open(batch, _bytes_of(batch))
    except Refused as refusal:
        return _refuse(batch, job, str(refusal))
    if job.position == 0:
        job.total_count = source.total
        batch.options = {**batch.options, **source.notes}
        batch.save(update_fields=["options"])
    stop = job.position + max(CHUNK, -(-source.total // MOST_CHUNKS))
    rows = source.rows(job.position, stop)
    for row in rows:
        row.batch = batch
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
    job.position, job.done_count = stop, min(stop, source.total)
    if stop < source.total:
        return True
    _count(batch, importer)
    job.log = gettext("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(error)d with errors.") % {
        "new": batch.new_count,
        "changed": batch.changed_count,
        "unchanged": batch.unchanged_count,
        "error": batch.error_count,
    }
    return False


def _count(batch: ImportBatch, importer: Importer) -> None:
    counted = batch.rows.order_by().values_list("action").annotate(Count("pk"))
    for action, count in counted:
        setattr(batch, f"{action}_count", count)
    is_refused = importer.is_whole and batch.error_count > 0
    batch.state = State.REFUSED if is_refused else State.STAGED
    if is_refused:
        batch.problem = gettext(
            "The file is imported whole or not at all, and %(count)d of its rows cannot be. Nothing was "
            "changed. Mend these rows in the file and hand it in again."
        ) % {"count": batch.error_count}
    batch.save()


def apply_rows(job: Job, at: datetime) -> bool:
    """One chunk of the applying: the staged rows, in order, or all of them at once."""
    batch = _batch_of(job)
    if batch.state != State.APPLYING:
        return False
    importer = importer_of(batch.kind)
    actions = (ImportRow.Action.NEW, ImportRow.Action.CHANGED)
    left = batch.rows.filter(action__in=actions, number__gt=job.position or -1)
    part = left if importer.is_whole else left[:CHUNK]
    try:
        with transaction.atomic():
            importer.apply(batch, part, by=job.started_by or batch.started_by, at=at)
    except Refused as refusal:
        return _refuse(batch, job, str(refusal))
    numbers = list(part.values_list("number", flat=True))
    job.done_count += len(numbers)
    if not importer.is_whole and len(numbers) == CHUNK:
        job.position = numbers[-1]
        return True
    batch.state, batch.applied_at = State.APPLIED, at
    batch.save(update_fields=["state", "applied_at"])
    return False


def _refuse(batch: ImportBatch, job: Job, why: str) -> bool:
    batch.state, batch.problem, job.log = State.REFUSED, why, why
    batch.save(update_fields=["state", "problem"])
    return False


def _batch_of(job: Job) -> ImportBatch:
    return ImportBatch.objects.select_for_update(no_key=True, of=("self",)).get(pk=job.parameters["batch"])


def _bytes_of(batch: ImportBatch) -> bytes:
    """The kept bytes. Raises Refused when they are no longer those that were handed in."""
    with default_storage.open(str(batch.file.name)) as kept:
        data: bytes = kept.read()
    if hashlib.sha256(data).hexdigest() != batch.sha256:
        raise Refused(
            Text(gettext_noop("The kept file is not the one that was handed in.")),
            Text(gettext_noop("Hand it in again.")),
        )
    return data


def header_of(batch: ImportBatch) -> tuple[str, ...]:
    """The names of a table's columns, for the page that maps them."""
    return importer_of(batch.kind).header(_bytes_of(batch))
