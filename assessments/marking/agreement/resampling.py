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


def bootstrap(
    units: Sequence[Unit], coefficients: Mapping[str, Coefficient], *, seed: int, resamples: int
) -> dict[str, Spread]:
    """The middle 95 % of each coefficient, by its name, over the same resamples.

    The units come in a fixed order, or the seed would not give the same again.
    """
    lots = Lots(seed)
    values: dict[str, list[Fraction]] = {name: [] for name in coefficients}
    for _ in range(resamples):
        drawn = Counter(map(units.__getitem__, lots.places(len(units), len(units))))
        for name, coefficient in coefficients.items():
            value = coefficient(drawn)
            if value is not None:
                values[name].append(value)
    return {name: _spread(kept, resamples) for name, kept in values.items()}


def _spread(values: list[Fraction], resamples: int) -> Spread:
    dropped = resamples - len(values)
    if not values:
        return Spread(None, dropped)
    values.sort()
    return Spread(Interval(percentile(values, _TAIL), percentile(values, 1 - _TAIL)), dropped)
