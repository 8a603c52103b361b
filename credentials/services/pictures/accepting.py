"""Whether an own picture may be taken in, and what is kept of it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path, PurePath

from django.core.files import File
from django.utils.translation import gettext as _

from credentials.services.pictures.containers import (
    JPEG_SIGNATURE,
    PNG_SIGNATURE,
    Broken,
    Container,
    Hidden,
    Moving,
    read_jpeg,
    read_png,
)
from credentials.services.press import receive

MAX_BYTES, MAX_SIDE, LEAST_SIDE = 5_000_000, 4096, 512
KEPT_SIDE = 1024
"""The largest that is ever shown: a larger picture is made smaller when it is taken in."""

MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS = 320 * 1024 * 1024, 4, 8.0
ENDINGS = {".png": PNG_SIGNATURE, ".jpg": JPEG_SIGNATURE, ".jpeg": JPEG_SIGNATURE}
ENVIRONMENT_KEPT = ("PATH", "LANG", "TMPDIR")
ROOT = Path(__file__).parents[3]
BEGIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); import {0}; {0}.main()".format(
    "credentials.services.pictures.darkroom"
)


class RefusedPicture(ValueError):
    """This picture is not taken in; says which limit it breaks and what to do."""


def accept_picture(*, upload: "File[bytes]") -> bytes:
    """An own picture as a square PNG of pixels alone, at most 1024 a side. Raises RefusedPicture.

    Nothing of it is decoded in this process.
    """
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RefusedPicture(
            _("The picture is larger than %(limit)d MB. Save it with fewer pixels: %(side)d a side will do.")
            % {"limit": MAX_BYTES // 1_000_000, "side": KEPT_SIDE}
        )
    container = _container(data, PurePath(upload.name or "").suffix.lower())
    _check_size(container)
    return _developed(container.bare)


def _container(data: bytes, ending: str) -> Container:
    signature = next((known for known in (PNG_SIGNATURE, JPEG_SIGNATURE) if data.startswith(known)), None)
    if signature is None:
        raise RefusedPicture(_("This file is neither a PNG nor a JPEG picture. Save the picture as PNG."))
    if ENDINGS.get(ending) != signature:
        raise RefusedPicture(
            _("The file's name and its content disagree. Save it as PNG, with a name that ends in .png.")
        )
    try:
        return read_png(data) if signature == PNG_SIGNATURE else read_jpeg(data)
    except Moving as moving:
        raise RefusedPicture(
            _("The file holds several pictures or one that moves. Save a single still picture as PNG.")
        ) from moving
    except Hidden as hidden:
        raise RefusedPicture(
            _("The file goes on after the end of the picture. Save it anew as PNG, without the rest.")
        ) from hidden
    except Broken as broken:
        raise RefusedPicture(_damaged()) from broken


def _check_size(container: Container) -> None:
    size = {"width": container.width, "height": container.height}
    if not (0 < container.width <= MAX_SIDE and 0 < container.height <= MAX_SIDE):
        raise RefusedPicture(
            _(
                "The picture is %(width)d by %(height)d pixels; at most %(limit)d a side can be taken. "
                "Make it smaller: %(side)d by %(side)d are enough."
            )
            % {**size, "limit": MAX_SIDE, "side": KEPT_SIDE}
        )
    if container.width != container.height or container.width < LEAST_SIDE:
        raise RefusedPicture(
            _(
                "The picture is %(width)d by %(height)d pixels. It must be square, with at least %(least)d "
                "pixels a side; %(side)d look best."
            )
            % {**size, "least": LEAST_SIDE, "side": KEPT_SIDE}
        )


def _developed(bare: bytes) -> bytes:
    """What the child made of it."""
    limits = {
        "memory_bytes": MEMORY_BYTES,
        "cpu_seconds": CPU_SECONDS,
        "side": KEPT_SIDE,
        "most": MAX_SIDE,
    }
    kept = {name: os.environ[name] for name in ENVIRONMENT_KEPT if name in os.environ}
    try:
        child = subprocess.run(  # noqa: S603 - our own file, no shell
            [sys.executable, "-I", "-c", BEGIN, str(ROOT), json.dumps(limits)],
            input=bare,
            capture_output=True,
            check=False,
            timeout=WALL_SECONDS,
            env={**kept, "MALLOC_ARENA_MAX": "2"},
        )
        header, blobs = receive(io.BytesIO(child.stdout))
    except (subprocess.TimeoutExpired, EOFError) as gone:
        raise RefusedPicture(_too_costly()) from gone
    if header.get("failed") == "memory":
        raise RefusedPicture(_too_costly())
    if "failed" in header:
        raise RefusedPicture(_damaged())
    return blobs[0]


def _damaged() -> str:
    return _("The picture is damaged or cut off. Open it, save it anew as PNG and choose that file.")


def _too_costly() -> str:
    return _(
        "The picture takes more time or memory than it may. Save it anew as PNG with %(side)d pixels a side."
    ) % {"side": KEPT_SIDE}
