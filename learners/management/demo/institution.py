"""The invented university of the demonstration: who issues, and its three workshop series."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """The issuer, and how long it has been running this programme.

    `published_days_ago` is when its achievements and pathways were published, in days before the
    load day; nothing in the demonstration is older.
    """

    name: str
    short_name: str
    slug: str
    url: str
    email: str
    description: str
    signatory_name: str
    signatory_title: str
    published_days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A run of workshops under one department."""

    code: str
    slug: str
    name: str
    department: str
    description: str


# One credit stands for twenty-five hours of learning, everywhere in this catalogue.
HOURS_PER_CREDIT = 25

INSTITUTION = Institution(
    name="Ellerwick University",
    short_name="Ellerwick",
    slug="ellerwick",
    url="https://ellerwick.demo.example/",
    email="credentials@demo.example",
    description=(
        "Ellerwick University is an invented institution. Its Office of Professional Learning issues "
        "small, assessed credentials in research data, teaching and public health, and certificates "
        "that they add up to."
    ),
    signatory_name="Rosalind Ketteridge-Amoah",
    signatory_title="Academic Registrar",
    published_days_ago=1400,
)

RESEARCH_DATA = Series(
    code="RD",
    slug="research-data",
    name="Research Data Workshops",
    department="University Library, Research Data Service",
    description=(
        "Workshops for researchers and those who support them: planning for data, cleaning it, "
        "describing it, showing it, and sharing it without harm to the people in it."
    ),
)

TEACHING = Series(
    code="TL",
    slug="teaching",
    name="Teaching and Learning Workshops",
    department="Centre for Teaching",
    description=(
        "Workshops for people who teach: outcomes that can be assessed, rubrics that markers share, "
        "feedback that is used, documents that everyone can read, and discussion that goes somewhere."
    ),
)

PUBLIC_HEALTH = Series(
    code="PH",
    slug="public-health",
    name="Public Health Practice Workshops",
    department="School of Population Health",
    description=(
        "Workshops for health protection staff: reading an outbreak from its line list, comparing "
        "populations fairly, tracing contacts, explaining risk, and learning from a response."
    ),
)

# Not a workshop series: the home of what several series earn together.
ACROSS_SERIES = Series(
    code="XS",
    slug="across-series",
    name="Awards across the Series",
    department="Office of Professional Learning",
    description="Certificates whose components come from more than one workshop series.",
)

WORKSHOP_SERIES = (RESEARCH_DATA, TEACHING, PUBLIC_HEALTH)
SERIES = (*WORKSHOP_SERIES, ACROSS_SERIES)
