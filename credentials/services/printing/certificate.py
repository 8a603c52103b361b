"""A certificate: its facts, its page, and all that the press needs to print it."""

import functools
import io
import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image

from credentials.services.artwork import border_svg
from credentials.services.printing.codes import qr_png
from credentials.services.printing.pressing import Attachment, Document

STYLESHEET = Path("static", "certificates", "classic.css")

BORDER_COLOURS = {
    "blue": ("#1f4e79", "#2f6a8b", "#17395a", "#c99a2e"),
    "terracotta": ("#b4532a", "#9c4326", "#7d3420", "#c99a2e"),
    "green": ("#2f7d6b", "#256577", "#1f5648", "#c99a2e"),
    "ochre": ("#a87418", "#8c5f12", "#b4532a", "#d9b45a"),
    "plum": ("#6b4a82", "#7e4270", "#4d3560", "#c99a2e"),
}
"""The stones of a certificate's frame by palette; the last colour is the inner row's."""

PAPER = "#fffdf8"
"""The page's ground, as in the stylesheet."""

MODEST_NAME, LONG_NAME = 28, 52
FULL_PAGE, DENSE_PAGE = 480, 860
"""Letters of running text, or what stands for them, from which the page is set smaller, and smallest."""

TITLE_WEIGHT, COMPONENT_LETTERS = 3, 60


def direction(text: str, otherwise: str = "ltr") -> str:
    """The way a text runs, by its first letter that has one (Unicode bidirectional algorithm, P2)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFacts:
    """One credential that a stacked certificate was built from."""

    name: str
    awarded_on: date

    @property
    def direction(self) -> str:
        return direction(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What stands on the page, and nothing that does not. Empty text leaves its line out.

    ``kind`` is the sort of award in words ("Micro-credential"), ``criteria`` one sentence,
    ``badge`` the achievement's PNG, ``seed`` what lays the stones of the frame.
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
    signatory: str = ""
    hours: Decimal | None = None
    credits: Decimal | None = None
    valid_until: date | None = None
    components: tuple[ComponentFacts, ...] = ()

    @property
    def name_size(self) -> str:
        """How large the name can be set so that it keeps its line, or at most two."""
        if len(self.recipient) <= MODEST_NAME:
            return "name-large"
        return "name-medium" if len(self.recipient) <= LONG_NAME else "name-small"

    @property
    def hours_counted(self) -> int:
        """Whole hours, by which a language chooses its plural."""
        return math.ceil(self.hours or 0)

    @property
    def density(self) -> str:
        """How full the page is: airy, full or dense."""
        letters = len(self.description) + len(self.criteria) + TITLE_WEIGHT * len(self.title)
        letters += COMPONENT_LETTERS * len(self.components)
        if letters <= FULL_PAGE:
            return "airy"
        return "full" if letters <= DENSE_PAGE else "dense"


def certificate_html(facts: CertificateFacts) -> str:
    """The page in the facts' own language; pictures are named ``asset:badge.jpg``, ``asset:qr.png``."""
    with translation.override(facts.lang):
        whole = "rtl" if translation.get_language_bidi() else "ltr"
        texts = ("institution", "recipient", "title", "description", "criteria", "signatory")
        context = {
            "certificate": facts,
            "direction": whole,
            "dir": {name: direction(getattr(facts, name), otherwise=whole) for name in texts},
        }
        return render_to_string("certificates/classic.html", context)


@functools.lru_cache(maxsize=64)
def _on_paper(badge: bytes) -> bytes:
    """A badge on the page's own colour, as JPEG: that goes into a PDF untouched, a PNG is encoded again."""
    picture = Image.open(io.BytesIO(badge), formats=("PNG",)).convert("RGBA")
    sheet = Image.new("RGBA", picture.size, PAPER)
    sheet.alpha_composite(picture)
    target = io.BytesIO()
    sheet.convert("RGB").save(target, "JPEG", quality=92, subsampling=0)
    return target.getvalue()


def certificate_document(
    facts: CertificateFacts, *, made_at: datetime, attachment: Attachment | None
) -> Document:
    """The page with its pictures, stylesheet and the credential that travels inside it."""
    return Document(
        html=certificate_html(facts),
        stylesheet=(Path(settings.BASE_DIR) / STYLESHEET).read_text(),
        lang=facts.lang,
        title=f"{facts.title} – {facts.recipient}",
        made_at=made_at,
        assets={
            "badge.jpg": _on_paper(facts.badge),
            "qr.png": qr_png(facts.verification_url),
            "frame.svg": border_svg(facts.seed, BORDER_COLOURS[facts.palette], 297, 210, 5).encode(),
        },
        attachment=attachment,
    )
