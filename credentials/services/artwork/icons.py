"""The pictures in the middle of a badge, cut from a few plain forms.

An icon is a list of pieces in unit coordinates, laid one over another. A piece is a tone and a form:
``LIGHT`` and ``GOLD`` are stones, ``CUT`` takes away what lies below.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PIL import ImageDraw

Tone: TypeAlias = Literal[0, 1, 2]
CUT: Tone = 0
LIGHT: Tone = 1
GOLD: Tone = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """One form: a polygon, a line with round ends, or an upright ellipse."""

    tone: Tone
    form: Literal["polygon", "line", "ellipse"]
    points: tuple[tuple[float, float], ...]
    width: float = 0.0


Icon: TypeAlias = tuple[Piece, ...]


def _polygon(tone: Tone, *numbers: float) -> Piece:
    return Piece(tone, "polygon", tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _box(tone: Tone, left: float, top: float, right: float, bottom: float) -> Piece:
    return _polygon(tone, left, top, right, top, right, bottom, left, bottom)


def _line(tone: Tone, width: float, *numbers: float) -> Piece:
    return Piece(tone, "line", tuple(zip(numbers[::2], numbers[1::2], strict=True)), width)


def _disc(tone: Tone, x: float, y: float, radius: float, height: float | None = None) -> Piece:
    rise = radius if height is None else height
    return Piece(tone, "ellipse", ((x - radius, y - rise), (x + radius, y + rise)))


def _around(tone: Tone, count: int, reach: tuple[float, float], turn: float = -90.0) -> Piece:
    """A star: ``count`` points at ``reach[0]`` with dents at ``reach[1]`` between them."""
    numbers: list[float] = []
    for k in range(count * 2):
        angle = math.radians(turn + 180 * k / count)
        numbers += [reach[k % 2] * math.cos(angle), reach[k % 2] * math.sin(angle)]
    return _polygon(tone, *numbers)


def _cog(tone: Tone, teeth: int, outer: float, inner: float) -> Piece:
    numbers: list[float] = []
    for tooth in range(teeth):
        for part, reach in ((-0.30, inner), (-0.20, outer), (0.20, outer), (0.30, inner)):
            angle = math.radians(360 * (tooth + part) / teeth - 90)
            numbers += [reach * math.cos(angle), reach * math.sin(angle)]
    return _polygon(tone, *numbers)


_PAGE = (-0.62, -0.78, 0.62, 0.88)

ICONS: dict[str, Icon] = {
    "database": (
        *(
            piece
            for y in (0.52, 0.0, -0.52)
            for piece in (
                _disc(CUT, 0, y - 0.08, 0.78, 0.30),
                _box(LIGHT, -0.68, y - 0.14, 0.68, y + 0.18),
                _disc(LIGHT, 0, y + 0.18, 0.68, 0.22),
                _disc(CUT, 0, y - 0.14, 0.74, 0.27),
                _disc(GOLD if y < 0 else LIGHT, 0, y - 0.14, 0.68, 0.21),
            )
        ),
    ),
    "chart": (
        _box(LIGHT, -0.86, 0.72, 0.86, 0.86),
        _box(LIGHT, -0.74, 0.16, -0.36, 0.62),
        _box(LIGHT, -0.19, -0.18, 0.19, 0.62),
        _box(LIGHT, 0.36, -0.46, 0.74, 0.62),
        _line(CUT, 0.30, -0.72, -0.26, -0.06, -0.60, 0.62, -0.86),
        _line(GOLD, 0.13, -0.72, -0.26, -0.06, -0.60, 0.62, -0.86),
    ),
    "shield": (
        _polygon(
            LIGHT,
            0,
            -0.92,
            0.72,
            -0.66,
            0.72,
            0.06,
            0.52,
            0.48,
            0,
            0.92,
            -0.52,
            0.48,
            -0.72,
            0.06,
            -0.72,
            -0.66,
        ),
        _line(CUT, 0.34, -0.34, 0.02, -0.06, 0.30, 0.40, -0.30),
        _line(GOLD, 0.18, -0.34, 0.02, -0.06, 0.30, 0.40, -0.30),
    ),
    "book": (
        _polygon(LIGHT, -0.06, -0.46, -0.44, -0.68, -0.92, -0.62, -0.92, 0.50, -0.44, 0.46, -0.06, 0.66),
        _polygon(LIGHT, 0.06, -0.46, 0.44, -0.68, 0.92, -0.62, 0.92, 0.50, 0.44, 0.46, 0.06, 0.66),
        _polygon(CUT, 0.38, -0.90, 0.76, -0.90, 0.76, 0.18, 0.57, -0.02, 0.38, 0.18),
        _polygon(GOLD, 0.44, -0.84, 0.70, -0.84, 0.70, 0.02, 0.57, -0.12, 0.44, 0.02),
        _line(CUT, 0.07, -0.72, -0.22, -0.26, -0.22),
        _line(CUT, 0.07, -0.72, 0.04, -0.26, 0.06),
    ),
    "people": (
        _disc(LIGHT, -0.58, -0.28, 0.25),
        _disc(LIGHT, 0.58, -0.28, 0.25),
        _polygon(LIGHT, -0.96, 0.62, -0.94, 0.22, -0.76, 0.04, -0.40, 0.04, -0.22, 0.22, -0.20, 0.62),
        _polygon(LIGHT, 0.96, 0.62, 0.94, 0.22, 0.76, 0.04, 0.40, 0.04, 0.22, 0.22, 0.20, 0.62),
        _disc(CUT, 0, -0.38, 0.40),
        _polygon(CUT, -0.52, 0.90, -0.52, 0.16, -0.26, -0.10, 0.26, -0.10, 0.52, 0.16, 0.52, 0.90),
        _disc(GOLD, 0, -0.40, 0.31),
        _polygon(GOLD, -0.44, 0.78, -0.42, 0.24, -0.20, 0.0, 0.20, 0.0, 0.42, 0.24, 0.44, 0.78),
    ),
    "speech": (
        _polygon(
            LIGHT, -0.92, -0.70, 0.40, -0.70, 0.40, 0.14, -0.34, 0.14, -0.66, 0.46, -0.62, 0.14, -0.92, 0.14
        ),
        _polygon(CUT, -0.24, -0.34, 1.0, -0.34, 1.0, 0.60, 0.80, 0.98, -0.24, 0.56),
        _polygon(
            GOLD, -0.14, -0.24, 0.92, -0.24, 0.92, 0.46, 0.70, 0.46, 0.74, 0.80, 0.36, 0.46, -0.14, 0.46
        ),
        _disc(CUT, 0.14, 0.11, 0.08),
        _disc(CUT, 0.39, 0.11, 0.08),
        _disc(CUT, 0.64, 0.11, 0.08),
    ),
    "heart": (
        _disc(LIGHT, -0.42, -0.30, 0.47),
        _disc(LIGHT, 0.42, -0.30, 0.47),
        _polygon(LIGHT, -0.80, -0.02, 0, -0.30, 0.80, -0.02, 0, 0.86),
        _line(CUT, 0.26, -1, 0.06, -0.34, 0.06, -0.14, -0.32, 0.12, 0.34, 0.28, 0.06, 1, 0.06),
        _line(GOLD, 0.11, -0.96, 0.06, -0.34, 0.06, -0.14, -0.32, 0.12, 0.34, 0.28, 0.06, 0.96, 0.06),
    ),
    "microscope": (
        _box(LIGHT, -0.66, 0.72, 0.70, 0.90),
        _line(LIGHT, 0.18, 0.10, -0.38, 0.50, -0.14, 0.60, 0.20, 0.44, 0.56, 0.20, 0.74),
        _box(LIGHT, -0.58, 0.40, 0.14, 0.54),
        _line(CUT, 0.52, -0.36, 0.06, 0.06, -0.72),
        _line(LIGHT, 0.36, -0.30, -0.06, 0.0, -0.60),
        _line(GOLD, 0.20, -0.40, 0.16, -0.36, 0.06),
        _line(GOLD, 0.24, 0.08, -0.76, 0.13, -0.86),
    ),
    "compass": (
        _disc(LIGHT, 0, 0, 0.92),
        _disc(CUT, 0, 0, 0.74),
        _polygon(LIGHT, -0.40, 0.46, -0.16, -0.16, 0.16, 0.16),
        _polygon(GOLD, 0.40, -0.46, -0.16, -0.16, 0.16, 0.16),
        _disc(CUT, 0, 0, 0.10),
    ),
    "key": (
        _line(LIGHT, 0.20, -0.12, 0.12, 0.74, -0.74),
        _line(LIGHT, 0.18, 0.34, -0.34, 0.58, -0.10),
        _line(LIGHT, 0.18, 0.62, -0.62, 0.84, -0.40),
        _disc(GOLD, -0.38, 0.38, 0.48),
        _disc(CUT, -0.38, 0.38, 0.24),
    ),
    "leaf": (
        _polygon(
            LIGHT,
            0.80,
            -0.86,
            0.84,
            -0.20,
            0.66,
            0.30,
            0.30,
            0.58,
            -0.12,
            0.62,
            -0.46,
            0.46,
            -0.60,
            0.12,
            -0.52,
            -0.28,
            -0.24,
            -0.58,
            0.20,
            -0.76,
        ),
        _line(CUT, 0.20, -0.70, 0.76, -0.30, 0.26, 0.50, -0.52),
        _line(GOLD, 0.11, -0.80, 0.88, -0.30, 0.26, 0.50, -0.52),
        _line(CUT, 0.07, -0.06, 0.02, -0.10, -0.36),
        _line(CUT, 0.07, -0.02, 0.00, 0.40, 0.12),
    ),
    "flask": (
        _polygon(
            LIGHT,
            -0.24,
            -0.80,
            0.24,
            -0.80,
            0.24,
            -0.22,
            0.78,
            0.72,
            0.66,
            0.90,
            -0.66,
            0.90,
            -0.78,
            0.72,
            -0.24,
            -0.22,
        ),
        _polygon(CUT, -0.42, 0.24, 0.42, 0.24, 0.68, 0.72, 0.60, 0.82, -0.60, 0.82, -0.68, 0.72),
        _polygon(GOLD, -0.36, 0.32, 0.36, 0.32, 0.58, 0.70, 0.54, 0.75, -0.54, 0.75, -0.58, 0.70),
        _box(LIGHT, -0.38, -0.94, 0.38, -0.78),
        _disc(CUT, -0.14, 0.54, 0.09),
        _disc(CUT, 0.20, 0.60, 0.07),
        _disc(CUT, 0.02, -0.02, 0.08),
    ),
    "map": (
        _polygon(LIGHT, -0.92, -0.50, -0.34, -0.72, -0.34, 0.58, -0.92, 0.80),
        _polygon(LIGHT, -0.28, -0.72, 0.28, -0.50, 0.28, 0.80, -0.28, 0.58),
        _polygon(LIGHT, 0.34, -0.50, 0.92, -0.72, 0.92, 0.58, 0.34, 0.80),
        _disc(CUT, 0.28, -0.40, 0.46),
        _polygon(CUT, -0.12, -0.24, 0.68, -0.24, 0.28, 0.50),
        _disc(GOLD, 0.28, -0.42, 0.36),
        _polygon(GOLD, -0.05, -0.28, 0.61, -0.28, 0.28, 0.34),
        _disc(CUT, 0.28, -0.42, 0.14),
    ),
    "pen": (
        _polygon(LIGHT, 0.30, -0.86, 0.86, -0.30, 0.62, -0.06, 0.06, -0.62),
        _polygon(LIGHT, 0.00, -0.56, 0.56, 0.00, 0.16, 0.58, -0.86, 0.86, -0.58, -0.16),
        _line(CUT, 0.07, -0.80, 0.80, -0.08, 0.08),
        _disc(CUT, -0.02, 0.02, 0.17),
        _polygon(CUT, 0.03, -0.66, 0.66, -0.03, 0.59, 0.04, -0.04, -0.59),
        _polygon(GOLD, 0.30, -0.86, 0.86, -0.30, 0.66, -0.10, 0.10, -0.66),
    ),
    "scales": (
        _box(LIGHT, -0.07, -0.66, 0.07, 0.78),
        _box(LIGHT, -0.40, 0.74, 0.40, 0.90),
        _line(LIGHT, 0.12, -0.66, -0.52, 0.66, -0.52),
        _line(LIGHT, 0.06, -0.62, -0.50, -0.88, 0.16),
        _line(LIGHT, 0.06, -0.62, -0.50, -0.36, 0.16),
        _line(LIGHT, 0.06, 0.62, -0.50, 0.88, 0.16),
        _line(LIGHT, 0.06, 0.62, -0.50, 0.36, 0.16),
        _polygon(GOLD, -0.98, 0.14, -0.26, 0.14, -0.42, 0.40, -0.82, 0.40),
        _polygon(GOLD, 0.98, 0.14, 0.26, 0.14, 0.42, 0.40, 0.82, 0.40),
        _disc(GOLD, 0, -0.68, 0.17),
    ),
    "globe": (
        _disc(LIGHT, 0, 0, 0.90),
        _disc(CUT, 0, 0, 0.46, 0.90),
        _disc(LIGHT, 0, 0, 0.37, 0.90),
        _box(CUT, -0.045, -0.9, 0.045, 0.9),
        _box(CUT, -0.9, -0.045, 0.9, 0.045),
        _line(CUT, 0.08, -0.80, -0.46, 0.80, -0.46),
        _line(CUT, 0.08, -0.80, 0.46, 0.80, 0.46),
        _disc(CUT, 0.52, -0.52, 0.34),
        _disc(GOLD, 0.52, -0.52, 0.25),
    ),
    "gear": (
        _cog(LIGHT, 8, 0.94, 0.68),
        _disc(CUT, 0, 0, 0.42),
        _disc(GOLD, 0, 0, 0.34),
        _disc(CUT, 0, 0, 0.14),
    ),
    "star": (
        _around(LIGHT, 5, (0.98, 0.44)),
        _around(CUT, 5, (0.58, 0.27)),
        _around(GOLD, 5, (0.50, 0.22)),
    ),
    "lightbulb": (
        _disc(LIGHT, 0, -0.24, 0.60),
        _polygon(LIGHT, -0.50, 0.08, 0.50, 0.08, 0.26, 0.46, -0.26, 0.46),
        _line(CUT, 0.09, -0.12, 0.44, -0.20, -0.14, 0, 0.06, 0.20, -0.14, 0.12, 0.44),
        _box(GOLD, -0.28, 0.54, 0.28, 0.68),
        _box(GOLD, -0.20, 0.76, 0.20, 0.90),
    ),
    "clipboard": (
        _box(LIGHT, *_PAGE),
        _box(CUT, -0.36, -1.0, 0.36, -0.52),
        _box(GOLD, -0.28, -0.94, 0.28, -0.60),
        _line(CUT, 0.12, -0.40, -0.12, -0.26, 0.02, -0.06, -0.28),
        _line(CUT, 0.12, -0.40, 0.36, -0.26, 0.50, -0.06, 0.20),
        _line(CUT, 0.10, 0.14, -0.12, 0.42, -0.12),
        _line(CUT, 0.10, 0.14, 0.36, 0.42, 0.36),
    ),
}


def lay(pen: ImageDraw.ImageDraw, icon: Icon, centre: tuple[float, float], half: float) -> None:
    """Draw an icon's tones as grey values 0, 1 and 2, ``half`` pixels from the centre to an edge."""
    for piece in icon:
        points = [(centre[0] + x * half, centre[1] + y * half) for x, y in piece.points]
        if piece.form == "polygon":
            pen.polygon(points, fill=piece.tone)
        elif piece.form == "ellipse":
            pen.ellipse([*points[0], *points[1]], fill=piece.tone)
        else:
            width = piece.width * half
            pen.line(points, fill=piece.tone, width=round(width), joint="curve")
            for x, y in points:
                pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=piece.tone)
