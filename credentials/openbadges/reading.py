"""A stranger's bytes, read strictly: one JSON object or a refusal, before anything else looks at them."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Literal

MAXIMUM_FILE_BYTES = 5_000_000
MAXIMUM_BYTES = 256 * 1024
MAXIMUM_DEPTH = 64
# Fifteen digits survive a double, in which most readers keep every number: they read the same value.
MAXIMUM_DIGITS = 15
MAXIMUM_NUMBER = 2**53

Container = Literal["json", "jwt", "png", "svg", "pdf", "unknown"]

# An unclosed string runs to the end, so that no text makes the search start again and again.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
_FIGURE = re.compile(r"^[^eE]*[1-9]")
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
    if is_token(data):
        return "jwt"
    return "unknown"


def is_token(data: bytes) -> bool:
    """Whether the bytes look like a compact JWS: three parts of base64url."""
    return bool(_JWS.fullmatch(data.strip()))


def read(data: bytes, *, limit: int = MAXIMUM_BYTES) -> dict[str, Any]:
    """The one JSON object in these bytes, at most `limit` of them. Raises Unreadable.

    Refused: not strict UTF-8, nesting beyond 64, a key twice, NaN and infinities, numbers of more than 15
    digits or beyond 2**53, halves of a surrogate pair, NUL.
    """
    if len(data) > limit:
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
    _check_digits(text)
    number = float(text)
    # One that is too small to be kept would be nought here and something elsewhere.
    if not math.isfinite(number) or abs(number) > MAXIMUM_NUMBER or (number == 0 and _FIGURE.search(text)):
        raise Unreadable("A number is too large or too small.")
    # JSON knows one kind of number, and 3.0 is signed as 3.
    return int(number) if number.is_integer() else number


def _int(text: str) -> int:
    _check_digits(text)
    return int(text)


def _check_digits(text: str) -> None:
    """Refuse what a reader with fewer digits would round. Fifteen digits also stay below 2**53."""
    mantissa = text.lower().partition("e")[0].lstrip("-").replace(".", "").lstrip("0")
    if len(mantissa) > MAXIMUM_DIGITS or len(text) > MAXIMUM_DIGITS * 2:
        raise Unreadable("A number has more than 15 digits.")


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
