"""The registry of known issuers: what may be pinned, by whom, and what a changed document means."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import AuditEntry, KnownIssuer
from credentials.openbadges.keys import KeyPair, did_document
from credentials.services.registry import (
    AlreadyEnded,
    AlreadyKnown,
    UnsoundDocument,
    end_known_issuer,
    know_issuer,
    read_document,
)
from learners.models import User
from tests.makers import TERM_DAY, default_issuer, make_known_issuer, office
from tests.people import SignIn

pytestmark = pytest.mark.django_db
DID = "did:web:elsewhere.example"
ADD = "/registrar/credentials/knownissuer/add/"


def document(**changes: Any) -> dict[str, Any]:
    return {**did_document(DID, [KeyPair.generate().multikey]), **changes}


class TestPinning:
    def test_keeps_the_document_as_it_was_pasted_and_says_who_did(self) -> None:
        pasted = document()

        known = know_issuer(
            name="Elsewhere", text=json.dumps(pasted), reason="Telephoned.", by=office(), at=TERM_DAY
        )

        assert (known.identifier, known.document, known.added_by) == (DID, pasted, office())
        assert AuditEntry.objects.filter(act="know issuer", object_id=str(known.pk)).exists()

    def test_a_changed_document_is_a_new_entry(self) -> None:
        facts = {"name": "Elsewhere", "reason": "Telephoned.", "by": office(), "at": TERM_DAY}
        first = know_issuer(text=json.dumps(document()), **facts)  # type: ignore[arg-type]
        with pytest.raises(AlreadyKnown):
            know_issuer(text=json.dumps(document()), **facts)  # type: ignore[arg-type]

        end_known_issuer(known=first, reason="New keys.", by=office(), at=TERM_DAY)
        know_issuer(text=json.dumps(document()), **facts)  # type: ignore[arg-type]

        assert KnownIssuer.objects.filter(identifier=DID).count() == 2
        assert KnownIssuer.objects.in_force().count() == 1

    def test_an_entry_ends_once(self) -> None:
        known = make_known_issuer()
        end_known_issuer(known=known, reason="Closed.", by=office(), at=TERM_DAY)

        with pytest.raises(AlreadyEnded):
            end_known_issuer(known=known, reason="Closed.", by=office(), at=TERM_DAY)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"id": "http://elsewhere.example"}, "neither a DID nor an https address"),
            ({"id": 7}, "neither a DID nor an https address"),
            ({"assertionMethod": []}, "no key under"),
            ({"assertionMethod": ["did:web:elsewhere.example#other"]}, "does not stand under"),
            ({"id": "did:web:other.example"}, "controlled by somebody else"),
            ({"privateKeyMultibase": "z6Mk"}, "holds a private key"),
        ],
    )
    def test_what_cannot_vouch_is_refused_with_the_reason(
        self, changes: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(UnsoundDocument, match=sentence):
            read_document(json.dumps(document(**changes)))

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "did:x:y", "id": "did:x:z"}'])
    def test_what_is_no_document_is_refused(self, text: str) -> None:
        with pytest.raises(UnsoundDocument, match="no JSON object"):
            read_document(text)

    def test_our_own_issuers_need_no_entry(self) -> None:
        ours = default_issuer()

        with pytest.raises(UnsoundDocument, match="one of our own"):
            read_document(json.dumps(did_document(ours.did or "", [KeyPair.generate().multikey])))


class TestTheRegistrarsPage:
    def test_adds_an_issuer_once_for_one_press(self, registrar: User, sign_in: SignIn) -> None:
        client = sign_in(registrar)
        form = {
            "op_key": str(uuid4()),
            "name": "Elsewhere",
            "text": json.dumps(document()),
            "reason": "Telephoned.",
        }

        answers = [client.post(ADD, form) for _time in range(2)]

        known = KnownIssuer.objects.get()
        page = reverse("admin:credentials_knownissuer_change", args=[known.pk])
        assert [answer["Location"] for answer in answers] == [page, page]
        assert DID in client.get(page).content.decode()

    def test_says_what_is_wrong_and_keeps_what_was_pasted(self, registrar: User, sign_in: SignIn) -> None:
        form = {"op_key": str(uuid4()), "name": "Elsewhere", "text": '{"id": 7}', "reason": "Telephoned."}

        answer = sign_in(registrar).post(ADD, form)

        assert answer.status_code == 422
        assert "neither a DID nor an https address" in answer.content.decode()
        assert "{&quot;id&quot;: 7}" in answer.content.decode()

    def test_asks_who_it_is_first(self, registrar: User) -> None:
        client = Client()
        client.force_login(registrar)

        answer = client.get(ADD)

        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]

    def test_ends_an_entry_with_a_reason(self, registrar: User, sign_in: SignIn) -> None:
        known = make_known_issuer(at=now())
        address = reverse("admin:credentials_knownissuer_act", args=[known.pk, "end"])

        sign_in(registrar).post(address, {"op_key": str(uuid4()), "reason": "It closed."})

        known.refresh_from_db()
        assert (known.end_reason, known.ended_by) == ("It closed.", registrar)
