"""CASE files: what is read is written again as it stood, and whatever is broken is named."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from credentials.definitions import case

SHARED = Path(__file__).resolve().parents[3] / "shared"
"""Public data that need not be here; what uses it says so and is skipped."""
REAL = SHARED / "data" / "case_digcomp3_cfpackage.json"
SCHEMA = SHARED / "standards" / "schemas" / "case_v1p1_cfpackage.json"
DAY = "2025-09-01T09:00:00Z"
needs_real = pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is not here")
needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason=f"{SCHEMA} is not here")


def identifier(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def node(number: int) -> dict[str, str]:
    return {"title": f"{number}", "identifier": identifier(number), "uri": f"https://x.example/{number}"}


def item(number: int, code: str, **members: Any) -> dict[str, Any]:
    return {
        "identifier": identifier(number),
        "uri": f"https://x.example/{number}",
        "fullStatement": f"Does {code} without help.",
        "humanCodingScheme": code,
        "lastChangeDateTime": DAY,
        **members,
    }


def association(
    number: int, origin: int, target: int, kind: str = "isChildOf", **members: Any
) -> dict[str, Any]:
    return {
        "identifier": identifier(number),
        "uri": f"https://x.example/{number}",
        "associationType": kind,
        "originNodeURI": node(origin),
        "destinationNodeURI": node(target),
        "lastChangeDateTime": DAY,
        **members,
    }


def sample() -> dict[str, Any]:
    """Two areas, one with two parts, which are peers."""
    return {
        "CFDocument": {
            "identifier": identifier(1),
            "uri": "https://x.example/1",
            "title": "Data skills",
            "creator": "The Consortium",
            "lastChangeDateTime": DAY,
        },
        "CFItems": [item(10, "A"), item(11, "A.1"), item(12, "A.2", educationLevel=["Basic"]), item(13, "B")],
        "CFAssociations": [
            association(20, 10, 1, sequenceNumber=1),
            association(21, 11, 10, sequenceNumber=2),
            association(22, 12, 10, sequenceNumber=1),
            association(23, 13, 1, sequenceNumber=2),
            association(24, 11, 12, "isPeerOf"),
        ],
    }


def parsed(document: dict[str, Any]) -> case.Reading:
    return case.parse(json.dumps(document).encode())


def problems(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(found.item, found.field, str(found.message)) for found in parsed(document).problems]


class TestReading:
    def test_the_tree_stands_from_the_top_down_by_sequence_number(self) -> None:
        package = parsed(sample()).package

        assert [found.code for found in package.items] == ["A", "A.2", "A.1", "B"]
        assert [found.parent for found in package.items] == ["", identifier(10), identifier(10), ""]

    def test_a_link_other_than_the_tree_is_kept_as_one(self) -> None:
        (link,) = parsed(sample()).package.links

        assert (link.kind, link.origin, link.target) == ("isPeerOf", identifier(11), identifier(12))

    def test_a_wrapped_package_of_case_1_0_is_the_same(self) -> None:
        assert parsed({"CFPackage": sample()}).package == parsed(sample()).package

    def test_a_byte_order_mark_is_no_fault(self) -> None:
        assert case.parse(b"\xef\xbb\xbf" + json.dumps(sample()).encode()).problems == ()

    def test_a_short_title_that_is_cut_off_in_a_word_is_none(self) -> None:
        document = sample()
        document["CFItems"][0] |= {
            "fullStatement": "Browsing. To search for data.",
            "abbreviatedStatement": "Browsing",
        }
        document["CFItems"][3] |= {
            "fullStatement": "Explains what data mean to others.",
            "abbreviatedStatement": "Explains what da",
        }

        titles = {found.code: found.title for found in parsed(document).package.items}

        assert (titles["A"], titles["B"]) == ("Browsing", "")

    def test_what_case_does_not_know_is_kept_with_a_warning(self) -> None:
        document = sample()
        document["CFItems"][0]["colour"] = "red"
        document["CFDocument"]["licenseURI"] = "CC BY 4.0"

        reading = parsed(document)

        assert reading.problems == ()
        assert [str(warning) for warning in reading.warnings] == [
            "licenseURI is a text; CASE 1.1 wants an object. It is kept.",
            "colour is no member of CFItem in CASE 1.1 (1 times). It is kept, and exported again.",
        ]
        assert reading.package.framework.licence == "CC BY 4.0"


class TestBroken:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b'{"CFDocument": "\xe9"}', "Line 1 is not UTF-8 text."),
            (b'{\n"CFDocument": {,}}', "The file is not JSON: line 2, column 16."),
            (b"[]", "The file is JSON, but not one object."),
            (b'{"a": 1, "identifier": "x", "a": 2}', "“a” stands twice in one object (x)."),
            (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "The file is nested more than 40 levels deep."),
            (b'{"a": ' + b"[" * 90_000, "The file is nested more than 40 levels deep."),
            (b'{"a": NaN}', "NaN is no number that can be kept."),
            (b'{"a": "b\\u0000"}', "“b…” holds a character that no text has."),
            (b'{"CFItems": []}', "The file has no CFDocument: it is no CASE package."),
            (b'{"CFDocument": {}, "CFItems": {}}', "CFItems is no list."),
        ],
    )
    def test_a_file_that_is_none_is_refused_with_place_and_reason(self, data: bytes, message: str) -> None:
        with pytest.raises(case.Broken) as refused:
            case.parse(data)

        assert str(refused.value.message) == message
        assert str(refused.value.cure)

    def test_too_many_bytes_are_refused_before_anything_is_read(self) -> None:
        with pytest.raises(case.Broken) as refused:
            case.parse(b" " * (case.CASE_BYTES + 1))

        assert str(refused.value.message) == "The file has 20.0 MB; at most 20 MB can be read."


class TestProblems:
    def test_an_identifier_used_twice_names_both_items(self) -> None:
        document = sample()
        document["CFItems"].append(item(11, "C"))

        assert problems(document) == [
            ("C", "identifier", f"{identifier(11)} is the identifier of item 2 too.")
        ]

    def test_a_parent_that_is_missing_is_named(self) -> None:
        document = sample()
        del document["CFItems"][0]

        assert (
            "A.1",
            "isChildOf",
            f"It is part of {identifier(10)}, which is not in this file.",
        ) in problems(document)

    def test_a_circle_is_told_step_by_step(self) -> None:
        document = sample()
        document["CFAssociations"][0] = association(20, 10, 11)

        assert problems(document) == [("A", "isChildOf", "It is part of itself: A → A.1 → A.")]

    def test_wrong_types_name_item_and_member(self) -> None:
        document = sample()
        document["CFItems"][1]["fullStatement"] = 7
        document["CFItems"][2]["educationLevel"] = [1]
        document["CFItems"].append("an item")

        assert problems(document)[:2] == [
            ("A.1", "fullStatement", "7 is of the wrong type."),
            ("A.1", "fullStatement", "It is missing."),
        ]
        assert ("A.2", "educationLevel", "[1] is of the wrong type.") in problems(document)
        assert ("#5", "CFItems", "It is no object.") in problems(document)

    def test_a_missing_statement_is_named(self) -> None:
        document = sample()
        del document["CFItems"][3]["fullStatement"]

        assert problems(document) == [("B", "fullStatement", "It is missing.")]

    def test_a_code_used_twice_is_named(self) -> None:
        document = sample()
        document["CFItems"][3]["humanCodingScheme"] = "A.1"

        assert problems(document) == [
            ("A.1", "humanCodingScheme", f"The code A.1 is that of {identifier(11)} too.")
        ]

    def test_a_destination_that_is_nowhere_is_named(self) -> None:
        document = sample()
        document["CFAssociations"][4]["destinationNodeURI"] = {**node(99), "uri": "nowhere"}

        ((label, field, message),) = problems(document)

        assert (label, field) == (identifier(24), "destinationNodeURI")
        assert message == f"{identifier(99)} is neither an item of this file nor an address on the web."

    def test_a_kind_of_association_that_case_does_not_have_is_named(self) -> None:
        document = sample()
        document["CFAssociations"][4]["associationType"] = "isFriendOf"

        assert problems(document) == [
            (identifier(24), "associationType", "isFriendOf is no kind of association.")
        ]


class TestWriting:
    def written(self, document: dict[str, Any]) -> dict[str, Any]:
        return case.package(parsed(document).package, at="2031-01-01T00:00:00Z")

    def test_what_was_read_is_written_as_it_stood(self) -> None:
        document = sample()
        document["CFItems"][1] |= {
            "educationLevel": ["a", "b"],
            "notes": None,
            "abbreviatedStatement": "Does A",
        }
        document["CFItems"][2]["uri"] = "urn:uuid:0"
        document["CFAssociations"] += [
            association(25, 1, 10, "isTranslationOf"),
            association(26, 10, 13, "ext:contrasts"),
            {**association(27, 13, 99, "exactMatchOf"), "notes": "Outside."},
            association(28, 13, 10, "isChildOf"),
        ]
        document["CFDefinitions"] = {"CFConcepts": []}

        assert self.written(deepcopy(document)) == document

    def test_a_file_that_does_not_place_its_items_is_written_without_places(self) -> None:
        document = sample() | {"CFAssociations": []}

        assert self.written(deepcopy(document)) == document

    @needs_schema
    def test_what_was_made_here_passes_the_official_schema(self) -> None:
        area = case.Item(identifier=identifier(10), statement="Data.", code="A", uri="https://x.example/a")
        part = case.Item(
            identifier=identifier(11),
            statement="Cleans data.",
            parent=area.identifier,
            level="Basic",
            cognitive_level="3_apply",
            sort="Skill",
            uri="https://x.example/b",
        )
        link = case.Link(
            identifier=identifier(12),
            kind="exactMatchOf",
            origin=part.identifier,
            target_uri="https://y.example/",
        )
        framework = case.Framework(
            identifier=identifier(1),
            title="Data skills",
            creator="Us",
            uri="https://x.example/",
            licence="CC BY 4.0",
            levels=("Basic", "Advanced"),
        )

        document = case.package(case.Package(framework=framework, items=(area, part), links=(link,)), at=DAY)

        assert list(Draft201909Validator(json.loads(SCHEMA.read_text())).iter_errors(document)) == []
        again = parsed(document).package
        assert case.package(again, at="2031-01-01T00:00:00Z") == document
        assert (again.items[1].cognitive_level, again.framework.levels) == ("3_apply", ("Basic", "Advanced"))

    def test_an_item_that_moved_says_its_new_place_and_the_others_keep_theirs(self) -> None:
        package = parsed(sample()).package
        area, second, first, other = package.items
        moved = case.Package(
            framework=package.framework, items=(area, first, second, other), links=package.links
        )

        placed = case.placements(moved, at=DAY)

        sequences = [placed[found.identifier]["sequenceNumber"] for found in moved.items]  # type: ignore[index]
        assert sequences == [1, 2, 3, 2]


class TestRealFile:
    @needs_real
    def test_each_of_its_388_items_is_read_and_written_as_it_stood(self) -> None:
        data = REAL.read_bytes()

        reading = case.parse(data)

        assert (len(reading.package.items), reading.problems) == (388, ())
        assert case.package(reading.package, at=DAY) == json.loads(data)

    @needs_real
    @needs_schema
    def test_its_export_breaks_the_schema_only_where_the_file_itself_does(self) -> None:
        document = case.package(case.parse(REAL.read_bytes()).package, at=DAY)

        broken = Draft201909Validator(json.loads(SCHEMA.read_text())).iter_errors(document)

        assert {error.message for error in broken} == {
            "Additional properties are not allowed ('CFDocumentURI' was unexpected)",
            "None is not of type 'object'",
        }
