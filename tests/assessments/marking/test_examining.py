"""A knowledge examination: its form, its time and its points."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.attempts import Accommodation
from assessments.marking.examining import (
    BankTooSmall,
    Flaw,
    Form,
    Marked,
    Question,
    QuestionKind,
    Slot,
    Wanted,
    counts_of,
    draw_form,
    ends_at,
    flaws_of,
    is_in_time,
    mark,
    mark_form,
    number_in,
)

CHOICE = Question(
    id=1,
    competency="DATA-1",
    kind=QuestionKind.SINGLE,
    options=("a", "b", "c", "d"),
    correct=frozenset("b"),
)
SEVERAL = replace(CHOICE, id=2, kind=QuestionKind.MULTIPLE, correct=frozenset("ac"))
NUMBER = Question(
    id=3,
    competency="DATA-2",
    kind=QuestionKind.NUMERIC,
    number=Decimal("3.14"),
    tolerance=Decimal("0.01"),
)
WHOLE = Question(id=5, competency="DATA-2", kind=QuestionKind.NUMERIC, number=Decimal(7))
SHORT = Question(id=4, competency="DATA-2", kind=QuestionKind.SHORT, accepted=("box plot", "boxplot"))

BANK = [
    replace(CHOICE, id=number, competency=f"DATA-{number % 3}", level="hard" if number % 2 else "easy")
    for number in range(1, 31)
]


class TestMarking:
    @pytest.mark.parametrize(
        ("question", "answer", "is_right"),
        [
            (CHOICE, ("b",), True),
            (CHOICE, ("a",), False),
            (CHOICE, ("a", "b"), False),
            (SEVERAL, ("c", "a"), True),
            (SEVERAL, ("a",), False),
            (SEVERAL, ("a", "b", "c"), False),
            (NUMBER, ("3.13",), True),
            (NUMBER, ("3,15",), True),
            (NUMBER, ("3.1501",), False),
            (NUMBER, ("about 3",), False),
            (WHOLE, ("7",), True),
            (WHOLE, ("8",), False),
            (SHORT, (" Box  Plot ",), True),
            (SHORT, ("box-plot",), False),
        ],
    )
    def test_an_answer_is_right_or_wrong_as_a_whole(
        self, question: Question, answer: tuple[str, ...], is_right: bool
    ) -> None:
        assert mark(question, answer) == Marked(Decimal(int(is_right)), is_right)

    @pytest.mark.parametrize("question", [CHOICE, SEVERAL, NUMBER, SHORT], ids=lambda one: one.kind)
    @pytest.mark.parametrize("answer", [(), ("",), ("  ",)])
    def test_no_answer_is_neither(self, question: Question, answer: tuple[str, ...]) -> None:
        assert mark(replace(question, penalty=Decimal(1)), answer) == Marked(Decimal(0), None)

    def test_capitals_count_only_where_a_question_minds_them(self) -> None:
        formula = replace(SHORT, accepted=("NaCl",), minds_capitals=True)

        assert mark(formula, ("NaCl",)).is_right
        assert not mark(formula, ("nacl",)).is_right

    def test_letters_written_in_two_ways_are_the_same_word(self) -> None:
        assert mark(replace(SHORT, accepted=("Dvořák",)), ("Dvor\u030ca\u0301k",)).is_right

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("12", "12"),
            ("-0,5", "-0.5"),
            ("\u22122", "-2"),
            ("+ 7.", "7"),
            (".5", "0.5"),
            ("1 000", "1000"),
            ("1.000,5", None),
            ("1e9", None),
            ("NaN", None),
            ("9" * 21, None),
            ("", None),
        ],
    )
    def test_numbers_are_read_as_people_write_them(self, text: str, number: str | None) -> None:
        assert number_in(text) == (None if number is None else Decimal(number))


class TestWholeForm:
    ANSWERS = {1: ("b",), 2: ("a",), 3: ("3.14",)}

    def test_points_are_summed_and_what_was_left_out_gives_none(self) -> None:
        result = mark_form([CHOICE, SEVERAL, replace(NUMBER, points=Decimal("2.5")), SHORT], self.ANSWERS)

        assert (result.points, result.out_of) == (Decimal("3.5"), Decimal("5.5"))
        assert result.is_passed is None
        assert result.marked[4].is_right is None

    def test_wrong_answers_cost_nothing_unless_somebody_says_so(self) -> None:
        harsh = replace(SEVERAL, penalty=Decimal("0.25"))

        assert mark_form([CHOICE, SEVERAL], self.ANSWERS).points == 1
        assert mark_form([CHOICE, harsh], self.ANSWERS).points == Decimal("0.75")
        assert mark_form([harsh], self.ANSWERS).points == 0

    @pytest.mark.parametrize(("cut", "is_passed"), [("2", True), ("2.01", False)])
    def test_at_the_cut_is_a_pass(self, cut: str, is_passed: bool) -> None:
        result = mark_form([CHOICE, SEVERAL, NUMBER], self.ANSWERS, cut=Decimal(cut))

        assert result.is_passed is is_passed

    def test_answers_to_questions_that_were_not_asked_give_nothing(self) -> None:
        assert mark_form([SHORT], self.ANSWERS).points == 0


class TestBlueprint:
    def test_weights_become_whole_questions_that_sum_to_the_form(self) -> None:
        assert counts_of({"a": Decimal(50), "b": Decimal(30), "c": Decimal(20)}, 10) == {
            "a": 5,
            "b": 3,
            "c": 2,
        }

    def test_what_rounding_leaves_goes_to_the_greatest_remainders(self) -> None:
        weights = {"a": Decimal("33.33"), "b": Decimal("33.33"), "c": Decimal("33.34")}

        assert counts_of(weights, 10) == {"a": 3, "b": 3, "c": 4}

    def test_of_equal_remainders_the_first_by_name_gets_it(self) -> None:
        assert counts_of({"b": Decimal(50), "a": Decimal(50)}, 3) == {"a": 2, "b": 1}

    @given(
        st.dictionaries(st.text("abcdef", min_size=1), st.decimals("0.01", 100, places=2), min_size=1),
        st.integers(0, 200),
    )
    def test_every_cell_is_within_one_of_its_share(self, weights: dict[str, Decimal], total: int) -> None:
        counts = counts_of(weights, total)

        assert sum(counts.values()) == total
        whole = sum(weights.values())
        assert all(abs(counts[cell] * whole - total * weights[cell]) < whole for cell in weights)


class TestForm:
    CELLS = (Wanted("DATA-0", 3), Wanted("DATA-1", 2, "hard"), Wanted("DATA-2", 4))

    def test_every_cell_gets_what_it_wants_and_no_question_comes_twice(self) -> None:
        form = draw_form(self.CELLS, BANK, seed=8)

        asked = {slot.question: BANK[slot.question - 1] for slot in form.slots}
        assert len(asked) == len(form.slots) == 9
        for cell in self.CELLS:
            assert sum(cell.takes(question) for question in asked.values()) == cell.count

    def test_the_same_seed_gives_the_same_form_in_whatever_order_the_bank_comes(self) -> None:
        assert draw_form(self.CELLS, BANK, seed=8) == draw_form(self.CELLS, reversed(BANK), seed=8)

    def test_other_seeds_give_other_forms(self) -> None:
        forms = {draw_form(self.CELLS, BANK, seed=seed) for seed in range(20)}

        assert len(forms) == 20

    def test_options_are_mixed_and_all_there(self) -> None:
        form = draw_form(self.CELLS, BANK, seed=8)

        assert all(sorted(slot.options) == list("abcd") for slot in form.slots)
        assert len({slot.options for slot in form.slots}) > 1

    def test_the_order_can_be_kept(self) -> None:
        form = draw_form([Wanted("DATA-1", 10)], BANK, seed=8, keeps_order=True)

        assert form == Form(8, tuple(Slot(number, tuple("abcd")) for number in range(1, 31, 3)))

    def test_a_cell_for_any_level_leaves_others_what_only_they_can_have(self) -> None:
        few = [replace(CHOICE, id=1, level="easy"), replace(CHOICE, id=2, level="hard")]
        cells = [Wanted("DATA-1", 1), Wanted("DATA-1", 1, "hard")]

        assert all(len(draw_form(cells, few, seed=seed).slots) == 2 for seed in range(20))

    def test_a_bank_too_small_names_the_cell(self) -> None:
        with pytest.raises(BankTooSmall) as refusal:
            draw_form([Wanted("DATA-1", 6, "hard")], BANK, seed=8)

        assert (refusal.value.cell.competency, refusal.value.there) == ("DATA-1", 5)

    def test_what_was_asked_before_comes_only_where_the_rest_runs_out(self) -> None:
        wanted, seen = [Wanted("DATA-1", 6)], {1, 4, 7, 10, 13}

        asked = {slot.question for slot in draw_form(wanted, BANK, seed=8, seen=seen).slots}

        assert asked >= {16, 19, 22, 25, 28}
        assert len(asked & seen) == 1


class TestQuestions:
    @pytest.mark.parametrize(
        "question",
        [CHOICE, replace(CHOICE, options=("a", "b")), SEVERAL, NUMBER, WHOLE, SHORT],
        ids=["choice", "yes or no", "several", "number", "whole number", "short"],
    )
    def test_sound_ones_have_no_flaw(self, question: Question) -> None:
        assert flaws_of(question) == ()

    @pytest.mark.parametrize(
        ("question", "flaw"),
        [
            (replace(CHOICE, points=Decimal(0)), Flaw.WORTHLESS),
            (replace(CHOICE, options=("b",)), Flaw.TOO_FEW_OPTIONS),
            (replace(CHOICE, options=("a", "b", "b")), Flaw.OPTIONS_REPEATED),
            (replace(CHOICE, correct=frozenset("ab")), Flaw.NOT_ONE_RIGHT),
            (replace(SEVERAL, correct=frozenset()), Flaw.NONE_RIGHT),
            (replace(SEVERAL, correct=frozenset("az")), Flaw.RIGHT_NOT_OFFERED),
            (replace(NUMBER, number=None), Flaw.NO_ANSWER),
            (replace(NUMBER, tolerance=Decimal(-1)), Flaw.TOLERANCE_NEGATIVE),
            (replace(SHORT, accepted=(" ",)), Flaw.NO_ANSWER),
        ],
        ids=lambda given: given if isinstance(given, Flaw) else "",
    )
    def test_a_flaw_is_named(self, question: Question, flaw: Flaw) -> None:
        assert flaws_of(question) == (flaw,)


class TestTime:
    START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    HOUR = timedelta(hours=1)
    EXTRA = (Accommodation(extra_time_percent=25),)

    def test_a_sitting_ends_after_the_time_allowed(self) -> None:
        assert ends_at(started_at=self.START, limit=self.HOUR) == self.START + self.HOUR

    def test_extra_time_is_added(self) -> None:
        end = ends_at(started_at=self.START, limit=self.HOUR, granted=self.EXTRA)

        assert end == self.START + timedelta(minutes=75)

    def test_who_starts_late_ends_with_the_examination_and_keeps_the_extra_time(self) -> None:
        closes_at = self.START + timedelta(minutes=30)

        plain = ends_at(started_at=self.START, limit=self.HOUR, closes_at=closes_at)
        helped = ends_at(started_at=self.START, limit=self.HOUR, granted=self.EXTRA, closes_at=closes_at)

        assert plain == closes_at
        assert helped == closes_at + timedelta(minutes=15)

    def test_what_was_under_way_as_the_time_ended_counts(self) -> None:
        end = self.START + self.HOUR

        assert is_in_time(at=end + timedelta(seconds=30), ends_at=end)
        assert not is_in_time(at=end + timedelta(seconds=31), ends_at=end)
