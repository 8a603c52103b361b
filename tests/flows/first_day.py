"""What registrar and approver do in the admin from an empty database to a published certificate."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from playwright.sync_api import Locator, Page, expect

ADMIN = "/registrar"
PASSWORD = "a-long-password-for-tests"
SKILLS = {
    "W.1": "Measuring river flow with a float",
    "W.2": "Sampling water without spoiling it",
    "W.3": "Reading a nitrate test strip",
    "W.4": "Reporting a pollution incident",
}
FRAMEWORK = "River Watching Skills"


def case_file(folder: Path) -> Path:
    """A small framework of our own as a CASE package: one area and four competencies."""

    def link(kind: str, name: str, title: str) -> dict[str, str]:
        identifier = str(uuid5(NAMESPACE_URL, name))
        return {
            "title": title,
            "identifier": identifier,
            "uri": f"https://rivers.example/ims/case/v1p1/{kind}/{identifier}",
        }

    def named(kind: str, name: str) -> dict[str, str]:
        found = link(kind, name, "")
        return {
            **{key: found[key] for key in ("identifier", "uri")},
            "lastChangeDateTime": "2026-01-05T09:00:00Z",
        }

    document = link("CFDocuments", FRAMEWORK, FRAMEWORK)
    items = {"W": "Watching a river", **SKILLS}
    package = {
        "CFDocument": {
            **named("CFDocuments", FRAMEWORK),
            "title": FRAMEWORK,
            "creator": "River Trust",
            "language": "en",
        },
        "CFItems": [
            {
                **named("CFItems", code),
                "CFDocumentURI": document,
                "fullStatement": f"{title}, safely and in a way that others can check.",
                "abbreviatedStatement": title,
                "humanCodingScheme": code,
                "CFItemType": "Competency" if "." in code else "Area",
            }
            for code, title in items.items()
        ],
        "CFAssociations": [
            {
                **named("CFAssociations", f"{code} is a part"),
                "associationType": "isChildOf",
                "sequenceNumber": number,
                "originNodeURI": link("CFItems", code, code),
                "destinationNodeURI": link("CFItems", "W", "W") if "." in code else document,
            }
            for number, code in enumerate(items)
        ],
    }
    file = folder / "river-watching.json"
    file.write_text(json.dumps(package))
    return file


# --- Small movements -----------------------------------------------------------------------------
def come(page: Page, link: str, email: str) -> None:
    """Set a password by the link of the first day, and sign in with it."""
    page.goto(link)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Keep this password").click()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def press(page: Page, button: Locator) -> None:
    """Press and wait for the page that answers."""
    with page.expect_navigation():
        button.click()


def save(page: Page, button: str = "_save") -> None:
    press(page, page.locator(f"input[name={button}]").first)
    expect(page.locator(".errornote")).to_have_count(0)


def add(page: Page, model: str, values: Mapping[str, str]) -> None:
    """Fill in the form of a new record, and save it."""
    page.goto(f"{ADMIN}/{model}/add/")
    fill(page, values)
    save(page)


def fill(page: Page, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        field = page.locator(f"[name={name}]").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def choose(page: Page, field: str, text: str) -> None:
    """Choose in a box that searches as one types."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").last.fill(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def act(page: Page, name: str) -> None:
    """Press a record's button, and on the page that asks whether one is sure, press again."""
    press(page, page.locator(".object-tools").get_by_role("link", name=name, exact=True))
    press(page, page.locator(".submit-row input[type=submit]"))


def until(page: Page, shown: Locator, times: int = 60) -> None:
    """Look again and again, as somebody waiting for a worker does."""
    for _look in range(times):
        if shown.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(shown).not_to_have_count(0)


# --- The day ---------------------------------------------------------------------------------------
def founds_the_institution(page: Page) -> None:
    add(
        page,
        "credentials/issuer",
        {"name": "River Trust", "slug": "river-trust", "country": "NL", "url": "https://rivers.example/"},
    )
    add(page, "credentials/series", {"issuer": "River Trust", "name": "River Watch", "slug": "river-watch"})
    add(
        page,
        "credentials/subjectarea",
        {"name": "Water", "expiry": "expires after a number of months", "expiry_months": "24"},
    )


def imports_the_framework(page: Page, file: Path) -> None:
    page.goto(f"{ADMIN}/credentials/importbatch/add/")
    page.locator("input[type=file]").set_input_files(file)
    press(page, page.locator(".submit-row input[type=submit]").first)
    until(page, page.get_by_role("link", name="Import what is shown"))
    expect(page.locator("#content")).to_contain_text("W.4")
    act(page, "Import what is shown")
    until(page, page.locator("#content").get_by_text("applied", exact=True))
    page.goto(f"{ADMIN}/credentials/competencyframework/")
    press(page, page.locator("#result_list").get_by_role("link", name=FRAMEWORK).first)


def writes_a_rubric(page: Page, title: str) -> None:
    add(
        page,
        "assessments/rubric",
        {
            "title": title,
            "criteria-0-position": "1",
            "criteria-0-key": "care",
            "criteria-0-title": "Care",
            "criteria-0-must_pass_ordinal": "2",
        },
    )
    page.goto(f"{ADMIN}/assessments/rubriccriterion/")
    press(page, page.locator("#result_list tbody th a").first)
    rows = (
        ("1", "Not yet", "0", "Steps are left out."),
        ("2", "Good", "1", "Every step can be followed."),
        ("3", "Excellent", "2", "Every step is explained to others."),
    )
    for number, (ordinal, label, points, descriptor) in enumerate(rows):
        fill(
            page,
            {
                f"levels-{number}-ordinal": ordinal,
                f"levels-{number}-label": label,
                f"levels-{number}-points": points,
                f"levels-{number}-descriptor": descriptor,
            },
        )
    save(page)


def writes_the_assessments(page: Page, codes: Iterable[str], rubric: str) -> None:
    for code in codes:
        page.goto(f"{ADMIN}/assessments/assessment/add/")
        choose(page, "achievement", code)
        choose(page, "rubric", rubric)
        fill(page, {"title": f"Task of {code}", "brief": "Do it at the river, and write down what you did."})
        page.locator("input[name=required_kinds]").first.check()
        save(page)


def designs_backward(page: Page, names: Mapping[str, str]) -> None:
    """The four pages: the certificate, its skills by competency, their achievements, the rule."""
    page.goto(f"{ADMIN}/pathways/programmedesign/add/")
    fill(
        page,
        {
            "series": "River Watch",
            "name": "Certificate in Watching a River",
            "code": "RW-C1",
            "description": "Measures, samples, tests and reports on a river so that others can rely on it.",
            "outcomes": "Watches a stretch of river on one's own",
            "subject_area": "Water",
        },
    )
    go_on = page.locator(".submit-row input[type=submit]")
    press(page, go_on)
    for number, (competency, name) in enumerate(names.items(), start=1):
        fill(
            page,
            {
                f"name_{number}": name,
                f"competency_{number}": competency,
                f"level_{number}": "Foundation",
                f"criterion_{number}": "Does it at the river while somebody watches.",
            },
        )
    press(page, go_on)
    for number in range(1, len(names) + 1):
        fill(
            page,
            {
                f"code_{number}": f"RW-{number}",
                f"hours_{number}": "6",
                f"activity_{number}": "A day at the river",
                f"activity_hours_{number}": "7",
            },
        )
    # What the lint will stop: a test of ticks for something done by hand, and far too many hours.
    page.locator("[name=method_1]").select_option(label="multiple-choice test")
    page.locator("[name=hours_1]").fill("90")
    press(page, go_on)
    page.locator("[name=model]").select_option(label="all of them, in this order")
    press(page, go_on)
    press(page, go_on)
    expect(page.locator("#content")).to_contain_text("What was made of it")


def opens(page: Page, draft: str) -> None:
    """A version's page, by its name in the list."""
    page.goto(f"{ADMIN}/credentials/achievementversion/?q={draft}")
    press(page, page.locator("#result_list tbody th a").first)


def codes_shown(page: Page) -> set[str]:
    """The findings of the lint beside the form that are not settled."""
    lines = page.locator("#look li:not(.is-settled) .look-code code")
    return {text.strip() for text in lines.all_inner_texts()}


def completes(
    page: Page,
    name: str,
    *,
    methods: Iterable[str],
    icon: str,
    shape: str,
    hours: str = "6",
    credits: str = "0.24",
) -> None:
    """Fill in all that a draft of the guided form still lacks."""
    fill(
        page,
        {
            "name": name,
            "description": f"{name}: the holder does it alone, safely, and writes down what was done.",
            "outcomes": "Does it alone\nWrites it down so that others can check it",
            "criteria": "Does it three times at a river while a marker watches, and hands in the notes.",
            "credits": credits,
            "hours": hours,
            "qualification_framework": "European Qualifications Framework",
            "qualification_level": "4",
            "quality_assurance": "Reviewed each year by the board of the River Trust.",
            "image_alt": f"Badge of small stones for {name}.",
        },
    )
    page.locator("[name=subject_area]").select_option(label="Water")
    page.locator("[name=expiry]").select_option(value="area")
    page.locator("[name=icon]").select_option(value=icon)
    page.locator("[name=shape]").select_option(value=shape)
    for box in page.locator("input[name=assessment_types]").all():
        box.set_checked(str(box.get_attribute("value")) in methods)
    evidence = page.locator("input[name=evidence_kinds][value=text]")
    if "components" not in methods:
        evidence.check()
    save(page, "_continue")


def sends_for_review(page: Page) -> None:
    act(page, "Send for review")
    expect(page.locator(".messagelist .success")).to_contain_text("in review")


def approves_and_publishes(page: Page, draft: str) -> None:
    opens(page, draft)
    act(page, "Approve")
    expect(page.locator(".messagelist .success")).to_be_visible()
    act(page, "Publish")
    expect(page.locator(".messagelist .success")).to_be_visible()


def publishes_the_pathway(page: Page, name: str) -> None:
    page.goto(f"{ADMIN}/pathways/pathwayversion/")
    press(page, page.locator("#result_list").get_by_role("link", name=re.compile(name)).first)
    act(page, "Publish")
    expect(page.locator(".messagelist .success")).to_be_visible()
