"""Tables as CSV: read strictly, each refusal with row and cure; written so that no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from credentials.definitions.text import Text, gettext_noop
from credentials.services.importing.shape import Column, Refused

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100_000, 100, 2_000
SEPARATORS = ",;\t"
# What a spreadsheet takes for the beginning of a formula, in its usual and its full width.
_FORMULA = re.compile(r"[=+\-@\t\r\x00\uff1d\uff0b\uff0d\uff20]")
SAVE_AS_UTF8 = Text(gettext_noop("Save the table as “CSV UTF-8” and hand it in again."))
SAVE_AGAIN = Text(gettext_noop("Open the table, mend that row and save it again."))


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    # (row as a spreadsheet counts, cells by the names of the header)
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_table(data: bytes) -> Table:
    """Raises Refused."""
    reader = _cells(_text(data))
    header = _header(next(reader, (1, []))[1])
    rows: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MOST_ROWS:
            raise Refused(
                Text(gettext_noop("The table has more than %(limit)s rows."), {"limit": MOST_ROWS}),
                Text(gettext_noop("Divide it into several tables.")),
            )
        rows.append((number, dict(zip(header, _row(header, number, cells), strict=True))))
    return Table(header, tuple(rows))


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise Refused(
            Text(gettext_noop("Line %(line)s is not UTF-8 text."), {"line": line}), SAVE_AS_UTF8
        ) from broken
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused(
            Text(gettext_noop("Line %(line)s holds a character that no text has."), {"line": line}),
            SAVE_AS_UTF8,
        )
    return text


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, the separator being the one that the first line has most of."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as broken:
        raise Refused(
            Text(
                gettext_noop(
                    "Line %(line)s cannot be divided into cells; often a quotation mark is missing."
                ),
                {"line": reader.line_num},
            ),
            SAVE_AGAIN,
        ) from broken


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells)
    if not any(names):
        raise Refused(
            Text(gettext_noop("The table is empty.")),
            Text(gettext_noop("The first row names the columns; each further row is one item.")),
        )
    if len(names) > MOST_COLUMNS:
        raise Refused(
            Text(
                gettext_noop("The table has %(count)s columns; at most %(limit)s can be read."),
                {"count": len(names), "limit": MOST_COLUMNS},
            ),
            Text(gettext_noop("Take away the columns that are not needed.")),
        )
    for name in names:
        if not name or names.count(name) > 1:
            raise Refused(
                Text(
                    gettext_noop("In the first row the name “%(name)s” is empty or stands twice."),
                    {"name": name},
                ),
                Text(gettext_noop("Give each column a name of its own.")),
            )
    return names


def _row(header: tuple[str, ...], number: int, cells: list[str]) -> list[str]:
    if len(cells) > len(header):
        raise Refused(
            Text(
                gettext_noop("Row %(row)s has %(count)s cells; the first row names %(columns)s."),
                {"row": number, "count": len(cells), "columns": len(header)},
            ),
            SAVE_AGAIN,
        )
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            raise Refused(
                Text(
                    gettext_noop(
                        "Row %(row)s has %(length)s characters in “%(name)s”; at most %(limit)s can be read."
                    ),
                    {"row": number, "name": name, "length": len(cell), "limit": LONGEST_CELL},
                ),
                Text(gettext_noop("Shorten the text in this cell.")),
            )
    return [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))


def guessed(header: Iterable[str], columns: Sequence[Column]) -> dict[str, str]:
    """For each column the name in the header that most likely means it."""
    by_plain = {_plain(name): name for name in header}
    found: dict[str, str] = {}
    for column in columns:
        names = (_plain(known) for known in (column.name, str(column.label), *column.synonyms))
        match = next((by_plain[name] for name in names if name in by_plain), None)
        if match is not None and match not in found.values():
            found[column.name] = match
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def write_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV for any spreadsheet: UTF-8 with its mark, and no cell that would be taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(name) for name in header])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell).replace("\x00", "")
    return f"'{text}" if _FORMULA.match(text) else text
