"""Documents: what a credential says of Ada, and what no document may hold before it is signed."""

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from credentials.openbadges import contexts, proofs
from credentials.openbadges.documents import (
    UnsafeDocument,
    clean_text,
    guard,
    open_badge_credential,
    to_bytes,
)
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    METHOD,
    PLACE,
    REVOCATION_LIST,
    credential,
    signed,
    signed_credential,
    status_list,
)


class TestOpenBadgeCredential:
    def test_names_three_contexts_in_the_order_others_expect(self) -> None:
        assert open_badge_credential(credential())["@context"] == [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        ]

    def test_hides_the_address_behind_salt_and_shows_the_name(self) -> None:
        email, name = open_badge_credential(credential())["credentialSubject"]["identifier"]

        salted = b"ada.lovelace@portal.example000102030405060708090a0b0c0d0e0f"
        assert email["identityHash"] == "sha256$" + hashlib.sha256(salted).hexdigest()
        assert email["hashed"] is True
        assert (name["identityType"], name["identityHash"]) == ("name", "Ada Lovelace-Žižková 李")

    def test_learner_who_declines_is_not_named(self) -> None:
        document = to_bytes(open_badge_credential(credential(recipient_name=None)))

        assert b"Lovelace" not in document

    def test_status_is_one_entry_with_an_address_of_its_own(self) -> None:
        assert open_badge_credential(credential())["credentialStatus"] == {
            "id": f"{REVOCATION_LIST}#{PLACE}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(PLACE),
            "statusListCredential": REVOCATION_LIST,
        }

    def test_what_is_not_known_is_not_written(self) -> None:
        document = open_badge_credential(
            credential(
                description=None,
                valid_until=None,
                status=None,
                results=(),
                evidence=(),
                credits_earned=None,
            )
        )

        absent = {"description", "validUntil", "credentialStatus", "evidence"}
        assert absent.isdisjoint(document)
        assert {"result", "creditsEarned"}.isdisjoint(document["credentialSubject"])
        guard(document)

    def test_expiry_keeps_its_place_on_earth_and_other_moments_are_utc(self) -> None:
        midnight = datetime(2027, 11, 22, tzinfo=ZoneInfo("America/Halifax"))
        awarded = datetime(2026, 11, 21, 8, 0, 0, 987654, tzinfo=ZoneInfo("America/Halifax"))

        document = open_badge_credential(credential(awarded_at=awarded, valid_until=midnight))

        assert document["validUntil"] == "2027-11-22T00:00:00-04:00"
        assert document["awardedDate"] == "2026-11-21T12:00:00Z"

    def test_whole_credits_are_whole_numbers(self) -> None:
        subject = open_badge_credential(credential())["credentialSubject"]

        assert json.dumps(subject["creditsEarned"]) == "3"
        assert json.dumps(subject["achievement"]["creditsAvailable"]) == "1.5"

    def test_credits_with_three_places_are_refused(self) -> None:
        with pytest.raises(UnsafeDocument, match="two decimal places"):
            open_badge_credential(credential(credits_earned=Decimal("1.005")))

    def test_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            open_badge_credential(credential(valid_from=AWARD_DAY.replace(tzinfo=None)))

    def test_equal_facts_give_equal_bytes_before_and_after_signing(self) -> None:
        document = open_badge_credential(credential())

        assert proofs.unsigned_hash(document) == proofs.unsigned_hash(open_badge_credential(credential()))
        assert signed_credential() == signed_credential()

    def test_bytes_are_compact_utf8(self) -> None:
        data = signed_credential()

        assert "Ada Lovelace-Žižková 李".encode() in data
        assert b'","' in data
        assert b'": ' not in data
        assert json.loads(data)["proof"][0]["verificationMethod"] == METHOD


class TestText:
    def test_paste_from_a_word_processor_loses_what_breaks_signatures(self) -> None:
        assert clean_text("one\x0btwo\r\nthree\rfour\x00\x7f\ufffe\uffff\ttab") == "onetwo\nthree\nfour\ttab"

    def test_every_script_is_kept(self) -> None:
        names = "Ngũgĩ · Ελένη · שרה · محمد · ஐஸ்வர்யா · 李 · 🎓"

        assert clean_text(names) == names

    def test_facts_are_cleaned_before_they_are_signed(self) -> None:
        messy = credential(recipient_name="Ada\x0b Lovelace")

        assert b"Ada Lovelace" in signed(open_badge_credential(messy))


def set_field(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        holder: Any = document
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return change


class TestGuard:
    def test_lets_our_own_documents_pass(self) -> None:
        guard(open_badge_credential(credential()))

    @pytest.mark.parametrize(
        "change",
        [
            set_field("grade", value="A"),
            set_field("credentialSubject", "achievement", "hours", value=12),
            set_field("name", value="Plan\x0bresearch"),
            set_field("name", value=""),
            set_field("description", value=None),
            set_field("evidence", value=[]),
            set_field("type", value="OpenBadgeCredential"),
            set_field("issuer", "type", value="Profile"),
            set_field("issuer", value=DID),
            set_field("issuer", "url", value="portal.example"),
            set_field("issuer", "url", value="https://portal.example/a b"),
            set_field("issuer", "url", value="javascript:alert(1)"),
            set_field("credentialSubject", "achievement", "image", "id", value="/media/stone.png"),
            set_field("credentialSubject", "id", value="urn:uuid:{1}"),
            set_field("validFrom", value="2026-11-21"),
            set_field("validFrom", value="2026-13-41T12:00:00Z"),
            set_field("credentialStatus", value=[{"id": "https://portal.example/status/1#1"}]),
            set_field("credentialSubject", "achievement", "achievementType", value="Microcredential"),
            set_field("credentialSubject", "achievement", "inLanguage", value="English"),
            set_field("credentialSubject", "result", 0, "status", value="Passed"),
            set_field("credentialSubject", "creditsEarned", value="3"),
            set_field("credentialSchema", 0, "type", value="Schema2019"),
            set_field("@context", 2, value="https://portal.example/context.json"),
            set_field("@context", value=["https://www.w3.org/ns/credentials/v2"]),
        ],
    )
    def test_refuses_what_others_could_not_verify(self, change: Callable[[dict[str, Any]], None]) -> None:
        document = copy.deepcopy(open_badge_credential(credential()))
        change(document)

        with pytest.raises(UnsafeDocument):
            proofs.sign(
                document, private_key=KEY.private_bytes, verification_method=METHOD, created=AWARD_DAY
            )

    def test_signs_nothing_of_a_kind_that_we_do_not_write(self) -> None:
        kinds = ["VerifiableCredential", "PassportCredential"]

        with pytest.raises(UnsafeDocument):
            signed({"@context": [contexts.CREDENTIALS_V2], "type": kinds})


class TestStatusListCredential:
    def test_says_its_purpose_and_is_refreshed_within_five_minutes(self) -> None:
        document = status_list(purpose="suspension")

        subject = document["credentialSubject"]
        assert subject["id"] == f"{REVOCATION_LIST}#list"
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "suspension")
        assert subject["ttl"] == 300_000
        assert document["validUntil"] == (AWARD_DAY + timedelta(days=31)).isoformat().replace("+00:00", "Z")

    def test_last_list_of_a_closing_portal_never_expires(self) -> None:
        assert "validUntil" not in status_list(valid_until=None)


class TestVendoredFiles:
    def test_every_file_has_its_published_bytes(self) -> None:
        assert contexts.check_vendored() == []

    def test_changed_and_missing_files_are_named(
        self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for path in contexts.FOLDER.glob("*.json"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / "w3id.org_openbadges_v2.json").write_bytes(b"{}")
        (tmp_path / "www.w3.org_ns_did_v1.json").unlink()
        monkeypatch.setattr(contexts, "FOLDER", tmp_path)

        assert contexts.check_vendored() == ["w3id.org_openbadges_v2.json", "www.w3.org_ns_did_v1.json"]

    @pytest.mark.parametrize(
        "url",
        [
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
            "https://portal.example/context.json",
        ],
    )
    def test_other_contexts_are_refused(self, url: str) -> None:
        with pytest.raises(contexts.UnknownContext):
            contexts.load(url)
