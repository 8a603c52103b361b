"""What another rule would change for each learner: two streams of answers, laid side by side."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import zip_longest

from pathways.rules.bulk.learners import Answer


class NotTheSameLearners(ValueError):
    """The two streams do not name the same learners in the same order."""


class Change(StrEnum):
    """What becomes of one learner; of several that apply, the first."""

    UNDECIDED = "undecided"
    NEWLY_SATISFIED = "newly satisfied"
    NO_LONGER_SATISFIED = "no longer satisfied"
    UNREACHABLE = "unreachable"
    NEARER = "nearer"
    FARTHER = "farther"
    UNTOUCHED = "untouched"


def difference(
    before: Iterable[tuple[str, Answer]], after: Iterable[tuple[str, Answer]]
) -> Iterator[tuple[str, Change]]:
    """Each learner's id with what the second rule changes for her, as compared to the first.

    Both streams name the same learners in the same order, else NotTheSameLearners is raised where they
    part. Nothing is kept, so the streams may be of any length.
    """
    for old, new in zip_longest(before, after):
        if old is None or new is None or old[0] != new[0]:
            names = [pair[0] if pair else "nobody" for pair in (old, new)]
            raise NotTheSameLearners(f"{names[0]} stands beside {names[1]}")
        yield old[0], change(old[1], new[1])


def change(before: Answer, after: Answer) -> Change:
    """What becomes of a learner who was answered `before` and would be answered `after`."""
    if before.satisfied is None or after.satisfied is None:
        # Only a person can tell; that nobody could tell before either is no change.
        return Change.UNTOUCHED if before.satisfied is after.satisfied else Change.UNDECIDED
    if before.satisfied != after.satisfied:
        return Change.NEWLY_SATISFIED if after.satisfied else Change.NO_LONGER_SATISFIED
    if before.remaining == after.remaining:
        return Change.UNTOUCHED
    if after.remaining is None:
        return Change.UNREACHABLE
    # Out of reach is farther than any number.
    is_nearer = before.remaining is None or after.remaining < before.remaining
    return Change.NEARER if is_nearer else Change.FARTHER
