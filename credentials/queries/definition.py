"""One version of an achievement, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.models import Achievement, AchievementVersion, Alignment
from credentials.queries.catalogue import plain

# What employers ask for; everything else a version answers to is a standard.
JOBS = frozenset({Alignment.Purpose.JOB, Alignment.Purpose.ESCO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that a version shows or answers to; `url` only where it may be followed."""

    name: str
    code: str = ""
    level: str = ""
    told: str = ""
    framework: str = ""
    url: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a version says beyond its texts, out of what was frozen with it, in words."""

    outcomes: tuple[str, ...]
    competencies: tuple[Line, ...]
    jobs: tuple[Line, ...]
    standards: tuple[Line, ...]
    requires: tuple[Line, ...]
    leads_to: Line | None
    area: str
    assessed_by: tuple[str, ...]
    evidence: tuple[str, ...]
    qualification: str
    stackability: str
    validity: str
    has_blueprint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A pathway that lists an achievement, or awards it: where it leads and what it asks in all."""

    name: str
    url: str
    awards: str
    sentence: str
    is_awarded: bool


def public_version(public_id: UUID) -> QuerySet[AchievementVersion]:
    """A version anyone may read: published now or earlier, so that old credentials keep their text."""
    return (
        AchievementVersion.objects.filter(public_id=public_id)
        .exclude(status__in=AchievementVersion.OPEN)
        .select_related("achievement__series", "achievement__issuer", "achievement__current_version")
    )


def definition_of(version: AchievementVersion) -> Definition:
    """Never asks the database: competencies and standards may have moved on, what was published stays."""
    frozen: Mapping[str, Any] = version.definition
    outside = [(row["purpose"], _outside(row)) for row in frozen.get("alignments", ())]
    leads_to = frozen.get("leads_to")
    return Definition(
        outcomes=tuple(line.strip() for line in version.outcomes.splitlines() if line.strip()),
        competencies=tuple(_competency(row) for row in frozen.get("competencies", ())),
        jobs=tuple(line for purpose, line in outside if purpose in JOBS),
        standards=tuple(line for purpose, line in outside if purpose not in JOBS),
        requires=tuple(_achievement(row) for row in frozen.get("requires", ())),
        leads_to=_achievement(leads_to) if leads_to else None,
        area=frozen.get("subject_area", ""),
        assessed_by=_labels(AchievementVersion.Method, version.assessment_types),
        evidence=_labels(AchievementVersion.EvidenceKind, version.evidence_kinds),
        qualification=_qualification(version),
        stackability=_stackability(version),
        validity=_validity(version),
        has_blueprint=bool(frozen.get("blueprint")),
    )


def _competency(row: Mapping[str, Any]) -> Line:
    return Line(
        name=row["name"],
        code=row["code"],
        level=row["level"],
        told=row["criterion"],
        framework=f"{row['framework']} {row['framework_version']}".strip(),
        **_link(row["uri"]),
    )


def _outside(row: Mapping[str, Any]) -> Line:
    return Line(
        name=row["target_name"],
        code=row["target_code"],
        told=row["target_description"],
        framework=row["target_framework"],
        **_link(row["target_url"]),
    )


def _achievement(row: Mapping[str, Any]) -> Line:
    return Line(name=row["name"], code=row["code"], **_link(row["url"]))


def _link(url: str) -> dict[str, Any]:
    """An address that a browser may be sent to, and whether it leads away from the portal.

    Frameworks come from files: what is neither a path of ours nor an address of the web is no link.
    """
    if url.startswith(settings.PORTAL_URL + "/"):
        url = url.removeprefix(settings.PORTAL_URL)
    is_ours = url.startswith("/") and not url.startswith("//")
    is_outside = url.startswith(("https://", "http://"))
    return {"url": url if is_ours or is_outside else "", "is_outside": is_outside}


def _labels(names: type[TextChoices], codes: Sequence[str]) -> tuple[str, ...]:
    words = dict(names.choices)
    return tuple(str(words.get(code, code)) for code in codes)


def _qualification(version: AchievementVersion) -> str:
    if not version.qualification_framework or not version.qualification_level:
        return ""
    facts = {"framework": version.get_qualification_framework_display(), "level": version.qualification_level}
    return _("%(framework)s, level %(level)s") % facts


def _stackability(version: AchievementVersion) -> str:
    if version.kind == AchievementVersion.Kind.PARTICIPATION:
        return _("Says that somebody took part; it counts towards no certificate.")
    if version.kind in version.STACKED:
        return _("Made of smaller credentials, each of which counts by itself.")
    return _("Stands alone and can be stacked.")


def _validity(version: AchievementVersion) -> str:
    months = version.expiry_months
    if not months or version.expiry == AchievementVersion.Expiry.NEVER:
        return _("Does not expire")
    if months % 12:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    return ngettext("%(count)d year", "%(count)d years", months // 12) % {"count": months // 12}


def versions_of(achievement: Achievement) -> QuerySet[AchievementVersion]:
    """Every text this achievement was ever published with, the newest first."""
    return achievement.versions.exclude(status__in=AchievementVersion.OPEN).order_by("-number")


def stacks_into(achievement: Achievement) -> list[Onward]:
    """The published pathways with it, asked by a dotted name: credentials never imports pathways."""
    onward: list[Onward] = import_string(settings.STACKS_INTO)(achievement)
    return onward


def rubric_of(version: AchievementVersion, results: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:
    """The rubric frozen into a version, as components/rubric_grid.html reads it, with the levels reached."""
    reached = {result["id"]: result["level"] for result in results}
    return [
        {
            "name": row["name"],
            "must_pass": bool(row.get("required_level")),
            "required": next(
                (level["name"] for level in row["levels"] if level["id"] == row.get("required_level")), ""
            ),
            "levels": [
                {
                    "label": level["name"],
                    "descriptor": level["description"],
                    "points": None if level["points"] is None else plain(Decimal(level["points"])) or "0",
                    "chosen": reached.get(row["id"]) == level["id"],
                }
                for level in row["levels"]
            ],
        }
        for row in version.result_descriptions
    ]
