"""What machines ask: keys, status lists, whether the portal lives and may serve."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from credentials.api import wellknown
from credentials.models import SigningKey
from tests.makers import make_credential, make_issuer, make_signing_key, make_status_list

pytestmark = pytest.mark.django_db


class TestKeyDocuments:
    def test_the_main_issuers_keys_stand_at_the_root(self, employer: Client) -> None:
        issuer = make_issuer()

        answer = employer.get("/.well-known/did.json")

        assert answer["Content-Type"] == "application/did+json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert json.loads(answer.content)["id"] == issuer.did

    def test_a_further_issuers_keys_stand_under_its_own_address(self, employer: Client) -> None:
        make_issuer()
        further = make_issuer(slug="college")

        document = json.loads(employer.get("/issuers/college/did.json").content)

        assert document["id"] == further.did
        assert str(further.did).endswith(":issuers:college")

    def test_the_main_issuer_has_no_second_address(self, employer: Client) -> None:
        make_issuer(slug="tests")

        assert employer.get("/issuers/tests/did.json").status_code == 404

    def test_a_retired_key_stays_for_ever(self, employer: Client) -> None:
        issuer = make_issuer()
        retired = issuer.keys.get()
        make_signing_key(issuer=issuer)

        document = json.loads(employer.get("/.well-known/did.json").content)

        assert f"{issuer.did}#{retired.multikey}" in document["assertionMethod"]
        assert len(document["assertionMethod"]) == 2

    def test_a_compromised_key_is_shown_and_asserts_nothing(self, employer: Client) -> None:
        issuer = make_issuer()
        SigningKey.objects.update(state=SigningKey.State.COMPROMISED)

        document = json.loads(employer.get("/.well-known/did.json").content)

        assert document["assertionMethod"] == []
        assert document["verificationMethod"][0]["id"].startswith(f"{issuer.did}#")

    def test_without_an_issuer_there_is_no_document(self, employer: Client) -> None:
        assert employer.get("/.well-known/did.json").status_code == 404


class TestStatusLists:
    @pytest.mark.parametrize("purpose", ["revocation", "suspension"])
    def test_are_served_as_the_very_bytes_that_were_signed(self, employer: Client, purpose: str) -> None:
        block = make_status_list()

        answer = employer.get(f"/status/{block.public_id}/{purpose}")

        assert answer.content == bytes(getattr(block, f"{purpose}_bytes"))
        assert answer["Content-Type"] == "application/vc+ld+json"
        assert answer["Cache-Control"] == "public, max-age=300"
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_are_not_sent_again_while_unchanged(self, employer: Client) -> None:
        address = f"/status/{make_status_list().public_id}/revocation"
        etag = employer.get(address)["ETag"]

        again = employer.get(address, headers={"If-None-Match": etag})

        assert (again.status_code, again.content) == (304, b"")
        assert again["Access-Control-Allow-Origin"] == "*"

    def test_have_two_purposes_and_no_other(self, employer: Client) -> None:
        block = make_status_list()

        assert employer.get(f"/status/{block.public_id}/refresh").status_code == 404

    def test_ask_to_come_back_before_the_first_signing(self, employer: Client) -> None:
        block = make_credential().status_list

        answer = employer.get(f"/status/{block.public_id}/revocation")

        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert answer["Cache-Control"] == "no-store"


class TestHealth:
    def test_a_living_process_says_so_without_the_database(
        self, employer: Client, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(0):  # type: ignore[operator]
            assert employer.get("/healthz").status_code == 200

    def test_a_whole_portal_is_ready(self, employer: Client) -> None:
        answer = employer.get("/readyz")

        assert answer.status_code == 200
        assert answer.json() == {"database": "ok", "migrations": "ok", "clock": "ok"}

    def test_a_pending_migration_is_not_ready(self, employer: Client) -> None:
        (newest,) = MigrationLoader(connection).graph.leaf_nodes("learners")
        MigrationRecorder(connection).record_unapplied(*newest)

        answer = employer.get("/readyz")

        assert answer.status_code == 503
        assert "pending" in answer.json()["migrations"]

    def test_a_clock_that_is_apart_is_not_ready(
        self, employer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wellknown, "apart", lambda: timedelta(seconds=60))

        answer = employer.get("/readyz")

        assert answer.status_code == 503
        assert "apart" in answer.json()["clock"]

    def test_a_database_out_of_reach_is_said_and_no_error(
        self, employer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away() -> datetime:
            raise OperationalError("no route")

        monkeypatch.setattr(wellknown, "now", away)

        answer = employer.get("/readyz")

        assert (answer.status_code, answer.json()) == (503, {"database": "out of reach"})
