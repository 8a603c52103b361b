"""What a badge picture can be made of: closed lists, so that nobody types a drawing."""

import re
import unicodedata
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


LONGEST_LEGEND = 60
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def _is_unprintable(character: str) -> bool:
    """Control characters; the two joiners, which some scripts need within a word, are none."""
    return unicodedata.category(character) in _UNPRINTABLE and character not in "\u200c\u200d"


class CannotDraw(ValueError):
    """There is no picture of this design here; the message says why."""


class UnknownDesign(CannotDraw):
    """A design names a part that is not on the lists of this module."""


@dataclass(frozen=True, slots=True)
class Design:
    """One picture. The same design always gives the same bytes.

    ``level`` is the number of rings round the field, ``seed`` (an achievement's id, say) decides how
    the stones are laid, ``mark`` is the small sign of a series, ``is_stacked`` adds the rays that only
    a certificate made of other credentials wears. ``colour`` (``#rrggbb``) takes the place of the palette's
    main colour, and ``legend`` stands on a tablet across the foot.
    """

    shape: str
    palette: str
    icon: str
    level: int
    seed: str
    mark: str = "none"
    is_stacked: bool = False
    colour: str = ""
    legend: str = ""

    def __post_init__(self) -> None:
        for name, choices in (("shape", SHAPES), ("palette", PALETTES), ("icon", ICONS), ("mark", MARKS)):
            value = getattr(self, name)
            if value not in {known for known, _label in choices}:
                raise UnknownDesign(f"{name}: {value!r}")
        if self.level not in {known for known, _label in LEVELS}:
            raise UnknownDesign(f"level: {self.level!r}")
        if self.colour and not _HEX.fullmatch(self.colour):
            raise UnknownDesign(f"colour: {self.colour!r}")
        if len(self.legend) > LONGEST_LEGEND or any(map(_is_unprintable, self.legend)):
            raise UnknownDesign(f"legend: {self.legend!r}")
