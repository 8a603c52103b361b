"""Which letters the installed fonts can print, so that no certificate shows empty boxes."""

import functools
import hashlib
import subprocess
import unicodedata

from credentials.services.printing.pressing import PressMissing

NEEDS_NO_GLYPH = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories that are obeyed, not drawn."""

VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def missing_characters(text: str) -> set[str]:
    """The characters of a text that no installed font can draw. Raises PressMissing without fontconfig.

    A font may hold every character of a word and still not join them well; that is for the eye.
    """
    covered = _coverage()
    return {
        character
        for character in set(text)
        if unicodedata.category(character) not in NEEDS_NO_GLYPH
        and not any(ord(character) in selectors for selectors in VARIATION_SELECTORS)
        and not any(ord(character) in span for span in covered)
    }


def fonts_fingerprint() -> str:
    """A short name for the set of installed fonts: with another set the same page gives another PDF."""
    return hashlib.sha256(_font_list("%{file|basename}:%{index}:%{fontversion}\n").encode()).hexdigest()[:16]


@functools.lru_cache(maxsize=1)
def _coverage() -> tuple[range, ...]:
    """Every span of code points that some font covers, merged and in order."""
    spans: list[tuple[int, int]] = []
    for line in set(_font_list("%{charset}\n").splitlines()):
        for span in line.split():
            first, _dash, last = span.partition("-")
            spans.append((int(first, 16), int(last or first, 16)))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(range(start, end + 1) for start, end in merged)


def _font_list(template: str) -> str:
    try:
        listing = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["fc-list", "--format", template],  # noqa: S607 - found on the PATH, as Pango's own tools are
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PressMissing(str(error)) from error
    return "".join(sorted(listing.stdout.splitlines(keepends=True)))
