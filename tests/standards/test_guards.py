"""Whatever passes our guard is accepted, signed, by our verifier and by a second reader (STANDARDS §4)."""

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.openbadges import bulk
from credentials.openbadges.documents import (
    UnsafeDocument,
    clean_text,
    endorsement_credential,
    open_badge_credential,
    to_bytes,
)
from credentials.openbadges.facts import EndorsementFacts
from credentials.openbadges.keys import did_document
from credentials.openbadges.proofs import signer_of
from credentials.openbadges.text import instant
from credentials.openbadges.verifying import verify
from credentials.services.checking.stored import check_signature
from tests.standards.independent import Verifier, needs_verifier, verifier
from tests.standards.institution import (
    AWARD_DAY,
    DID,
    KEY,
    LATER,
    METHOD,
    achievement,
    credential,
    institution,
    published,
    signed,
    status_list,
)

__all__ = ["verifier"]

Place = tuple[str | int, ...]
DOCUMENT = open_badge_credential(credential())
EXAMPLES = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
# What pastes, other alphabets and hostile hands bring; a vertical tab from Word, halves of a pair, marks
# that turn the line round, and what means something to those who read linked data.
HARD = [
    "\x00", "\x0b", "\x0c", "\r\n", "\r", "\t", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\ud800", "\udfff",
    "\ufdd0", "\ufffe", "\uffff", "\u2028", "\u202e", "\ufeff", "\\", '"', "'", "{", "}", "<", ">", "^", "`",
    "|", "%", "_:b0", "@id", "@none", "null", "😀", "\U0010ffff", "e\u0301", "א", " ", "#", "?",
    ":", "//",
]  # fmt: skip
TEXT = st.lists(st.one_of(st.sampled_from(HARD), st.characters(), st.text(max_size=5)), max_size=6).map(
    "".join
)
SCHEMES = ["https://", "http://", "urn:", "urn:uuid:", "did:web:", "mailto:", "data:", "ftp://", "//", ""]
ADDRESS = st.one_of(TEXT, st.tuples(st.sampled_from(SCHEMES), TEXT).map("".join))


def leaves(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text of the document, and the place where it stands."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, (*place, number))
    elif isinstance(value, str):
        yield place, value


def objects(value: object, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        yield place
        for name, part in value.items():
            yield from objects(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from objects(part, (*place, number))


def at(document: Any, place: Place) -> Any:
    for step in place:
        document = document[step]
    return document


def changed(place: Place, value: object) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    at(document, place[:-1])[place[-1]] = value
    return document


# Contexts, types, dates and the place on the list say what the file is: another one is refused, or another
# credential. Everything else may be anything that the guard lets through.
FIXED = ("@context", "type", "credentialSchema", "credentialStatus", "validFrom", "validUntil", "awardedDate")
FREE = ("name", "description", "narrative", "caption", "identityHash", "tag", "humanCode")
TEXTS = [place for place, _text in leaves(DOCUMENT) if not set(place) & set(FIXED)]
OBJECTS = list(objects(DOCUMENT))


def is_accepted(stored: bytes) -> None:
    """By our own verifier and by PyLD's canonicaliser, which signing does not use."""
    report = verify(stored, at=LATER, documents=published(), known_issuers={DID}, known_only=True)
    assert report.verdict == "valid", report.checks
    check_signature(json.loads(stored), method=METHOD, multikey=KEY.multikey)


class TestWhatPassesTheGuard:
    @EXAMPLES
    @given(place=st.sampled_from(TEXTS), value=st.one_of(TEXT, ADDRESS))
    def test_is_accepted_whatever_stands_in_any_text_or_address(self, place: Place, value: str) -> None:
        try:
            stored = signed(changed(place, value))
        except UnsafeDocument:
            return

        if place == ("issuer", "id"):
            # Signed by a key that is not that issuer's: the verifier says so.
            assert value == DID or verify(
                stored, at=LATER, documents=published(), known_issuers={DID}
            ).verdict in ("not_recognised", "cannot_check")
        else:
            is_accepted(stored)

    @EXAMPLES
    @given(texts=st.lists(TEXT.map(clean_text), min_size=len(TEXTS), max_size=len(TEXTS)))
    def test_and_cleaned_text_in_all_of_them_at_once_is_signed(self, texts: list[str]) -> None:
        document = copy.deepcopy(DOCUMENT)
        for place, text in zip(TEXTS, texts, strict=True):
            free = place[-1] in (
                "name",
                "description",
                "narrative",
                "caption",
                "identityHash",
                "tag",
                "humanCode",
            )
            if free and text and "hashed" not in at(document, place[:-1]):
                at(document, place[:-1])[place[-1]] = text

        is_accepted(signed(document))

    @EXAMPLES
    @given(place=st.sampled_from(OBJECTS), name=TEXT, value=st.one_of(TEXT, st.integers(), st.none()))
    def test_no_field_of_another_name_is_signed(self, place: Place, name: str, value: object) -> None:
        if name in at(DOCUMENT, place):
            return
        document = copy.deepcopy(DOCUMENT)
        at(document, place)[name] = value

        with pytest.raises(UnsafeDocument):
            signed(document)

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            (("name",), ""),
            (("name",), None),
            (("name",), ["Plan"]),
            (("name",), {"en": "Plan"}),
            (("credentialSubject", "achievement", "tag"), []),
            (("credentialSubject", "achievement", "tag"), "data"),
            (("type",), "OpenBadgeCredential"),
            (("credentialStatus",), [DOCUMENT["credentialStatus"]]),
            (("issuer",), DID),
            (("validFrom",), "2026-11-21"),
            (("validFrom",), "2026-02-30T00:00:00Z"),
            (("issuer", "url"), "https://portal.example/a b"),
            (("issuer", "url"), "javascript:alert(1)"),
            (("issuer", "url"), "/relative"),
            (("issuer", "url"), "https:///nowhere"),
            (("credentialSubject", "creditsEarned"), True),
            (("endorsement",), [{"type": ["EndorsementCredential"]}]),
        ],
    )
    def test_what_others_would_read_otherwise_is_refused(self, place: Place, value: object) -> None:
        with pytest.raises(UnsafeDocument):
            signed(changed(place, value))


class TestCarriedEndorsements:
    def test_a_batch_that_carries_one_is_signed_to_the_byte(self) -> None:
        facts = EndorsementFacts(
            public_id=UUID(int=5),
            endorser=institution(),
            name="Endorsement",
            about=achievement().id,
            comment="We hire them.",
            awarded_at=AWARD_DAY,
            valid_from=AWARD_DAY,
        )
        endorsed = replace(achievement(), endorsements=(json.loads(signed(endorsement_credential(facts))),))
        written = [
            open_badge_credential(
                credential(public_id=UUID(int=number), achievement=endorsed, recipient_name=f"P {number}")
            )
            for number in range(bulk.LEAST + 2)
        ]
        alone = [signed(document) for document in written]
        intents = [
            bulk.Intent(
                unsigned=to_bytes(document),
                sha256=hashlib.sha256(to_bytes(document)).hexdigest(),
                created=AWARD_DAY,
                verification_method=METHOD,
            )
            for document in written
        ]

        batch = bulk.sign_batch(
            intents,
            sign=signer_of(KEY.private_bytes),
            one=lambda place: alone[place],
            templates=bulk.Templates(),
            seed=1,
        )

        assert (batch.signed, batch.differing) == (alone, [])
        is_accepted(alone[0])


class TestElsewhere:
    pytestmark = needs_verifier

    def test_hard_text_is_accepted_by_the_independent_verifier(
        self, verifier: Verifier, tmp_path: Path
    ) -> None:
        hard = "".join(clean_text(part) for part in HARD)
        host = tmp_path / "portal.example"
        (host / ".well-known").mkdir(parents=True)
        (host / ".well-known" / "did.json").write_bytes(to_bytes(did_document(DID, [KEY.multikey])))
        (host / "status").mkdir()
        (host / "status" / "r1.json").write_bytes(to_bytes(status_list()))
        file = tmp_path / "credential.json"
        file.write_bytes(
            signed(
                open_badge_credential(credential(recipient_name=hard, name=hard, description=hard)),
                created=AWARD_DAY,
            )
        )

        checks = verifier.checks(file, "--documents", str(tmp_path), "--at", instant(LATER))

        assert checks["SUMMARY"]["ok"] is True, checks
