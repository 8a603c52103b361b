"""What a picture is painted with, and whether what stands on it can be told from its ground."""

import colorsys
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from credentials.services.artwork.design import Design

Colour: TypeAlias = tuple[int, int, int]

PAPER: Colour = (0xFB, 0xF6, 0xEA)
INK: Colour = (0x16, 0x1C, 0x26)
GILT: Colour = (0xE3, 0xB4, 0x4C)
PALE_GILT: Colour = (0xF6, 0xD9, 0x8A)


def mix(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue


UNEVEN = 0.10
"""How much lighter or darker than its neighbours a stone of the field may be."""

LEAST_FOR_PICTURES, LEAST_FOR_WORDS = 3.0, 4.5
"""The least contrast by WCAG 2: of the parts of a picture, and of words."""

TABLET_JOINT = mix(PAPER, INK, 0.12)
"""The darkest that lies behind words: the joints between the pale stones of their tablet."""

_COMPANION_TURN, _STEPS_TO_INK = 0.06, 100


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of one picture: the field, its neighbour, and what shines on it."""

    main: Colour
    companion: Colour
    bright: Colour

    @property
    def tones(self) -> tuple[Colour, Colour, Colour]:
        """The stones of the field, from dark to bright."""
        return mix(self.main, INK, 0.20), self.main, mix(self.main, self.companion, 0.8)

    @property
    def letters(self) -> Colour:
        """The words on the tablet."""
        return mix(self.main, INK, 0.70)


PAINTS = {
    "blue": Paint((0x1F, 0x4E, 0x79), (0x27, 0x6F, 0x7D), (0xF2, 0xC8, 0x70)),
    "terracotta": Paint((0xA8, 0x4B, 0x25), (0x8E, 0x34, 0x38), PALE_GILT),
    "green": Paint((0x27, 0x70, 0x5F), (0x1F, 0x5F, 0x79), PALE_GILT),
    "ochre": Paint((0x93, 0x62, 0x10), (0xA8, 0x4B, 0x25), (0xFA, 0xE2, 0xA0)),
    "plum": Paint((0x6B, 0x4A, 0x82), (0x87, 0x39, 0x66), (0xF2, 0xC8, 0x70)),
}


def paint_of(design: Design) -> Paint:
    """The palette's paint, or the one made from the design's own colour."""
    return own_paint(_parsed(design.colour)) if design.colour else PAINTS[design.palette]


@functools.lru_cache(maxsize=256)
def own_paint(main: Colour) -> Paint:
    """A paint round one colour: its companion lies a little further round the circle of colours."""
    hue, light, depth = colorsys.rgb_to_hls(*(part / 255 for part in main))
    red, green, blue = colorsys.hls_to_rgb((hue + _COMPANION_TURN) % 1, light * 0.92, depth)
    paint = Paint(main, (round(red * 255), round(green * 255), round(blue * 255)), GILT)
    return paint if _weakest(paint) >= LEAST_FOR_PICTURES else Paint(main, paint.companion, PALE_GILT)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def contrasts(design: Design) -> tuple[float, float]:
    """How far the icon stands out from its ground, and the words from theirs."""
    paint = paint_of(design)
    return _weakest(paint), contrast(paint.letters, TABLET_JOINT)


def contrast_problem(design: Design) -> str | None:
    """Why the icon or the words cannot be told from their ground, and the nearest colour that would do."""
    paint = paint_of(design)
    if _is_clear(paint):
        return None
    better = next(colour for colour in _towards_ink(paint.main) if _is_clear(own_paint(colour)))
    return _(
        "The icon stands out from its ground by %(found).1f to 1; %(least)g to 1 is the least. "
        "The nearest colour that does: %(better)s."
    ) % {
        "found": _weakest(paint),
        "least": LEAST_FOR_PICTURES,
        "better": "#{:02x}{:02x}{:02x}".format(*better),
    }


def _is_clear(paint: Paint) -> bool:
    words = contrast(paint.letters, TABLET_JOINT)
    return _weakest(paint) >= LEAST_FOR_PICTURES and words >= LEAST_FOR_WORDS


def _weakest(paint: Paint) -> float:
    """The least contrast of the icon's two colours with the lightest stones of each tone of the field.

    The few pale strangers among the stones, and the dark line round the icon, are left out: the one would
    condemn every picture, the other excuse every one.
    """
    grounds = [mix(tone, PAPER, UNEVEN) for tone in paint.tones]
    return min(contrast(figure, ground) for figure in (PAPER, paint.bright) for ground in grounds)


def _towards_ink(colour: Colour) -> Iterator[Colour]:
    """Darker and darker; the last is ink itself, on which everything shows."""
    for step in range(_STEPS_TO_INK + 1):
        yield mix(colour, INK, step / _STEPS_TO_INK)


def _parsed(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (part / 255 for part in colour)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
