"""Where a cut score comes from: what a panel judged, or how groups scored -> the cut and its error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from assessments.marking.sums import mean, median, standard_error

# A median of about normal scores errs by root(pi / 2) times as much as their mean.
_ERROR_OF_MEDIAN = Fraction("1.2533141373")


class Method(StrEnum):
    ANGOFF = "modified_angoff"
    BORDERLINE_GROUP = "borderline_group"
    CONTRASTING_GROUPS = "contrasting_groups"
    BOOKMARK = "bookmark"
    CRITERION_JUDGEMENT = "criterion_judgement"


class IncompletePanel(ValueError):
    """A judge left something out, or judged outside the scale; the message says who and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """`cut` in points; `standard_error` None where too few judged, or the method gives none.

    `n` counts the judges, or the examinees, that it rests on. `matrix` keeps what each judge said, judges and
    columns in order; `false_passes` and `false_fails` are what contrasting groups leave at the cut.
    """

    method: Method
    cut: Fraction
    standard_error: Fraction | None
    n: int
    columns: tuple[str, ...] = ()
    matrix: tuple[tuple[str, tuple[Decimal, ...]], ...] = ()
    false_passes: int | None = None
    false_fails: int | None = None


def angoff(judgements: Mapping[str, Mapping[str, Decimal]]) -> Standard:
    """Modified Angoff: the mean over judges of the sum of their probabilities, item by item.

    `judgements`: by judge and item, the probability (0 to 1) that somebody who just passes answers rightly;
    an item gives one point. Raises IncompletePanel.
    """
    items, matrix = _matrix(judgements)
    for judge, row in matrix:
        if not all(0 <= probability <= 1 for probability in row):
            raise IncompletePanel(f"{judge}: probabilities lie between 0 and 1.")
    sums = [Fraction(sum(row)) for _judge, row in matrix]
    return Standard(
        method=Method.ANGOFF,
        cut=mean(sums),
        standard_error=standard_error(sums),
        n=len(sums),
        columns=items,
        matrix=matrix,
    )


def borderline_group(scores: Sequence[Decimal]) -> Standard:
    """The median score of the examinees whom their teachers judged borderline. Raises IncompletePanel."""
    if not scores:
        raise IncompletePanel("Nobody was judged borderline.")
    exact = [Fraction(score) for score in scores]
    error = standard_error(exact)
    return Standard(
        method=Method.BORDERLINE_GROUP,
        cut=median(exact),
        standard_error=None if error is None else error * _ERROR_OF_MEDIAN,
        n=len(exact),
    )


def contrasting_groups(able: Sequence[Decimal], unable: Sequence[Decimal]) -> Standard:
    """The cut that misjudges fewest of two groups known to be able and not yet able.

    It lies midway between two neighbouring scores; of several as good the middle one, or the lower of two.
    Raises IncompletePanel unless both groups are there and scores differ.
    """
    scores = sorted({Fraction(score) for score in (*able, *unable)})
    cuts = [(lower + higher) / 2 for lower, higher in pairwise(scores)]
    if not able or not unable or not cuts:
        raise IncompletePanel("Both groups are needed, with scores that differ.")
    passes = {cut: sum(score >= cut for score in unable) for cut in cuts}
    fails = {cut: sum(score < cut for score in able) for cut in cuts}
    fewest = min(passes[cut] + fails[cut] for cut in cuts)
    cut = median_low(cut for cut in cuts if passes[cut] + fails[cut] == fewest)
    return Standard(
        method=Method.CONTRASTING_GROUPS,
        cut=cut,
        standard_error=None,
        n=len(able) + len(unable),
        false_passes=passes[cut],
        false_fails=fails[cut],
    )


def bookmark(locations: Sequence[Decimal], placed: Mapping[str, int]) -> Standard:
    """The median over judges of where the item at their bookmark lies.

    `locations`: of the items in the booklet, from easy to hard, the score at which somebody answers them with
    the agreed probability. `placed`: by judge, the place, from 1, of the first item that somebody who just
    passes need not master. Raises IncompletePanel.
    """
    if not placed:
        raise IncompletePanel("Nobody placed a bookmark.")
    if list(locations) != sorted(locations):
        raise IncompletePanel("The booklet runs from easy to hard.")
    for judge, place in sorted(placed.items()):
        if not 1 <= place <= len(locations):
            raise IncompletePanel(f"{judge}: the booklet has places 1 to {len(locations)}.")
    found = [Fraction(locations[place - 1]) for _judge, place in sorted(placed.items())]
    error = standard_error(found)
    return Standard(
        method=Method.BOOKMARK,
        cut=median(found),
        standard_error=None if error is None else error * _ERROR_OF_MEDIAN,
        n=len(found),
        columns=("bookmark",),
        matrix=tuple((judge, (Decimal(place),)) for judge, place in sorted(placed.items())),
    )


def criterion_judgement(judgements: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The level to be reached in each criterion: the median of the judges', of two middle ones the lower.

    `judgements`: by judge and criterion, an ordinal. Raises IncompletePanel.
    """
    criteria, matrix = _matrix(
        {judge: {key: Decimal(level) for key, level in row.items()} for judge, row in judgements.items()}
    )
    return {key: int(median_low(row[place] for _judge, row in matrix)) for place, key in enumerate(criteria)}


def _matrix(
    judgements: Mapping[str, Mapping[str, Decimal]],
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Decimal, ...]], ...]]:
    """Columns, and a row for each judge, all in order; refuses a panel with gaps."""
    columns = tuple(sorted({key for row in judgements.values() for key in row}))
    if not columns:
        raise IncompletePanel("Nobody judged anything.")
    for judge, row in sorted(judgements.items()):
        if missing := [key for key in columns if key not in row]:
            raise IncompletePanel(f"{judge} did not judge: {', '.join(missing)}.")
    matrix = tuple((judge, tuple(row[key] for key in columns)) for judge, row in sorted(judgements.items()))
    return columns, matrix
