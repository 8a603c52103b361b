"""The Open Badges 2.0 view of what we hold: each document at its address, and in its picture."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from credentials.models import AchievementVersion, Credential, Issuer
from credentials.openbadges import badges2
from credentials.openbadges.baking import OPEN_BADGES_2, bake_png
from credentials.openbadges.documents import to_bytes
from credentials.queries import achievement_facts, signed_bytes
from credentials.queries.badges2 import assertions_2, badge_class_2, issuers_2
from credentials.services.issuing import issuer_facts

# Suspended reads as revoked: the older standard knows nothing between (STANDARDS §10).
DOES_NOT_HOLD = (Credential.State.REVOKED, Credential.State.SUSPENDED)


class NoAssertion(Exception):
    """There is nothing to show: it is not signed yet, or names its recipient by no salted hash."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What stands at an Assertion's address; where it does not hold it is answered with 410 Gone."""

    document: dict[str, object]
    holds: bool


def address_of(kind: str, public_id: object) -> str:
    """The address of a document of this kind: ob2_assertion, ob2_picture, ob2_badge or ob2_issuer."""
    return settings.PORTAL_URL + reverse(f"credentials:{kind}", args=[public_id])


def assertion_of(credential: Credential) -> Assertion:
    """Raises NoAssertion."""
    address = address_of("ob2_assertion", credential.public_id)
    if credential.state in DOES_NOT_HOLD:
        reason = credential.public_reason or _("The issuer withdrew it or put it on hold.")
        return Assertion(badges2.revoked_assertion(address, reason=reason), holds=False)
    signed = signed_bytes(credential)
    if signed is None:
        raise NoAssertion
    try:
        document = badges2.assertion(
            json.loads(signed),
            address=address,
            badge=address_of("ob2_badge", credential.version.public_id),
            image=address_of("ob2_picture", credential.public_id),
        )
    except ValueError as nameless:
        raise NoAssertion from nameless
    return Assertion(document, holds=True)


def badge_of(version: AchievementVersion) -> dict[str, object]:
    return badges2.badge_class(
        achievement_facts(version),
        address=address_of("ob2_badge", version.public_id),
        issuer=address_of("ob2_issuer", version.achievement.issuer.public_id),
    )


def profile_of(issuer: Issuer) -> dict[str, object]:
    return badges2.profile(
        issuer_facts(issuer),
        address=address_of("ob2_issuer", issuer.public_id),
        url=settings.PORTAL_URL + reverse("credentials:issuer", args=[issuer.slug]),
        email=settings.DEFAULT_FROM_EMAIL,
    )


def document_at(address: str) -> dict[str, object] | None:
    """What stands at one of these addresses of ours, to whoever asks; None for every other."""
    if not address.startswith(settings.PORTAL_URL):
        return None
    try:
        match = resolve(address.removeprefix(settings.PORTAL_URL))
    except Resolver404:
        return None
    public_id: UUID | None = match.kwargs.get("public_id")
    if public_id is None:
        return None
    try:
        match match.view_name:
            case "credentials:ob2_assertion":
                credential = assertions_2().filter(public_id=public_id).first()
                return assertion_of(credential).document if credential else None
            case "credentials:ob2_badge":
                version = badge_class_2(public_id).first()
                return badge_of(version) if version else None
            case "credentials:ob2_issuer":
                issuer = issuers_2().filter(public_id=public_id).first()
                return profile_of(issuer) if issuer else None
    except NoAssertion:
        return None
    return None


def picture_of(credential: Credential) -> bytes:
    """The badge's picture with its Assertion baked in. Raises NoAssertion, also where it does not hold."""
    found, name = assertion_of(credential), credential.version.image.name
    if not found.holds or not name or not default_storage.exists(name):
        raise NoAssertion
    with default_storage.open(name) as picture:
        return bake_png(picture.read(), to_bytes(found.document), OPEN_BADGES_2)
