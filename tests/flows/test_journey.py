"""With real workers: enrolment, a certificate within ten seconds, an employer's verdict, its revocation."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from learners.management.demo.pathways import ACROSS_DISCIPLINES
from learners.management.demo.people import LEARNERS
from tests.flows import acts
from tests.flows.acts import look_until, name_of
from tests.flows.browser import Visitors
from tests.flows.portal import DemoPortal

pytestmark = pytest.mark.browser

# He holds one skill of research data and one of public health; a third series completes the certificate.
LEARNER, MARKER = "mehmet", "faculty.teaching"
SKILL, CERTIFICATE = "TL-110", "XS-C10"
TASK = "The outcomes of one course, rewritten"
PROMISE = 10.0
WORK = (
    "Old: know the main theories. New: with the reader open, compare two theories on one case in a page. "
    "Assessed by the second essay. Three more outcomes follow the same pattern; one was taken out."
)


@pytest.fixture(params=["embedded_portal", "services_portal"])
def portal(request: pytest.FixtureRequest) -> DemoPortal:
    """On SQLite with files for a broker; then on PostgreSQL and Redis."""
    running: DemoPortal = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def people(browser: Browser, portal: DemoPortal) -> Iterator[Visitors]:
    came = Visitors(browser, portal)
    yield came
    came.leave()


class TestFromEnrolmentToRevocation:
    def test_a_pass_is_a_certificate_within_ten_seconds_and_falls_with_it(
        self, people: Visitors, portal: DemoPortal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        learner = people.person(LEARNER)
        enrols_and_hands_in(learner, tmp_path)
        released_at = marks_and_releases(people.person(MARKER))

        waited = {"certificate on the dashboard": sees_both(learner, since=released_at)}
        skill, certificate = (own_page(learner, code) for code in (SKILL, CERTIFICATE))
        pdf, waited["printed"] = downloads(learner, certificate, since=released_at)
        waited["told by mail"] = is_told(learner, portal, since=released_at)
        printed = acts.printed_address(pdf)
        assert printed == verify_address(learner, certificate)
        employer = people.anyone()
        addresses = (verify_address(learner, skill), printed)
        waited["both valid"] = both_read(employer, addresses, "Valid", since=released_at)

        revoked_at = revokes(people.person("registrar"))
        waited["both revoked"] = both_read(employer, addresses, "Revoked", since=revoked_at)

        with capsys.disabled():
            told = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in waited.items())
            print(f"\n{type(portal).__name__} on {portal.kind}: {told}")


def enrols_and_hands_in(learner: Page, folder: Path) -> None:
    """What she holds counts at once: one achievement is left, and the dashboard leads to it."""
    acts.enrol(learner, ACROSS_DISCIPLINES.name)
    acts.expect_next(learner, name_of(SKILL))
    acts.begin(learner)
    table = folder / "outcomes.csv"
    table.write_text("outcome,assessed in\ncompare two theories,essay 2\n")
    acts.hand_in(learner, text=WORK, link="https://example.org/course/outcomes", file=table)


def marks_and_releases(marker: Page) -> float:
    """One click for each criterion, then the release; the instant at which it was pressed."""
    name = next(person.name for person in LEARNERS if person.key == LEARNER)
    acts.claim(marker, title=TASK, learner=name)
    assert "outcomes.csv" in marker.locator(".marking-evidence").inner_text()
    assert acts.choose_best(marker) + 1 <= 8
    marker.get_by_label("Comment to the learner").fill("Each outcome can be seen, and each is assessed.")
    expect(marker.locator('[data-result="passed"]')).to_be_visible()
    pressed_at = time.monotonic()
    acts.release(marker)
    return pressed_at


def sees_both(learner: Page, *, since: float) -> float:
    """The dashboard, opened once and left alone, shows the badge and the certificate in time."""
    learner.goto("/me/")
    left = max(0.0, PROMISE - (time.monotonic() - since))
    for code in (SKILL, CERTIFICATE):
        shown = learner.locator("#dashboard .credential-card").get_by_role("link", name=name_of(code))
        expect(shown).to_be_visible(timeout=left * 1000)
    return time.monotonic() - since


def own_page(learner: Page, code: str) -> str:
    learner.goto("/me/credentials/")
    learner.locator(".credential-card").get_by_role("link", name=name_of(code)).click()
    return learner.url


def verify_address(learner: Page, page_address: str) -> str:
    learner.goto(page_address)
    return learner.locator(".verify-address a").inner_text()


def downloads(learner: Page, certificate: str, *, since: float) -> tuple[bytes, float]:
    """The PDF by its button, and when it was there."""
    button = learner.get_by_role("link", name="Certificate (PDF)")

    def is_printed() -> bool:
        learner.goto(certificate)
        return button.is_visible()

    seconds = look_until(is_printed, within=60, since=since, what="the certificate is not printed")
    with learner.expect_download() as saved:
        button.click()
    content = Path(saved.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    return content, seconds


def is_told(learner: Page, portal: DemoPortal, *, since: float) -> float:
    """A message in the portal and a mail for the certificate."""

    def is_written() -> bool:
        return any(name_of(CERTIFICATE) in mail["Subject"] for mail in portal.mails_to(LEARNER))

    seconds = look_until(is_written, within=30, since=since, what="no mail about the certificate")
    learner.goto("/me/notifications/")
    for code in (SKILL, CERTIFICATE):
        expect(learner.locator(".notice-unread").filter(has_text=name_of(code)).first).to_be_visible()
    return seconds


def both_read(employer: Page, addresses: tuple[str, ...], word: str, *, since: float) -> float:
    """Whoever opens these addresses reads this verdict in time."""
    for address in addresses:
        seconds = look_until(
            lambda address=address: acts.verify(employer, address).inner_text() == word,  # type: ignore[misc]
            within=PROMISE + 20,
            since=since,
            what=f"{address} does not say {word}",
        )
    return seconds


def revokes(registrar: Page) -> float:
    """In the admin, with a reason, after proving who she is; the instant before the press."""
    acts.find_credential(registrar, f"{LEARNER}@", name_of(SKILL))
    acts.open_revocation(registrar)
    expect(registrar.locator(".act-facts")).to_contain_text(name_of(CERTIFICATE))
    pressed_at = time.monotonic()
    acts.revoke_as_void(
        registrar,
        reason="Two submissions were exchanged at marking.",
        public_reason="Issued in error.",
    )
    return pressed_at
