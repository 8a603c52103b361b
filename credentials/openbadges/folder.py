"""Documents kept in a folder, each where its address says: they answer for URLs and did:web."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from credentials.openbadges import reading
from credentials.openbadges.checking import Documents
from credentials.openbadges.keys import did_web_url

# A status list of two million bytes, packed as badly as may be, and its proof.
MAXIMUM_BYTES = 4 * 1024 * 1024


def documents_in(folder: Path) -> Documents:
    """What answers for an address with the file at `<folder>/<host>/<path>`, with or without `.json`."""
    root = folder.resolve()

    def answer(address: str) -> dict[str, Any] | None:
        for path in _places(root, address):
            if path.is_file() and path.stat().st_size <= MAXIMUM_BYTES:
                try:
                    return reading.read(path.read_bytes(), limit=MAXIMUM_BYTES)
                except (reading.Unreadable, OSError):
                    return None
        return None

    return answer


def _places(root: Path, address: str) -> list[Path]:
    """The files that may answer: none outside the folder, whatever the address says."""
    try:
        url = urlsplit(did_web_url(address) if address.startswith("did:web:") else address)
        wanted = root / url.netloc.rpartition("@")[2].lower() / unquote(url.path).strip("/")
        whole = wanted.resolve()
    except (ValueError, OSError):
        return []
    if url.scheme not in ("https", "http") or not url.netloc or root not in whole.parents:
        return []
    return [whole, whole.with_name(f"{whole.name}.json")]
