"""`manage.py verify`: one file, one verdict, one exit code, with the documents of a folder beside ours."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from credentials.openbadges.baking import bake_png, bake_svg
from credentials.openbadges.documents import to_bytes
from credentials.openbadges.folder import documents_in
from credentials.openbadges.keys import did_document
from tests.makers import TERM_DAY, make_signed_document
from tests.standards.institution import DID, KEY, PLACE, PORTAL, signed_credential, status_list
from tests.standards.test_containers import SVG, paper, picture

pytestmark = pytest.mark.django_db
DAY = "2026-11-23T12:00:00Z"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """What the institution publishes, as files: its keys and its status list."""
    host = tmp_path / "published" / "portal.example"
    (host / ".well-known").mkdir(parents=True)
    (host / ".well-known" / "did.json").write_bytes(to_bytes(did_document(DID, [KEY.multikey])))
    (host / "status").mkdir()
    (host / "status" / "r1").write_bytes(to_bytes(status_list()))
    return host.parent


def verified(tmp_path: Path, data: bytes, *options: Any) -> tuple[int, str]:
    """The exit code and what was printed."""
    file = tmp_path / "file"
    file.write_bytes(data)
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", file, *options, stdout=told)
    return int(str(ended.value.code)), told.getvalue()


class TestVerify:
    def test_valid_ends_with_nought(self, tmp_path: Path, published: Path) -> None:
        code, told = verified(tmp_path, signed_credential(), "--documents", published, "--at", DAY)

        assert code == 0
        assert told.startswith("Valid  (2026-11-23T12:00:00Z)\n")
        assert "Credential: Plan research data" in told
        assert "warning      issuer: The issuer signed it, but is not known here." in told

    def test_json_is_one_object_of_the_published_shape(self, tmp_path: Path, published: Path) -> None:
        data = bake_png(picture(), signed_credential())

        code, told = verified(tmp_path, data, "--documents", published, "--at", DAY, "--json")

        report = json.loads(told)
        checks = report.pop("checks")
        assert code == 0
        assert report == {
            "verdict": "valid",
            "at": DAY,
            "container": "png",
            "standard": "ob-3.0",
            "suites": ["eddsa-rdfc-2022"],
            "credential": {
                "id": "urn:uuid:2f9f3c1e-5d0a-4b57-8a53-0c7f5d1f9a77",
                "name": "Plan research data",
                "valid_from": "2026-11-21T12:00:00Z",
                "valid_until": "2027-11-21T12:00:00Z",
            },
            "issuer": {"id": DID, "name": "University of Eastmere", "known": False},
        }
        assert all(list(check) == ["name", "state", "detail"] for check in checks)

    def test_not_valid_ends_with_one(self, tmp_path: Path, published: Path) -> None:
        forged = signed_credential().replace(b"Plan research data", b"Plan research date")
        beside = ("--documents", published)

        assert verified(tmp_path, forged, *beside, "--at", DAY)[0] == 1
        assert verified(tmp_path, b"hello", *beside)[0] == 1
        assert verified(tmp_path, signed_credential(), *beside, "--at", "2028-01-01")[0] == 1
        assert verified(tmp_path, signed_credential(), *beside, "--at", DAY, "--known-issuers-only")[0] == 1

    def test_revoked_ends_with_one(self, tmp_path: Path, published: Path) -> None:
        (published / "portal.example/status/r1").write_bytes(to_bytes(status_list((PLACE,))))

        code, told = verified(tmp_path, signed_credential(), "--documents", published, "--at", DAY)

        assert (code, told.partition(" ")[0]) == (1, "Revoked")

    def test_could_not_check_ends_with_two(self, tmp_path: Path, published: Path) -> None:
        assert verified(tmp_path, signed_credential())[0] == 2
        (published / "portal.example/status/r1").unlink()
        assert verified(tmp_path, signed_credential(), "--documents", published, "--at", DAY)[0] == 2

    def test_unreadable_file_ends_with_two(self, tmp_path: Path) -> None:
        for path in (tmp_path / "missing.json", tmp_path):
            with pytest.raises(CommandError) as told:
                call_command("verify", path)
            assert told.value.returncode == 2

    def test_moment_that_is_none_is_a_wrong_use(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no date"):
            call_command("verify", tmp_path / "x", "--at", "yesterday")

    def test_our_own_is_found_in_every_container(self, tmp_path: Path) -> None:
        data = bytes(make_signed_document().signed or b"")
        files = (data, bake_png(picture(), data), bake_svg(SVG, data), paper(("credential.json", data)))

        for file in files:
            code, told = verified(
                tmp_path, file, "--known-issuers-only", "--json", "--at", TERM_DAY.isoformat()
            )
            assert (code, json.loads(told)["issuer"]["known"]) == (0, True), told

    def test_strangers_text_cannot_move_the_cursor(self, tmp_path: Path, published: Path) -> None:
        data = signed_credential().replace(b"Plan research data", b"Plan \\u001b[2J data")

        assert "\x1b" not in verified(tmp_path, data, "--documents", published)[1]


class TestFolder:
    @pytest.mark.parametrize(
        ("address", "file"),
        [
            ("did:web:a.example", "a.example/.well-known/did.json"),
            ("did:web:a.example:issuers:b", "a.example/issuers/b/did.json"),
            ("did:web:localhost%3A8000", "localhost:8000/.well-known/did.json"),
            ("https://a.example/status/1", "a.example/status/1"),
            ("https://a.example/status/1", "a.example/status/1.json"),
            ("https://A.example/status/1/", "a.example/status/1.json"),
            (f"{PORTAL}/x", "portal.example/x"),
        ],
    )
    def test_answers_for_an_address(self, tmp_path: Path, address: str, file: str) -> None:
        place = tmp_path / file
        place.parent.mkdir(parents=True)
        place.write_text('{"a": 1}', encoding="utf-8")

        assert documents_in(tmp_path)(address) == {"a": 1}
        assert documents_in(tmp_path)(f"{address}x") is None

    @pytest.mark.parametrize(
        "address",
        [
            "https://../secret",
            "https://a.example/../../secret",
            "https://a.example/%2e%2e/%2e%2e/secret",
            "did:web:..:secret",
            "did:web:a.example:..:..:secret",
            "file:///secret",
            "https:///secret",
            "/secret",
            "secret",
            "",
            "https://a.example/\x00",
            "https://[",
            "did:web:",
        ],
    )
    def test_never_answers_from_outside(self, tmp_path: Path, address: str) -> None:
        (tmp_path / "inside" / "a.example").mkdir(parents=True)
        for name in ("secret", "secret.json", "did.json"):
            (tmp_path / name).write_text("{}", encoding="utf-8")

        assert documents_in(tmp_path / "inside")(address) is None

    def test_what_cannot_be_read_is_out_of_reach(self, tmp_path: Path) -> None:
        (tmp_path / "a.example").mkdir()
        (tmp_path / "a.example" / "x.json").write_bytes(b'{"a":1,"a":2}')

        assert documents_in(tmp_path)("https://a.example/x") is None
