"""A file that a stranger brings: what its report says, shows and never shows."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from credentials.models import Credential, Evidence, KnownIssuer
from credentials.openbadges import proofs
from credentials.openbadges.keys import KeyPair
from credentials.services.revoking import revoke, suspend
from tests.credentials.test_views import VERDICT, signed
from tests.makers import (
    TERM_DAY,
    make_certificate,
    make_credential,
    make_known_issuer,
    make_user,
    office,
)

pytestmark = pytest.mark.django_db
AS_DATA = {"Accept": "application/json"}
OUTSIDE = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def bytes_of(credential: Credential) -> bytes:
    document = credential.documents.get()
    return bytes(document.signed or b"")


def send(client: Client, data: bytes | str, **more: Any) -> str:
    """The page that answers a file (bytes) or a pasted text."""
    sent = {"text": data} if isinstance(data, str) else {"file": SimpleUploadedFile("badge.json", data)}
    return client.post("/verify/", {**sent, **more}).content.decode()


def from_elsewhere(issuer: KnownIssuer, pair: KeyPair, **fields: Any) -> bytes:
    """A plain credential that an issuer elsewhere signed."""
    document = {
        "@context": OUTSIDE,
        "id": "urn:uuid:7f8b2c66-6a53-4a6e-9bd5-0e50e1b7a111",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Field work",
        "issuer": {"id": issuer.identifier, "type": ["Profile"], "name": "Elsewhere College"},
        "validFrom": "2025-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0c1fdc1e-7f0c-4d60-8b7e-4a1f57d4ab13",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://elsewhere.example/achievements/1",
                "type": ["Achievement"],
                "name": "Field work",
                "description": "Work in the field.",
                "criteria": {"narrative": "Does it."},
            },
        },
        **fields,
    }
    options = proofs.proof_options(
        verification_method=f"{issuer.identifier}#{pair.multikey}", created=datetime(2025, 1, 1, tzinfo=UTC)
    )
    value = proofs.proof_value(document, options, private_key=pair.private_bytes)
    return json.dumps({**document, "proof": [{**options, "proofValue": value}]}).encode()


class TestOurOwnFile:
    def test_is_valid_and_leads_to_its_permanent_page(self, employer: Client) -> None:
        credential = signed()

        page = send(employer, bytes_of(credential))

        assert VERDICT.findall(page) == ["valid"]
        assert credential.get_absolute_url() in page
        assert credential.version.name in page

    def test_is_the_same_when_pasted(self, employer: Client) -> None:
        page = send(employer, f"  {bytes_of(signed()).decode()}\n")

        assert VERDICT.findall(page) == ["valid"]

    def test_is_revoked_at_once(self, employer: Client) -> None:
        credential = signed()
        revoke(
            credential=credential, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY
        )

        assert VERDICT.findall(send(employer, bytes_of(credential))) == ["revoked"]

    def test_with_one_word_changed_is_not_recognised_and_shows_nothing_of_itself(
        self, employer: Client
    ) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace"))
        forged = bytes_of(credential).replace(b"Ada Lovelace", b"Eve Lovelace")

        page = send(employer, forged)

        assert VERDICT.findall(page) == ["not_recognised"]
        assert "What the signed file says" not in page
        assert credential.get_absolute_url() not in page

    @pytest.mark.parametrize(
        ("typed", "answer"),
        [
            ("Ada Lovelace", "passed"),
            ("  ADA  lovelace", "passed"),
            ("Ada@People.example ", "passed"),
            ("Eve Lovelace", "failed"),
        ],
    )
    def test_says_whether_it_is_the_person(self, employer: Client, typed: str, answer: str) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace", email="ada@people.example"))

        page = send(employer, bytes_of(credential), typed=typed)

        recipient = page[page.index("<strong>Recipient</strong>") :]
        assert re.search(r"passed|failed|not checked", recipient)[0] == answer  # type: ignore[index]
        assert "Lovelace" not in page.replace("Eve Lovelace", "")

    def test_shows_a_red_part_inside_a_green_certificate(self, employer: Client) -> None:
        kept, ended = signed(), signed()
        certificate = signed(achievement=make_certificate(), components=[kept, ended])
        revoke(credential=ended, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY)

        page = send(employer, bytes_of(certificate))

        assert VERDICT.findall(page) == ["valid"]
        assert "Not every part of it is valid today" in page
        parts = page[page.index('id="parts"') :]
        assert ended.get_absolute_url() in parts
        assert "Revoked" in parts

    def test_a_code_that_was_pasted_leads_to_its_page(self, employer: Client) -> None:
        credential = make_credential()

        for text in (credential.pretty_code, credential.verify_url):
            answer = employer.post("/verify/", {"text": text})
            assert (answer.status_code, answer["Location"]) == (302, credential.get_absolute_url())


class TestAForeignFile:
    def test_of_nobody_we_know_is_not_recognised(self, employer: Client) -> None:
        pair = KeyPair.generate()
        known = make_known_issuer(pair=pair)
        KnownIssuer.objects.update(ended_at=TERM_DAY)

        page = send(employer, from_elsewhere(known, pair))

        assert VERDICT.findall(page) != ["valid"]

    def test_of_a_known_issuer_is_valid(self, employer: Client) -> None:
        pair = KeyPair.generate()

        page = send(employer, from_elsewhere(make_known_issuer(pair=pair), pair))

        assert VERDICT.findall(page) == ["valid"]
        assert "Elsewhere College" in page

    def test_brings_no_markup_and_no_link_that_runs(self, employer: Client) -> None:
        pair = KeyPair.generate()
        data = from_elsewhere(
            make_known_issuer(pair=pair),
            pair,
            name="<script>alert(1)</script>Field <b>work</b>",
            evidence=[
                {"id": "https://elsewhere.example/proof", "type": ["Evidence"], "name": "A & B"},
                {"id": "data:text/html,x", "type": ["Evidence"], "name": "Data"},
            ],
        )

        page = send(employer, data)

        shown = page[page.index("<main") :]
        assert "alert(1)" not in shown
        assert "Field work" in shown
        assert 'href="https://elsewhere.example/proof" rel="noopener nofollow"' in shown
        assert "A &amp; B" in shown
        assert 'href="data:' not in shown


class TestRefusals:
    def test_nothing_at_all_is_asked_for(self, employer: Client) -> None:
        answer = employer.post("/verify/", {})

        assert answer.status_code == 400
        assert "Choose a file, or paste its text or a code." in answer.content.decode()

    def test_an_empty_file_is_told(self, employer: Client) -> None:
        answer = employer.post("/verify/", {"file": SimpleUploadedFile("empty.json", b"")})

        assert (answer.status_code, "This file is empty." in answer.content.decode()) == (400, True)

    @override_settings(VERIFY_MAX_BYTES=1_000)
    def test_one_too_large_is_413_and_names_the_limit(self, employer: Client) -> None:
        for size in (2_000, 200_000):
            file = SimpleUploadedFile("large.png", b"x" * size)
            answer = employer.post("/verify/", {"file": file})
            assert answer.status_code == 413
            file = SimpleUploadedFile("large.png", b"x" * size)
            answer = employer.post("/verify/", {"file": file}, headers=AS_DATA)
            assert (answer.status_code, "MB" in answer.json()["error"]) == (413, True)

    @pytest.mark.parametrize(
        "data", [b"{", b"\xff\xfe", b"hello", b"[]", b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n"]
    )
    def test_rubbish_gets_a_verdict_and_never_a_fault(self, employer: Client, data: bytes) -> None:
        found = VERDICT.findall(send(employer, data))

        assert found in (["not_recognised"], ["cannot_check"])

    @override_settings(VERIFY_RATE=2)
    def test_too_many_a_minute_are_asked_to_wait(self, employer: Client) -> None:
        caches["limits"].clear()
        answers = [employer.post("/verify/", {"text": "x"}) for _time in range(3)]
        as_data = employer.post("/verify/", {"text": "x"}, headers=AS_DATA)
        caches["limits"].clear()

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2]["Retry-After"]) <= 60
        assert (as_data.status_code, as_data["Content-Type"]) == (429, "application/json")

    @override_settings(VERIFY_RATE=2)
    def test_a_page_of_a_known_code_is_never_refused_but_guesses_are(self, employer: Client) -> None:
        credential = signed()
        caches["limits"].clear()
        pages = [employer.get(credential.get_absolute_url()).status_code for _time in range(4)]
        guesses = [employer.get("/verify/0000000000000000/").status_code for _time in range(3)]
        names = employer.post(credential.get_absolute_url(), {"typed": "Ada"}).status_code
        caches["limits"].clear()

        assert pages == [200] * 4
        assert guesses == [404, 404, 429]
        assert names == 429


class TestHowItAnswers:
    def test_needs_no_cookie_no_token_and_keeps_nothing(self) -> None:
        strict = Client(enforce_csrf_checks=True)

        answer = strict.post("/verify/", {"file": SimpleUploadedFile("badge.json", bytes_of(signed()))})

        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"

    def test_a_machine_reads_the_report(self, employer: Client) -> None:
        data = bytes_of(signed())

        report = employer.post(
            "/verify/", data, content_type="application/vc+ld+json", headers=AS_DATA
        ).json()

        assert report["verdict"] == "valid"
        assert report.keys() == {
            "verdict", "at", "container", "standard", "suites", "credential", "issuer", "checks",
        }  # fmt: skip

    def test_a_machine_is_told_what_was_wrong(self, employer: Client) -> None:
        answer = employer.post("/verify/", {}, headers=AS_DATA)

        assert (answer.status_code, "Choose a file" in answer.json()["error"]) == (400, True)


class TestThePermanentPage:
    def test_is_made_once_while_nothing_changes_and_dated_each_time(self, employer: Client) -> None:
        credential = signed()
        first = employer.get(credential.get_absolute_url())

        again = employer.get(credential.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

        # Within one minute the moment reads the same; at the turn of a minute it does not.
        assert again.status_code in (200, 304)
        assert first["Cache-Control"] == "no-cache"

    def test_turns_at_once_whatever_was_kept(self, employer: Client) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace"))
        address = credential.get_absolute_url()
        assert VERDICT.findall(employer.get(address).content.decode()) == ["valid"]

        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PUBLIC)
        assert "Ada Lovelace" in employer.get(address).content.decode()
        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PRIVATE)
        assert "Ada Lovelace" not in employer.get(address).content.decode()
        revoke(
            credential=credential, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY
        )
        assert VERDICT.findall(employer.get(address).content.decode()) == ["revoked"]
        assert employer.get(address, headers=AS_DATA).json()["verdict"] == "revoked"

    def test_turns_at_once_for_a_part(self, employer: Client) -> None:
        part = signed()
        certificate = signed(achievement=make_certificate(), components=[part])
        assert "Revoked" not in employer.get(certificate.get_absolute_url()).content.decode()

        revoke(credential=part, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY)

        assert "Revoked" in employer.get(certificate.get_absolute_url()).content.decode()

    def test_the_signed_bytes_are_given_only_where_the_holder_opened_it(self, employer: Client) -> None:
        credential = signed()
        asking = {"Accept": "application/vc+ld+json"}

        closed = employer.get(credential.get_absolute_url(), headers=asking)
        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PUBLIC)
        opened = employer.get(credential.get_absolute_url(), headers=asking)

        assert closed.status_code == 406
        assert opened["Content-Type"] == "application/vc+ld+json"
        assert opened.content == bytes_of(credential)

    def test_says_in_plain_words_what_the_holder_can_do(self, employer: Client) -> None:
        credential = signed()

        page = employer.get(credential.get_absolute_url()).content.decode()

        assert "What its holder can do:" in page
        assert "<dt>Assessed</dt>" in page

    def test_says_since_when_it_is_suspended(self, employer: Client) -> None:
        credential = signed()
        suspend(
            credential=credential, reason="x", public_reason="Being looked into.", by=office(), at=TERM_DAY
        )

        page = employer.get(credential.get_absolute_url()).content.decode()

        assert "Suspended since" in page
        assert "1 September 2025" in page
        assert "Being looked into." in page

    def test_names_the_person_to_other_sites_only_where_she_opened_it(self, employer: Client) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace"))

        page = employer.get(credential.get_absolute_url()).content.decode()

        assert f'property="og:url" content="{credential.verify_url}"' in page
        assert f'property="og:image" content="{settings.PORTAL_URL}/' in page
        assert "Lovelace" not in page

    def test_a_cached_page_costs_one_query(self, employer: Client, django_assert_num_queries: Any) -> None:
        credential = signed()
        employer.get(credential.get_absolute_url())

        with django_assert_num_queries(1):
            employer.get(credential.get_absolute_url())

    def test_a_page_made_anew_costs_three(self, employer: Client, django_assert_num_queries: Any) -> None:
        first, plain = signed(), signed()
        certificate = signed(achievement=make_certificate(), components=[signed(), signed()])
        employer.get(first.get_absolute_url())  # what a process learns once

        with django_assert_num_queries(3):
            employer.get(plain.get_absolute_url())
        with django_assert_num_queries(5):
            employer.get(certificate.get_absolute_url())

    def test_evidence_shows_only_where_she_opened_it(self, employer: Client) -> None:
        credential = signed()
        Evidence.objects.create(credential=credential, name="My report", url="https://work.example/report")
        assert "My report" not in employer.get(credential.get_absolute_url()).content.decode()

        Credential.objects.filter(pk=credential.pk).update(visibility=Credential.Visibility.PUBLIC)

        page = employer.get(credential.get_absolute_url()).content.decode()
        assert 'href="https://work.example/report" rel="noopener nofollow"' in page
