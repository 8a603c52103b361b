"""Badge pictures and ornaments: small square stones that make the picture."""

from credentials.services.artwork.design import (
    ICONS,
    LEVELS,
    MARKS,
    PALETTES,
    SHAPES,
    Design,
    UnknownDesign,
)
from credentials.services.artwork.drawing import draw, reduced
from credentials.services.artwork.mosaic import TILE_STATES, border_svg, mosaic_svg

__all__ = [
    "ICONS",
    "LEVELS",
    "MARKS",
    "PALETTES",
    "SHAPES",
    "TILE_STATES",
    "Design",
    "UnknownDesign",
    "border_svg",
    "draw",
    "mosaic_svg",
    "reduced",
]
