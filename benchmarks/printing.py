"""Certificates by the lasting press, against an engine made anew for each, and a plain PDF of the page."""

import functools
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.measuring import Line
from credentials.services.artwork import Design, draw
from credentials.services.press import Engine, Header
from credentials.services.printing import (
    Attachment,
    CertificateFacts,
    Document,
    Press,
    certificate_document,
    qr_svg,
)
from credentials.services.printing.pressing import request_of

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
WARM, PRINTED, FRESH = 5, 30, 6
FASTER, TAGGED, GROWTH = 6.0, 1.3, 5.0
SETTLED, LAST = 100, 400
BADGE = draw(Design("hexagon", "blue", "chart", 2, "bench"), 512)
FACES = {
    "Noto Serif:regular": "font-family: Noto Serif",
    "Noto Serif:italic": "font-family: Noto Serif; font-style: italic",
    "Noto Serif:semibold": "font-family: Noto Serif; font-weight: 600",
    "DejaVu Sans Mono": "font-family: Noto Sans Mono",
}
"""The faces of the page by fontconfig's names, and what a stylesheet says to bring each along."""


def measure(_database: str) -> Iterator[Line]:
    engine = Engine.load()
    for number in range(WARM):
        _pressed(engine, number)
    ours, plain = [], []
    for number in range(PRINTED):
        # By turns, so that a busy minute falls on both.
        ours.append(_cost(_pressed, engine, number))
        plain.append(_cost(_plain, engine, number))
    usual = [_cost(_usual, engine, number) for number in range(FRESH)]
    mine, bare, fresh = (statistics.median(costs) * 1000 for costs in (ours, plain, usual))
    yield Line(
        job="certificate, classic A4, tagged, credential attached",
        ours=f"{mine:.0f} ms processor",
        comparison=f"web fonts, PNG, SVG code, all anew: {fresh:.0f} ms",
        ratio=f"{fresh / mine:.1f}x",
        goal=f">= {FASTER:g}x",
        is_met=fresh / mine >= FASTER,
    )
    yield Line(
        job="tags, PDF/A-3a and attachment",
        ours=f"{mine:.0f} ms processor",
        comparison=f"same page, plain: {bare:.0f} ms",
        ratio=f"{mine / bare:.2f}x",
        goal=f"<= {TAGGED:g}x",
        is_met=mine / bare <= TAGGED,
    )
    if sys.platform == "linux":
        yield _growth()


def _growth() -> Line:
    """The lasting child's memory while it prints hundreds of different certificates."""
    with Press(documents_per_child=LAST + 1) as press:
        held = {}
        for number in range(1, LAST + 1):
            press.render(_document(number))
            if number in {SETTLED, LAST}:
                held[number] = _resident(press)
    growth = held[LAST] - held[SETTLED]
    return Line(
        job=f"press, memory from certificate {SETTLED} to {LAST}",
        ours=f"{growth:+.1f} MB",
        comparison=f"{held[SETTLED]:.0f} MB held",
        goal=f"<= {GROWTH:g} MB",
        is_met=growth <= GROWTH,
    )


def _resident(press: Press) -> float:
    child = press._child
    lines = Path(f"/proc/{child.pid}/status").read_text().splitlines() if child else []
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _document(number: int) -> Document:
    facts = CertificateFacts(
        lang="en",
        institution="University of Westmarch",
        kind="micro-credential",
        title="Data visualisation using Python",
        recipient=f"Siobhán O’Rourke {number}",
        description="Turns a raw table into an honest chart that others can check.",
        criteria="",
        awarded_on=date(2026, 3, 14),
        code="7KQ4-M2XD-9RTB-0000",
        verification_url=f"https://portal.example.edu/verify/{number:016}/",
        credential_id="urn:uuid:0b2a3c5e-7f61-4b0e-9d1c-2f3a4b5c6d7e",
        palette="blue",
        seed="bench",
        badge=BADGE,
        badge_alt="A hexagon of stones",
        hours=Decimal(24),
    )
    attachment = Attachment(
        name="credential.json", data=b'"x"' * 3_000, description="The signed credential", created=MADE_AT
    )
    return certificate_document(facts, made_at=MADE_AT, attachment=attachment)


def _cost(make: Any, engine: Engine, number: int) -> float:
    began = process_time()
    make(engine, number)
    return process_time() - began


def _pressed(engine: Engine, number: int) -> bytes:
    header, blobs = request_of(_document(number))
    return engine.print(header, blobs)[0]


def _plain(engine: Engine, number: int) -> bytes:
    """The same page by the same lasting engine, without tags, standard or attachment."""
    header, blobs = request_of(_document(number))
    fetch = engine.fetcher(_assets(header, blobs))
    page = engine.weasyprint.HTML(string=blobs[0].decode(), url_fetcher=fetch)
    sheet = engine.stylesheet(blobs[1].decode(), fetch)
    pdf: bytes = page.write_pdf(font_config=engine.fonts, stylesheets=[sheet])
    return pdf


def _usual(engine: Engine, number: int) -> bytes:
    """As tutorials do it: web fonts and stylesheet anew each time, the picture as PNG, the code as SVG."""
    header, blobs = request_of(_document(number))
    code = qr_svg(f"https://portal.example.edu/verify/{number:016}/").encode()
    assets = {**_assets(header, blobs), **_web_fonts(), "badge.png": BADGE, "qr.svg": code}
    html = blobs[0].decode().replace("badge.jpg", "badge.png").replace("qr.png", "qr.svg")
    brought = (
        f'@font-face {{ {told}; src: url("asset:{name}"); }}'
        for name, told in zip(_web_fonts(), FACES.values(), strict=True)
    )
    fetch = engine.fetcher(assets)
    fonts = type(engine.fonts)()
    css = "".join((*brought, blobs[1].decode()))
    sheet = engine.weasyprint.CSS(string=css, url_fetcher=fetch, font_config=fonts)
    page = engine.weasyprint.HTML(string=html, url_fetcher=fetch)
    pdf: bytes = page.write_pdf(font_config=fonts, stylesheets=[sheet], pdf_variant="pdf/a-3a")
    return pdf


@functools.cache
def _web_fonts() -> Mapping[str, bytes]:
    found = [
        subprocess.run(["fc-match", "-f", "%{file}", face], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607  names from the list above
        for face in FACES
    ]
    return {f"face-{number}.ttf": Path(file).read_bytes() for number, file in enumerate(found)}


def _assets(header: Header, blobs: Sequence[bytes]) -> Mapping[str, bytes]:
    return dict(zip(header["assets"], blobs[2:], strict=False))
