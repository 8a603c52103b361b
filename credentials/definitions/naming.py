"""Names: what is only a place in a row, and what names no skill."""

import re

# Read in English; in other languages only what digits show is judged.
_NUMBER = r"(?:\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|final|[a-e])"
_UNIT = r"(?:workshop|part|module|session|unit|week|day|lesson|chapter|step|stage|seminar|lecture|webinar)s?"
_PART = (
    re.compile(rf"\b{_UNIT}\s*(?:no\.?|nr\.?|number|#)?\s*{_NUMBER}\s*(?:$|[\W_])", re.IGNORECASE),
    re.compile(rf"\b(?:first|second|third|fourth|fifth|final|last)\s+{_UNIT}\b", re.IGNORECASE),
    re.compile(r"\b\d+\s*(?:of|out of|von|de|sur|di|van|/)\s*\d+\b", re.IGNORECASE),
    re.compile(
        r"\b(?:series|course|programme|program|workshops?|module|training)\s+"
        r"(?:completion|attendance|participation)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:completion|attendance|participation)\s+(?:award|badge|certificate)\b", re.IGNORECASE),
    re.compile(r"\b(?:award|badge|certificate) of (?:completion|attendance|participation)\b", re.IGNORECASE),
    re.compile(r"^\W*\d+\W*$"),
)
_BEGINNING = re.compile(r"^(?:an? |the )?(?:introduction|intro|first steps|getting started)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"^(?:an? |the |general |basic )*"
    r"(?:understanding|knowing|knowledge|awareness|appreciation|appreciating|basics|fundamentals|essentials|"
    r"foundations|principles|overview|familiarity|learning(?: about)?|exploring|exposure|all about)\b"
    r"|\b(?:awareness|basics|fundamentals|essentials|overview|skills)$",
    re.IGNORECASE,
)
# A longer single word is a compound, as German makes them, and may well name a skill.
LONGEST_VAGUE_WORD = 12
_WORD = re.compile(r"[^\W\d_]+")
# Scripts that part their words; in the others one run of letters may be a whole sentence.
_LETTERED = re.compile(r"^[\sA-Za-zÀ-ɏͰ-ϿЀ-ӿ\d\W]+$")


def is_a_part(name: str) -> bool:
    """Whether the name says a place in a row, or that something ended, instead of what is certified."""
    return any(pattern.search(name) for pattern in _PART)


def is_vague(name: str, *, is_introduction: bool = False) -> bool:
    """Whether the name says no more than a subject: nobody could be seen doing it."""
    name = name.strip()
    if not name:
        return False
    if _BEGINNING.search(name):
        return not is_introduction
    if _VAGUE.search(name):
        return True
    words = _WORD.findall(name)
    return bool(_LETTERED.match(name)) and len(words) < 2 and len("".join(words)) <= LONGEST_VAGUE_WORD
