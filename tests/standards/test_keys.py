"""Keys: written and read alike, sealed to their name, and published under the issuer's own address."""

import pytest

from credentials.openbadges import keys
from credentials.openbadges.keys import BadKey, KeyPair, SealBroken
from tests.standards.institution import AWARD_DAY, DID, KEY

WRAPPING_KEY = bytes(range(100, 132))


class TestMultikey:
    def test_reads_back_the_key_it_wrote(self) -> None:
        public_key = keys.public_key_from_multikey(KEY.multikey)

        assert len(public_key) == 32
        assert KEY.multikey.startswith("z6Mk")
        assert keys.multikey(public_key) == KEY.multikey

    def test_two_generated_keys_differ_and_hide_their_secret(self) -> None:
        first, second = KeyPair.generate(), KeyPair.generate()

        assert first.multikey != second.multikey
        assert repr(first.private_bytes)[2:-1] not in repr(first)

    @pytest.mark.parametrize("data", [b"", b"\0\0", b"\0\1\xff", bytes(range(40))])
    def test_base58_keeps_every_byte(self, data: bytes) -> None:
        assert keys.base58_decode(keys.base58_encode(data)) == data

    @pytest.mark.parametrize(
        "text", ["", "z", "z6Mk", "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", "z0OIl", "u6Mk"]
    )
    def test_other_keys_are_refused(self, text: str) -> None:
        with pytest.raises(BadKey):
            keys.public_key_from_multikey(text)

    @pytest.mark.parametrize(
        "point",
        [
            "01" + "00" * 31,
            "00" * 32,
            "ec" + "ff" * 30 + "7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ed" + "ff" * 30 + "7f",
        ],
    )
    def test_points_that_verify_what_nobody_signed_are_refused(self, point: str) -> None:
        with pytest.raises(BadKey):
            keys.public_key_from_multikey(keys.multikey(bytes.fromhex(point)))


class TestDid:
    @pytest.mark.parametrize(
        ("portal", "slug", "did", "published"),
        [
            (
                "https://portal.example",
                None,
                "did:web:portal.example",
                "https://portal.example/.well-known/did.json",
            ),
            (
                "http://localhost:8000/",
                None,
                "did:web:localhost%3A8000",
                "https://localhost:8000/.well-known/did.json",
            ),
            (
                "https://portal.example",
                "nursing",
                "did:web:portal.example:issuers:nursing",
                "https://portal.example/issuers/nursing/did.json",
            ),
        ],
    )
    def test_portal_and_did_name_each_other(
        self, portal: str, slug: str | None, did: str, published: str
    ) -> None:
        assert keys.did_web(portal, slug) == did
        assert keys.did_web_url(did) == published

    def test_portal_under_a_path_has_no_did(self) -> None:
        with pytest.raises(ValueError, match="scheme and a host"):
            keys.did_web("https://university.example/portal/")

    def test_document_lists_active_and_retired_keys_alike(self) -> None:
        retired = KeyPair.generate()

        document = keys.did_document(DID, [KEY.multikey, retired.multikey])

        names = [keys.verification_method(DID, key) for key in (KEY.multikey, retired.multikey)]
        assert document["assertionMethod"] == names
        assert [method["id"] for method in document["verificationMethod"]] == names
        assert {method["controller"] for method in document["verificationMethod"]} == {DID}

    def test_compromised_key_is_shown_but_asserts_nothing(self) -> None:
        lost = KeyPair.generate()

        document = keys.did_document(DID, [KEY.multikey], revoked={lost.multikey: AWARD_DAY})

        assert document["assertionMethod"] == [keys.verification_method(DID, KEY.multikey)]
        assert document["verificationMethod"][1]["revoked"] == "2026-11-21T12:00:00Z"


class TestSeal:
    def test_opens_what_it_closed_and_never_looks_the_same_twice(self) -> None:
        sealed = keys.seal(KEY.private_bytes, wrapping_key=WRAPPING_KEY, key_id="key-1")

        assert KEY.private_bytes not in sealed
        assert keys.unseal(sealed, wrapping_key=WRAPPING_KEY, key_id="key-1") == KEY.private_bytes
        assert keys.seal(KEY.private_bytes, wrapping_key=WRAPPING_KEY, key_id="key-1") != sealed

    @pytest.mark.parametrize(
        ("wrapping_key", "key_id"), [(WRAPPING_KEY, "key-2"), (bytes(32), "key-1")], ids=["id", "wrapping"]
    )
    def test_stays_closed_under_another_name_or_key(self, wrapping_key: bytes, key_id: str) -> None:
        sealed = keys.seal(KEY.private_bytes, wrapping_key=WRAPPING_KEY, key_id="key-1")

        with pytest.raises(SealBroken):
            keys.unseal(sealed, wrapping_key=wrapping_key, key_id=key_id)

    def test_stays_closed_once_a_byte_is_changed(self) -> None:
        sealed = bytearray(keys.seal(KEY.private_bytes, wrapping_key=WRAPPING_KEY, key_id="key-1"))
        sealed[20] ^= 1

        with pytest.raises(SealBroken):
            keys.unseal(bytes(sealed), wrapping_key=WRAPPING_KEY, key_id="key-1")
