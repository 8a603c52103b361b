"""Files that carry a credential: the one in them is found, and nothing is believed that may be two."""

import gzip
import io
import json
import struct
import zlib
from typing import Any

import pytest
from pypdf import PdfWriter

from credentials.openbadges.baking import OPEN_BADGES_2, bake_png, bake_svg
from credentials.openbadges.containers import CannotOpen, NothingCarried, carried_in, pdf
from credentials.openbadges.containers.png import MAXIMUM_CHUNKS
from credentials.openbadges.reading import MAXIMUM_BYTES, MAXIMUM_FILE_BYTES
from credentials.openbadges.verifying import verify
from tests.standards.institution import DID, LATER, published, signed_credential

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TOKEN = b"eyJh.eyJi.c2ln"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'
NAMESPACE = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'


def chunk(kind: bytes, content: bytes, *, checksum: int | None = None) -> bytes:
    code = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", code)


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")


def text(credential: bytes, *, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + credential)


def picture(*parts: bytes, end: bytes = END) -> bytes:
    return SIGNATURE + HEADER + b"".join(parts) + PIXELS + end


def drawing(inside: str, *, root: str = f'<svg xmlns="http://www.w3.org/2000/svg" {NAMESPACE}>') -> bytes:
    return f"{root}{inside}</svg>".encode()


def paper(*attached: tuple[str, bytes]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, data in attached:
        writer.add_attachment(name, data)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(NothingCarried) as why:
        carried_in(data)
    return str(why.value)


class TestPicture:
    def test_gives_back_the_very_bytes(self) -> None:
        credential = signed_credential()

        kind, carried = carried_in(bake_png(picture(), credential))

        assert (kind, carried.data, carried.is_token) == ("png", credential, False)

    def test_may_carry_a_token(self) -> None:
        assert carried_in(picture(text(TOKEN)))[1].is_token

    def test_with_a_credential_of_ours_is_valid(self) -> None:
        data = bake_png(picture(), signed_credential())

        report = verify(data, at=LATER, documents=published(), known_issuers={DID}, known_only=True)

        assert (report.verdict, report.container) == ("valid", "png")

    def test_what_stands_behind_its_end_is_no_part_of_it(self) -> None:
        data = picture(text(b'{"a":1}')) + text(b'{"b":2}')

        assert carried_in(data)[1].data == b'{"a":1}'

    @pytest.mark.parametrize(
        "data",
        [
            picture(),
            picture(text(b"{}"), text(b"{}")),
            picture(text(zlib.compress(b"{}"), flags=b"\1\0")),
            picture(text(b"{}", flags=b"\0\1")),
            picture(text(b"")),
            picture(text(b"x" * (MAXIMUM_BYTES + 1))),
            picture(chunk(b"iTXt", b"openbadgecredential\0\0\0", checksum=None)),
            picture(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}", checksum=7)),
            picture(chunk(b"tEXt", b"openbadgecredential\0{}")),
            picture(chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(b"{}"))),
            picture(text(b"{}", keyword=b"OpenBadgeCredential")),
            picture(text(b"{}", keyword=b"openbadgecredential ")),
            picture(*[chunk(b"tEXt", b"a\0b")] * MAXIMUM_CHUNKS, text(b"{}")),
            picture(text(b"{}"), end=b""),
            picture(text(b"{}"), end=struct.pack(">I", 2**31) + b"IDAT"),
            SIGNATURE + text(b"{}") + HEADER + PIXELS + END,
            SIGNATURE,
            SIGNATURE + b"\0" * 11,
        ],
    )
    def test_that_is_damaged_or_ambiguous_carries_nothing(self, data: bytes) -> None:
        assert refused(data)

    @pytest.mark.parametrize("credential", [b"\xff\xfe", b"hello", b"[]", b"{", b"\xef\xbb\xbf{}"])
    def test_with_something_else_in_it_is_not_recognised(self, credential: bytes) -> None:
        report = verify(picture(text(credential)), at=LATER, documents=published(), known_issuers=())

        assert report.verdict == "not_recognised"

    def test_a_megabyte_of_compressed_noughts_is_never_inflated(self) -> None:
        bomb = zlib.compress(b"\0" * 10_000_000, 9)

        assert "compressed" in refused(picture(text(bomb, flags=b"\1\0")))
        assert "Nothing" in refused(picture(chunk(b"zTXt", b"openbadgecredential\0\0" + bomb)))
        assert "Nothing" in refused(picture(chunk(b"iCCP", b"x\0\0" + bomb)))

    def test_older_keyword_counts_only_alone(self) -> None:
        newer, older = text(b'{"a":1}'), text(b'{"b":2}', keyword=b"openbadges")

        assert carried_in(picture(older, newer))[1].data == b'{"a":1}'
        assert carried_in(picture(older))[1].data == b'{"b":2}'
        assert bake_png(picture(), b'{"b":2}', OPEN_BADGES_2) == picture(older)

    def test_address_is_named_and_not_opened(self) -> None:
        data = picture(text(b"https://badges.example/7", keyword=b"openbadges"))

        with pytest.raises(CannotOpen, match=r"https://badges\.example/7"):
            carried_in(data)
        assert verify(data, at=LATER, documents=published(), known_issuers=()).verdict == "cannot_check"


class TestDrawing:
    @pytest.mark.parametrize("told", ["plain", "a ]]> inside", "<&> \"'", "ž 李"])
    def test_gives_back_the_very_bytes(self, told: str) -> None:
        credential = json.dumps({"a": told}, ensure_ascii=False).encode()

        kind, carried = carried_in(bake_svg(SVG, credential))

        assert (kind, carried.data) == ("svg", credential)

    def test_gives_back_a_signed_credential(self) -> None:
        credential = signed_credential(description="Ends ]]> here & <there>")

        assert carried_in(bake_svg(SVG, credential))[1].data == credential

    def test_may_carry_a_token(self) -> None:
        data = drawing(f'<openbadges:credential verify="{TOKEN.decode()}"/>')

        assert carried_in(data)[1].is_token

    def test_may_be_written_for_open_badges_2(self) -> None:
        root = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
        inside = "<openbadges:assertion>{}</openbadges:assertion>"

        assert carried_in(drawing(inside, root=root))[1].data == b"{}"
        with pytest.raises(CannotOpen):
            carried_in(drawing('<openbadges:assertion verify="https://a.example/1"/>', root=root))

    @pytest.mark.parametrize(
        "data",
        [
            SVG,
            drawing("<openbadges:credential>{}</openbadges:credential>" * 2),
            drawing("<g><openbadges:credential>{}</openbadges:credential></g>" * 2),
            drawing('<openbadges:credential verify="a.b.c">{}</openbadges:credential>'),
            drawing("<openbadges:credential>{<b/>}</openbadges:credential>"),
            drawing("<openbadges:credential/>"),
            drawing("<credential>{}</credential>"),
            drawing("<openbadges:credential>" + "x" * (MAXIMUM_BYTES + 1) + "</openbadges:credential>"),
            drawing("<g>" * 100 + "</g>" * 100),
            b"<!DOCTYPE svg>" + drawing("<openbadges:credential>{}</openbadges:credential>"),
            b'<!DOCTYPE svg [<!ENTITY a "{}">]>'
            + drawing("<openbadges:credential>&a;</openbadges:credential>"),
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + drawing("<openbadges:credential>&a;</openbadges:credential>"),
            b"<svg",
            b"<svg></svg",
            b"<html><svg/></html>",
            b'<?xml version="1.0" encoding="no-such"?><svg/>',
        ],
    )
    def test_that_is_damaged_or_ambiguous_carries_nothing(self, data: bytes) -> None:
        assert refused(data)

    def test_laughs_a_billion_times_to_nobody(self) -> None:
        entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
        data = f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]>'.encode() + drawing("<text>&a9;</text>")

        assert refused(data)


class TestPaper:
    def test_gives_back_the_very_bytes(self) -> None:
        credential = signed_credential()

        assert pdf.carried(paper(("credential.json", credential))).data == credential

    @pytest.mark.parametrize("name", ["a.jwt", "A.JWS", "badge.json"])
    def test_may_carry_a_token(self, name: str) -> None:
        assert pdf.carried(paper((name, TOKEN), ("notes.txt", b"hello"))).is_token

    @pytest.mark.parametrize(
        "data",
        [
            paper(),
            paper(("notes.txt", b"{}")),
            paper(("a.json", b"{}"), ("b.json", b"{}")),
            paper(("a.json", b"{}"), ("a.json", b"{}")),
            paper(("a.json", b"")),
            paper(("a.json", b"x" * (MAXIMUM_BYTES + 1))),
            paper(*((f"{place}.txt", b"x") for place in range(60))),
        ],
    )
    def test_without_exactly_one_carries_nothing(self, data: bytes) -> None:
        with pytest.raises(NothingCarried):
            pdf.carried(data)

    @pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-" + b"\0" * 1000])
    def test_that_is_damaged_cannot_be_opened(self, data: bytes) -> None:
        with pytest.raises(CannotOpen):
            pdf.carried(data)

    def test_that_is_locked_cannot_be_opened(self) -> None:
        writer = PdfWriter()
        writer.add_blank_page(10, 10)
        writer.add_attachment("a.json", b"{}")
        writer.encrypt("secret", algorithm="RC4-128")
        written = io.BytesIO()
        writer.write(written)

        with pytest.raises(CannotOpen):
            pdf.carried(written.getvalue())

    def test_attachment_that_inflates_without_end_is_cut_short(self) -> None:
        with pytest.raises((CannotOpen, NothingCarried)):
            pdf.carried(bomb())


def bomb(size: int = 400_000_000) -> bytes:
    """A PDF whose attachment is a few hundred kB packed, and `size` bytes of noughts unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.json)3 0 R]>>>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/F(a.json)/UF(a.json)/EF<</F 4 0 R>>>>",
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(written),
        )
    )


class TestEveryFile:
    @pytest.mark.parametrize("start", [b"{", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"<svg>", b"a.b."])
    def test_larger_than_five_megabytes_is_not_looked_at(self, start: bytes) -> None:
        assert "5 MB" in refused(start + b"0" * MAXIMUM_FILE_BYTES)

    @pytest.mark.parametrize(
        "data", [gzip.compress(b"{}", mtime=0), b"PK\x03\x04", b"\xff\xd8\xff", b"GIF89a", b"RIFF"]
    )
    def test_of_another_kind_holds_no_credential(self, data: bytes) -> None:
        report = verify(data, at=LATER, documents=published(), known_issuers=())

        assert (report.verdict, report.container) == ("not_recognised", "unknown")

    def test_its_name_decides_nothing(self) -> None:
        told: dict[str, Any] = verify(b'{"a":1}', at=LATER, documents=published(), known_issuers=()).to_json()

        assert told["container"] == "json"
