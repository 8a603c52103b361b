"""What a badge picture can be made of: closed lists, so that nobody types a drawing."""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices: TypeAlias = tuple[tuple[str, str | Promise], ...]

SHAPES: Choices = (
    ("hexagon", _("Hexagon")),
    ("shield", _("Shield")),
    ("circle", _("Circle")),
    ("square", _("Square")),
    ("octagon", _("Octagon")),
    ("rosette", _("Rosette")),
)
PALETTES: Choices = (
    ("blue", _("Blue")),
    ("terracotta", _("Terracotta")),
    ("green", _("Green")),
    ("ochre", _("Ochre")),
    ("plum", _("Plum")),
)
ICONS: Choices = (
    ("database", _("Database")),
    ("chart", _("Chart")),
    ("shield", _("Shield")),
    ("book", _("Book")),
    ("people", _("People")),
    ("speech", _("Speech")),
    ("heart", _("Heart")),
    ("microscope", _("Microscope")),
    ("compass", _("Compass")),
    ("key", _("Key")),
    ("leaf", _("Leaf")),
    ("flask", _("Flask")),
    ("map", _("Map")),
    ("pen", _("Pen")),
    ("scales", _("Scales")),
    ("globe", _("Globe")),
    ("gear", _("Gear")),
    ("star", _("Star")),
    ("lightbulb", _("Light bulb")),
    ("clipboard", _("Clipboard")),
)
MARKS: Choices = (
    ("none", _("No mark")),
    ("diamond", _("Diamond")),
    ("cross", _("Cross")),
    ("corners", _("Four corners")),
    ("bars", _("Bars")),
    ("chevron", _("Chevron")),
    ("steps", _("Steps")),
)
LEVELS: tuple[tuple[int, str | Promise], ...] = (
    (1, _("One ring")),
    (2, _("Two rings")),
    (3, _("Three rings")),
)


class UnknownDesign(ValueError):
    """A design names a part that is not on the lists of this module."""


@dataclass(frozen=True, slots=True)
class Design:
    """One picture. The same design always gives the same bytes.

    ``level`` is the number of rings round the field, ``seed`` (an achievement's id, say) decides how
    the stones are laid, ``mark`` is the small sign of a series, ``is_stacked`` adds the rays that only
    a certificate made of other credentials wears.
    """

    shape: str
    palette: str
    icon: str
    level: int
    seed: str
    mark: str = "none"
    is_stacked: bool = False

    def __post_init__(self) -> None:
        for name, choices in (("shape", SHAPES), ("palette", PALETTES), ("icon", ICONS), ("mark", MARKS)):
            value = getattr(self, name)
            if value not in {known for known, _label in choices}:
                raise UnknownDesign(f"{name}: {value!r}")
        if self.level not in {known for known, _label in LEVELS}:
            raise UnknownDesign(f"level: {self.level!r}")
