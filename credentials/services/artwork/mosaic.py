"""Small SVG mosaics for pages and certificates: tiles that say how far one has come, or only adorn."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from random import Random

TILE_STATES = ("filled", "half", "outlined", "hatched")
"""How one tile may stand: done, under way, still to do, does not count at present."""

_CELL = 10
_MOST_TILES = 96


def mosaic_svg(seed: str, columns: int, rows: int, states: Sequence[str] | None = None) -> str:
    """A mosaic of square tiles, at most 2 kB, coloured by class (``tile-1`` … ``tile-5``) alone.

    Without ``states`` every tile is one of five colours, chosen by ``seed``. With them, tile by tile
    from the reading start, a tile is filled, half, outlined or hatched; missing ones are left out.
    The picture is hidden from screen readers: the page says the same in words.
    """
    if columns < 1 or rows < 1 or columns * rows > _MOST_TILES:
        raise ValueError(f"a mosaic has 1 to {_MOST_TILES} tiles, not {columns} x {rows}")
    unknown = set(states or ()) - set(TILE_STATES)
    if unknown:
        raise ValueError(f"no such tile state: {', '.join(sorted(unknown))}")
    parts: dict[str, list[str]] = defaultdict(list)
    random = _random(seed)
    for number in range(columns * rows):
        column, row = number % columns, number // columns
        x, y = column * _CELL + 1, row * _CELL + 1
        if states is None:
            parts[f"tile-{random.randint(1, 5)}"].append(f"M{x} {y}h8v8h-8z")
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
    if state == "filled":
        parts["tile-filled"].append(f"M{x} {y}h8v8h-8z")
        return
    parts["tile-line"].append(f"M{x}.5 {y}.5h7v7h-7z")
    if state == "half":
        parts["tile-filled"].append(f"M{x} {y + 8}v-8l8 8z")
    elif state == "hatched":
        parts["tile-line"].append(f"M{x} {y + 4}l4-4M{x} {y + 8}l8-8M{x + 4} {y + 8}l4-4")


def border_svg(seed: str, colours: Sequence[str], width: int, height: int, stone: int) -> str:
    """A frame of two rows of stones for print, ``width`` by ``height`` units, in hex ``colours``.

    The last colour is kept for the inner row. Fills are presentation attributes: in print no page's
    stylesheet reaches into the picture.
    """
    random = _random(seed)
    parts: dict[str, list[str]] = defaultdict(list)
    across, down = round(width / stone), round(height / stone)
    step_x, step_y = width / across, height / down
    for row in range(down):
        for column in range(across):
            depth = min(row, column, down - 1 - row, across - 1 - column)
            if depth > 1:
                continue
            colour = colours[-1] if depth and (row + column) % 2 else random.choice(colours[:-1])
            shrink = 0.10 if depth == 0 else 0.16
            x, y = (column + shrink / 2) * step_x, (row + shrink / 2) * step_y
            w, h = step_x * (1 - shrink), step_y * (1 - shrink)
            parts[colour].append(f"M{x:.2f} {y:.2f}h{w:.2f}v{h:.2f}h-{w:.2f}z")
    paths = "".join(f'<path fill="{colour}" d="{"".join(parts[colour])}"/>' for colour in sorted(parts))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{paths}</svg>'
