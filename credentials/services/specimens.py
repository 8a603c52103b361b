"""How an issuer's certificates would look: the sheet itself, with sample data that says what it is."""

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.models import Issuer
from credentials.queries import local_day
from credentials.services.artwork import Design, draw
from credentials.services.printing import (
    CertificateFacts,
    ComponentFacts,
    Press,
    SignatoryFacts,
    certificate_document,
    certificate_sheet,
)
from credentials.services.rendering import logo_of

WALL_SECONDS, CPU_SECONDS = 15.0, 10
"""Shorter than for a real certificate: somebody waits for the answer."""

SEED = "specimen"
PICTURE_SIDE = 384
PALETTE = "blue"
"""What stands for "the colours of the achievement's own picture"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A choice that need not be saved: the issuer with its new fields, and who would sign."""

    issuer: Issuer
    signatories: tuple[SignatoryFacts, ...]

    def facts(self, at: datetime) -> CertificateFacts:
        issuer, today = self.issuer, local_day(at)
        return CertificateFacts(
            lang=settings.LANGUAGE_CODE,
            institution=issuer.name or _("Name of the institution"),
            kind=_("micro-credential"),
            title=_("Reading and Drawing Honest Charts"),
            recipient=_("Alex Sample"),
            description=_(
                "Turns a raw table into a chart that others can check, and says what it leaves out."
            ),
            criteria="",
            awarded_on=today,
            code="0000-0000-0000-0000",
            verification_url=settings.PORTAL_URL + reverse("credentials:verify_form"),
            credential_id="urn:uuid:00000000-0000-0000-0000-000000000000",
            palette=issuer.certificate_palette or PALETTE,
            seed=SEED,
            badge=_picture(issuer.certificate_palette or PALETTE),
            badge_alt=_("A sample badge"),
            hours=Decimal(24),
            credits=Decimal(1),
            valid_until=None,
            components=_components(today),
            design=issuer.certificate_design,
            paper=issuer.certificate_paper,
            logo=logo_of(issuer),
            signatories=self.signatories,
            is_specimen=True,
        )


def specimen_sheet(*, specimen: Specimen, at: datetime) -> str:
    """The sheet as HTML for a page of the portal; it needs certificates/sheet.css and the design's own."""
    return certificate_sheet(specimen.facts(at))


def specimen_pdf(*, specimen: Specimen, at: datetime) -> bytes:
    """The sheet by the real press, in a child of its own. Raises PressMissing or PressFailed."""
    document = certificate_document(specimen.facts(at), made_at=at, attachment=None)
    with Press(wall_seconds=WALL_SECONDS, cpu_seconds=CPU_SECONDS) as press:
        return press.render(document)


def _components(today: date) -> tuple[ComponentFacts, ...]:
    names = (_("Tables that tell the truth"), _("Scales, axes and colours"), _("Saying what is missing"))
    weeks = range(8, 8 + 3 * len(names), 3)
    return tuple(
        ComponentFacts(name=name, awarded_on=today - timedelta(weeks=before))
        for name, before in zip(names, reversed(weeks), strict=True)
    )


@functools.cache
def _picture(palette: str) -> bytes:
    return draw(Design("hexagon", palette, "chart", 2, SEED), PICTURE_SIDE)
