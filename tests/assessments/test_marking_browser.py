"""Marking in a real browser: by keyboard, by mouse, in two windows, and with JavaScript off."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from assessments.models import Grading, Submission
from assessments.services.grading import claim
from config.clock import now
from credentials.models import Credential
from learners.models import User
from tests.makers import make_assessment, make_rubric, make_submission
from tests.people import SignIn

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CRITERIA = ("question", "method", "data", "analysis", "writing", "reflection")
Open = Callable[..., BrowserContext]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and the tests ask the database from it too.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(chromium: Browser, live_server: LiveServer, sign_in: SignIn) -> Iterator[Open]:
    opened: list[BrowserContext] = []

    def signed_in(person: User, *, has_script: bool = True) -> BrowserContext:
        context = chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=has_script,
            viewport={"width": 1280, "height": 900},
        )
        session = sign_in(person).cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        opened.append(context)
        return context

    yield signed_in
    for context in opened:
        context.close()
    _wait_for_the_server()


def _wait_for_the_server() -> None:
    """A page that is left saves what it holds; the database is not emptied under that request."""
    until = time.monotonic() + 20
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < until, "the server is still answering a page that was closed"
        time.sleep(0.05)


@pytest.fixture
def submission(faculty: User, learner: User) -> Submission:
    """Six criteria to mark, claimed by `faculty`."""
    handed_in = make_submission(
        assessment=make_assessment(rubric=make_rubric(criteria=CRITERIA)), learner=learner, at=now()
    )
    claim(submission=handed_in, by=faculty, at=now())
    return handed_in


def address(submission: Submission) -> str:
    return reverse("assessments:grade", args=[submission.public_id])


def choose(page: Page, criterion: int, level: int) -> None:
    page.locator(".criterion").nth(criterion).locator("label.level").nth(level).click()


def test_six_criteria_are_marked_and_released_in_twenty_keystrokes(
    open_as: Open, faculty: User, learner: User, submission: Submission
) -> None:
    page = open_as(faculty).new_page()
    page.goto(address(submission))
    keys = [*"2j3j2j2j3j2", "Control+Enter"]

    for key in keys[:-1]:
        page.keyboard.press(key)
    expect(page.locator("#marking-result")).to_contain_text("Passed.")
    page.keyboard.press(keys[-1])

    expect(page.locator(".messages")).to_contain_text("issued to Lea Learner.")
    assert len(keys) + 1 <= 20
    assert Credential.objects.get(recipient=learner).achievement == submission.assessment.achievement


def test_six_criteria_are_marked_and_released_in_eight_clicks(
    open_as: Open, faculty: User, submission: Submission
) -> None:
    page = open_as(faculty).new_page()
    page.goto(address(submission))

    for criterion in range(6):
        choose(page, criterion, 1 if criterion else 0)
    expect(page.locator("#marking-result")).to_contain_text("Below the level to be reached: Question.")
    page.click("[data-release]")

    expect(page.locator(".messages")).to_contain_text("Returned to Lea Learner: not yet.")


def test_single_keys_sleep_in_a_text_field_and_when_switched_off(
    open_as: Open, faculty: User, submission: Submission
) -> None:
    page = open_as(faculty).new_page()
    page.goto(address(submission))

    page.keyboard.press("c")
    page.keyboard.type("2 j n p ?")
    page.keyboard.press("Escape")
    assert page.locator("textarea.criterion-comment-box").first.input_value() == "2 j n p ?"
    page.keyboard.press("?")
    page.click("#single-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("2")

    assert page.locator("input[type=radio]:checked").count() == 0
    assert page.url.endswith(address(submission))


def test_a_draft_saves_itself_and_meets_a_second_window_on_a_page_with_both(
    open_as: Open, faculty: User, submission: Submission
) -> None:
    context = open_as(faculty)
    first, second = context.new_page(), context.new_page()
    first.goto(address(submission))
    second.goto(address(submission))

    choose(first, 0, 2)
    expect(first.locator("#marking-saved")).to_contain_text("Saved ", timeout=10_000, ignore_case=False)
    choose(second, 0, 0)
    second.click("#marking-saved button")

    expect(second.locator("h1")).to_have_text("Not saved")
    expect(second.locator(".version")).to_have_count(2)
    assert (
        Grading.objects.get().grades.get().level
        == Grading.objects.get().rubric.criteria.all()[0].levels.last()
    )


def test_everything_works_with_javascript_off(
    open_as: Open, faculty: User, learner: User, submission: Submission
) -> None:
    page = open_as(faculty, has_script=False).new_page()
    page.goto(reverse("assessments:queue"))
    page.click("text=Mark the next one")

    for criterion in range(5):
        choose(page, criterion, 1)
    page.click("[data-draft]")
    expect(page.locator("#marking-result")).to_contain_text("Still to choose: Reflection")
    choose(page, 5, 1)
    page.click("[data-release]")

    expect(page.locator(".messages")).to_contain_text("issued to Lea Learner.")
    assert Credential.objects.filter(recipient=learner).count() == 1
