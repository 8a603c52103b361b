"""A credential and a pathway on somebody else's site: live there, under a policy as strict as can be."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.flows.browser import PHONE, Visitors
from tests.flows.portal import DemoPortal

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Elsewhere:
    """A web site that is not ours: one page, and the strictest policy that lets it frame the portal."""

    def __init__(self, portal: str) -> None:
        self.policy = f"default-src 'none'; frame-src {portal}; base-uri 'none'; form-action 'none'"
        self.body = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answering, self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self) -> "Elsewhere":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_how: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Answering(BaseHTTPRequestHandler):
    def __init__(self, site: Elsewhere, *args: object) -> None:
        self.site = site
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        page = f"<!DOCTYPE html><html lang=en><title>Elsewhere</title><main>{self.site.body}</main></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.site.policy)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_anything: object) -> None:
        pass


@pytest.fixture
def elsewhere(embedded_portal: DemoPortal) -> Iterator[Elsewhere]:
    with Elsewhere(embedded_portal.url) as site:
        yield site


def test_what_is_shared_shows_on_another_site_until_it_is_withdrawn(
    browser: Browser, visitors: Visitors, elsewhere: Elsewhere
) -> None:
    holder = visitors.person("minori")
    holder.goto("/me/credentials/")
    holder.locator(".credential-card:not(:has-text('Revoked')) a").first.click()
    name = holder.locator("h1").inner_text()
    holder.get_by_role("button", name="Make a link").click()
    snippet = holder.locator("#share-frame").input_value()
    link = holder.locator("#share-address").input_value()

    # Somebody without script and without any cookie reads it there.
    reader = browser.new_context(java_script_enabled=False).new_page()
    elsewhere.body = snippet
    reader.goto(elsewhere.url)
    frame = reader.frame_locator("iframe")
    expect(frame.get_by_role("heading", name=name)).to_be_visible()
    expect(frame.get_by_text("Valid", exact=False).first).to_be_visible()
    assert reader.context.cookies() == []

    # Any other page of ours refuses to be framed there.
    elsewhere.body = f'<iframe src="{link}" title="Not for frames"></iframe>'
    reader.goto(elsewhere.url)
    expect(reader.frame_locator("iframe").get_by_role("heading", name=name)).to_have_count(0)

    holder.get_by_role("button", name="Withdraw the link").click()
    elsewhere.body = snippet
    reader.goto(elsewhere.url)
    expect(reader.frame_locator("iframe").get_by_role("heading")).to_have_text(
        "There is nothing at this address"
    )
    reader.context.close()


def test_a_pathway_shows_on_another_site_whether_it_is_open(
    browser: Browser, visitors: Visitors, elsewhere: Elsewhere
) -> None:
    anyone = visitors.anyone()
    anyone.goto("/pathways/")
    anyone.locator(".road-card a").first.click()
    name = anyone.locator("h1").inner_text()
    elsewhere.body = anyone.locator("#frame").input_value()

    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(elsewhere.url)

    frame = reader.frame_locator("iframe")
    expect(frame.get_by_role("heading", name=name)).to_be_visible()
    expect(frame.get_by_text("Open for enrolment")).to_be_visible()
    reader.context.close()


def test_what_may_be_framed_has_no_barrier_and_fits_a_phone(visitors: Visitors) -> None:
    holder = visitors.person("thando")
    holder.goto("/me/credentials/")
    holder.locator(".credential-card a").first.click()
    holder.get_by_role("button", name="Make a link").click()
    (shared,) = re.findall(r'src="([^"]+)"', holder.locator("#share-frame").input_value())
    page = visitors.anyone()
    page.goto("/pathways/")
    page.locator(".road-card a").first.click()
    (pathway,) = re.findall(r'src="([^"]+)"', page.locator("#frame").input_value())

    for address in (shared, pathway):
        page.goto(address)
        page.set_viewport_size(PHONE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(Axe().axe_script)
            found = page.evaluate(
                "(tags) => axe.run({runOnly: tags, resultTypes: ['violations'], preload: false})", WCAG
            )
            assert [rule["id"] for rule in found["violations"]] == [], (address, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
