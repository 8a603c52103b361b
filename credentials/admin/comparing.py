"""What a version says, part by part in words, and where it differs from another."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from credentials.models import AchievementVersion
from credentials.queries import plain
from credentials.services.defining import definition_of, rubric_of

TEXTS = (
    "name",
    "description",
    "outcomes",
    "criteria",
    "kind",
    "level",
    "subject_area",
    "hours",
    "credits",
    "credit_system",
    "qualification_framework",
    "qualification_level",
    "learning_mode",
    "assessment_mode",
    "assessment_types",
    "evidence_kinds",
    "supervision",
    "quality_assurance",
    "leads_to",
    "prerequisites",
    "language",
    "shape",
    "palette",
    "icon",
    "colour",
    "legend",
    "image_alt",
)
WORDS: dict[str, dict[str, Any]] = {
    "assessment_types": dict(AchievementVersion.Method.choices),
    "evidence_kinds": dict(AchievementVersion.EvidenceKind.choices),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that reads otherwise in another version."""

    name: str
    before: str
    after: str


def differences(version: AchievementVersion, earlier: AchievementVersion) -> list[Difference]:
    """Where `version` says something else than `earlier`, in the order of the form."""
    before = dict(in_words(earlier))
    return [
        Difference(name, before[name], after) for name, after in in_words(version) if before[name] != after
    ]


def in_words(version: AchievementVersion) -> list[tuple[str, str]]:
    """Every part of a version, by its name in the form; of what left the draft, as it was frozen."""
    definition = definition_of(version) if version.is_draft else version.definition
    rubric = rubric_of(version) if version.is_draft else version.result_descriptions
    return [
        *((_label(name), _said(version, name)) for name in TEXTS),
        (gettext("Validity"), validity(version)),
        (gettext("Competencies shown"), _lines(definition, "competencies", _competency)),
        (gettext("Must be held before"), _lines(definition, "requires", _named)),
        (gettext("Outside standards"), _lines(definition, "alignments", _alignment)),
        (gettext("Blueprint"), _lines(definition, "blueprint", _cell)),
        (gettext("Rubric"), "\n".join(_criterion(row) for row in rubric)),
    ]


def validity(version: AchievementVersion) -> str:
    """How long it is valid, and who says so."""
    if not version.expiry:
        return gettext("not decided")
    said, area = version.get_expiry_display(), version.subject_area
    match version.expiry:
        case AchievementVersion.Expiry.NEVER:
            return said
        case AchievementVersion.Expiry.MONTHS:
            return _months(version.expiry_months)
    if version.is_draft and (area is None or not area.expiry):
        return gettext("%(said)s, which has not decided") % {"said": said}
    months = area.expiry_months if version.is_draft and area else version.expiry_months
    return gettext("%(said)s: %(months)s") % {"said": said, "months": _months(months)}


def _months(months: int | None) -> str:
    if months is None:
        return gettext("never expires")
    return ngettext("expires after %(months)d month", "expires after %(months)d months", months) % {
        "months": months
    }


def _label(name: str) -> str:
    return capfirst(str(AchievementVersion._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _said(version: AchievementVersion, name: str) -> str:
    value = getattr(version, name)
    if name in WORDS:
        return "\n".join(str(WORDS[name].get(each, each)) for each in value)
    if name in ("hours", "credits"):
        return plain(value)
    display = getattr(version, f"get_{name}_display", None)
    return str(display() if display else value or "")


def _lines(definition: dict[str, Any], part: str, said: Any) -> str:
    return "\n".join(said(row) for row in definition.get(part) or ())


def _competency(row: dict[str, str]) -> str:
    named = " ".join(part for part in (row["code"], row["name"]) if part)
    shown = f"{named} ({row['level']})" if row["level"] else named
    return f"{shown}: {row['criterion']}" if row["criterion"] else shown


def _named(row: dict[str, str]) -> str:
    return f"{row['code']} {row['name']}"


def _alignment(row: dict[str, str]) -> str:
    named = " ".join(part for part in (row["target_code"], row["target_name"]) if part)
    return f"{named}, {row['target_framework']}" if row["target_framework"] else named


def _cell(row: dict[str, Any]) -> str:
    method = dict(AchievementVersion.Method.choices).get(row["method"], row["method"])
    return f"{row.get('name') or row['competency']}: {method}, {row['weight']} %"


def _criterion(row: dict[str, Any]) -> str:
    return f"{row['name']}: " + ", ".join(level["name"] for level in row["levels"])
