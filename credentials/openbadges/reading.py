"""A stranger's bytes, read strictly: one JSON object or a refusal, before anything else looks at them."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Literal

MAXIMUM_BYTES = 512 * 1024
MAXIMUM_DEPTH = 40
MAXIMUM_DIGITS = 32

Container = Literal["json", "jwt", "png", "svg", "pdf", "unknown"]

# An unclosed string runs to the end, so that no text makes the search start again and again.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
_UNSOUND = re.compile("[\x00\ud800-\udfff]")


class Unreadable(ValueError):
    """The bytes are not one JSON object that two readers would understand alike."""


def container_of(data: bytes) -> Container:
    """What kind of file the bytes look like, by their first bytes and never by a name."""
    start = data[:1024].lstrip()
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"{"):
        return "json"
    if start.startswith(b"<") and b"<svg" in data[:4096]:
        return "svg"
    if _JWS.fullmatch(data.strip()):
        return "jwt"
    return "unknown"


def read(data: bytes) -> dict[str, Any]:
    """The one JSON object in these bytes. Raises Unreadable.

    Refused: not strict UTF-8, nesting beyond 40, a key twice, NaN and infinities, numbers too long to be
    kept, halves of a surrogate pair, NUL.
    """
    if len(data) > MAXIMUM_BYTES:
        raise Unreadable("The file is too large.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise Unreadable("The file is not UTF-8 text.") from broken
    if _depth(text) > MAXIMUM_DEPTH:
        raise Unreadable("The file is nested too deeply.")
    try:
        document = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_float,
            parse_int=_int,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as broken:
        raise Unreadable("The file is not JSON.") from broken
    if not isinstance(document, dict):
        raise Unreadable("The file is not one JSON object.")
    if any(_UNSOUND.search(text) for text in _texts(document)):
        raise Unreadable("The file holds characters that no text has.")
    return document


def _depth(text: str) -> int:
    depth = deepest = 0
    for mark in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable("A field appears twice: readers would not agree which one counts.")
    return fields


def _float(text: str) -> float | int:
    number = float(text)
    if not math.isfinite(number) or len(text) > MAXIMUM_DIGITS:
        raise Unreadable("A number is too large.")
    # JSON knows one kind of number, and 3.0 is signed as 3.
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def _int(text: str) -> int:
    # Beyond 2**53 readers no longer agree.
    if len(text) > MAXIMUM_DIGITS or abs(int(text)) > 2**53:
        raise Unreadable("A number is too large.")
    return int(text)


def _constant(name: str) -> Any:
    raise Unreadable(f"{name} is not a number that JSON knows.")


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for key, item in value.items():
                yield key
                yield from _texts(item)
