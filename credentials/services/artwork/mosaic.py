"""Small SVG mosaics for pages and certificates: tiles that say how far one has come, or only adorn."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from random import Random

TILE_STATES = ("filled", "half", "outlined", "hatched")
"""How one tile may stand: done, under way, still to do, does not count at present."""

_CELL = 20
_MOST_TILES = 80
_MOST_STEPS = 32
_STREWN = 0.4
"""The share of a frame's outer stones that take another colour."""


def mosaic_svg(seed: str, columns: int, rows: int, states: Sequence[str] | None = None) -> str:
    """A mosaic of square tiles, at most 2 kB, coloured by class alone.

    Without ``states`` every tile takes one of five colours (``tile-1`` … ``tile-5``), chosen by ``seed``.
    With them, tile by tile from the reading start, a tile is filled, half, outlined or hatched
    (``stone-fill``, ``stone-line``); places without a state stay empty. The picture is hidden from
    screen readers: the page says the same in words. ValueError for more than 80 tiles, 32 with states.
    """
    most = _MOST_TILES if states is None else _MOST_STEPS
    if columns < 1 or rows < 1 or columns * rows > most:
        raise ValueError(f"a mosaic has 1 to {most} tiles, not {columns} x {rows}")
    unknown = set(states or ()) - set(TILE_STATES)
    if unknown:
        raise ValueError(f"no such tile state: {', '.join(sorted(unknown))}")
    parts: dict[str, list[str]] = defaultdict(list)
    random = _random(seed)
    for number in range(columns * rows):
        x, y = number % columns * _CELL + 1, number // columns * _CELL + 1
        if states is None:
            parts[f"tile-{random.randint(1, 5)}"].append(f"M{x} {y}h18v18h-18z")
        elif number < len(states):
            _state_tile(parts, states[number], x, y)
    paths = "".join(f'<path class="{name}" d="{"".join(parts[name])}"/>' for name in sorted(parts))
    width, height = columns * _CELL, rows * _CELL
    return (
        f'<svg class="mosaic" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" aria-hidden="true" focusable="false">{paths}</svg>'
    )


def _random(seed: str) -> Random:
    return Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - ornament, not a secret


def _state_tile(parts: dict[str, list[str]], state: str, x: int, y: int) -> None:
    """Shapes and not only colours differ, so that grey print and colour-blind eyes can tell."""
    parts["stone-line"].append(f"M{x} {y}h18v18h-18z")
    if state == "filled":
        parts["stone-fill"].append(f"M{x} {y}h18v18h-18z")
    elif state == "half":
        parts["stone-fill"].append(f"M{x} {y + 18}v-18h18z")
    elif state == "hatched":
        parts["stone-line"].append(f"M{x} {y + 9}l9-9M{x} {y + 18}l18-18M{x + 9} {y + 18}l9-9")


def border_svg(seed: str, colours: Sequence[str], width: int, height: int, stone: int) -> str:
    """A frame of two rows of square stones for print, ``width`` by ``height`` units, in hex ``colours``.

    The first colour lays the rows, the last one every other stone of the inner row; those between are
    strewn by ``seed``. Rows are dashed lines, which a printer draws in a fraction of the time of as many
    squares. Colours are presentation attributes: no page's stylesheet reaches into a picture in print.
    """
    random = _random(seed)
    across, down = width // stone, height // stone
    left, top = (width - across * stone) / 2, (height - down * stone) / 2
    parts: list[str] = []
    for depth, (colour, gap) in enumerate(((colours[0], 0.5), (colours[0], 0.8))):
        columns, rows = across - 2 * depth, down - 2 * depth
        x, y = left + depth * stone, top + depth * stone
        lines = _edges(x, y, columns * stone, rows * stone, stone)
        parts.append(_dashes(lines, colour, stone - gap, stone, gap / 2))
        if depth:
            parts.append(_dashes(lines, colours[-1], stone - gap, stone * 2, gap / 2))
    strewn: dict[str, list[str]] = defaultdict(list)
    for column, row in ((c, r) for r in range(down) for c in range(across)):
        if min(row, column, down - 1 - row, across - 1 - column) == 0 and random.random() < _STREWN:
            spot = f"M{left + column * stone + 0.25} {top + row * stone + 0.25}"
            strewn[random.choice(colours[1:-1])].append(f"{spot}h{stone - 0.5}v{stone - 0.5}h-{stone - 0.5}z")
    parts += [f'<path fill="{colour}" d="{"".join(strewn[colour])}"/>' for colour in sorted(strewn)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'


def _edges(x: float, y: float, width: float, height: float, stone: float) -> str:
    """The middle lines of a frame's four sides, each ending where the next one's corner stone begins."""
    half = stone / 2
    right, bottom = x + width, y + height
    return (
        f"M{x} {y + half}H{right - stone}M{right - half} {y}V{bottom - stone}"
        f"M{right} {bottom - half}H{x + stone}M{x + half} {bottom}V{y + stone}"
    )


def _dashes(lines: str, colour: str, dash: float, period: float, offset: float) -> str:
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{dash}" stroke-dasharray="{dash} {period - dash}"'
        f' stroke-dashoffset="-{offset}" d="{lines}"/>'
    )
