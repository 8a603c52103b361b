"""Turn a signed certificate into its PDF file, once, named by everything that decided its bytes."""

import hashlib
import json
import os
import secrets
from importlib.metadata import version as installed_version
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from config.failpoints import reach
from credentials.models import Credential, Rendering
from credentials.queries import local_day
from credentials.services.printing import (
    Attachment,
    CertificateFacts,
    ComponentFacts,
    Document,
    Press,
    PressMissing,
    certificate_document,
    fonts_fingerprint,
    missing_characters,
)

WAIT_AFTER_FAILURE = 20
WAIT_FOR_ENGINE = 300
LEASE_SECONDS = 45
# One lasting child per worker process: fonts and style are read once (SPEED).
PRESS = Press()


class CannotPrint(Exception):
    """The certificate cannot be set in the fonts at hand; staff read which characters are missing."""


def render(*, rendering_id: int) -> bool:
    """Print one certificate; False if it is done, not due or in another worker's hands.

    A missing PDF engine is no failure of the certificate: the duty waits and keeps its attempts.
    """
    owner = secrets.token_hex(16)
    if not Rendering.objects.claim(rendering_id, owner, seconds=LEASE_SECONDS):
        return False
    rendering = Rendering.objects.select_related(
        "document__credential__version__achievement__issuer", "document__credential__recipient"
    ).get(pk=rendering_id)
    try:
        document = _document(rendering)
        pdf = PRESS.render(document)
    except PressMissing as missing:
        Rendering.objects.give_back(rendering_id, owner, str(missing), WAIT_FOR_ENGINE)
        Rendering.objects.filter(pk=rendering_id, done_at__isnull=True).update(attempts=0)
        return False
    except Exception as error:
        Rendering.objects.give_back(rendering_id, owner, str(error), WAIT_AFTER_FAILURE * rendering.attempts)
        raise
    name = f"certificates/{_content_key(document)}.pdf"
    reach("before_rename")
    keep_file(Path(settings.MEDIA_ROOT) / name, pdf)
    return bool(
        Rendering.objects.owned(rendering_id, owner).update(
            file=name,
            sha256=hashlib.sha256(pdf).hexdigest(),
            rendered_at=Now(),
            done_at=Now(),
            lease_owner="",
            lease_until=None,
            last_error="",
        )
    )


def keep_file(target: Path, data: bytes) -> None:
    """Write whole or not at all: beside its place, to the disk, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with beside.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(target)


def _document(rendering: Rendering) -> Document:
    signed = rendering.document
    facts = _facts(signed.credential)
    uncovered = missing_characters(
        "".join([facts.recipient, facts.title, *(part.name for part in facts.components)])
    )
    if uncovered:
        raise CannotPrint(
            _("No installed font has: %(characters)s") % {"characters": " ".join(sorted(uncovered))}
        )
    attachment = Attachment(
        name="credential.json",
        data=bytes(signed.signed or b""),
        description="Open Badges 3.0 credential, signed",
        created=signed.proof_created_at,
    )
    return certificate_document(facts, made_at=signed.proof_created_at, attachment=attachment)


def _facts(credential: Credential) -> CertificateFacts:
    version, issuer = credential.version, credential.version.achievement.issuer
    components = credential.components.select_related("version").order_by("earned_at", "pk")
    return CertificateFacts(
        lang=settings.LANGUAGE_CODE,
        institution=issuer.name,
        kind=str(version.get_kind_display()),
        title=version.name,
        recipient=credential.recipient.name,
        description=version.description,
        criteria="",
        awarded_on=local_day(credential.earned_at),
        code=credential.pretty_code,
        verification_url=credential.verify_url,
        credential_id=credential.public_id.urn,
        palette=version.palette,
        seed=version.achievement.code,
        badge=(Path(settings.MEDIA_ROOT) / str(version.image.name)).read_bytes(),
        badge_alt=version.image_alt,
        signatory=", ".join(part for part in (issuer.signatory_name, issuer.signatory_title) if part),
        hours=version.hours or None,
        credits=version.credits or None,
        valid_until=credential.expires_on,
        components=tuple(
            ComponentFacts(name=part.version.name, awarded_on=local_day(part.earned_at))
            for part in components
        ),
    )


def _content_key(document: Document) -> str:
    """A name for these bytes: page, pictures, signed credential, fonts and engine."""
    parts = [
        document.html,
        document.stylesheet,
        {name: hashlib.sha256(data).hexdigest() for name, data in document.assets.items()},
        hashlib.sha256(document.attachment.data).hexdigest() if document.attachment else "",
        document.made_at.isoformat(),
        fonts_fingerprint(),
        installed_version("weasyprint"),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
