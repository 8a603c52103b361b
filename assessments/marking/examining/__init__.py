"""A knowledge examination: a form from a blueprint, its time, its points, its questions, its cut score."""

from assessments.marking.examining.answering import Answer, Marked, Result, mark, mark_form, number_in
from assessments.marking.examining.bank import (
    BankTooSmall,
    Flaw,
    Form,
    Question,
    QuestionKind,
    Slot,
    Wanted,
    counts_of,
    draw_form,
    flaws_of,
)
from assessments.marking.examining.items import ItemFigures, item_figures
from assessments.marking.examining.sitting import ends_at, is_in_time
from assessments.marking.examining.standards import (
    IncompletePanel,
    Method,
    Standard,
    angoff,
    bookmark,
    borderline_group,
    contrasting_groups,
    criterion_judgement,
)

__all__ = [
    "Answer",
    "BankTooSmall",
    "Flaw",
    "Form",
    "IncompletePanel",
    "ItemFigures",
    "Marked",
    "Method",
    "Question",
    "QuestionKind",
    "Result",
    "Slot",
    "Standard",
    "Wanted",
    "angoff",
    "bookmark",
    "borderline_group",
    "contrasting_groups",
    "counts_of",
    "criterion_judgement",
    "draw_form",
    "ends_at",
    "flaws_of",
    "is_in_time",
    "item_figures",
    "mark",
    "mark_form",
    "number_in",
]
