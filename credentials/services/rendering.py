"""Owe a certificate on paper, and turn it into its PDF file, once, named by all that decided its bytes."""

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from config.events import announce
from config.failpoints import reach
from credentials.models import (
    AchievementVersion,
    Credential,
    Issuer,
    OperationKey,
    Rendering,
    SignedDocument,
)
from credentials.models.duty import MAX_ATTEMPTS
from credentials.queries import local_day, newest_document
from credentials.services.auditing import audit
from credentials.services.printing import (
    DESIGNS,
    USUAL,
    Attachment,
    CertificateFacts,
    ComponentFacts,
    Document,
    Press,
    PressMissing,
    SignatoryFacts,
    certificate_document,
    fonts_fingerprint,
    missing_characters,
)
from credentials.services.verifying import NotSignedYet

if TYPE_CHECKING:
    from learners.models import User

log = structlog.get_logger(__name__)
WAIT_AFTER_FAILURE = 20
WAIT_FOR_ENGINE = 300
WAIT_FOR_ROOM = 30
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
LEASE_SECONDS = 45
PRINTED = (AchievementVersion.Kind.STACKED_CERTIFICATE, AchievementVersion.Kind.FULL_CERTIFICATION)
"""What is printed by itself when it is signed; of anything else its holder asks for a certificate."""

ORDER = "order certificate"
ORDERS_WITHIN = timedelta(minutes=1)
# One lasting child per worker process: fonts and style are read once (SPEED).
PRESS = Press()


class NoRoom(Exception):
    """The disk that holds the files is full."""

    def __str__(self) -> str:
        return str(_("The disk for files is full. Make room: printing goes on by itself."))


class CannotPrint(Exception):
    """The certificate cannot be set in the fonts at hand; staff read which characters are missing."""


class TooManyOrders(Exception):
    """This person asked for more certificates than are printed for one person at a time."""

    wait_seconds = int(ORDERS_WITHIN.total_seconds())

    def __str__(self) -> str:
        return str(
            _("You asked for %(most)d certificates within a minute. Wait a minute and ask for the next.")
            % {"most": settings.PDF_RATE}
        )


def owe_certificates(documents: Sequence[SignedDocument]) -> None:
    """Owe the certificate of each newly signed document that is printed, or that was in an earlier revision.

    Design and paper are those in force now: a later choice changes no certificate that is owed or printed.
    The documents have their `key__issuer` and `credential__version` at hand.
    """
    later = [document.credential_id for document in documents if document.revision > 1]
    before: set[int] = set()
    if later:
        earlier = Rendering.objects.filter(document__credential__in=later)
        before.update(earlier.values_list("document__credential", flat=True))
    Rendering.objects.bulk_create(
        (
            Rendering(document=document, **_look_of(document.key.issuer))
            for document in documents
            if document.credential.version.kind in PRINTED or document.credential_id in before
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def order_certificate(*, credential: Credential, by: "User", at: datetime) -> None:
    """Owe the certificate of a credential's newest signed document, at its holder's wish; once.

    To be called within `once`, whose keys count the orders. Raises NotSignedYet or TooManyOrders.
    """
    document = newest_document(credential)
    if document is None:
        raise NotSignedYet
    recent = OperationKey.objects.filter(actor=by, act=ORDER, created_at__gt=at - ORDERS_WITHIN)
    if recent.count() > settings.PDF_RATE:
        raise TooManyOrders
    _row, is_new = Rendering.objects.get_or_create(document=document, defaults=_look_of(document.key.issuer))
    if is_new:
        audit(ORDER, credential, by=by, about=credential.recipient)
        announce("certificate.ordered", document_id=document.pk)


def _look_of(issuer: Issuer) -> dict[str, str]:
    """The issuer's design and paper as they are now; of a design that is no longer offered, the usual one."""
    known = {design for design, _label in DESIGNS}
    design = issuer.certificate_design if issuer.certificate_design in known else USUAL
    return {"design": design, "paper": issuer.certificate_paper}


def render(*, rendering_id: int) -> bool:
    """Print one certificate; False if it is done, not due or in another worker's hands.

    A missing PDF engine or a full disk is no failure of the certificate: the duty waits, says why, and
    keeps its attempts.
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
        name = f"certificates/{_content_key(document)}.pdf"
        _keep(rendering, Path(settings.MEDIA_ROOT) / name, pdf)
    except PressMissing as missing:
        _wait(rendering, owner, str(missing), WAIT_FOR_ENGINE)
        return False
    except NoRoom as full:
        _wait(rendering, owner, str(full), WAIT_FOR_ROOM)
        log.warning("rendering.no_room", rendering=rendering_id)
        return False
    except Exception as error:
        Rendering.objects.give_back(
            rendering_id, owner, str(error) or repr(error), WAIT_AFTER_FAILURE * rendering.attempts
        )
        raise
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


def keep_file(target: Path, data: bytes, *, beside: Path) -> None:
    """Write whole or not at all: to `beside`, to the disk, then renamed. Raises NoRoom."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        reach("before_rename")
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        if error.errno in FULL:
            raise NoRoom from error
        raise


def _keep(rendering: Rendering, target: Path, pdf: bytes) -> None:
    """Keep the PDF, and clear away what attempts that were killed left half written.

    Each attempt writes to a name of its own, so that a worker thought dead cannot spoil another's file.
    """
    beside = [target.with_name(f".{rendering.pk}-{attempt}") for attempt in range(1, MAX_ATTEMPTS + 1)]
    keep_file(target, pdf, beside=beside[rendering.attempts - 1])
    for left in beside:
        left.unlink(missing_ok=True)


def _wait(rendering: Rendering, owner: str, why: str, seconds: int) -> None:
    Rendering.objects.owned(rendering.pk, owner).update(attempts=F("attempts") - 1)
    Rendering.objects.give_back(rendering.pk, owner, why, seconds)


def _document(rendering: Rendering) -> Document:
    signed = rendering.document
    facts = _facts(rendering)
    uncovered = missing_characters(facts.words)
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


def _facts(rendering: Rendering) -> CertificateFacts:
    """What is printed: the name that was signed, and the design that was in force when printing was owed."""
    credential = rendering.document.credential
    version, issuer = credential.version, credential.version.achievement.issuer
    components = credential.components.select_related("version").order_by("earned_at", "pk")
    return CertificateFacts(
        lang=settings.LANGUAGE_CODE,
        institution=issuer.name,
        kind=str(version.get_kind_display()),
        title=version.name,
        recipient=_signed_name(rendering.document) or credential.recipient.name,
        description=version.description,
        criteria="",
        awarded_on=local_day(credential.earned_at),
        code=credential.pretty_code,
        verification_url=credential.verify_url,
        credential_id=credential.public_id.urn,
        palette=issuer.certificate_palette or version.palette,
        seed=version.achievement.code,
        badge=(Path(settings.MEDIA_ROOT) / str(version.image.name)).read_bytes(),
        badge_alt=version.image_alt,
        hours=version.hours or None,
        credits=version.credits or None,
        valid_until=credential.expires_on,
        components=tuple(
            ComponentFacts(name=part.version.name, awarded_on=local_day(part.earned_at))
            for part in components
        ),
        design=rendering.design,
        paper=rendering.paper,
        logo=logo_of(issuer),
        signatories=signatories_of(issuer),
    )


def logo_of(issuer: Issuer) -> bytes:
    """The issuer's logo as PNG; empty where it has none."""
    if not issuer.logo:
        return b""
    with issuer.logo.open() as kept:
        return bytes(kept.read())


def signatories_of(issuer: Issuer) -> tuple[SignatoryFacts, ...]:
    return tuple(SignatoryFacts(name=row.name, office=row.office) for row in issuer.signatories.all())


def _signed_name(document: SignedDocument) -> str:
    """The recipient's name as the document says it: a name changed since belongs to the next revision."""
    subject = json.loads(bytes(document.unsigned)).get("credentialSubject", {})
    identifiers = subject.get("identifier", [])
    return next((str(one["identityHash"]) for one in identifiers if one.get("identityType") == "name"), "")


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
