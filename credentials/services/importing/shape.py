"""The one shape of every import: a file is read into staged rows, shown, confirmed and applied.

An importer knows one kind of file. It reads the whole of it without writing (`open`), and later writes
what its staged rows say (`apply`); batches.py does the rest for all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext

from credentials.definitions.text import Text
from credentials.models import ImportBatch, ImportRow

if TYPE_CHECKING:
    from learners.models import User

MEGABYTE = 1_000_000
NOTHING = Text("")


class Refused(Exception):
    """The file as a whole cannot be imported; says why, and how to mend it."""

    def __init__(self, message: Text, cure: Text) -> None:
        super().__init__(str(message))
        self.message, self.cure = message, cure

    def __str__(self) -> str:
        return f"{self.message.render(gettext)} {self.cure.render(gettext)}"


class TooLarge(Refused):
    """More bytes than are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a table may have: its name here, and under which others it is known."""

    name: str
    label: str | Promise
    is_required: bool = False
    synonyms: Sequence[str] = ()


class Source(ABC):
    """An opened file: how many rows will be staged, and what belongs to the file as a whole."""

    total: int
    # Kept in the batch's options: what the preview and the applying need to know beside the rows.
    notes: Mapping[str, Any]

    @abstractmethod
    def rows(self, start: int, stop: int) -> list[ImportRow]:
        """Rows from `start` to before `stop`, compared with what stands in the database, not saved."""


class Importer(ABC):
    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    # Ends of file names, as an upload field names them.
    accepts: ClassVar[str]
    # What a table may hold, for the page that maps its columns; empty where a file explains itself.
    columns: ClassVar[tuple[Column, ...]] = ()
    most_bytes: ClassVar[int] = 20 * MEGABYTE
    # One row with an error stops the whole, and all is applied in one transaction.
    is_whole: ClassVar[bool] = False

    def check(self, data: bytes, options: Mapping[str, Any]) -> None:
        """Look at the bytes as they are handed in, quickly. Raises Refused."""
        return

    def header(self, data: bytes) -> tuple[str, ...]:
        """The names of a table's columns. Raises Refused."""
        return ()

    @abstractmethod
    def open(self, batch: ImportBatch, data: bytes) -> Source:
        """Read and compare everything; writes nothing. Raises Refused."""

    @abstractmethod
    def apply(self, batch: ImportBatch, rows: QuerySet[ImportRow], *, by: "User", at: datetime) -> None:
        """Write what these staged rows say. Raises Refused when that can no longer be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is wrong with one field of a row, and how to mend it; kept in its parts until it is shown."""

    field: str
    message: Text
    cure: Text = NOTHING

    def kept(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "message": self.message.template,
            "params": {name: str(value) for name, value in self.message.params.items()},
            "cure": self.cure.template,
        }


def in_words(kept: Mapping[str, Any]) -> dict[str, str]:
    """A message of a staged row in the reader's language."""
    return {
        "field": kept["field"],
        "message": gettext(kept["message"]) % kept.get("params", {}),
        "cure": gettext(kept["cure"]) if kept["cure"] else "",
    }


_KNOWN: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    _KNOWN[importer.kind] = importer


def importer_of(kind: str) -> Importer:
    """Raises KeyError for a kind that nobody reads."""
    return _KNOWN[kind]


def importers() -> list[Importer]:
    return list(_KNOWN.values())
