"""A certificate: its facts, its page, and all that the press needs to print it."""

import base64
import functools
import io
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image

from credentials.services.printing.codes import qr_png
from credentials.services.printing.designs import USUAL, ornament_of, stylesheet_of
from credentials.services.printing.pressing import Attachment, Document

PAPER = "#fffdf8"
"""The page's ground, as in the stylesheets."""

MODEST_NAME, LONG_NAME, VERY_LONG_NAME = 28, 52, 110
FULL_PAGE, DENSE_PAGE = 480, 860
"""Letters of running text, or what stands for them, from which the page is set smaller, and smallest."""

TITLE_WEIGHT, COMPONENT_LETTERS, SIGNATORY_LETTERS = 3, 60, 60
FILES = {"badge": "badge.jpg", "qr": "qr.png", "ornament": "ornament.svg", "logo": "logo.jpg"}
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}
WIDE = 1.8
"""How many letters' room a wide one of East Asia takes."""


def direction(text: str, otherwise: str = "ltr") -> str:
    """The way a text runs, by its first letter that has one (Unicode bidirectional algorithm, P2)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return otherwise


def breadth(text: str) -> float:
    """How much room a text takes in a line, in letters: marks above and below take none."""
    return sum(
        WIDE if unicodedata.east_asian_width(character) in {"W", "F"} else 1
        for character in text
        if unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFacts:
    """One credential that a stacked certificate was built from."""

    name: str
    awarded_on: date

    @property
    def direction(self) -> str:
        return direction(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryFacts:
    """Who signs for the institution."""

    name: str
    office: str = ""

    @property
    def direction(self) -> str:
        return direction(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What stands on the page, and nothing that does not. Empty text leaves its line out.

    ``kind`` is the sort of award in words ("Micro-credential"), ``criteria`` one sentence,
    ``badge`` the achievement's PNG, ``seed`` what lays the stones of the ornament, ``logo`` a square PNG.
    At most three sign. A specimen is made of sample data and says so.
    """

    lang: str
    institution: str
    kind: str
    title: str
    recipient: str
    description: str
    criteria: str
    awarded_on: date
    code: str
    verification_url: str
    credential_id: str
    palette: str
    seed: str
    badge: bytes
    badge_alt: str
    design: str = USUAL
    paper: str = "a4"
    logo: bytes = b""
    signatories: tuple[SignatoryFacts, ...] = ()
    is_specimen: bool = False
    hours: Decimal | None = None
    credits: Decimal | None = None
    valid_until: date | None = None
    components: tuple[ComponentFacts, ...] = ()

    @property
    def words(self) -> str:
        """All that is set in letters and may be in any script."""
        signed = (f"{one.name}{one.office}" for one in self.signatories)
        parts = (part.name for part in self.components)
        texts = (self.institution, self.recipient, self.title, self.description, self.criteria)
        return "".join((*texts, *signed, *parts))

    @property
    def template(self) -> str:
        return f"certificates/{self.design}.html"

    @property
    def name_size(self) -> str:
        """How large the name can be set so that it keeps its line, or at most two."""
        wide = breadth(self.recipient)
        if wide <= MODEST_NAME:
            return "name-large"
        if wide <= LONG_NAME:
            return "name-medium"
        return "name-small" if wide <= VERY_LONG_NAME else "name-smallest"

    @property
    def hours_counted(self) -> int:
        """Whole hours, by which a language chooses its plural."""
        return math.ceil(self.hours or 0)

    @property
    def density(self) -> str:
        """How full the page is: airy, full or dense."""
        letters = breadth(self.description) + breadth(self.criteria) + TITLE_WEIGHT * breadth(self.title)
        letters += COMPONENT_LETTERS * len(self.components)
        # One who signs has room beside the facts; the row of several is taken from the text.
        letters += SIGNATORY_LETTERS * max(0, len(self.signatories) - 1)
        if letters <= FULL_PAGE:
            return "airy"
        return "full" if letters <= DENSE_PAGE else "dense"


def certificate_html(facts: CertificateFacts) -> str:
    """The page as the press reads it, in the facts' own language; pictures are named ``asset:badge.jpg``."""
    names = {name: f"asset:{file}" for name, file in FILES.items() if name != "logo" or facts.logo}
    return _rendered("certificates/document.html", facts, names)


def certificate_sheet(facts: CertificateFacts) -> str:
    """The same sheet alone, for a page of the portal: its pictures are in its addresses."""
    assets = _assets(facts)
    pictures = {
        name: f"data:{MEDIA_TYPES[file[-4:]]};base64,{base64.b64encode(assets[file]).decode()}"
        for name, file in FILES.items()
        if file in assets
    }
    return _rendered(facts.template, facts, pictures, is_preview=True)


def _rendered(
    template: str, facts: CertificateFacts, pictures: Mapping[str, str], *, is_preview: bool = False
) -> str:
    with translation.override(facts.lang):
        whole = "rtl" if translation.get_language_bidi() else "ltr"
        texts = ("institution", "recipient", "title", "description", "criteria")
        context = {
            "certificate": facts,
            "direction": whole,
            "dir": {name: direction(getattr(facts, name), otherwise=whole) for name in texts},
            "pictures": pictures,
            "is_preview": is_preview,
        }
        return render_to_string(template, context)


def _assets(facts: CertificateFacts) -> dict[str, bytes]:
    ornament = ornament_of(facts.design, facts.paper, facts.palette, facts.seed)
    logo = {"logo.jpg": _on_paper(facts.logo)} if facts.logo else {}
    return {
        "badge.jpg": _on_paper(facts.badge),
        "qr.png": qr_png(facts.verification_url),
        "ornament.svg": ornament.encode(),
        **logo,
    }


@functools.lru_cache(maxsize=64)
def _on_paper(picture: bytes) -> bytes:
    """A picture on the page's own colour, as JPEG: that goes into a PDF untouched, a PNG is encoded again."""
    opened = Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGBA")
    sheet = Image.new("RGBA", opened.size, PAPER)
    sheet.alpha_composite(opened)
    target = io.BytesIO()
    sheet.convert("RGB").save(target, "JPEG", quality=92, subsampling=0)
    return target.getvalue()


def certificate_document(
    facts: CertificateFacts, *, made_at: datetime, attachment: Attachment | None
) -> Document:
    """The page with its pictures, stylesheet and the credential that travels inside it."""
    return Document(
        html=certificate_html(facts),
        stylesheet=stylesheet_of(facts.design),
        lang=facts.lang,
        title=f"{facts.title} – {facts.recipient}",
        made_at=made_at,
        assets=_assets(facts),
        attachment=attachment,
    )
