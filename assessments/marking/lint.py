"""What is wrong with a rubric before work is marked by it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from credentials.definitions.text import Text, gettext_noop

Severity: TypeAlias = Literal["error", "warning"]
Raised: TypeAlias = Iterator[tuple[str, Mapping[str, object]]]

FEWEST_LEVELS, MOST_LEVELS = 3, 6
LEVELS_OF_A_CHECK = 2


class RubricKind(StrEnum):
    """analytic: several criteria; holistic: one; checklist: done or not; single_point: the aim described."""

    ANALYTIC = "analytic"
    HOLISTIC = "holistic"
    CHECKLIST = "checklist"
    SINGLE_POINT = "single_point"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFacts:
    ordinal: int
    label: str
    descriptor: str
    points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFacts:
    """`competency` names what the criterion shows, empty where nobody said; levels in any order."""

    key: str
    title: str
    competency: str
    levels: Sequence[LevelFacts]
    weight: Decimal = Decimal(1)
    is_hurdle: bool = False
    must_pass_ordinal: int | None = None


class Rule(NamedTuple):
    severity: Severity
    message: str
    cure: str


CODES: dict[str, Rule] = {
    "RUBRIC_EMPTY": Rule(
        "error",
        gettext_noop("The rubric has no criteria, so nothing could be marked by it."),
        gettext_noop("Add what is looked at, one criterion for each."),
    ),
    "HOLISTIC_MANY": Rule(
        "error",
        gettext_noop("A holistic rubric judges the work as a whole, and this one has %(count)s criteria."),
        gettext_noop("Keep one criterion, or make the rubric analytic."),
    ),
    "COMPETENCY_MISSING": Rule(
        "error",
        gettext_noop("“%(title)s” names no competency, so its levels would show nothing."),
        gettext_noop("Choose the competency that this criterion shows."),
    ),
    "LEVEL_COUNT": Rule(
        "error",
        gettext_noop("“%(title)s” has %(count)s levels; markers agree best on %(fewest)s to %(most)s."),
        gettext_noop("Join levels that nobody can tell apart, or add those that are missing."),
    ),
    "CHECK_COUNT": Rule(
        "error",
        gettext_noop("“%(title)s” has %(count)s levels; a check is done or not done."),
        gettext_noop("Keep two levels, or make the rubric analytic."),
    ),
    "LEVELS_NOT_IN_A_ROW": Rule(
        "error",
        gettext_noop("The levels of “%(title)s” are not numbered 1, 2, 3 and so on."),
        gettext_noop("Number them from the lowest, 1, upwards."),
    ),
    "DESCRIPTOR_MISSING": Rule(
        "error",
        gettext_noop("In “%(title)s” nobody said what “%(label)s” looks like."),
        gettext_noop("Describe work of this level so that two markers would recognise it."),
    ),
    "DESCRIPTOR_SAME": Rule(
        "error",
        gettext_noop("In “%(title)s” several levels are described alike: %(labels)s."),
        gettext_noop("Say what work of the higher level has that the lower lacks."),
    ),
    "MUST_PASS_UNKNOWN": Rule(
        "error",
        gettext_noop("“%(title)s” asks for level %(ordinal)s, which it does not have."),
        gettext_noop("Choose one of its levels as the level to be reached."),
    ),
    "HURDLE_WITHOUT_LEVEL": Rule(
        "error",
        gettext_noop("“%(title)s” is a hurdle, and no level says how high."),
        gettext_noop("Choose the level to be reached, or let it be no hurdle."),
    ),
    "AIM_MISSING": Rule(
        "error",
        gettext_noop("“%(title)s” has no level to be reached, the one point that such a rubric describes."),
        gettext_noop("Choose the level to be reached."),
    ),
    "CUT_WITHOUT_POINTS": Rule(
        "error",
        gettext_noop("A least mean of points is asked for, and no level has points: nobody could pass."),
        gettext_noop("Give the levels points, or take the least mean away."),
    ),
    "CUT_OUT_OF_REACH": Rule(
        "error",
        gettext_noop("The least mean is %(cut)s; the highest levels come to %(most)s, so nobody could pass."),
        gettext_noop("Lower the least mean, or give the highest levels more points."),
    ),
    "POINTS_NOT_RISING": Rule(
        "warning",
        gettext_noop("In “%(title)s” a higher level gives no more points than a lower one."),
        gettext_noop("Give every level more points than the one below it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: why it matters and how to mend it; `criterion` is a key, empty for the rubric."""

    code: str
    severity: Severity
    criterion: str
    message: Text
    cure: Text


def lint(
    criteria: Sequence[CriterionFacts], *, kind: RubricKind = RubricKind.ANALYTIC, cut: Decimal | None = None
) -> list[Finding]:
    """Everything wrong with a rubric: of the whole first, then criterion by criterion in its order."""
    found = [_finding(code, "", params) for code, params in _of_whole(criteria, kind, cut)]
    for criterion in criteria:
        raised = [*_of_criterion(criterion, kind), *_of_levels(criterion, kind)]
        found += [
            _finding(code, criterion.key, {"title": criterion.title, **params}) for code, params in raised
        ]
    return found


def _finding(code: str, criterion: str, params: Mapping[str, object]) -> Finding:
    rule = CODES[code]
    return Finding(code, rule.severity, criterion, Text(rule.message, params), Text(rule.cure, params))


def _of_whole(criteria: Sequence[CriterionFacts], kind: RubricKind, cut: Decimal | None) -> Raised:
    if not criteria:
        yield "RUBRIC_EMPTY", {}
    if kind is RubricKind.HOLISTIC and len(criteria) > 1:
        yield "HOLISTIC_MANY", {"count": len(criteria)}
    if cut is None or not criteria:
        return
    highest = [
        (criterion.weight, max(points))
        for criterion in criteria
        if (points := [level.points for level in criterion.levels if level.points is not None])
    ]
    if not highest:
        yield "CUT_WITHOUT_POINTS", {}
        return
    weight = sum(weight for weight, _points in highest)
    total = sum(weight * points for weight, points in highest)
    if total < cut * weight:
        yield "CUT_OUT_OF_REACH", {"cut": cut, "most": round(Decimal(total) / weight, 2)}


def _of_criterion(criterion: CriterionFacts, kind: RubricKind) -> Raised:
    if not criterion.competency.strip():
        yield "COMPETENCY_MISSING", {}
    least = criterion.must_pass_ordinal
    if least is None and kind is RubricKind.SINGLE_POINT:
        yield "AIM_MISSING", {}
    elif least is None and criterion.is_hurdle:
        yield "HURDLE_WITHOUT_LEVEL", {}
    elif least is not None and least not in {level.ordinal for level in criterion.levels}:
        yield "MUST_PASS_UNKNOWN", {"ordinal": least}


def _of_levels(criterion: CriterionFacts, kind: RubricKind) -> Raised:
    levels = sorted(criterion.levels, key=lambda level: level.ordinal)
    if kind is RubricKind.CHECKLIST:
        if len(levels) != LEVELS_OF_A_CHECK:
            yield "CHECK_COUNT", {"count": len(levels)}
    elif not FEWEST_LEVELS <= len(levels) <= MOST_LEVELS:
        yield "LEVEL_COUNT", {"count": len(levels), "fewest": FEWEST_LEVELS, "most": MOST_LEVELS}
    if [level.ordinal for level in levels] != list(range(1, len(levels) + 1)):
        yield "LEVELS_NOT_IN_A_ROW", {}
    for level in levels:
        is_left_open = kind is RubricKind.SINGLE_POINT and level.ordinal != criterion.must_pass_ordinal
        if not level.descriptor.strip() and not is_left_open:
            yield "DESCRIPTOR_MISSING", {"label": level.label}
    words = Counter(_plain(level.descriptor) for level in levels)
    for said, count in words.items():
        if said and count > 1:
            alike = [level.label for level in levels if _plain(level.descriptor) == said]
            yield "DESCRIPTOR_SAME", {"labels": ", ".join(alike)}
    points = [level.points for level in levels if level.points is not None]
    if any(higher <= lower for lower, higher in pairwise(points)):
        yield "POINTS_NOT_RISING", {}


def _plain(words: str) -> str:
    """What is read, without capitals and spaces, which tell no two levels apart."""
    return " ".join(words.casefold().split())
