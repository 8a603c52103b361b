"""Definitions: freeze what a version shows, publish it, open its next draft, begin another from it."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from credentials.definitions import AssessmentFacts
from credentials.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    Decision,
    VersionCompetency,
)
from credentials.services.artwork import Design, draw, prints_of
from credentials.services.auditing import audit
from credentials.services.drafting import note_writer, wrote

if TYPE_CHECKING:
    from learners.models import User

IMAGE_LARGE_SIZE, IMAGE_SIZE = 1024, 512
# How many rings a level wears, and how grand a stacked certificate looks.
RINGS = {
    AchievementVersion.Level.FOUNDATION: 1,
    AchievementVersion.Level.PRACTITIONER: 2,
    AchievementVersion.Level.FULL: 3,
}
# What a copy does not take over from the version it is copied from.
OF_ONE_VERSION: dict[str, Any] = {
    "status": AchievementVersion.Status.DRAFT,
    "image": "",
    "image_large": "",
    "thumbnail": "",
    "fingerprint": "",
    "result_descriptions": [],
    "definition": {},
    "submitted_at": None,
    "approved_by": None,
    "approved_at": None,
    "published_by": None,
    "published_at": None,
    "retired_at": None,
}


class CannotPublish(Exception):
    """The version was not published, or no draft was opened; the message says what to do."""


def design_of(version: AchievementVersion) -> Design:
    """What the version's picture is drawn from."""
    return Design(
        shape=version.shape,
        palette=version.palette,
        icon=version.icon,
        level=RINGS[AchievementVersion.Level(version.level)],
        seed=version.achievement.code,
        mark=version.achievement.series.mark,
        is_stacked=version.kind in version.STACKED,
        colour=version.colour,
        legend=version.legend,
    )


def picture(version: AchievementVersion, size: int = IMAGE_SIZE) -> bytes:
    """The version's badge image as PNG, drawn from its definition; the same gives the same bytes."""
    return draw(design_of(version), size)


def portrait(version: AchievementVersion) -> bytes:
    """The picture all others are made from: the version's own, or the large one drawn. Raises CannotDraw."""
    if version.uploaded:
        with version.uploaded.open() as own:
            return bytes(own.read())
    return picture(version, IMAGE_LARGE_SIZE)


def freeze(version: AchievementVersion, image: bytes | None = None) -> None:
    """Fill, on a draft that the caller holds and saves, what it shows from now on.

    `image` is its large picture where many were drawn beforehand, side by side. Raises CannotDraw.
    """
    area = version.subject_area
    if version.expiry == AchievementVersion.Expiry.AREA and area is not None:
        version.expiry_months = area.expiry_months
    version.result_descriptions = rubric_of(version)
    version.definition = definition_of(version)
    prints = prints_of(image or portrait(version))
    version.image_large = _stored(prints.large)
    version.image = _stored(prints.image)
    version.thumbnail = _stored(prints.thumbnail)
    version.fingerprint = prints.fingerprint


def thaw(version: AchievementVersion) -> None:
    """Empty, on a draft that the caller holds, what `freeze` filled."""
    fields: dict[str, Any] = {
        **OF_ONE_VERSION,
        "expiry_months": None if version.expiry == AchievementVersion.Expiry.AREA else version.expiry_months,
    }
    AchievementVersion.objects.filter(pk=version.pk).update(**fields)


def what_changed(version: AchievementVersion) -> list[str]:
    """Which of the frozen parts would be written otherwise today."""
    parts = {
        str(_("the rubric")): (version.result_descriptions, rubric_of(version)),
        str(_("competencies, standards or prerequisites")): (version.definition, definition_of(version)),
    }
    return [name for name, (frozen, today) in parts.items() if frozen != today]


@transaction.atomic
def publish_achievement(*, version: AchievementVersion, by: "User", at: datetime) -> AchievementVersion:
    """Put an approved version in force: new credentials carry it. Raises CannotPublish.

    Nobody publishes what she wrote on herself.
    """
    achievement = Achievement.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=version.achievement_id
    )
    version = locked(version)
    if version.is_public:
        raise CannotPublish(_("This version is published already."))
    if version.status != AchievementVersion.Status.APPROVED:
        raise CannotPublish(_("This version is not approved yet. Send it for review first."))
    if wrote(version, by):
        raise CannotPublish(_("You wrote on this draft. Somebody else has to publish it."))
    if version.result_descriptions != rubric_of(version):
        raise CannotPublish(
            _("The rubric is not the one that was approved any more. Return the version to the draft.")
        )
    was_retired = achievement.versions.filter(status=AchievementVersion.Status.RETIRED).exists()
    achievement.versions.filter(status=AchievementVersion.Status.PUBLISHED).update(
        status=AchievementVersion.Status.SUPERSEDED
    )
    AchievementVersion.objects.filter(pk=version.pk).update(
        status=AchievementVersion.Status.PUBLISHED, published_by=by, published_at=at
    )
    decision = version.decisions.filter(kind=Decision.Kind.APPROVE).first()
    achievement.current_version = version
    achievement.review_due_on = decision.review_due_on if decision else None
    # What was retired can be earned again, in its new text.
    achievement.is_active = achievement.is_active or was_retired
    achievement.save(update_fields=["current_version", "review_due_on", "is_active"])
    audit("publish", version, by=by, code=achievement.code, number=version.number)
    version.refresh_from_db()
    return version


@transaction.atomic
def next_draft(*, achievement: Achievement, by: "User") -> AchievementVersion:
    """The version being written or decided on, or a copy of the newest under the next number."""
    achievement = Achievement.objects.select_for_update(no_key=True, of=("self",)).get(pk=achievement.pk)
    newest = achievement.versions.order_by("-number").first()
    if newest is None:
        raise CannotPublish(
            _("%(code)s has no version to copy. Write its first one.") % {"code": achievement.code}
        )
    if not newest.is_public:
        return newest
    return _copied(newest, achievement=achievement, number=newest.number + 1, by=by)


@transaction.atomic
def clone_achievement(*, achievement: Achievement, code: str, by: "User") -> Achievement:
    """Another achievement of the same series, with a draft copied from this one's newest text.

    Raises CannotPublish when the code is taken.
    """
    code = code.strip()
    if not code or Achievement.objects.filter(code__iexact=code).exists():
        raise CannotPublish(_("The code “%(code)s” is taken. Choose another.") % {"code": code})
    newest = achievement.versions.order_by("-number").first()
    if newest is None:
        raise CannotPublish(
            _("%(code)s has no version to copy. Write its first one.") % {"code": achievement.code}
        )
    clone = Achievement.objects.create(
        issuer=achievement.issuer,
        series=achievement.series,
        code=code,
        is_repeatable=achievement.is_repeatable,
    )
    _copied(newest, achievement=clone, number=1, by=by)
    audit("clone achievement", clone, by=by, code=code, source=achievement.code)
    return clone


def locked(version: AchievementVersion) -> AchievementVersion:
    """The version as it stands, held until the transaction ends, with what its services read."""
    # Held first and read then: rows joined to one that was waited for are older than the wait.
    AchievementVersion.objects.select_for_update(no_key=True).only("pk").get(pk=version.pk)
    return AchievementVersion.objects.select_related(
        "achievement__series__board",
        "achievement__issuer",
        "subject_area",
        "leads_to__current_version",
        "approved_by",
    ).get(pk=version.pk)


def gather(version: AchievementVersion) -> None:
    """Fetch, once for all that read them, the rows of other tables that a version is made of."""
    shown = VersionCompetency.objects.select_related("competency__framework").prefetch_related(
        "competency__performance_criteria", "competency__alignments"
    )
    requires = Achievement.objects.select_related("current_version").order_by("code")
    prefetch_related_objects(
        [version], Prefetch("competencies", shown), "alignments", Prefetch("requires", requires)
    )


def rubric_of(version: AchievementVersion) -> list[dict[str, Any]]:
    """The rubric as frozen rows, asked by a dotted name: credentials never imports assessments."""
    rows: list[dict[str, Any]] = import_string(settings.RESULT_DESCRIPTIONS)(version)
    return rows


def definition_of(version: AchievementVersion) -> dict[str, Any]:
    """What stands in rows of other tables, as a version shows it."""
    gather(version)
    shown = version.competencies.all()
    outside = [alignment for row in shown for alignment in row.competency.alignments.all()]
    facts: AssessmentFacts = import_string(settings.ASSESSMENT_FACTS)(version)
    return {
        "competencies": [_competency(row) for row in shown],
        "alignments": [_alignment(row) for row in (*version.alignments.all(), *outside)],
        "requires": [_named(row) for row in version.requires.all()],
        "leads_to": _named(version.leads_to) if version.leads_to else None,
        "subject_area": version.subject_area.name if version.subject_area else "",
        "blueprint": [
            {
                "competency": cell.code or cell.name,
                "name": cell.name,
                "method": cell.method,
                "weight": f"{cell.weight.normalize():f}",
                "level": cell.level,
                "min_evidence": cell.min_evidence,
            }
            for cell in facts.blueprint
        ],
    }


def observable(row: VersionCompetency) -> str:
    """What one can see of a competency: what this version says, or else what its framework says."""
    return row.criterion or " ".join(each.text for each in row.competency.performance_criteria.all())


def _competency(row: VersionCompetency) -> dict[str, str]:
    competency = row.competency
    return {
        "code": competency.code,
        "name": competency.name,
        "statement": competency.statement,
        "framework": competency.framework.title,
        "framework_version": competency.framework.version,
        "level": row.level or competency.level,
        "cognitive_level": competency.cognitive_level,
        "criterion": observable(row),
        "uri": competency.uri or settings.PORTAL_URL + competency.get_absolute_url(),
        "type": Alignment.TargetType.CF_ITEM.value,
    }


def _alignment(row: Alignment) -> dict[str, str]:
    return {
        "purpose": row.purpose,
        "target_type": row.target_type,
        "target_name": row.target_name,
        "target_url": row.target_url,
        "target_code": row.target_code,
        "target_framework": row.target_framework,
        "target_description": row.target_description,
    }


def _named(achievement: Achievement) -> dict[str, str]:
    version = achievement.current_version
    url = settings.PORTAL_URL + version.get_absolute_url() if version else ""
    return {"code": achievement.code, "name": achievement.name, "url": url}


def _copied(
    source: AchievementVersion, *, achievement: Achievement, number: int, by: "User"
) -> AchievementVersion:
    """A draft with the text of `source` and the rows it is made of."""
    copy = AchievementVersion.objects.get(pk=source.pk)
    copy.pk, copy.public_id = None, AchievementVersion._meta.get_field("public_id").get_default()
    copy._state.adding = True
    for name, value in OF_ONE_VERSION.items():
        setattr(copy, name, value)
    if copy.expiry == AchievementVersion.Expiry.AREA:
        copy.expiry_months = None
    copy.achievement, copy.number, copy.written_by = achievement, number, by
    copy.save()
    copy.requires.set(source.requires.all())
    shown, outside = list(source.competencies.all()), list(source.alignments.all())
    rows: tuple[VersionCompetency | Alignment, ...] = (*shown, *outside)
    for row in rows:
        row.pk, row.version, row._state.adding = None, copy, True
    VersionCompetency.objects.bulk_create(shown)
    Alignment.objects.bulk_create(outside)
    import_string(settings.COPY_BLUEPRINT)(source=source, copy=copy)
    note_writer(draft=copy, by=by)
    return copy


def _stored(image: bytes) -> str:
    """Keep the picture under the hash of its bytes; the same picture is kept once."""
    name = f"artwork/{hashlib.sha256(image).hexdigest()}.png"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(image))
