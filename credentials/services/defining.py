"""Definitions: publish an achievement's draft, open its next version, draw its picture."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, AchievementVersion
from credentials.services.artwork import Design, UnknownDesign, draw, reduced
from credentials.services.auditing import audit
from credentials.services.drafting import wrote

if TYPE_CHECKING:
    from learners.models import User

IMAGE_SIZE, THUMBNAIL_SIZE = 512, 192
# How many rings a level wears, and how grand a stacked certificate looks.
RINGS = {
    AchievementVersion.Level.FOUNDATION: 1,
    AchievementVersion.Level.PRACTITIONER: 2,
    AchievementVersion.Level.FULL: 3,
}
STACKED = (AchievementVersion.Kind.STACKED_CERTIFICATE, AchievementVersion.Kind.FULL_CERTIFICATION)


class CannotPublish(Exception):
    """The draft stays a draft; the message says what to mend."""


def design_of(version: AchievementVersion) -> Design:
    """What the version's picture is drawn from."""
    return Design(
        shape=version.shape,
        palette=version.palette,
        icon=version.icon,
        level=RINGS[AchievementVersion.Level(version.level)],
        seed=version.achievement.code,
        mark=version.achievement.series.mark,
        is_stacked=version.kind in STACKED,
    )


def picture(version: AchievementVersion, size: int = IMAGE_SIZE) -> bytes:
    """The version's badge image as PNG, drawn from its definition; the same gives the same bytes."""
    return draw(design_of(version), size)


@transaction.atomic
def publish_achievement(
    *, version: AchievementVersion, by: "User", at: datetime, image: bytes | None = None
) -> AchievementVersion:
    """Freeze the draft: its text, its picture and the rubric it is assessed by; new credentials carry it.

    `image` is its picture where many were drawn beforehand, side by side. Raises CannotPublish; nobody
    publishes what she wrote on herself.
    """
    version = (
        AchievementVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("achievement__series")
        .get(pk=version.pk)
    )
    if not version.is_draft:
        raise CannotPublish(_("This version is published already."))
    if wrote(version, by):
        raise CannotPublish(_("You wrote on this draft. Somebody else has to publish it."))
    version.result_descriptions = _assessed_by(version)
    try:
        image = image or picture(version)
    except UnknownDesign as unknown:
        raise CannotPublish(_("The picture cannot be drawn: %(part)s.") % {"part": unknown}) from unknown
    version.image, version.thumbnail = _stored(image), _stored(reduced(image, THUMBNAIL_SIZE))
    AchievementVersion.objects.filter(
        achievement=version.achievement, status=AchievementVersion.Status.PUBLISHED
    ).update(status=AchievementVersion.Status.SUPERSEDED)
    version.status = AchievementVersion.Status.PUBLISHED
    version.published_by, version.published_at = by, at
    version.save()
    Achievement.objects.filter(pk=version.achievement_id).update(current_version=version)
    audit("publish", version, by=by, code=version.achievement.code, number=version.number)
    return version


@transaction.atomic
def next_draft(*, achievement: Achievement, by: "User") -> AchievementVersion:
    """The draft to edit: the one that is open, or a copy of the version in force under the next number."""
    achievement = Achievement.objects.select_for_update(no_key=True, of=("self",)).get(pk=achievement.pk)
    newest = achievement.versions.order_by("-number").first()
    if newest is None:
        raise CannotPublish(
            _("%(code)s has no version to copy. Write its first one.") % {"code": achievement.code}
        )
    if newest.is_draft:
        return newest
    copy = AchievementVersion.objects.get(pk=newest.pk)
    copy.pk, copy.public_id = None, AchievementVersion._meta.get_field("public_id").get_default()
    copy._state.adding = True
    copy.number, copy.status = newest.number + 1, AchievementVersion.Status.DRAFT
    copy.written_by, copy.published_by, copy.published_at = by, None, None
    copy.save()
    return copy


def _assessed_by(version: AchievementVersion) -> list[dict[str, Any]]:
    """The rubric as frozen rows, asked by a dotted name: credentials never imports assessments."""
    rows: list[dict[str, Any]] = import_string(settings.RESULT_DESCRIPTIONS)(version)
    return rows


def _stored(image: bytes) -> str:
    """Keep the picture under the hash of its bytes; the same picture is kept once."""
    name = f"artwork/{hashlib.sha256(image).hexdigest()}.png"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(image))
