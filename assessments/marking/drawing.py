"""Drawing lots that anybody can draw again: the same seed gives the same draw, in any year."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Lots:
    """A row of draws from one stored seed.

    Only `random()` is asked: of all that the generator offers, it alone is promised to give the same numbers
    in every version of Python. Whoever draws puts what there is in a fixed order first.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random  # noqa: S311 - to be drawn again by anybody, so never a secret

    def places(self, bound: int, count: int) -> list[int]:
        """`count` places, each 0 <= place < bound; the same one may come again."""
        draw = self._random
        return [int(draw() * bound) for _ in range(count)]

    def draw(self, items: Sequence[T], count: int) -> list[T]:
        """`count` of the items, none twice, in the order drawn; all where there are fewer, or none."""
        left = list(items)
        taken = max(0, min(count, len(left)))
        for place in range(taken):
            other = place + int(self._random() * (len(left) - place))
            left[place], left[other] = left[other], left[place]
        return left[:taken]
