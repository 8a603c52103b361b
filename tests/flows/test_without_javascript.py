"""JavaScript switched off: a learner hands in, faculty mark, the registrar revokes, an employer verifies."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from learners.management.demo.people import LEARNERS
from tests.flows import acts
from tests.flows.acts import name_of
from tests.flows.browser import Visitors

pytestmark = pytest.mark.browser


def full_name(key: str) -> str:
    return next(person.name for person in LEARNERS if person.key == key)


class TestWithoutJavaScript:
    def test_a_learner_finds_the_next_step_and_hands_it_in(self, visitors: Visitors, tmp_path: Path) -> None:
        learner = visitors.person("sophavy", script=False)
        table = tmp_path / "rates.csv"
        table.write_text("district,rate\nnorth,4.1\n")

        acts.expect_next(learner, name_of("PH-120"))
        acts.begin(learner)
        acts.hand_in(
            learner, text="The two districts differ less.", link="https://example.org/rates", file=table
        )

        acts.go(learner, "My progress")
        expect(learner.locator("#dashboard")).to_contain_text("Waiting for marking")

    def test_a_draft_is_kept_by_its_button(self, visitors: Visitors) -> None:
        learner = visitors.person("tharindi", script=False)

        learner.locator(".glance-next .btn-primary").click()
        learner.get_by_label("Your text").fill("Two calls were observed; the notes are attached.")
        learner.get_by_role("button", name="Save draft").click()
        expect(learner.locator(".message-success")).to_be_visible()
        acts.go(learner, "My progress")
        learner.locator(".glance-next .btn-primary").click()

        expect(learner.get_by_label("Your text")).to_have_value(
            "Two calls were observed; the notes are attached."
        )

    def test_faculty_mark_and_release_and_are_told_what_is_missing(self, visitors: Visitors) -> None:
        marker = visitors.person("faculty.health", script=False)
        acts.claim(marker, title="Four districts compared fairly", learner=full_name("yashovardhan"))

        marker.get_by_role("button", name="Release").click()
        expect(marker.get_by_role("alert")).to_be_visible()
        expect(marker).to_have_title(re.compile("^Error:"))
        acts.choose_best(marker)
        acts.release(marker)

        learner = visitors.person("yashovardhan", script=False)
        acts.go(learner, "My progress")
        expect(
            learner.locator(".credential-card").get_by_role("link", name=name_of("PH-120"))
        ).to_be_visible()

    def test_the_registrar_revokes(self, visitors: Visitors) -> None:
        registrar = visitors.person("registrar", script=False)

        acts.find_credential(registrar, "narantsetseg@", name_of("PH-110"))
        acts.open_revocation(registrar)
        acts.revoke_as_void(registrar, reason="Entered for another person.", public_reason="Issued in error.")

        registrar.locator(".field-verification_page a").click()
        expect(registrar.locator(".verdict-word")).to_have_text("Revoked")
        expect(registrar.locator("main")).to_contain_text("Issued in error.")

    def test_an_employer_verifies_by_the_link_and_by_the_code(self, visitors: Visitors) -> None:
        learner = visitors.person("suharti", script=False)
        learner.goto("/me/credentials/")
        learner.locator(".credential-card").get_by_role("link", name=name_of("RD-C10")).click()
        address = learner.locator(".verify-address a").inner_text()
        code = learner.locator("dd.code").inner_text()
        employer = visitors.anyone(script=False)

        expect(acts.verify(employer, address)).to_have_text("Valid")
        employer.get_by_role("navigation", name="Main").get_by_role("link", name="Verify").click()
        employer.get_by_label("Code").fill(code)
        employer.locator("main").get_by_role("button", name="Verify").click()

        expect(employer.locator(".verdict-word")).to_have_text("Valid")
        assert employer.url == address
        assert employer.context.cookies() == []

    def test_an_employer_asks_whether_it_is_the_person(self, visitors: Visitors) -> None:
        learner = visitors.person("selamawit", script=False)
        learner.goto("/me/credentials/")
        learner.locator(".credential-card").get_by_role("link", name=name_of("RD-110")).click()
        address = learner.locator(".verify-address a").inner_text()
        employer = visitors.anyone(script=False)
        acts.verify(employer, address)
        expect(employer.locator("main")).not_to_contain_text(full_name("selamawit"))

        for typed, answer in ((full_name("selamawit"), "Yes."), ("Somebody Else", "No.")):
            employer.locator("[aria-labelledby=person]").get_by_role("textbox").fill(typed)
            employer.get_by_role("button", name="Compare").click()
            expect(employer.get_by_role("status")).to_contain_text(answer)
