"""From an empty database and the admin alone: a framework, a certificate of four parts, in the catalogue."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from learners.management.demo.people import DOMAIN
from tests.flows import first_day
from tests.flows.browser import Visitors
from tests.flows.first_day import SKILLS, act, codes_shown, opens
from tests.flows.portal import EmptyPortal

pytestmark = pytest.mark.browser

CERTIFICATE = "Certificate in Watching a River"
# Each part looks different: an icon and a shape of its own.
LOOKS = {
    "W.1": ("compass", "hexagon"),
    "W.2": ("flask", "shield"),
    "W.3": ("microscope", "circle"),
    "W.4": ("speech", "square"),
}
# The first skill comes with a name that is none, and an assessment that shows nothing of it.
FIRST_NAMES = {**SKILLS, "W.1": "Workshop 2 of 5"}
# With this set, each step is photographed there, for docs/designing.md.
PICTURES = os.environ.get("GUIDE_PICTURES")


@pytest.fixture
def people(browser: Browser, empty_portal: EmptyPortal) -> Iterator[Visitors]:
    came = Visitors(browser, empty_portal)
    yield came
    came.leave()


def photographed(page: Page, name: str) -> None:
    """Keep a picture of what is on the screen, where the guide's are being taken."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


class TestTheFirstDay:
    def test_ends_with_a_certificate_in_the_public_catalogue(
        self, people: Visitors, empty_portal: EmptyPortal, tmp_path: Path
    ) -> None:
        registrar, approver = people.anyone(), people.anyone()
        for page, key, name in ((registrar, "rita", "Rita Ruiz"), (approver, "anan", "Anan Abebe")):
            role = "registrar" if page is registrar else "approver"
            first_day.come(page, empty_portal.create_person(key, name, role), f"{key}@{DOMAIN}")

        first_day.founds_the_institution(registrar)
        first_day.imports_the_framework(registrar, first_day.case_file(tmp_path))
        photographed(registrar, "framework")
        act(registrar, "Publish")
        first_day.designs_backward(registrar, FIRST_NAMES)
        photographed(registrar, "designed")
        first_day.writes_a_rubric(registrar, "Work at the river")
        first_day.writes_the_assessments(registrar, [f"RW-{n}" for n in (1, 2, 3, 4)], "Work at the river")

        stopped_by = self.is_stopped_on_the_way(registrar)
        print(f"\nStopped by {len(stopped_by)} findings: {', '.join(sorted(stopped_by))}")
        self.puts_everything_right(registrar)
        for name in (*SKILLS.values(), CERTIFICATE):
            first_day.approves_and_publishes(approver, name)
        first_day.publishes_the_pathway(approver, CERTIFICATE)

        anyone = people.anyone()
        anyone.goto("/catalogue/")
        for name in (*SKILLS.values(), CERTIFICATE):
            expect(anyone.locator("main").get_by_role("link", name=name).first).to_be_visible()
        photographed(anyone, "catalogue")
        assert len(stopped_by) >= 6

    def is_stopped_on_the_way(self, page: Page) -> set[str]:
        """What keeps the drafts of the guided form from review, as their pages say it."""
        found: set[str] = set()
        for draft in (FIRST_NAMES["W.1"], CERTIFICATE):
            opens(page, draft)
            found |= codes_shown(page)
            photographed(page, f"stopped-{draft[:4].strip().lower()}")
            act(page, "Send for review")
            expect(page.locator(".errornote")).to_be_visible()
            photographed(page, f"refused-{draft[:4].strip().lower()}")
        return found

    def puts_everything_right(self, page: Page) -> None:
        for competency, name in SKILLS.items():
            opens(page, FIRST_NAMES[competency])
            icon, shape = LOOKS[competency]
            first_day.completes(page, name, methods={"applied_project"}, icon=icon, shape=shape)
            assert codes_shown(page) == set()
            if competency == "W.1":
                photographed(page, "clean")
            first_day.sends_for_review(page)
        opens(page, CERTIFICATE)
        look = {"icon": "star", "shape": "rosette"}
        whole = {"hours": "24", "credits": "0.96"}
        first_day.completes(page, CERTIFICATE, methods={"components"}, **look, **whole)
        assert codes_shown(page) == set()
        first_day.sends_for_review(page)
