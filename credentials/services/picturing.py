"""How a version's picture looks before it is frozen: whether it can be seen well, and what is like it."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files import File
from django.db import models

from credentials.models import AchievementVersion
from credentials.services.artwork import (
    CannotDraw,
    Design,
    Prints,
    alike,
    contrast_problem,
    contrasts,
    draw,
    fingerprint,
    nearly_same,
    prints_of,
    tablet,
)
from credentials.services.defining import design_of, portrait
from credentials.services.pictures import RefusedPicture, accept_picture

LOOKED_AT = 192
"""Pixels a side at which pictures are compared: as small as in lists."""

KEPT_IN_MIND = 512


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as it would be: its prints, what is wrong with it, and whose picture is nearly the same."""

    prints: Prints | None
    problem: str
    alike: list[str]
    # Of the icon and of the words with their grounds; nobody knows them of an own picture.
    contrasts: tuple[float, float] | None = None


def seen(*, version: AchievementVersion, upload: "File[bytes] | None" = None) -> Seen:
    """The picture of a version, saved or not, or of what is offered as its own, judged; keeps nothing."""
    is_own = bool(upload or version.uploaded)
    try:
        prints = prints_of(accept_picture(upload=upload) if upload else _small_portrait(version))
    except (CannotDraw, RefusedPicture) as problem:
        return Seen(None, str(problem), [])
    alike = nearly_same(prints.fingerprint, _others(version))
    if is_own:
        return Seen(prints, "", alike)
    return Seen(prints, picture_problem(version), alike, contrasts(design_of(version)))


def picture_problem(version: AchievementVersion) -> str:
    """Why the picture cannot be drawn, or not be told from its ground; of an own picture nobody can say."""
    return legend_problem(version) or colour_problem(version)


def legend_problem(version: AchievementVersion) -> str:
    """Why the words cannot be set, or the picture not be drawn at all."""
    try:
        design = design_of(version)
        if design.legend:
            tablet(design)
    except CannotDraw as problem:
        return "" if version.uploaded else str(problem)
    return ""


def colour_problem(version: AchievementVersion) -> str:
    """Why icon and words cannot be told from their ground."""
    return "" if version.uploaded else contrast_problem(design_of(version)) or ""


def look_alikes(version: AchievementVersion) -> list[str]:
    """The names of other achievements whose picture looks nearly the same, the nearest first."""
    mine = fingerprint_of(version)
    return nearly_same(mine, _others(version)) if mine else []


def fingerprint_of(version: AchievementVersion) -> str:
    """The frozen one, or a draft's as it would be frozen now; empty where it cannot be drawn."""
    if version.fingerprint:
        return version.fingerprint
    try:
        return fingerprint(portrait(version)) if version.uploaded else _of_design(design_of(version))
    except CannotDraw:
        return ""


def small_picture(*, version: AchievementVersion) -> bytes:
    """As lists show it: the frozen one, or as it would be frozen now. Raises CannotDraw."""
    if version.thumbnail:
        with version.thumbnail.open() as kept:
            return bytes(kept.read())
    return prints_of(portrait(version)).thumbnail if version.uploaded else draw(design_of(version), LOOKED_AT)


def alike_among(
    versions: Iterable[AchievementVersion],
) -> list[tuple[AchievementVersion, AchievementVersion]]:
    """The pairs of different achievements whose pictures are nearly the same."""
    by_number = {str(version.pk): version for version in versions}
    pairs = alike({number: fingerprint_of(version) for number, version in by_number.items()})
    found = [(by_number[one], by_number[other]) for one, other in pairs]
    return [(one, other) for one, other in found if one.achievement_id != other.achievement_id]


def shown() -> models.QuerySet[AchievementVersion]:
    """The versions whose pictures are in use, or may be soon."""
    return AchievementVersion.objects.filter(
        status__in=[*AchievementVersion.OPEN, AchievementVersion.Status.PUBLISHED]
    )


def _others(version: AchievementVersion) -> dict[str, str]:
    """The frozen fingerprints of other achievements, by code and name."""
    rows = shown().exclude(achievement=version.achievement_id).exclude(fingerprint="")
    return {
        f"{code} {name}": known
        for code, name, known in rows.values_list("achievement__code", "name", "fingerprint")
    }


def _small_portrait(version: AchievementVersion) -> bytes:
    """As large as any page shows it; the version's own as it is."""
    return portrait(version) if version.uploaded else draw(design_of(version))


@functools.lru_cache(maxsize=KEPT_IN_MIND)
def _of_design(design: Design) -> str:
    return fingerprint(draw(design, LOOKED_AT))
