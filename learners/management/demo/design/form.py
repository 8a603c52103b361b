"""The shapes in which the demonstration writes down what its achievements are made of."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A standard outside the university; `purpose` is one of Alignment.Purpose."""

    purpose: str
    name: str
    url: str
    code: str = ""
    framework: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """One line of the university's framework; its area is the part of the code before the dot."""

    code: str
    title: str
    statement: str
    cognitive: str
    observable: tuple[str, ...]
    outside: tuple[Outside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A competency that an achievement shows, and by what one can see it."""

    code: str
    criterion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What an achievement is made of beside its text; `also` names methods beside its assessment's own."""

    outcomes: tuple[str, ...]
    shows: tuple[Shown, ...]
    subject_area: str
    also: tuple[str, ...] = ()
    supervision: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    title: str
    url: str
    needed_when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A date of an activity, in days from the load day; `price` in euro, empty where it is free."""

    in_days: int
    hour: int
    lasts_hours: int
    mode: str
    place: str
    seats: int | None = None
    price: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A workshop or course; several may feed one achievement, and one several."""

    title: str
    series: str
    kind: str
    description: str
    hours: str
    feeds: tuple[str, ...]
    teaches: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    offerings: tuple[Offering, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The next text of an achievement, on its way to be decided."""

    code: str
    criteria: str
    sent_days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An achievement whose first text is not ready; `reasons` say why a finding of the lint may stand."""

    code: str
    series: str
    name: str
    description: str
    hours: int
    assessed_by: tuple[str, ...]
    shows: str
    shape: str
    icon: str
    palette: str
    reasons: Mapping[str, str]
    reasons_days_ago: int
