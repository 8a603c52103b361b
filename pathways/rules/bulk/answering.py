"""One rule asked for many learners, each by the quickest way that surely gives the engine's answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pathways.rules.bulk.layout import Layout, fits
from pathways.rules.bulk.learners import Answer, Learner
from pathways.rules.bulk.quick import Quick
from pathways.rules.bulk.shapes import Shapes
from pathways.rules.evaluate import Situation, prepared
from pathways.rules.tree import keyed


class Bulk:
    """One rule at one instant, for as many learners as ask.

    `situation` brings all that they share: rule, catalogue, equivalences, defaults and so on; what it says of
    one learner (facts, exemptions, pauses, enrolled_on) is not read. Raises RuleError for a rule that cannot
    be asked, and FactError for an instant without a zone. What is remembered stays within bounds.
    """

    def __init__(self, situation: Situation) -> None:
        shared = replace(situation, facts=(), exemptions=(), pauses=(), enrolled_on=None)
        # Whether she has enrolled is asked of each learner.
        prepared(replace(shared, enrolled_on=situation.today))
        shared = replace(shared, rule=keyed(shared.rule))
        layout = Layout(shared) if fits(shared) else None
        self._quick = Quick(layout) if layout is not None and layout.most >= 0 else None
        self._shapes = Shapes(shared)

    def answer(self, learner: Learner) -> Answer:
        """What the engine answers this learner. Raises RuleError and FactError as it does."""
        if self._quick is not None and not learner.exemptions:
            found = self._quick.answer(learner.facts)
            if found is not None:
                return found
        return self._shapes.answer(learner)


def answers(situation: Situation, learners: Iterable[Learner]) -> Iterator[tuple[str, Answer]]:
    """Each learner's id with what the engine answers her, one after another; nobody is kept."""
    bulk = Bulk(situation)
    for learner in learners:
        yield learner.id, bulk.answer(learner)
