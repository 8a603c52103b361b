"""Leaving is free: what export_static writes and leaves out, and that a plain web server carries it on."""

import http.client
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from config.clock import now
from credentials.models import Achievement, Credential, Issuer
from credentials.services.leaving import NotEmpty, export_static
from credentials.services.revoking import revoke, suspend
from credentials.services.verifying import verify_alone
from tests.makers import (
    make_achievement,
    make_credential,
    make_framework,
    make_issuer,
    make_signed_document,
    make_status_list,
    make_user,
    office,
)
from tests.standards.institution import SHARED

pytestmark = pytest.mark.django_db
PUBLIC = Credential.Visibility.PUBLIC
VERIFIER = SHARED / "tools" / "verify-credential"
LONG_AFTER = timedelta(days=400)


@pytest.fixture
def held() -> dict[str, Credential]:
    """Four credentials, signed: a public one, a private one, a revoked and a suspended one, both public."""
    achievement = make_achievement(name="Größe & Maß", is_repeatable=True)
    made = {}
    for name in ("public", "private", "revoked", "suspended"):
        made[name] = make_credential(
            recipient=make_user(name=f"{name.title()} Holder", email=f"{name}@holders.example"),
            achievement=achievement,
            visibility=Credential.Visibility.PRIVATE if name == "private" else PUBLIC,
        )
        make_signed_document(credential=made[name])
    revoke(
        credential=made["revoked"],
        revocation=Credential.Revocation.VOID,
        reason="Inside matters.",
        public_reason="Awarded in error.",
        by=office(),
        at=now(),
    )
    suspend(credential=made["suspended"], reason="Inside matters.", by=office(), at=now())
    make_status_list(credential=made["public"], at=now())
    return {name: Credential.objects.get(pk=row.pk) for name, row in made.items()}


@pytest.fixture
def kept(held: dict[str, Credential], tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    export_static(folder=folder, at=now())
    return folder


def site(folder: Path) -> Path:
    (found,) = (inner for inner in folder.iterdir() if inner.is_dir() and inner.name != "contexts")
    return found


def page(folder: Path, credential: Credential) -> str:
    return (site(folder) / "verify" / credential.code / "index.html").read_text()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestWhatIsWritten:
    def test_keys_lists_pages_and_documents_stand_at_their_addresses(
        self, held: dict[str, Credential], kept: Path, settings: Settings
    ) -> None:
        root, public = site(kept), held["public"]

        for path in (
            "index.html",
            ".well-known/did.json",
            f"status/{public.status_list.public_id}/revocation",
            f"status/{public.status_list.public_id}/suspension",
            f"issuers/{public.achievement.issuer.slug}/index.html",
            f"achievements/{public.version.public_id}/index.html",
            f"achievements/{public.version.public_id}/achievement.json",
            f"achievements/{public.version.public_id}/image.png",
            f"verify/{public.code}/credential.json",
        ):
            assert (root / path).is_file(), path
        assert root.name == settings.PORTAL_URL.partition("://")[2]
        assert (kept / "contexts" / "index.json").is_file()
        assert "application/vc+ld+json" in (kept / "README.txt").read_text()

    def test_each_page_says_how_it_stood(self, held: dict[str, Credential], kept: Path) -> None:
        assert "verdict-valid" in page(kept, held["public"])
        assert "verdict-valid" in page(kept, held["private"])
        assert "verdict-revoked" in page(kept, held["revoked"])
        assert "Awarded in error." in page(kept, held["revoked"])
        assert "verdict-suspended" in page(kept, held["suspended"])

    def test_of_a_private_one_no_file_names_its_holder(self, held: dict[str, Credential], kept: Path) -> None:
        everything = b"".join(files(kept).values())

        assert b"Public Holder" in everything
        assert b"Private Holder" not in everything
        assert b"@holders.example" not in everything
        assert b"Inside matters." not in everything
        assert not (site(kept) / "verify" / held["private"].code / "credential.json").exists()

    def test_it_tells_of_a_person_what_the_live_page_tells(
        self, held: dict[str, Credential], kept: Path, client: Client
    ) -> None:
        for credential in held.values():
            live = client.get(credential.get_absolute_url()).content.decode()

            assert (credential.recipient.name in page(kept, credential)) == (
                credential.recipient.name in live
            )

    @pytest.mark.usefixtures("held")
    def test_a_further_issuer_and_its_keys_are_among_it(self, tmp_path: Path) -> None:
        further = make_issuer()
        assert not further.is_main

        export_static(folder=tmp_path / "kept", at=now())

        written = json.loads((site(tmp_path / "kept") / "issuers" / further.slug / "did.json").read_bytes())
        assert written["id"] == Issuer.objects.get(pk=further.pk).did

    def test_frameworks_and_what_is_offered_as_open_badges_2_are_among_it(
        self, held: dict[str, Credential], tmp_path: Path
    ) -> None:
        framework = make_framework()
        Achievement.objects.update(offers_open_badges_2=True)

        export_static(folder=tmp_path / "kept", at=now())

        root = site(tmp_path / "kept")
        assert (root / "frameworks" / f"{framework.public_id}.json").is_file()
        assertions = root / "ob2" / "assertions"
        assert (assertions / f"{held['public'].public_id}.png").is_file()
        assert not (assertions / f"{held['private'].public_id}.json").exists()
        assert json.loads((assertions / f"{held['revoked'].public_id}.json").read_bytes())["revoked"] is True

    def test_no_folder_of_codes_is_left_to_be_listed(self, kept: Path) -> None:
        for folder in ("verify", "status", "achievements"):
            assert "Nothing is listed here" in (site(kept) / folder / "index.html").read_text()

    def test_every_link_between_its_pages_leads_somewhere(self, kept: Path) -> None:
        for path in site(kept).rglob("index.html"):
            text = path.read_text()
            for mark in ('href="', 'src="'):
                for part in text.split(mark)[1:]:
                    target = part.partition('"')[0].partition("#")[0]
                    if target and not target.startswith("http"):
                        assert (path.parent / target).resolve().is_file(), (path, target)

    def test_equal_data_and_the_same_moment_give_equal_bytes(
        self, held: dict[str, Credential], tmp_path: Path
    ) -> None:
        at = now()

        for name in ("one", "other"):
            export_static(folder=tmp_path / name, at=at)

        assert files(tmp_path / "one") == files(tmp_path / "other")


class TestRefusals:
    def test_nothing_is_written_over(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("Mine.")

        with pytest.raises(NotEmpty, match="not empty"):
            export_static(folder=tmp_path, at=now())

    def test_without_the_wrapping_key_it_says_so_and_writes_nothing(
        self, held: dict[str, Credential], tmp_path: Path, settings: Settings
    ) -> None:
        settings.KEY_WRAPPING_KEY = None

        with pytest.raises(CommandError, match="KEY_WRAPPING_KEY is not set"):
            call_command("export_static", str(tmp_path / "kept"))

        assert not (tmp_path / "kept").exists()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_anything: object) -> None:
        pass


@pytest.fixture
def served(kept: Path) -> Iterator[int]:
    """The folder behind Python's own web server, which knows nothing of us."""
    handler = partial(QuietHandler, directory=str(site(kept)))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def get(port: int, path: str) -> tuple[int, bytes]:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    web.request("GET", path)
    answer = web.getresponse()
    return answer.status, answer.read()


def fetched(served: int, settings: Settings) -> Callable[[str], dict[str, Any] | None]:
    """Documents as a stranger fetches them: by address, from whatever stands there now."""

    def document(address: str) -> dict[str, Any] | None:
        path = address.removeprefix(settings.PORTAL_URL)
        if address.startswith("did:web:"):
            path = "/.well-known/did.json"
        if not path.startswith("/"):
            return None
        status, body = get(served, path)
        found: dict[str, Any] | None = json.loads(body) if status == 200 else None
        return found

    return document


class TestOnAnotherServer:
    def test_what_was_issued_goes_on_being_verified(
        self, held: dict[str, Credential], served: int, settings: Settings
    ) -> None:
        beside = fetched(served, settings)
        later = datetime.now(UTC) + LONG_AFTER
        verdicts = {}

        for name, credential in held.items():
            signed = bytes(credential.documents.get().signed or b"")
            report = verify_alone(data=signed, at=later, today=later, beside=beside, known_only=False)
            verdicts[name] = report.verdict

        # Over a year later, and no server of ours: the lists were signed without an end.
        assert verdicts == {
            "public": "valid",
            "private": "valid",
            "revoked": "revoked",
            "suspended": verdicts["suspended"],
        }
        assert verdicts["suspended"] in {"suspended", "revoked"}

    def test_a_printed_address_opens_its_page(self, held: dict[str, Credential], served: int) -> None:
        status, body = get(served, held["public"].get_absolute_url())

        assert status == 200
        assert "Public Holder" in body.decode()

    def test_the_command_takes_the_folder_as_its_documents(
        self, held: dict[str, Credential], kept: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        signed = site(kept) / "verify" / held["public"].code / "credential.json"

        with pytest.raises(SystemExit) as ended:
            call_command("verify", str(signed), "--documents", str(kept))

        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith("Valid")

    @pytest.mark.skipif(not VERIFIER.is_dir(), reason="the independent verifier is not here")
    @pytest.mark.skipif(shutil.which("npm") is None, reason="Node is missing")
    def test_an_independent_verifier_agrees(
        self, held: dict[str, Credential], kept: Path, tmp_path: Path
    ) -> None:
        tool = tmp_path / "tool"
        shutil.copytree(VERIFIER, tool, ignore=shutil.ignore_patterns("node_modules"))
        installed = subprocess.run(
            ["npm", "ci", "--omit=optional", "--no-audit", "--no-fund"],
            cwd=tool,
            capture_output=True,
            timeout=300,
            check=False,
        )
        if installed.returncode:
            pytest.skip("the verifier's libraries cannot be installed here")
        judged = {
            name: subprocess.run(
                [
                    "node",
                    "verify.mjs",
                    str(site(kept) / "verify" / held[name].code / "credential.json"),
                    "--documents",
                    str(kept),
                    "--standards",
                    str(SHARED / "standards"),
                ],
                cwd=tool,
                capture_output=True,
                timeout=60,
                check=False,
            ).returncode
            for name in ("public", "revoked", "suspended")
        }

        assert judged == {"public": 0, "revoked": 1, "suspended": 1}
