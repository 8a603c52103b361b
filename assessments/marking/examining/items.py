"""What many sittings tell about each question: how easy, how telling, which wrong answers tempt."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.marking.agreement import Standing, standing_of
from assessments.marking.examining.answering import Answer, mark
from assessments.marking.examining.bank import Question
from assessments.marking.sums import mean, root


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """One question over the `n` sittings that asked it.

    `facility` is the share answered rightly. `discrimination` is the correlation of answering it rightly with
    the share of points in the rest of the form (corrected point-biserial); None where it is not defined,
    all having answered alike or done alike. Both are None where only counts may be shown. `chosen` counts
    each option, right or wrong, in the order written.
    """

    question: int
    n: int
    standing: Standing
    right: int
    unanswered: int
    facility: Fraction | None
    discrimination: Fraction | None
    chosen: tuple[tuple[str, int], ...]


def item_figures(
    questions: Iterable[Question], sittings: Iterable[Mapping[int, Answer]]
) -> tuple[ItemFigures, ...]:
    """Figures of every question, in ascending order of ids.

    A sitting: the answer to each question asked, empty where there was none. Forms may differ; of a question
    that stood alone in its form the discrimination has no rest to compare with.
    """
    by_id = {question.id: question for question in questions}
    answers: dict[int, list[Answer]] = {key: [] for key in sorted(by_id)}
    rights: dict[int, list[int]] = {key: [] for key in answers}
    rests: dict[int, list[tuple[int, Fraction]]] = {key: [] for key in answers}
    for sitting in sittings:
        marked = {key: mark(by_id[key], answer) for key, answer in sitting.items()}
        total = Fraction(sum(one.points for one in marked.values()))
        out_of = Fraction(sum(by_id[key].points for key in sitting))
        for key, one in marked.items():
            is_right = int(one.is_right is True)
            answers[key].append(sitting[key])
            rights[key].append(is_right)
            rest_of = out_of - Fraction(by_id[key].points)
            if rest_of:
                rests[key].append((is_right, (total - Fraction(one.points)) / rest_of))
    return tuple(_figures(by_id[key], answers[key], rights[key], rests[key]) for key in answers)


def _figures(
    question: Question,
    answers: Sequence[Answer],
    rights: Sequence[int],
    rests: Sequence[tuple[int, Fraction]],
) -> ItemFigures:
    n = len(answers)
    standing = standing_of(n)
    shows = standing is not Standing.COUNTS_ONLY
    picked = Counter(option for answer in answers for option in set(answer))
    return ItemFigures(
        question=question.id,
        n=n,
        standing=standing,
        right=sum(rights),
        unanswered=sum(mark(question, answer).is_right is None for answer in answers),
        facility=Fraction(sum(rights), n) if shows else None,
        discrimination=correlation(rests) if shows else None,
        chosen=tuple((option, picked[option]) for option in question.options),
    )


def correlation(pairs: Sequence[tuple[Fraction | int, Fraction | int]]) -> Fraction | None:
    """Pearson's correlation; None where one side does not vary."""
    if not pairs:
        return None
    left, right = mean(one for one, _other in pairs), mean(other for _one, other in pairs)
    together = sum((one - left) * (other - right) for one, other in pairs)
    spread = sum((one - left) ** 2 for one, _other in pairs) * sum(
        (other - right) ** 2 for _one, other in pairs
    )
    return Fraction(together) / root(Fraction(spread)) if spread else None
