"""Put a signed credential into a picture, so that the picture alone can be verified.

Open Badges 3.0 §5.3 (baking): a PNG carries it in one text chunk, an SVG in one element. Nothing of the
picture is decoded: what was there stays, byte for byte, but for a credential it bore before.
"""

import re
import struct
import zlib
from dataclasses import dataclass

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 256 * 1024
"""The largest credential that verifiers of ours read from a picture."""

_HEADER_END = len(PNG_SIGNATURE) + 25
_TEXTS = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_PROLOGUE = re.compile(rb"\xef\xbb\xbf|\s+|<\?[^>]*\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<svg(?=[\s/>])(?P<attributes>(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*?)(?P<close>/?)>")
_OLDER = re.compile(
    rb"\A\s*<openbadges:(?P<name>credential|assertion)(?:\s[^<>]*)?"
    rb"(?:/>|>(?:[^<]|<!\[CDATA\[.*?\]\]>)*</openbadges:(?P=name)\s*>)",
    re.DOTALL,
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class CannotBake(ValueError):
    """This file is no picture of that kind, or this text cannot travel in it unchanged."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one version of the standard marks a credential inside a picture."""

    keyword: bytes
    namespace: bytes
    element: bytes


OPEN_BADGES_3 = Mark(b"openbadgecredential", b"https://purl.imsglobal.org/ob/v3p0", b"credential")
OPEN_BADGES_2 = Mark(b"openbadges", b"http://openbadges.org", b"assertion")
_KEYWORDS = tuple(mark.keyword + b"\0" for mark in (OPEN_BADGES_3, OPEN_BADGES_2))


def bake_png(png: bytes, credential: bytes, mark: Mark = OPEN_BADGES_3) -> bytes:
    """The PNG with the credential in one uncompressed iTXt chunk right after its header. Raises CannotBake.

    ``credential`` is UTF-8: the document as JSON, or a compact JWS. A credential that the picture bore
    before, of either version of the standard, is left out; every other chunk stays as it is.
    """
    text = b"iTXt" + mark.keyword + b"\0\0\0\0\0" + _sound(credential).encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    kept, start = [png[:_HEADER_END], chunk], _HEADER_END
    for kind, at, end in _chunks(png):
        if kind in _TEXTS and png.startswith(_KEYWORDS, at + 8, end):
            kept.append(png[start:at])
            start = end
    kept.append(png[start:])
    return b"".join(kept)


def _chunks(png: bytes) -> "list[tuple[bytes, int, int]]":
    """Kind, start and end of each chunk after the header, to the end chunk."""
    if not png.startswith(PNG_SIGNATURE + b"\0\0\0\x0dIHDR"):
        raise CannotBake("This is not a PNG picture.")
    found, at, size = [], _HEADER_END, len(png)
    while at + 12 <= size:
        length, kind = struct.unpack_from(">I4s", png, at)
        end = at + 12 + length
        if end > size:
            break
        found.append((kind, at, end))
        if kind == b"IEND":
            return found
        at = end
    raise CannotBake("The PNG picture is cut off.")


def bake_svg(svg: bytes, credential: bytes, mark: Mark = OPEN_BADGES_3) -> bytes:
    """The SVG with the credential in one element right after its root tag. Raises CannotBake.

    For drawings of our own: UTF-8, no document type, the root element not prefixed. ``credential`` is the
    document as JSON; a reader gets exactly these bytes back.
    """
    text = _sound(credential)
    if found := _NOT_IN_XML.search(text):
        raise CannotBake(f"XML cannot carry the character U+{ord(found[0]):04X}.")
    at = 0
    while before := _PROLOGUE.match(svg, at):
        at = before.end()
    root = _ROOT.match(svg, at)
    if root is None:
        raise CannotBake("This is not a drawing in plain SVG.")
    attributes = re.sub(rb"\s+xmlns:openbadges\s*=\s*(\"[^\"]*\"|'[^']*')", b"", root["attributes"])
    # A section of plain characters ends at the first "]]>": where the text has one, two sections share it.
    plain = text.encode().replace(b"]]>", b"]]]]><![CDATA[>")
    element = b"openbadges:" + mark.element
    opening = b'<svg xmlns:openbadges="' + mark.namespace + b'"' + attributes + b">"
    baked = b"<" + element + b"><![CDATA[" + plain + b"]]></" + element + b">"
    rest = svg[root.end() :]
    body = b"</svg>" + rest if root["close"] else _OLDER.sub(b"", rest, count=1)
    return svg[: root.start()] + opening + baked + body


def _sound(credential: bytes) -> str:
    """The credential as text that a picture's reader takes. Raises CannotBake."""
    if not credential or len(credential) > MOST_BYTES:
        raise CannotBake(f"A picture carries a credential of 1 to {MOST_BYTES} bytes.")
    try:
        text = credential.decode()
    except UnicodeDecodeError as broken:
        raise CannotBake("The credential is not UTF-8 text.") from broken
    if "\0" in text:
        raise CannotBake("The credential holds a NUL character.")
    return text
