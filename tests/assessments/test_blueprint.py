"""The published blueprint: competencies by methods, with weights that add up, and what passes."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assessments.marking.blueprint import blueprint_of
from credentials.models import AchievementVersion
from tests.makers import (
    make_achievement,
    make_achievement_version,
    make_blueprint_cell,
    make_competency,
    make_rubric,
    put_in_force,
)


def cell(competency: str, method: str, weight: str, **more: object) -> dict[str, object]:
    return {
        "competency": competency,
        "method": method,
        "weight": weight,
        "level": "",
        "min_evidence": 1,
        **more,
    }


def address(version: AchievementVersion) -> str:
    return reverse("assessments:blueprint", args=[version.public_id])


class TestTable:
    def test_lays_competencies_down_and_methods_across(self) -> None:
        table = blueprint_of(
            [cell("A", "viva", "40"), cell("B", "capstone", "35.5"), cell("B", "viva", "24.5")]
        )

        assert table.methods == ("viva", "capstone")
        assert [[each and each.weight for each in row.cells] for row in table.rows] == [
            [Decimal(40), None],
            [Decimal("24.5"), Decimal("35.5")],
        ]

    def test_adds_up_along_rows_columns_and_in_all(self) -> None:
        table = blueprint_of(
            [cell("A", "viva", "40"), cell("B", "capstone", "35.5"), cell("B", "viva", "24.5")]
        )

        assert [row.total for row in table.rows] == [Decimal(40), Decimal(60)]
        assert table.totals == (Decimal("64.5"), Decimal("35.5"))
        assert table.total == Decimal(100)

    def test_a_competency_without_a_code_is_named_once(self) -> None:
        (row,) = blueprint_of([cell("Speaks", "viva", "100", name="Speaks")]).rows

        assert (row.code, row.name) == ("", "Speaks")

    def test_nothing_gives_nothing(self) -> None:
        assert blueprint_of([]).rows == ()


@pytest.mark.django_db
class TestPage:
    def test_shows_what_was_frozen(self, employer: Client) -> None:
        competency = make_competency(code="EP.7", title="Reads a curve")
        draft = make_achievement_version(is_published=False, shows=[competency])
        make_blueprint_cell(
            version=draft, competency=competency, method="viva", weight=40, level="advanced", min_evidence=2
        )
        make_blueprint_cell(version=draft, competency=competency, method="portfolio", weight=60)
        version = put_in_force(draft)

        page = employer.get(address(version)).content.decode()

        for words in ("EP.7", "Reads a curve", "Oral examination", "Portfolio review", "40 %", "100 %"):
            assert words in page
        assert "at least 2 pieces of evidence" in page
        assert "advanced" in page

    def test_shows_the_level_that_each_criterion_asks_for(self, employer: Client) -> None:
        achievement = make_achievement(rubric=make_rubric(criteria=("method",)))

        page = employer.get(address(achievement.versions.get())).content.decode()

        assert "Method" in page
        assert "What passes" in page
        assert page.count("pass") >= 2

    def test_says_so_when_none_is_published_yet(self, employer: Client) -> None:
        page = employer.get(address(make_achievement().versions.get())).content.decode()

        assert "The blueprint is not published yet" in page

    def test_a_draft_has_none_to_show(self, employer: Client) -> None:
        draft = make_achievement_version(is_published=False)

        assert employer.get(address(draft)).status_code == 404

    def test_the_achievements_page_leads_to_it(self, employer: Client) -> None:
        version = make_achievement(rubric=make_rubric()).versions.get()

        assert address(version) in employer.get(version.get_absolute_url()).content.decode()
