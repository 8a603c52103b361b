"""What a holder takes along: the signed file, pictures that carry it, and a certificate at her wish."""

import io
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from config import events
from credentials.models import AuditEntry, Credential, Issuer, Rendering, SignedDocument
from credentials.queries import certificate_file
from credentials.services.rendering import owe_certificates, render
from learners.models import User
from tests.makers import make_achievement, make_certificate, make_credential, make_signed_document
from tests.people import SignIn

pytestmark = pytest.mark.django_db
FILES = ("credential_json", "baked_png", "baked_svg")
OB3 = "{https://purl.imsglobal.org/ob/v3p0}credential"


def of(name: str, credential: Credential) -> str:
    return reverse(f"learners:{name}", args=[credential.public_id])


def order(client: Client, credential: Credential, key: object = None) -> Any:
    return client.post(of("order_certificate", credential), {"op_key": str(key or uuid4())})


@pytest.fixture
def document(learner: User) -> SignedDocument:
    return make_signed_document(credential=make_credential(recipient=learner))


@pytest.fixture
def client(learner: User, sign_in: SignIn) -> Client:
    return sign_in(learner)


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_a_stranger_finds_nothing(
        self, name: str, document: SignedDocument, stranger: User, sign_in: SignIn
    ) -> None:
        assert sign_in(stranger).get(of(name, document.credential)).status_code == 404

    @pytest.mark.parametrize("name", FILES)
    def test_there_is_none_before_it_is_signed(self, name: str, learner: User, client: Client) -> None:
        unsigned = make_credential(recipient=learner)

        assert client.get(of(name, unsigned)).status_code == 404
        assert "The files are being prepared" in client.get(of("credential", unsigned)).content.decode()

    def test_the_png_is_the_published_picture_and_carries_the_signed_bytes(
        self, document: SignedDocument, client: Client
    ) -> None:
        response = client.get(of("baked_png", document.credential))

        baked = Image.open(io.BytesIO(response.content))
        published = Image.open(document.credential.version.image)
        assert baked.tobytes() == published.tobytes()
        assert baked.text["openbadgecredential"].encode() == bytes(document.signed or b"")  # type: ignore[attr-defined]

    def test_the_svg_carries_the_signed_bytes_and_says_what_it_shows(
        self, document: SignedDocument, client: Client
    ) -> None:
        response = client.get(of("baked_svg", document.credential))

        root = ElementTree.fromstring(response.content)  # noqa: S314 - our own
        assert (root[0].tag, (root[0].text or "").encode()) == (OB3, bytes(document.signed or b""))
        assert root.findtext("{http://www.w3.org/2000/svg}title") == document.credential.version.name

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("credential_json", "application/vc+ld+json"),
            ("baked_png", "image/png"),
            ("baked_svg", "image/svg+xml"),
        ],
    )
    def test_a_file_has_a_name_to_find_it_by_and_runs_nowhere(
        self, name: str, kind: str, document: SignedDocument, client: Client
    ) -> None:
        headers = client.get(of(name, document.credential)).headers

        ending = "json" if name == "credential_json" else name[-3:]
        assert headers["Content-Type"] == kind
        assert headers["Content-Disposition"].endswith(f'-{document.credential.code}.{ending}"')
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_a_name_in_no_latin_letters_gives_a_plain_one(self, client: Client, learner: User) -> None:
        drawing = make_achievement(name="画图")
        document = make_signed_document(credential=make_credential(recipient=learner, achievement=drawing))

        headers = client.get(of("credential_json", document.credential)).headers

        assert f'filename="credential-{document.credential.code}.json"' in headers["Content-Disposition"]


class TestCertificateAtHerWish:
    def test_one_wish_owes_one_certificate_however_often_it_arrives(
        self, document: SignedDocument, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Issuer.objects.update(certificate_design="folio", certificate_paper="letter")
        press = uuid4()

        first, second, third = (order(client, document.credential, key) for key in (press, press, uuid4()))

        assert [first.url, second.url, third.url] == [of("credential", document.credential)] * 3
        owed = Rendering.objects.get()
        assert (owed.document, owed.design, owed.paper) == (document, "folio", "letter")
        assert AuditEntry.objects.filter(act="order certificate").count() == 1
        page = client.get(of("credential", document.credential)).content.decode()
        assert "The certificate is being prepared" in page

    def test_it_is_printed_and_then_downloaded(self, document: SignedDocument, client: Client) -> None:
        order(client, document.credential)
        if not render(rendering_id=Rendering.objects.get().pk):
            pytest.skip("the PDF engine is not installed on this machine")

        response = client.get(of("certificate_pdf", document.credential))

        assert response.getvalue().startswith(b"%PDF-")
        assert response.headers["Content-Disposition"].endswith(f'-{document.credential.code}.pdf"')

    def test_a_worker_is_woken(
        self, document: SignedDocument, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        assert events.HEARS["certificate.ordered"] == ("credentials.tasks.render_certificate",)

        with django_capture_on_commit_callbacks() as woken:
            order(client, document.credential)

        assert woken

    def test_what_is_not_signed_yet_is_asked_for_again_later(self, learner: User, client: Client) -> None:
        unsigned = make_credential(recipient=learner)

        page = client.post(of("order_certificate", unsigned), {"op_key": str(uuid4())}, follow=True)

        assert "Ask for the certificate after that" in page.content.decode()
        assert not Rendering.objects.exists()

    def test_nobody_orders_for_another(
        self, document: SignedDocument, stranger: User, sign_in: SignIn
    ) -> None:
        assert order(sign_in(stranger), document.credential).status_code == 404
        assert not Rendering.objects.exists()

    def test_after_ten_in_a_minute_she_waits(self, document: SignedDocument, client: Client) -> None:
        answers = [order(client, document.credential).status_code for _press in range(11)]

        assert answers == [302] * 10 + [429]
        assert order(client, document.credential).headers["Retry-After"] == "60"


class TestRevisions:
    def next_revision(self, document: SignedDocument) -> SignedDocument:
        """The same credential signed again, as after a change of name."""
        later = SignedDocument.objects.get(pk=document.pk)
        later.pk, later.revision = None, document.revision + 1
        later.save(force_insert=True)
        return later

    def test_what_was_printed_of_an_earlier_revision_is_offered_no_longer(
        self, document: SignedDocument, client: Client
    ) -> None:
        order(client, document.credential)

        self.next_revision(document)

        assert certificate_file(document.credential) is None

    def test_whoever_had_a_certificate_gets_the_next_one_by_itself(
        self, document: SignedDocument, client: Client, learner: User
    ) -> None:
        order(client, document.credential)
        never_printed = make_signed_document(credential=make_credential(recipient=learner))
        later = [self.next_revision(document), self.next_revision(never_printed)]

        owe_certificates(later)

        assert certificate_file(document.credential) == Rendering.objects.get(document=later[0])
        assert certificate_file(never_printed.credential) is None

    def test_a_stacked_certificate_is_owed_when_it_is_signed(self, learner: User) -> None:
        made = make_credential(recipient=learner, achievement=make_certificate())

        document = make_signed_document(credential=made)

        assert certificate_file(made) == document.rendering
