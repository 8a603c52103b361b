"""The designs of certificates: closed lists, for a layout is our code and nobody types one (SAFETY §5.6)."""

import functools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.services.artwork import border_svg

DESIGNS: tuple[tuple[str, str | Promise], ...] = (
    ("classic", _("Classic: landscape, in a frame of stones")),
    ("column", _("Column: landscape, a band of stones down one side")),
    ("folio", _("Folio: upright, between fine lines")),
)
USUAL = "classic"
STYLESHEETS = Path("static", "certificates")

TONES = {
    "blue": ("#1f4e79", "#2f6a8b", "#17395a", "#c99a2e"),
    "terracotta": ("#b4532a", "#9c4326", "#7d3420", "#c99a2e"),
    "green": ("#2f7d6b", "#256577", "#1f5648", "#c99a2e"),
    "ochre": ("#a87418", "#8c5f12", "#b4532a", "#d9b45a"),
    "plum": ("#6b4a82", "#7e4270", "#4d3560", "#c99a2e"),
}
"""The stones of a certificate's ornament by palette; the last colour is the gilt one."""

STONE, EDGE = 5, 10
"""The side of a stone in a frame, and how far from the edge of the sheet the frame begins, in mm."""

BAND = 48
"""How broad the band of stones is, in mm; its stylesheet gives it as much."""

_BAND_STONES = 8
_GILT, _THINS_FROM = 0.06, 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper in mm, as it lies before its reader."""

    width: float
    height: float


SHEETS = {"a4": Sheet(297, 210), "letter": Sheet(279.4, 215.9)}


def sheet_of(design: str, paper: str) -> Sheet:
    sheet = SHEETS[paper]
    return Sheet(sheet.height, sheet.width) if design == "folio" else sheet


@functools.cache
def stylesheet_of(design: str) -> str:
    """What all designs share and what is this one's; equal text is parsed once by the press."""
    folder = Path(settings.BASE_DIR) / STYLESHEETS
    return "\n".join((folder / f"{name}.css").read_text() for name in ("sheet", design))


def ornament_of(design: str, paper: str, palette: str, seed: str) -> str:
    """The design's drawing as SVG, in the palette's colours; ``seed`` lays its stones."""
    sheet, colours = sheet_of(design, paper), TONES[palette]
    if design == "column":
        return _band(seed, colours, sheet)
    if design == "folio":
        return _lines(colours, sheet)
    return border_svg(seed, colours, int(sheet.width) - 2 * EDGE, int(sheet.height) - 2 * EDGE, STONE)


def _band(seed: str, colours: tuple[str, ...], sheet: Sheet) -> str:
    """Stones, whole at the edge of the sheet and fewer and fewer towards the text."""
    chance = Random(seed)  # noqa: S311 - ornament, not a secret
    *tones, gilt = colours
    side = BAND / _BAND_STONES
    parts: dict[str, list[str]] = defaultdict(list)
    for row in range(int(sheet.height // side) + 1):
        for column in range(_BAND_STONES):
            is_laid = chance.random() >= (column - _THINS_FROM) / (_BAND_STONES - _THINS_FROM)
            colour = gilt if chance.random() < _GILT else chance.choice(tones)
            if is_laid:
                spot = f"M{column * side + 0.3:g} {row * side + 0.3:g}"
                parts[colour].append(f"{spot}h{side - 0.6:g}v{side - 0.6:g}h-{side - 0.6:g}z")
    paths = "".join(f'<path fill="{colour}" d="{"".join(parts[colour])}"/>' for colour in sorted(parts))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BAND} {sheet.height:g}">{paths}</svg>'


def _lines(colours: tuple[str, ...], sheet: Sheet) -> str:
    """Two fine lines round the sheet, a stone at each corner and three in the middle above and below."""
    main, *_others, gilt = colours
    wide, high = sheet.width, sheet.height
    box = '<rect x="{0}" y="{0}" width="{1:g}" height="{2:g}" fill="none" stroke="{3}" stroke-width="{4}"/>'
    parts = [
        box.format(10, wide - 20, high - 20, main, 0.7),
        box.format(12.2, wide - 24.4, high - 24.4, gilt, 0.3),
    ]
    corners = "".join(_stone(x, y, 4.6) for x in (11.1, wide - 11.1) for y in (11.1, high - 11.1))
    middle = [(wide / 2 + shift, y) for y in (11.1, high - 11.1) for shift in (-5, 0, 5)]
    ground = "".join(_stone(x, y, 8) for x, y in middle)
    outer = "".join(_stone(x, y, 3.6) for x, y in middle if x != wide / 2)
    centre = "".join(_stone(x, y, 3.6) for x, y in middle if x == wide / 2)
    parts += [
        f'<path fill="#fffdf8" d="{ground}"/>',
        f'<path fill="{main}" d="{corners}{outer}"/>',
        f'<path fill="{gilt}" d="{centre}"/>',
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}">{"".join(parts)}</svg>'


def _stone(x: float, y: float, side: float) -> str:
    """A square standing on its corner would be a diamond; these lie flat, as all our stones do."""
    return f"M{x - side / 2:g} {y - side / 2:g}h{side}v{side}h-{side}z"
