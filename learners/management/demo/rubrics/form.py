"""The shape of an assessment and its rubric, as the demonstration writes them down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One cell of a rubric; ordinal 1 is the weakest, and points are one less than it."""

    ordinal: int
    label: str
    descriptor: str

    @property
    def points(self) -> int:
        return self.ordinal - 1


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a rubric. `weight` is a decimal as text; `hurdle` a level's label, or empty."""

    key: str
    title: str
    weight: str
    hurdle: str
    levels: tuple[Level, ...]

    @property
    def top(self) -> int:
        """The strongest level's ordinal."""
        return len(self.levels)

    @property
    def must_pass_ordinal(self) -> int | None:
        """The least ordinal that passes; None where no level is required."""
        return next((level.ordinal for level in self.levels if level.label == self.hurdle), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How one achievement is assessed.

    `evidence` lists the kinds a submission must contain (text, url, file). `samples` are two answers
    in a learner's voice, `sample_file` the name and text of a file that fits the brief (empty where
    none is asked for); the demonstration's submissions are made of these. `praise` and `advice` are
    what a marker writes beside a pass and beside "not yet".
    """

    achievement: str
    title: str
    method: str
    brief: str
    evidence: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    samples: tuple[str, str]
    praise: str
    advice: str
    sample_file: tuple[str, str] = ("", "")


def criterion(
    key: str, title: str, *levels: tuple[str, str], hurdle: str = "", weight: str = "1"
) -> Criterion:
    """A rubric's row from its levels, weakest first, each a label and a descriptor."""
    cells = tuple(
        Level(place, label, descriptor) for place, (label, descriptor) in enumerate(levels, start=1)
    )
    return Criterion(key, title, weight, hurdle, cells)
