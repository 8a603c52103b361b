"""Competency frameworks: reading a table and a CASE file in, and the public page of a large one."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from benchmarks.measuring import Line, counted, opened, seconds
from config.events import quietly
from credentials.models import Competency, CompetencyFramework, ImportBatch
from credentials.services.frameworks import case_document, publish_framework
from credentials.services.importing import (
    confirm_import,
    guessed,
    header_of,
    importer_of,
    map_columns,
    start_import,
)
from credentials.services.jobs import run_job
from tests import makers

# As large as the table and the CASE file of the European digital competence framework.
ROWS, ITEMS, FEW, OPENINGS = 911, 388, 20, 100
MOST_SECONDS, MOST_MS = 60, 500
BEGAN = datetime(2025, 11, 1, tzinfo=UTC)
HEADER = ("code", "kind", "parent_code", "title", "description", "level", "ksa_type")


def measure(database: str) -> Iterator[Line]:
    with quietly():
        small = _from_table("Small", FEW)
        yield _import_line(
            f"import of a table of {ROWS} ({database})", ROWS, lambda: _from_table("Large", ROWS)
        )
        large = CompetencyFramework.objects.get(title="Large")
        document = _another(case_document(_from_table("Middle", ITEMS)))
        yield _import_line(
            f"import of CASE JSON of {ITEMS} ({database})", ITEMS, lambda: _from_case(document)
        )
        for framework in (small, large):
            publish_framework(framework=framework, by=makers.office())
    few, many = (opened([row.get_absolute_url()] * OPENINGS) for row in (small, large))
    yield Line(
        job=f"framework page, {ROWS} items ({database})",
        ours=many.in_words(),
        comparison=f"with {FEW}: {few.in_words()}",
        ratio=f"{many.p95 / few.p95:.1f}x",
        goal=f"p95 <= {MOST_MS} ms",
        is_met=many.p95 <= MOST_MS,
    )
    yield Line(
        job=f"framework page, queries ({database})",
        ours=str(many.queries),
        comparison=f"with {FEW}: {few.queries}",
        ratio=f"{many.queries / few.queries:.1f}x",
        goal="1.0x",
        is_met=many.queries <= few.queries,
        is_broken=many.queries > few.queries,
    )


def _import_line(job: str, rows: int, do: Callable[[], object]) -> Line:
    """An import read, shown and confirmed, beside the same rows saved one by one, which shows nothing."""
    queries = 0

    def count() -> None:
        nonlocal queries
        queries = counted(do)

    ours, _none = seconds(count)
    naive, _none = seconds(lambda: _one_by_one(rows))
    return Line(
        job=job,
        ours=f"{ours:.1f} s, {queries * 1000 // rows} queries per 1,000 rows",
        comparison=f"saved one by one: {naive:.1f} s",
        ratio=f"{naive / ours:.1f}x",
        goal=f"<= {MOST_SECONDS} s",
        is_met=ours <= MOST_SECONDS,
    )


def _one_by_one(rows: int) -> None:
    framework = makers.make_framework()
    for row in _rows(rows):
        Competency(framework=framework, code=row[0], title=row[3], statement=row[4]).save()


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    """Areas of thirty, each competency with a sentence of a real length."""
    for number in range(count):
        area, place = divmod(number, 30)
        code = f"{area + 1}.{place}" if place else str(area + 1)
        said = f"Item {number}: finds, weighs and uses what is needed for the task at hand. " * 2
        parent = str(area + 1) if place else ""
        kind, level, sort = ("statement", "Basic", "Skill") if place else ("area", "", "")
        yield (code, kind, parent, f"Item {number}", said.strip(), level, sort)


def _from_table(title: str, count: int) -> CompetencyFramework:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *_rows(count)])
    file = ContentFile(out.getvalue().encode(), name="table.csv")
    named = {"title": title, "version": "1", "creator": "Us"}
    by = makers.office()
    batch = start_import(kind="competencies", file=file, options=named, by=by, at=BEGAN)
    mapping = guessed(header_of(batch), importer_of("competencies").columns)
    _finished(map_columns(batch=batch, mapping=mapping, by=by, at=BEGAN))
    return CompetencyFramework.objects.get(title=title)


def _from_case(document: bytes) -> None:
    file = ContentFile(document, name="package.json")
    _finished(start_import(kind="case", file=file, options={}, by=makers.office(), at=BEGAN))


def _finished(batch: ImportBatch) -> None:
    """Through preview and confirmation to the end."""
    _worked(batch)
    _worked(confirm_import(batch=batch, sha256=batch.sha256, by=makers.office(), at=BEGAN))
    batch.refresh_from_db()
    if batch.state != ImportBatch.State.APPLIED:
        raise RuntimeError(f"the import ended as {batch.state}: {batch.problem}")


def _worked(batch: ImportBatch) -> None:
    batch.refresh_from_db()
    while batch.job and batch.job.done_at is None:
        run_job(job_id=batch.job.pk, at=BEGAN)
        batch.refresh_from_db()


def _another(document: dict[str, Any]) -> bytes:
    """The same framework under identifiers and a title that nobody has seen."""
    parts = [document["CFDocument"], *document["CFItems"], *document["CFAssociations"]]
    text = json.dumps(document).replace(document["CFDocument"]["title"], "Package")
    for part in parts:
        text = text.replace(part["identifier"], str(uuid4()))
    return text.encode()
