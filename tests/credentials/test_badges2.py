"""The Open Badges 2.0 view: where it is offered and the holder opened the credential, and nowhere else."""

import hashlib
import json
import struct
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.clock import now
from credentials.models import Achievement, Credential, Evidence
from credentials.openbadges.canonical import VENDORED
from credentials.services.revoking import reinstate, revoke, suspend
from learners.models import User
from tests.makers import make_achievement, make_credential, make_signed_document, make_user, office
from tests.people import SignIn

pytestmark = pytest.mark.django_db
PUBLIC = Credential.Visibility.PUBLIC


@pytest.fixture
def opened() -> Credential:
    """A signed credential that its holder opened, of an achievement offered as Open Badges 2.0."""
    achievement = make_achievement(name="Größe & Maß", expiry="months", expiry_months=120)
    Achievement.objects.filter(pk=achievement.pk).update(offers_open_badges_2=True)
    credential = make_credential(
        recipient=make_user(name="Ada Example", email="Ada.Example@people.example"),
        achievement=achievement,
        visibility=PUBLIC,
    )
    make_signed_document(credential=credential)
    return credential


def at(kind: str, row: Any) -> str:
    return reverse(f"credentials:{kind}", args=[row.public_id])


def document(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/ld+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def everything(credential: Credential) -> tuple[str, ...]:
    return (
        at("ob2_assertion", credential),
        at("ob2_picture", credential),
        at("ob2_badge", credential.version),
        at("ob2_issuer", credential.achievement.issuer),
    )


class TestWhenItIsOffered:
    def test_assertion_badge_and_issuer_lead_to_each_other(
        self, opened: Credential, client: Client, settings: Settings
    ) -> None:
        assertion = document(client, at("ob2_assertion", opened))
        badge = document(client, assertion["badge"].removeprefix(settings.PORTAL_URL))
        issuer = document(client, badge["issuer"].removeprefix(settings.PORTAL_URL))

        assert [assertion["type"], badge["type"], issuer["type"]] == ["Assertion", "BadgeClass", "Issuer"]
        for found, kind in ((assertion, "assertions"), (badge, "badges"), (issuer, "issuers")):
            assert found["id"].startswith(f"{settings.PORTAL_URL}/ob2/{kind}/")
            assert found["@context"] == "https://w3id.org/openbadges/v2"
        assert badge["name"] == "Größe & Maß"
        assert badge["criteria"]["narrative"]
        assert issuer["url"].startswith("http")
        assert "@" in issuer["email"]
        assert assertion["verification"] == {"type": "HostedBadge"}
        assert assertion["expires"] > assertion["issuedOn"]

    def test_the_recipient_is_a_salted_hash_of_her_address(self, opened: Credential, client: Client) -> None:
        told = document(client, at("ob2_assertion", opened))

        recipient = told["recipient"]
        salted = f"ada.example@people.example{recipient['salt']}".encode()
        assert recipient["hashed"] is True
        assert recipient["identity"] == f"sha256${hashlib.sha256(salted).hexdigest()}"
        assert "Ada" not in json.dumps(told)

    def test_every_term_is_in_the_vocabulary(self, opened: Credential, client: Client) -> None:
        for address in (everything(opened)[0], *everything(opened)[2:]):
            assert VENDORED.expand(document(client, address)).unmapped == ()

    def test_evidence_comes_as_it_was_signed(self, client: Client) -> None:
        achievement = make_achievement()
        Achievement.objects.filter(pk=achievement.pk).update(offers_open_badges_2=True)
        credential = make_credential(achievement=achievement, visibility=PUBLIC)
        Evidence.objects.create(credential=credential, name="Added after signing", url="https://a.example/")
        make_signed_document(credential=credential)

        assert "Added after" not in json.dumps(document(client, at("ob2_assertion", credential)))

    def test_the_picture_carries_its_assertion(self, opened: Credential, client: Client) -> None:
        picture = client.get(at("ob2_picture", opened))

        length, kind = struct.unpack_from(">I4s", picture.content, 33)
        keyword, _nul, rest = picture.content[41 : 41 + length].partition(b"\0")
        assert (kind, keyword) == (b"iTXt", b"openbadges")
        assert json.loads(rest[4:]) == document(client, at("ob2_assertion", opened))

    @pytest.mark.parametrize(
        "act", [partial(revoke, revocation=Credential.Revocation.VOID), suspend], ids=["revoked", "suspended"]
    )
    def test_what_does_not_hold_is_gone_and_says_so(
        self, opened: Credential, client: Client, act: Any
    ) -> None:
        act(credential=opened, reason="Inside.", public_reason="Awarded in error.", by=office(), at=now())

        answer = client.get(at("ob2_assertion", opened))

        assert answer.status_code == 410
        assert answer.json()["revoked"] is True
        assert answer.json()["revocationReason"] == "Awarded in error."
        assert "recipient" not in answer.json()
        assert client.get(at("ob2_picture", opened)).status_code == 404

    def test_a_reinstated_one_is_back(self, opened: Credential, client: Client) -> None:
        suspend(credential=opened, reason="Asked.", by=office(), at=now())
        assert client.get(at("ob2_assertion", opened)).status_code == 410

        reinstate(credential=opened, reason="Answered.", by=office(), at=now())

        assert client.get(at("ob2_assertion", opened)).status_code == 200


class TestWhenItIsNot:
    def test_nothing_is_there_by_default(self, client: Client) -> None:
        credential = make_credential(visibility=PUBLIC)
        make_signed_document(credential=credential)

        assert {client.get(address).status_code for address in everything(credential)} == {404}

    def test_a_private_one_is_not_there_and_closing_it_acts_at_once(
        self, opened: Credential, client: Client
    ) -> None:
        assert client.get(at("ob2_assertion", opened)).status_code == 200

        Credential.objects.filter(pk=opened.pk).update(visibility=Credential.Visibility.PRIVATE)

        assert client.get(at("ob2_assertion", opened)).status_code == 404
        assert client.get(at("ob2_picture", opened)).status_code == 404

    def test_an_unsigned_one_is_not_there_yet(self, client: Client) -> None:
        achievement = make_achievement()
        Achievement.objects.filter(pk=achievement.pk).update(offers_open_badges_2=True)
        credential = make_credential(achievement=achievement, visibility=PUBLIC)

        assert client.get(at("ob2_assertion", credential)).status_code == 404


class TestWhoOffersIt:
    def test_the_registrar_chooses_it_for_each_achievement(
        self, registrar: User, sign_in: SignIn, client: Client
    ) -> None:
        credential = make_credential(visibility=PUBLIC)
        make_signed_document(credential=credential)
        achievement = credential.achievement
        page = reverse("admin:credentials_achievement_change", args=[achievement.pk])
        desk = sign_in(registrar)
        assert 'name="offers_open_badges_2"' in desk.get(page).content.decode()
        sent = {"series": achievement.series_id, "is_active": "on", "offers_open_badges_2": "on"}
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"):
            sent[f"versions-{name}"] = 0

        answer = desk.post(page, sent)

        assert answer.status_code == 302, answer.content.decode()[:3000]
        assert client.get(at("ob2_assertion", credential)).status_code == 200
