"""What people do in the portal, by their own clicks and words; each works without JavaScript too."""

import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdf
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from learners.management.demo.achievements import CATALOGUE
from learners.management.demo.loading import PUBLIC_PASSWORD


def name_of(code: str) -> str:
    """An achievement's name by its code in the demonstration."""
    return CATALOGUE[code].name


def go(page: Page, door: str) -> None:
    """Through one of the doors in the header."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=door).click()


# --- The learner ---------------------------------------------------------------------------------
def enrol(page: Page, pathway: str) -> None:
    go(page, "Pathways")
    page.locator("main").get_by_role("link", name=pathway).click()
    page.get_by_role("button", name="Enrol on this pathway").click()
    expect(page.get_by_role("heading", level=1, name=pathway)).to_be_visible()
    expect(page.get_by_role("button", name="Enrol on this pathway")).to_have_count(0)


def expect_next(page: Page, name: str) -> None:
    """The dashboard says that this is next, if need be once it has evaluated what is new."""
    go(page, "My progress")
    expect(page.locator(".glance-what")).to_have_text(name)


def begin(page: Page) -> None:
    """From the dashboard to an open attempt at what is next, by its one button."""
    page.locator(".glance-next .btn-primary").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Your text")).to_be_visible()


def hand_in(page: Page, *, text: str, link: str, file: Path) -> None:
    page.get_by_label("Your text").fill(text)
    page.get_by_label("Add a link").fill(link)
    page.get_by_label("Add files").set_input_files(file)
    page.get_by_role("button", name="Add", exact=True).click()
    kept = page.locator("#evidence .evidence-list")
    expect(kept).to_contain_text(link)
    expect(kept).to_contain_text(file.name)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("main")).to_contain_text("Waiting for marking")


# --- The marker ----------------------------------------------------------------------------------
def claim(page: Page, *, title: str, learner: str) -> None:
    """Take one submission from the queue."""
    go(page, "Marking")
    row = page.get_by_role("row").filter(has_text=title).filter(has_text=learner)
    row.get_by_role("button").click()
    expect(page.locator("#marking-sheet")).to_be_visible()


def choose_best(page: Page) -> int:
    """Click the strongest level of every criterion; how many clicks that took."""
    criteria = page.locator("#marking-sheet .criterion").all()
    for criterion in criteria:
        criterion.locator("label.level").last.click()
    return len(criteria)


def release(page: Page) -> None:
    page.get_by_role("button", name="Release").click()
    expect(page.locator(".message").filter(has_text="issued to")).to_be_visible()


# --- The registrar -------------------------------------------------------------------------------
def find_credential(page: Page, words: str, name: str) -> None:
    """Search all credentials, and open the one of that name."""
    page.goto("/registrar/")
    page.locator("#credentials-credential").get_by_role("link").click()
    page.locator("#searchbar").fill(words)
    page.locator("#searchbar").press("Enter")
    page.locator("#result_list").get_by_role("link", name=name).click()
    expect(page.get_by_role("link", name="Revoke")).to_be_visible()


def prove_oneself(page: Page) -> None:
    """The password once more, which a grave act asks for."""
    expect(page).to_have_url(re.compile("/accounts/reauthenticate/"))
    page.get_by_label("Password").fill(PUBLIC_PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def open_revocation(page: Page) -> None:
    """From a credential's page to the page that asks why, for a registrar who has just signed in."""
    page.get_by_role("link", name="Revoke").click()
    prove_oneself(page)


def revoke_as_void(page: Page, *, reason: str, public_reason: str) -> None:
    """On the page that asks for the reason, to the message that says it is done."""
    page.get_by_label("void: it was never right").check()
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_label("Public reason").fill(public_reason)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The credential is revoked.")).to_be_visible()


# --- Anybody -------------------------------------------------------------------------------------
def verify(page: Page, address: str) -> Locator:
    """Open the address of a credential; the verdict's word."""
    page.goto(address)
    return page.locator(".verdict-word")


def printed_address(pdf: bytes) -> str:
    """Where the QR code on a printed certificate leads."""
    pictures = [picture.image for picture in pypdf.PdfReader(BytesIO(pdf)).pages[0].images if picture.image]
    codes = [code.text for code in map(zxingcpp.read_barcode, pictures) if code]
    assert len(codes) == 1
    address: str = codes[0]
    return address


def look_until(looks: Callable[[], bool], *, within: float, since: float, what: str) -> float:
    """Look again and again; how many seconds after `since` it was so.

    `since` is an instant of time.monotonic(). Fails where it is not so `within` seconds.
    """
    while not looks():
        assert time.monotonic() - since < within, f"After {within:.0f} s: {what}"
    return time.monotonic() - since
