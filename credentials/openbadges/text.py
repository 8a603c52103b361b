"""How text, addresses and moments are written inside a document, and what is kept out of it."""

import re
from datetime import UTC, datetime

# C0 but line feed and tab, DEL, the two noncharacters, and halves of a surrogate pair: canonicalisers
# disagree on these, so a document that holds one may not verify elsewhere.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_IRI = re.compile(r"(?:https?://(?!/)|(?:urn|did|mailto|data):)[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def clean_text(text: str) -> str:
    """The text with line endings made LF and without the characters that break signatures.

    A paste from a word processor often holds a vertical tab; nobody misses it.
    """
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_clean(text: str) -> bool:
    return not _FORBIDDEN.search(text)


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI of a kind we write, without any character that would be dropped."""
    return is_clean(text) and bool(_IRI.fullmatch(text))


def instant(moment: datetime, *, keep_offset: bool = False) -> str:
    """An aware moment in whole seconds: UTC with `Z`, or its own offset. Raises ValueError when naive."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    whole = moment.replace(microsecond=0)
    return (whole if keep_offset else whole.astimezone(UTC)).isoformat().replace("+00:00", "Z")


def read_instant(text: object) -> datetime | None:
    """The moment that an XML Schema dateTime with a time zone names, or None when it names none."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
