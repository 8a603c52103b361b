"""The pages anyone may read: catalogue, achievement, issuer, verdict."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials.models import Credential, SigningKey
from credentials.services.revoking import revoke, suspend
from tests.makers import (
    LONG_AGO,
    TERM_DAY,
    all_of,
    make_achievement,
    make_achievement_version,
    make_certificate,
    make_credential,
    make_issuer,
    make_pathway,
    make_rubric,
    make_series,
    make_signed_document,
    make_status_list,
    make_user,
    office,
)

pytestmark = pytest.mark.django_db
VERDICT = re.compile(r'verdict verdict-(\w+)"')
AS_DATA = {"Accept": "application/json"}


def signed(**facts: object) -> Credential:
    """A credential whose document and status list are signed and published today."""
    credential = make_credential(**facts)  # type: ignore[arg-type]
    make_signed_document(credential=credential)
    make_status_list(credential=credential, at=datetime.now(UTC))
    return credential


def verdict(client: Client, credential: Credential) -> str:
    """The verdict that the page of a credential shows."""
    found = VERDICT.search(client.get(credential.get_absolute_url()).content.decode())
    assert found is not None
    return found[1]


class TestAchievementPage:
    def test_says_how_it_is_earned_judged_and_what_it_adds_up_to(self, employer: Client) -> None:
        achievement = make_achievement(
            code="RD-1", name="Clean data", rubric=make_rubric(criteria=("method",)), hours=Decimal("6.5")
        )
        certificate = make_certificate(name="Certificate in Data")
        make_pathway(name="Data road", awards=certificate, rule=all_of(achievement))

        page = employer.get(achievement.get_absolute_url()).content.decode()

        assert "The earner does RD-1 and is marked by a rubric." in page
        assert "Method: what merit looks like." in page
        assert "6.5" in page
        assert "Data road" in page
        assert "Certificate in Data" in page

    def test_an_earlier_version_keeps_its_text_and_leads_to_the_one_in_force(self, employer: Client) -> None:
        achievement = make_achievement(description="The first text.")
        earlier = achievement.versions.get()
        newer = make_achievement_version(achievement=achievement, description="The second text.")

        page = employer.get(earlier.get_absolute_url()).content.decode()

        assert "The first text." in page
        assert "earlier version" in page
        assert newer.get_absolute_url() in page

    def test_a_draft_has_no_page_and_no_picture(self, employer: Client) -> None:
        draft = make_achievement(is_published=False).versions.get()

        assert employer.get(draft.get_absolute_url()).status_code == 404
        assert employer.get(draft.image_url).status_code == 404

    def test_a_machine_reads_linked_data_at_the_same_address(self, employer: Client) -> None:
        achievement = make_achievement(code="RD-1", name="Clean data")

        answer = employer.get(achievement.get_absolute_url(), headers={"Accept": "application/ld+json"})

        assert answer["Content-Type"] == "application/ld+json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in answer["Vary"]
        document = answer.json()
        assert document["type"] == ["Achievement"]
        assert document["id"] == settings.PORTAL_URL + achievement.get_absolute_url()
        assert document["humanCode"] == "RD-1"

    def test_the_linked_data_is_what_credentials_carry(self, employer: Client) -> None:
        credential = signed()
        document = make_signed_document(credential=credential)

        read = employer.get(credential.version.get_absolute_url(), headers=AS_DATA).json()

        del read["@context"]
        assert read == json.loads(bytes(document.signed or b""))["credentialSubject"]["achievement"]


class TestPicture:
    def test_may_be_kept_for_ever_by_the_hash_of_its_bytes(self, employer: Client) -> None:
        version = make_achievement().versions.get()

        answer = employer.get(version.image_url)

        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer["Cache-Control"]
        assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'

    def test_is_not_sent_again_to_who_has_it(self, employer: Client) -> None:
        version = make_achievement().versions.get()
        etag = employer.get(version.image_url)["ETag"]

        again = employer.get(version.image_url, headers={"If-None-Match": etag})

        assert (again.status_code, again.content) == (304, b"")


class TestIssuerPage:
    def test_names_the_issuer_its_keys_and_what_it_issues(self, employer: Client) -> None:
        issuer = make_issuer(name="University of Tests", slug="tests")
        make_achievement(name="Trace contacts", series=make_series(issuer=issuer))

        page = employer.get("/issuers/tests/").content.decode()

        assert "University of Tests" in page
        assert str(issuer.did) in page
        assert "Trace contacts" in page
        assert "/.well-known/did.json" in page

    def test_a_machine_reads_the_profile(self, employer: Client) -> None:
        issuer = make_issuer(slug="tests")

        profile = employer.get("/issuers/tests/", headers=AS_DATA).json()

        assert profile["type"] == ["Profile"]
        assert profile["id"] == issuer.did


class TestVerdict:
    def test_a_good_credential_is_valid(self, employer: Client) -> None:
        assert verdict(employer, signed()) == "valid"

    def test_a_revoked_one_is_revoked_at_once_and_says_the_public_reason_only(self, employer: Client) -> None:
        credential = signed()
        revoke(
            credential=credential,
            revocation=Credential.Revocation.VOID,
            reason="inside words",
            public_reason="Issued to a namesake.",
            by=office(),
            at=TERM_DAY,
        )

        page = employer.get(credential.get_absolute_url()).content.decode()

        assert VERDICT.findall(page) == ["revoked"]
        assert "Issued to a namesake." in page
        assert "inside words" not in page

    def test_a_suspended_one_is_suspended(self, employer: Client) -> None:
        credential = signed()
        suspend(credential=credential, reason="looked into", by=office(), at=TERM_DAY)

        assert verdict(employer, credential) == "suspended"

    def test_one_whose_period_ended_is_expired(self, employer: Client) -> None:
        achievement = make_achievement(expiry="months", expiry_months=12)

        assert verdict(employer, signed(achievement=achievement, at=LONG_AGO)) == "expired"

    def test_one_not_signed_yet_cannot_be_checked_and_says_why(self, employer: Client) -> None:
        credential = make_credential()

        answer = employer.get(credential.get_absolute_url())

        assert answer.status_code == 200
        assert VERDICT.findall(answer.content.decode()) == ["cannot_check"]
        assert "being prepared" in answer.content.decode()

    def test_one_signed_while_others_had_the_key_cannot_be_checked(self, employer: Client) -> None:
        credential = signed()
        SigningKey.objects.update(
            state=SigningKey.State.COMPROMISED, compromised_at=LONG_AGO - timedelta(days=1)
        )

        assert verdict(employer, credential) == "cannot_check"

    def test_a_code_that_is_not_ours_is_not_recognised(self, employer: Client) -> None:
        answer = employer.get("/verify/0000000000000000/")

        assert answer.status_code == 404
        assert "No credential of ours has this code" in answer.content.decode()

    def test_a_typing_slip_is_told_from_an_unknown_code(self, employer: Client) -> None:
        code = make_credential().code
        slip = code[:-1] + ("2" if code[-1] != "2" else "3")

        answer = employer.get(f"/verify/{slip}/")

        assert answer.status_code == 404
        assert "This code has a slip in it" in answer.content.decode()

    def test_any_spelling_of_a_code_leads_to_its_one_address(self, employer: Client) -> None:
        credential = make_credential()

        answer = employer.get(f"/verify/{credential.pretty_code.lower()}/")

        assert (answer.status_code, answer["Location"]) == (301, credential.get_absolute_url())

    def test_a_stacked_certificate_lists_its_parts_each_with_its_word(self, employer: Client) -> None:
        kept, ended = signed(), signed()
        certificate = signed(achievement=make_certificate(), components=[kept, ended])
        revoke(credential=ended, revocation=Credential.Revocation.VOID, reason="x", by=office(), at=TERM_DAY)

        page = employer.get(certificate.get_absolute_url()).content.decode()

        parts = re.findall(r"<li>(.*?)</li>", page[page.index('id="parts"') :], re.DOTALL)
        words = {
            credential: part for credential in (kept, ended) for part in parts if credential.code in part
        }
        assert "Valid" in words[kept]
        assert "Revoked" in words[ended]

    def test_asks_the_database_no_more_for_many_parts_than_for_one(self, employer: Client) -> None:
        small = signed(achievement=make_certificate(), components=[signed()])
        large = signed(achievement=make_certificate(), components=[signed() for _number in range(4)])
        with CaptureQueriesContext(connection) as for_one:
            employer.get(small.get_absolute_url())

        with CaptureQueriesContext(connection) as for_many:
            employer.get(large.get_absolute_url())

        assert len(for_many) == len(for_one) <= 8

    def test_gives_no_cookie_and_loads_no_script_but_the_shells(self, employer: Client) -> None:
        answer = employer.get(signed().get_absolute_url())

        assert not answer.cookies
        assert re.findall(r'<script src="([^"]+)"', answer.content.decode()) == ["/static/portal/theme.js"]

    def test_a_machine_reads_the_report_at_the_same_address(self, employer: Client) -> None:
        credential = signed()

        answer = employer.get(credential.get_absolute_url(), headers=AS_DATA)

        report = answer.json()
        assert report["verdict"] == "valid"
        assert {check["name"] for check in report["checks"]} >= {"proof", "issuer", "dates", "status"}
        assert credential.recipient.name not in answer.content.decode()

    def test_a_machine_is_told_of_an_unknown_code_too(self, employer: Client) -> None:
        answer = employer.get("/verify/0000000000000000/", headers=AS_DATA)

        assert (answer.status_code, answer.json()["verdict"]) == (404, "not_recognised")

    def test_says_it_in_fewer_than_120_words_before_the_checks(self, employer: Client) -> None:
        page = employer.get(signed().get_absolute_url()).content.decode()

        before = page[page.index("<main") : page.index('id="checked"')]

        assert len(re.sub(r"<[^>]*>", " ", before).split()) <= 120


class TestWhatThePageTellsOfThePerson:
    def test_a_private_credential_shows_no_name_and_no_address(self, employer: Client) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace", email="ada@people.example"))

        answer = employer.get(credential.get_absolute_url())

        assert "Lovelace" not in answer.content.decode()
        assert "ada@people.example" not in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex"

    def test_a_public_one_shows_the_name_and_may_be_found(self, employer: Client) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace"), visibility=Credential.Visibility.PUBLIC)

        answer = employer.get(credential.get_absolute_url())

        assert "Ada Lovelace" in answer.content.decode()
        assert "X-Robots-Tag" not in answer

    @pytest.mark.parametrize("visibility", Credential.Visibility)
    def test_results_show_only_when_the_holder_opened_them(
        self, employer: Client, visibility: Credential.Visibility
    ) -> None:
        achievement = make_achievement(rubric=make_rubric(criteria=("method",)))
        row = achievement.versions.get().result_descriptions[0]
        results = [{"id": row["id"], "level": row["levels"][2]["id"]}]
        credential = signed(achievement=achievement, results=results, visibility=visibility)

        page = employer.get(credential.get_absolute_url()).content.decode()

        assert ("Method: what merit looks like." in page) == (visibility == Credential.Visibility.PUBLIC)

    @pytest.mark.parametrize("typed", ["Ada Lovelace", "  ada   LOVELACE ", "ADA@people.example"])
    def test_the_right_name_or_address_is_answered_with_yes(self, employer: Client, typed: str) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace", email="ada@people.example"))

        answer = employer.post(credential.get_absolute_url(), {"typed": typed})

        assert "<strong>Yes.</strong>" in answer.content.decode()
        assert not answer.cookies

    def test_a_wrong_name_is_answered_with_no_and_reveals_nothing(self, employer: Client) -> None:
        credential = signed(recipient=make_user(name="Ada Lovelace", email="ada@people.example"))

        page = employer.post(credential.get_absolute_url(), {"typed": "Ada"}).content.decode()

        assert "<strong>No.</strong>" in page
        assert "Lovelace" not in page
        assert "ada@people.example" not in page

    def test_the_question_needs_no_token_but_does_need_a_name(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        credential = signed()

        answer = strict.post(credential.get_absolute_url(), {"typed": " "})

        assert answer.status_code == 422
        assert "<title>Error:" in answer.content.decode()

    def test_the_verdict_stays_when_the_name_is_wrong(self, employer: Client) -> None:
        credential = signed()

        page = employer.post(credential.get_absolute_url(), {"typed": "Somebody"}).content.decode()

        assert VERDICT.findall(page) == ["valid"]


class TestTypingACode:
    def test_a_code_in_any_spelling_leads_to_the_page(self, employer: Client) -> None:
        credential = make_credential()

        answer = employer.get("/verify/", {"code": f" {credential.pretty_code.lower()} "})

        assert answer["Location"] == credential.get_absolute_url()

    def test_a_whole_address_does_too(self, employer: Client) -> None:
        credential = make_credential()

        answer = employer.get("/verify/", {"code": credential.verify_url + "?from=print"})

        assert answer["Location"] == credential.get_absolute_url()

    @pytest.mark.parametrize("typed", ["", "ABC", "https://elsewhere.example/", "0" * 400])
    def test_anything_else_is_explained_and_kept_in_the_field(self, employer: Client, typed: str) -> None:
        answer = employer.get("/verify/", {"code": typed})

        page = answer.content.decode()
        assert answer.status_code == 400
        assert "<title>Error:" in page
        assert "There is something to put right" in page
        assert f'value="{typed}"' in page or not typed

    def test_the_empty_page_is_no_error(self, employer: Client) -> None:
        answer = employer.get("/verify/")

        assert answer.status_code == 200
        assert "Error:" not in answer.content.decode()


class TestFrontDoor:
    def test_a_visitor_can_verify_from_the_first_page(self, employer: Client) -> None:
        page = employer.get("/").content.decode()

        assert 'action="/verify/"' in page
        assert 'href="/catalogue/"' in page
        assert 'href="/pathways/"' in page
