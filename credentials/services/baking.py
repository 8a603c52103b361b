"""The picture of a credential with the signed credential inside it, for its holder to take along."""

import base64
from pathlib import Path

from django.conf import settings
from django.utils.html import escape

from credentials.models import AchievementVersion, Credential
from credentials.openbadges.baking import bake_png, bake_svg
from credentials.queries import signed_bytes
from credentials.services.verifying import NotSignedYet


def baked_png(*, credential: Credential) -> bytes:
    """The picture as PNG, the newest signed document inside. Raises NotSignedYet or CannotBake."""
    return bake_png(_picture(credential.version), _signed(credential))


def baked_svg(*, credential: Credential) -> bytes:
    """The same picture in an SVG. Raises NotSignedYet or CannotBake."""
    version = credential.version
    return bake_svg(_drawing(_picture(version), version), _signed(credential))


def _signed(credential: Credential) -> bytes:
    signed = signed_bytes(credential)
    if signed is None:
        raise NotSignedYet
    return signed


def _picture(version: AchievementVersion) -> bytes:
    """As it was published: what a drawing gives may change with a later release, this does not."""
    return (Path(settings.MEDIA_ROOT) / str(version.image.name)).read_bytes()


def _drawing(png: bytes, version: AchievementVersion) -> bytes:
    picture = base64.b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512" role="img">'
        f"<title>{escape(version.name)}</title><desc>{escape(version.image_alt)}</desc>"
        f'<image width="512" height="512" href="data:image/png;base64,{picture}"/></svg>'
    ).encode()
