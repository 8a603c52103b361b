"""A credential as a narrow strip for a letter's foot: picture, title, issuer, and how it stands now.

Drawn afresh for whoever loads it, so that it says "Expired" by itself. As PNG for mail programs, and as SVG.
"""

import base64
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw

from credentials.services.artwork.colours import INK, PAPER, Colour, mix
from credentials.services.artwork.lettering import (
    Lettering,
    Line,
    MissingGlyphs,
    UnfitLegend,
    fitted,
    typeface,
)

WIDTH, HEIGHT = 440, 112
"""Pixels of the strip as it is shown; the PNG has twice as many each way."""

SHARPER = 2
_EDGE, _PICTURE = 10, 92
_LEFT = _EDGE + _PICTURE + 14
_ROOM = WIDTH - _LEFT - _EDGE
# The lettering measures in units of its own: how many pixels one is, for the title and for the small lines.
_TITLE_UNIT, _SMALL_UNIT = 110, 105
_ONE_LINE = (0.145, 0.001)

GOOD: Colour = (0x1E, 0x6B, 0x45)
WARN: Colour = (0x8A, 0x5A, 0x00)
BAD: Colour = (0xA3, 0x26, 0x2A)
TONES = {"valid": GOOD, "revoked": BAD, "not_recognised": BAD}
# The signs of components/icon.html, as lines on 20 by 20; whatever has none of its own gets a bar.
SIGNS: dict[str, Sequence[Sequence[tuple[float, float]]]] = {
    "valid": [[(4, 10.5), (8, 14.5), (16, 5.5)]],
    "revoked": [[(5, 5), (15, 15)], [(15, 5), (5, 15)]],
    "not_recognised": [[(5, 5), (15, 15)], [(15, 5), (5, 15)]],
    "suspended": [[(7, 4), (7, 16)], [(13, 4), (13, 16)]],
}
_BAR = [[(4.0, 10.0), (16.0, 10.0)]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What a strip says. `verdict` is a code of the Report, `word` how it reads; `picture` a PNG."""

    title: str
    issuer: str
    verdict: str
    word: str
    picture: bytes

    @property
    def tone(self) -> Colour:
        return TONES.get(self.verdict, WARN)

    @property
    def sign(self) -> Sequence[Sequence[tuple[float, float]]]:
        return SIGNS.get(self.verdict, _BAR)


@dataclass(frozen=True, slots=True)
class _Words:
    """Letters that fit: from `top` down, `unit` pixels to a unit of the lettering."""

    lettering: Lettering
    top: float
    unit: int
    colour: Colour
    left: float = _LEFT

    def lines(self) -> list[tuple[Line, float, float]]:
        """Each line, where its foot is and how large its letters are, in pixels."""
        size, foot, found = self.lettering.size * self.unit, self.top, []
        for line in self.lettering.lines:
            foot += line.above * size
            found.append((line, foot, size))
            foot += (line.below + 0.08) * size
        return found


def strip_png(strip: Strip) -> bytes:
    """The strip as an opaque PNG: it may stand on a dark page. Equal strips give equal bytes."""
    picture = Image.new("RGB", (WIDTH * SHARPER, HEIGHT * SHARPER), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=_hairline(), width=SHARPER)
    badge = Image.open(io.BytesIO(strip.picture), formats=("PNG",)).convert("RGBA")
    badge = badge.resize((_PICTURE * SHARPER,) * 2, Image.Resampling.LANCZOS)
    picture.paste(badge, (_EDGE * SHARPER,) * 2, badge)
    for words in _words(strip):
        for line, foot, size in words.lines():
            for run in line.runs:
                font = typeface(run.face, round(size * SHARPER))
                at = ((words.left + run.at * size) * SHARPER, foot * SHARPER)
                pen.text(at, run.text, words.colour, font, anchor="ls", direction=run.direction)
    for stroke in strip.sign:
        pen.line([(x * SHARPER, y * SHARPER) for x, y in _placed(stroke)], strip.tone, 4, joint="curve")
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=6)
    return target.getvalue()


def strip_svg(strip: Strip) -> str:
    """The strip as SVG: no script, no style sheet, nothing from elsewhere."""
    image = base64.b64encode(strip.picture).decode()
    label = quoteattr(f"{strip.title}. {strip.issuer}. {strip.word}")
    strokes = "".join(
        f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in _placed(stroke))}"/>'
        for stroke in strip.sign
    )
    texts = "".join(
        f'<text x="{words.left:g}" y="{foot:.1f}" font-size="{size:.1f}" fill="{_hex(words.colour)}"'
        f' textLength="{line.width * size:.1f}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(_reading(line))}</text>"
        for words in _words(strip)
        for line, foot, size in words.lines()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label={label}>'
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="{_hex(PAPER)}"'
        f' stroke="{_hex(_hairline())}"/>'
        f'<image x="{_EDGE}" y="{_EDGE}" width="{_PICTURE}" height="{_PICTURE}"'
        f' href="data:image/png;base64,{image}"/>'
        f'<g font-family="Georgia, serif" font-weight="bold">{texts}</g>'
        f'<g fill="none" stroke="{_hex(strip.tone)}" stroke-width="2">{strokes}</g></svg>'
    )


def _words(strip: Strip) -> list[_Words]:
    return [
        _Words(letters, top, unit, colour, left)
        for text, top, unit, colour, left, high in (
            (strip.title, 10, _TITLE_UNIT, INK, _LEFT, (0.21, 0.46)),
            (strip.issuer, 62, _SMALL_UNIT, mix(INK, PAPER, 0.28), _LEFT, _ONE_LINE),
            (strip.word, 83, _SMALL_UNIT, strip.tone, _LEFT + 20, _ONE_LINE),
        )
        if (letters := _fitted(text, (_ROOM + _LEFT - left) / unit, high))
    ]


@functools.lru_cache(maxsize=256)
def _fitted(text: str, width: float, high: tuple[float, float]) -> Lettering | None:
    """The words as they fit, shortened at the end where they must be; None where no typeface has them.

    A strip without a line still shows the picture and, in the text beside it, the words.
    """
    words = text.split()
    for count in range(len(words), 0, -1):
        shown = " ".join(words[:count]) + ("…" if count < len(words) else "")
        try:
            return fitted(shown, width=width, one_high=high[0], two_high=high[1])
        except UnfitLegend:
            continue
        except MissingGlyphs:
            return None
    return None


def _reading(line: Line) -> str:
    """The line's text in the order in which it is read, wherever its runs stand."""
    runs = line.runs if line.runs[0].direction == "ltr" else reversed(line.runs)
    return "".join(run.text for run in runs)


def _placed(stroke: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A stroke of the sign, left of the last line."""
    return [(_LEFT + x * 0.75, 83 + y * 0.75) for x, y in stroke]


def _hairline() -> Colour:
    return mix(PAPER, INK, 0.25)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
