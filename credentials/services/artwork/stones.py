"""Where the stones lie: outlines of badges, rows along them, and ways to lay a field.

Everything is in unit coordinates: the centre is (0, 0), x grows to the right, y downwards, and a
badge fits between -1 and 1.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Stone: TypeAlias = list[Point]

WAYS = ("grid", "diagonal", "brick", "rings", "sunrise", "ripple")

_SAMPLES = 36


def outline(shape: str) -> list[list[Point]]:
    """The sides of a badge, clockwise from the top, each as a line of points."""
    if shape == "circle":
        return [_arc(0, 0, 1, start, start + 60) for start in range(-90, 270, 60)]
    if shape == "rosette":
        lobe = math.sin(math.radians(15))
        return [
            _arc(
                (1 - lobe * 0.62) * math.cos(math.radians(at)),
                (1 - lobe * 0.62) * math.sin(math.radians(at)),
                lobe * 0.62,
                at - 100,
                at + 100,
            )
            for at in range(-90, 270, 20)
        ]
    if shape == "shield":
        return _shield()
    if shape == "square":
        return _rounded_square(0.9, 0.16)
    sides, turn = {"hexagon": (6, -90.0), "octagon": (8, -112.5)}[shape]
    corners = [_on_circle(1, turn + 360 * k / sides) for k in range(sides + 1)]
    return [_line(a, b) for a, b in pairwise(corners)]


def _on_circle(radius: float, degrees: float) -> Point:
    return radius * math.cos(math.radians(degrees)), radius * math.sin(math.radians(degrees))


def _line(a: Point, b: Point) -> list[Point]:
    steps = [k / _SAMPLES for k in range(_SAMPLES + 1)]
    return [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for t in steps]


def _arc(x: float, y: float, radius: float, start: float, end: float) -> list[Point]:
    turns = [start + (end - start) * k / _SAMPLES for k in range(_SAMPLES + 1)]
    return [(x + dx, y + dy) for dx, dy in (_on_circle(radius, turn) for turn in turns)]


def _curve(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """A cubic Bezier curve."""
    points = []
    for k in range(_SAMPLES + 1):
        t = k / _SAMPLES
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = list(zip(weights, (a, b, c, d), strict=True))
        points.append((sum(w * p[0] for w, p in corners), sum(w * p[1] for w, p in corners)))
    return points


def _shield() -> list[list[Point]]:
    right = [
        _curve((0, -1), (0.22, -0.86), (0.55, -0.82), (0.86, -0.86)),
        _curve((0.86, -0.86), (0.93, -0.45), (0.92, -0.1), (0.84, 0.2)),
        _curve((0.84, 0.2), (0.72, 0.6), (0.38, 0.86), (0, 1)),
    ]
    left = [[(-x, y) for x, y in reversed(side)] for side in reversed(right)]
    return right + left


def _rounded_square(half: float, corner: float) -> list[list[Point]]:
    sides: list[list[Point]] = []
    reach = half - corner
    for turn in range(4):
        side = [*_line((-reach, -half), (reach, -half))[:-1], *_arc(reach, -reach, corner, -90, 0)]
        for _quarter in range(turn):
            side = [(-y, x) for x, y in side]
        sides.append(side)
    return sides


def contour(shape: str, scale: float) -> Stone:
    """The whole outline as one polygon, scaled about the centre."""
    return [(x * scale, y * scale) for side in outline(shape) for x, y in side[:-1]]


def ring(shape: str, inner: float, outer: float, length: float, joint: float) -> Iterator[Stone]:
    """Stones between two scaled outlines, each about ``length`` long, ``joint`` apart.

    Every side is divided into whole stones, so that corners meet on a joint.
    """
    middle = (inner + outer) / 2
    for side in outline(shape):
        along = _distances(side)
        count = max(1, round(along[-1] * middle / length))
        gap = joint / middle
        for k in range(count):
            start, end = along[-1] * k / count + gap / 2, along[-1] * (k + 1) / count - gap / 2
            edge = [_at(side, along, start + (end - start) * t / 4) for t in range(5)]
            upper = [(x * (outer - joint / 2), y * (outer - joint / 2)) for x, y in edge]
            lower = [(x * (inner + joint / 2), y * (inner + joint / 2)) for x, y in reversed(edge)]
            yield upper + lower


def _distances(side: list[Point]) -> list[float]:
    total, along = 0.0, [0.0]
    for (ax, ay), (bx, by) in pairwise(side):
        total += math.hypot(bx - ax, by - ay)
        along.append(total)
    return along


def _at(side: list[Point], along: list[float], distance: float) -> Point:
    for k in range(1, len(side)):
        if distance <= along[k] or k == len(side) - 1:
            part = (distance - along[k - 1]) / (along[k] - along[k - 1])
            (ax, ay), (bx, by) = side[k - 1], side[k]
            return ax + (bx - ax) * part, ay + (by - ay) * part
    return side[-1]


def field(way: str, random: Random, cell: float, joint: float, reach: float) -> Iterator[Stone]:
    """Stones that cover the square from ``-reach`` to ``reach``, laid in one of the ``WAYS``."""
    if way == "grid":
        yield from _grid(random, cell, joint, reach, turn=0)
    elif way == "diagonal":
        yield from _grid(random, cell, joint, reach, turn=45)
    elif way == "brick":
        yield from _bricks(random, cell, joint, reach)
    elif way == "rings":
        yield from _rings(random, cell, joint, reach, (0.0, 0.0))
    elif way == "sunrise":
        yield from _rings(random, cell, joint, reach, (0.0, reach * 0.9))
    else:
        yield from _rings(random, cell, joint, reach, (-reach * 0.95, -reach * 0.75))


def _inset(corners: Stone, joint: float) -> Stone:
    """The stone a little smaller, so that the joint round it shows."""
    x = sum(point[0] for point in corners) / len(corners)
    y = sum(point[1] for point in corners) / len(corners)
    smaller = []
    for px, py in corners:
        away = math.hypot(px - x, py - y) or 1.0
        pull = min(0.5, joint * 0.7 / away)
        smaller.append((px + (x - px) * pull, py + (y - py) * pull))
    return smaller


def _grid(random: Random, cell: float, joint: float, reach: float, turn: int) -> Iterator[Stone]:
    count = math.ceil(reach * (1.45 if turn else 1.0) / cell)
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    knots: dict[tuple[int, int], Point] = {}
    for row in range(-count, count + 1):
        for column in range(-count, count + 1):
            x = (column + random.uniform(-0.14, 0.14)) * cell
            y = (row + random.uniform(-0.14, 0.14)) * cell
            knots[row, column] = (x * cos - y * sin, x * sin + y * cos)
    for row in range(-count, count):
        for column in range(-count, count):
            square = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
            yield _inset([knots[knot] for knot in square], joint)


def _bricks(random: Random, cell: float, joint: float, reach: float) -> Iterator[Stone]:
    y = -reach
    while y < reach:
        height = cell * random.uniform(0.8, 1.1)
        x = -reach - random.uniform(0, cell)
        while x < reach:
            width = cell * random.uniform(0.8, 1.7)
            tilt = cell * random.uniform(-0.08, 0.08)
            left, right, low = x, x + width, y + height
            yield _inset([(left, y), (right, y + tilt), (right, low), (left, low - tilt)], joint)
            x += width
        y += height


def _rings(random: Random, cell: float, joint: float, reach: float, centre: Point) -> Iterator[Stone]:
    far = reach * 1.45 + math.hypot(*centre)
    radius = 0.0
    while radius < far:
        outer = radius + cell * random.uniform(0.92, 1.08)
        count = max(3, round(2 * math.pi * (radius + outer) / 2 / cell))
        turn = random.uniform(0, 360)
        for k in range(count):
            start, end = turn + 360 * k / count, turn + 360 * (k + 1) / count
            tilt = (end - start) * random.uniform(-0.06, 0.06)
            wedge = _wedge((radius, outer), (start, end), tilt)
            yield _inset([(centre[0] + x, centre[1] + y) for x, y in wedge], joint)
        radius = outer


def _wedge(radii: Point, angles: Point, tilt: float) -> Stone:
    """A stone of a round row, from one radius to the next and one angle to the next."""
    turns = [angles[0] + (angles[1] - angles[0]) * k / 3 for k in range(4)]
    upper = [_on_circle(radii[1], turn + tilt) for turn in turns]
    return upper + [_on_circle(radii[0], turn) for turn in reversed(turns)]
