"""The engine itself for every shape of learner that was not met before.

Two learners are of one shape if this rule can tell them apart only by the names of their credentials and,
where it compares no days, by their dates: then the one's answer is the other's, with her own put in.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from pathways.rules.bulk.admission import Admission
from pathways.rules.bulk.learners import Answer, Learner
from pathways.rules.bulk.memory import Memory
from pathways.rules.evaluate import judged
from pathways.rules.evaluate.facts import Fact, check_facts, local_day, ranked
from pathways.rules.evaluate.situation import Situation
from pathways.rules.tree import InOrder, Within, nodes

Shape: TypeAlias = tuple[object, ...]
Ordered = TypeVar("Ordered", date, datetime)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One learner's answer; what is used and what dates the first day, by position among her facts."""

    answer: Answer
    used: tuple[int, ...]
    first: int | None


class Shapes:
    """One rule of any kinds, before learners of any shape."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.today = situation.today
        self.admission = Admission(situation)
        self.is_timed = any(isinstance(node, InOrder | Within) for node in nodes(situation.rule))
        self.has_window = any(isinstance(node, Within) for node in nodes(situation.rule))
        self._leaves: Memory[Hashable, tuple[str, ...]] = Memory()
        self._seen: Memory[Shape, Remembered] = Memory()

    def answer(self, learner: Learner) -> Answer:
        """What the engine answers. Raises RuleError and FactError as it does."""
        check_facts(learner.facts)
        if learner.exemptions or any(map(self._is_eventful, learner.facts)):
            return self._asked(learner)
        facts = self._seen_of(learner)
        shape = self._shape(learner, facts)
        known = self._seen.get(shape)
        if known is None:
            answer = self._asked(learner)
            self._seen.keep(shape, self._remembered(answer, facts))
            return answer
        return self._told(known, facts)

    def _asked(self, learner: Learner) -> Answer:
        return Answer.of(
            judged(
                replace(
                    self.situation,
                    facts=learner.facts,
                    exemptions=learner.exemptions,
                    pauses=learner.pauses,
                    enrolled_on=learner.enrolled_on,
                )
            )
        )

    def _is_eventful(self, fact: Fact) -> bool:
        """Whether a fact has a history of its own, too particular to be remembered."""
        return bool(fact.revoked_at or fact.suspensions or fact.earned_at > self.situation.at)

    def _seen_of(self, learner: Learner) -> tuple[Fact, ...]:
        """The facts that can make a difference, in rank order."""
        return ranked(fact for fact in learner.facts if self._matters(fact))

    def _matters(self, fact: Fact) -> bool:
        # A window may open on the day of any fact, and any that expires is a day on which to look again.
        is_watched = fact.expires_on is not None and fact.expires_on >= self.today
        return self.has_window or is_watched or bool(self._leaves_of(fact))

    def _leaves_of(self, fact: Fact) -> tuple[str, ...]:
        key = self.admission.key(fact)
        found = self._leaves.get(key)
        return self._leaves.keep(key, self.admission.leaves(fact)) if found is None else found

    def _shape(self, learner: Learner, facts: tuple[Fact, ...]) -> Shape:
        """All that the engine could read of these facts, days as such only where it compares them."""
        days = [local_day(fact.earned_at, self.situation.zone) for fact in facts]
        is_absolute = self.is_timed or any(fact.expires_on for fact in facts)
        shown: list[object] = list(days if is_absolute else _order(days))
        rows = tuple(
            (fact.achievement, self._leaves_of(fact), fact.credits, fact.source, fact.expires_on, day, turn)
            for fact, day, turn in zip(facts, shown, _order([f.earned_at for f in facts]), strict=True)
        )
        return (rows, learner.enrolled_on, learner.pauses) if self.has_window else (rows,)

    def _remembered(self, answer: Answer, facts: tuple[Fact, ...]) -> Remembered:
        position = {fact.id: number for number, fact in enumerate(facts)}
        days = [local_day(fact.earned_at, self.situation.zone) for fact in facts]
        first = answer.first_satisfied_on
        return Remembered(
            answer, tuple(position[one] for one in answer.used), None if first is None else days.index(first)
        )

    def _told(self, known: Remembered, facts: tuple[Fact, ...]) -> Answer:
        """The same answer in this learner's own names and days."""
        first = None if known.first is None else facts[known.first].earned_at
        return replace(
            known.answer,
            used=tuple(sorted(facts[position].id for position in known.used)),
            first_satisfied_on=None if first is None else local_day(first, self.situation.zone),
        )


def _order(values: Sequence[Ordered]) -> list[int]:
    """The place of each value among all different ones."""
    places = {value: place for place, value in enumerate(sorted(set(values)))}
    return [places[value] for value in values]
