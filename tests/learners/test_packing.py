"""All one's credentials in one ZIP: hers alone, whole, and good without this portal."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from config.clock import now
from credentials.models import Credential
from credentials.openbadges.folder import documents_in
from credentials.services.verifying import verify_alone
from learners.models import User
from learners.services.packing import packed
from tests.makers import make_certificate, make_credential, make_signed_document, make_status_list
from tests.people import SignIn

pytestmark = pytest.mark.django_db
ALL = reverse("learners:all_credentials")


def opened(client: Client) -> zipfile.ZipFile:
    answer = client.get(ALL)
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def signed(*, recipient: User) -> Credential:
    credential = make_credential(recipient=recipient)
    make_signed_document(credential=credential)
    return credential


class TestAllCredentials:
    def test_holds_each_credential_exactly_as_it_was_signed(self, learner: User, sign_in: SignIn) -> None:
        mine = [signed(recipient=learner) for _each in range(3)]

        archive = opened(sign_in(learner))

        assert archive.testzip() is None
        for credential in mine:
            (name,) = (n for n in archive.namelist() if n.endswith(f"{credential.code}/credential.json"))
            assert archive.read(name) == bytes(credential.documents.get().signed or b"")
            assert archive.read(name.replace("credential.json", "badge.png")).startswith(b"\x89PNG")

    def test_holds_nothing_of_anybody_else_and_nothing_unsigned(
        self, learner: User, stranger: User, sign_in: SignIn
    ) -> None:
        theirs, unsigned = signed(recipient=stranger), make_credential(recipient=learner)

        names = " ".join(opened(sign_in(learner)).namelist())

        assert theirs.code not in names
        assert unsigned.code not in names
        assert "README.txt" in names

    def test_goes_on_verifying_without_us(
        self, learner: User, sign_in: SignIn, tmp_path: Path, drain: Callable[..., None]
    ) -> None:
        credential = make_credential(recipient=learner, achievement=make_certificate())
        drain()
        make_status_list(credential=credential, at=now())
        opened(sign_in(learner)).extractall(tmp_path)

        today = now()
        files = [path for path in tmp_path.glob("*/*") if path.parent.name.endswith(credential.code)]
        verdicts = {
            path.name: verify_alone(
                data=path.read_bytes(),
                at=today,
                today=today,
                beside=documents_in(tmp_path / "documents"),
                known_only=False,
            ).verdict
            for path in files
        }

        assert verdicts == {"credential.json": "valid", "badge.png": "valid", "certificate.pdf": "valid"}

    def test_comes_piece_by_piece(self, learner: User) -> None:
        for _each in range(4):
            signed(recipient=learner)

        pieces = [piece for piece in packed(person=learner, at=now()) if piece]

        assert len(pieces) > 8
        assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None

    def test_equal_contents_and_the_same_moment_give_equal_bytes(self, learner: User) -> None:
        signed(recipient=learner)
        at = now() - timedelta(minutes=1)

        assert b"".join(packed(person=learner, at=at)) == b"".join(packed(person=learner, at=at))

    def test_the_wallet_leads_to_it(self, learner: User, sign_in: SignIn) -> None:
        signed(recipient=learner)

        assert ALL in sign_in(learner).get(reverse("learners:wallet")).content.decode()
