"""The European elements: each stands in the document, by a type of its own, and leads to its place."""

import pytest

from credentials.openbadges.elements import Elements, alignments, narrative

PAGE = "https://portal.example/achievements/1/"


def elements(**changes: object) -> Elements:
    usual: dict[str, object] = {
        "page": PAGE,
        "kind": "micro_credential",
        "outcomes": ("Says what data will exist.", "Plans its storage."),
        "requires": ("RD-100 Naming files",),
        "prerequisites": "A project of your own.",
        "learning_mode": "hybrid",
        "assessment_mode": "remote",
        "assessment_types": ("applied_project", "viva"),
        "evidence_kinds": ("text", "file"),
        "supervision": "identity",
        "qualification_framework": "eqf",
        "qualification_level": "5",
        "quality_assurance": "A second marker.",
    }
    return Elements(**{**usual, **changes})  # type: ignore[arg-type]


class TestAlignments:
    def test_each_element_has_its_type_and_its_place_on_the_page(self) -> None:
        found = {row.target_type: row.target_url for row in alignments(elements())}

        assert found == {
            "ext:EQF": f"{PAGE}#level",
            "ext:QualityAssurance": f"{PAGE}#quality",
            "ext:AssessmentType": f"{PAGE}#assessment",
            "ext:Participation": f"{PAGE}#participation",
            "ext:Supervision": f"{PAGE}#supervision",
            "ext:Stackability": f"{PAGE}#stackability",
        }

    def test_the_level_is_the_code(self) -> None:
        (level,) = [row for row in alignments(elements()) if row.target_type == "ext:EQF"]

        assert level.target_code == "5"

    def test_another_framework_is_not_called_european(self) -> None:
        types = {row.target_type for row in alignments(elements(qualification_framework="national"))}

        assert "ext:NQF" in types
        assert "ext:EQF" not in types

    def test_every_way_of_assessment_is_named(self) -> None:
        names = [row.target_name for row in alignments(elements()) if row.target_type == "ext:AssessmentType"]

        assert names == ["Applied project", "Oral examination"]

    @pytest.mark.parametrize(
        ("change", "words", "place"),
        [
            (
                {"leads_to": ("Certificate", "https://portal.example/c/")},
                "Counts towards Certificate",
                "https://portal.example/c/",
            ),
            ({"kind": "stacked_certificate"}, "Made of smaller credentials", f"{PAGE}#stackability"),
            ({}, "Stands alone and can be stacked", f"{PAGE}#stackability"),
        ],
    )
    def test_stacking_is_said_in_words(self, change: dict[str, object], words: str, place: str) -> None:
        (row,) = [row for row in alignments(elements(**change)) if row.target_type == "ext:Stackability"]

        assert (row.target_name, row.target_url) == (words, place)

    def test_a_participation_record_stacks_into_nothing(self) -> None:
        types = {row.target_type for row in alignments(elements(kind="participation"))}

        assert "ext:Stackability" not in types

    def test_what_is_not_told_is_not_written(self) -> None:
        assert not list(alignments(Elements(page=PAGE, kind="participation")))


class TestNarrative:
    def test_the_criteria_come_first_and_the_rest_in_lists(self) -> None:
        text = narrative("She writes a plan.", elements())

        assert text.startswith(
            "She writes a plan.\n\n**Learning outcomes**\n\n- Says what data will exist.\n"
        )
        for line in (
            "- RD-100 Naming files",
            "- A project of your own.",
            "- Oral examination",
            "- Unsupervised, identity checked",
            "- Text",
            "- Hybrid",
        ):
            assert line in text.splitlines()

    def test_nothing_more_to_tell_leaves_the_criteria_alone(self) -> None:
        assert narrative("She writes a plan.", Elements(page=PAGE, kind="specialty")) == "She writes a plan."
