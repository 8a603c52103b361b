"""Names as certificates print them, to look at: `python -m tests.standards.names_sheet FILE.csv OUT.pdf`.

FILE has a column `full_name`, and may have `script` and `note`. The sheet sets every name in the letters of
both faces of our designs; its attachment holds the names as they were read. Besides the sheet, it is told
which names a reader of the PDF's text does not get back as they were written, by script.
"""

import csv
import io
import json
import os
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdf
from django.utils.html import escape

from credentials.services.printing import Attachment, Document, Press, missing_characters
from credentials.services.printing.certificate import direction
from credentials.services.printing.designs import stylesheet_of

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
FACES = ("classic", "column")
SHEET = """
@page { size: 210mm 297mm; margin: 12mm 12mm 14mm; }
.names { width: 100%; border-collapse: collapse; table-layout: fixed; }
.names tr { break-inside: avoid; }
.names td { padding: 0.3mm 1.5mm; border-bottom: 0.1mm solid #c9c4b8; vertical-align: middle; }
.names td.number { width: 9mm; font-size: 7pt; }
.names td.note { width: 44mm; font-size: 6.5pt; }
.names .sheet { font-size: 12pt; }
"""
PAGE_EACH = "@page { size: 400mm 30mm; margin: 5mm; } p { break-after: page; }"


@dataclass(frozen=True, slots=True)
class Name:
    full: str
    script: str
    note: str


def read_names(path: Path) -> list[Name]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Name(row["full_name"], row.get("script", ""), row.get("note", "")) for row in csv.DictReader(file)
        ]


def names_document(names: Sequence[Name]) -> Document:
    """A table of all names, in the serif face of two designs and the sans of the third."""
    rows = "".join(
        f'<tr><td class="number">{number}</td>'
        + "".join(
            "<td>"
            f'<span class="sheet {face}"><span class="recipient" dir="{direction(name.full)}">'
            f"{escape(name.full)}</span></span></td>"
            for face in FACES
        )
        + f'<td class="note">{escape(f"{name.script}: {name.note}")}</td></tr>'
        for number, name in enumerate(names, start=1)
    )
    listed = json.dumps([name.full for name in names], ensure_ascii=False).encode()
    return Document(
        html=f'<!DOCTYPE html><title>Names</title><table class="names">{rows}</table>',
        stylesheet=_faces() + SHEET,
        lang="en",
        title="Names as certificates print them",
        made_at=MADE_AT,
        attachment=Attachment(
            name="names.json", data=listed, description="The names on this sheet", created=MADE_AT
        ),
    )


def page_each(names: Sequence[Name], face: str) -> Document:
    """One name a page, so that what is read back belongs to one name."""
    pages = "".join(
        f'<p class="sheet {face}"><span class="recipient name-small" dir="{direction(name.full)}">'
        f"{escape(name.full)}</span></p>"
        for name in names
    )
    return Document(
        html=f"<!DOCTYPE html><title>Names</title>{pages}",
        stylesheet=_faces() + PAGE_EACH,
        lang="en",
        title="Names, one a page",
        made_at=MADE_AT,
    )


def read_back(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def differences(names: Iterable[Name], read: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """By script, each name that was read back otherwise than written, with what was read."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, text in zip(names, read, strict=True):
        if text.strip("\n") != name.full:
            found[name.script].append((name.full, text))
    return dict(found)


def kind_of(written: str, read: str) -> str:
    """In one word what is different: spaces, form (otherwise composed), what is unseen, order, or letters."""
    if written.split() == read.split() or "".join(written.split()) == "".join(read.split()):
        return "spaces"
    if unicodedata.normalize("NFKC", written).split() == unicodedata.normalize("NFKC", read).split():
        return "form"
    drawn = [character for character in written if unicodedata.category(character) not in {"Cf", "Zs", "Cc"}]
    got = [character for character in read if unicodedata.category(character) not in {"Cf", "Zs", "Cc"}]
    if sorted(drawn) == sorted(got):
        return "unseen" if drawn == got else "order"
    return "letters"


def _faces() -> str:
    """What the designs say of letters, without their pages."""
    shared = stylesheet_of("classic"), stylesheet_of("column")
    return "\n".join(line for sheet in shared for line in sheet.splitlines() if not line.startswith("@page"))


def main(source: str, target: str) -> None:
    names = read_names(Path(source))
    for name in names:
        if missing := missing_characters(name.full):
            print(f"no font has {' '.join(sorted(missing))}: {name.full}")
    with Press() as press:
        Path(target).write_bytes(press.render(names_document(names)))
        for face in FACES:
            found = differences(names, read_back(press.render(page_each(names, face))))
            print(f"{face}: {sum(map(len, found.values()))} of {len(names)} are read back otherwise")
            for script, pairs in sorted(found.items()):
                for written, read in pairs:
                    print(f"  {script} {kind_of(written, read)}: {written!r} as {read!r}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(*sys.argv[1:])
