"""Designing: what the lint says of a version, and why what it says may stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.definitions import (
    CODES,
    AssessmentFacts,
    CompetencyFacts,
    Finding,
    RequiredFacts,
    VersionFacts,
    lint,
)
from credentials.models import Achievement, AchievementVersion, DesignReason, VersionCompetency
from credentials.services import picturing
from credentials.services.auditing import audit
from credentials.services.defining import gather, locked, observable
from credentials.services.drafting import note_writer, wrote

if TYPE_CHECKING:
    from learners.models import User


class CannotReason(Exception):
    """The reason was not kept or confirmed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding with the reason given for it, and whether it still stops the version."""

    finding: Finding
    reason: DesignReason | None

    @property
    def is_settled(self) -> bool:
        match self.finding.severity:
            case "warning":
                return self.reason is not None
            case "block":
                return self.reason is not None and self.reason.confirmed_by_id is not None
            case _:
                return False


def findings(version: AchievementVersion) -> list[OpenFinding]:
    """What the lint says of the version as its rows stand now, each with the reason given for it."""
    reasons = {row.code: row for row in version.reasons.select_related("written_by", "confirmed_by")}
    return [
        OpenFinding(finding=found, reason=reasons.get(found.code))
        for found in lint(facts_of_version(version))
    ]


def unsettled(version: AchievementVersion) -> list[OpenFinding]:
    """What still keeps the version from review."""
    return [found for found in findings(version) if not found.is_settled]


def said(found: Iterable[OpenFinding]) -> list[str]:
    """Findings one by one: each with its code, and its cure or what its reason still lacks."""
    return [f"{row.finding.code}: {row.finding.message.render(gettext)} {_next_step(row)}" for row in found]


def facts_of_version(version: AchievementVersion) -> VersionFacts:
    """What the design lint and the five tests read, from the version and the rows it is made of."""
    gather(version)
    area, leads_to = version.subject_area, version.leads_to
    requires = list(version.requires.all())
    banner = leads_to.current_version if leads_to else None
    return VersionFacts(
        name=version.name,
        description=version.description,
        outcomes=version.outcomes,
        criteria=version.criteria,
        kind=version.kind,
        level=version.level,
        leads_to=leads_to.code if leads_to else "",
        leads_to_kind=banner.kind if banner else "",
        requires=tuple(_required(row) for row in requires),
        reached_levels=_reached_levels(requires),
        hours=version.hours,
        credits=version.credits,
        credit_system=version.credit_system,
        qualification_framework=version.qualification_framework,
        qualification_level=version.qualification_level,
        methods=tuple(version.assessment_types),
        evidence_kinds=tuple(version.evidence_kinds),
        quality_assurance=version.quality_assurance,
        expiry=version.expiry,
        area_expiry=area.expiry if area else "",
        country=version.achievement.issuer.country,
        competencies=shown_by(version),
        assessment=_assessment_of(version),
        image_alt=version.image_alt,
        picture_problem=picturing.picture_problem(version),
        pictures_like_it=tuple(picturing.look_alikes(version)),
    )


def shown_by(version: AchievementVersion) -> tuple[CompetencyFacts, ...]:
    """The competencies a version shows; what the row leaves open, its framework may say."""
    gather(version)
    return tuple(_competency(row) for row in version.competencies.all())


@transaction.atomic
def give_reason(
    *, version: AchievementVersion, code: str, reason: str, by: "User", at: datetime
) -> DesignReason:
    """Write down why a block or a warning may stand; who does so has written on the draft.

    Written anew, a reason needs to be confirmed anew. Raises CannotReason.
    """
    version = _held(version)
    if not reason.strip():
        raise CannotReason(_("Write the reason."))
    if code not in CODES or CODES[code].severity == "error":
        raise CannotReason(_("This cannot be excused by a reason. It has to be mended."))
    if code not in {found.finding.code for found in findings(version)}:
        raise CannotReason(_("Nothing of this kind is found any more, so it needs no reason."))
    row, _made = DesignReason.objects.update_or_create(
        version=version,
        code=code,
        defaults={
            "reason": reason.strip(),
            "written_by": by,
            "written_at": at,
            "confirmed_by": None,
            "confirmed_at": None,
        },
    )
    note_writer(draft=version, by=by)
    audit("give reason", version, by=by, reason=reason.strip(), code=code)
    return row


@transaction.atomic
def confirm_reason(*, reason: DesignReason, by: "User", at: datetime) -> DesignReason:
    """A second person agrees, once, that a finding may stand. Raises CannotReason."""
    version = _held(reason.version)
    reason = DesignReason.objects.select_related("confirmed_by").get(pk=reason.pk)
    if reason.confirmed_by_id is not None:
        return reason
    if by.pk == reason.written_by_id or wrote(version, by):
        raise CannotReason(_("You wrote on this draft. Somebody else has to confirm the reason."))
    reason.confirmed_by, reason.confirmed_at = by, at
    reason.save(update_fields=["confirmed_by", "confirmed_at"])
    audit("confirm reason", version, by=by, reason=reason.reason, code=reason.code)
    return reason


@transaction.atomic
def withdraw_reason(*, reason: DesignReason, by: "User") -> None:
    """Take a reason back: what it excused stands open again. Raises CannotReason."""
    version = _held(reason.version)
    deleted, _by_model = DesignReason.objects.filter(pk=reason.pk).delete()
    if deleted:
        audit("withdraw reason", version, by=by, reason=reason.reason, code=reason.code)


def _held(version: AchievementVersion) -> AchievementVersion:
    version = locked(version)
    if not version.is_draft:
        raise CannotReason(_("This version is no draft any more. Return it to the draft first."))
    return version


def _next_step(row: OpenFinding) -> str:
    cure = row.finding.cure.render(gettext)
    if row.finding.severity == "error":
        return cure
    if row.reason is None:
        return gettext("%(cure)s Or write the reason why it may stand.") % {"cure": cure}
    return gettext("Its reason waits to be confirmed by a second person.")


def _assessment_of(version: AchievementVersion) -> AssessmentFacts:
    """Asked by a dotted name: credentials never imports assessments."""
    facts: AssessmentFacts = import_string(settings.ASSESSMENT_FACTS)(version)
    return facts


def _competency(row: VersionCompetency) -> CompetencyFacts:
    competency = row.competency
    return CompetencyFacts(
        identity=competency.identifier,
        name=competency.name,
        level=row.level or competency.level,
        criterion=observable(row),
        cognitive_level=competency.cognitive_level,
        sort=competency.sort,
        framework=str(competency.framework),
        framework_status=competency.framework.status,
    )


def _required(row: Achievement) -> RequiredFacts:
    version = row.current_version
    return RequiredFacts(code=row.code, name=row.name, competencies=shown_by(version) if version else ())


def _reached_levels(requires: list[Achievement]) -> frozenset[str]:
    """Levels of all that must be held before, over any number of steps."""
    levels: set[str] = set()
    seen: set[int] = set()
    pending = [row.current_version for row in requires]
    while pending:
        version = pending.pop()
        if version is None or version.pk in seen:
            continue
        seen.add(version.pk)
        levels.add(version.level)
        pending += [row.current_version for row in version.requires.select_related("current_version")]
    return frozenset(levels)
