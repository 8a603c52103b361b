"""A badge picture as PNG, drawn three times too large and then reduced, so that edges are clean."""

import bisect
import hashlib
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFilter

from credentials.services.artwork.design import Design
from credentials.services.artwork.icons import GOLD, ICONS, lay
from credentials.services.artwork.stones import WAYS, Point, contour, field, ring

Colour: TypeAlias = tuple[int, int, int]

OVERSIZE, SMALLEST_CANVAS = 3, 512
"""How many times too large a picture is drawn, and the least pixels a side."""

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
    easel = Easel.of(design, size)
    if design.is_stacked:
        easel.lay_rays()
    easel.lay_body()
    easel.lay_icon()
    if design.mark != "none":
        easel.lay_mark()
    small = easel.picture.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _png(small)


def reduced(picture: bytes, size: int) -> bytes:
    """The same picture ``size`` pixels a side in 256 colours, for lists; equal input gives equal bytes."""
    large = Image.open(io.BytesIO(picture), formats=("PNG",))
    small = large.resize((size, size), Image.Resampling.LANCZOS)
    return _png(small.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE))


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=6)
    return target.getvalue()


def _mix(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _middle(stone: Sequence[Point]) -> Point:
    return sum(x for x, _ in stone) / len(stone), sum(y for _, y in stone) / len(stone)


@dataclass(frozen=True, slots=True)
class Easel:
    """One picture in the making: what to draw, on what, and the chance that lays the stones."""

    design: Design
    picture: Image.Image
    random: Random
    paint: Paint

    @classmethod
    def of(cls, design: Design, size: int) -> "Easel":
        canvas = max(SMALLEST_CANVAS, OVERSIZE * size)
        random = Random(hashlib.sha256(f"{design}".encode()).digest())  # noqa: S311 - ornament, no secret
        picture = Image.new("RGBA", (canvas, canvas), (*PAPER, 0))
        return cls(design, picture, random, PAINTS[design.palette])

    @property
    def half(self) -> float:
        return self.picture.width / 2

    @property
    def body(self) -> float:
        """The scale of the badge proper: rays need room round it."""
        return 0.785 if self.design.is_stacked else 0.97

    @property
    def joint(self) -> Colour:
        return _mix(self.paint.main, INK, 0.72)

    def pixels(self, points: Iterable[Point]) -> list[Point]:
        return [(self.half * (1 + x), self.half * (1 + y)) for x, y in points]

    def varied(self, colour: Colour, amount: float) -> Colour:
        """The same stone from another quarry: a little lighter or darker."""
        by = self.random.uniform(-amount, amount)
        return _mix(colour, PAPER, by) if by > 0 else _mix(colour, INK, -by)

    def lay_rays(self) -> None:
        """The crown of a stacked certificate: a row of stones, and points of light that leave it."""
        paint, pen = self.paint, ImageDraw.Draw(self.picture)
        shape = "circle" if self.design.shape == "rosette" else self.design.shape
        for stone in ring(shape, 0.85, 0.875, 0.135, 0.0):
            left, right, foot = stone[0], stone[4], _middle(stone[5:])
            tip_x, tip_y = _middle(stone[:5])
            tip = (tip_x / 0.875 * 0.995, tip_y / 0.875 * 0.995)
            for corners, shade in (((left, tip, foot), PAPER), ((tip, right, foot), INK)):
                colour = self.varied(_mix(paint.bright, shade, 0.16), 0.05)
                pen.polygon(self.pixels(corners), fill=(*colour, 255))
        pen.polygon(self.pixels(contour(shape, 0.872)), fill=(*self.joint, 255))
        for stone in ring(shape, 0.79, 0.866, 0.09, 0.012):
            colour = _mix(paint.main, paint.companion, self.random.choice((0.0, 0.5, 1.0)))
            pen.polygon(self.pixels(stone), fill=(*self.varied(colour, 0.12), 255))

    def lay_body(self) -> None:
        """Rim, rings and field."""
        shape, pen = self.design.shape, ImageDraw.Draw(self.picture)
        pen.polygon(self.pixels(contour(shape, self.body + 0.025)), fill=(*PAPER, 255))
        pen.polygon(self.pixels(contour(shape, self.body)), fill=(*self.joint, 255))
        inner = self._lay_rings(pen)
        mask = Image.new("L", self.picture.size, 0)
        hollow = "circle" if shape == "rosette" else shape
        ImageDraw.Draw(mask).polygon(self.pixels(contour(hollow, inner - 0.012)), fill=255)
        self.picture.paste(self._field(), (0, 0), mask)

    def _lay_rings(self, pen: ImageDraw.ImageDraw) -> float:
        """Lay the level's rings from the rim inwards; give the scale at which the field begins."""
        paint = self.paint
        pale = _mix(paint.main, PAPER, 0.82)
        rows: dict[int, tuple[tuple[float, Colour], ...]] = {
            1: ((0.105, paint.main),),
            2: ((0.085, paint.main), (0.055, pale)),
            3: ((0.075, paint.main), (0.050, paint.bright), (0.040, pale)),
        }
        outer, shape = self.body - 0.012, self.design.shape
        for width, colour in rows[self.design.level]:
            for stone in ring(shape, outer - width, outer, width * 1.25, 0.012):
                pen.polygon(self.pixels(stone), fill=(*self.varied(colour, 0.12), 255))
            outer -= width
            if shape == "rosette":
                # Petals are for the rim alone: the rows within it run in a circle.
                shape, outer = "circle", outer * ROSETTE_HOLLOW
                pen.polygon(self.pixels(contour(shape, outer + 0.012)), fill=(*self.joint, 255))
        return outer

    def _field(self) -> Image.Image:
        """The ground of the picture: one way of laying, one slow change of tone, a few strangers."""
        paint, random = self.paint, self.random
        way = random.choice(WAYS)
        phase, waves = random.uniform(0, math.tau), random.choice((1.0, 1.6, 2.4))
        lean = random.uniform(0, math.tau)
        ground = Image.new("RGB", self.picture.size, self.joint)
        pen = ImageDraw.Draw(ground)
        tones = (_mix(paint.main, INK, 0.20), paint.main, _mix(paint.main, paint.companion, 0.8))
        for stone in field(way, random, 0.082, 0.012, 0.9):
            x, y = _middle(stone)
            slope = math.sin(phase + waves * math.pi * (x * math.cos(lean) + y * math.sin(lean)))
            colour = tones[bisect.bisect(DARK_TO_BRIGHT, slope)]
            if random.random() < STRANGERS:
                colour = _mix(colour, PAPER, 0.28)
            pen.polygon(self.pixels(stone), fill=self.varied(colour, 0.10))
        return ground

    def lay_icon(self) -> None:
        """The picture proper, cut from light and gilt stones with a dark line round each piece."""
        reach = self.half * self.body * (0.56 if self.design.shape in NARROW else 0.60)
        rise = 0.05 * self.body if self.design.shape == "shield" else 0.0
        tones = Image.new("L", self.picture.size, 0)
        lay(ImageDraw.Draw(tones), ICONS[self.design.icon], (self.half, self.half * (1 - rise)), reach)
        anything = tones.point(lambda tone: 255 if tone else 0)
        gilt = tones.point(lambda tone: 255 if tone == GOLD else 0)
        edge = (*_mix(self.paint.main, INK, 0.78), 255)
        self.picture.paste(edge, (0, 0), self._swollen(anything, 0.020))
        self.picture.paste(self._sheet(PAPER, 0.075), (0, 0), anything)
        self.picture.paste(edge, (0, 0), self._swollen(gilt, 0.010))
        self.picture.paste(self._sheet(self.paint.bright, 0.062), (0, 0), gilt)

    def _swollen(self, mask: Image.Image, by: float) -> Image.Image:
        """The mask grown by about ``by`` on every side, corners rounded."""
        soft = mask.reduce(4).filter(ImageFilter.GaussianBlur(self.half * by / 4))
        faintest = 24
        return soft.resize(mask.size, Image.Resampling.BILINEAR).point(lambda grey: 255 * (grey > faintest))

    def _sheet(self, colour: Colour, cell: float) -> Image.Image:
        """A sheet of one colour's stones, to be cut along a mask."""
        sheet = Image.new("RGB", self.picture.size, _mix(colour, INK, 0.30))
        pen = ImageDraw.Draw(sheet)
        for stone in field("grid", self.random, cell, 0.007, 0.75):
            pen.polygon(self.pixels(stone), fill=self.varied(colour, 0.07))
        return sheet

    def lay_mark(self) -> None:
        """The sign of a series: three by three stones on a small plaque at the foot."""
        body, pen = self.body, ImageDraw.Draw(self.picture)
        foot, half, stone = 0.80 * body, 0.135 * body, 0.066 * body
        for grown, colour in ((0.022, PAPER), (0.0, self.joint)):
            reach = half + grown
            top_left, bottom_right = self.pixels([(-reach, foot - reach), (reach, foot + reach)])
            pen.rounded_rectangle([*top_left, *bottom_right], radius=self.half * 0.024, fill=(*colour, 255))
        for number, is_bright in enumerate(MARK_STONES[self.design.mark]):
            x, y = (number % 3 - 1) * 0.082 * body, foot + (number // 3 - 1) * 0.082 * body
            colour = self.paint.bright if is_bright == "1" else _mix(self.paint.main, INK, 0.35)
            corners = [(x - stone / 2, y - stone / 2), (x + stone / 2, y + stone / 2)]
            top_left, bottom_right = self.pixels(corners)
            pen.rectangle([*top_left, *bottom_right], fill=(*self.varied(colour, 0.06), 255))
