"""The tablet that bears a picture's words: a plate across the foot with a handle at either end.

Coordinates are those of stones.py: the centre is (0, 0) and a badge fits between -1 and 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from credentials.services.artwork.design import Design
from credentials.services.artwork.lettering import LEADING, Direction, Face, Lettering, fitted
from credentials.services.artwork.stones import Point, Stone

EDGE, HANDLE, TALLEST_HANDLE = 0.062, 0.15, 0.16
"""The width of the row of stones round the plate, the length of a handle and half its height."""

INSIDE, NARROWEST = 0.71, 0.45
ONE_HIGH, TWO_HIGH = 0.215, 0.335
"""Half the width that words may take, and at least do; the height of one line and of two."""

MARGIN = 0.045
JOINT = 0.012
FOOT, FOOT_OVER_A_MARK, OF_STACKED = 0.80, 0.665, 0.90
PAVING = 0.066


def tablet(design: Design) -> "Tablet":
    """The tablet for the design's words. Raises UnfitLegend or MissingGlyphs."""
    lettering = fitted(design.legend, width=2 * INSIDE, one_high=ONE_HIGH, two_high=TWO_HIGH)
    foot = FOOT if design.mark == "none" else FOOT_OVER_A_MARK
    return Tablet(lettering, foot * (OF_STACKED if design.is_stacked else 1.0) - EDGE)


@dataclass(frozen=True, slots=True)
class Tablet:
    lettering: Lettering
    bottom: float

    @property
    def top(self) -> float:
        return self.bottom - self._text_height - 2 * MARGIN

    @property
    def _text_height(self) -> float:
        lines = self.lettering.lines
        high = sum(line.above + line.below for line in lines) + LEADING * (len(lines) - 1)
        return high * self.lettering.size

    @property
    def reach(self) -> float:
        """Half the width of the plate."""
        widest = max(line.width for line in self.lettering.lines)
        return max(NARROWEST, widest * self.lettering.size / 2) + MARGIN

    @property
    def head(self) -> float:
        """Where the tablet begins, its edge included."""
        return self.top - EDGE

    @property
    def foot(self) -> float:
        return self.bottom + EDGE

    @property
    def plate(self) -> Stone:
        return _box(-self.reach, self.top, self.reach, self.bottom)

    def outlines(self, grown: float) -> Iterator[Stone]:
        """The tablet with its edge, and both handles; ``grown`` on every side."""
        side = self.reach + EDGE + grown
        yield _box(-side, self.head - grown, side, self.foot + grown)
        for side in (-1, 1):
            yield self._handle(side, grown)

    def _handle(self, side: int, grown: float) -> Stone:
        """A dovetail: narrow where it meets the plate, and nearly as high as the plate at its end."""
        middle, high = (self.top + self.bottom) / 2, min(TALLEST_HANDLE, (self.bottom - self.top) / 2)
        root = self.reach + EDGE - JOINT
        end = root + HANDLE
        near, far = high * 0.30 + grown, high * 0.98 + grown
        return [
            (side * root, middle - near),
            (side * (end + grown), middle - far),
            (side * (end + grown), middle + far),
            (side * root, middle + near),
        ]

    def handles(self) -> Iterator[Stone]:
        """Each handle's one stone."""
        for side in (-1, 1):
            yield self._handle(side, -JOINT * 1.2)

    def edging(self) -> Iterator[Stone]:
        """Square stones round the plate, clockwise, whole ones on every side."""
        right, low, high = self.reach + EDGE / 2, self.bottom + EDGE / 2, self.top - EDGE / 2
        corners = [(-right, high), (right, high), (right, low), (-right, low), (-right, high)]
        for (ax, ay), (bx, by) in pairwise(corners):
            count = round(max(abs(bx - ax), abs(by - ay)) / EDGE)
            for number in range(count):
                part = number / count
                yield _square(ax + (bx - ax) * part, ay + (by - ay) * part)

    def pavement(self) -> Iterator[Stone]:
        """The pale stones of the plate."""
        across, down = round(2 * self.reach / PAVING), round((self.bottom - self.top) / PAVING)
        wide, high = 2 * self.reach / across, (self.bottom - self.top) / down
        for row in range(down):
            for column in range(across):
                x, y = -self.reach + column * wide, self.top + row * high
                yield _box(x + 0.003, y + 0.003, x + wide - 0.003, y + high - 0.003)

    def writing(self) -> Iterator[tuple[str, Face, Direction, Point]]:
        """Each run of letters, and where its foot begins."""
        size, y = self.lettering.size, self.top + MARGIN
        for line in self.lettering.lines:
            foot = y + line.above * size
            for run in line.runs:
                yield run.text, run.face, run.direction, ((run.at - line.width / 2) * size, foot)
            y = foot + (line.below + LEADING) * size


def _box(left: float, top: float, right: float, bottom: float) -> Stone:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _square(x: float, y: float) -> Stone:
    reach = (EDGE - JOINT) / 2
    return _box(x - reach, y - reach, x + reach, y + reach)
