"""Answers to questions -> points; right or wrong as a whole, never by opinion."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias
from unicodedata import normalize

from assessments.marking.examining.bank import Question, QuestionKind

# What a page sends: chosen options, or one text; empty where nothing was answered.
Answer: TypeAlias = tuple[str, ...]

# A sign, up to twenty digits, and up to twenty more after a point or a comma: what people write for a number.
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:[.,]\d{0,20})?|[.,]\d{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marked:
    """`is_right` is None where nothing was answered."""

    points: Decimal
    is_right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Points of a whole form, never below 0; `is_passed` is None without a cut."""

    points: Decimal
    out_of: Decimal
    is_passed: bool | None
    marked: Mapping[int, Marked]


def mark(question: Question, answer: Answer) -> Marked:
    """All points for a right answer, none for no answer; a wrong one costs the penalty, if there is one."""
    given = tuple(text for text in answer if text.strip())
    if not given:
        return Marked(Decimal(0), None)
    if _is_right(question, given):
        return Marked(question.points, True)
    return Marked(-question.penalty if question.penalty else Decimal(0), False)


def mark_form(
    questions: Iterable[Question], answers: Mapping[int, Answer], *, cut: Decimal | None = None
) -> Result:
    """The points of the questions asked; passed at or above the cut, in points."""
    asked = list(questions)
    marked = {question.id: mark(question, answers.get(question.id, ())) for question in asked}
    points = max(Decimal(0), sum((one.points for one in marked.values()), Decimal(0)))
    return Result(
        points=points,
        out_of=sum((question.points for question in asked), Decimal(0)),
        is_passed=None if cut is None else points >= cut,
        marked=marked,
    )


def number_in(text: str) -> Decimal | None:
    """The number somebody wrote, with a point or a comma before its decimals; None if it is none."""
    digits = "".join(text.replace("\u2212", "-").split())
    return Decimal(digits.replace(",", ".")) if _NUMBER.fullmatch(digits) else None


def _is_right(question: Question, given: Answer) -> bool:
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return set(given) == question.correct
        case QuestionKind.NUMERIC:
            value = number_in(given[0])
            if value is None or question.number is None:
                return False
            return question.number - question.tolerance <= value <= question.number + question.tolerance
        case QuestionKind.SHORT:
            return _plain(given[0], question) in {_plain(text, question) for text in question.accepted}


def _plain(text: str, question: Question) -> str:
    """The words alone: spaces at the ends and doubled ones say nothing, capitals only where they count."""
    words = " ".join(normalize("NFC", text).split())
    return words if question.minds_capitals else normalize("NFC", words.casefold())
