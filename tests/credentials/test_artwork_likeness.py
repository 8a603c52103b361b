"""What can be told apart: contrast within a picture, and one picture from another."""

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image

from credentials.services.artwork import (
    PALETTES,
    Design,
    contrast_problem,
    contrasts,
    draw,
    fingerprint,
    nearly_same,
    prints_of,
)
from credentials.services.artwork.colours import contrast
from credentials.services.artwork.likeness import alike
from learners.management.demo.achievements import CATALOGUE

PLAIN = Design(shape="hexagon", palette="blue", icon="chart", level=1, seed="RD-101")
SIZE = 192
KINDS_WITH_RAYS = {"stacked_certificate", "full_certification"}
RINGS = {"foundation": 1, "practitioner": 2, "full": 3}


def demonstration() -> dict[str, Design]:
    """The pictures of the demonstration's catalogue."""
    return {
        code: Design(
            shape=entry.artwork.shape,
            palette=entry.artwork.palette,
            icon=entry.artwork.icon,
            level=RINGS[entry.level],
            seed=code,
            is_stacked=entry.kind in KINDS_WITH_RAYS,
        )
        for code, entry in CATALOGUE.items()
    }


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    return {code: fingerprint(draw(design, SIZE)) for code, design in demonstration().items()}


class TestContrast:
    def test_black_and_white_are_as_far_apart_as_can_be(self) -> None:
        assert round(contrast((0, 0, 0), (255, 255, 255)), 6) == 21

    @pytest.mark.parametrize("palette", [value for value, _label in PALETTES])
    def test_every_palette_passes(self, palette: str) -> None:
        icon, words = contrasts(replace(PLAIN, palette=palette))

        assert icon >= 3
        assert words >= 4.5
        assert contrast_problem(replace(PLAIN, palette=palette)) is None

    @pytest.mark.parametrize("colour", ["#ffffff", "#ffd700", "#9be564", "#ff0000", "#888888"])
    def test_a_pale_colour_is_refused_with_one_that_passes(self, colour: str) -> None:
        problem = contrast_problem(replace(PLAIN, colour=colour))

        assert problem is not None
        better = problem.rstrip(".")[-7:]
        assert contrast_problem(replace(PLAIN, colour=better)) is None

    @pytest.mark.parametrize("colour", ["#1f4e79", "#000000", "#c2185b", "#2d5016"])
    def test_a_deep_colour_passes_and_is_seen(self, colour: str) -> None:
        own, usual = draw(replace(PLAIN, colour=colour), 64), draw(PLAIN, 64)

        assert contrast_problem(replace(PLAIN, colour=colour)) is None
        assert own != usual


class TestLikeness:
    def test_no_two_pictures_of_the_demonstration_are_alike(self, known: dict[str, str]) -> None:
        assert alike(known) == []

    def test_the_same_design_with_other_stones_or_rings_is_found(self, known: dict[str, str]) -> None:
        for code, design in demonstration().items():
            for other in (replace(design, seed=f"{code}x"), replace(design, level=design.level % 3 + 1)):
                assert nearly_same(fingerprint(draw(other, SIZE)), known) == [code], (code, other)

    def test_another_icon_or_palette_is_not(self) -> None:
        mine = {"mine": fingerprint(draw(PLAIN, SIZE))}

        others = [replace(PLAIN, icon=icon) for icon in ("database", "clipboard", "lightbulb", "scales")]
        others += [replace(PLAIN, palette=palette) for palette in ("terracotta", "green", "ochre", "plum")]

        assert [nearly_same(fingerprint(draw(other, SIZE)), mine) for other in others] == [[]] * 8

    def test_the_size_it_is_drawn_at_does_not_matter(self) -> None:
        large = fingerprint(draw(PLAIN, 512))

        assert nearly_same(fingerprint(draw(PLAIN, 192)), {"large": large}) == ["large"]

    def test_the_nearest_comes_first_and_the_unknown_never(self, known: dict[str, str]) -> None:
        mine = known["RD-110"]
        near = f"{int(mine, 16) ^ 0b11:064x}"

        assert nearly_same(mine, {"near": near, "same": mine, "unknown": ""}) == ["same", "near"]
        assert nearly_same("", {"unknown": "", "same": mine}) == []

    def test_pairs_are_those_that_each_alone_would_find(self, known: dict[str, str]) -> None:
        double = {**known, "copy": known["RD-110"]}

        pairs = [(a, b) for a, b in combinations(sorted(double), 2) if nearly_same(double[a], {b: double[b]})]

        assert alike(double) == pairs == [("RD-110", "copy")]


class TestPrints:
    def test_a_large_drawing_is_kept_as_it_is_beside_two_smaller_ones(self) -> None:
        large = draw(PLAIN, 1024)

        prints = prints_of(large)

        sizes = [Image.open(io.BytesIO(data)).size for data in (prints.large, prints.image, prints.thumbnail)]
        assert prints.large == large
        assert sizes == [(1024, 1024), (512, 512), (192, 192)]
        assert prints == prints_of(large)
        assert len(prints.thumbnail) < 40_000
        assert nearly_same(prints.fingerprint, {"large": fingerprint(large)}) == ["large"]
