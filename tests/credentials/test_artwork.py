"""Badge pictures: the same for ever, different from one another, and clean at the edges."""

import io
import re
from typing import cast
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from credentials.services.artwork import (
    ICONS,
    LEVELS,
    MARKS,
    PALETTES,
    SHAPES,
    TILE_STATES,
    Design,
    UnknownDesign,
    border_svg,
    colours,
    draw,
    drawing,
    icons,
    mosaic_svg,
)

PLAIN = Design(shape="hexagon", palette="blue", icon="chart", level=1, seed="RD-101")
SIZE = 96


def picture(design: Design, size: int = SIZE) -> Image.Image:
    return Image.open(io.BytesIO(draw(design, size)))


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ visibly between two pictures."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    histogram = difference.histogram()
    return sum(histogram[24:]) / sum(histogram)


def another(**changes: object) -> Design:
    facts = {name: getattr(PLAIN, name) for name in PLAIN.__slots__}
    return Design(**{**facts, **changes})


class TestPicture:
    def test_the_same_design_gives_the_same_bytes(self) -> None:
        assert draw(PLAIN, SIZE) == draw(another(), SIZE)

    @pytest.mark.parametrize("size", [64, 512])
    def test_it_is_a_square_png_of_the_size_asked_for(self, size: int) -> None:
        drawn = picture(PLAIN, size)

        assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGBA", (size, size))

    @pytest.mark.parametrize("shape", [value for value, _label in SHAPES])
    def test_corners_are_transparent_and_the_middle_is_not(self, shape: str) -> None:
        alpha = picture(another(shape=shape)).getchannel("A")

        corners = [alpha.getpixel(at) for at in ((0, 0), (SIZE - 1, 0), (0, SIZE - 1), (SIZE - 1, SIZE - 1))]
        assert corners == [0, 0, 0, 0]
        assert alpha.getpixel((SIZE // 2, SIZE // 2)) == 255

    def test_the_edge_is_smooth(self) -> None:
        histogram = picture(another(shape="circle"), 256).getchannel("A").histogram()

        assert sum(histogram[1:255]) > 100

    @pytest.mark.parametrize(
        "change",
        [
            {"shape": "circle"},
            {"palette": "plum"},
            {"icon": "heart"},
            {"level": 3},
            {"seed": "RD-102"},
            {"mark": "diamond"},
            {"is_stacked": True},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_every_choice_changes_what_is_seen(self, change: dict[str, object]) -> None:
        assert share_that_differs(picture(PLAIN), picture(another(**change))) > 0.02

    def test_seeds_lay_visibly_different_stones(self) -> None:
        laid = [picture(another(seed=f"RD-10{number}")) for number in range(5)]

        for number, one in enumerate(laid):
            for other in laid[number + 1 :]:
                assert share_that_differs(one, other) > 0.05

    def test_icons_are_told_apart_at_64_pixels(self) -> None:
        drawn = {icon: picture(another(icon=icon), 64) for icon, _label in ICONS}

        names = sorted(drawn)
        for number, one in enumerate(names):
            for other in names[number + 1 :]:
                assert share_that_differs(drawn[one], drawn[other]) > 0.03, (one, other)

    def test_a_stacked_certificate_wears_gold_beyond_the_rim(self) -> None:
        def gold_outside(design: Design) -> int:
            drawn = picture(design, 200)
            ring = [
                (x, y) for x in range(200) for y in range(200) if 88 < abs(complex(x - 100, y - 100)) < 99
            ]
            colours = [cast(tuple[int, int, int, int], drawn.getpixel(at)) for at in ring]
            return sum(alpha > 200 and red > 170 and red - blue > 60 for red, _green, blue, alpha in colours)

        assert gold_outside(another(shape="circle", is_stacked=True)) > 800
        assert gold_outside(another(shape="circle")) == 0


class TestChoices:
    def test_every_choice_can_be_drawn(self) -> None:
        assert {value for value, _label in ICONS} == set(icons.ICONS)
        assert {value for value, _label in PALETTES} == set(colours.PAINTS)
        assert {value for value, _label in MARKS} == {*drawing.MARK_STONES, "none"}
        assert [value for value, _label in LEVELS] == [1, 2, 3]

    @pytest.mark.parametrize(
        "change", [{"shape": "star"}, {"palette": "#fff"}, {"icon": ""}, {"level": 4}, {"mark": "x"}]
    )
    def test_a_choice_that_is_not_on_the_list_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(UnknownDesign):
            another(**change)


class TestMosaic:
    @pytest.mark.parametrize(
        ("columns", "rows", "states"), [(80, 1, None), (10, 8, None), (32, 1, ["hatched"] * 32)]
    )
    def test_the_largest_stays_within_two_kilobytes(
        self, columns: int, rows: int, states: list[str] | None
    ) -> None:
        assert len(mosaic_svg("seed", columns, rows, states).encode()) <= 2048

    def test_it_carries_no_style_and_is_hidden_from_screen_readers(self) -> None:
        svg = ElementTree.fromstring(mosaic_svg("seed", 5, 2, list(TILE_STATES)))  # noqa: S314 - our own

        assert svg.get("aria-hidden") == "true"
        assert not [part for part in svg.iter() if part.get("style") or part.get("fill")]

    def test_each_state_looks_different_without_colour(self) -> None:
        drawn = {
            state: re.sub("class=.[^ ]+", "", mosaic_svg("seed", 1, 1, [state])) for state in TILE_STATES
        }

        assert len(set(drawn.values())) == len(TILE_STATES)

    def test_the_seed_decides_the_colours(self) -> None:
        assert mosaic_svg("one", 8, 2) == mosaic_svg("one", 8, 2)
        assert mosaic_svg("one", 8, 2) != mosaic_svg("two", 8, 2)

    @pytest.mark.parametrize(("columns", "rows", "states"), [(0, 1, None), (81, 1, None), (1, 1, ["done"])])
    def test_what_cannot_be_drawn_is_refused(self, columns: int, rows: int, states: list[str] | None) -> None:
        with pytest.raises(ValueError, match=r"mosaic|state"):
            mosaic_svg("seed", columns, rows, states)


class TestBorder:
    def test_a_frame_is_well_formed_and_decided_by_its_seed(self) -> None:
        colours = ("#111111", "#222222", "#333333", "#c99a2e")

        frame = border_svg("one", colours, 297, 210, 5)

        assert ElementTree.fromstring(frame).get("viewBox") == "0 0 297 210"  # noqa: S314 - our own
        assert frame == border_svg("one", colours, 297, 210, 5)
        assert frame != border_svg("two", colours, 297, 210, 5)
