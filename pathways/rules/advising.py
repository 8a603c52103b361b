"""What to earn next: what brings most pathways nearer to their end, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from credentials.definitions.text import Text, gettext_noop
from pathways.rules.explain import listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One pathway that a learner is on: how many achievements its end is away, and what lowers that.

    By `finish_by` something must be earned, or more will be left.
    """

    name: str
    distance: int
    lowered_by: frozenset[str]
    finish_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What is known of an achievement: how long it takes, and which codes must be held first and are not."""

    hours: Decimal = Decimal(0)
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One achievement worth earning next: the pathways it completes, and those that it brings nearer."""

    code: str
    score: Fraction
    deadline: date | None
    hours: Decimal
    completes: tuple[str, ...]
    advances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be held before some useful achievements can be earned at all."""

    code: str
    opens: tuple[str, ...]


def next_best(ways: Iterable[Way], options: Mapping[str, Option]) -> tuple[Advice, ...]:
    """What can be earned now, the most useful first: by how many pathways it helps and how near each is,
    then by the soonest deadline, the fewest hours and the code.

    Of the codes that lower a distance only those in `options` are advised, and none that lacks something.
    """
    ways = [way for way in ways if way.distance > 0]
    able = {code for way in ways for code in way.lowered_by if code in options and not options[code].lacks}
    return tuple(sorted((_advice(code, ways, options[code]) for code in able), key=_order))


def openings(ways: Iterable[Way], options: Mapping[str, Option]) -> tuple[Opening, ...]:
    """What opens up useful achievements that cannot be begun yet, what opens most first."""
    useful = {code for way in ways if way.distance > 0 for code in way.lowered_by}
    opens: dict[str, set[str]] = {}
    for code in useful & options.keys():
        for needed in options[code].lacks:
            opens.setdefault(needed, set()).add(code)
    found = (Opening(code, tuple(sorted(there))) for code, there in opens.items())
    return tuple(sorted(found, key=lambda row: (-len(row.opens), row.code)))


def reason(advice: Advice) -> Text:
    """Why it is advised, in one sentence."""
    completes, advances = _row(advice.completes), _row(advice.advances)
    if not advice.advances:
        return Text(gettext_noop("It completes %(names)s."), {"names": completes})
    if not advice.completes:
        return Text(gettext_noop("It brings you nearer to %(names)s."), {"names": advances})
    params = {"names": completes, "others": advances}
    return Text(gettext_noop("It completes %(names)s, and brings you nearer to %(others)s."), params)


def _advice(code: str, ways: Iterable[Way], option: Option) -> Advice:
    helped = sorted((way for way in ways if code in way.lowered_by), key=lambda way: (way.distance, way.name))
    return Advice(
        code=code,
        score=sum((Fraction(1, way.distance) for way in helped), Fraction(0)),
        deadline=min((way.finish_by for way in helped if way.finish_by), default=None),
        hours=option.hours,
        completes=tuple(way.name for way in helped if way.distance == 1),
        advances=tuple(way.name for way in helped if way.distance > 1),
    )


def _order(advice: Advice) -> tuple[Fraction, date, Decimal, str]:
    return -advice.score, advice.deadline or date.max, advice.hours, advice.code


def _row(names: Iterable[str]) -> Text:
    return listing([Text("%(name)s", {"name": name}) for name in names])
