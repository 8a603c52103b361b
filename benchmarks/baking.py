"""Baking a credential into a picture, against decoding the picture and encoding it again."""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image, PngImagePlugin

from benchmarks.measuring import Line
from credentials.openbadges.baking import bake_png, bake_svg
from credentials.services.artwork import Design, draw

BAKED, ENCODED = 2_000, 5
GOAL = 1_000
CREDENTIAL = b'{"name":"' + b"x" * 6_000 + b'"}'


def measure(_database: str) -> Iterator[Line]:
    picture = draw(Design("hexagon", "blue", "chart", 2, "bench"), 512)
    ours = _median(partial(bake_png, picture, CREDENTIAL), BAKED)
    usual = _median(partial(_encoded_again, picture), ENCODED)
    is_same = _pixels(bake_png(picture, CREDENTIAL)) == _pixels(picture)
    yield Line(
        job="bake a 512 px PNG, pixels identical" if is_same else "bake a 512 px PNG, PIXELS CHANGED",
        ours=f"{ours * 1e6:.1f} µs",
        comparison=f"decode, encode: {usual * 1e3:.1f} ms",
        ratio=f"{usual / ours:.0f}x",
        goal=f">= {GOAL}x",
        is_met=usual / ours >= GOAL,
        is_broken=not is_same,
    )
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + b'<path d="M0 0h9"/>' * 20_000
    yield Line(
        job="bake an SVG of 360 kB",
        ours=f"{_median(partial(bake_svg, drawing + b'</svg>', CREDENTIAL), 500) * 1e6:.1f} µs",
    )


def _encoded_again(picture: bytes) -> bytes:
    """What a library of pictures does to add a text."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("openbadgecredential", CREDENTIAL.decode())
    target = io.BytesIO()
    Image.open(io.BytesIO(picture)).save(target, "PNG", pnginfo=text)
    return target.getvalue()


def _pixels(picture: bytes) -> bytes:
    return Image.open(io.BytesIO(picture)).tobytes()


def _median(do: Callable[[], object], times: int) -> float:
    """Seconds of this process's own time."""
    taken = []
    for _time in range(times):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
