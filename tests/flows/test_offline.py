"""The offline verifier in a real browser, opened from a file with the network cut: nobody may be asked."""

import json
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect
from pytest_django import DjangoDbBlocker

from credentials.models import Issuer, SigningKey
from credentials.openbadges.baking import bake_png, bake_svg
from credentials.openbadges.contexts import CREDENTIALS_V2
from credentials.openbadges.documents import endorsement_credential, open_badge_credential
from credentials.openbadges.facts import EndorsementFacts, EvidenceFacts
from credentials.openbadges.keys import KeyPair
from credentials.openbadges.proofs import sign
from credentials.services.offline import offline_verifier
from learners.models import User
from tests.flows.browser import DESK, PATIENCE, PHONE
from tests.kept import kept_for_a_class
from tests.makers import (
    TERM_DAY,
    default_issuer,
    make_certificate,
    make_credential,
    make_issuer,
    make_rendering,
    make_signing_key,
    make_user,
)
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    credential,
    institution,
    signed,
    signed_credential,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

GOOD = "Signature good. Status unknown: offline"
AXE_RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
ADDRESS = "zoë@people.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was made with the database, to be opened without it: two verifiers, and real files."""

    verifier: Path
    after_compromise: Path
    pdf: bytes
    json: bytes


@pytest.fixture(scope="module", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, and Django would refuse it the database."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Kept:
    """A certificate signed and printed by our own services, and a second issuer whose key the tests hold."""
    folder = tmp_path_factory.mktemp("offline")
    with kept_for_a_class(django_db_blocker):
        holder = make_user(name="Zoë Ångström-Žižková 李", email=ADDRESS)
        pdf, document = printed(holder)
        # What the portal's own issuer signed with before stays good.
        make_signing_key(issuer=default_issuer(), at=TERM_DAY + timedelta(days=1))
        key = institution_s_key()
        verifier = folder / "verifier.html"
        verifier.write_bytes(offline_verifier(at=AWARD_DAY))
        key.state, key.compromised_at = SigningKey.State.COMPROMISED, AWARD_DAY + timedelta(hours=1)
        key.save()
        after = folder / "after.html"
        after.write_bytes(offline_verifier(at=AWARD_DAY))
    return Kept(verifier=verifier, after_compromise=after, pdf=pdf, json=document)


def printed(holder: User) -> tuple[bytes, bytes]:
    """A certificate as PDF, and the signed bytes that are attached to it."""
    rendering = make_rendering(
        credential=make_credential(recipient=holder, achievement=make_certificate()), is_printed=True
    )
    return (settings.MEDIA_ROOT / rendering.file).read_bytes(), bytes(rendering.document.signed or b"")


def institution_s_key() -> SigningKey:
    """The issuer of the standards' tests, as one of the portal's own."""
    issuer = make_issuer(name="University of Eastmere", has_key=False)
    Issuer.objects.filter(pk=issuer.pk).update(did=DID)
    return SigningKey.objects.create(
        issuer=issuer,
        multikey=KEY.multikey,
        sealed_private_key=b"kept by the test",
        state=SigningKey.State.ACTIVE,
        created_at=AWARD_DAY,
        activated_at=AWARD_DAY,
    )


@dataclass(slots=True)
class Desk:
    """Somebody with the file and no network."""

    page: Page
    chosen: int = 0

    def opens(self, verifier: Path, *, at: datetime | None = None) -> None:
        # The signature's own date is the machine's, whatever year it has.
        self.page.clock.set_fixed_time(at or max(LATER, datetime.now(UTC)))
        self.page.goto(verifier.as_uri())

    def chooses(self, data: bytes, name: str = "credential.json") -> str:
        """The word that is said of a file."""
        self.chosen += 1
        name = f"{self.chosen}-{name}"
        self.page.locator("#file").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        expect(self.page.locator(".verdict-moment")).to_contain_text(name)
        return self.page.locator("#verdict-word").inner_text()

    def refuses(self, data: bytes, why: str, word: str = "Cannot be read") -> str:
        """Nothing if the file is refused for that reason; else what is said instead."""
        said = self.chooses(data)
        return "" if said == word and why in self.says() else f"not {why!r}: {self.says()[:300]}"

    def checks(self) -> dict[str, str]:
        """What was found, by the name of each check."""
        rows = self.page.locator(".check")
        return dict(
            rows.evaluate_all(
                "rows => rows.map(row => [row.querySelector('strong').textContent,"
                " row.className.replace('check check-', '')])"
            )
        )

    def says(self) -> str:
        return self.page.locator("#result").inner_text()


@pytest.fixture(scope="module")
def page(kept: Kept, browser: Browser) -> Iterator[Page]:
    """One window for all tests; each opens the file anew."""
    context = browser.new_context(viewport=DESK, color_scheme="light", locale="en-GB")
    context.set_offline(True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(kept: Kept, page: Page) -> Iterator[Desk]:
    """Nothing may go wrong at it, and nothing but the file itself be asked for."""
    complaints: list[str] = []
    own = {kept.verifier.as_uri(), kept.after_compromise.as_uri()}

    def heard(message: ConsoleMessage) -> None:
        complaints.append(f"the console says: {message.text}")

    def failed(error: Error) -> None:
        complaints.append(f"the script failed: {error.message}")

    def asked(request: Request) -> None:
        if request.url not in own:
            complaints.append(f"asked for {request.url}")

    listeners = {"console": heard, "pageerror": failed, "request": asked}
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    yield Desk(page)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size(DESK)
    assert not complaints, "\n".join(complaints)


def changed(data: bytes, **fields: Any) -> bytes:
    """The document with other fields and the old signature."""
    return json.dumps({**json.loads(data), **fields}, ensure_ascii=False).encode()


def attached(pdf: bytes, data: bytes, *, times: int = 1) -> bytes:
    """The PDF with other bytes attached, so many times."""
    found = re.search(rb"(\d+ 0 obj\s<</Type /EmbeddedFile.*?/Length )(\d+)(>>\nstream\n)", pdf, re.DOTALL)
    assert found is not None
    end = found.end() + int(found.group(2))
    after = pdf.index(b"endobj", end) + len(b"endobj\n")
    deflated = zlib.compress(data, 9)
    one = b"%b%d%b%b\nendstream\nendobj\n" % (found.group(1), len(deflated), found.group(3), deflated)
    return pdf[: found.start()] + one * times + pdf[after:]


def baked_png(data: bytes) -> bytes:
    picture = BytesIO()
    Image.new("L", (1, 1)).save(picture, "PNG")
    return bake_png(picture.getvalue(), data)


def baked_svg(data: bytes) -> bytes:
    return bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', data)


class TestWhatWeIssued:
    def test_a_printed_certificate_is_good_and_its_status_unknown(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)

        assert desk.chooses(kept.pdf, "certificate.pdf") == GOOD
        assert desk.checks() == {
            "Issuer": "ok",
            "Signature": "ok",
            "Key": "ok",
            "Dates": "ok",
            "Revocation and suspension": "not_checked",
            "Printed page": "not_checked",
            "Kind of file": "ok",
            "Readable in one way only": "ok",
            "Vocabulary": "ok",
            "Form of a credential": "ok",
            "Everything shown is signed": "ok",
        }
        assert "A key that the issuer used earlier" in desk.says()
        facts = desk.page.locator(".facts").inner_text()
        assert "Zoë Ångström-Žižková 李" in facts
        assert json.loads(kept.json)["id"] in facts

    @pytest.mark.parametrize(
        "wrap", [lambda data: data, baked_png, baked_svg], ids=["json", "baked png", "baked svg"]
    )
    def test_so_is_the_json_and_a_baked_picture(
        self, desk: Desk, kept: Kept, wrap: Callable[[bytes], bytes]
    ) -> None:
        desk.opens(kept.verifier)

        assert desk.chooses(wrap(kept.json)) == GOOD

    def test_a_pasted_text_is_checked_by_keyboard_alone(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        page = desk.page

        for key in ("Tab", "Tab", "Enter", "Tab"):
            page.keyboard.press(key)
        expect(page.get_by_label("The JSON of a credential")).to_be_focused()
        page.keyboard.insert_text(kept.json.decode())
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator("#verdict-word")).to_have_text(GOOD)
        expect(page.locator("#verdict-word")).to_be_focused()

    def test_the_recipient_is_compared_without_being_revealed(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        desk.chooses(kept.json)

        assert ADDRESS not in desk.page.content()
        for typed, answer in ((ADDRESS.upper(), "This is the"), ("eve@people.example", "This is not the")):
            desk.page.get_by_label("Their e-mail address").fill(typed)
            desk.page.get_by_role("button", name="Compare").click()
            expect(desk.page.get_by_role("status")).to_contain_text(answer)

    def test_every_field_of_a_rich_credential_is_canonicalised_alike(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        odd = 'Tab\there, "quotes", back\\slash,\nnew line, \u00e9\u0301 \U0001f393 &amp; <b>'

        assert desk.chooses(signed_credential(description=odd, name=odd)) == GOOD
        assert desk.page.locator("#result b").count() == 0

    def test_look_alikes_are_told_apart_as_the_signer_did(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        alike = (EvidenceFacts(name="Field notes", narrative="Kept at the site."),) * 12

        assert desk.chooses(signed_credential(evidence=alike)) == GOOD

    def test_an_endorsement_inside_is_named_and_neither_judged_nor_shown(
        self, desk: Desk, kept: Kept
    ) -> None:
        desk.opens(kept.verifier)
        endorsed = open_badge_credential(credential())
        said = endorsement_credential(
            EndorsementFacts(
                public_id=uuid4(),
                endorser=institution(),
                name="Endorsement",
                about=endorsed["id"],
                comment="We hire who holds this.",
                awarded_at=AWARD_DAY,
                valid_from=AWARD_DAY,
            )
        )

        word = desk.chooses(signed({**endorsed, "endorsement": [json.loads(signed(said))]}))

        assert word == GOOD
        assert desk.checks()["Endorsement"] == "not_checked"
        assert "We hire" not in desk.says()

    def test_a_file_may_be_dropped_anywhere(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        dropped = desk.page.evaluate_handle(
            "text => {"
            " const all = new DataTransfer();"
            " all.items.add(new File([text], 'a.json'));"
            " return all; }",
            kept.json.decode(),
        )

        desk.page.dispatch_event("h1", "drop", {"dataTransfer": dropped})

        expect(desk.page.locator("#verdict-word")).to_have_text(GOOD)


class TestDates:
    def test_an_expired_one_is_called_so(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)

        assert desk.chooses(signed_credential(valid_until=AWARD_DAY + timedelta(days=1))) == "Expired"
        assert desk.checks()["Dates"] == "failed"
        assert desk.checks()["Signature"] == "ok"

    def test_an_end_at_midnight_is_shown_as_the_last_day(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        midnight = datetime.fromisoformat("2199-06-01T00:00:00+02:00")

        desk.chooses(signed_credential(valid_until=midnight))

        assert "31 May 2199" in desk.says()

    def test_one_that_has_not_begun_is_called_so(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        ahead = datetime.now(UTC) + timedelta(days=4000)

        assert desk.chooses(signed_credential(valid_from=ahead, valid_until=None)) == "Not yet valid"

    def test_a_device_that_lives_in_the_past_is_told(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier, at=AWARD_DAY - timedelta(days=30))
        early = signed(open_badge_credential(credential()), created=AWARD_DAY - timedelta(days=60))

        assert desk.chooses(early) == "Cannot check"
        assert "The clock of this device is wrong" in desk.says()

    def test_a_signature_from_the_future_is_refused(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        late = signed(open_badge_credential(credential()), created=datetime.now(UTC) + timedelta(days=4000))

        assert desk.chooses(late) == "Signature not good"


# Changes to a good credential, the word and a piece of the reason.
MISFORMED: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"unmapped": "word"}, "Not recognised", "not covered by any signature"),
    ({"cred:validUntil": "2199-01-01T00:00:00Z"}, "Not recognised", "may miss"),
    ({"@context": {"name": "https://schema.org/name"}}, "Not recognised", "meanings of its own"),
    ({"@context": [CREDENTIALS_V2, "https://a.example/c"]}, "Cannot check", "a.example"),
    ({"credentialSubject": [{}, {}]}, "Not recognised", "exactly one person"),
    ({"type": ["VerifiableCredential"]}, "Not recognised", "not an Open Badge"),
    ({"validUntil": "2026-02-30T00:00:00Z"}, "Not recognised", "date"),
    ({"id": "relative"}, "Not recognised", "not covered by any signature"),
    ({"proof": []}, "Signature not good", "no signature"),
    ({"proof": [{"type": "Ed25519Signature2020"}]}, "Cannot check", "this kind"),
)  # fmt: skip


class TestForgeries:
    def test_one_changed_letter_is_found(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        forged = kept.json.replace("Ångström".encode(), "Ångstrom".encode())
        assert forged != kept.json

        assert desk.chooses(forged) == "Signature not good"
        assert desk.checks()["Signature"] == "failed"
        assert desk.checks()["Issuer"] == "not_checked"
        # What was not signed is not shown.
        assert "Ångstrom" not in desk.says()

    def test_so_it_is_inside_a_pdf(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        assert desk.chooses(attached(kept.pdf, kept.json), "same.pdf") == GOOD

        forged = attached(kept.pdf, kept.json.replace("Ångström".encode(), "Ångstrom".encode()))

        assert desk.chooses(forged, "forged.pdf") == "Signature not good"

    def test_another_issuer_is_not_known(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        document = open_badge_credential(credential())
        document["issuer"]["id"] = "did:web:elsewhere.example"

        assert desk.chooses(signed(document)) == "Issuer not known"

    def test_another_s_key_does_not_sign_for_the_issuer(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        own = KeyPair.generate()
        document = open_badge_credential(credential())
        forged = sign(
            document,
            private_key=own.private_bytes,
            verification_method=f"{DID}#{own.multikey}",
            created=AWARD_DAY - timedelta(days=1),
        )

        assert desk.chooses(forged) == "Signature not good"
        assert "not one of the issuer's" in desk.says()

    def test_a_key_made_later_asks_for_a_new_copy(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        newer = KeyPair.generate()
        document = open_badge_credential(credential())
        unknown = sign(
            document,
            private_key=newer.private_bytes,
            verification_method=f"{DID}#{newer.multikey}",
            created=AWARD_DAY + timedelta(days=1),
        )

        assert desk.chooses(unknown) == "Cannot check"
        assert "Download a new copy" in desk.says()

    def test_our_own_key_does_not_sign_for_the_other_issuer(self, desk: Desk, kept: Kept) -> None:
        """Two issuers of one portal: the key of one says nothing for the other."""
        desk.opens(kept.verifier)
        document = open_badge_credential(credential())
        document["issuer"]["id"] = json.loads(kept.json)["issuer"]["id"]

        assert desk.chooses(signed(document)) == "Signature not good"

    @pytest.mark.parametrize(
        ("hour", "word"), [(0, "Cannot check"), (2, "Key not to be trusted")], ids=["before", "inside"]
    )
    def test_a_compromised_key_is_never_good(self, desk: Desk, kept: Kept, hour: int, word: str) -> None:
        desk.opens(kept.after_compromise)
        made = signed(open_badge_credential(credential()), created=AWARD_DAY + timedelta(hours=hour))

        assert desk.chooses(made) == word
        assert desk.checks()["Signature"] == "ok"
        assert "others may have had this key" in desk.says()

    def test_what_is_not_formed_as_ours_is_refused(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        good = signed_credential()

        found = [desk.refuses(changed(good, **change), why, word) for change, word, why in MISFORMED]

        assert list(filter(None, found)) == []

    def test_every_proof_of_a_set_counts(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        good = signed_credential()
        (proof,) = json.loads(good)["proof"]

        assert desk.chooses(changed(good, proof=[proof, {**proof, "proofValue": "z" + "2" * 87}])) == (
            "Signature not good"
        )


def deep(levels: int) -> bytes:
    return b'{"a":' + b"[" * levels + b"]" * levels + b"}"


# What is no JSON, or not for every reader, and what is said of it.
UNSOUND = (
    (b'{"a": 1, "b": {"c": 1, "c": 2}}', "appears twice"),
    (b'{"a": 1, "\\u0061": 2}', "appears twice"),
    (b'{"a": NaN}', "not sound JSON"),
    (b'{"a": 01}', "not sound JSON"),
    (b'{"a": 1,}', "not sound JSON"),
    (b'{"a": "\n"}', "not sound JSON"),
    (b'{"a": 1} {}', "not sound JSON"),
    (b'{"__proto__": {"a": 1}}', "not sound JSON"),
    (b'{"a": "', "not sound JSON"),
    (b'{"a": "\xff"}', "not UTF-8"),
    (b'{"a": "\\ud800"}', "characters that no text has"),
    (b'{"a": "\\u0000"}', "characters that no text has"),
    (b'{"a": 9007199254740993}', "too large"),
    (b'{"a": 1e999}', "too large"),
    (deep(64), "nested"),
    (b'{"a": [' + b"1," * 1000 + b"1]}", "more fields"),
    (b'{"a": "' + b"x" * 262_144 + b'"}', "256 kB"),
    (b"GIF89a", "no kind of file"),
)  # fmt: skip


class TestHostileFiles:
    def test_what_two_readers_might_read_differently_is_not_read(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)

        found = [desk.refuses(data, why) for data, why in UNSOUND]

        assert list(filter(None, found)) == []

    def test_a_bomb_in_a_pdf_is_not_unpacked(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)

        assert desk.chooses(attached(kept.pdf, bytes(200_000_000)), "bomb.pdf") == "Cannot be read"
        assert "larger than 256 kB" in desk.says()

    def test_a_pdf_unlike_ours_is_refused(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        pdf, data = kept.pdf, kept.json

        found = [
            desk.refuses(broken, why)
            for broken, why in (
                (attached(pdf, data, times=2), "More than one file"),
                (attached(pdf, data, times=0), "No credential is attached"),
                (pdf[:-2000], "not built as our certificates"),
                (pdf.replace(b"/Type /XRef", b"/Encrypt 9 0 R/Type /XRef"), "password"),
                (pdf + b"\nmore", "not built as our certificates"),
                (b"%PDF-1.7\n1 0 obj\n" + b"<</A " * 500, "not built as our certificates"),
            )
        ]

        assert list(filter(None, found)) == []

    def test_a_picture_unlike_ours_is_refused(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        png, svg = baked_png(kept.json), baked_svg(kept.json)

        found = [
            desk.refuses(broken, why)
            for broken, why in (
                (png.replace(b'"Issuer', b'"issuer').replace(b"name", b"Name"), "damaged"),
                (png[:-30], "damaged"),
                (png.replace(b"gecredential", b"gecredentiel"), "No credential"),
                (b"<!DOCTYPE svg>" + svg, "damaged"),
                (svg.replace(b"</svg>", b"<openbadges:credential/></svg>"), "More than one"),
            )
        ]

        assert list(filter(None, found)) == []

    def test_knots_that_would_take_ages_are_given_up(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        document = json.loads(signed_credential())
        knotted = changed(kept.json, issuer={**document["issuer"], "parentOrg": knot(5, 3)})

        assert desk.refuses(knotted, "would take too long", "Cannot check") == ""


def knot(depth: int, width: int) -> list[dict[str, Any]]:
    """Look-alike blank nodes inside one another: every order of them would have to be tried."""
    below = {"parentOrg": knot(depth - 1, width)} if depth else {}
    return [{"type": ["Profile"], "name": "Again", **below}] * width


class TestThePage:
    def test_an_older_browser_is_told_so(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        # In this document alone: the next test opens another.
        desk.page.evaluate(
            "() => { SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('unknown')); }"
        )

        assert desk.chooses(kept.json) == "Cannot check"
        assert "newer Chrome" in desk.page.locator(".verdict-sentence").inner_text()

    @pytest.mark.parametrize("is_good", [True, False], ids=["good", "forged"])
    def test_nothing_bars_the_way_in_either_light_at_either_width(
        self, desk: Desk, kept: Kept, is_good: bool
    ) -> None:
        desk.opens(kept.verifier)
        data = kept.pdf if is_good else changed(kept.json, name="x")
        word = desk.chooses(data, f"{'certificate' * 9}.pdf")
        assert word == (GOOD if is_good else "Signature not good")
        for size in (DESK, PHONE):
            desk.page.set_viewport_size(size)
            across = desk.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert across[0] == across[1]
        desk.page.get_by_text("Or paste the credential's text").click()
        for scheme in ("light", "dark"):
            desk.page.emulate_media(color_scheme=scheme)
            # A colour on its way from light to dark has a contrast that nobody reads.
            desk.page.evaluate("document.getAnimations().forEach((moving) => moving.finish())")
            found = Axe().run(desk.page, options=AXE_RULES)
            assert found.violations_count == 0, found.generate_report()

    def test_paper_shows_the_answer_and_not_the_tools(self, desk: Desk, kept: Kept) -> None:
        desk.opens(kept.verifier)
        desk.chooses(kept.json)

        desk.page.emulate_media(media="print")

        expect(desk.page.locator("#verdict-word")).to_be_visible()
        for tool in ("#file", "#person", "button"):
            expect(desk.page.locator(tool).first).to_be_hidden()

    def test_without_script_it_says_what_it_needs(self, kept: Kept, browser: Browser) -> None:
        context = browser.new_context(java_script_enabled=False)
        context.set_offline(True)
        page = context.new_page()
        page.goto(kept.verifier.as_uri())

        expect(page.locator("noscript .message")).to_be_visible()
        expect(page.locator("#tools")).to_be_hidden()
        context.close()
