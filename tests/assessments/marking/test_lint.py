"""What is wrong with a rubric is said before work is marked by it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.marking.lint import CODES, CriterionFacts, LevelFacts, RubricKind, lint

LEVELS = (
    LevelFacts(ordinal=1, label="Not yet", descriptor="Names the data.", points=Decimal(0)),
    LevelFacts(ordinal=2, label="Sound", descriptor="Draws what the data say.", points=Decimal(1)),
    LevelFacts(ordinal=3, label="Strong", descriptor="Draws it for a given reader.", points=Decimal(2)),
)
CHART = CriterionFacts(
    key="chart", title="Choice of chart", competency="DATA-3", levels=LEVELS, must_pass_ordinal=2
)
CLARITY = replace(CHART, key="clarity", title="Clarity")


def codes(
    *criteria: CriterionFacts, kind: RubricKind = RubricKind.ANALYTIC, cut: str | None = None
) -> list[str]:
    return [finding.code for finding in lint(criteria, kind=kind, cut=None if cut is None else Decimal(cut))]


def described(*words: str) -> CriterionFacts:
    """A criterion with a level for each of these descriptors, from the lowest."""
    return replace(
        CHART,
        levels=tuple(
            LevelFacts(ordinal=ordinal, label=f"Level {ordinal}", descriptor=said)
            for ordinal, said in enumerate(words, start=1)
        ),
    )


class TestSoundRubrics:
    def test_an_analytic_rubric_with_everything_said(self) -> None:
        assert codes(CHART, CLARITY, cut="1.5") == []

    def test_a_checklist_has_two_levels(self) -> None:
        assert codes(described("missing", "there"), kind=RubricKind.CHECKLIST) == []

    def test_a_single_point_rubric_describes_only_its_aim(self) -> None:
        assert codes(described("", "Draws what the data say.", ""), kind=RubricKind.SINGLE_POINT) == []

    def test_a_holistic_rubric_has_one_criterion(self) -> None:
        assert codes(CHART, kind=RubricKind.HOLISTIC) == []


class TestTheWhole:
    def test_no_criteria(self) -> None:
        assert codes() == ["RUBRIC_EMPTY"]

    def test_a_holistic_rubric_with_two(self) -> None:
        assert codes(CHART, CLARITY, kind=RubricKind.HOLISTIC) == ["HOLISTIC_MANY"]

    def test_a_cut_without_points_lets_nobody_pass(self) -> None:
        assert codes(described("a", "b", "c"), cut="1") == ["CUT_WITHOUT_POINTS"]

    def test_a_cut_above_the_highest_levels_lets_nobody_pass(self) -> None:
        heavy = replace(CHART, weight=Decimal(3), levels=described("a", "b", "c").levels)

        assert codes(CHART, cut="2") == []
        assert codes(CHART, heavy, cut="2") == []
        (finding,) = lint([CHART, CLARITY], cut=Decimal("2.01"))
        assert (
            str(finding.message)
            == "The least mean is 2.01; the highest levels come to 2.00, so nobody could pass."
        )


class TestLevels:
    @pytest.mark.parametrize(("count", "is_sound"), [(2, False), (3, True), (6, True), (7, False)])
    def test_there_are_three_to_six(self, count: int, is_sound: bool) -> None:
        assert (codes(described(*"abcdefg"[:count])) == []) is is_sound

    def test_a_checklist_with_three(self) -> None:
        assert codes(described("a", "b", "c"), kind=RubricKind.CHECKLIST) == ["CHECK_COUNT"]

    def test_numbers_leave_no_gap(self) -> None:
        gapped = replace(CHART, levels=(*LEVELS[:2], replace(LEVELS[2], ordinal=4)))

        assert codes(gapped) == ["LEVELS_NOT_IN_A_ROW"]

    def test_an_empty_descriptor_is_named_by_its_level(self) -> None:
        (finding,) = lint([described("a", " ", "c")])

        assert finding.code == "DESCRIPTOR_MISSING"
        assert finding.criterion == "chart"
        assert str(finding.message) == "In “Choice of chart” nobody said what “Level 2” looks like."

    def test_descriptors_that_differ_in_capitals_and_spaces_are_the_same(self) -> None:
        (finding,) = lint([described("Good work", "good  work ", "Better work")])

        assert finding.code == "DESCRIPTOR_SAME"
        assert "Level 1, Level 2" in str(finding.message)

    def test_two_empty_descriptors_are_missing_not_alike(self) -> None:
        assert codes(described("", "", "c")) == ["DESCRIPTOR_MISSING", "DESCRIPTOR_MISSING"]

    def test_points_that_do_not_rise_are_warned_of(self) -> None:
        flat = replace(CHART, levels=(*LEVELS[:2], replace(LEVELS[2], points=Decimal(1))))

        (finding,) = lint([flat])

        assert (finding.code, finding.severity) == ("POINTS_NOT_RISING", "warning")


class TestCriteria:
    def test_each_names_a_competency(self) -> None:
        assert codes(replace(CHART, competency=" ")) == ["COMPETENCY_MISSING"]

    def test_a_hurdle_says_how_high(self) -> None:
        assert codes(replace(CHART, is_hurdle=True)) == []
        assert codes(replace(CHART, must_pass_ordinal=None)) == []
        assert codes(replace(CHART, is_hurdle=True, must_pass_ordinal=None)) == ["HURDLE_WITHOUT_LEVEL"]

    def test_the_level_to_be_reached_is_one_of_its_own(self) -> None:
        assert codes(replace(CHART, must_pass_ordinal=4)) == ["MUST_PASS_UNKNOWN"]

    def test_a_single_point_rubric_needs_its_point(self) -> None:
        aimless = replace(CHART, must_pass_ordinal=None)

        assert codes(aimless, kind=RubricKind.SINGLE_POINT) == ["AIM_MISSING"]


@pytest.mark.parametrize("code", CODES)
def test_every_finding_says_why_and_how_to_mend_it(code: str) -> None:
    rule = CODES[code]

    assert rule.message.endswith(".")
    assert rule.cure.endswith(".")
