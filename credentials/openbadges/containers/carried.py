"""What a file carries: a credential's own bytes, as JSON or as a signed token."""

from dataclasses import dataclass

from credentials.openbadges.reading import MAXIMUM_BYTES, is_token


class NothingCarried(ValueError):
    """The file carries no credential, or not exactly one that every reader would find."""


class CannotOpen(ValueError):
    """The file may carry a credential, but it is not opened here."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The credential's bytes as they stand in the file; `is_token` when they are a compact JWS."""

    data: bytes
    is_token: bool


def written_in(data: bytes) -> Carried:
    """These bytes as a credential: a JWS, or else JSON. Raises NothingCarried.

    Whether the JSON is sound is not asked here: its reader says more exactly what is wrong.
    """
    if len(data) > MAXIMUM_BYTES:
        raise NothingCarried("The credential in the file is larger than 256 kB.")
    if not data.strip():
        raise NothingCarried("The file is empty.")
    return Carried(data, is_token(data))


def written_or_named(data: bytes) -> Carried:
    """The same for text that Open Badges 2.0 baked in: it may be an address, which is named, not opened."""
    if data.lstrip()[:8].lower().startswith((b"http://", b"https://")):
        named = data.strip()[:200].decode("utf-8", "replace")
        raise CannotOpen(f"The file only names an address, which was not opened: {named}")
    return written_in(data)
