"""Visitors with a real browser, and what no visit may do: err, break the policy, or leave the portal."""

import os
import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from learners.management.demo.loading import PUBLIC_PASSWORD
from learners.management.demo.people import DOMAIN
from tests.flows.portal import DemoPortal

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# How long a page may take to show what it should, on a busy machine.
PATIENCE = 15_000
Scheme = Literal["light", "dark"]
expect.set_options(timeout=PATIENCE)


class Visitors:
    """People who come to one portal, each with a browser of their own, all of them watched."""

    def __init__(self, browser: Browser, portal: DemoPortal) -> None:
        self.browser, self.portal = browser, portal
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def anyone(self, *, script: bool = True) -> Page:
        """Somebody whom nobody knows, on an empty page; `script=False` switches JavaScript off."""
        context = self.browser.new_context(
            base_url=self.portal.url, java_script_enabled=script, viewport=DESK, color_scheme="light"
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        self._watch(page)
        return page

    def person(self, key: str, *, script: bool = True) -> Page:
        """A person of the demonstration who signs in by hand, on her own first page."""
        page = self.anyone(script=script)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(f"{key}@{DOMAIN}")
        page.get_by_label("Password").fill(PUBLIC_PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(f"{self.portal.url}/accounts/login/")
        return page

    def leave(self) -> None:
        """Close every browser; then nothing may have gone wrong in any of them."""
        for context in self._contexts:
            context.close()
        assert not self.complaints, "\n".join(self.complaints)

    def _watch(self, page: Page) -> None:
        own = f"{self.portal.url}/"

        def heard(message: ConsoleMessage) -> None:
            # A breach of the content security policy is told here too. That a page itself was answered
            # with 404 or 409 is for the test to expect or not.
            is_own_status = message.location.get("url") == page.url and "status of 4" in message.text
            if message.type in {"error", "warning"} and not is_own_status:
                self.complaints.append(
                    f"{page.url}: the console says: {message.text} ({message.location.get('url')})"
                )

        def failed(error: Error) -> None:
            self.complaints.append(f"{page.url}: the script failed: {error.message}")

        def asked(request: Request) -> None:
            if not request.url.startswith((own, "data:", "blob:")):
                self.complaints.append(f"{page.url}: asked another site: {request.url}")

        def answered(response: Response) -> None:
            if response.status >= 500:
                self.complaints.append(f"{page.url}: {response.status} from {response.url}")

        page.on("console", heard)
        page.on("pageerror", failed)
        page.on("request", asked)
        page.on("response", answered)


def executable() -> str | None:
    """The machine's own Chromium, or None: then Playwright looks for the one that it fetched."""
    chosen = [os.environ.get("CHROMIUM", ""), *CHROMIUMS]
    return next((found for name in chosen if name and (found := shutil.which(name))), None)


# For a module, not for the session: while it lives its thread has a running event loop, in which Django
# refuses other tests their database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        except Error as missing:
            if "Executable doesn't exist" in missing.message:
                pytest.skip("There is no Chromium on this machine; CHROMIUM may name one.")
            raise
        with chromium:
            yield chromium


@pytest.fixture
def visitors(browser: Browser, embedded_portal: DemoPortal) -> Iterator[Visitors]:
    """Whoever comes to the portal on SQLite during one test."""
    came = Visitors(browser, embedded_portal)
    yield came
    came.leave()
