"""Real programmes that stack, as exchange documents; they lie beside the project and need not be there."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "pathways_open.json"

# Acts that issue no badge of their own.
STEPS = frozenset({"capstone-exam"})

# What the CNCF's badges are worth grouping by; others name their series before a colon.
SERIES = "cncf"


def programmes() -> dict[str, Json]:
    """Every programme of the file by its id; none where the file is absent."""
    if not FILE.exists():
        return {}
    return {row["id"]: row for row in json.loads(FILE.read_text(encoding="utf-8"))}


def document(
    programme: Json, *, amended: bool = False, order_policy: Literal["gate", "strict_dates"] = "gate"
) -> Json:
    """The rule, the catalogue and the award of a programme, without a learner.

    `amended` adds what its amendment adds. Prerequisites are the catalogue's `requires`; under
    `strict_dates` they are an order of days besides.
    """
    items = list(programme["rule"]["items"])
    if amended:
        items += programme["amendment"]["adds"]
    rule = node({**programme["rule"], "items": items})
    if order_policy == "strict_dates":
        rule["children"] = _in_order(rule["children"], programme["prerequisites"])
    codes = list(dict.fromkeys(_codes(items)))
    return {
        "id": programme["id"],
        "title": programme["name"],
        "tz": "UTC",
        "issues": programme.get("award", programme["id"]),
        "catalog": {code: _entry(code, programme, len(codes)) for code in codes},
        "rule": rule,
        "validity": "current",
    }


def node(item: str | Json) -> Json:
    """One `op` form, or one code, as a node of the exchange format."""
    if isinstance(item, str):
        return (
            {"kind": "step", "step": item} if item in STEPS else {"kind": "achievement", "achievement": item}
        )
    below = item["items"]
    if item["op"] == "all":
        return {"kind": "all", "children": [node(each) for each in below]}
    many = 1 if item["op"] == "any" else item["n"]
    if all(isinstance(each, str) for each in below):
        return {"kind": "pool", "n": many, "achievements": below}
    return {"kind": "n_of", "n": many, "children": [node(each) for each in below]}


def _codes(items: Iterable[str | Json]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        else:
            yield from _codes(item["items"])


def _in_order(parts: list[Json], prerequisites: dict[str, list[str]]) -> list[Json]:
    """The same parts, each that has prerequisites drawn together with them, those first."""
    by_code = {part.get("achievement"): part for part in parts}
    for code, needed in prerequisites.items():
        chain = [by_code[each] for each in (*needed, code)]
        parts = [part for part in parts if part not in chain]
        parts.append({"kind": "ordered", "children": chain})
    return parts


def _entry(code: str, programme: Json, many: int) -> Json:
    entry: Json = {"series": code.split(":")[0] if ":" in code else SERIES}
    if "hours" in programme:
        entry["hours"] = str(Decimal(programme["hours"]) / many)
    if "component_valid_months" in programme:
        months = programme["component_valid_months"]
        entry["valid_for"] = {"months": months.get(code, months["default"])}
    if code in programme.get("prerequisites", {}):
        entry["requires"] = programme["prerequisites"][code]
    return entry


def earned(code: str, on: str, **fields: Any) -> Json:
    """One credential, its id the code and the day."""
    return {"id": f"{code} {on}", "achievement": code, "earned_at": on, **fields}
