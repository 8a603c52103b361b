"""An assessment blueprint: how much of the whole is which competency, by which method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    weight: Decimal
    level: str
    min_evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One competency, with a cell or None for each method of the blueprint."""

    code: str
    name: str
    cells: tuple[Cell | None, ...]
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    methods: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[Decimal, ...]
    total: Decimal


def blueprint_of(frozen: Sequence[Mapping[str, Any]]) -> Blueprint:
    """The cells of a published definition as a table: competencies down, methods across, as first named."""
    cells = {
        (row["competency"], row["method"]): Cell(
            weight=Decimal(row["weight"]), level=row["level"], min_evidence=row["min_evidence"]
        )
        for row in frozen
    }
    names = {row["competency"]: row.get("name") or row["competency"] for row in frozen}
    methods = tuple(dict.fromkeys(row["method"] for row in frozen))
    rows = []
    for code, name in names.items():
        across = tuple(cells.get((code, method)) for method in methods)
        total = sum((cell.weight for cell in across if cell), Decimal(0))
        rows.append(Row(code="" if code == name else code, name=name, cells=across, total=total))
    totals = tuple(
        sum((cell.weight for (_code, by), cell in cells.items() if by == method), Decimal(0))
        for method in methods
    )
    return Blueprint(methods=methods, rows=tuple(rows), totals=totals, total=sum(totals, Decimal(0)))
