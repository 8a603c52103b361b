"""The press: equal pages give equal PDFs, the credential travels inside, and nothing gets out or hangs."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
import zxingcpp
from PIL import Image

from credentials.services import press as press_module
from credentials.services.artwork import Design, draw
from credentials.services.printing import (
    Attachment,
    CertificateFacts,
    ComponentFacts,
    Document,
    Press,
    PressFailed,
    PressMissing,
    SignatoryFacts,
    certificate_document,
    certificate_html,
    fonts_fingerprint,
    missing_characters,
    pressing,
    qr_png,
    qr_svg,
)

SIGNED_AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ADDRESS = "https://portal.example.edu/verify/7KQ4M2XD9RTB/"
CREDENTIAL = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Gr\xc3\xb6\xc3\x9fe"}'
BADGE = draw(Design("hexagon", "blue", "chart", 1, "RD-101"), 128)


def facts(**changes: object) -> CertificateFacts:
    usual: dict[str, object] = {
        "lang": "en",
        "institution": "University of Westmarch",
        "kind": "Micro-credential",
        "title": "Data visualisation using Python",
        "recipient": "Siobhán O’Rourke",
        "description": "Turns a raw table into an honest chart.",
        "criteria": "Awarded for four charts, marked against a published rubric.",
        "awarded_on": date(2026, 3, 14),
        "code": "7KQ4-M2XD-9RTB",
        "verification_url": ADDRESS,
        "credential_id": "urn:uuid:0b2a3c5e-7f61-4b0e-9d1c-2f3a4b5c6d7e",
        "palette": "blue",
        "seed": "RD-101",
        "badge": BADGE,
        "badge_alt": "A hexagon of stones with a rising chart",
        "signatories": (SignatoryFacts(name="Ines Okafor", office="Dean"),),
        "hours": Decimal("24.0"),
        "credits": Decimal("2.00"),
    }
    return CertificateFacts(**{**usual, **changes})  # type: ignore[arg-type]


def certificate(**changes: object) -> Document:
    attachment = Attachment(
        name="credential.json", data=CREDENTIAL, description="The signed credential", created=SIGNED_AT
    )
    return certificate_document(facts(**changes), made_at=SIGNED_AT, attachment=attachment)


def page(body: str, **changes: object) -> Document:
    usual: dict[str, object] = {
        "html": f"<!DOCTYPE html><title>t</title><body>{body}",
        "stylesheet": "",
        "lang": "en",
        "title": "t",
        "made_at": SIGNED_AT,
    }
    return Document(**{**usual, **changes})  # type: ignore[arg-type]


def endless_page() -> Document:
    """Deeply nested tables: more work than any limit here allows."""
    return page("<table>" + "<tr><td><div>x" * 4000)


def catalog_of(pdf: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as one:
        try:
            one.check()
        except PressMissing as missing:
            pytest.skip(str(missing))
        yield one


@pytest.fixture(scope="module")
def printed(press: Press) -> bytes:
    return press.render(certificate())


class TestCertificate:
    def test_equal_facts_give_equal_bytes_from_another_child_too(self, press: Press, printed: bytes) -> None:
        assert press.render(certificate()) == printed
        with Press() as fresh:
            assert fresh.render(certificate()) == printed

    def test_another_name_gives_another_document(self, press: Press, printed: bytes) -> None:
        assert press.render(certificate(recipient="Ada")) != printed

    def test_the_credential_travels_inside_byte_for_byte(self, printed: bytes) -> None:
        reader = pypdf.PdfReader(io.BytesIO(printed))

        assert reader.attachments["credential.json"] == [CREDENTIAL]

    def test_the_attachment_is_named_as_the_source_and_dated_by_the_signing(self, printed: bytes) -> None:
        file = catalog_of(printed)["/AF"][0].get_object()

        assert file["/AFRelationship"] == "/Source"
        assert file["/Desc"] == "The signed credential"
        assert file["/EF"]["/F"]["/Params"]["/CreationDate"] == "D:20260314093000Z"

    def test_it_is_tagged_in_its_language_and_claims_pdf_a_3a(self, printed: bytes) -> None:
        reader = pypdf.PdfReader(io.BytesIO(printed))
        catalog = catalog_of(printed)
        metadata = catalog["/Metadata"].get_data().decode()

        assert catalog["/Lang"] == "en"
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/OutputIntents"]
        assert 'part="3"' in metadata
        assert 'conformance="A"' in metadata
        assert reader.metadata is not None
        assert reader.metadata.title == "Data visualisation using Python – Siobhán O’Rourke"
        assert reader.metadata.creation_date == SIGNED_AT

    def test_every_font_is_embedded(self, printed: bytes) -> None:
        fonts = catalog_of(printed)["/Pages"]["/Kids"][0].get_object()["/Resources"]["/Font"]

        assert fonts
        for font in fonts.values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"].get_object())

    def test_the_printed_code_leads_to_the_verification_address(self, printed: bytes) -> None:
        pictures = pypdf.PdfReader(io.BytesIO(printed)).pages[0].images

        codes = [zxingcpp.read_barcode(picture.image) for picture in pictures if picture.image]

        assert [code.text for code in codes if code] == [ADDRESS]

    def test_the_page_says_what_the_facts_say(self, printed: bytes) -> None:
        text = " ".join(pypdf.PdfReader(io.BytesIO(printed)).pages[0].extract_text().split())

        for words in ("University of Westmarch", "Siobhán O’Rourke", "24 hours", "7KQ4-M2XD-9RTB", ADDRESS):
            assert words in text

    @pytest.mark.parametrize(
        "recipient",
        ["فاطمة الزهراء", "अनन्या भट्टाचार्य", "欧阳静怡", "கயல்விழி", "Γεωργία", "უცნობი", "Wolfe" * 30],
        ids=["arabic", "devanagari", "chinese", "tamil", "greek", "georgian", "long"],
    )
    def test_names_in_any_script_keep_to_one_page(self, press: Press, recipient: str) -> None:
        assert press.print(certificate(recipient=recipient)).pages == 1

    def test_a_full_certification_with_twelve_components_keeps_to_one_page(self, press: Press) -> None:
        components = tuple(
            ComponentFacts(
                name=f"Planning study {number} that others can repeat", awarded_on=date(2026, 1, 5)
            )
            for number in range(12)
        )

        full = certificate(
            recipient="Maria del Carmen Inmaculada Fernández de Córdoba y Álvarez de Toledo",
            title="Full Certification in Public Health Communication for Multilingual Communities",
            description="Plans, writes and tests messages with the people they are for. " * 9,
            components=components,
        )

        assert press.print(full).pages == 1


class TestPage:
    def test_what_a_person_typed_is_text_and_not_markup(self) -> None:
        html = certificate_html(facts(recipient='<img src="file:///etc/passwd">'))

        assert "<img src=&quot;" not in html
        assert "&lt;img src=&quot;file:///etc/passwd&quot;&gt;" in html

    def test_a_name_runs_its_own_way_on_a_page_that_runs_another(self) -> None:
        html = certificate_html(facts(recipient="יעל"))

        assert re.search(r'<p class="recipient [^>]*dir="rtl">\s*יעל\s*</p>', html)

    def test_the_page_of_an_arabic_certificate_runs_from_the_right(self) -> None:
        assert '<html lang="ar" dir="rtl">' in certificate_html(facts(lang="ar"))

    def test_lines_without_a_fact_are_left_out(self) -> None:
        html = certificate_html(facts(signatories=(), hours=None, credits=None))

        assert "signatory" not in html
        assert "Credits" not in html
        assert "Valid until" not in html


class TestLimits:
    @pytest.mark.parametrize(
        "address",
        [
            "file:///etc/hostname",
            "http://127.0.0.1:9/x.png",
            "data:text/css,p{}",
            "asset:other.png",
            "asset:../x",
        ],
    )
    def test_only_what_was_handed_over_is_read(self, press: Press, address: str) -> None:
        for body in (f'<img src="{address}">', f'<link rel="stylesheet" href="{address}">'):
            with pytest.raises(PressFailed) as failure:
                press.render(page(body))
            assert failure.value.reason == "refused"

    def test_a_stylesheet_cannot_fetch_either(self, press: Press) -> None:
        with pytest.raises(PressFailed) as failure:
            press.render(page("<p>x", stylesheet="@import url('file:///etc/passwd');"))

        assert failure.value.reason == "refused"

    def test_a_base_address_does_not_turn_a_name_into_a_file(self, press: Press) -> None:
        with pytest.raises(PressFailed) as failure:
            press.render(page('<base href="file:///etc/"><img src="hostname">'))

        assert failure.value.reason == "refused"

    def test_the_child_can_open_no_socket_and_start_no_process(self) -> None:
        for attempt in ("import socket; socket.socket()", "import subprocess; subprocess.run(['true'])"):
            program = f"import runpy; runpy.run_path({press_module.__file__!r})['close_doors'](); {attempt}"
            ended = subprocess.run(
                [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
            )
            assert "PermissionError: the press may not use" in ended.stderr

    @pytest.mark.skipif(sys.platform != "linux", reason="reads the child's environment from /proc")
    def test_the_child_is_told_no_secret_of_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_KEY", "only for ourselves")

        with Press() as discreet:
            discreet.check()
            told = Path(f"/proc/{_child_of(discreet).pid}/environ").read_bytes()

        assert b"PATH=" in told
        assert b"only for ourselves" not in told

    def test_a_document_that_takes_too_long_is_ended_and_the_next_is_printed(self) -> None:
        with Press(wall_seconds=2.0) as hurried:
            with pytest.raises(PressFailed) as failure:
                hurried.render(endless_page())
            assert failure.value.reason == "time"
            assert hurried.render(page("<p>next")).startswith(b"%PDF")

    def test_a_document_that_burns_too_much_processor_time_is_ended(self) -> None:
        with Press(cpu_seconds=1) as frugal:
            with pytest.raises(PressFailed) as failure:
                frugal.render(endless_page())
            assert failure.value.reason == "time"
            assert frugal.render(page("<p>next")).startswith(b"%PDF")

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a cap on address space")
    def test_a_document_that_eats_memory_is_ended_and_the_next_is_printed(self) -> None:
        with Press(memory_bytes=400 * 1024 * 1024) as narrow:
            with pytest.raises(PressFailed) as failure:
                narrow.render(page('<img src="asset:huge.png">', assets={"huge.png": _huge_picture()}))
            assert failure.value.reason in {"memory", "crashed"}
            assert narrow.render(page("<p>next")).startswith(b"%PDF")

    @pytest.mark.parametrize("end", [signal.SIGABRT, signal.SIGTRAP])
    def test_a_child_that_ends_itself_for_want_of_memory_says_so(self, end: signal.Signals) -> None:
        with Press() as narrow:
            narrow.check()
            # As the layout libraries do when an allocation is refused to them.
            threading.Timer(1.0, os.kill, (_child_of(narrow).pid, end)).start()
            with pytest.raises(PressFailed) as failure:
                narrow.render(endless_page())

        assert failure.value.reason == "memory"

    def test_printing_stands_back_for_whoever_else_wants_the_processor(self) -> None:
        with Press() as polite:
            polite.check()
            child = os.getpriority(os.PRIO_PROCESS, _child_of(polite).pid)

        assert child > os.getpriority(os.PRIO_PROCESS, 0)

    def test_a_child_that_dies_between_documents_is_replaced(self) -> None:
        with Press() as mortal:
            first = mortal.render(page("<p>x"))
            os.kill(_child_of(mortal).pid, signal.SIGKILL)
            _child_of(mortal).wait()

            assert mortal.render(page("<p>x")) == first

    def test_an_interrupted_document_is_never_the_answer_to_the_next(self) -> None:
        class Interrupted(Exception):
            pass

        def interrupt(*_: object) -> None:
            raise Interrupted

        with Press() as busy:
            wanted = busy.render(page("<p>wanted"))
            before = signal.signal(signal.SIGALRM, interrupt)
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            try:
                with pytest.raises(Interrupted):
                    busy.render(endless_page())
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)

            assert busy.render(page("<p>wanted")) == wanted

    def test_a_fork_starts_a_child_of_its_own(self) -> None:
        with Press() as shared:
            shared.check()
            ours = _child_of(shared)
            shared._owner = os.getppid()

            assert shared.render(page("<p>x")).startswith(b"%PDF")
            assert _child_of(shared) is not ours
            ours.communicate()

    def test_a_worn_child_is_replaced(self) -> None:
        with Press(documents_per_child=1) as careful:
            careful.check()
            worn = _child_of(careful)
            careful.render(page("<p>x"))

            assert worn.poll() is not None

    def test_the_child_goes_when_its_parent_is_killed(self) -> None:
        program = (
            "from credentials.services.printing.pressing import Press; import sys, time\n"
            "press = Press(); press.check(); print(press._child.pid, flush=True); time.sleep(60)"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(press_module.__file__).parents[2],
        )
        assert parent.stdout is not None
        child = int(parent.stdout.readline())

        parent.kill()
        parent.wait()
        parent.stdout.close()

        assert _ends_within(child, seconds=5)

    def test_without_the_engine_the_cure_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        without_engine = tmp_path / "press.py"
        source = Path(press_module.__file__).read_text()
        without_engine.write_text(
            source.replace('import_module("weasyprint")', 'import_module("no_such_engine")')
        )
        monkeypatch.setattr(pressing, "PRESS_FILE", without_engine)

        with Press() as bare, pytest.raises(PressMissing) as missing:
            bare.render(page("<p>x"))

        assert "pango" in missing.value.cure


class TestCodes:
    def test_the_code_for_print_is_one_bit_and_reads_back(self) -> None:
        code = Image.open(io.BytesIO(qr_png(ADDRESS)))

        assert code.mode == "1"
        read = zxingcpp.read_barcode(code.convert("L"))
        assert read is not None
        assert read.text == ADDRESS

    def test_the_code_for_pages_carries_no_style_and_reads_back(self) -> None:
        svg = ElementTree.fromstring(qr_svg(ADDRESS))  # noqa: S314 - our own

        assert "style" not in qr_svg(ADDRESS)
        read = zxingcpp.read_barcode(_picture_of_runs(svg))
        assert read is not None
        assert read.text == ADDRESS


class TestFonts:
    def test_a_letter_that_no_font_has_is_named(self) -> None:
        assert missing_characters("Zoë\u200d \U0010fffd") == {"\U0010fffd"}

    def test_the_set_of_fonts_has_a_name_of_its_own(self) -> None:
        assert fonts_fingerprint() == fonts_fingerprint()
        assert len(fonts_fingerprint()) == 16


def _child_of(one: Press) -> "subprocess.Popen[bytes]":
    child = one._child
    assert child is not None
    return child


def _ends_within(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


def _huge_picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8000, 8000)).save(target, "PNG", compress_level=1)
    return target.getvalue()


def _picture_of_runs(svg: ElementTree.Element) -> Image.Image:
    """Draw the runs of a code's path, four pixels a module."""
    width = int(svg.attrib["viewBox"].split()[2])
    image = Image.new("L", (width, width), 255)
    ink = svg[1].attrib["d"]
    for run in ink.strip("Mz").split("zM"):
        at, length = run.split("v")[0].split("h")
        x, y = (int(number) for number in at.split())
        image.paste(0, (x, y, x + int(length), y + 1))
    return image.resize((width * 4, width * 4), Image.Resampling.NEAREST)
