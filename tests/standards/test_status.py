"""Status lists: the left-most bit is 0, equal bits give equal text, and a stranger's list cannot hurt."""

import base64
import gzip

import pytest

from credentials.openbadges import status
from credentials.openbadges.status import MINIMUM_BITS, BadStatusList, IndexOutOfRange


def encoded(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TestWriting:
    def test_reads_back_exactly_the_bits_it_set(self) -> None:
        chosen = {0, 7, 8, 4711, MINIMUM_BITS - 1}

        bits = status.decode(status.encode(chosen))

        assert {place for place in range(MINIMUM_BITS) if status.bit(bits, place)} == chosen

    def test_first_bit_is_the_left_most(self) -> None:
        assert status.decode(status.encode([0]))[0] == 0b1000_0000

    def test_equal_bits_give_equal_text_without_the_hour(self) -> None:
        packed = base64.urlsafe_b64decode(status.encode([3])[1:] + "==")

        assert status.encode([3]) == status.encode([3])
        assert packed[4:8] == b"\0\0\0\0"

    @pytest.mark.parametrize("size", [0, 8, MINIMUM_BITS - 8, MINIMUM_BITS + 1])
    def test_lists_that_would_tell_too_much_are_not_written(self, size: int) -> None:
        with pytest.raises(ValueError, match="at least"):
            status.encode([], size)

    @pytest.mark.parametrize("place", [-1, MINIMUM_BITS])
    def test_place_outside_the_list_is_not_set(self, place: int) -> None:
        with pytest.raises(IndexOutOfRange):
            status.encode([place])


class TestReading:
    @pytest.mark.parametrize("place", [-1, MINIMUM_BITS])
    def test_place_outside_the_list_says_nothing(self, place: int) -> None:
        with pytest.raises(IndexOutOfRange):
            status.read_bit(status.encode([]), place)

    def test_list_that_unpacks_without_end_is_stopped(self) -> None:
        with pytest.raises(BadStatusList, match="too large"):
            status.decode(encoded(gzip.compress(bytes(64 * 1024 * 1024))))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "H4sIAAAA",
            "u",
            "u!!!!",
            encoded(b"not gzip"),
            encoded(gzip.compress(bytes(16384))[:-4]),
            encoded(gzip.compress(bytes(16384)) + gzip.compress(bytes(16384))),
            encoded(gzip.compress(bytes(16384)) + b"tail"),
        ],
        ids=["empty", "no prefix", "nothing", "no base64", "no gzip", "cut", "two members", "a tail"],
    )
    def test_anything_but_one_whole_member_says_nothing(self, text: str) -> None:
        with pytest.raises(BadStatusList):
            status.decode(text)
