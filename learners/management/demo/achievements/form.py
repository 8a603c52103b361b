"""The shape of a catalogue entry, as the demonstration writes it down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """What the badge image is drawn from; the seed of its stones is the achievement's code."""

    shape: str
    palette: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """One catalogue entry.

    `credits` is a decimal as text. `valid_for_months` is a decision either way: None says that it never
    expires. `leads_to` names the certificate that an introduction or a specialty belongs to; `requires` the
    achievements to hold before submitting work for this one.
    """

    code: str
    name: str
    series: str
    kind: str
    level: str
    hours: int
    credits: str
    learning_mode: str
    assessment_mode: str
    description: str
    criteria: str
    valid_for_months: int | None
    artwork: Artwork
    alt_text: str
    leads_to: str = ""
    requires: tuple[str, ...] = ()
