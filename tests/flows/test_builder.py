"""A registrar builds rules with JavaScript switched off: from five models, and one four levels deep."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.flows.browser import Visitors

pytestmark = pytest.mark.browser

# Set to a folder, the pictures of docs/building-rules.md are taken into it.
PICTURES = os.environ.get("GUIDE_PICTURES", "")


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        # Without the anchor, so that what stands beside is seen from its top.
        if "#" in page.url:
            page.goto(page.url.partition("#")[0])
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def open_draft(page: Page, pathway: str) -> None:
    """The next draft of a pathway, on the page where its rule is built."""
    page.goto("/registrar/pathways/pathway/")
    page.locator("#result_list").get_by_role("link", name=pathway).click()
    page.locator(".object-tools").get_by_role("link", name="Make the next draft").click()
    page.get_by_role("button", name="Make the next draft").click()
    expect(page.get_by_role("heading", level=1, name="Rule")).to_be_visible()


def start_from(page: Page, model: str, **answers: str) -> None:
    page.get_by_text("Start from a model").click()
    page.get_by_role("link", name=model).click()
    for label, value in answers.items():
        field = page.get_by_label(label.replace("_", " "))
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_label("Replace the rule that this draft has").check()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def sentence(page: Page) -> str:
    return page.locator(".beside-sentence").inner_text()


def tick(page: Page, *codes: str, what: str = "codes") -> None:
    """Open the series in which they stand, and tick them."""
    for code in codes:
        box = page.locator(f"input[name={what}][value='{code}']")
        if not box.is_visible():
            page.locator("details", has=box).locator("summary").first.click()
        box.check()


def add_inside(page: Page, group: str, kind: str) -> None:
    line = page.locator(".outline-line").filter(has_text=group).last
    line.locator("summary").first.click()
    line.locator(".outline-add").first.get_by_role("link", name=kind, exact=True).click()


class TestBuilding:
    def test_the_five_models_ask_only_what_they_need(self, visitors: Visitors) -> None:
        page = visitors.person("registrar", script=False)
        open_draft(page, "Course Design and Assessment")
        four = "TL-110, TL-120, TL-130, TL-140"

        start_from(page, "Linear", Or_their_codes=four)
        save(page)
        linear = sentence(page)
        start_from(page, "Flexible", How_many_of_them="2", Or_their_codes=four)
        save(page)
        flexible = sentence(page)
        start_from(page, "Core + elective", How_many_electives="1")
        tick(page, "TL-130", "TL-140")
        tick(page, "TL-110", what="core")
        keep_picture(page, "core-and-electives")
        save(page)
        core = sentence(page)
        start_from(
            page, "Tiered", The_certificate_of_the_tier_below="RD-C10", Or_their_codes="TL-110, TL-120"
        )
        save(page)
        tiered = sentence(page)
        start_from(page, "Cross-series", How_many_of_them="2", Or_their_codes="TL-110, TL-120, RD-110")
        save(page)

        assert linear.count("; then ") == 3
        assert flexible.startswith("Earn 2 of these 4: Writing Assessable Learning Outcomes, ")
        assert core.startswith(
            "Earn Writing Assessable Learning Outcomes; and one of these 2: Giving Written"
        )
        assert tiered.startswith("Earn Certificate in Research Data Management, Writing Assessable")
        assert sentence(page).endswith("from at least 2 different groups.")
        # Two are fewer than a stack is made of: the lint says so beside the rule.
        expect(page.locator(".beside")).to_contain_text("fewer than 3 need a reason")

    def test_a_rule_four_levels_deep_is_built_with_buttons(self, visitors: Visitors) -> None:
        page = visitors.person("registrar", script=False)
        open_draft(page, "Research Data Management")

        start_from(page, "Linear", Or_their_codes="RD-110, RD-120")
        page.get_by_label("What was earned out of order").select_option("advisory")
        save(page)
        add_inside(page, "All of these", "Some of these requirements")
        page.get_by_label("How many of them").fill("1")
        page.get_by_label("Name of this requirement").fill("Either road")
        save(page)
        add_inside(page, "Either road", "This, within a length of time")
        page.get_by_label("Months").fill("18")
        save(page)
        expect(page.locator(".beside")).to_contain_text("Add the one requirement that has to be met")
        expect(page.locator(".beside-sentence")).to_have_text("The rule is not complete yet.")
        add_inside(page, "All within 18 months", "Some of these achievements")
        page.get_by_label("How many of them").fill("2")
        page.get_by_label("Find by code or name").fill("RD-2")
        page.get_by_role("button", name="Find").click()
        tick(page, "RD-210", "RD-220")
        page.get_by_label("Or their codes").fill("RD-130")
        page.get_by_text("Advanced: what counts here").click()
        page.get_by_label("Least level", exact=True).select_option("given")
        page.get_by_label("Least level: value").fill("2")
        save(page)
        add_inside(page, "Either road", "Credits or hours")
        page.get_by_label("How much", exact=True).fill("20")
        page.get_by_label("Counted in").select_option("hours")
        page.get_by_label("Or their codes").fill("RD-100, PH-110, PH-120")
        save(page)

        said = sentence(page)
        assert "one of these parts: 2 of these 3: " in said
        assert "(at level 2 or above), all within 18 months; and 20 hours out of " in said
        expect(page.locator(".beside")).to_contain_text("Taken away: “Research data management”")
        page.locator(".outline-line").filter(has_text="20 hours").last.get_by_role(
            "button", name=re.compile("^Up")
        ).click()
        assert sentence(page).index("20 hours") < sentence(page).index("18 months")
        page.get_by_label("A learner’s name or e-mail address").fill("zofie@demo.example")
        page.get_by_role("button", name="Try").click()
        expect(page.locator(".beside-verdict")).to_contain_text("Žofie")
        keep_picture(page, "four-levels")
        page.get_by_role("button", name=re.compile("^Remove.*Either road")).click()
        expect(page.locator(".falls")).to_contain_text("20 hours")
        page.get_by_role("button", name="Remove it with all inside").click()
        assert "18 months" not in sentence(page)
