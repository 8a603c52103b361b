"""A badge picture as PNG, drawn four times too large and then reduced, so that edges are clean."""

import bisect
import hashlib
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFilter

from credentials.services.artwork.design import Design
from credentials.services.artwork.icons import GOLD, ICONS, lay
from credentials.services.artwork.stones import WAYS, Stone, contour, field, ring

Colour: TypeAlias = tuple[int, int, int]

CANVAS = 2048
"""Pixels a side of the large drawing."""

PAPER: Colour = (0xFB, 0xF6, 0xEA)
INK: Colour = (0x16, 0x1C, 0x26)
GILT: Colour = (0xE3, 0xB4, 0x4C)

ROSETTE_HOLLOW = 0.955
"""How much of a rosette's scale a circle inside its petals may have."""

DARK_TO_BRIGHT = (-0.35, 0.45)
"""Where on the wave of tones (-1 to 1) dark stones end and bright ones begin."""

STRANGERS = 0.07
"""The share of stones that are paler than their neighbours."""

NARROW = frozenset({"shield", "hexagon", "rosette"})

MARK_STONES = {
    "diamond": "010111010",
    "cross": "101010101",
    "corners": "101000101",
    "bars": "111000111",
    "chevron": "010101000",
    "steps": "100110111",
}
"""Three rows of three stones for each series mark but "none"."""


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of one palette: the field, its neighbour, and what shines on it."""

    main: Colour
    companion: Colour
    bright: Colour = GILT


PAINTS = {
    "blue": Paint((0x1F, 0x4E, 0x79), (0x2F, 0x7D, 0x8B)),
    "terracotta": Paint((0xB4, 0x53, 0x2A), (0x8E, 0x34, 0x38), (0xF2, 0xC4, 0x6B)),
    "green": Paint((0x2F, 0x7D, 0x6B), (0x1F, 0x5F, 0x79)),
    "ochre": Paint((0xA8, 0x74, 0x18), (0xB4, 0x53, 0x2A), (0xF6, 0xD9, 0x8A)),
    "plum": Paint((0x6B, 0x4A, 0x82), (0x8F, 0x3F, 0x6C)),
}


def draw(design: Design, size: int = 512) -> bytes:
    """PNG with a transparent ground, ``size`` pixels a side; equal designs give equal bytes."""
    random = Random(hashlib.sha256(f"{design}".encode()).digest())  # noqa: S311 - ornament, not a secret
    picture = Image.new("RGBA", (CANVAS, CANVAS), (*PAPER, 0))
    body = 0.785 if design.is_stacked else 0.97
    if design.is_stacked:
        _rays(picture, design, random)
    _body(picture, design, random, body)
    _icon(picture, design, random, body)
    if design.mark != "none":
        _mark(picture, design, random, body)
    small = picture.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    target = io.BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()


def _mix(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _varied(colour: Colour, random: Random, amount: float) -> Colour:
    """The same stone from another quarry: a little lighter or darker."""
    by = random.uniform(-amount, amount)
    return _mix(colour, PAPER, by) if by > 0 else _mix(colour, INK, -by)


def _pixels(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(CANVAS / 2 * (1 + x), CANVAS / 2 * (1 + y)) for x, y in points]


def _middle(stone: Stone) -> tuple[float, float]:
    return sum(x for x, _ in stone) / len(stone), sum(y for _, y in stone) / len(stone)


def _rays(picture: Image.Image, design: Design, random: Random) -> None:
    """The crown of a stacked certificate: a row of stones, and points of light that leave it."""
    paint = PAINTS[design.palette]
    joint_colour = _mix(paint.main, INK, 0.72)
    shape = "circle" if design.shape == "rosette" else design.shape
    pen = ImageDraw.Draw(picture)
    for stone in ring(shape, 0.85, 0.875, 0.135, 0.0):
        left, right, tip = stone[0], stone[4], _middle(stone[:5])
        tip = (tip[0] / 0.875 * 0.995, tip[1] / 0.875 * 0.995)
        foot = _middle(stone[5:])
        for corners, tone in (((left, tip, foot), 0.16), ((tip, right, foot), -0.16)):
            colour = _mix(paint.bright, PAPER, tone) if tone > 0 else _mix(paint.bright, INK, -tone)
            pen.polygon(_pixels(corners), fill=(*_varied(colour, random, 0.05), 255))
    pen.polygon(_pixels(contour(shape, 0.872)), fill=(*joint_colour, 255))
    for stone in ring(shape, 0.79, 0.866, 0.09, 0.012):
        colour = _mix(paint.main, paint.companion, random.choice((0.0, 0.5, 1.0)))
        pen.polygon(_pixels(stone), fill=(*_varied(colour, random, 0.12), 255))


def _body(picture: Image.Image, design: Design, random: Random, body: float) -> None:
    """Rim, rings and field."""
    paint = PAINTS[design.palette]
    pen = ImageDraw.Draw(picture)
    joint_colour = _mix(paint.main, INK, 0.72)
    pen.polygon(_pixels(contour(design.shape, body + 0.025)), fill=(*PAPER, 255))
    pen.polygon(_pixels(contour(design.shape, body)), fill=(*joint_colour, 255))
    inner = _rings(pen, design, random, body)
    mask = Image.new("L", picture.size, 0)
    hollow = "circle" if design.shape == "rosette" else design.shape
    ImageDraw.Draw(mask).polygon(_pixels(contour(hollow, inner - 0.012)), fill=255)
    picture.paste(_field(design, random, joint_colour), (0, 0), mask)


def _rings(pen: ImageDraw.ImageDraw, design: Design, random: Random, body: float) -> float:
    """Lay the level's rings from the rim inwards; give the scale at which the field begins."""
    paint = PAINTS[design.palette]
    joint_colour = _mix(paint.main, INK, 0.72)
    pale = _mix(paint.main, PAPER, 0.82)
    rows: dict[int, tuple[tuple[float, Colour], ...]] = {
        1: ((0.105, paint.main),),
        2: ((0.085, paint.main), (0.055, pale)),
        3: ((0.075, paint.main), (0.050, paint.bright), (0.040, pale)),
    }
    outer, shape = body - 0.012, design.shape
    for width, colour in rows[design.level]:
        for stone in ring(shape, outer - width, outer, width * 1.25, 0.012):
            pen.polygon(_pixels(stone), fill=(*_varied(colour, random, 0.12), 255))
        outer -= width
        if shape == "rosette":
            # Petals are for the rim alone: the rows within it run in a circle.
            shape, outer = "circle", outer * ROSETTE_HOLLOW
            pen.polygon(_pixels(contour(shape, outer + 0.012)), fill=(*joint_colour, 255))
    return outer


def _field(design: Design, random: Random, joint_colour: Colour) -> Image.Image:
    """The ground of the picture: one way of laying, one slow change of tone, a few strangers."""
    paint = PAINTS[design.palette]
    way = random.choice(WAYS)
    phase, waves = random.uniform(0, math.tau), random.choice((1.0, 1.6, 2.4))
    lean = random.uniform(0, math.tau)
    ground = Image.new("RGB", (CANVAS, CANVAS), joint_colour)
    pen = ImageDraw.Draw(ground)
    tones = (_mix(paint.main, INK, 0.20), paint.main, _mix(paint.main, paint.companion, 0.8))
    for stone in field(way, random, 0.082, 0.012, 0.9):
        x, y = _middle(stone)
        slope = math.sin(phase + waves * math.pi * (x * math.cos(lean) + y * math.sin(lean)))
        colour = tones[bisect.bisect(DARK_TO_BRIGHT, slope)]
        if random.random() < STRANGERS:
            colour = _mix(colour, PAPER, 0.28)
        pen.polygon(_pixels(stone), fill=_varied(colour, random, 0.10))
    return ground


def _icon(picture: Image.Image, design: Design, random: Random, body: float) -> None:
    """The picture proper, cut from light and gilt stones with a dark line round each piece."""
    paint = PAINTS[design.palette]
    half = CANVAS / 2 * body * (0.56 if design.shape in NARROW else 0.60)
    drop = -0.05 * body if design.shape == "shield" else 0.0
    tones = Image.new("L", picture.size, 0)
    lay(ImageDraw.Draw(tones), ICONS[design.icon], (CANVAS / 2, CANVAS / 2 * (1 + drop)), half)
    anything = tones.point(lambda tone: 255 if tone else 0)
    gilt = tones.point(lambda tone: 255 if tone == GOLD else 0)
    edge = (*_mix(paint.main, INK, 0.78), 255)
    picture.paste(edge, (0, 0), _swollen(anything, 0.020))
    picture.paste(_sheet(PAPER, 0.075, random), (0, 0), anything)
    picture.paste(edge, (0, 0), _swollen(gilt, 0.010))
    picture.paste(_sheet(paint.bright, 0.062, random), (0, 0), gilt)


def _swollen(mask: Image.Image, by: float) -> Image.Image:
    """The mask grown by about ``by`` on every side, corners rounded."""
    radius = CANVAS / 2 * by
    soft = mask.reduce(4).filter(ImageFilter.GaussianBlur(radius / 4))
    faintest = 24
    return soft.resize(mask.size, Image.Resampling.BILINEAR).point(lambda grey: 255 * (grey > faintest))


def _sheet(colour: Colour, cell: float, random: Random) -> Image.Image:
    """A sheet of one colour's stones, to be cut along a mask."""
    sheet = Image.new("RGB", (CANVAS, CANVAS), _mix(colour, INK, 0.30))
    pen = ImageDraw.Draw(sheet)
    for stone in field("grid", random, cell, 0.007, 0.75):
        pen.polygon(_pixels(stone), fill=_varied(colour, random, 0.07))
    return sheet


def _mark(picture: Image.Image, design: Design, random: Random, body: float) -> None:
    """The sign of a series: three by three stones on a small plaque at the foot."""
    paint = PAINTS[design.palette]
    pen = ImageDraw.Draw(picture)
    foot, half, stone = 0.80 * body, 0.135 * body, 0.066 * body
    for grown, colour in ((0.022, PAPER), (0.0, _mix(paint.main, INK, 0.72))):
        reach = half + grown
        pen.rounded_rectangle(
            [*_pixels([(-reach, foot - reach)])[0], *_pixels([(reach, foot + reach)])[0]],
            radius=CANVAS * 0.012,
            fill=(*colour, 255),
        )
    for number, is_bright in enumerate(MARK_STONES[design.mark]):
        x, y = (number % 3 - 1) * 0.082 * body, foot + (number // 3 - 1) * 0.082 * body
        colour = paint.bright if is_bright == "1" else _mix(paint.main, INK, 0.35)
        corners = [(x - stone / 2, y - stone / 2), (x + stone / 2, y + stone / 2)]
        top_left, bottom_right = _pixels(corners)
        pen.rectangle([*top_left, *bottom_right], fill=(*_varied(colour, random, 0.06), 255))
