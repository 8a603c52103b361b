"""What our services sign, judged by other people's software: the npm libraries of tests/standards/interop."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from credentials.models import Credential
from credentials.openbadges import canonical, contexts
from credentials.services.signing import publish_status_list, sign_document
from credentials.services.signing_batches import MANY, sign_many
from pathways.services.evaluating import evaluate_learner
from tests import makers

PROJECT = Path(__file__).parent / "interop"
DID = "/.well-known/did.json"
HARD_NAMES = ('Zoë "Zo" O\\Neill %s', "李雷 — 𝒜da", "Ana\u2028Bel\u0085én", "נועה <b>&amp;")


@dataclass(frozen=True)
class Judge:
    """Answers, for each named document, what the libraries say of it."""

    script: Path

    def __call__(
        self, cases: Mapping[str, dict[str, Any]], documents: Mapping[str, dict[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        told = subprocess.run(
            [shutil.which("node") or "node", self.script, contexts.FOLDER],
            input=json.dumps({"cases": cases, "documents": documents}),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        answers: dict[str, dict[str, Any]] = json.loads(told.stdout)
        return answers


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The libraries, installed as the lock file names and hashes them."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        _not_here("Node is missing (apt: nodejs npm)")
    folder = tmp_path_factory.mktemp("interop") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("node_modules"))
    installed = subprocess.run(
        [shutil.which("npm") or "npm", "ci", "--prefer-offline"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    if installed.returncode:
        _not_here(f"the npm libraries cannot be installed: {installed.stderr[-300:]}")
    return Judge(folder / "judge.mjs")


def _not_here(why: str) -> None:
    """Skipped on a developer's machine; on the integration server a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def did(client: Client) -> dict[str, Any]:
    """The issuer's document, as the portal serves it."""
    makers.default_issuer()
    parsed: dict[str, Any] = client.get(DID).json()
    return parsed


def signed(credential: Credential) -> dict[str, Any]:
    document = credential.documents.get()
    sign_document(document_id=document.pk)
    document.refresh_from_db()
    parsed: dict[str, Any] = json.loads(bytes(document.signed or b""))
    return parsed


def certificate() -> Credential:
    """A stacked certificate, issued because its two components are held."""
    learner = makers.make_user(name=HARD_NAMES[0])
    parts = [makers.make_achievement() for _place in range(2)]
    pathway = makers.make_pathway(rule=makers.all_of(*parts), awards=makers.make_certificate())
    makers.make_enrolment(learner=learner, pathway=pathway)
    for part in parts:
        makers.make_credential(recipient=learner, achievement=part)
    evaluate_learner(learner=learner, at=makers.TERM_DAY)
    return Credential.objects.get(recipient=learner, source=Credential.Source.PATHWAY)


def graded() -> Credential:
    """A badge that names the level reached in each row of its rubric."""
    return Credential.objects.get(recipient=makers.make_grading().submission.learner)


@pytest.mark.django_db
class TestOthersAccept:
    def test_a_badge_one_with_results_a_certificate_and_the_status_lists(
        self, judge: Judge, did: dict[str, Any]
    ) -> None:
        badge = makers.make_credential(recipient=makers.make_user(name=HARD_NAMES[1]))
        publish_status_list(list_id=badge.status_list_id, at=makers.TERM_DAY)
        badge.status_list.refresh_from_db()
        cases = {
            "badge": signed(badge),
            "results": signed(graded()),
            "certificate": signed(certificate()),
            "revocation": json.loads(bytes(badge.status_list.revocation_bytes or b"")),
            "suspension": json.loads(bytes(badge.status_list.suspension_bytes or b"")),
        }

        answers = judge(cases, {did["id"]: did})

        assert {name: answer["why"] for name, answer in answers.items()} == dict.fromkeys(cases, "")
        assert all(answer["verified"] for answer in answers.values())
        assert {item["genre"] for item in cases["certificate"]["evidence"]} == {"Component credential"}
        assert cases["results"]["credentialSubject"]["result"]

    def test_a_batch_signed_by_template_and_its_canonical_form(
        self, judge: Judge, did: dict[str, Any]
    ) -> None:
        achievement = makers.make_achievement()
        documents = [
            makers.make_credential(
                achievement=achievement, recipient=makers.make_user(name=HARD_NAMES[number % len(HARD_NAMES)])
            ).documents.get()
            for number in range(2 * MANY)
        ]
        assert sign_many([document.pk for document in documents]) == 2 * MANY
        for document in documents:
            document.refresh_from_db()
        cases = {str(document.pk): json.loads(bytes(document.signed or b"")) for document in documents}

        answers = judge(cases, {did["id"]: did})

        assert [answer["why"] for answer in answers.values()] == [""] * len(cases)
        for document in documents:
            assert answers[str(document.pk)]["quads"] == canonical.n_quads(
                json.loads(bytes(document.unsigned))
            )


def another(name: str) -> str:
    """The same but for its last character, whatever that is."""
    return name[:-1] + ("y" if name.endswith("x") else "x")


Tamper = Callable[[dict[str, Any]], object]
TAMPERED: dict[str, Tamper] = {
    "another name": lambda document: document["credentialSubject"]["identifier"][1].update(
        identityHash="Eve"
    ),
    "a word more": lambda document: document.update(name=document["name"] + "!"),
    "another issuer": lambda document: document["issuer"].update(name="Elsewhere"),
    "another day": lambda document: document.update(validFrom="2020-01-01T00:00:00Z"),
    "a field nobody maps": lambda document: document.update(rank="first"),
    "another status": lambda document: document["credentialStatus"].update(statusListIndex="1"),
    "another criterion": lambda document: document["credentialSubject"]["achievement"].pop("criteria"),
    "a later proof": lambda document: document["proof"][0].update(created="2030-01-01T00:00:00Z"),
    "another purpose": lambda document: document["proof"][0].update(proofPurpose="authentication"),
    "another key": lambda document: document["proof"][0].update(
        verificationMethod=another(document["proof"][0]["verificationMethod"])
    ),
}


@pytest.mark.django_db
class TestOthersRefuse:
    def test_whatever_was_changed(self, judge: Judge, did: dict[str, Any]) -> None:
        good = signed(makers.make_credential())
        cases = {"untouched": good}
        for name, tamper in TAMPERED.items():
            cases[name] = json.loads(json.dumps(good))
            tamper(cases[name])

        answers = judge(cases, {did["id"]: did})

        assert {name for name, answer in answers.items() if answer["verified"]} == {"untouched"}

    def test_a_key_that_the_issuer_no_longer_lets_assert(self, judge: Judge, did: dict[str, Any]) -> None:
        good = signed(makers.make_credential())

        answers = judge({"badge": good}, {did["id"]: {**did, "assertionMethod": []}})

        assert not answers["badge"]["verified"]
