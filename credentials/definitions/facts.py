"""The plain facts of an achievement version that its design is judged by.

Kinds, levels, methods and the like are the stored values of `credentials.models.AchievementVersion`.
"""

from dataclasses import dataclass
from decimal import Decimal

PARTICIPATION, SPECIALTY, INTRODUCTORY = "participation", "specialty", "introductory"
# Made of other credentials; everything else is assessed by itself.
STACKED = frozenset({"stacked_certificate", "full_certification"})
# What is signed as a MicroCredential, and must carry what Europe asks of one.
MICRO = frozenset({"micro_credential", SPECIALTY})
ATTENDANCE, COMPONENTS, MULTIPLE_CHOICE = "attendance", "components", "multiple_choice"
# The cognitive levels from here on are shown by doing, not by knowing.
APPLY = "3_apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyFacts:
    """A competency as the version shows it; `identity` is the same in every version of its framework."""

    identity: str
    name: str
    level: str = ""
    criterion: str = ""
    cognitive_level: str = ""
    sort: str = ""
    framework: str = ""
    framework_status: str = "published"

    @property
    def is_applied(self) -> bool:
        return self.cognitive_level >= APPLY or self.sort.strip().casefold() in ("skill", "skills")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredFacts:
    """An achievement that must be held before this one, as it is in force."""

    code: str
    name: str
    competencies: tuple[CompetencyFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintCellFacts:
    """How much of the assessment shows one competency by one method."""

    identity: str
    name: str
    code: str = ""
    method: str
    weight: Decimal
    level: str = ""
    min_evidence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    """What the app that assesses knows of it: the open assessment, if there is one, and the blueprint."""

    kind: str = ""
    has_pass_rule: bool = False
    blueprint: tuple[BlueprintCellFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """A version as it would be published now.

    `area_expiry` is what its subject area decided; `reached_levels` are those of all that must be held
    before it, over any number of steps; `picture_problem` says why its picture cannot be told apart by
    everybody, and `pictures_like_it` names what looks nearly the same.
    """

    name: str = ""
    description: str = ""
    outcomes: str = ""
    criteria: str = ""
    kind: str = "micro_credential"
    level: str = "foundation"
    leads_to: str = ""
    leads_to_kind: str = ""
    requires: tuple[RequiredFacts, ...] = ()
    reached_levels: frozenset[str] = frozenset()
    hours: Decimal = Decimal(0)
    credits: Decimal = Decimal(0)
    credit_system: str = "ects"
    qualification_framework: str = ""
    qualification_level: str = ""
    methods: tuple[str, ...] = ()
    evidence_kinds: tuple[str, ...] = ()
    quality_assurance: str = ""
    expiry: str = ""
    area_expiry: str = ""
    country: str = ""
    competencies: tuple[CompetencyFacts, ...] = ()
    assessment: AssessmentFacts = AssessmentFacts()
    image_alt: str = ""
    picture_problem: str = ""
    pictures_like_it: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it may count towards a certificate: a record of having been there never does."""
        return self.kind != PARTICIPATION

    @property
    def is_stacked(self) -> bool:
        return self.kind in STACKED

    @property
    def assessed_by(self) -> frozenset[str]:
        """The methods that show something: being there does not, nor components where there are none."""
        nothing = {ATTENDANCE} if self.is_stacked else {ATTENDANCE, COMPONENTS}
        return frozenset(self.methods) - nothing

    @property
    def has_pass_rule(self) -> bool:
        """A certificate passes by its components, by the rule of its pathway; the rest by its assessment."""
        return (self.is_stacked and COMPONENTS in self.methods) or self.assessment.has_pass_rule

    @property
    def has_expiry(self) -> bool:
        return bool(self.area_expiry if self.expiry == "area" else self.expiry)
