"""The child that opens one foreign picture, within limits and without any way out, and paints it anew.

It reads the picture from standard input, answers on standard output in the messages of the press, and ends.
"""

import io
import json
import sys
import warnings

from PIL import Image, ImageOps

from credentials.services.press import close_doors, limit_memory, limit_processor, send

MIXABLE = frozenset({"L", "LA", "RGB", "RGBA"})


def developed(data: bytes, side: int, most: int) -> bytes:
    """The picture as a PNG of pixels alone, ``side`` pixels a side at most; more than ``most`` is refused."""
    Image.MAX_IMAGE_PIXELS = most * most
    picture: Image.Image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    # A JPEG is made smaller while it is decoded: less memory, and quicker.
    picture.draft(None, (side, side))
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode.startswith("I"):
        # Pillow would take every grey above 255 for white.
        picture = picture.point(lambda grey: grey / 256).convert("L")
    # One large copy less wherever colours can be mixed as they are stored.
    if picture.mode not in MIXABLE:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.width > side:
        picture = picture.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = picture.convert("RGBA")
    picture.info.clear()
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def main() -> None:
    """The limits come as JSON in the first argument."""
    limits = json.loads(sys.argv[1])
    data = sys.stdin.buffer.read()
    limit_memory(limits["memory_bytes"])
    limit_processor(limits["cpu_seconds"])
    close_doors()
    warnings.simplefilter("error")
    try:
        answer = developed(data, limits["side"], limits["most"])
    except MemoryError:
        send(sys.stdout.buffer, {"failed": "memory"}, [])
    except Exception as error:  # noqa: BLE001 - whatever a decoder does, the parent is told
        send(sys.stdout.buffer, {"failed": "broken", "detail": f"{type(error).__name__}: {error}"[:300]}, [])
    else:
        send(sys.stdout.buffer, {}, [answer])
