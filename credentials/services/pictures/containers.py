"""What a picture's file says of itself, read without decoding a pixel: kind, size, and nothing beside.

What is not needed to see the picture is left behind here: texts, profiles, thumbnails, other formats'
files hidden at the end.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"
MOST_CHUNKS, MOST_SCANS = 4096, 32
"""More parts than any honest file has: each costs time to go through."""

SEEN = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})

START_OF_SCAN, END = 0xDA, 0xD9
FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: what browsers show."""

OTHER_FRAMES = frozenset({0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
NOT_SEEN = frozenset({*range(0xE2, 0xEE), 0xEF, 0xFE})
"""Comments and application data, but for the three that say how to read the pixels and which way up."""

_END_OF_RUN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Broken(ValueError):
    """The file is cut off, damaged, or not built as its kind is."""


class Moving(ValueError):
    """The file holds more than one picture."""


class Hidden(ValueError):
    """Something else stands behind the picture's end."""


@dataclass(frozen=True, slots=True)
class Container:
    """A picture's file: its size in pixels, and its bytes without what nobody sees."""

    width: int
    height: int
    bare: bytes


def read_png(data: bytes) -> Container:
    """Raises Broken, Moving or Hidden."""
    width = height = 0
    kept = [PNG_SIGNATURE]
    for number, (kind, whole) in enumerate(_chunks(data)):
        if (number == 0) != (kind == b"IHDR") or number > MOST_CHUNKS:
            raise Broken
        if kind == b"IHDR":
            if len(whole) != 25:
                raise Broken
            width, height = struct.unpack(">II", whole[8:16])
        if kind in MOVING:
            raise Moving
        if kind in SEEN:
            kept.append(whole)
        elif kind[:1].isupper():
            # A part that one must understand to show the picture, and that we do not.
            raise Broken
    return Container(width, height, b"".join(kept))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind and its whole bytes, to the end chunk, which must be the last of the file."""
    at = len(PNG_SIGNATURE)
    while True:
        length, kind = _unpack(">I4s", data, at)
        end = at + 12 + length
        (checksum,) = _unpack(">I", data, end - 4)
        if zlib.crc32(data[at + 4 : end - 4]) != checksum:
            raise Broken
        yield kind, data[at:end]
        at = end
        if kind == b"IEND":
            break
    if at != len(data):
        raise Hidden


def read_jpeg(data: bytes) -> Container:
    """Raises Broken, Moving or Hidden."""
    width = height = scans = 0
    kept = [data[:2]]
    for marker, whole in _segments(data):
        if marker in OTHER_FRAMES or (marker in FRAMES and width):
            raise Broken
        if marker in FRAMES:
            height, width = _unpack(">HH", whole, 5)
        scans += marker == START_OF_SCAN
        if scans > MOST_SCANS:
            raise Broken
        if marker not in NOT_SEEN:
            kept.append(whole)
    if not scans:
        raise Broken
    return Container(width, height, b"".join(kept))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment's marker and its whole bytes, a scan's with its pixels, to the end of the picture."""
    at = 2
    while True:
        sign, marker = _unpack(">BB", data, at)
        if sign != 0xFF:
            raise Broken
        if marker == END:
            break
        (length,) = _unpack(">H", data, at + 2)
        end = at + 2 + length
        if marker == START_OF_SCAN:
            found = _END_OF_RUN.search(data, end)
            end = found.start() if found else len(data)
        yield marker, data[at:end]
        at = end
    yield END, data[at : at + 2]
    if data[at + 2 : at + 4] == JPEG_SIGNATURE[:2]:
        raise Moving
    if at + 2 != len(data):
        raise Hidden


def _unpack(form: str, data: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as short:
        raise Broken from short
