"""A PNG's credential (Open Badges 3.0 §5.3.1): one uncompressed iTXt chunk, found without decoding."""

import struct
import zlib
from collections.abc import Iterator

from credentials.openbadges.baking import OPEN_BADGES_2, OPEN_BADGES_3, PNG_SIGNATURE
from credentials.openbadges.containers.carried import Carried, NothingCarried, written_in, written_or_named

MAXIMUM_CHUNKS = 1_000


def carried(data: bytes) -> Carried:
    """The credential baked into a PNG. Raises NothingCarried or CannotOpen.

    Viewers disagree which of two credentials counts, so there may be only one; and what is compressed is
    never inflated. Open Badges 2.0's keyword counts only without the newer one.
    """
    texts: dict[bytes, list[bytes]] = {OPEN_BADGES_3.keyword: [], OPEN_BADGES_2.keyword: []}
    for kind, content in _chunks(data):
        keyword, _, rest = content.partition(b"\0")
        if kind == b"iTXt" and keyword in texts:
            texts[keyword].append(rest)
    if newer := texts[OPEN_BADGES_3.keyword]:
        return written_in(_text(newer))
    if older := texts[OPEN_BADGES_2.keyword]:
        return written_or_named(_text(older))
    raise NothingCarried("Nothing is baked into this picture.")


def _text(found: list[bytes]) -> bytes:
    if len(found) > 1:
        raise NothingCarried("More than one credential is baked into this picture.")
    flag_and_method, rest = found[0][:2], found[0][2:]
    # Then come a language and a translated keyword, each up to a nought.
    parts = rest.split(b"\0", 2)
    if flag_and_method != b"\0\0" or len(parts) != 3:
        raise NothingCarried("The credential in this picture is compressed or malformed.")
    return parts[2]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind and content, up to the end chunk; what stands behind it is no part of the picture."""
    at, number = len(PNG_SIGNATURE), 0
    while True:
        if at + 12 > len(data):
            raise NothingCarried("The picture is cut off.")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise NothingCarried("The picture is cut off.")
        number += 1
        if number > MAXIMUM_CHUNKS:
            raise NothingCarried("The picture has more parts than any honest one.")
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[at + 4 : end - 4]) != checksum or (number == 1) != (kind == b"IHDR"):
            raise NothingCarried("The picture is damaged.")
        if kind == b"IEND":
            return
        yield kind, data[at + 8 : end - 4]
        at = end
