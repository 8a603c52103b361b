"""Who outside the invented university says something of its achievements; both are invented too."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorser:
    """An organisation with a signing key of its own here."""

    name: str
    slug: str
    url: str
    email: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What an endorser says of an achievement, by code; `lasts_days` None: it does not run out."""

    endorser: str
    achievement: str
    comment: str
    said_days_ago: int
    lasts_days: int | None = None


ENDORSERS = (
    Endorser(
        name="Saltmarsh Survey",
        slug="saltmarsh-survey",
        url="https://saltmarsh.demo.example/",
        email="people@saltmarsh.demo.example",
        description="An invented employer that measures coasts and keeps the data of fifty years in order.",
    ),
)

WORDS = (
    Word(
        endorser="saltmarsh-survey",
        achievement="RD-100",
        comment=(
            "We look for this in whoever keeps our field data. People who hold it find their way about a "
            "file store that they did not make, and leave it so that the next one does too."
        ),
        said_days_ago=60,
        lasts_days=730,
    ),
    Word(
        endorser="saltmarsh-survey",
        achievement="RD-C10",
        comment="Who holds this certificate is invited to an interview for every post in our data team.",
        said_days_ago=60,
    ),
)
