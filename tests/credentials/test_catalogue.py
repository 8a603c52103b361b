"""The catalogue: what it lists, how it is narrowed by the address alone, and what a page of it costs."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials.models import SubjectArea
from tests.makers import (
    make_achievement,
    make_activity,
    make_competency,
    make_offering,
    make_series,
)

pytestmark = pytest.mark.django_db
TITLE = re.compile(r'class="credential-title">\s*<a href="[^"]*">([^<]*)</a>')
CHIP = re.compile(r'class="chip chip-action"\s+href="([^"]*)"')


def listed(client: Client, choice: str = "") -> list[str]:
    """The names on the first page of the catalogue, in order."""
    answer = client.get(f"/catalogue/?{choice}")
    assert answer.status_code == 200
    return TITLE.findall(answer.content.decode())


class TestWhatItLists:
    def test_shows_what_can_be_earned_and_nothing_else(self, employer: Client) -> None:
        make_achievement(name="Trace contacts")
        make_achievement(name="Unfinished skill", is_published=False)
        make_achievement(name="Closed skill", is_active=False)

        assert listed(employer) == ["Trace contacts"]

    def test_a_card_tells_level_size_manner_and_the_next_date(self, employer: Client) -> None:
        achievement = make_achievement(level="practitioner", hours=Decimal(12), learning_mode="online")
        workshop = make_activity(leads_to=[achievement])
        make_offering(activity=workshop, starts_at=datetime(2020, 5, 1, tzinfo=UTC))
        make_offering(activity=workshop, starts_at=datetime(2100, 5, 2, 9, tzinfo=UTC))

        page = employer.get("/catalogue/").content.decode()

        assert "Practitioner · online" in page
        assert "12 hours" in page
        assert "2 May 2100" in page
        assert "2020" not in page

    def test_says_so_when_nothing_can_be_earned(self, employer: Client) -> None:
        assert "Nothing can be earned yet" in employer.get("/catalogue/").content.decode()


class TestSearch:
    def test_finds_every_word_in_any_text(self, employer: Client) -> None:
        make_achievement(name="Trace contacts", description="After an outbreak.")
        make_achievement(name="Trace maps", description="On paper.")

        assert listed(employer, "q=OUTBREAK+trace") == ["Trace contacts"]

    @pytest.mark.parametrize("words", ["EP.7", "epidemic curve", "rd-7"])
    def test_finds_by_competency_and_by_code(self, employer: Client, words: str) -> None:
        curve = make_competency(code="EP.7", title="Reading an epidemic curve")
        make_achievement(name="Wanted skill", code="RD-7", shows=[curve])
        make_achievement(name="Other skill")

        assert listed(employer, f"q={words}") == ["Wanted skill"]

    def test_without_result_offers_the_way_back(self, employer: Client) -> None:
        make_achievement()

        page = employer.get("/catalogue/?q=nowhere").content.decode()

        assert "Nothing fits this search" in page
        assert 'href="/catalogue/"' in page


class TestFilters:
    @pytest.mark.parametrize(
        "choice",
        [
            "level=practitioner",
            "kind=introductory",
            "learning_mode=online",
            "assessment_mode=in_person",
            "duration=days",
            "credits_from=1",
            "credits_from=0.5&credits_to=2",
            "series=health",
            "skill=ep.7",
            "skill=epidemic+curve",
        ],
    )
    def test_each_narrows_the_list(self, employer: Client, choice: str) -> None:
        make_achievement(
            name="Wanted skill",
            series=make_series(name="Health", slug="health"),
            level="practitioner",
            kind="introductory",
            leads_to=make_achievement(name="Other skill"),
            learning_mode="online",
            assessment_mode="in_person",
            hours=Decimal(20),
            credits=Decimal("1.5"),
            shows=[make_competency(code="EP.7", title="Reading an epidemic curve")],
        )

        assert listed(employer, choice) == ["Wanted skill"]

    def test_narrows_to_a_subject_area(self, employer: Client) -> None:
        area = SubjectArea.objects.create(name="Epidemiology", expiry="never")
        make_achievement(name="Wanted skill", subject_area=area)
        make_achievement(name="Other skill")

        assert listed(employer, f"area={area.pk}") == ["Wanted skill"]

    def test_offers_only_series_and_areas_in_which_something_can_be_earned(self, employer: Client) -> None:
        make_achievement(series=make_series(name="Health", slug="health"))
        make_achievement(series=make_series(name="Law", slug="law"), is_published=False)
        SubjectArea.objects.create(name="Astronomy")

        page = employer.get("/catalogue/").content.decode()

        assert "Health" in page
        assert "Law" not in page
        assert "Astronomy" not in page

    @pytest.mark.parametrize(
        ("hours", "bucket"),
        [("3.9", "hours"), ("4", "day"), ("8", "day"), ("8.1", "days"), ("20", "days"), ("20.5", "weeks")],
    )
    def test_every_duration_lies_in_one_bucket(self, employer: Client, hours: str, bucket: str) -> None:
        make_achievement(name="Skill", hours=Decimal(hours))

        found = [name for name in ("hours", "day", "days", "weeks") if listed(employer, f"duration={name}")]

        assert found == [bucket]

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ("name", ["Alpha", "Beta", "Gamma"]),
            ("newest", ["Gamma", "Alpha", "Beta"]),
            ("shortest", ["Beta", "Gamma", "Alpha"]),
        ],
    )
    def test_sorts(self, employer: Client, order: str, names: list[str]) -> None:
        for name, hours, year in (("Beta", 1, 2021), ("Gamma", 2, 2023), ("Alpha", 3, 2022)):
            make_achievement(name=name, hours=Decimal(hours), at=datetime(year, 1, 1, tzinfo=UTC))

        assert listed(employer, f"sort={order}") == names

    @pytest.mark.parametrize(
        "choice",
        [
            "level=nonsense&series=none&area=none&sort=none&page=99",
            "credits_from=NaN&credits_to=1e9999",
            "credits_from=-1&credits_to=99999999999999999999",
            "q=%00&skill=%ff%00&page=-1",
            "q=%25_%5C&page=%00",
            f"q={'a+' * 90}&page=99999999999999999999",
        ],
    )
    def test_a_choice_that_makes_no_sense_is_no_error(self, employer: Client, choice: str) -> None:
        make_achievement()

        assert employer.get(f"/catalogue/?{choice}").status_code == 200

    def test_signs_of_search_languages_are_letters_like_others(self, employer: Client) -> None:
        make_achievement(name="Growth of 5 % a year")
        make_achievement(name="Other skill")

        assert listed(employer, "q=%25") == ["Growth of 5 % a year"]


class TestChips:
    def test_each_choice_can_be_taken_back_by_itself(self, employer: Client) -> None:
        make_achievement()

        page = employer.get("/catalogue/?q=skill&level=foundation&sort=name&page=1").content.decode()

        links = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in CHIP.findall(page)]
        assert links == [
            {"level": ["foundation"], "sort": ["name"]},
            {"q": ["skill"], "sort": ["name"]},
        ]
        assert "Level: Foundation" in page

    def test_there_are_none_without_a_choice(self, employer: Client) -> None:
        make_achievement()

        assert not CHIP.findall(employer.get("/catalogue/?sort=name").content.decode())


class TestPages:
    def test_the_next_page_keeps_the_choices(self, employer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("credentials.views.browsing.CARDS_A_PAGE", 2)
        for number in range(3):
            make_achievement(name=f"Skill {number}")

        first = employer.get("/catalogue/?q=skill&sort=name")
        link = re.search(r'href="([^"]*)"\s+rel="next"', first.content.decode())

        assert link
        assert parse_qs(link[1].lstrip("?").replace("&amp;", "&")) == {
            "q": ["skill"],
            "sort": ["name"],
            "page": ["2"],
        }
        assert listed(employer, link[1].lstrip("?").replace("&amp;", "&")) == ["Skill 2"]

    @pytest.mark.parametrize(
        "choice", [{}, {"q": "skill does", "skill": "item", "duration": "day", "series": "workshops"}]
    )
    def test_asks_the_database_no_more_for_many_than_for_one(
        self, employer: Client, choice: Mapping[str, str]
    ) -> None:
        make_activity(leads_to=[make_achievement()])
        with CaptureQueriesContext(connection) as for_one:
            employer.get("/catalogue/", choice)
        make_activity(leads_to=[make_achievement() for _number in range(5)])

        with CaptureQueriesContext(connection) as for_many:
            employer.get("/catalogue/", choice)

        assert len(for_many) == len(for_one) <= 6
