"""Words on a picture: which typeface has them, in which order they run, how large they can be.

Our own faces are asked first, so that the same words give the same bytes on every machine. They have
Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari and Thai; for other scripts the system's Noto faces are
asked.
"""

import functools
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from fontTools.ttLib import TTFont
from PIL import ImageFont, features

from credentials.services.artwork.design import CannotDraw

Direction: TypeAlias = Literal["ltr", "rtl"]

FACES = Path(__file__).parent / "faces"
OWN_FACES = (
    "NotoSerif-Bold.ttf",
    "NotoSerifHebrew-Bold.ttf",
    "NotoNaskhArabic-Bold.ttf",
    "NotoSerifDevanagari-Bold.ttf",
    "NotoSerifThai-Bold.ttf",
)
SYSTEM_FACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/opt/homebrew/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
)
JAPANESE, KOREAN, CHINESE = 0, 1, 2
"""Where a collection of East Asian faces keeps each one's forms."""

INSTALL_FACES = {
    "linux": "apt-get install fonts-noto-core fonts-noto-cjk",
    "darwin": "brew install --cask font-noto-serif-cjk",
}
INSTALL_SHAPING = {"linux": "apt-get install libfribidi0", "darwin": "brew install fribidi"}

LARGEST, SMALLEST, GOOD = 0.20, 0.105, 0.135
"""The size of letters, in half pictures; two lines are tried where one would be smaller than GOOD."""

LEADING = 0.12
_MEASURED_AT = 200
_CAPITALS, _TAILS = 0.78, 0.24
"""What a line takes above and below its foot at least, in letter sizes, so that lines of words agree."""

_JOINERS = "\u200c\u200d"
_NEVER_FIRST = "、。，．・：；！？）」』】〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"


class MissingGlyphs(CannotDraw):
    """No typeface here has these characters, or nothing here can join them; says what to install."""


class UnfitLegend(CannotDraw):
    """The words are too many for the picture; says how many characters there is room for."""


@dataclass(frozen=True, slots=True)
class Face:
    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one face; `at` is where it begins in its line, in letter sizes."""

    text: str
    face: Face
    direction: Direction
    at: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line in letter sizes: how wide, how far above and below its foot."""

    runs: tuple[Run, ...]
    width: float
    above: float
    below: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """Words that fit: their lines from top to bottom, and the size of the letters in half pictures."""

    lines: tuple[Line, ...]
    size: float


@functools.lru_cache(maxsize=128)
def fitted(words: str, *, width: float, one_high: float, two_high: float) -> Lettering:
    """The words as large as they can be, in one line or two. Raises UnfitLegend or MissingGlyphs."""
    if not features.check("raqm"):
        raise MissingGlyphs(
            _("Letters cannot be set on this machine. To mend it: %(line)s")
            % {"line": _for_us(INSTALL_SHAPING)}
        )
    words = unicodedata.normalize("NFC", " ".join(words.split()))
    found = _largest(words, width, one_high, two_high)
    if found.size >= SMALLEST:
        return found
    room = next(
        count
        for count in range(len(words) - 1, 0, -1)
        if _largest(words[:count].strip(), width, one_high, two_high).size >= SMALLEST
    )
    raise UnfitLegend(
        ngettext(
            "The words on the picture are too long: there is room for about %(count)d character.",
            "The words on the picture are too long: there is room for about %(count)d characters.",
            room,
        )
        % {"count": room}
    )


def typeface(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, pixels, index=face.index, layout_engine=ImageFont.Layout.RAQM)


def _largest(words: str, width: float, one_high: float, two_high: float) -> Lettering:
    base = _direction(words, "ltr")
    one = _sized([words], base, width, one_high)
    if one.size >= GOOD:
        return one
    broken = (
        _sized([words[:place].strip(), words[place:].strip()], base, width, two_high)
        for place in _places(words)
    )
    return max([one, *broken], key=lambda set_: (set_.size, -max(line.width for line in set_.lines)))


def _sized(texts: Sequence[str], base: Direction, width: float, height: float) -> Lettering:
    lines = tuple(_line(text, base) for text in texts)
    high = sum(line.above + line.below for line in lines) + LEADING * (len(lines) - 1)
    return Lettering(lines, min(LARGEST, width / max(line.width for line in lines), height / high))


def _places(words: str) -> Iterator[int]:
    """Where a second line may begin: after a space or a dash, or between two East Asian characters."""
    for place, (before, after) in enumerate(pairwise(words), start=1):
        if after in _NEVER_FIRST or unicodedata.combining(after):
            continue
        if before in " -–/" or (_is_east_asian(before) and _is_east_asian(after)):
            yield place


def _is_east_asian(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W" and not _is_hangul(character)


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


@functools.lru_cache(maxsize=1024)
def _line(text: str, base: Direction) -> Line:
    """A line measured, its runs placed from the left in the order in which they are seen."""
    parts = _parts(text, base)
    if base == "rtl":
        parts.reverse()
    runs, at, above, below = [], 0.0, _CAPITALS, _TAILS
    for part, face in parts:
        font = typeface(face, _MEASURED_AT)
        _left, top, _right, bottom = font.getbbox(part, anchor="ls", direction=base)
        runs.append(Run(part, face, base, at))
        at += font.getlength(part, direction=base) / _MEASURED_AT
        above, below = max(above, -top / _MEASURED_AT), max(below, bottom / _MEASURED_AT)
    return Line(tuple(runs), max(at, 0.01), above, below)


def _parts(text: str, base: Direction) -> list[tuple[str, Face]]:
    """The text cut where its face changes."""
    parts: list[tuple[str, Face]] = []
    for cluster in _clusters(text):
        if parts and _covers(parts[-1][1], cluster):
            parts[-1] = (parts[-1][0] + cluster, parts[-1][1])
        else:
            parts.append((cluster, _face_for(cluster, text)))
    # Each part is ordered within itself. Two neighbours against the grain of the line would have to change
    # places as well: no title needs that, and we will not set it wrong.
    ways = [_direction(part, base) for part, _face in parts]
    if any(one == other != base for one, other in pairwise(ways)):
        raise UnfitLegend(_("The words on the picture mix too many scripts. Write them in fewer."))
    return parts


def _clusters(text: str) -> Iterator[str]:
    """Characters with the marks and joiners that belong to them."""
    cluster = ""
    for character in text:
        belongs = unicodedata.category(character).startswith("M") or character in _JOINERS
        if cluster and not belongs:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _direction(text: str, otherwise: Direction) -> Direction:
    """The direction of the first letter that has one."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return otherwise


def _face_for(cluster: str, text: str) -> Face:
    for face in (Face(FACES / name) for name in OWN_FACES):
        if _covers(face, cluster):
            return face
    for path in _system_faces():
        face = Face(path, _forms(text) if path.suffix == ".ttc" else 0)
        if _covers(face, cluster):
            return face
    raise MissingGlyphs(
        _("No typeface here has: %(characters)s To install one: %(line)s")
        % {"characters": cluster, "line": _for_us(INSTALL_FACES)}
    )


def _forms(text: str) -> int:
    """Which country's forms of the shared characters: kana tell Japanese, hangul Korean."""
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return JAPANESE
    return KOREAN if any(map(_is_hangul, text)) else CHINESE


@functools.lru_cache(maxsize=1)
def _system_faces() -> tuple[Path, ...]:
    """Bold Noto faces of the system, those with serifs first."""
    found = [path for folder in SYSTEM_FACES for path in folder.rglob("Noto*-Bold.tt[fc]")]
    return tuple(sorted(found, key=lambda path: ("Serif" not in path.name, path.name)))


def _covers(face: Face, cluster: str) -> bool:
    return all(character in _JOINERS or ord(character) in _characters(face) for character in cluster)


@functools.lru_cache(maxsize=256)
def _characters(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def _for_us(lines: dict[str, str]) -> str:
    return lines["darwin" if sys.platform == "darwin" else "linux"]
