"""Share links: made, withdrawn, made anew; what each shows, and what the world may frame or quote."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from config.clock import now
from credentials.models import Achievement, AuditEntry, Credential, Evidence, Issuer
from credentials.services.revoking import suspend
from learners.models import ShareLink, User
from learners.queries.sharing import linkedin_address, sharing_of
from learners.services.sharing import AlreadyShared, NotShared, make_link, remake_link, withdraw_link
from learners.views.sharing import SEALED
from tests.makers import (
    TERM_DAY,
    make_achievement,
    make_credential,
    make_grading,
    make_pathway,
    make_share_link,
    make_signed_document,
    make_status_list,
    make_submission,
    office,
)
from tests.pathways.test_two_workers import at_once
from tests.people import SignIn
from tests.speed.counting import grown, opening

pytestmark = pytest.mark.django_db


def share(credential: Credential, **shown: bool) -> ShareLink:
    usual = {"shows_results": True, "shows_evidence": False}
    return make_link(credential=credential, by=credential.recipient, at=now(), **{**usual, **shown})


def in_force(learner: User, **award: Any) -> Credential:
    """A credential whose signature and status anybody can check."""
    credential = make_credential(recipient=learner, **award)
    make_signed_document(credential=credential)
    make_status_list(credential=credential, at=now())
    return credential


def address(name: str, what: ShareLink | Credential) -> str:
    key = what.token if isinstance(what, ShareLink) else what.public_id
    return reverse(f"learners:{name}", args=[key])


class TestMake:
    def test_two_credentials_of_one_name_and_day_have_different_links(self, learner: User) -> None:
        achievement = make_achievement(is_repeatable=True)
        twins = [make_credential(recipient=learner, achievement=achievement) for _twin in range(2)]

        one, other = (share(twin) for twin in twins)

        assert one.token != other.token
        assert len(one.token) >= 22  # 128 bits

    def test_a_second_is_refused_while_one_is_open(self, learner: User) -> None:
        credential = make_credential(recipient=learner)
        share(credential)

        with pytest.raises(AlreadyShared, match="has a link already"):
            share(credential)

    def test_is_for_the_holder_alone(self, learner: User, stranger: User) -> None:
        credential = make_credential(recipient=learner)

        with pytest.raises(Credential.DoesNotExist):
            make_link(credential=credential, shows_results=True, shows_evidence=True, by=stranger, at=now())

    def test_leaves_a_trail_without_the_token(self, learner: User) -> None:
        link = share(make_credential(recipient=learner))

        entry = AuditEntry.objects.get(act="make share link")
        assert link.token not in str(entry.facts)

    def test_pressing_twice_makes_one(self, learner: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)
        form = {"op_key": str(uuid4()), "shows_results": "on"}
        client = sign_in(learner)

        for _press in range(2):
            answer = client.post(address("share", credential), form, follow=True)

        assert b"Your link is ready" in answer.content
        assert ShareLink.objects.count() == 1


class TestWithdraw:
    def test_the_address_answers_like_one_that_never_was(self, learner: User, client: Client) -> None:
        link = share(in_force(learner))
        assert client.get(address("shared", link)).status_code == 200

        withdraw_link(credential=link.credential, by=learner, at=now())

        unknown = ShareLink(token="AAAAAAAAAAAAAAAAAAAAAA")
        for name in ("shared", "badge_png", "badge_svg", "embedded"):
            gone, never = (client.get(address(name, which)) for which in (link, unknown))
            assert (gone.status_code, never.status_code) == (404, 404), name
            # Each error page carries a reference of its own; nothing else may differ.
            bodies = {
                re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", told.content)
                for told in (gone, never)
            }
            assert len(bodies) == 1, name

    def test_needs_an_open_link(self, learner: User) -> None:
        credential = make_credential(recipient=learner)

        with pytest.raises(NotShared):
            withdraw_link(credential=credential, by=learner, at=now())
        with pytest.raises(NotShared):
            remake_link(credential=credential, shows_results=True, shows_evidence=True, by=learner, at=now())

    def test_a_new_link_takes_the_place_of_the_old_one(self, learner: User, sign_in: SignIn) -> None:
        old = share(in_force(learner))
        client = sign_in(learner)

        client.post(address("remake_share", old.credential), {"op_key": str(uuid4()), "shows_evidence": "on"})

        new = ShareLink.objects.open().get()
        assert (new.shows_results, new.shows_evidence) == (False, True)
        assert client.get(address("shared", old)).status_code == 404
        assert client.get(address("shared", new)).status_code == 200

    def test_is_one_press_and_leaves_the_printed_code_alone(self, learner: User, sign_in: SignIn) -> None:
        link = share(in_force(learner))
        client = sign_in(learner)

        answer = client.post(
            address("withdraw_share", link.credential), {"op_key": str(uuid4())}, follow=True
        )

        assert b"leads nowhere now" in answer.content
        assert client.get(link.credential.get_absolute_url()).status_code == 200

    def test_says_so_where_another_page_withdrew_it_already(self, learner: User, sign_in: SignIn) -> None:
        credential = make_credential(recipient=learner)

        answer = sign_in(learner).post(
            address("withdraw_share", credential), {"op_key": str(uuid4())}, follow=True
        )

        assert b"has no open link" in answer.content


class TestSharedPage:
    def test_shows_her_name_to_who_has_the_link_and_gives_no_cookie(
        self, learner: User, client: Client
    ) -> None:
        link = share(in_force(learner))
        assert learner.name not in client.get(link.credential.get_absolute_url()).content.decode()

        answer = client.get(address("shared", link))

        page = answer.content.decode()
        assert learner.name in page
        assert "genuine and in force today" in page
        assert not answer.cookies
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"

    def test_shows_levels_and_evidence_only_as_she_chose(
        self, learner: User, faculty: User, drain: Callable[..., None], client: Client
    ) -> None:
        make_grading(submission=make_submission(learner=learner), marker=faculty)
        drain()
        credential = Credential.objects.get(recipient=learner)
        Evidence.objects.create(credential=credential, name="The data set", url="https://data.example/7")

        link = share(credential, shows_results=False, shows_evidence=False)
        bare = client.get(address("shared", link)).content.decode()
        full_link = remake_link(
            credential=credential, shows_results=True, shows_evidence=True, by=learner, at=now()
        )
        full = client.get(address("shared", full_link)).content.decode()

        assert credential.results
        assert "rubric" not in bare
        assert "data.example" not in bare
        assert "rubric" in full
        assert 'href="https://data.example/7" rel="noopener nofollow"' in full

    def test_an_expired_one_can_be_shared_and_says_so(self, learner: User, client: Client) -> None:
        lasting = make_achievement(expiry="months", expiry_months=1)
        link = share(in_force(learner, achievement=lasting, at=now() - timedelta(days=60)))

        assert "verdict-expired" in client.get(address("shared", link)).content.decode()

    def test_tells_other_sites_what_it_is_by_whole_addresses_and_without_her_name(
        self, learner: User, client: Client, settings: Settings
    ) -> None:
        link = share(in_force(learner))

        head = client.get(address("shared", link)).content.decode().partition("</head>")[0]

        assert f'property="og:url" content="{settings.PORTAL_URL}/s/{link.token}/"' in head
        assert f'property="og:image" content="{settings.PORTAL_URL}/achievements/' in head
        assert learner.name not in head


class TestStrip:
    def test_is_a_picture_that_says_suspended_by_itself(self, learner: User, client: Client) -> None:
        link = share(in_force(learner))
        valid = client.get(address("badge_svg", link))
        assert "Valid on " in valid.content.decode()

        suspend(credential=link.credential, reason="Asked.", by=office(), at=now())

        later = client.get(address("badge_svg", link), headers={"If-None-Match": valid["ETag"]})
        assert later.status_code == 200
        assert "Suspended" in later.content.decode()
        assert later["ETag"] != valid["ETag"]

    def test_png_is_a_picture_of_the_promised_size_kept_for_five_minutes(
        self, learner: User, client: Client
    ) -> None:
        link = share(in_force(learner))

        answer = client.get(address("badge_png", link))

        assert Image.open(io.BytesIO(answer.content)).size == (880, 224)
        assert answer["Cache-Control"] == "public, max-age=300"
        assert answer["Content-Security-Policy"] == SEALED
        assert not answer.cookies
        again = client.get(address("badge_png", link), headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_title_nobody_can_letter_still_gives_a_picture(self, learner: User, client: Client) -> None:
        achievement = make_achievement(name="شهادة in mixed 文字 & a very, very long name " * 4)
        link = share(in_force(learner, achievement=achievement))

        assert client.get(address("badge_png", link)).status_code == 200


class TestSnippets:
    def test_are_html_that_survives_quotes_and_signs(self, learner: User, sign_in: SignIn) -> None:
        achievement = make_achievement(name='Größe & "Maß" <b>')
        credential = in_force(learner, achievement=achievement)
        link = share(credential)

        snippet = sharing_of(credential).signature
        page = sign_in(learner).get(address("credential", credential)).content.decode()

        assert 'alt="Größe &amp; &quot;Maß&quot; &lt;b&gt;, issued by' in snippet
        shown = page.partition('id="share-signature"')[2].partition(">")[2].partition("</textarea>")[0]
        assert unescape(shown) == snippet
        assert f"/embed/{link.token}/" in sharing_of(credential).embedding

    def test_a_form_without_script_makes_the_link(self, learner: User, sign_in: SignIn) -> None:
        credential = in_force(learner)

        page = sign_in(learner).get(address("credential", credential)).content.decode()

        assert address("share", credential) in page
        assert "linkedin.com/profile/add" in page


class TestLinkedIn:
    def test_everything_survives_the_address(self, learner: User, settings: Settings) -> None:
        achievement = make_achievement(name='Data & "Größe" + 100 %', expiry="months", expiry_months=6)
        credential = make_credential(recipient=learner, achievement=achievement, at=TERM_DAY)
        until = credential.expires_on
        assert until is not None
        Issuer.objects.update(name="Universität Zürich & Co")
        credential = Credential.objects.get(pk=credential.pk)

        told = {
            name: values[0]
            for name, values in parse_qs(
                urlsplit(linkedin_address(credential)).query, strict_parsing=True
            ).items()
        }

        assert told == {
            "startTask": "CERTIFICATION_NAME",
            "name": 'Data & "Größe" + 100 %',
            "organizationName": "Universität Zürich & Co",
            "issueYear": str(TERM_DAY.year),
            "issueMonth": str(TERM_DAY.month),
            "expirationYear": str(until.year),
            "expirationMonth": str(until.month),
            "certUrl": settings.PORTAL_URL + credential.get_absolute_url(),
            "certId": credential.pretty_code,
        }

    def test_names_the_institution_by_its_page_where_that_is_known(
        self, learner: User, settings: Settings
    ) -> None:
        settings.LINKEDIN_ORGANISATION_ID = "1234567"
        made = make_credential(recipient=learner)
        Issuer.objects.update(is_main=False)
        of_another = Credential.objects.get(pk=made.pk)
        assert "organizationName=" in linkedin_address(of_another)

        Issuer.objects.filter(pk=of_another.achievement.issuer_id).update(is_main=True)
        of_main = Credential.objects.get(pk=of_another.pk)

        assert "organizationId=1234567" in linkedin_address(of_main)
        assert "organizationName" not in linkedin_address(of_main)


class TestFrames:
    def test_only_these_pages_may_be_framed_and_they_can_do_nothing(
        self, learner: User, client: Client
    ) -> None:
        link = make_share_link(credential=in_force(learner))
        pathway = make_pathway()
        framed = (address("embedded", link), reverse("pathways:embedded", args=[pathway.slug]))

        for one in (*framed, "/embed/unknown/", "/embed/pathways/unknown/"):
            answer = client.get(one)
            policy = answer["Content-Security-Policy"]
            assert "frame-ancestors *" in policy
            assert "script-src 'none'" in policy
            assert "form-action 'none'" in policy
            assert "X-Frame-Options" not in answer
            assert not answer.cookies
        for other in (address("shared", link), pathway.get_absolute_url(), "/"):
            answer = client.get(other)
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
            assert answer["X-Frame-Options"] == "DENY"

    def test_a_credential_s_says_how_it_stands_and_whose_it_is(self, learner: User, client: Client) -> None:
        link = share(in_force(learner))

        page = client.get(address("embedded", link)).content.decode()

        assert "Valid" in page
        assert learner.name in page
        assert "<script" not in page

    def test_a_pathway_s_closes_with_its_award(self, client: Client) -> None:
        pathway = make_pathway()
        at = reverse("pathways:embedded", args=[pathway.slug])
        assert "Open for enrolment" in client.get(at).content.decode()

        type(pathway.awards).objects.filter(pk=pathway.awards_id).update(is_active=False)

        assert "Closed for enrolment" in client.get(at).content.decode()


class TestCost:
    def test_the_shared_page_asks_as_often_for_many_parts_as_for_one(
        self, learner: User, client: Client
    ) -> None:
        whole = in_force(learner)
        link = share(whole)
        whole.components.add(in_force(learner))
        one = opening(client, address("shared", link))

        whole.components.add(*(in_force(learner) for _part in range(3)))

        many = opening(client, address("shared", link))
        assert len(many) <= len(one), grown(one, many)
        assert len(one) <= 16


class TestOpenBadges2:
    def test_its_address_stands_on_her_page_where_it_is_offered_and_she_opened_it(
        self, learner: User, sign_in: SignIn
    ) -> None:
        credential = in_force(learner, visibility=Credential.Visibility.PUBLIC)
        client = sign_in(learner)
        at = reverse("credentials:ob2_assertion", args=[credential.public_id])
        assert at not in client.get(address("credential", credential)).content.decode()

        Achievement.objects.update(offers_open_badges_2=True)

        assert at in client.get(address("credential", credential)).content.decode()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_pages_that_share_at_once_make_one_link() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time; this race needs PostgreSQL")
    for _round in range(20):
        credential = make_credential()
        refused: list[AlreadyShared] = []

        def press(credential: Credential = credential, refused: list[AlreadyShared] = refused) -> None:
            try:
                share(credential)
            except AlreadyShared as refusal:
                refused.append(refusal)

        at_once([press, press])

        assert len(refused) == 1
        assert ShareLink.objects.open().filter(credential=credential).count() == 1
