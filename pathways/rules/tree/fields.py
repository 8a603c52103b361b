"""Reading one JSON object field by field; whatever is wrong is named by its object and its field."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_AMOUNT = re.compile(r"\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class RuleError(ValueError):
    """A rule cannot be understood; `node` and `field` say where, the message says why."""

    def __init__(self, node: str, field: str, problem: str) -> None:
        super().__init__(f"{node}: {field}: {problem}")
        self.node = node
        self.field = field
        self.problem = problem


class Fields:
    """One object of a document. Every method raises RuleError naming `where` and the field."""

    def __init__(self, document: object, where: str, field: str = "document") -> None:
        if not isinstance(document, Mapping):
            raise RuleError(where, field, "must be an object")
        self.document: Mapping[str, object] = document
        self.where = where

    def refuse(self, field: str, problem: str) -> RuleError:
        return RuleError(self.where, field, problem)

    def only(self, known: Collection[str], what: str) -> None:
        """Every field is one of these."""
        for field in self.document:
            if field not in known:
                raise self.refuse(str(field), f"is not a field that this engine knows for {what}")

    def has(self, field: str) -> bool:
        """Whether the field is given and is not null."""
        return self.document.get(field) is not None

    def text(self, field: str) -> str:
        value = self.document.get(field)
        if not isinstance(value, str) or not value:
            raise self.refuse(field, "must be a text that is not empty")
        return value

    def integer(self, field: str) -> int:
        value = self.document.get(field)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(field, "must be a whole number")
        return value

    def boolean(self, field: str) -> bool:
        value = self.document.get(field)
        if not isinstance(value, bool):
            raise self.refuse(field, "must be true or false")
        return value

    def amount(self, field: str) -> Decimal:
        value = self.document.get(field)
        found = amount(value)
        if found is None:
            raise self.refuse(field, 'must be a decimal number written as a text, such as "1.5"')
        return found

    def day(self, field: str) -> date:
        value = self.document.get(field)
        found = day(value)
        if found is None:
            raise self.refuse(field, "must be a day such as 2026-03-31")
        return found

    def array(self, field: str) -> list[object]:
        value = self.document.get(field)
        if not isinstance(value, list):
            raise self.refuse(field, "must be a list")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        texts: list[str] = []
        for value in self.array(field):
            if not isinstance(value, str) or not value:
                raise self.refuse(field, "must hold texts that are not empty")
            texts.append(value)
        return tuple(texts)

    def one_of(self, field: str, allowed: Collection[T]) -> T:
        value = self.document.get(field)
        for known in allowed:
            if value == known and type(value) is type(known):
                return known
        raise self.refuse(field, f"must be one of {', '.join(map(str, allowed))}")

    def below(self, field: str) -> "Fields":
        """The object in this field."""
        value = self.document.get(field)
        if not isinstance(value, Mapping):
            raise self.refuse(field, "must be an object")
        return Fields(value, self.where)

    def maybe(self, field: str, read: Callable[[str], T], default: T) -> T:
        """The field by `read`; the default where it is not given or null."""
        return read(field) if self.has(field) else default


def amount(value: object) -> Decimal | None:
    """A decimal number out of its text; None for anything else."""
    return Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def day(value: object) -> date | None:
    """A day out of its text, year first; None for anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
