"""A badge picture as PNG, drawn too large and then reduced, so that edges are clean."""

import bisect
import hashlib
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from credentials.services.artwork.colours import (
    INK,
    PAPER,
    TABLET_JOINT,
    UNEVEN,
    Colour,
    Paint,
    mix,
    paint_of,
)
from credentials.services.artwork.design import Design
from credentials.services.artwork.icons import GOLD, ICONS, lay
from credentials.services.artwork.lettering import typeface
from credentials.services.artwork.likeness import fingerprint_of
from credentials.services.artwork.stones import WAYS, Point, contour, field, ring
from credentials.services.artwork.tablet import Tablet, tablet

OVERSIZE, SMALLEST_CANVAS, LARGEST_CANVAS = 3, 512, 2048
"""How many times too large a picture is drawn, and between which pixels a side."""

IMAGE, LARGE, THUMBNAIL = 512, 1024, 192
"""Pixels a side of what is kept of a picture."""

ROSETTE_HOLLOW = 0.955
"""How much of a rosette's scale a circle inside its petals may have."""

DARK_TO_BRIGHT = (-0.35, 0.45)
"""Where on the wave of tones (-1 to 1) dark stones end and bright ones begin."""

STRANGERS = 0.07
"""The share of stones that are paler than their neighbours."""

ICON_HEAD, ICON_GAP, MARK_GAP = 0.70, 0.03, 0.02
"""With a tablet: how far up an icon may reach, what stays free below it, and above a series mark."""

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
class Prints:
    """What is kept of one picture: PNG at 512 and 1024 pixels, a light one for lists, its fingerprint."""

    image: bytes
    large: bytes
    thumbnail: bytes
    fingerprint: str


def draw(design: Design, size: int = IMAGE) -> bytes:
    """PNG with a transparent ground, ``size`` pixels a side; equal designs give equal bytes.

    Raises UnfitLegend where the words are too many, MissingGlyphs where no typeface here has them.
    """
    canvas = min(LARGEST_CANVAS, max(SMALLEST_CANVAS, OVERSIZE * size))
    return _png(_scaled(_painted(design, canvas), size))


def prints_of(picture: bytes) -> Prints:
    """The picture at every size it is kept in, never enlarged: drawn at 1024 pixels, or an own one.

    An own picture must have come through ``pictures.accept_picture``: here it is opened without guard.
    """
    opened = Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGBA")
    image = _scaled(opened, min(IMAGE, opened.width))
    light = _scaled(opened, min(THUMBNAIL, opened.width))
    return Prints(
        image=_png(image),
        large=picture if opened.width <= LARGE else _png(_scaled(opened, LARGE)),
        thumbnail=_png(light.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)),
        fingerprint=fingerprint_of(image),
    )


def _painted(design: Design, canvas: int) -> Image.Image:
    easel = Easel.of(design, canvas)
    if design.is_stacked:
        easel.lay_rays()
    easel.lay_body()
    easel.lay_icon()
    if design.mark != "none":
        easel.lay_mark()
    if easel.tablet:
        easel.lay_legend(easel.tablet)
    return easel.picture


def _scaled(picture: Image.Image, size: int) -> Image.Image:
    return picture.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=6)
    return target.getvalue()


def _middle(stone: Sequence[Point]) -> Point:
    return sum(x for x, _ in stone) / len(stone), sum(y for _, y in stone) / len(stone)


@dataclass(frozen=True, slots=True)
class Easel:
    """One picture in the making: what to draw, on what, and the chance that lays the stones."""

    design: Design
    picture: Image.Image
    random: Random
    paint: Paint
    tablet: Tablet | None

    @classmethod
    def of(cls, design: Design, canvas: int) -> "Easel":
        # Another colour or other words must not lay the stones anew.
        laid_by = replace(design, colour="", legend="")
        random = Random(hashlib.sha256(f"{laid_by}".encode()).digest())  # noqa: S311 - ornament, no secret
        picture = Image.new("RGBA", (canvas, canvas), (*PAPER, 0))
        return cls(design, picture, random, paint_of(design), tablet(design) if design.legend else None)

    @property
    def half(self) -> float:
        return self.picture.width / 2

    @property
    def body(self) -> float:
        """The scale of the badge proper: rays need room round it."""
        return 0.785 if self.design.is_stacked else 0.97

    @property
    def joint(self) -> Colour:
        return mix(self.paint.main, INK, 0.72)

    def pixels(self, points: Iterable[Point]) -> list[Point]:
        return [(self.half * (1 + x), self.half * (1 + y)) for x, y in points]

    def varied(self, colour: Colour, amount: float) -> Colour:
        """The same stone from another quarry: a little lighter or darker."""
        by = self.random.uniform(-amount, amount)
        return mix(colour, PAPER, by) if by > 0 else mix(colour, INK, -by)

    def lay_rays(self) -> None:
        """The crown of a stacked certificate: a row of stones, and points of light that leave it."""
        paint, pen = self.paint, ImageDraw.Draw(self.picture)
        shape = "circle" if self.design.shape == "rosette" else self.design.shape
        for stone in ring(shape, 0.85, 0.875, 0.135, 0.0):
            left, right, foot = stone[0], stone[4], _middle(stone[5:])
            tip_x, tip_y = _middle(stone[:5])
            tip = (tip_x / 0.875 * 0.995, tip_y / 0.875 * 0.995)
            for corners, shade in (((left, tip, foot), PAPER), ((tip, right, foot), INK)):
                colour = self.varied(mix(paint.bright, shade, 0.16), 0.05)
                pen.polygon(self.pixels(corners), fill=(*colour, 255))
        pen.polygon(self.pixels(contour(shape, 0.872)), fill=(*self.joint, 255))
        for stone in ring(shape, 0.79, 0.866, 0.09, 0.012):
            colour = mix(paint.main, paint.companion, self.random.choice((0.0, 0.5, 1.0)))
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
        pale = mix(paint.main, PAPER, 0.82)
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
        for stone in field(way, random, 0.082, 0.012, 0.9):
            x, y = _middle(stone)
            slope = math.sin(phase + waves * math.pi * (x * math.cos(lean) + y * math.sin(lean)))
            colour = paint.tones[bisect.bisect(DARK_TO_BRIGHT, slope)]
            if random.random() < STRANGERS:
                colour = mix(colour, PAPER, 0.28)
            pen.polygon(self.pixels(stone), fill=self.varied(colour, UNEVEN))
        return ground

    def lay_icon(self) -> None:
        """The picture proper, cut from light and gilt stones with a dark line round each piece."""
        reach = self.body * (0.56 if self.design.shape in NARROW else 0.60)
        rise = 0.05 * self.body if self.design.shape == "shield" else 0.0
        if self.tablet:
            head, foot = -ICON_HEAD * self.body, self.tablet.head - ICON_GAP
            reach, rise = min(reach, (foot - head) / 2), -(head + foot) / 2
        tones = Image.new("L", self.picture.size, 0)
        lay(
            ImageDraw.Draw(tones),
            ICONS[self.design.icon],
            (self.half, self.half * (1 - rise)),
            self.half * reach,
        )
        anything = tones.point(lambda tone: 255 if tone else 0)
        gilt = tones.point(lambda tone: 255 if tone == GOLD else 0)
        edge = (*mix(self.paint.main, INK, 0.78), 255)
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
        sheet = Image.new("RGB", self.picture.size, mix(colour, INK, 0.30))
        pen = ImageDraw.Draw(sheet)
        for stone in field("grid", self.random, cell, 0.007, 0.75):
            pen.polygon(self.pixels(stone), fill=self.varied(colour, 0.07))
        return sheet

    def lay_mark(self) -> None:
        """The sign of a series: three by three stones on a small plaque at the foot."""
        body, pen = self.body, ImageDraw.Draw(self.picture)
        foot, half, stone = 0.80 * body, 0.135 * body, 0.066 * body
        if self.tablet:
            foot = max(foot, self.tablet.foot + half + MARK_GAP)
        for grown, colour in ((0.022, PAPER), (0.0, self.joint)):
            reach = half + grown
            top_left, bottom_right = self.pixels([(-reach, foot - reach), (reach, foot + reach)])
            pen.rounded_rectangle([*top_left, *bottom_right], radius=self.half * 0.024, fill=(*colour, 255))
        for number, is_bright in enumerate(MARK_STONES[self.design.mark]):
            x, y = (number % 3 - 1) * 0.082 * body, foot + (number // 3 - 1) * 0.082 * body
            colour = self.paint.bright if is_bright == "1" else mix(self.paint.main, INK, 0.35)
            corners = [(x - stone / 2, y - stone / 2), (x + stone / 2, y + stone / 2)]
            top_left, bottom_right = self.pixels(corners)
            pen.rectangle([*top_left, *bottom_right], fill=(*self.varied(colour, 0.06), 255))

    def lay_legend(self, tablet: Tablet) -> None:
        """The words, on a tablet of pale stones with a handle at either end and a row of stones round it."""
        pen, half = ImageDraw.Draw(self.picture), self.half
        for grown, colour in ((0.022, PAPER), (0.0, self.joint)):
            for outline in tablet.outlines(grown):
                pen.polygon(self.pixels(outline), fill=(*colour, 255))
        for number, stone in enumerate(tablet.edging()):
            colour = self.paint.bright if number % 4 == 0 else self.paint.main
            pen.polygon(self.pixels(stone), fill=(*self.varied(colour, 0.10), 255))
        for stone in tablet.handles():
            pen.polygon(self.pixels(stone), fill=(*self.varied(self.paint.bright, 0.06), 255))
        pen.polygon(self.pixels(tablet.plate), fill=(*TABLET_JOINT, 255))
        for stone in tablet.pavement():
            pen.polygon(self.pixels(stone), fill=(*mix(PAPER, INK, self.random.uniform(0, 0.04)), 255))
        for text, face, direction, (x, y) in tablet.writing():
            font = typeface(face, round(tablet.lettering.size * half))
            at = self.pixels([(x, y)])[0]
            pen.text(at, text, (*self.paint.letters, 255), font, anchor="ls", direction=direction)
