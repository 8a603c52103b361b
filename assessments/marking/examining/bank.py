"""A bank of questions, and a form drawn from it by a blueprint and a stored seed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from assessments.marking.drawing import Lots


class QuestionKind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMERIC = "numeric"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, with what it shows and what answers it.

    Choices have `options`, keys in the order written, of which `correct` are right; a numeric question has a
    `number` and a `tolerance` either side; a short one the `accepted` answers. `penalty` is what a wrong
    answer takes away: nothing, unless somebody says so.
    """

    id: int
    competency: str
    kind: QuestionKind
    level: str = ""
    points: Decimal = Decimal(1)
    penalty: Decimal = Decimal(0)
    options: tuple[str, ...] = ()
    correct: frozenset[str] = frozenset()
    number: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    accepted: tuple[str, ...] = ()
    minds_capitals: bool = False


class Flaw(StrEnum):
    """Why a question may not be asked."""

    WORTHLESS = "worthless"
    TOO_FEW_OPTIONS = "too_few_options"
    OPTIONS_REPEATED = "options_repeated"
    NOT_ONE_RIGHT = "not_one_right"
    NONE_RIGHT = "none_right"
    RIGHT_NOT_OFFERED = "right_not_offered"
    NO_ANSWER = "no_answer"
    TOLERANCE_NEGATIVE = "tolerance_negative"


def flaws_of(question: Question) -> tuple[Flaw, ...]:
    """What stands against asking it; none where it is sound."""
    is_single = question.kind is QuestionKind.SINGLE
    is_choice = is_single or question.kind is QuestionKind.MULTIPLE
    is_numeric = question.kind is QuestionKind.NUMERIC
    is_unanswerable = question.number is None if is_numeric else not any(map(str.strip, question.accepted))
    found = {
        Flaw.WORTHLESS: question.points <= 0,
        Flaw.TOO_FEW_OPTIONS: is_choice and len(question.options) < 2,
        Flaw.OPTIONS_REPEATED: is_choice and len(set(question.options)) < len(question.options),
        Flaw.NOT_ONE_RIGHT: is_single and len(question.correct) != 1,
        Flaw.NONE_RIGHT: is_choice and not is_single and not question.correct,
        Flaw.RIGHT_NOT_OFFERED: is_choice and not question.correct <= set(question.options),
        Flaw.NO_ANSWER: not is_choice and is_unanswerable,
        Flaw.TOLERANCE_NEGATIVE: is_numeric and question.tolerance < 0,
    }
    return tuple(flaw for flaw, holds in found.items() if holds)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One cell of the blueprint: how many questions on a competency at a level; an empty level takes any."""

    competency: str
    count: int
    level: str = ""

    def takes(self, question: Question) -> bool:
        return question.competency == self.competency and self.level in {"", question.level}


class BankTooSmall(ValueError):
    """The bank has too few questions for a cell of the blueprint; `there` of those wanted."""

    def __init__(self, cell: Wanted, there: int) -> None:
        super().__init__(f"{cell.competency} {cell.level}: {cell.count} questions wanted, {there} there")
        self.cell, self.there = cell, there


@dataclass(frozen=True, slots=True)
class Slot:
    """A question in its place, its options in the order shown."""

    question: int
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    seed: int
    slots: tuple[Slot, ...]


def counts_of(weights: Mapping[str, Decimal], total: int) -> dict[str, int]:
    """How many of `total` questions fall to each cell, by its weight; they sum to `total`.

    What rounding leaves goes to the greatest remainders, of equal ones to the first by name.
    """
    whole = Fraction(sum(weights.values()))
    shares = {cell: Fraction(weight) * total / whole for cell, weight in weights.items()}
    counts = {cell: floor(share) for cell, share in shares.items()}
    by_remainder = sorted(shares, key=lambda cell: (counts[cell] - shares[cell], cell))
    for cell in by_remainder[: total - sum(counts.values())]:
        counts[cell] += 1
    return counts


def draw_form(
    cells: Sequence[Wanted],
    bank: Iterable[Question],
    *,
    seed: int,
    seen: Collection[int] = (),
    keeps_order: bool = False,
) -> Form:
    """A form with the questions that each cell wants, none twice; the same seed and bank, the same form.

    Questions `seen` in an earlier attempt come only where the others run out. Questions and options are
    mixed, unless the order is kept: of cells, those with a level first, then of ids. Raises BankTooSmall.
    """
    lots = Lots(seed)
    left = {question.id: question for question in sorted(bank, key=lambda question: question.id)}
    chosen: list[Question] = []
    # A cell that takes any level comes last: it must not use up what another cell alone can have.
    for cell in sorted(cells, key=lambda cell: not cell.level):
        fitting = [question for question in left.values() if cell.takes(question)]
        if len(fitting) < cell.count:
            raise BankTooSmall(cell, len(fitting))
        drawn = lots.draw([question for question in fitting if question.id not in seen], cell.count)
        drawn += lots.draw([question for question in fitting if question.id in seen], cell.count - len(drawn))
        chosen += sorted(drawn, key=lambda question: question.id)
        for question in drawn:
            del left[question.id]
    if keeps_order:
        return Form(seed, tuple(Slot(question.id, question.options) for question in chosen))
    mixed = lots.draw(chosen, len(chosen))
    return Form(
        seed,
        tuple(Slot(one.id, tuple(lots.draw(one.options, len(one.options)))) for one in mixed),
    )
