"""Names of many scripts on certificates: drawn by some font, carried exactly, read back as far as it goes."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdf
import pytest
from django.conf import settings

from credentials.services.printing import Press, PressMissing, missing_characters
from tests.standards.names_sheet import (
    FACES,
    Name,
    differences,
    names_document,
    page_each,
    read_back,
    read_names,
)

NAMES = Path(settings.BASE_DIR).parent / "shared" / "data" / "learner_names.csv"
# What the drawing of these does not tell: vowel signs drawn before or round their letter, the order of
# words about a hyphen between two that run from the right, spaces. docs/certificates.md explains each.
READ_OTHERWISE = {"ARABIC", "BENGALI", "DEVANAGARI", "EDGE", "HEBREW", "KHMER"}


@pytest.fixture(scope="module")
def names() -> Sequence[Name]:
    if not NAMES.is_file():
        pytest.skip("the list of names lies beside the project, and is not here")
    return read_names(NAMES)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as one:
        try:
            one.check()
        except PressMissing as missing:
            pytest.skip(str(missing))
        yield one


def test_the_fonts_of_a_server_have_every_letter(names: Sequence[Name]) -> None:
    assert {name.full: missing for name in names if (missing := missing_characters(name.full))} == {}


def test_the_sheet_carries_every_name_exactly(names: Sequence[Name], press: Press) -> None:
    reader = pypdf.PdfReader(io.BytesIO(press.render(names_document(names))))

    carried = json.loads(reader.attachments["names.json"][0])

    assert carried == [name.full for name in names]


@pytest.mark.parametrize("face", FACES)
def test_text_taken_from_the_page_is_the_name_but_where_drawing_hides_it(
    names: Sequence[Name], press: Press, face: str
) -> None:
    found = differences(names, read_back(press.render(page_each(names, face))))

    assert set(found) <= READ_OTHERWISE
    assert sum(map(len, found.values())) <= len(names) // 10
