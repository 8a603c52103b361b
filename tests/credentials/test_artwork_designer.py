"""The designer in a draft's form and the gallery: what the registrar sees before anything is frozen."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from credentials.admin.definitions import VersionForm
from credentials.admin.pictures import OwnPictureField
from credentials.services.picturing import (
    colour_problem,
    fingerprint_of,
    legend_problem,
    look_alikes,
    picture_problem,
)
from learners.models import User
from tests.makers import make_achievement, make_achievement_version
from tests.people import signed_in

pytestmark = pytest.mark.django_db
GALLERY = "/registrar/gallery/"
DESIGN = {
    "shape": "shield",
    "palette": "plum",
    "icon": "scales",
    "level": "full",
    "kind": "specialty",
    "colour": "",
    "legend": "",
    "part": "1",
}


@pytest.fixture
def desk(registrar: User) -> Client:
    return signed_in(registrar)


def own_picture(side: int = 600) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (side, side), "#7a1f3d").save(target, "PNG")
    return SimpleUploadedFile("own.png", target.getvalue(), "image/png")


def previewed(desk: Client, **changes: Any) -> str:
    address = reverse("admin:credentials_achievementversion_preview")
    return desk.post(address, {**DESIGN, **changes}).content.decode()


class TestPreview:
    def test_what_stands_in_the_form_is_drawn_and_judged(self, desk: Client) -> None:
        seen = previewed(desk, legend="שיטות מחקר")

        assert seen.count("data:image/png;base64,") == 5
        assert "Contrast is enough" in seen
        assert "No other achievement has a picture like it" in seen

    def test_a_pale_colour_and_too_many_words_are_told(self, desk: Client) -> None:
        assert "The nearest colour that does: #" in previewed(desk, colour="#ffd700")
        assert "there is room for about" in previewed(desk, legend="W" * 60)

    def test_a_picture_like_another_is_told_whose_it_is(self, desk: Client) -> None:
        looks: dict[str, Any] = {"shape": "shield", "palette": "plum", "icon": "scales"}
        other = make_achievement_version(is_published=False, level="full", kind="specialty", **looks)
        drawn = previewed(desk, achievement=str(other.achievement_id))
        type(other).objects.filter(pk=other.pk).update(fingerprint=fingerprint_of(other))

        seen = previewed(desk)

        assert "nearly the same as the picture of:" in seen
        assert other.name in seen
        assert "No other achievement has a picture like it" in drawn

    def test_an_own_picture_is_shown_or_refused(self, desk: Client) -> None:
        taken = previewed(desk, uploaded=own_picture())
        refused = previewed(desk, uploaded=own_picture(side=100))

        assert "The picture can be taken" in taken
        assert "100 by 100 pixels" in refused

    def test_without_script_it_is_a_page_of_its_own(self, desk: Client) -> None:
        address = reverse("admin:credentials_achievementversion_preview")
        design = {name: value for name, value in DESIGN.items() if name != "part"}

        reply = desk.post(address, design)

        assert "<h1>Picture</h1>" in reply.content.decode()

    def test_a_part_that_is_on_no_list_is_told(self, desk: Client) -> None:
        address = reverse("admin:credentials_achievementversion_preview")

        assert "unicorn" in previewed(desk, shape="unicorn")
        assert desk.post(address, {**DESIGN, "level": "royal"}).status_code == 400
        assert desk.get(address, {"version": "none"}).status_code == 400

    def test_a_kept_draft_is_shown_small(self, desk: Client) -> None:
        draft = make_achievement_version(is_published=False)

        reply = desk.get(reverse("admin:credentials_achievementversion_preview"), {"version": draft.pk})

        assert Image.open(io.BytesIO(reply.content)).size[0] <= 192


class TestForm:
    def test_an_own_picture_is_kept_as_pixels_under_a_name_of_ours(self) -> None:
        kept = OwnPictureField().clean(own_picture())

        assert kept.name.endswith(".png")
        assert len(kept.name) == 68
        assert Image.open(kept).mode == "RGBA"

    @pytest.mark.parametrize(
        ("changes", "field"), [({"colour": "#ffd700"}, "colour"), ({"legend": "W" * 60}, "legend")]
    )
    def test_what_cannot_be_seen_is_refused_beside_its_field(
        self, desk: Client, changes: dict[str, str], field: str
    ) -> None:
        draft = make_achievement_version(is_published=False)
        address = reverse("admin:credentials_achievementversion_change", args=[draft.pk])

        reply = desk.post(address, {**DESIGN, **changes, "name": draft.name})

        form: VersionForm = reply.context["adminform"].form
        assert list(form.errors[field])


class TestProblems:
    def test_a_version_without_words_or_own_colour_has_none(self) -> None:
        draft = make_achievement_version(is_published=False)

        assert picture_problem(draft) == ""

    def test_words_and_colour_are_each_told(self) -> None:
        draft = make_achievement_version(is_published=False, legend="W" * 60, colour="#ffffff")

        assert "room for" in legend_problem(draft)
        assert "nearest colour" in colour_problem(draft)
        assert picture_problem(draft) == legend_problem(draft)

    def test_only_other_achievements_are_alike(self, full_artwork: None) -> None:
        first = make_achievement_version(is_published=False, icon="key")
        same = make_achievement_version(is_published=False, icon="key")
        type(first).objects.filter(pk=first.pk).update(fingerprint=fingerprint_of(first))

        assert look_alikes(first) == []
        assert look_alikes(same) == [f"{first.achievement.code} {first.name}"]


class TestGallery:
    def test_pictures_stand_side_by_side_with_their_likes_first(self, desk: Client) -> None:
        draft = make_achievement_version(is_published=False, icon="key", name="Keys")
        double = make_achievement_version(is_published=False, icon="key", name="Keys again")
        alone = make_achievement_version(is_published=False, icon="leaf", palette="green", name="Leaves")

        reply = desk.get(GALLERY)

        pairs = [{one.name, other.name} for one, other in reply.context["pairs"]]
        assert pairs == [{draft.name, double.name}]
        assert [frame.name for frame in reply.context["frames"]].count(alone.name) == 1

    def test_series_and_status_are_in_the_address(self, desk: Client) -> None:
        make_achievement(name="In force")
        make_achievement_version(is_published=False, name="Still written", icon="key")

        shown = {
            status: {frame.name for frame in desk.get(GALLERY, {"status": status}).context["frames"]}
            for status in ("", "open", "published")
        }

        assert shown[""] == shown["open"] | shown["published"]
        assert shown["open"] == {"Still written"}
        assert "In force" in shown["published"]

    def test_more_pictures_take_no_more_queries(self, desk: Client) -> None:
        counts = []
        for _more in range(2):
            make_achievement_version(is_published=False)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                desk.get(GALLERY)
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 6

    def test_the_list_of_achievements_leads_to_it(self, desk: Client) -> None:
        for model in ("achievement", "achievementversion"):
            page = desk.get(reverse(f"admin:credentials_{model}_changelist")).content.decode()
            assert f'href="{GALLERY}"' in page
