"""Where one learns: the page of an activity, and the activities on the page of an achievement."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.makers import make_achievement, make_activity, make_offering, make_resource

pytestmark = pytest.mark.django_db
AHEAD = datetime(2100, 5, 2, 9, 30, tzinfo=UTC)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestActivityPage:
    def test_tells_what_it_is_about_and_what_to_read_when(self, employer: Client) -> None:
        workshop = make_activity(title="Tables by hand", description="Two mornings.", hours=Decimal("6.5"))
        make_resource(activity=workshop, title="How to join", needed_when="you write your first query")

        page = shown(employer, workshop.get_absolute_url())

        for words in ("Tables by hand", "Two mornings.", "6.5", "How to join", "You write your first query"):
            assert words in page

    def test_shows_the_dates_to_come_with_place_seats_price_and_the_way_in(self, employer: Client) -> None:
        workshop = make_activity()
        make_offering(
            activity=workshop,
            starts_at=AHEAD,
            place="Library, room 2",
            seats=16,
            price=Decimal("1120"),
            currency="CHF",
            signup_url="https://signup.example/1",
        )
        make_offering(activity=workshop, starts_at=datetime(2020, 5, 1, tzinfo=UTC), place="Old hall")

        page = shown(employer, workshop.get_absolute_url())

        for words in ("2 May 2100", "Library, room 2", "16", "CHF 1120.00"):
            assert words in page
        assert 'href="https://signup.example/1" rel="noopener nofollow external"' in page
        assert "Old hall" not in page

    def test_says_the_day_of_the_end_only_where_it_is_another(self, employer: Client) -> None:
        morning, night = make_activity(), make_activity()
        make_offering(activity=morning, starts_at=AHEAD, ends_at=AHEAD + timedelta(hours=3))
        make_offering(activity=night, starts_at=AHEAD, ends_at=AHEAD + timedelta(hours=20))

        assert "until 12:30" in shown(employer, morning.get_absolute_url())
        assert "until 3 May 2100, 05:30" in shown(employer, night.get_absolute_url())

    def test_a_price_of_nothing_is_free_and_one_not_told_is_left_out(self, employer: Client) -> None:
        free, untold = make_activity(), make_activity()
        make_offering(activity=free, price=Decimal(0))
        make_offering(activity=untold)

        assert "free" in shown(employer, free.get_absolute_url())
        assert "free" not in shown(employer, untold.get_absolute_url())
        assert "EUR" not in shown(employer, untold.get_absolute_url())

    def test_each_of_three_workshops_lists_the_achievement_and_the_other_two(self, employer: Client) -> None:
        achievement = make_achievement(name="Clean data")
        titles = ["First hall", "Second hall", "Third hall"]
        workshops = [make_activity(title=title, leads_to=[achievement]) for title in titles]

        pages = [shown(employer, workshop.get_absolute_url()) for workshop in workshops]

        for page, own in zip(pages, titles, strict=True):
            assert "Clean data" in page
            others = page.partition("Other ways to learn the same")[2]
            assert [title for title in titles if title in others] == [
                title for title in titles if title != own
            ]

    def test_says_what_is_missing(self, employer: Client) -> None:
        page = shown(employer, make_activity().get_absolute_url())

        assert "No date is set" in page
        assert "It leads to no achievement today" in page

    def test_one_that_is_no_longer_offered_has_no_page(self, employer: Client) -> None:
        assert employer.get(make_activity(is_active=False).get_absolute_url()).status_code == 404


class TestOnTheAchievementsPage:
    def test_says_where_it_is_learned_and_when_next(self, employer: Client) -> None:
        achievement = make_achievement()
        workshop = make_activity(title="Tables by hand", leads_to=[achievement])
        make_activity(title="Closed course", leads_to=[achievement], is_active=False)
        make_offering(activity=workshop, starts_at=AHEAD)

        page = shown(employer, achievement.get_absolute_url())

        assert "Tables by hand" in page
        assert "2 May 2100" in page
        assert "Closed course" not in page
