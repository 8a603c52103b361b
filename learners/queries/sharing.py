"""What a holder shows to others: what stands behind a link, and what she copies to place it elsewhere."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials.models import Credential
from credentials.services.artwork.strip import HEIGHT, WIDTH
from credentials.services.badges2 import address_of
from learners.models import ShareLink

LINKEDIN = "https://www.linkedin.com/profile/add"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """One credential as its holder shares it. Without an open link the fields from `address` on are empty.

    `badges_2` is its address as an Open Badge 2.0, empty where that is not offered or she has not opened it.
    """

    link: ShareLink | None
    linkedin: str
    badges_2: str = ""
    badges_2_picture: str = ""
    address: str = ""
    png: str = ""
    svg: str = ""
    signature: str = ""
    embedding: str = ""


def opened(token: str) -> QuerySet[ShareLink]:
    """The open link of this address, with all that its page needs."""
    return (
        ShareLink.objects.open()
        .filter(token=token)
        .select_related(
            "credential__version__achievement__series",
            "credential__achievement__issuer",
            "credential__recipient",
            "credential__status_list",
        )
    )


def sharing_of(credential: Credential) -> Sharing:
    """Her open link and what to copy from it; one query."""
    link = ShareLink.objects.open().filter(credential=credential).first()
    always = {"linkedin": linkedin_address(credential), **_badges_2(credential)}
    if link is None:
        return Sharing(link=None, **always)
    address = settings.PORTAL_URL + link.get_absolute_url()
    png = settings.PORTAL_URL + reverse("learners:badge_png", args=[link.token])
    return Sharing(
        link=link,
        **always,
        address=address,
        png=png,
        svg=settings.PORTAL_URL + reverse("learners:badge_svg", args=[link.token]),
        signature=format_html(
            '<a href="{}"><img src="{}" width="{}" height="{}" alt="{}"></a>',
            address,
            png,
            WIDTH,
            HEIGHT,
            _("%(name)s, issued by %(issuer)s. Open the link to check it today.")
            % {"name": credential.version.name, "issuer": credential.achievement.issuer.name},
        ),
        embedding=frame(
            settings.PORTAL_URL + reverse("learners:embedded", args=[link.token]), credential.version.name
        ),
    )


def _badges_2(credential: Credential) -> dict[str, str]:
    is_public = credential.visibility == Credential.Visibility.PUBLIC
    if not (is_public and credential.achievement.offers_open_badges_2):
        return {}
    return {
        "badges_2": address_of("ob2_assertion", credential.public_id),
        "badges_2_picture": address_of("ob2_picture", credential.public_id),
    }


def frame(address: str, title: str) -> str:
    """The HTML that shows one of our pages for frames on another site."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="220" loading="lazy"></iframe>', address, title, WIDTH
    )


def linkedin_address(credential: Credential) -> str:
    """LinkedIn's form for a certificate, filled in; with the permanent address, which outlives links."""
    issuer, earned = credential.achievement.issuer, localtime(credential.earned_at)
    fields: dict[str, object] = {"startTask": "CERTIFICATION_NAME", "name": credential.version.name}
    if issuer.is_main and settings.LINKEDIN_ORGANISATION_ID:
        fields["organizationId"] = settings.LINKEDIN_ORGANISATION_ID
    else:
        fields["organizationName"] = issuer.name
    fields |= {"issueYear": earned.year, "issueMonth": earned.month}
    if until := credential.expires_on:
        fields |= {"expirationYear": until.year, "expirationMonth": until.month}
    fields |= {"certUrl": credential.verify_url, "certId": credential.pretty_code}
    return f"{LINKEDIN}?{urlencode(fields, quote_via=quote)}"
