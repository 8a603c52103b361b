"""Words on a picture, in any script: complete, in order, and never in empty boxes."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from credentials.services.artwork import (
    Design,
    MissingGlyphs,
    UnfitLegend,
    UnknownDesign,
    draw,
    lettering,
    tablet,
)

PLAIN = Design(shape="hexagon", palette="blue", icon="chart", level=1, seed="RD-101")
SIZE = 192
# How the data set of a language is named in it, and whose face has it.
WORDS = {
    "Data visualisation": "NotoSerif-Bold.ttf",
    "Επιστήμη δεδομένων": "NotoSerif-Bold.ttf",
    "Управление данными": "NotoSerif-Bold.ttf",
    "שיטות מחקר": "NotoSerifHebrew-Bold.ttf",
    "تحليل البيانات": "NotoNaskhArabic-Bold.ttf",
    "अनुसंधान डेटा": "NotoSerifDevanagari-Bold.ttf",
    "การวิเคราะห์ข้อมูล": "NotoSerifThai-Bold.ttf",
    "研究数据管理": "NotoSerifCJK-Bold.ttc",
}


def worded(legend: str, **changes: object) -> Design:
    facts = {name: getattr(PLAIN, name) for name in PLAIN.__slots__}
    return Design(**{**facts, "legend": legend, **changes})


def lines_of(legend: str) -> list[str]:
    """Each line as its runs are seen from left to right."""
    return ["|".join(run.text for run in line.runs) for line in tablet(worded(legend)).lettering.lines]


def ink(picture: Image.Image) -> int:
    return sum(picture.convert("L").point(lambda grey: 255 * (grey < 128)).histogram()[255:])


class TestFaces:
    @pytest.mark.parametrize(("words", "face"), WORDS.items())
    def test_every_letter_is_in_the_face_it_is_set_in(self, words: str, face: str) -> None:
        runs = [run for line in tablet(worded(words)).lettering.lines for run in line.runs]

        assert {run.face.path.name for run in runs} == {face}
        for run in runs:
            missing = [letter for letter in run.text if ord(letter) not in lettering._characters(run.face)]
            assert not missing

    @pytest.mark.parametrize("words", WORDS)
    def test_the_words_are_seen(self, words: str) -> None:
        blank, written = (Image.open(io.BytesIO(draw(worded(text), SIZE))) for text in ("   .", words))

        assert ink(written) != ink(blank)
        assert ImageChops.difference(written.convert("RGB"), blank.convert("RGB")).getbbox() is not None

    def test_our_own_faces_come_before_those_of_the_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lettering, "SYSTEM_FACES", ())
        lettering._system_faces.cache_clear()
        lettering._line.cache_clear()
        lettering.fitted.cache_clear()
        try:
            drawn = [draw(worded(words), 64) for words in list(WORDS)[:7]]
            with pytest.raises(MissingGlyphs, match="install"):
                draw(worded("研究数据管理"), 64)
        finally:
            lettering._system_faces.cache_clear()
        assert len(set(drawn)) == 7

    def test_a_character_that_no_face_has_is_named(self) -> None:
        with pytest.raises(MissingGlyphs, match="install"):
            draw(worded("A \ua7fe\U0001f9ff"), 64)

    def test_kana_and_hangul_choose_the_forms_of_their_country(self) -> None:
        forms = {
            words: tablet(worded(words)).lettering.lines[0].runs[0].face.index
            for words in ("データ可視化", "데이터 骨", "数据 骨")
        }

        assert list(forms.values()) == [lettering.JAPANESE, lettering.KOREAN, lettering.CHINESE]


class TestOrder:
    def test_a_number_stands_to_the_left_of_the_hebrew_it_follows(self) -> None:
        assert lines_of("מחקר 26") == ["26|מחקר "]

    def test_latin_after_devanagari_keeps_its_place(self) -> None:
        assert lines_of("शोध Py") == ["शोध |Py"]

    def test_arabic_letters_are_joined(self) -> None:
        face = lettering.Face(lettering.FACES / "NotoNaskhArabic-Bold.ttf")
        font = lettering.typeface(face, 100)

        joined, apart = (
            font.getlength("بيت", direction="rtl"),
            sum(font.getlength(letter, direction="rtl") for letter in "بيت"),
        )

        assert joined < apart * 0.8

    def test_devanagari_vowels_move_before_their_letter(self) -> None:
        face = lettering.Face(lettering.FACES / "NotoSerifDevanagari-Bold.ttf")
        font = lettering.typeface(face, 100)

        shaped = font.getmask("कि", direction="ltr")
        unshaped = font.getmask("क", direction="ltr")

        assert shaped.size[0] > unshaped.size[0]

    def test_words_against_the_grain_in_two_scripts_are_refused(self) -> None:
        with pytest.raises(UnfitLegend, match="scripts"):
            tablet(worded("מחקר Data データ"))


class TestFit:
    def test_long_words_stand_in_two_lines(self) -> None:
        assert lines_of("Research data management") == ["Research data", "management"]

    def test_east_asian_words_break_between_characters_and_never_before_a_stop(self) -> None:
        lines = lines_of("研究数据管理与长期保存。方法论导论")

        assert len(lines) == 2
        assert not lines[1].startswith("。")

    def test_words_that_do_not_fit_are_refused_with_the_room_there_is(self) -> None:
        long = "Longitudinal observational epidemiology in practice, part"

        with pytest.raises(UnfitLegend, match=r"about \d\d characters") as refused:
            tablet(worded(long))

        room = int("".join(filter(str.isdigit, str(refused.value))))
        assert tablet(worded(long[:room]))

    def test_nothing_is_left_out(self) -> None:
        for words in WORDS:
            shown = "".join(lines_of(words)).replace("|", "")
            assert sorted(shown.replace(" ", "")) == sorted(words.replace(" ", ""))

    @pytest.mark.parametrize("shape", ["hexagon", "shield", "circle", "square", "octagon", "rosette"])
    @pytest.mark.parametrize("is_stacked", [False, True])
    def test_the_tablet_stays_within_the_picture(self, shape: str, is_stacked: bool) -> None:
        design = worded("Research data management", shape=shape, is_stacked=is_stacked, mark="diamond")

        outlines = [point for outline in tablet(design).outlines(0.022) for point in outline]

        assert max(abs(x) for x, _y in outlines) < 1
        assert max(abs(y) for _x, y in outlines) < 1

    @pytest.mark.parametrize("legend", ["two\nlines", "bell\x07", "\u202eturned", "x" * 61])
    def test_what_is_no_line_of_words_is_refused(self, legend: str) -> None:
        with pytest.raises(UnknownDesign):
            worded(legend)


class TestEverywhere:
    def test_another_process_draws_the_same_bytes(self) -> None:
        design = worded("שיטות מחקר 2026", colour="#7a1f3d", mark="steps", is_stacked=True, level=3)
        program = (
            "import hashlib; from credentials.services.artwork import Design, draw;"
            f"print(hashlib.sha256(draw({design!r}, {SIZE})).hexdigest())"
        )
        root = Path(__file__).parents[2]

        told = [
            subprocess.run(
                [sys.executable, "-c", program],
                capture_output=True,
                check=True,
                text=True,
                cwd=root,
                env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            ).stdout
            for seed in ("1", "2")
        ]

        assert told[0] == told[1]
        assert len(told[0].strip()) == 64

    def test_other_words_leave_the_stones_where_they_are(self) -> None:
        one, other = (Image.open(io.BytesIO(draw(worded(text), SIZE))) for text in ("Data", "Code"))

        differing = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()

        assert differing is not None
        assert differing[1] > SIZE * 0.5
