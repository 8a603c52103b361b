"""Strict reading: one JSON object that every reader understands alike, or a refusal."""

import time

import pytest

from credentials.openbadges.reading import MAXIMUM_BYTES, Unreadable, container_of, read


class TestRead:
    def test_object_is_read(self) -> None:
        assert read('{"name": "Žižková", "credits": 1.5}'.encode()) == {"name": "Žižková", "credits": 1.5}

    def test_three_point_nought_is_three_as_it_is_signed(self) -> None:
        assert repr(read(b'{"credits": 3.0}')["credits"]) == "3"

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[]",
            b'"text"',
            b'{"a": 1,}',
            b'{"a": 1} {"a": 1}',
            b'{"a": 1, "a": 2}',
            b'{"a": {"b": 1, "b": 1}}',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": 1e999}',
            b'{"a": ' + b"9" * 5000 + b"}",
            b'{"a": 9007199254740993}',
            b'{"a": 1000000000000000}',
            b'{"a": 0.1234567890123456}',
            b'{"a": 1e16}',
            b'{"a": 1e-999}',
            b'{"a": -1e300}',
            b'{"a": 0.' + b"0" * 40 + b"1}",
            b'{"a": "\\ud800"}',
            b'{"a": "\\u0000"}',
            b'{"\\udfff": 1}',
            b'{"a": "\xff"}',
            b'\xef\xbb\xbf{"a": 1}',
            b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}",
            b'{"a": ' * 100_000,
            b'{"a": "' + b"x" * MAXIMUM_BYTES + b'"}',
        ],
        ids=lambda data: data[:24].decode("latin-1"),
    )
    def test_anything_else_is_refused(self, data: bytes) -> None:
        with pytest.raises(Unreadable):
            read(data)

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("999999999999999", 999999999999999),
            ("-999999999999999", -999999999999999),
            ("0.12345678901234", 0.12345678901234),
            ("1e15", 10**15),
            ("0.0", 0),
            ("1E2", 100),
        ],
    )
    def test_numbers_that_every_reader_keeps_are_read(self, written: str, read_as: float) -> None:
        assert read(f'{{"a": {written}}}'.encode()) == {"a": read_as}

    def test_sixty_four_levels_are_read(self) -> None:
        assert read(b'{"a": ' + b"[" * 63 + b"]" * 63 + b"}")

    def test_brackets_within_texts_are_no_nesting(self) -> None:
        assert read(b'{"a": "' + b"[" * 60 + b'\\"{"}')["a"].startswith("[[")

    @pytest.mark.parametrize("data", [b'"' + b'\\"' * 200_000, b'"' * 400_001, b"{" * 400_000])
    def test_refusing_takes_no_time(self, data: bytes) -> None:
        began = time.process_time()

        with pytest.raises(Unreadable):
            read(data)

        assert time.process_time() - began < 2


class TestContainer:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b' \n{"a": 1}', "json"),
            (b"\x89PNG\r\n\x1a\n\0\0", "png"),
            (b"%PDF-1.7", "pdf"),
            (b'<?xml version="1.0"?><svg/>', "svg"),
            (b"eyJh.eyJi.c2ln\n", "jwt"),
            (b"hello", "unknown"),
            (b"", "unknown"),
            (b"\xef\xbb\xbf{}", "unknown"),
        ],
    )
    def test_is_told_by_the_bytes(self, data: bytes, kind: str) -> None:
        assert container_of(data) == kind
