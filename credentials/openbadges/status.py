"""Bitstring Status List 1.0: write a list of bits, and read one bit of a list that a stranger wrote."""

import base64
import binascii
import zlib
from collections.abc import Iterable

MINIMUM_BITS = 131_072
MAXIMUM_BYTES = 2 * 1024 * 1024
# zlib's number for "one GZIP member"; it writes mtime 0, so equal bits give equal text.
_GZIP = 31


class BadStatusList(ValueError):
    """The encoded list cannot be read, so it says nothing about any credential."""


class IndexOutOfRange(BadStatusList):
    """The list is shorter than the place asked for."""


def encode(set_bits: Iterable[int], size: int = MINIMUM_BITS) -> str:
    """`size` bits with those at `set_bits` raised, bit 0 left-most: `u` + base64url of one GZIP member.

    Raises ValueError when the size is under the standard's minimum or no multiple of 8, and
    IndexOutOfRange for a place outside the list.
    """
    if size < MINIMUM_BITS or size % 8:
        raise ValueError(f"a status list has at least {MINIMUM_BITS} bits and whole bytes, not {size}")
    bits = bytearray(size // 8)
    for place in set_bits:
        if not 0 <= place < size:
            raise IndexOutOfRange(f"place {place} is outside a list of {size} bits")
        bits[place // 8] |= 0x80 >> place % 8
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    packed = packer.compress(bytes(bits)) + packer.flush()
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(encoded: str) -> bytes:
    """The bits of an encoded list, at most 2 MiB of them. Raises BadStatusList.

    Inflation is bounded: the list may come from a stranger.
    """
    if not encoded.startswith("u"):
        raise BadStatusList("the list is not base64url with the multibase prefix u")
    body = encoded[1:]
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(_GZIP)
        bits = unpacker.decompress(packed, MAXIMUM_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as broken:
        raise BadStatusList("the list is not base64url of GZIP") from broken
    if len(bits) > MAXIMUM_BYTES:
        raise BadStatusList("the list is too large when unpacked")
    if not unpacker.eof or unpacker.unused_data:
        raise BadStatusList("the list is not exactly one GZIP member")
    return bits


def bit(bits: bytes, index: int) -> bool:
    """Whether the bit at `index` is set. Raises IndexOutOfRange."""
    if not 0 <= index < len(bits) * 8:
        raise IndexOutOfRange(f"place {index} is outside a list of {len(bits) * 8} bits")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def read_bit(encoded: str, index: int) -> bool:
    """Whether the bit at `index` of an encoded list is set. Raises BadStatusList."""
    return bit(decode(encoded), index)
