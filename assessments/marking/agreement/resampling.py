"""How far a coefficient could lie off: a bootstrap over submissions."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from assessments.marking.agreement.coefficients import Interval
from assessments.marking.drawing import Lots
from assessments.marking.sums import percentile

RESAMPLES = 2000
_TAIL = Fraction(25, 1000)

Unit: TypeAlias = tuple[int, ...]
Coefficient: TypeAlias = Callable[[Mapping[Unit, int]], Fraction | None]


@dataclass(frozen=True, slots=True)
class Spread:
    """`interval` is None where no resample was defined; `dropped` counts those that were not."""

    interval: Interval | None
    dropped: int


def bootstrap(units: Sequence[Unit], coefficient: Coefficient, *, seed: int, resamples: int) -> Spread:
    """The middle 95 % of the coefficient over resamples of the units, which come in a fixed order."""
    lots = Lots(seed)
    values = []
    for _ in range(resamples):
        drawn = Counter(map(units.__getitem__, lots.places(len(units), len(units))))
        value = coefficient(drawn)
        if value is not None:
            values.append(value)
    if not values:
        return Spread(None, resamples)
    values.sort()
    return Spread(Interval(percentile(values, _TAIL), percentile(values, 1 - _TAIL)), resamples - len(values))
