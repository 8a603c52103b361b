"""What a picture looks like in few bits, to find two that a person would take for one another.

A fingerprint has three parts: what stands in the middle, the outline, and the colour of the ground.
"""

import io
from collections.abc import Mapping

from PIL import Image

MIDDLE, OUTLINE, TINT = 12 * 12, 7 * 7, 2 * 31
"""How many bits each part has: cells of the middle, cells of the whole, and steps of two differences."""

NEAR = (20, 3, 4)
"""How many bits of each part may differ between pictures that are nearly the same.

Other stones, another series mark, another ring or another size of drawing change at most 19, 0 and 3 bits
of the demonstration's pictures; any two of those differ by more than these in some part.
"""

RIM = 0.27
"""The share of a picture at each edge where rings, marks and words are, and not the icon."""

MOST_DIFFERENT = 80
"""A mean difference between red and green, or both and blue, that fills the scale of its steps."""


def fingerprint(png: bytes) -> str:
    """64 hexadecimal digits. Only of pictures that we drew or took in ourselves."""
    return fingerprint_of(Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGBA"))


def fingerprint_of(picture: Image.Image) -> str:
    bits = [*_middle(picture), *_outline(picture), *_tint(picture)]
    return f"{int(''.join(map(str, map(int, bits))), 2):064x}"


def nearly_same(fingerprint: str, others: Mapping[str, str]) -> list[str]:
    """The names of those that look nearly like this one, the nearest first; empty fingerprints are unlike."""
    if not fingerprint:
        return []
    apart = {name: _apart(fingerprint, other) for name, other in others.items() if other}
    near = (name for name, parts in apart.items() if _is_near(parts))
    return sorted(near, key=lambda name: (sum(apart[name]), name))


def alike(fingerprints: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs of names that look nearly the same, in order; empty fingerprints are unlike."""
    known = [(name, int(print_, 16)) for name, print_ in sorted(fingerprints.items()) if print_]
    return [
        (name, other)
        for number, (name, mine) in enumerate(known)
        for other, theirs in known[number + 1 :]
        # Most pairs differ in the middle: asked first, since thousands of pictures make millions of pairs.
        if ((mine ^ theirs) >> (OUTLINE + TINT)).bit_count() <= NEAR[0] and _is_near(_parts(mine ^ theirs))
    ]


def _apart(one: str, other: str) -> tuple[int, int, int]:
    return _parts(int(one, 16) ^ int(other, 16))


def _is_near(parts: tuple[int, int, int]) -> bool:
    return all(part <= most for part, most in zip(parts, NEAR, strict=True))


def _parts(differing: int) -> tuple[int, int, int]:
    """How many of these bits each part has."""
    return (
        (differing >> (OUTLINE + TINT)).bit_count(),
        (differing >> TINT & (1 << OUTLINE) - 1).bit_count(),
        (differing & (1 << TINT) - 1).bit_count(),
    )


def _middle(picture: Image.Image) -> list[bool]:
    """Where the middle is lighter than half-way between its darkest and its lightest cell."""
    ground = Image.new("RGBA", picture.size, (128, 128, 128, 255))
    ground.alpha_composite(picture)
    rim = round(picture.width * RIM)
    middle = ground.convert("L").crop((rim, rim, picture.width - rim, picture.height - rim))
    cells = _cells(middle, MIDDLE)
    half = (min(cells) + max(cells)) / 2
    return [cell > half for cell in cells]


def _outline(picture: Image.Image) -> list[bool]:
    """Where there is a picture at all."""
    return [cell > 128 for cell in _cells(picture.getchannel("A"), OUTLINE)]


def _tint(picture: Image.Image) -> list[bool]:
    """The colour of the darker half, the ground, as two columns: each more step sets one more bit."""
    small = picture.resize((32, 32), Image.Resampling.BOX)
    red, green, blue, alpha = (channel.tobytes() for channel in small.split())
    seen = [(r, g, b) for r, g, b, a in zip(red, green, blue, alpha, strict=True) if a > 200]
    ground = sorted(seen, key=lambda cell: (2 * cell[0] + 5 * cell[1] + cell[2], cell))[: len(seen) // 2]
    count = len(ground) or 1
    differences = (
        sum(r - g for r, g, _b in ground) / count,
        sum((r + g) / 2 - b for r, g, b in ground) / count,
    )
    steps = TINT // 2
    filled = [round((max(-1, min(1, found / MOST_DIFFERENT)) + 1) / 2 * steps) for found in differences]
    return [step < reached for reached in filled for step in range(steps)]


def _cells(picture: Image.Image, count: int) -> bytes:
    side = round(count**0.5)
    return picture.resize((side, side), Image.Resampling.BOX).tobytes()
