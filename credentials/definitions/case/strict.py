"""One JSON object out of a stranger's bytes, or a refusal that says where and why."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from credentials.definitions.text import Text, gettext_noop

CASE_BYTES = 20_000_000
DEEPEST = 40
LARGEST = 2**53
_UNSOUND = re.compile("[\x00\ud800-\udfff]")


class Broken(ValueError):
    """The file as a whole cannot be read: `message` says why, `cure` how to mend it."""

    def __init__(self, message: Text, cure: Text) -> None:
        super().__init__(str(message))
        self.message, self.cure = message, cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"


EXPORT_AGAIN = Text(gettext_noop("Export the file again from the program it came from."))


def load(data: bytes) -> dict[str, Any]:
    """The object in these bytes. Raises Broken.

    Refused: more than 20 MB, not strict UTF-8, not JSON, a key twice in one object, nesting beyond 40,
    numbers and characters that no database keeps.
    """
    if len(data) > CASE_BYTES:
        raise Broken(
            Text(
                gettext_noop("The file has %(size)s MB; at most %(limit)s MB can be read."),
                {"size": round(len(data) / 1e6, 1), "limit": CASE_BYTES // 1_000_000},
            ),
            Text(gettext_noop("Divide the framework into several files, and import one after the other.")),
        )
    document = _parsed(_decoded(data))
    if not isinstance(document, dict):
        raise Broken(Text(gettext_noop("The file is JSON, but not one object.")), EXPORT_AGAIN)
    for depth, value in _walk(document):
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(value, str) and (found := _UNSOUND.search(value)):
            raise Broken(
                Text(
                    gettext_noop("“%(text)s…” holds a character that no text has."),
                    {"text": value[: found.start()][-40:]},
                ),
                EXPORT_AGAIN,
            )
    return document


def _decoded(data: bytes) -> str:
    try:
        # A byte order mark says nothing about UTF-8, and Windows writes one.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise Broken(
            Text(gettext_noop("Line %(line)s is not UTF-8 text."), {"line": line}),
            Text(gettext_noop("Save the file with the encoding UTF-8.")),
        ) from broken


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as broken:
        raise Broken(
            Text(
                gettext_noop("The file is not JSON: line %(line)s, column %(column)s."),
                {"line": broken.lineno, "column": broken.colno},
            ),
            EXPORT_AGAIN,
        ) from broken
    except RecursionError as broken:
        raise _too_deep() from broken


def _too_deep() -> Broken:
    return Broken(
        Text(gettext_noop("The file is nested more than %(limit)s levels deep."), {"limit": DEEPEST}),
        EXPORT_AGAIN,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Broken(
            Text(
                gettext_noop("“%(name)s” stands twice in one object (%(item)s)."),
                {"name": twice, "item": members.get("identifier", "–")},
            ),
            Text(gettext_noop("Take one of the two away: nobody can say which one counts.")),
        )
    return members


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise Broken(
            Text(gettext_noop("%(number)s is no number that can be kept."), {"number": text[:40]}),
            EXPORT_AGAIN,
        )
    return number if any(mark in text for mark in ".eE") else int(text)


def _walk(value: object) -> Iterator[tuple[int, object]]:
    """Everything inside, keys too, with its depth; without recursion, whatever the depth."""
    waiting: list[tuple[int, object]] = [(0, value)]
    while waiting:
        depth, value = waiting.pop()
        yield depth, value
        if isinstance(value, dict):
            waiting += [(depth + 1, part) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(depth + 1, part) for part in value]
