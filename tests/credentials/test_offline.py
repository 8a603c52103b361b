"""The offline verifier as a file: what it carries and lets in, and that it has words for everything."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import SigningKey
from credentials.services import offline
from credentials.services.offline import assembling
from credentials.services.offline.words import words
from tests.makers import TERM_DAY, make_issuer, make_signing_key

SCRIPTS = Path(settings.BASE_DIR) / "static" / "credentials" / "offline"
# What the scripts put before a code to find its words.
COMPOSED = ("verdict_", "check_", "state_", "fact_", "file_")


def beside(page: str, name: str) -> object:
    """The JSON that the page carries under this id."""
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


@pytest.mark.django_db
class TestFile:
    def test_it_is_downloaded_and_never_shown_by_the_site(self, client: Client) -> None:
        make_issuer()

        answer = client.get(reverse("credentials:offline_verifier"))

        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith('attachment; filename="offline-verifier-20')
        assert answer.cookies == {}

    def test_it_carries_every_key_with_its_history(self) -> None:
        issuer = make_issuer(name="University of <Tests>")
        first = issuer.keys.get()
        second = make_signing_key(issuer=issuer, at=TERM_DAY)
        SigningKey.objects.filter(pk=first.pk).update(state="compromised", compromised_at=TERM_DAY)

        page = offline.offline_verifier(at=now()).decode()

        carried = beside(page, "carried")
        assert isinstance(carried, dict)
        (one,) = carried["issuers"]
        assert [(key["id"], key["state"]) for key in one["keys"]] == [
            (first.verification_method, "compromised"),
            (second.verification_method, "active"),
        ]
        assert one["keys"][0]["not_believed_from"] == "2025-09-01T09:00:00Z"
        assert one["document"]["assertionMethod"] == [second.verification_method]
        assert "University of <Tests>" not in page

    def test_it_names_no_file_and_no_address_to_load(self) -> None:
        make_issuer()

        page = offline.offline_verifier(at=now()).decode()

        own = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
        assert not re.search(r"<(?:link|img|iframe|script[^>]+src|object|embed)\b", own)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        assert not re.search(r"@import|url\(", style)

    def test_its_policy_lets_in_its_own_parts_and_nothing_else(self) -> None:
        page = offline.offline_verifier(at=now()).decode()

        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
        assert policy is not None
        allowed = set(re.findall(r"'(sha256-[^']+)'", policy.group(1)))
        parts = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL)
        assert {f"sha256-{digest(part)}" for part in parts} == allowed
        assert policy.group(1).startswith("default-src 'none'; ")
        assert not re.search(r"unsafe|https?:|\*|connect-src", policy.group(1))

    def test_a_portal_without_a_key_says_so(self) -> None:
        page = offline.offline_verifier(at=now()).decode()

        assert "nothing can be checked with this copy" in page


def digest(part: str) -> str:
    return base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()


class TestLibrary:
    def test_it_is_the_published_file(self) -> None:
        assert offline.changed_library_files() == []

    def test_a_changed_file_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("SOURCE.json", "LICENSE", "THIRD-PARTY", "jsonld.min.js"):
            (tmp_path / name).write_bytes((assembling.LIBRARY / name).read_bytes())
        (tmp_path / "LICENSE").write_bytes(b"do what you like")
        monkeypatch.setattr(assembling, "LIBRARY", tmp_path)

        assert offline.changed_library_files() == ["LICENSE", "jsonld.min.js.map"]

    def test_every_file_beside_it_is_on_its_list(self) -> None:
        listed = json.loads((assembling.LIBRARY / "SOURCE.json").read_text())["files"]

        assert {path.name for path in assembling.LIBRARY.iterdir()} == {"SOURCE.json", *listed}


class TestWords:
    SCRIPT = "\n".join(path.read_text() for path in sorted(SCRIPTS.glob("*.js")))

    def test_everything_that_stops_a_check_has_a_sentence(self) -> None:
        codes = set(re.findall(r'new Refused\(\s*"(\w+)"', self.SCRIPT))
        codes |= set(re.findall(r'"((?:picture|pdf|terms|key|proof|issuer|dates|status)_\w+)"', self.SCRIPT))

        assert len(codes) > 40
        assert codes - set(words()) == set()

    def test_every_check_state_verdict_and_fact_has_a_name(self) -> None:
        checks = re.findall(r'(?:add|step)\("(\w+)"', self.SCRIPT)
        verdicts = re.findall(r'^  \["(\w+)", \(is', self.SCRIPT, re.MULTILINE)
        facts = re.findall(r'\["(\w+)", [\w.? ]+(?:: undefined)?, "(?:text|day|end|number)"\]', self.SCRIPT)

        assert len(checks) > 8
        assert len(verdicts) > 6
        assert len(facts) > 6
        told = words()
        assert [name for name in checks if f"check_{name}" not in told] == []
        assert [name for name in verdicts if f"verdict_{name}" not in told] == []
        assert [name for name in facts if f"fact_{name}" not in told] == []

    def test_no_sentence_is_left_over(self) -> None:
        unused = [key for key in words() if f'"{key}"' not in self.SCRIPT and not key.startswith(COMPOSED)]

        assert unused == []
