"""Which submissions a moderator looks at: by lot from a stored seed, and always those that matter most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, isqrt

from assessments.marking.drawing import Lots
from assessments.marking.sums import mean


class Reason(StrEnum):
    """Why a submission is in the sample; it may be there for several."""

    DRAWN = "drawn"
    FAILED = "failed"
    BORDERLINE = "borderline"
    TOP_LEVEL = "top_level"
    OF_EACH_GRADER = "of_each_grader"
    NEW_GRADER = "new_grader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of an assessment: n = min(cap, max(min_n, rate of N rounded up, root of N rounded up)).

    `rate` is a share, 0.10 for a tenth; without `cap` there is none; `takes_root` False leaves the root out.
    At least `per_grader` pieces of each grader come in, and a new grader's first `first_of_new`.
    """

    rate: Decimal
    min_n: int = 0
    cap: int | None = None
    takes_root: bool = True
    per_grader: int = 0
    first_of_new: int = 0

    def size(self, batch: int) -> int:
        """How many of a batch of so many are drawn by lot; never more than there are."""
        least = max(
            self.min_n,
            ceil(Fraction(self.rate) * batch),
            isqrt(batch - 1) + 1 if self.takes_root and batch else 0,
        )
        return min(batch, least if self.cap is None else min(self.cap, least))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One graded submission of the batch; `nth` counts the grader's pieces from 1, over all her batches."""

    submission: int
    grader: int
    nth: int
    is_passed: bool
    is_borderline: bool
    is_top_level: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """The submissions in ascending order, each with its reasons; `drawn` of them are owed to the lot."""

    seed: int
    drawn: int
    reasons: Mapping[int, tuple[Reason, ...]]


def sample(pieces: Iterable[Piece], plan: Plan, *, seed: int) -> Sample:
    """The sample of a batch. The same batch, plan and seed give the same sample, in whatever order they come.

    Raises ValueError where a submission comes twice.
    """
    batch = sorted(pieces, key=lambda piece: piece.submission)
    reasons: dict[int, list[Reason]] = {piece.submission: [] for piece in batch}
    if len(reasons) < len(batch):
        raise ValueError("A submission is in a batch once.")
    lots = Lots(seed)
    size = plan.size(len(batch))
    for submission in lots.draw(list(reasons), size):
        reasons[submission].append(Reason.DRAWN)
    for piece in batch:
        reasons[piece.submission] += _always(piece, plan)
    for own in _by_grader(batch).values():
        left = [piece.submission for piece in own if not reasons[piece.submission]]
        for submission in lots.draw(left, plan.per_grader - (len(own) - len(left))):
            reasons[submission].append(Reason.OF_EACH_GRADER)
    return Sample(seed, size, {key: tuple(found) for key, found in reasons.items() if found})


def _always(piece: Piece, plan: Plan) -> list[Reason]:
    holds = {
        Reason.FAILED: not piece.is_passed,
        Reason.BORDERLINE: piece.is_borderline,
        Reason.TOP_LEVEL: piece.is_top_level,
        Reason.NEW_GRADER: piece.nth <= plan.first_of_new,
    }
    return [reason for reason, is_so in holds.items() if is_so]


def _by_grader(batch: Sequence[Piece]) -> dict[int, list[Piece]]:
    """Each grader's pieces, graders and submissions in ascending order."""
    graders: dict[int, list[Piece]] = {grader: [] for grader in sorted({piece.grader for piece in batch})}
    for piece in batch:
        graders[piece.grader].append(piece)
    return graders


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderated:
    """One criterion of one sampled submission: the grader's level and the moderator's."""

    submission: int
    grader: int
    criterion: str
    given: int
    moderated: int


@dataclass(frozen=True, slots=True)
class Biased:
    """A grader beyond tolerance: her bias, mean(given - moderated), in each such criterion, and her batch.

    All of it is graded again; no level is ever moved by a sum.
    """

    grader: int
    bias: Mapping[str, Fraction]
    submissions: tuple[int, ...]


def biased(
    pieces: Iterable[Piece], moderated: Iterable[Moderated], *, tolerance: Decimal
) -> tuple[Biased, ...]:
    """The graders whose mean difference from the moderator is beyond `tolerance` levels in any criterion."""
    apart: dict[int, dict[str, list[int]]] = {}
    for row in moderated:
        apart.setdefault(row.grader, {}).setdefault(row.criterion, []).append(row.given - row.moderated)
    batches = _by_grader(sorted(pieces, key=lambda piece: piece.submission))
    found = []
    for grader, criteria in sorted(apart.items()):
        bias = {key: mean(rows) for key, rows in criteria.items()}
        beyond = {key: value for key, value in sorted(bias.items()) if abs(value) > Fraction(tolerance)}
        if beyond:
            batch = tuple(piece.submission for piece in batches.get(grader, ()))
            found.append(Biased(grader, beyond, batch))
    return tuple(found)
