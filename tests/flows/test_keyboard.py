"""Marking with the keyboard alone: six criteria, the release, and two certificates that follow."""

import pytest
from playwright.sync_api import Page, expect

from learners.management.demo.people import LEARNERS
from tests.flows import acts
from tests.flows.acts import name_of
from tests.flows.browser import Visitors

pytestmark = pytest.mark.browser

PROMISE = 10_000  # milliseconds


class Keyboard:
    """The keys of one visitor, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


class TestByKeyboardAlone:
    def test_six_criteria_are_marked_and_both_tiers_are_issued(self, visitors: Visitors) -> None:
        """Her interview completes the lower certificate, and that one the upper."""
        marker = visitors.person("faculty.health")
        name = next(person.name for person in LEARNERS if person.key == "xochitl")
        acts.go(marker, "Marking")
        row = marker.get_by_role("row").filter(has_text=name).filter(has_text="Two simulated calls, observed")
        row.get_by_role("button").focus()
        marker.keyboard.press("Enter")
        criteria = marker.locator("#marking-sheet .criterion")
        expect(criteria).to_have_count(6)

        keys = Keyboard(marker)
        for index in range(6):
            levels = criteria.nth(index).locator("input[type=radio]").count()
            keys.press(*(["j"] if index else []), str(levels))
        expect(marker.locator('[data-result="passed"]')).to_be_visible()
        keys.press("Control+Enter")

        expect(marker.locator(".message").filter(has_text="issued to")).to_be_visible()
        assert keys.pressed <= 20
        learner = visitors.person("xochitl")
        for code in ("PH-210", "PH-C10", "PH-C20"):
            card = learner.locator("#dashboard .credential-card").get_by_role("link", name=name_of(code))
            expect(card).to_be_visible(timeout=PROMISE)

    def test_the_way_to_the_content_and_to_every_level_is_by_tab(self, visitors: Visitors) -> None:
        learner = visitors.person("mahidul")
        learner.keyboard.press("Tab")
        expect(learner.get_by_role("link", name="Skip to the content")).to_be_focused()
        learner.keyboard.press("Enter")

        learner.keyboard.press("Tab")

        focused = learner.locator(":focus")
        expect(focused).to_be_visible()
        assert focused.evaluate("(element) => element.closest('main') !== null")
