"""The European elements of a micro-credential (2022/C 243/02), said as Open Badges 3.0 can say them.

What the standard has no field for becomes an alignment with an `ext:` type and a paragraph of the criteria.
The words are fixed, not translated: a document once signed must come out the same on any day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from credentials.openbadges.facts import AlignmentFacts

METHODS = {
    "applied_project": "Applied project",
    "performance": "Observed performance",
    "written_exam": "Written examination",
    "multiple_choice": "Multiple-choice test",
    "portfolio": "Portfolio review",
    "simulation": "Simulation",
    "employer_project": "Project evaluated by an employer",
    "capstone": "Capstone",
    "viva": "Oral examination",
    "components": "By its components",
    "attendance": "Attendance",
}
PARTICIPATION = {"online": "Online", "face_to_face": "Face to face", "hybrid": "Hybrid"}
ASSESSED = {"in_person": "In person", "remote": "Remote", "multi_modal": "Multi-modal"}
SUPERVISION = {
    "none": "Unsupervised, identity not checked",
    "identity": "Unsupervised, identity checked",
    "remote": "Supervised online, identity checked",
    "on_site": "Supervised on site, identity checked",
}
EVIDENCE = {
    "text": "Text",
    "url": "Link",
    "file": "File",
    "repository": "Code repository",
    "video": "Video",
    "employer_statement": "Employer's statement",
}
QUALIFICATIONS = {
    "eqf": ("ext:EQF", "European Qualifications Framework"),
    "qf_ehea": ("ext:QFEHEA", "Framework of Qualifications of the European Higher Education Area"),
    "national": ("ext:NQF", "National qualifications framework"),
}
STACKED = ("stacked_certificate", "full_certification")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What a version says of itself in codes; `page` is its own address, whose parts bear the names below."""

    page: str
    kind: str
    outcomes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    prerequisites: str = ""
    learning_mode: str = ""
    assessment_mode: str = ""
    assessment_types: tuple[str, ...] = ()
    evidence_kinds: tuple[str, ...] = ()
    supervision: str = ""
    qualification_framework: str = ""
    qualification_level: str = ""
    quality_assurance: str = ""
    leads_to: tuple[str, str] | None = None


def alignments(of: Elements) -> Iterator[AlignmentFacts]:
    """Level, quality, assessment, participation, supervision and stackability, each leading to its place."""
    if of.qualification_framework in QUALIFICATIONS and of.qualification_level:
        target_type, framework = QUALIFICATIONS[of.qualification_framework]
        yield AlignmentFacts(
            target_type=target_type,
            target_name=f"{framework}, level {of.qualification_level}",
            target_code=of.qualification_level,
            target_framework=framework,
            target_url=f"{of.page}#level",
        )
    if of.quality_assurance:
        yield AlignmentFacts(
            target_type="ext:QualityAssurance",
            target_name="Quality assurance",
            target_description=of.quality_assurance,
            target_url=f"{of.page}#quality",
        )
    for code in of.assessment_types:
        yield _coded("ext:AssessmentType", METHODS, code, f"{of.page}#assessment")
    if of.learning_mode:
        yield _coded("ext:Participation", PARTICIPATION, of.learning_mode, f"{of.page}#participation")
    if of.supervision:
        yield _coded("ext:Supervision", SUPERVISION, of.supervision, f"{of.page}#supervision")
    if of.kind != "participation":
        name, url = of.leads_to or ("", "")
        yield AlignmentFacts(
            target_type="ext:Stackability",
            target_name=_stackability(of.kind, name),
            target_url=url or f"{of.page}#stackability",
        )


def narrative(criteria: str, of: Elements) -> str:
    """The criteria in Markdown, followed by what else the standard leaves to their text."""
    assessment = [METHODS.get(code, code) for code in of.assessment_types]
    manner = [ASSESSED.get(of.assessment_mode, ""), SUPERVISION.get(of.supervision, "")]
    before = [*of.requires, *of.prerequisites.splitlines()]
    evidence = [EVIDENCE.get(code, code) for code in of.evidence_kinds]
    parts = [
        criteria,
        _listed("Learning outcomes", of.outcomes),
        _listed("Before you begin", before),
        _listed("Assessment", [*assessment, *manner]),
        _listed("Evidence asked for", evidence),
        _listed("Participation", [PARTICIPATION.get(of.learning_mode, "")]),
    ]
    return "\n\n".join(part for part in parts if part)


def _coded(target_type: str, words: dict[str, str], code: str, url: str) -> AlignmentFacts:
    return AlignmentFacts(
        target_type=target_type, target_name=words.get(code, code), target_code=code, target_url=url
    )


def _stackability(kind: str, leads_to: str) -> str:
    if leads_to:
        return f"Counts towards {leads_to}"
    return "Made of smaller credentials" if kind in STACKED else "Stands alone and can be stacked"


def _listed(title: str, items: list[str] | tuple[str, ...]) -> str:
    lines = [f"- {item.strip()}" for item in items if item.strip()]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""
