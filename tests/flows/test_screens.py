"""Every named screen: no barrier that axe can find, no scrolling sideways on a phone, a silent console."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.flows.acts import prove_oneself
from tests.flows.browser import DESK, PHONE, Scheme, Visitors
from tests.flows.portal import DemoPortal
from tests.flows.screens import SCREENS, Screen

pytestmark = pytest.mark.browser

AXE = Axe()
# Preloading would read the style sheets again by writing inline styles, which our policy refuses aloud; only
# an experimental rule, which we do not run, needs it.
QUICKLY = {"resultTypes": ["violations"], "preload": False}
EVERYTHING = QUICKLY | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Dark differs from light in its colours alone.
COLOURS = QUICKLY | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LIGHTS: tuple[tuple[Scheme, Any], ...] = (("light", EVERYTHING), ("dark", COLOURS))
SIZES: tuple[ViewportSize, ...] = (DESK, PHONE)


class Cast:
    """The people of the screens; each signs in once for all her screens."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors
        self._pages: dict[str | None, Page] = {}

    def page_of(self, person: str | None) -> Page:
        if person not in self._pages:
            self._pages[person] = self.visitors.person(person) if person else self.visitors.anyone()
        return self._pages[person]

    def reach(self, screen: Screen) -> Page:
        """Walk the trail; the screen before the person who is to see it."""
        page = self.page_of(screen.person)
        walking = self.page_of(screen.guide) if screen.guide else page
        walking.set_viewport_size(DESK)
        walking.goto(screen.trail[0])
        for what in screen.trail[1:]:
            walking.locator(what).first.click()
            if "/reauthenticate/" in walking.url and screen.address != "account_reauthenticate":
                prove_oneself(walking)
        walking.wait_for_load_state()
        if walking is not page:
            page.goto(walking.url)
        return page


@pytest.fixture(scope="module")
def cast(browser: Browser, embedded_portal: DemoPortal) -> Iterator[Cast]:
    visitors = Visitors(browser, embedded_portal)
    yield Cast(visitors)
    visitors.leave()


def barriers(page: Page, options: Any) -> Iterator[str]:
    """What axe finds on the page as it stands, one line each."""
    found = page.evaluate("(options) => axe.run(options)", options)
    for rule in found["violations"]:
        places = "; ".join(node["html"][:150] for node in rule["nodes"][:3])
        yield f"{rule['id']} ({len(rule['nodes'])}): {places}"


class TestScreens:
    @pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
    def test_is_open_to_everybody_at_every_width_and_in_every_light(self, screen: Screen, cast: Cast) -> None:
        page = cast.reach(screen)

        found: list[str] = []
        page.evaluate(AXE.axe_script)
        for size, (scheme, options) in product(SIZES, LIGHTS):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            # A colour on its way from light to dark has a contrast that nobody reads. Not waited for: of what
            # scrolled out of sight no frame is drawn, so its transition may never end.
            page.evaluate("document.getAnimations().forEach((moving) => moving.finish())")
            found += [f"{size['width']} px, {scheme}: {line}" for line in barriers(page, options)]
            across = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            if across[0] != across[1]:
                found.append(f"{size['width']} px: {across[0]} px wide on {across[1]} px")
        found += cast.visitors.complaints
        cast.visitors.complaints.clear()

        assert not found, f"{page.url}\n" + "\n".join(found)
