"""How far graders agree: counts first, then shares, leanings and one coefficient, each with its interval."""

from assessments.marking.agreement.coefficients import (
    Interval,
    intraclass,
    ordinal_alpha,
    weighted_kappa,
    wilson,
)
from assessments.marking.agreement.figures import (
    Agreement,
    Band,
    Bias,
    Estimate,
    Lean,
    Mark,
    Share,
    Standing,
    agreement,
    band_of,
    standing_of,
)

__all__ = [
    "Agreement",
    "Band",
    "Bias",
    "Estimate",
    "Interval",
    "Lean",
    "Mark",
    "Share",
    "Standing",
    "agreement",
    "band_of",
    "intraclass",
    "ordinal_alpha",
    "standing_of",
    "weighted_kappa",
    "wilson",
]
