"""What is wrong with a definition before it is published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from credentials.definitions.codes import CODES, Severity
from credentials.definitions.facts import (
    INTRODUCTORY,
    MICRO,
    MULTIPLE_CHOICE,
    SPECIALTY,
    STACKED,
    BlueprintCellFacts,
    CompetencyFacts,
    VersionFacts,
)
from credentials.definitions.naming import is_a_part, is_vague
from credentials.definitions.text import Text

Raised: TypeAlias = Iterator[tuple[str, Mapping[str, object]]]

# The least and the most hours of what is assessed by itself, by its level.
HOURS = {"foundation": (Decimal(4), Decimal(8)), "practitioner": (Decimal(8), Decimal(40))}
INTRODUCTION_HOURS = (Decimal(1), Decimal(8))
# Hours of learning behind one ECTS credit; half a hundredth of a credit is rounding.
ECTS_HOURS = (Decimal(25), Decimal(30))
ROUNDING = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: why it matters and how to mend it; `field` is where the form asks for it."""

    code: str
    severity: Severity
    message: Text
    cure: Text
    field: str


_ORDER = {"error": 0, "block": 1, "warning": 2}


def lint(facts: VersionFacts) -> list[Finding]:
    """Everything wrong with a definition: errors, blocks, warnings, each in the order of CODES."""
    places = {code: place for place, code in enumerate(CODES)}
    raised = [*_of_words(facts), *_of_size(facts), *_of_image(facts), *_of_kind(facts)]
    if facts.counts:
        raised += [*_of_competencies(facts), *_of_assessment(facts), *_of_blueprint(facts)]
    if facts.kind in MICRO:
        raised += _of_europe(facts)
    found = [_finding(code, params) for code, params in raised]
    return sorted(found, key=lambda finding: (_ORDER[finding.severity], places[finding.code]))


def _finding(code: str, params: Mapping[str, object]) -> Finding:
    rule = CODES[code]
    return Finding(code, rule.severity, Text(rule.message, params), Text(rule.cure, params), rule.field)


def _of_words(facts: VersionFacts) -> Raised:
    if is_a_part(facts.name):
        yield "NAME_PART", {"name": facts.name}
    elif facts.counts and is_vague(facts.name, is_introduction=facts.kind == INTRODUCTORY):
        yield "NAME_VAGUE", {"name": facts.name}
    if not facts.description.strip():
        yield "DESCRIPTION_MISSING", {}
    if not facts.criteria.strip():
        yield "CRITERIA_MISSING", {}
    if facts.counts and not facts.outcomes.strip():
        yield "OUTCOMES_MISSING", {}


def _of_kind(facts: VersionFacts) -> Raised:
    is_banner = not facts.leads_to_kind or facts.leads_to_kind in STACKED
    if facts.kind == SPECIALTY and not (facts.leads_to and is_banner):
        yield "KIND_SPECIALTY", {}
    if facts.kind == INTRODUCTORY and not facts.leads_to:
        yield "KIND_INTRODUCTORY", {}
    # A certificate builds on its components.
    is_practitioner = facts.level == "practitioner" and facts.counts and not facts.is_stacked
    if is_practitioner and "foundation" not in facts.reached_levels:
        yield "PRACTITIONER_WITHOUT_FOUNDATION", {}


def _of_competencies(facts: VersionFacts) -> Raised:
    shown = facts.competencies
    if not shown:
        yield "COMPETENCY_MISSING", {}
    lacking = {
        "FRAMEWORK_DRAFT": [row for row in shown if row.framework_status == "draft"],
        "FRAMEWORK_RETIRED": [row for row in shown if row.framework_status == "retired"],
        "COMPETENCY_LEVEL_MISSING": [row for row in shown if not row.level.strip()],
        "OBSERVABLE_MISSING": [row for row in shown if not row.criterion.strip()],
    }
    for code, rows in lacking.items():
        if rows:
            yield code, {"names": _names(rows)}
    repeated: dict[str, list[CompetencyFacts]] = {}
    for before in facts.requires:
        if again := [row for row in shown if any(_is_no_higher(row, old) for old in before.competencies)]:
            repeated[before.name] = again
    if repeated:
        rows = [row for again in repeated.values() for row in again]
        yield (
            "SAME_COGNITIVE_LEVEL",
            {"this": facts.name, "before": _listed(repeated), "names": _names(rows)},
        )


def _is_no_higher(row: CompetencyFacts, old: CompetencyFacts) -> bool:
    """The same competency at the same cognitive level; where nobody named one, at the same level."""
    if row.identity != old.identity or row.cognitive_level != old.cognitive_level:
        return False
    return bool(row.cognitive_level) or row.level == old.level


def _of_assessment(facts: VersionFacts) -> Raised:
    if not facts.assessed_by:
        yield "METHOD_MISSING" if set(facts.methods) != {"attendance"} else "ATTENDANCE_COUNTS", {}
    if not facts.has_pass_rule:
        yield "NO_PASS_RULE", {}
    if unfit := _unfit(facts):
        yield "METHOD_UNFIT", {"names": _names(unfit)}
    if facts.assessed_by and facts.assessment.kind and facts.assessment.kind not in facts.assessed_by:
        yield "METHOD_DIFFERS", {}
    if not facts.is_stacked and not facts.evidence_kinds:
        yield "EVIDENCE_MISSING", {}


def _unfit(facts: VersionFacts) -> list[CompetencyFacts]:
    """Applied competencies that only a multiple-choice test would show."""
    applied = [row for row in facts.competencies if row.is_applied]
    if facts.assessed_by == {MULTIPLE_CHOICE} or facts.assessment.kind == MULTIPLE_CHOICE:
        return applied
    return [
        row
        for row in applied
        if {cell.method for cell in facts.assessment.blueprint if cell.identity == row.identity}
        == {MULTIPLE_CHOICE}
    ]


def _of_blueprint(facts: VersionFacts) -> Raised:
    cells = facts.assessment.blueprint
    if not cells:
        return
    total = sum((cell.weight for cell in cells), Decimal(0))
    if total != 100:
        yield "BLUEPRINT_SUM", {"total": _plain(total)}
    weighed, shown = {cell.identity for cell in cells}, {row.identity for row in facts.competencies}
    apart: list[CompetencyFacts | BlueprintCellFacts] = [
        *(row for row in facts.competencies if row.identity not in weighed),
        *(cell for cell in cells if cell.identity not in shown),
    ]
    if apart:
        yield "BLUEPRINT_GAP", {"names": _names(apart)}


def _of_size(facts: VersionFacts) -> Raised:
    if not facts.hours:
        yield "HOURS_MISSING", {}
    elif facts.counts and not facts.is_stacked:
        band = INTRODUCTION_HOURS if facts.kind == INTRODUCTORY else HOURS.get(facts.level)
        if band is not None and not band[0] <= facts.hours <= band[1]:
            params = {"hours": facts.hours, "least": band[0], "most": band[1]}
            yield "HOURS_OUTSIDE", {name: _plain(amount) for name, amount in params.items()}
    if facts.hours and facts.credits and facts.credit_system == "ects":
        least, most = facts.hours / ECTS_HOURS[1], facts.hours / ECTS_HOURS[0]
        if not least - ROUNDING <= facts.credits <= most + ROUNDING:
            yield (
                "CREDITS_RATIO",
                {
                    "hours": _plain(facts.hours),
                    "credits": _plain(facts.credits),
                    "least": f"{least:.2f}",
                    "most": f"{most:.2f}",
                },
            )
    if not facts.has_expiry:
        yield "EXPIRY_UNDECIDED", {}


def _of_image(facts: VersionFacts) -> Raised:
    if not facts.image_alt.strip():
        yield "IMAGE_ALT_MISSING", {}
    if facts.picture_problem:
        yield "IMAGE_CONTRAST", {"problem": facts.picture_problem}
    if facts.pictures_like_it:
        yield "IMAGE_LIKE_ANOTHER", {"names": _listed(facts.pictures_like_it)}


def _of_europe(facts: VersionFacts) -> Raised:
    """Its mandatory elements that nothing else here asks for."""
    if not facts.country.strip():
        yield "EU_COUNTRY", {}
    if not facts.credits:
        yield "EU_WORKLOAD", {}
    if not (facts.qualification_framework and facts.qualification_level.strip()):
        yield "EU_LEVEL", {}
    if not facts.quality_assurance.strip():
        yield "EU_QUALITY", {}


def _names(rows: Iterable[CompetencyFacts | BlueprintCellFacts]) -> str:
    return _listed(dict.fromkeys(row.name for row in rows))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
