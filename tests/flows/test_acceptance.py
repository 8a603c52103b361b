"""What a holder downloads from the running portal, judged by a verifier that shares no line with us."""

import re
import sqlite3
import time
from contextlib import closing
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import UUID

import pytest

from learners.management.demo.loading import PUBLIC_PASSWORD
from tests.flows.portal import DemoPortal
from tests.standards.independent import Verifier, needs_verifier, verifier

__all__ = ["verifier"]

# Run with the journeys: it needs a portal that runs, though no browser.
pytestmark = [pytest.mark.browser, *needs_verifier]

STANDING = {"active": [], "expired": ["dates"], "revoked": ["status"], "suspended": ["status"]}
PRINTED_WITHIN = 180  # seconds
CERTIFICATES = ("stacked_certificate", "full_certification")


class Holder:
    """Somebody of the demonstration, signed in, who downloads what is hers."""

    def __init__(self, portal: DemoPortal, email: str) -> None:
        self.portal = portal
        self._open = build_opener(HTTPCookieProcessor(CookieJar())).open
        page = self.get("/accounts/login/").decode()
        (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
        said = {"csrfmiddlewaretoken": token, "login": email, "password": PUBLIC_PASSWORD}
        login = Request(f"{portal.url}/accounts/login/", urlencode(said).encode())  # noqa: S310  our own portal
        login.add_header("Referer", portal.url)
        with self._open(login, timeout=30) as answer:
            assert not answer.url.endswith("/accounts/login/"), f"{email} could not sign in"

    def get(self, path: str) -> bytes:
        with self._open(f"{self.portal.url}{path}", timeout=60) as answer:
            body: bytes = answer.read()
        return body

    def get_once_there(self, path: str) -> bytes:
        """What a worker may still be making: certificates are printed once the portal runs."""
        until = time.monotonic() + PRINTED_WITHIN
        while True:
            try:
                return self.get(path)
            except HTTPError as refusal:
                if refusal.code != HTTPStatus.NOT_FOUND or time.monotonic() > until:
                    raise
            time.sleep(1)


class Holdings:
    """Signed credentials of the demonstration, and those who hold them."""

    def __init__(self, portal: DemoPortal) -> None:
        self.portal = portal
        self._holders: dict[str, Holder] = {}

    def first(self, state: str, *, is_certificate: bool = False) -> tuple[Holder, str]:
        """Who holds the first one in that state, and where her page of it stands."""
        sort = "IN" if is_certificate else "NOT IN"
        with closing(
            sqlite3.connect(f"file:{self.portal.var / 'tessera.sqlite3'}?mode=ro", uri=True)
        ) as rows:
            found = rows.execute(
                f"""SELECT c.public_id, u.email FROM credentials_credential c
                JOIN learners_user u ON u.id = c.recipient_id
                JOIN credentials_achievementversion v ON v.id = c.version_id
                JOIN credentials_signeddocument d ON d.credential_id = c.id AND d.signed_at IS NOT NULL
                WHERE c.state = ? AND v.kind {sort} (?, ?) ORDER BY c.id LIMIT 1""",  # noqa: S608  two words of ours
                (state, *CERTIFICATES),
            ).fetchone()
        assert found, f"the demonstration has no credential that is {state}"
        public_id, email = found
        if email not in self._holders:
            self._holders[email] = Holder(self.portal, email)
        return self._holders[email], f"/me/credentials/{UUID(public_id)}/"


@pytest.fixture(scope="module")
def holdings(embedded_portal: DemoPortal) -> Holdings:
    return Holdings(embedded_portal)


def failed(verifier: Verifier, portal: DemoPortal, file: Path) -> list[str]:
    """The checks that the file does not pass now, with whatever else is asked of the running portal."""
    checks: dict[str, Any] = verifier.checks(file, "--base", portal.url)
    assert {"proof", "status"} <= checks.keys(), checks
    refused: list[str] = checks["SUMMARY"]["failed"]
    return refused


class TestDownloads:
    @pytest.mark.parametrize("state", STANDING)
    def test_of_each_standing_are_judged_rightly(
        self, state: str, holdings: Holdings, verifier: Verifier, tmp_path: Path
    ) -> None:
        holder, page = holdings.first(state)
        file = tmp_path / "credential.json"
        file.write_bytes(holder.get(f"{page}credential.json"))

        assert failed(verifier, holdings.portal, file) == STANDING[state]

    @pytest.mark.parametrize(
        "name", ["credential.json", "credential.png", "credential.svg", "certificate.pdf"]
    )
    def test_of_a_certificate_are_accepted_in_every_form(
        self, name: str, holdings: Holdings, verifier: Verifier, tmp_path: Path
    ) -> None:
        holder, page = holdings.first("active", is_certificate=True)
        file = tmp_path / name
        file.write_bytes(holder.get_once_there(f"{page}{name}"))

        assert failed(verifier, holdings.portal, file) == []

    def test_are_refused_once_a_word_is_changed(
        self, holdings: Holdings, verifier: Verifier, tmp_path: Path
    ) -> None:
        holder, page = holdings.first("active")
        file = tmp_path / "credential.json"
        genuine = holder.get(f"{page}credential.json")
        file.write_bytes(genuine.replace(b'"awardedDate":"20', b'"awardedDate":"19'))

        assert file.read_bytes() != genuine
        assert failed(verifier, holdings.portal, file) == ["proof"]
