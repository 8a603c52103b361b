"""The design lint: each finding has a definition that raises it and one, hardly different, that does not."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.definitions import (
    CODES,
    AssessmentFacts,
    BlueprintCellFacts,
    CompetencyFacts,
    RequiredFacts,
    VersionFacts,
    five_tests,
    lint,
)

CHARTS = CompetencyFacts(
    identity="charts",
    name="Choosing a chart",
    level="intermediate",
    criterion="Defends the choice of a chart before a reader.",
    cognitive_level="3_apply",
    framework="Data Skills (1)",
)
HONESTY = replace(CHARTS, identity="honesty", name="Showing doubt", cognitive_level="2_understand")
PROJECT = AssessmentFacts(kind="applied_project", has_pass_rule=True)
SOUND = VersionFacts(
    name="Data visualisation using Python",
    description="The holder draws charts that a reader understands.",
    outcomes="Chooses a chart.\nDraws it by script.",
    criteria="The earner draws three charts for a named reader. Marked by a rubric.",
    hours=Decimal(6),
    credits=Decimal("0.24"),
    qualification_framework="eqf",
    qualification_level="5",
    methods=("applied_project",),
    evidence_kinds=("file",),
    quality_assurance="Every tenth piece of work is marked twice.",
    expiry="never",
    country="IE",
    competencies=(CHARTS,),
    assessment=PROJECT,
    image_alt="A blue hexagon with a chart.",
)
CERTIFICATE = replace(
    SOUND,
    name="Certificate in Data Communication",
    kind="stacked_certificate",
    level="practitioner",
    hours=Decimal(30),
    credits=Decimal("1.2"),
    methods=("components",),
    evidence_kinds=(),
    assessment=AssessmentFacts(),
)
PRACTITIONER: dict[str, Any] = {
    "level": "practitioner",
    "hours": Decimal(20),
    "credits": Decimal("0.8"),
    "reached_levels": frozenset({"foundation"}),
}


def cell(weight: int, *, of: CompetencyFacts = CHARTS, method: str = "applied_project") -> BlueprintCellFacts:
    return BlueprintCellFacts(identity=of.identity, name=of.name, method=method, weight=Decimal(weight))


def blueprint(*cells: BlueprintCellFacts) -> AssessmentFacts:
    return replace(PROJECT, blueprint=cells)


def before(**changes: Any) -> tuple[RequiredFacts, ...]:
    shown = (replace(CHARTS, **changes),)
    return (RequiredFacts(code="D-1", name="Reading charts", competencies=shown),)


def codes(facts: VersionFacts) -> list[str]:
    return [finding.code for finding in lint(facts)]


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # code, what raises it, what hardly differs and does not
    ("NAME_PART", {"name": "Workshop 2 of 5"}, {"name": "Planning workshops of two days"}),
    ("NAME_VAGUE", {"name": "Understanding data"}, {"name": "Explaining data to a court"}),
    ("DESCRIPTION_MISSING", {"description": " "}, {"description": "Draws."}),
    ("OUTCOMES_MISSING", {"outcomes": "\n"}, {"outcomes": "Draws."}),
    ("CRITERIA_MISSING", {"criteria": ""}, {"criteria": "Draws three."}),
    (
        "KIND_SPECIALTY",
        {"kind": "specialty", "leads_to": "D-2", "leads_to_kind": "micro_credential"},
        {"kind": "specialty", "leads_to": "D-C", "leads_to_kind": "full_certification"},
    ),
    ("KIND_INTRODUCTORY", {"kind": "introductory"}, {"kind": "introductory", "leads_to": "D-2"}),
    (
        "PRACTITIONER_WITHOUT_FOUNDATION",
        {**PRACTITIONER, "reached_levels": frozenset({"practitioner"})},
        {**PRACTITIONER, "reached_levels": frozenset({"practitioner", "foundation"})},
    ),
    ("COMPETENCY_MISSING", {"competencies": ()}, {"competencies": (CHARTS,)}),
    (
        "FRAMEWORK_DRAFT",
        {"competencies": (CHARTS, replace(HONESTY, framework_status="draft"))},
        {"competencies": (CHARTS, HONESTY)},
    ),
    ("FRAMEWORK_RETIRED", {"competencies": (replace(CHARTS, framework_status="retired"),)}, {}),
    ("COMPETENCY_LEVEL_MISSING", {"competencies": (replace(CHARTS, level=""),)}, {}),
    ("OBSERVABLE_MISSING", {"competencies": (replace(CHARTS, criterion=" "),)}, {}),
    ("SAME_COGNITIVE_LEVEL", {"requires": before()}, {"requires": before(cognitive_level="2_understand")}),
    (
        "SAME_COGNITIVE_LEVEL",
        {"competencies": (replace(CHARTS, cognitive_level=""),), "requires": before(cognitive_level="")},
        {
            "competencies": (replace(CHARTS, cognitive_level=""),),
            "requires": before(cognitive_level="", level="foundation"),
        },
    ),
    ("ATTENDANCE_COUNTS", {"methods": ("attendance",)}, {"methods": ("attendance", "applied_project")}),
    ("METHOD_MISSING", {"methods": ()}, {"methods": ("applied_project",)}),
    ("METHOD_MISSING", {"methods": ("components",)}, {"methods": ("components", "applied_project")}),
    (
        "METHOD_UNFIT",
        {"methods": ("multiple_choice",), "assessment": replace(PROJECT, kind="multiple_choice")},
        {
            "methods": ("multiple_choice",),
            "assessment": replace(PROJECT, kind="multiple_choice"),
            "competencies": (HONESTY,),
        },
    ),
    (
        "METHOD_UNFIT",
        {
            "methods": ("multiple_choice",),
            "assessment": AssessmentFacts(has_pass_rule=True),
            "competencies": (replace(HONESTY, sort="Skill"),),
        },
        {
            "methods": ("multiple_choice", "simulation"),
            "assessment": AssessmentFacts(has_pass_rule=True),
            "competencies": (replace(HONESTY, sort="Skill"),),
        },
    ),
    (
        "METHOD_UNFIT",
        {"assessment": blueprint(cell(100, method="multiple_choice"))},
        {"assessment": blueprint(cell(60, method="multiple_choice"), cell(40))},
    ),
    ("NO_PASS_RULE", {"assessment": replace(PROJECT, has_pass_rule=False)}, {}),
    ("METHOD_DIFFERS", {"methods": ("portfolio",)}, {"methods": ("portfolio", "applied_project")}),
    ("EVIDENCE_MISSING", {"evidence_kinds": ()}, {"evidence_kinds": ("text",)}),
    (
        "BLUEPRINT_SUM",
        {"assessment": blueprint(cell(60))},
        {"assessment": blueprint(cell(60), cell(40, method="viva"))},
    ),
    (
        "BLUEPRINT_GAP",
        {"assessment": blueprint(cell(100)), "competencies": (CHARTS, HONESTY)},
        {"assessment": blueprint(cell(70), cell(30, of=HONESTY)), "competencies": (CHARTS, HONESTY)},
    ),
    ("BLUEPRINT_GAP", {"assessment": blueprint(cell(70), cell(30, of=HONESTY))}, {}),
    ("HOURS_MISSING", {"hours": Decimal(0)}, {"hours": Decimal("4.0")}),
    (
        "HOURS_OUTSIDE",
        {"hours": Decimal(20), "credits": Decimal("0.8")},
        {"hours": Decimal(8), "credits": Decimal("0.3")},
    ),
    (
        "HOURS_OUTSIDE",
        {**PRACTITIONER, "hours": Decimal(41), "credits": Decimal("1.5")},
        {**PRACTITIONER, "hours": Decimal(40), "credits": Decimal("1.5")},
    ),
    ("CREDITS_RATIO", {"credits": Decimal("0.19")}, {"credits": Decimal("0.20")}),
    ("CREDITS_RATIO", {"credits": Decimal("0.25")}, {"credits": Decimal("0.25"), "credit_system": "local"}),
    ("EXPIRY_UNDECIDED", {"expiry": ""}, {"expiry": "months"}),
    ("EXPIRY_UNDECIDED", {"expiry": "area"}, {"expiry": "area", "area_expiry": "never"}),
    ("IMAGE_ALT_MISSING", {"image_alt": ""}, {"image_alt": "A hexagon."}),
    ("IMAGE_CONTRAST", {"picture_problem": "The icon has a contrast of 2.1:1."}, {}),
    ("IMAGE_LIKE_ANOTHER", {"pictures_like_it": ("D-9 Drawing maps",)}, {}),
    (
        "EU_COUNTRY",
        {"country": ""},
        {"country": "", "kind": "stacked_certificate", "methods": ("components",)},
    ),
    ("EU_WORKLOAD", {"credits": Decimal(0)}, {}),
    ("EU_LEVEL", {"qualification_level": ""}, {}),
    ("EU_LEVEL", {"qualification_framework": ""}, {}),
    ("EU_QUALITY", {"quality_assurance": ""}, {"quality_assurance": "The board, each term."}),
]


class TestLint:
    def test_has_nothing_to_say_of_sound_definitions(self) -> None:
        assert lint(SOUND) == []
        assert lint(CERTIFICATE) == []

    @pytest.mark.parametrize(("code", "raising", "near"), CASES)
    def test_finds_what_is_wrong_and_not_what_is_nearly_so(
        self, code: str, raising: dict[str, Any], near: dict[str, Any]
    ) -> None:
        assert codes(replace(SOUND, **raising)) == [code]
        assert code not in codes(replace(SOUND, **near))

    def test_has_a_case_for_every_code(self) -> None:
        assert {code for code, _raising, _near in CASES} == set(CODES)

    def test_says_why_and_what_to_do(self) -> None:
        (found,) = lint(replace(SOUND, name="Workshop 2 of 5"))

        assert found.severity == "block"
        assert "“Workshop 2 of 5” says a place in a row" in str(found.message)
        assert "Data visualisation using Python" in str(found.cure)

    def test_speaks_the_reader_s_language(self) -> None:
        (found,) = lint(replace(SOUND, hours=Decimal(20), credits=Decimal("0.8")))

        said = found.message.render({found.message.template: "%(hours)s Std. statt %(least)s–%(most)s"}.get)  # type: ignore[arg-type]

        assert said == "20 Std. statt 4–8"

    def test_names_both_tiers_that_repeat_a_competency(self) -> None:
        (found,) = lint(replace(SOUND, requires=before()))

        assert "Data visualisation using Python" in str(found.message)
        assert "Reading charts" in str(found.message)
        assert "Choosing a chart" in str(found.message)

    def test_asks_no_assessment_of_a_participation_record(self) -> None:
        attended = replace(
            SOUND,
            kind="participation",
            methods=("attendance",),
            competencies=(),
            assessment=AssessmentFacts(),
            outcomes="",
            evidence_kinds=(),
        )

        assert lint(attended) == []

    def test_errors_come_first_and_the_order_is_stable(self) -> None:
        bare = VersionFacts(name="Part 3", level="practitioner")

        severities = [finding.severity for finding in lint(bare)]

        assert severities == sorted(severities, key=["error", "block", "warning"].index)
        assert lint(bare) == lint(bare)

    @given(st.data())
    def test_never_fails_whatever_is_written(self, data: st.DataObject) -> None:
        text, amount = st.text(max_size=40), st.decimals(min_value=0, max_value=9999, places=2)
        competency = st.builds(CompetencyFacts, identity=text, name=text, level=text, criterion=text)
        kinds: dict[Any, st.SearchStrategy[Any]] = {
            str: text | st.sampled_from(["specialty", "practitioner", "area", "ects", "multiple_choice"]),
            Decimal: amount,
            tuple[str, ...]: st.lists(text, max_size=3).map(tuple),
            frozenset[str]: st.frozensets(text, max_size=2),
            tuple[CompetencyFacts, ...]: st.lists(competency, max_size=3).map(tuple),
        }
        drawn: dict[str, Any] = {
            row.name: data.draw(kinds[row.type], label=row.name)
            for row in fields(VersionFacts)
            if row.type in kinds
        }

        for finding in lint(VersionFacts(**drawn)):
            assert str(finding.message)
            assert str(finding.cure)
        assert len(five_tests(VersionFacts(**drawn))) == 5


class TestFiveTests:
    def test_are_all_met_by_a_sound_definition(self) -> None:
        assert [test.is_met for test in five_tests(SOUND)] == [True] * 5
        assert [test.is_met for test in five_tests(CERTIFICATE)] == [True] * 5

    @pytest.mark.parametrize(
        ("key", "changes"),
        [
            ("competency_based", {"competencies": (replace(CHARTS, level=""),)}),
            ("assessed", {"assessment": replace(PROJECT, has_pass_rule=False)}),
            ("assessed", {"methods": ("attendance",)}),
            ("verifiable", {"criteria": ""}),
            ("verifiable", {"evidence_kinds": ()}),
            ("bounded", {"hours": Decimal(0)}),
            ("bounded", {"expiry": ""}),
            ("stackable", {"name": "Module II"}),
            ("stackable", {"credits": Decimal(0)}),
        ],
    )
    def test_one_unticks_when_its_data_are_missing(self, key: str, changes: dict[str, Any]) -> None:
        unmet = [test.key for test in five_tests(replace(SOUND, **changes)) if not test.is_met]

        assert unmet == [key]

    def test_say_what_ticks_them(self) -> None:
        shown = {test.key: str(test.shown_by) for test in five_tests(SOUND)}

        assert shown["bounded"] == "6 hours, and a decision how long it is valid"
        assert shown["assessed"] == "an open assessment whose rubric has a pass rule"
