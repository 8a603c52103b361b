"""A baked picture is the same picture, and gives back the credential byte for byte."""

import io
import json
import struct
import zlib
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from credentials.openbadges.baking import MOST_BYTES, OPEN_BADGES_2, CannotBake, bake_png, bake_svg
from credentials.services.artwork import Design, draw

CREDENTIAL = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Gr\xc3\xb6\xc3\x9fe"}'
BADGE = draw(Design("hexagon", "blue", "chart", 1, "RD-101"), 64)
DRAWING = (
    b'<?xml version="1.0"?>\n<!-- ours > yours --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    b'<path d="M0 0h9"/></svg>\n'
)
OB3 = "{https://purl.imsglobal.org/ob/v3p0}credential"
OB2 = "{http://openbadges.org}assertion"

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60)
documents = st.dictionaries(texts, st.one_of(texts, st.just("]]>"), st.just("<![CDATA[ ]]>")), max_size=5)
written = st.builds(
    lambda document, plain: json.dumps(document, ensure_ascii=plain).encode(), documents, st.booleans()
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks_of(png: bytes) -> list[tuple[bytes, bytes]]:
    """Read by the PNG specification alone, checksums included."""
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == int.from_bytes(png[at + 8 + length : at + 12 + length], "big")
        found.append((kind, data))
        at += 12 + length
    return found


def with_chunk(png: bytes, data: bytes, kind: bytes = b"iTXt", *, last: bool = False) -> bytes:
    at = len(png) - 12 if last else 33
    return png[:at] + chunk(kind, data) + png[at:]


class TestPng:
    @given(credential=written)
    def test_gives_back_the_credential_and_leaves_every_pixel(self, credential: bytes) -> None:
        baked = bake_png(BADGE, credential)

        kinds = chunks_of(baked)
        assert kinds[0] == chunks_of(BADGE)[0]
        assert kinds[1] == (b"iTXt", b"openbadgecredential\0\0\0\0\0" + credential)
        assert [kinds[0], *kinds[2:]] == chunks_of(BADGE)

    def test_another_reader_sees_the_same_picture_and_the_text(self) -> None:
        plain, baked = (Image.open(io.BytesIO(data)) for data in (BADGE, bake_png(BADGE, CREDENTIAL)))

        assert baked.text["openbadgecredential"] == CREDENTIAL.decode()  # type: ignore[attr-defined]
        assert (plain.mode, plain.size, plain.tobytes()) == (baked.mode, baked.size, baked.tobytes())

    @given(first=written, second=written)
    def test_the_older_one_makes_room_for_the_newer(self, first: bytes, second: bytes) -> None:
        assert bake_png(bake_png(BADGE, first), second) == bake_png(BADGE, second)

    @pytest.mark.parametrize("last", [True, False])
    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            (b"iTXt", b"openbadges\0\0\0\0\0{}"),
            (b"tEXt", b"openbadges\0https://elsewhere.example/assertion"),
            (b"zTXt", b"openbadgecredential\0\0" + zlib.compress(b"{}")),
        ],
    )
    def test_no_reader_finds_a_second_one(self, kind: bytes, data: bytes, last: bool) -> None:
        assert bake_png(with_chunk(BADGE, data, kind, last=last), CREDENTIAL) == bake_png(BADGE, CREDENTIAL)

    def test_what_else_is_written_in_a_picture_stays(self) -> None:
        signed = with_chunk(
            with_chunk(BADGE, b"Author\0Ada", b"tEXt"), b"openbadgesque\0x", b"tEXt", last=True
        )

        baked = chunks_of(bake_png(signed, CREDENTIAL))

        assert (b"tEXt", b"Author\0Ada") in baked
        assert (b"tEXt", b"openbadgesque\0x") in baked

    def test_open_badges_2_has_a_keyword_of_its_own(self) -> None:
        baked = chunks_of(bake_png(BADGE, CREDENTIAL, OPEN_BADGES_2))

        assert baked[1] == (b"iTXt", b"openbadges\0\0\0\0\0" + CREDENTIAL)

    def test_a_picture_of_many_megabytes_is_no_matter(self) -> None:
        large = with_chunk(BADGE, bytes(30_000_000), b"abCd", last=True)

        assert bake_png(large, CREDENTIAL)[-30_000_100:] == large[-30_000_100:]

    @pytest.mark.parametrize(
        "broken",
        [
            b"",
            b"GIF89a",
            BADGE[:40],
            BADGE[:-1],
            BADGE[:8] + BADGE[33:],
            BADGE[:33] + b"\xff\xff\xff\xffIDAT",
        ],
        ids=["empty", "gif", "cut off", "no end", "no header", "endless chunk"],
    )
    def test_what_is_no_whole_png_is_refused(self, broken: bytes) -> None:
        with pytest.raises(CannotBake):
            bake_png(broken, CREDENTIAL)


class TestSvg:
    @given(credential=written.filter(lambda data: not set(data.decode()) & set("\ufffe\uffff\x7f")))
    def test_gives_back_the_same_bytes(self, credential: bytes) -> None:
        root = ElementTree.fromstring(bake_svg(DRAWING, credential))  # noqa: S314 - our own

        assert root[0].tag == OB3
        assert (root[0].text or "").encode() == credential
        assert "verify" not in root[0].attrib
        assert len(root.findall(f".//{OB3}")) == 1

    def test_what_was_drawn_stays_as_it_was(self) -> None:
        baked = bake_svg(DRAWING, CREDENTIAL)

        before, after = DRAWING.split(b"<svg")
        assert baked.startswith(before + b"<svg")
        assert baked.endswith(after[after.index(b"<path") :])

    @pytest.mark.parametrize("text", [b'"]]>"', b'"]]"', b'"a]]>b]]>c"', b'"]]]]>"', b'"<![CDATA[x]]>"'])
    def test_the_end_of_a_section_inside_the_text_is_split(self, text: bytes) -> None:
        root = ElementTree.fromstring(bake_svg(DRAWING, text))  # noqa: S314 - our own

        assert (root[0].text or "").encode() == text

    @given(first=written.filter(lambda data: not set(data.decode()) & set("\ufffe\uffff")))
    def test_the_older_one_makes_room_for_the_newer(self, first: bytes) -> None:
        older = bake_svg(DRAWING, first)

        assert bake_svg(older, CREDENTIAL) == bake_svg(DRAWING, CREDENTIAL)
        assert bake_svg(bake_svg(DRAWING, first, OPEN_BADGES_2), CREDENTIAL) == bake_svg(DRAWING, CREDENTIAL)

    def test_open_badges_2_has_an_element_of_its_own(self) -> None:
        root = ElementTree.fromstring(bake_svg(DRAWING, CREDENTIAL, OPEN_BADGES_2))  # noqa: S314 - our own

        assert (root[0].tag, root[0].text) == (OB2, CREDENTIAL.decode())

    def test_an_empty_drawing_takes_one_too(self) -> None:
        root = ElementTree.fromstring(bake_svg(b'<svg a="/>"/>'.replace(b'/>"', b'"'), CREDENTIAL))  # noqa: S314

        assert root[0].text == CREDENTIAL.decode()

    @pytest.mark.parametrize(
        "foreign",
        [b"", b"<html/>", b"<!DOCTYPE svg><svg/>", b"<svgx/>", b"<s:svg/>", b"<svg", b"x <svg/>"],
    )
    def test_what_is_no_plain_drawing_is_refused(self, foreign: bytes) -> None:
        with pytest.raises(CannotBake):
            bake_svg(foreign, CREDENTIAL)


class TestCredential:
    @pytest.mark.parametrize(
        "text", [b"", b"\xff", b'"\0"', b"x" * (MOST_BYTES + 1)], ids=["empty", "bytes", "nul", "long"]
    )
    def test_what_no_reader_takes_is_refused(self, text: bytes) -> None:
        for bake, picture in ((bake_png, BADGE), (bake_svg, DRAWING)):
            with pytest.raises(CannotBake):
                bake(picture, text)

    @pytest.mark.parametrize("text", ['"\ufffe"', '"a"\r\n', '"\x0b"'])
    def test_what_xml_would_change_is_refused(self, text: str) -> None:
        with pytest.raises(CannotBake):
            bake_svg(DRAWING, text.encode())
