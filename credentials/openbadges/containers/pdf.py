"""A PDF's credential: its one attached .json, .jwt or .jws. For a limited child alone.

A PDF's parts are compressed, and to find the attachment some must be inflated: pypdf bounds each of them,
and the child bounds their sum.
"""

import io
import logging
from typing import Any

from pypdf import PdfReader, apply_configuration

from credentials.openbadges.containers.carried import CannotOpen, Carried, NothingCarried, written_in
from credentials.openbadges.reading import MAXIMUM_BYTES

ENDINGS = (".json", ".jwt", ".jws")
MAXIMUM_ATTACHMENTS = 50
# One object stream or cross-reference table of any honest certificate is far smaller.
MAXIMUM_INFLATED = 16 * 1024 * 1024
LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": MAXIMUM_INFLATED,
    "array_based_stream_maximum_output_length": MAXIMUM_INFLATED,
    "jbig2_maximum_output_length": MAXIMUM_BYTES,
    "lzw_maximum_output_length": MAXIMUM_INFLATED,
    "run_length_maximum_output_length": MAXIMUM_INFLATED,
    "zlib_maximum_output_length": MAXIMUM_INFLATED,
    "brotli_maximum_output_length": MAXIMUM_INFLATED,
    "zlib_maximum_recovery_input_length": MAXIMUM_BYTES,
    "stream_filters_maximum_length": 2,
    "stream_decoding_work_maximum_length": 2 * MAXIMUM_INFLATED,
    "jbig2dec_binary": None,
}
"""What pypdf may inflate, and no program of another's is started."""


def carried(data: bytes) -> Carried:
    """The credential attached to a PDF. Raises NothingCarried or CannotOpen."""
    # What a stranger's file is like is told to whoever asked, not to our log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with apply_configuration(**LIMITS):
            return _attached(PdfReader(io.BytesIO(data), strict=False))
    except (CannotOpen, NothingCarried):
        raise
    except Exception as broken:
        raise CannotOpen("The PDF cannot be read: it is damaged, or built to be costly.") from broken


def _attached(reader: PdfReader) -> Carried:
    if reader.is_encrypted:
        raise CannotOpen("The PDF is locked.")
    found = []
    for number, attached in enumerate(reader.attachment_list):
        if number >= MAXIMUM_ATTACHMENTS:
            raise NothingCarried("The PDF has too many attachments.")
        names = (attached.name, attached.alternative_name or "")
        if any(name.lower().endswith(ENDINGS) for name in names):
            found.append(attached)
    if not found:
        raise NothingCarried("No credential is attached to this PDF.")
    if len(found) > 1:
        raise NothingCarried("More than one credential is attached to this PDF.")
    return written_in(bytes(found[0].content))
