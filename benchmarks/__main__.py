"""Run the measurements named, or all, on SQLite and on PostgreSQL, and print one table.

Ends with 1 when the shape of a cost is broken (queries that grow), never because a machine is slow.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.services import ROOT, PrivatePostgres, ServiceMissingError

NAMES = ("catalogue", "frameworks", "signing", "issuing", "verification", "printing", "baking")
COLUMNS = ("job", "ours", "comparison", "ratio", "goal")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how fast the portal is.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; none: all")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only on this one")
    asked = parser.parse_args()
    names = asked.names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    lines = [line for told in _everywhere(asked.database, names) for line in told]
    _show(lines)
    return 1 if any(line["is_broken"] for line in lines) else 0


def _everywhere(only: str | None, names: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    if only != "postgresql":
        yield _measured("SQLite", names)
    if only != "sqlite":
        try:
            with PrivatePostgres() as server:
                yield _measured("PostgreSQL", names, database_url=server.url)
        except ServiceMissingError as missing:
            print(f"Not measured on PostgreSQL: {missing}", file=sys.stderr)


def _measured(database: str, names: Sequence[str], database_url: str = "") -> list[dict[str, Any]]:
    """In a process of its own, whose settings know nothing but this database and an empty folder."""
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder:
        environment = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "tests.settings", "VAR_DIR": folder}
        environment["DATABASE_URL"] = database_url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        command = [sys.executable, "-m", "benchmarks.inside", database, *names]
        told = subprocess.run(  # noqa: S603  this program, with names from the list above
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    lines: list[dict[str, Any]] = json.loads(told.stdout.splitlines()[-1])
    return lines


def _show(lines: Sequence[dict[str, Any]]) -> None:
    rows = [dict(zip(COLUMNS, COLUMNS, strict=True)), *lines]
    widths = {column: max(len(row[column]) for row in rows) for column in COLUMNS}
    for row in rows:
        missed = "" if row.get("is_met", True) else "  missed"
        print(" | ".join(row[column].ljust(widths[column]) for column in COLUMNS).rstrip() + missed)


if __name__ == "__main__":
    sys.exit(main())
