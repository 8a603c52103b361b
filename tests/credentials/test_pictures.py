"""Own pictures: what is taken in, what is refused and why, and what it costs."""

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from credentials.services.pictures import RefusedPicture, accept_picture
from credentials.services.pictures.containers import PNG_SIGNATURE, read_jpeg, read_png

MEGABYTE = 1_000_000
MOST_MEMORY = 200 * 1024 * 1024


def saved(mode: str = "RGB", side: int = 512, form: str = "PNG", **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, (side, side), options.pop("colour", 0)).save(target, form, **options)
    return target.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    target = io.BytesIO()
    frames = [Image.new("RGB", (512, 512), colour) for colour in ("red", "blue")]
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])
    return target.getvalue()


def taken(data: bytes, name: str = "own.png") -> Image.Image:
    return Image.open(io.BytesIO(accept_picture(upload=ContentFile(data, name=name))))


def refused(data: bytes, name: str = "own.png") -> str:
    with pytest.raises(RefusedPicture) as refusal:
        accept_picture(upload=ContentFile(data, name=name))
    return str(refusal.value)


PNG, JPEG = saved(), saved(form="JPEG")


class TestTaken:
    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_png_becomes_pixels_with_transparency(self, mode: str) -> None:
        picture = taken(saved(mode))

        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (512, 512))

    def test_sixteen_bits_of_grey_keep_their_tone(self) -> None:
        assert taken(saved("I;16", colour=0x8000)).getpixel((9, 9)) == (128, 128, 128, 255)

    def test_a_jpeg_is_turned_the_way_it_is_meant(self) -> None:
        target, picture = io.BytesIO(), Image.new("RGB", (512, 512), "white")
        picture.paste("black", (0, 0, 512, 256))
        orientation = picture.getexif()
        orientation[0x0112] = 3
        picture.save(target, "JPEG", exif=orientation)

        turned = taken(target.getvalue(), "own.jpg").convert("L")

        assert turned.getpixel((256, 20)) > 200  # type: ignore[operator]  # one band, one number
        assert turned.getpixel((256, 490)) < 50  # type: ignore[operator]

    def test_nothing_but_pixels_is_kept(self) -> None:
        texts = chunk(b"tEXt", b"Author\0Ada") + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}")
        jpeg = JPEG[:2] + b"\xff\xfe\x00\x0fsecret comment"[:17] + JPEG[2:]

        kept = accept_picture(upload=ContentFile(PNG[:33] + texts + PNG[33:], name="own.png"))

        assert b"Ada" not in kept
        assert b"openbadgecredential" not in kept
        assert b"secret" not in read_jpeg(jpeg).bare
        assert read_png(PNG[:33] + texts + PNG[33:]).bare == PNG

    def test_a_large_one_is_made_as_small_as_it_is_ever_shown(self) -> None:
        assert taken(saved(side=2048)).size == (1024, 1024)


class TestRefused:
    def test_one_over_five_megabytes_names_the_limit_and_the_cure(self) -> None:
        assert refused(PNG + bytes(5 * MEGABYTE)) == (
            "The picture is larger than 5 MB. Save it with fewer pixels: 1024 a side will do."
        )

    @pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (4097, 512), (0, 512)])
    def test_one_of_too_many_pixels_is_never_decoded(self, width: int, height: int) -> None:
        assert "at most 4096 a side" in refused(png_of(width, height, bytes(9)))

    @pytest.mark.parametrize(("width", "height"), [(600, 512), (511, 511)])
    def test_one_that_is_small_or_not_square_names_its_size(self, width: int, height: int) -> None:
        message = refused(png_of(width, height, bytes(9)))

        assert f"{width} by {height}" in message
        assert "at least 512" in message

    @pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", b"RIFF....WEBP", b"PK\x03\x04"])
    def test_another_kind_of_file_is_told_to_be_a_png(self, data: bytes) -> None:
        assert "Save the picture as PNG" in refused(data)

    @pytest.mark.parametrize(
        ("data", "name"), [(PNG, "own.jpg"), (JPEG, "own.png"), (PNG, "own.svg"), (PNG, "own")]
    )
    def test_a_name_that_says_otherwise_is_refused(self, data: bytes, name: str) -> None:
        assert "name and its content disagree" in refused(data, name)

    @pytest.mark.parametrize(("data", "name"), [(PNG, "own.png"), (JPEG, "own.jpg")])
    def test_what_goes_on_after_its_end_is_refused(self, data: bytes, name: str) -> None:
        assert "after the end of the picture" in refused(data + b"<script>alert(1)</script>", name)

    @pytest.mark.parametrize(("data", "name"), [(moving(), "own.png"), (JPEG + JPEG, "own.jpg")])
    def test_what_moves_or_holds_several_is_refused(self, data: bytes, name: str) -> None:
        assert "several pictures or one that moves" in refused(data, name)

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (PNG[:-30], "own.png"),
            (PNG[:40] + b"\x00" + PNG[41:], "own.png"),
            (png_of(512, 512, bytes(10)), "own.png"),
            (PNG[:33] + chunk(b"ABCD", b"") + PNG[33:], "own.png"),
            (PNG[:33] + chunk(b"tEXt", b"a\0b") * 5000 + PNG[33:], "own.png"),
            (PNG_SIGNATURE, "own.png"),
            (JPEG[:-40], "own.jpg"),
            (JPEG[:-2] + b"\xff\xda\x00\x02" * 40 + JPEG[-2:], "own.jpg"),
            (b"\xff\xd8\xff\xd9", "own.jpg"),
        ],
    )
    def test_what_is_cut_off_or_misbuilt_is_called_damaged(self, data: bytes, name: str) -> None:
        assert "damaged or cut off" in refused(data, name)


class TestCost:
    """Measured from outside, in a process that has done nothing else."""

    @pytest.mark.parametrize(
        ("mode", "form"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("I;16", "PNG"), ("CMYK", "JPEG")]
    )
    def test_the_largest_that_is_taken_costs_less_than_200_megabytes(
        self, tmp_path: Path, mode: str, form: str
    ) -> None:
        options = {"transparency": 0} if mode == "P" else {}
        path = tmp_path / f"own.{'png' if form == 'PNG' else 'jpg'}"
        path.write_bytes(saved(mode, 4096, form, **options))

        cost = _cost_of(path)

        assert cost["said"] == ""
        assert cost["memory"] < MOST_MEMORY

    def test_a_bomb_is_refused_for_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "own.png"
        path.write_bytes(png_of(60_000, 60_000, bytes(50 * MEGABYTE)))

        cost = _cost_of(path)

        assert "at most 4096 a side" in cost["said"]
        assert cost["memory"] == 0
        assert cost["seconds"] < 1


def _cost_of(path: Path) -> dict[str, Any]:
    """What taking a file in says, and its costs: the seconds, and the most memory of the child in bytes."""
    program = """
import json, resource, sys, time
from django.conf import settings
settings.configure(USE_I18N=False)
from django.core.files.base import ContentFile
from credentials.services.pictures import RefusedPicture, accept_picture
data, said, began = open(sys.argv[1], "rb").read(), "", time.perf_counter()
try:
    accept_picture(upload=ContentFile(data, name=sys.argv[1]))
except RefusedPicture as refused:
    said = str(refused)
seconds = time.perf_counter() - began
unit = 1 if sys.platform == "darwin" else 1024
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
print(json.dumps({"said": said, "memory": memory, "seconds": seconds}))
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer
