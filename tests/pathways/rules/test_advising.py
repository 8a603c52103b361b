"""What is worth earning next: the nearest ends first, with a reason; what is closed yet, apart."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pathways.rules.advising import Advice, Opening, Option, Way, next_best, openings, reason

SOON, LATE = date(2027, 3, 1), date(2027, 9, 1)
PLAIN = Option()


def way(name: str, distance: int, *codes: str, finish_by: date | None = None) -> Way:
    return Way(name=name, distance=distance, lowered_by=frozenset(codes), finish_by=finish_by)


def order(*ways: Way, **options: Option) -> list[str]:
    known = {code: options.get(code, PLAIN) for row in ways for code in row.lowered_by}
    return [advice.code for advice in next_best(ways, known)]


class TestNextBest:
    def test_one_step_from_an_end_outweighs_a_far_one(self) -> None:
        assert order(way("Near", 1, "A"), way("Far", 5, "B")) == ["A", "B"]

    def test_what_helps_several_pathways_adds_up(self) -> None:
        (best, *_others) = next_best(
            [way("One", 2, "A", "B"), way("Two", 3, "A"), way("Three", 3, "C")],
            dict.fromkeys("ABC", PLAIN),
        )

        assert (best.code, best.score) == ("A", Fraction(5, 6))

    def test_thirds_are_exact(self) -> None:
        thirds = [way(f"Way {place}", 3, "A") for place in range(3)]

        assert order(*thirds, way("Near", 1, "B")) == ["A", "B"]

    def test_of_equals_the_soonest_deadline_comes_first(self) -> None:
        assert order(way("Late", 2, "A", finish_by=LATE), way("Soon", 2, "B", finish_by=SOON)) == ["B", "A"]

    def test_a_deadline_comes_before_none(self) -> None:
        assert order(way("Open", 2, "A"), way("Soon", 2, "B", finish_by=LATE)) == ["B", "A"]

    def test_then_fewer_hours_then_the_code(self) -> None:
        ways = way("Way", 2, "A", "B", "C")

        assert order(ways, A=Option(hours=Decimal(9)), B=Option(hours=Decimal(3))) == ["C", "B", "A"]
        assert order(ways) == ["A", "B", "C"]

    def test_what_is_complete_asks_for_nothing(self) -> None:
        assert order(way("Done", 0, "A")) == []

    def test_what_nobody_knows_is_not_advised(self) -> None:
        assert next_best([way("Way", 1, "A")], {}) == ()


class TestOpenings:
    WAYS = (way("Way", 2, "A", "B"), way("Other", 1, "C"))

    def test_what_lacks_a_prerequisite_is_not_advised_but_what_opens_it_is_named(self) -> None:
        options = {"A": Option(lacks=frozenset({"P"})), "B": PLAIN, "C": PLAIN}

        assert [advice.code for advice in next_best(self.WAYS, options)] == ["C", "B"]
        assert openings(self.WAYS, options) == (Opening("P", ("A",)),)

    def test_what_opens_most_comes_first(self) -> None:
        options = {
            "A": Option(lacks=frozenset({"P", "Q"})),
            "B": Option(lacks=frozenset({"Q"})),
            "C": PLAIN,
        }

        assert openings(self.WAYS, options) == (Opening("Q", ("A", "B")), Opening("P", ("A",)))


class TestReason:
    def said(self, *ways: Way) -> str:
        return str(reason(next_best(ways, {"A": PLAIN})[0]))

    def test_that_it_completes_a_pathway(self) -> None:
        assert self.said(way("Data", 1, "A")) == "It completes Data."

    def test_that_it_brings_several_nearer_the_nearest_first(self) -> None:
        assert self.said(way("Far", 4, "A"), way("Near", 2, "A")) == "It brings you nearer to Near and Far."

    def test_both(self) -> None:
        said = self.said(way("Far", 4, "A"), way("Data", 1, "A"))

        assert said == "It completes Data, and brings you nearer to Far."


@given(
    st.lists(
        st.builds(
            Way,
            name=st.sampled_from(["One", "Two", "Three"]),
            distance=st.integers(0, 6),
            lowered_by=st.frozensets(st.sampled_from("ABCDE")),
            finish_by=st.sampled_from([None, SOON, LATE]),
        ),
        max_size=5,
    ),
    st.dictionaries(
        st.sampled_from("ABCDE"),
        st.builds(Option, hours=st.integers(0, 9).map(Decimal), lacks=st.frozensets(st.sampled_from("PQ"))),
    ),
)
def test_the_order_is_that_of_the_definition_whatever_the_pathways(
    ways: list[Way], options: dict[str, Option]
) -> None:
    advised = next_best(ways, options)

    def rank(advice: Advice) -> tuple[float, date, Decimal, str]:
        helped = [row for row in ways if row.distance and advice.code in row.lowered_by]
        ends = [row.finish_by for row in helped if row.finish_by]
        score = round(sum(1 / row.distance for row in helped), 9)
        return -score, min(ends, default=date.max), options[advice.code].hours, advice.code

    assert list(advised) == sorted(advised, key=rank)
    assert {advice.code for advice in advised}.isdisjoint(
        code for row in openings(ways, options) for code in row.opens
    )
