"""Every design on every paper: a tagged sheet that says PDF/A-3a, its fonts inside, the credential attached.

No validator of PDF/A-3 can be installed here, so nothing claims that the files are validated: each thing that
the standard asks for and that we set is looked for by name (STANDARDS §8).
"""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp

from credentials.services.artwork import Design, draw
from credentials.services.printing import (
    DESIGNS,
    Attachment,
    CertificateFacts,
    ComponentFacts,
    Press,
    PressMissing,
    SignatoryFacts,
    certificate_document,
)

SIGNED_AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ADDRESS = "https://portal.example.edu/verify/7KQ4M2XD9RTB0000/"
SIGNED = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Gr\xc3\xb6\xc3\x9fe"}'
BADGE = draw(Design("hexagon", "blue", "chart", 1, "RD-101"), 128)
LOGO = draw(Design("circle", "green", "book", 1, "logo"), 128)
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
SHEETS = list(product((design for design, _label in DESIGNS), PAPERS))
NAMES = {
    "arabic": "فاطمة الزهراء بنت عبد الرحمن",
    "hebrew": "שרה לוי-כהן",
    "devanagari": "अनन्या भट्टाचार्य",
    "chinese": "欧阳静怡" * 8,
    "tamil": "கயல்விழி",
    "long": "Kumarasinghe Mudiyanselage Ranasinghe Wijesuriya Bandara " * 3,
    "one word": "W" * 200,
}
THREE = (
    SignatoryFacts(name="Ines Okafor", office="Dean of Graduate Studies"),
    SignatoryFacts(name="Rosalind Ketteridge-Amoah", office="Academic Registrar"),
    SignatoryFacts(name="فاطمة الزهراء"),
)


def facts(design: str, paper: str, **changes: object) -> CertificateFacts:
    usual: dict[str, object] = {
        "lang": "en",
        "institution": "University of Westmarch",
        "kind": "micro-credential",
        "title": "Data visualisation using Python",
        "recipient": "Siobhán O’Rourke",
        "description": "Turns a raw table into an honest chart that others can check.",
        "criteria": "",
        "awarded_on": date(2026, 3, 14),
        "code": "7KQ4-M2XD-9RTB-0000",
        "verification_url": ADDRESS,
        "credential_id": "urn:uuid:0b2a3c5e-7f61-4b0e-9d1c-2f3a4b5c6d7e",
        "palette": "plum",
        "seed": "RD-101",
        "badge": BADGE,
        "badge_alt": "A hexagon of stones with a rising chart",
        "logo": LOGO,
        "signatories": THREE,
        "hours": Decimal("24.0"),
        "credits": Decimal("2.00"),
    }
    return CertificateFacts(**{**usual, "design": design, "paper": paper, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as one:
        try:
            one.check()
        except PressMissing as missing:
            pytest.skip(str(missing))
        yield one


@pytest.fixture(scope="module", params=SHEETS, ids="-".join)
def printed(request: pytest.FixtureRequest, press: Press) -> tuple[str, str, bytes]:
    design, paper = request.param
    attachment = Attachment(
        name="credential.json", data=SIGNED, description="The signed credential", created=SIGNED_AT
    )
    document = certificate_document(facts(design, paper), made_at=SIGNED_AT, attachment=attachment)
    return design, paper, press.render(document)


def catalog_of(pdf: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def tags_of(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags_of(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from tags_of(node["/K"])


class TestSheet:
    def test_it_is_one_sheet_of_its_paper(self, printed: tuple[str, str, bytes]) -> None:
        design, paper, pdf = printed
        pages = pypdf.PdfReader(io.BytesIO(pdf)).pages

        millimetres = [round(float(side) / 72 * 25.4, 1) for side in pages[0].mediabox[2:]]

        assert len(pages) == 1
        assert sorted(millimetres) == sorted(PAPERS[paper])
        assert (millimetres[0] < millimetres[1]) == (design == "folio")

    def test_it_says_what_it_is(self, printed: tuple[str, str, bytes]) -> None:
        catalog = catalog_of(printed[2])
        metadata = catalog["/Metadata"].get_data().decode()
        reader = pypdf.PdfReader(io.BytesIO(printed[2]))

        assert catalog["/Lang"] == "en"
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/OutputIntents"][0].get_object()["/DestOutputProfile"]
        assert ('part="3"' in metadata, 'conformance="A"' in metadata) == (True, True)
        assert reader.metadata is not None
        assert reader.metadata.title == "Data visualisation using Python – Siobhán O’Rourke"
        assert reader.metadata.author == "University of Westmarch"

    def test_the_credential_travels_inside(self, printed: tuple[str, str, bytes]) -> None:
        file = catalog_of(printed[2])["/AF"][0].get_object()

        assert pypdf.PdfReader(io.BytesIO(printed[2])).attachments["credential.json"] == [SIGNED]
        assert (file["/AFRelationship"], file["/Desc"]) == ("/Source", "The signed credential")
        assert file["/EF"]["/F"]["/Params"]["/ModDate"] == "D:20260314093000Z"

    def test_every_font_is_inside(self, printed: tuple[str, str, bytes]) -> None:
        fonts = catalog_of(printed[2])["/Pages"]["/Kids"][0].get_object()["/Resources"]["/Font"]

        assert fonts
        for font in fonts.values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)

    def test_headings_and_pictures_are_tagged_and_every_picture_is_told(
        self, printed: tuple[str, str, bytes]
    ) -> None:
        tags = list(tags_of(catalog_of(printed[2])["/StructTreeRoot"]))

        figures = {str(tag.get("/Alt", "")) for tag in tags if tag["/S"] == "/Figure"}
        assert sum(tag["/S"] == "/H1" for tag in tags) == 1
        assert figures == {
            "A hexagon of stones with a rising chart",
            "Logo of University of Westmarch",
            f"QR code that opens {ADDRESS}",
        }

    def test_lists_hold_items_and_nothing_else(self, press: Press) -> None:
        parts = tuple(
            ComponentFacts(name=f"Part {number}", awarded_on=date(2026, 1, 5)) for number in range(3)
        )
        for design, _label in DESIGNS:
            sheet = certificate_document(
                facts(design, "a4", components=parts), made_at=SIGNED_AT, attachment=None
            )
            tags = list(tags_of(catalog_of(press.render(sheet))["/StructTreeRoot"]))

            lists = [tag for tag in tags if tag["/S"] == "/L"]
            assert [[item.get_object()["/S"] for item in one["/K"]] for one in lists] == [["/LI"] * 3]
            assert sum(tag["/S"] == "/LI" for tag in tags) == 3

    def test_the_code_leads_to_its_verdict_and_so_do_the_words(self, printed: tuple[str, str, bytes]) -> None:
        page = pypdf.PdfReader(io.BytesIO(printed[2])).pages[0]

        codes = [zxingcpp.read_barcode(picture.image) for picture in page.images if picture.image]
        words = "".join(page.extract_text().split())

        assert [code.text for code in codes if code] == [ADDRESS]
        assert ADDRESS in words
        assert "7KQ4-M2XD-9RTB-0000" in words

    def test_all_who_sign_stand_on_it(self, printed: tuple[str, str, bytes]) -> None:
        text = " ".join(pypdf.PdfReader(io.BytesIO(printed[2])).pages[0].extract_text().split())

        for words in ("Ines Okafor", "Dean of Graduate Studies", "Ketteridge-", "Academic Registrar"):
            assert words in text

    @pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
    def test_qpdf_finds_nothing_wrong(self, printed: tuple[str, str, bytes], tmp_path: Path) -> None:
        file = tmp_path / "certificate.pdf"
        file.write_bytes(printed[2])

        told = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)

        assert told.returncode == 0, told.stdout + told.stderr


class TestRoom:
    @pytest.mark.parametrize("name", NAMES.values(), ids=list(NAMES))
    @pytest.mark.parametrize(("design", "paper"), SHEETS)
    def test_a_name_keeps_to_the_sheet(self, press: Press, design: str, paper: str, name: str) -> None:
        sheet = certificate_document(facts(design, paper, recipient=name), made_at=SIGNED_AT, attachment=None)

        assert press.print(sheet).pages == 1

    @pytest.mark.parametrize(("design", "paper"), SHEETS)
    def test_a_full_certification_keeps_to_the_sheet(self, press: Press, design: str, paper: str) -> None:
        parts = tuple(
            ComponentFacts(
                name=f"Planning study {number} that others can repeat", awarded_on=date(2026, 1, 5)
            )
            for number in range(12)
        )
        full = facts(
            design,
            paper,
            recipient="Maria del Carmen Inmaculada Fernández de Córdoba y Álvarez de Toledo",
            title="Full Certification in Public Health Communication for Multilingual Communities",
            description="Plans, writes and tests messages with the people they are for. " * 9,
            components=parts,
            valid_until=date(2029, 3, 14),
        )

        assert press.print(certificate_document(full, made_at=SIGNED_AT, attachment=None)).pages == 1

    @pytest.mark.parametrize(("design", "paper"), SHEETS)
    def test_a_sheet_that_runs_from_the_right_is_one_too(self, press: Press, design: str, paper: str) -> None:
        sheet = facts(design, paper, lang="ar", recipient=NAMES["arabic"], is_specimen=True)

        assert press.print(certificate_document(sheet, made_at=SIGNED_AT, attachment=None)).pages == 1
