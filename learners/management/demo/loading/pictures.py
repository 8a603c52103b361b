"""Draws many badge pictures side by side: one takes a third of a second, and most machines have two hands."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from credentials.models import AchievementVersion
from credentials.services.artwork import draw
from credentials.services.defining import IMAGE_LARGE_SIZE, design_of

MOST_PROCESSES = 4


def drawn(versions: Sequence[AchievementVersion]) -> list[bytes]:
    """The large picture of each, as sending it for review would draw it."""
    designs = [design_of(version) for version in versions]
    # Fresh processes, not copies of this one: they know nothing of the open database.
    hands = min(os.cpu_count() or 1, MOST_PROCESSES)
    with ProcessPoolExecutor(hands, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(draw, size=IMAGE_LARGE_SIZE), designs))
