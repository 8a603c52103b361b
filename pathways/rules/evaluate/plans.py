"""Order and windows as plans: for every choice of days, the span from which each leaf may take its facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pathways.rules.evaluate.facts import ONE_DAY
from pathways.rules.evaluate.posts import Terms, leaves_below
from pathways.rules.evaluate.situation import Situation
from pathways.rules.evaluate.tokens import Span, Token
from pathways.rules.tree import InOrder, Rule, Within, children, is_leaf, nodes

NOTHING = Span(held=False, new=False)


@dataclass(frozen=True, slots=True)
class Pin:
    """A fact of this day must be used at one of these leaves, or the window would open later."""

    leaves: frozenset[str]
    day: date


@dataclass(frozen=True, slots=True)
class Spans:
    """One plan: the span of each leaf, by key, and the days that must be used."""

    by_leaf: Mapping[str, Span]
    pins: tuple[Pin, ...] = ()

    def with_those_of(self, other: "Spans") -> "Spans":
        return Spans({**self.by_leaf, **other.by_leaf}, self.pins + other.pins)


class Planner:
    """The plans of a node, by the tokens that each of its leaves admits."""

    def __init__(
        self, situation: Situation, terms: Terms, today: date, admitted: Mapping[str, Sequence[Token]]
    ) -> None:
        self.situation = situation
        self.terms = terms
        self.today = today
        self.admitted = admitted
        self.has_new = any(token.is_new for there in admitted.values() for token in there)

    def plans(self, node: Rule, span: Span) -> Iterator[Spans]:
        if node.key in self.terms.waived:
            yield Spans({})
        elif is_leaf(node):
            yield Spans({node.key: span})
        elif not any(isinstance(below, InOrder | Within) for below in nodes(node)):
            yield Spans(dict.fromkeys(leaves_below(node), span))
        elif isinstance(node, InOrder):
            yield from self._ordered(node.children, span, strict=node.strict)
        elif isinstance(node, Within):
            yield from self._windows(node, span)
        else:
            yield from self._all_plans(children(node), span)

    def _all_plans(self, parts: Sequence[Rule], span: Span) -> Iterator[Spans]:
        if not parts:
            yield Spans({})
            return
        for first in self.plans(parts[0], span):
            for rest in self._all_plans(parts[1:], span):
                yield first.with_those_of(rest)

    def _days(self, node: Rule, span: Span) -> list[date]:
        """The days of held facts that the leaves below may take."""
        return sorted(
            {
                token.day
                for key in leaves_below(node)
                for token in self.admitted[key]
                if not token.is_new and span.admits(token)
            }
        )

    def _windows(self, node: Within, span: Span) -> Iterator[Spans]:
        situation = self.situation
        if node.anchor == "enrolment":
            start = situation.enrolled_on or date.max
            yield from self.plans(node.child, self._cut(span, start, situation.end_of(node.window, start)))
            return
        days = self._days(node, span)
        starts = sorted({*days, self.today} if span.new and self.has_new else days)
        ends = {start: situation.end_of(node.window, start) for start in starts}
        seen: list[frozenset[date]] = []
        for start in starts:
            end = ends[start]
            inside = frozenset(day for day in starts if start <= day <= end)
            # A later opening may close earlier only where a pause or a month's end lies between.
            if any(ends[day] < end for day in inside):
                pin = Pin(frozenset(leaves_below(node)), start)
                for spans in self.plans(node.child, self._cut(span, start, end)):
                    yield replace(spans, pins=(*spans.pins, pin))
            elif not any(inside <= other for other in seen):
                seen.append(inside)
                yield from self.plans(node.child, self._cut(span, start, end))
        if not seen:
            yield Spans(dict.fromkeys(leaves_below(node), NOTHING))

    def _cut(self, span: Span, first: date, last: date) -> Span:
        return Span(
            max(span.first, first), min(span.last, last), span.held, span.new and first <= self.today <= last
        )

    def _ordered(self, parts: Sequence[Rule], span: Span, *, strict: bool) -> Iterator[Spans]:
        """Each part up to a cut, the next from there on; the cuts are days on which the part may end."""
        if len(parts) <= 1:
            yield from self._all_plans(parts, span)
            return
        part, rest = parts[0], parts[1:]
        days = self._days(part, span)
        for day in [None, *days]:
            here = replace(span, last=day, new=False) if day else NOTHING
            if not strict and day and span.new and self.today <= day:
                here = replace(here, new=True)
            after = day + ONE_DAY if day and strict else day or span.first
            behind = replace(span, first=max(span.first, after))
            if not strict:
                behind = replace(behind, new=span.new and after <= self.today)
            for first in self.plans(part, here):
                for others in self._ordered(rest, behind, strict=strict):
                    yield first.with_those_of(others)
        if span.new and self.has_new and (strict or self.today not in days):
            here = span if strict else replace(span, last=min(span.last, self.today))
            # What is still to be earned comes, in strict order, after everything that is held.
            behind = replace(span, held=False) if strict else replace(span, first=max(span.first, self.today))
            for first in self.plans(part, here):
                for others in self._ordered(rest, behind, strict=strict):
                    yield first.with_those_of(others)
