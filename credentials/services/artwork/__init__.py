"""Badge pictures and ornaments: small square stones that make the picture."""

from credentials.services.artwork.colours import contrast_problem, contrasts
from credentials.services.artwork.design import (
    ICONS,
    LEVELS,
    MARKS,
    PALETTES,
    SHAPES,
    CannotDraw,
    Design,
    UnknownDesign,
)
from credentials.services.artwork.drawing import Prints, draw, prints_of
from credentials.services.artwork.lettering import MissingGlyphs, UnfitLegend
from credentials.services.artwork.likeness import alike, fingerprint, nearly_same
from credentials.services.artwork.mosaic import TILE_STATES, border_svg, mosaic_svg
from credentials.services.artwork.tablet import tablet

__all__ = [
    "ICONS",
    "LEVELS",
    "MARKS",
    "PALETTES",
    "SHAPES",
    "TILE_STATES",
    "CannotDraw",
    "Design",
    "MissingGlyphs",
    "Prints",
    "UnfitLegend",
    "UnknownDesign",
    "alike",
    "border_svg",
    "contrast_problem",
    "contrasts",
    "draw",
    "fingerprint",
    "mosaic_svg",
    "nearly_same",
    "prints_of",
    "tablet",
]
