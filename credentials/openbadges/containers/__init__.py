"""Files that carry a credential: what one looks like, and the credential's own bytes taken out of it.

Each kind is read from without: nothing is drawn, inflated (but for a PDF, in a limited child) or fetched.
"""

from collections.abc import Callable, Mapping

from credentials.openbadges.containers import png, svg
from credentials.openbadges.containers.carried import CannotOpen, Carried, NothingCarried, written_in
from credentials.openbadges.reading import MAXIMUM_FILE_BYTES, Container, container_of

__all__ = ["OPENERS", "CannotOpen", "Carried", "NothingCarried", "Opener", "carried_in"]

Opener = Callable[[bytes], Carried]
"""A file's bytes -> what it carries. Raises NothingCarried or CannotOpen."""

OPENERS: Mapping[Container, Opener] = {
    "json": written_in,
    "jwt": written_in,
    "png": png.carried,
    "svg": svg.carried,
}
"""What may be opened in any process. A PDF may cost more: pdf.carried is for a limited child alone."""


def carried_in(data: bytes, openers: Mapping[Container, Opener] = OPENERS) -> tuple[Container, Carried]:
    """What kind of file this is, and what it carries. Raises NothingCarried or CannotOpen."""
    if len(data) > MAXIMUM_FILE_BYTES:
        raise NothingCarried("The file is larger than 5 MB.")
    kind = container_of(data)
    if kind == "unknown":
        raise NothingCarried("This is no kind of file that holds a credential.")
    if kind not in openers:
        raise CannotOpen("Files of this kind are not opened here.")
    return kind, openers[kind](data)
