"""How an issuer's certificates look: chosen from lists, seen before it is saved, in force for what comes."""

import io
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from credentials.models import Issuer
from credentials.services.artwork import Design, draw
from credentials.services.rendering import render
from learners.models import User
from tests.makers import default_issuer, make_certificate, make_credential, make_rendering
from tests.people import SignIn

pytestmark = pytest.mark.django_db
LOGO = draw(Design("circle", "green", "book", 1, "logo"), 512)


def filled_in(issuer: Issuer, **changed: Any) -> dict[str, Any]:
    signatory = issuer.signatories.get()
    return {
        "name": issuer.name,
        "url": issuer.url,
        "email": issuer.email,
        "description": issuer.description,
        "country": issuer.country,
        "certificate_design": issuer.certificate_design,
        "certificate_paper": issuer.certificate_paper,
        "certificate_palette": issuer.certificate_palette,
        "signatories-TOTAL_FORMS": "3",
        "signatories-INITIAL_FORMS": "1",
        "signatories-0-id": signatory.pk,
        "signatories-0-issuer": issuer.pk,
        "signatories-0-position": "1",
        "signatories-0-name": signatory.name,
        "signatories-0-office": signatory.office,
        "signatories-1-issuer": issuer.pk,
        "signatories-1-position": "2",
        "signatories-1-name": "Yaa Asantewaa",
        "signatories-1-office": "Chair of the Board",
        "signatories-2-issuer": issuer.pk,
        "signatories-2-position": "3",
        **changed,
    }


def page_of(issuer: Issuer) -> str:
    return reverse("admin:credentials_issuer_change", args=[issuer.pk])


def sample_of(issuer: Issuer) -> str:
    return reverse("admin:credentials_issuer_sample", args=[issuer.pk])


def text_of(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.fixture
def issuer(db: None) -> Issuer:
    return default_issuer()


@pytest.fixture
def desk(registrar: User, sign_in: SignIn) -> Client:
    return sign_in(registrar)


class TestChoosing:
    def test_the_registrar_chooses_design_paper_colours_logo_and_who_signs(
        self, desk: Client, issuer: Issuer
    ) -> None:
        chosen = {"certificate_design": "folio", "certificate_paper": "letter", "certificate_palette": "plum"}
        logo = SimpleUploadedFile("logo.png", LOGO, "image/png")

        response = desk.post(page_of(issuer), filled_in(issuer, logo=logo, **chosen))
        assert response.status_code == 302, response.context["errors"]
        issuer.refresh_from_db()
        assert {name: getattr(issuer, name) for name in chosen} == chosen
        assert issuer.logo.read().startswith(b"\x89PNG")
        assert [str(row) for row in issuer.signatories.all()][1:] == ["Yaa Asantewaa, Chair of the Board"]

    @pytest.mark.parametrize("field", ["certificate_design", "certificate_paper", "certificate_palette"])
    def test_nobody_types_a_layout(self, desk: Client, issuer: Issuer, field: str) -> None:
        response = desk.post(page_of(issuer), filled_in(issuer, **{field: "../../settings"}))

        assert response.status_code == 200
        assert "Select a valid choice" in response.content.decode()

    def test_what_is_no_square_picture_is_refused_beside_its_field(
        self, desk: Client, issuer: Issuer
    ) -> None:
        logo = SimpleUploadedFile("logo.png", b"<svg/>", "image/png")

        page = desk.post(page_of(issuer), filled_in(issuer, logo=logo)).content.decode()

        assert "neither a PNG nor a JPEG" in page

    def test_a_fourth_cannot_sign(self, desk: Client, issuer: Issuer) -> None:
        response = desk.post(page_of(issuer), filled_in(issuer, **{"signatories-2-name": "Third"}))
        assert response.status_code == 302, response.context["errors"]

        page = desk.get(page_of(issuer)).content.decode()

        assert 'name="signatories-2-name"' in page
        assert 'name="signatories-3-name"' not in page


class TestSample:
    def test_the_page_shows_the_sheet_in_a_tree_of_its_own(self, desk: Client, issuer: Issuer) -> None:
        page = desk.get(page_of(issuer)).content.decode()

        sheet = page.partition('<template shadowrootmode="open">')[2].partition("</template>")[0]
        assert "Specimen" in sheet
        assert issuer.name in sheet
        assert "asset:" not in sheet
        assert "style=" not in sheet

    def test_what_stands_in_the_form_is_shown_and_not_saved(self, desk: Client, issuer: Issuer) -> None:
        asked = filled_in(issuer, name="Another Name", certificate_design="column", part="1")

        sheet = desk.post(sample_of(issuer), asked).content.decode()

        assert "sheet column a4" in sheet
        assert "Another Name" in sheet
        assert "Yaa Asantewaa" in sheet
        issuer.refresh_from_db()
        assert (issuer.certificate_design, issuer.name == "Another Name") == ("classic", False)

    @pytest.mark.parametrize("design", ["classic", "column", "folio"])
    def test_the_press_prints_the_same_as_pdf(self, desk: Client, issuer: Issuer, design: str) -> None:
        response = desk.post(sample_of(issuer), filled_in(issuer, certificate_design=design))

        if response.status_code == 503:
            pytest.skip(response.content.decode())
        text = text_of(response.content)
        assert "Specimen: made of sample data, certifies nothing" in text
        assert "Yaa Asantewaa" in text
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_an_unknown_choice_is_as_if_it_were_not_made(self, desk: Client, issuer: Issuer) -> None:
        asked = filled_in(issuer, certificate_design="../base", certificate_paper="a0", part="1")

        assert "sheet classic a4" in desk.post(sample_of(issuer), asked).content.decode()


class TestInForce:
    def test_what_is_owed_keeps_the_design_of_its_day(self, issuer: Issuer) -> None:
        Issuer.objects.filter(pk=issuer.pk).update(certificate_design="folio", certificate_paper="letter")
        owed = make_rendering(credential=make_credential(achievement=make_certificate()))
        Issuer.objects.filter(pk=issuer.pk).update(certificate_design="column", certificate_paper="a4")

        assert (owed.design, owed.paper) == ("folio", "letter")
        if not render(rendering_id=owed.pk):
            pytest.skip("the PDF engine is not installed on this machine")
        owed.refresh_from_db()
        box = pypdf.PdfReader(settings.MEDIA_ROOT / owed.file).pages[0].mediabox
        assert [round(float(side) / 72 * 25.4, 1) for side in box[2:]] == [215.9, 279.4]

    def test_a_design_that_is_no_longer_offered_gives_the_usual_one(self, issuer: Issuer) -> None:
        Issuer.objects.filter(pk=issuer.pk).update(certificate_design="baroque")

        assert make_rendering().design == "classic"
