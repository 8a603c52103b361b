"""A rule laid out once for all learners: a slot for each identity, a number for each seat."""

from collections.abc import Iterable
from itertools import islice

from pathways.rules.bulk.admission import NO_TERMS, Admission
from pathways.rules.bulk.effort import most_events
from pathways.rules.bulk.seats import Choice, Seat, Seating, choices
from pathways.rules.evaluate.assignment import effort, leaves_of
from pathways.rules.evaluate.deciding import BUDGET, is_common
from pathways.rules.evaluate.facts import Fact
from pathways.rules.evaluate.posts import admits_new, identities
from pathways.rules.evaluate.situation import Situation
from pathways.rules.tree import AllOf, AtLeast, Done, Earned, Pool, Rule, nodes

# Choices of seats that are laid out; a rule that leaves more is asked of the engine.
MOST_CHOICES = 256

# Facts of one learner, where nothing else limits them.
MOST_EVENTS = 10_000


def fits(situation: Situation) -> bool:
    """Whether a rule is of achievements, steps and pools, all or some of them, in one scope, and no more."""
    scopes = {post.scope for post in Admission(situation).posts.values()}
    return (
        all(isinstance(node, Earned | Done | Pool | AllOf | AtLeast) for node in nodes(situation.rule))
        and len(scopes) <= 1
        and None not in scopes
        and not situation.at_most
        and situation.use_limit > 0
    )


class Layout:
    """The seats of a rule that fits, and what is still to be earned in their terms.

    `root` asks of the whole rule, `parts` of the node of each milestone; `width` is how many seats there are
    and `ever` those in which a fact counts beyond its expiry. `most` is how many facts and stays a learner
    may have; below nothing where the engine is to be asked.
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.admission = Admission(situation)
        self.key = self.admission.key
        self.candidates = {key: self.admission.candidates(key) for key in self.admission.posts}
        catalog = situation.catalog
        could = sorted({code for codes in self.candidates.values() for code in codes})
        self.class_of = identities(situation)
        once = sorted({self.class_of[code] for code in could if not catalog[code].repeatable})
        again = [code for code in could if catalog[code].repeatable]
        self.slot_of = {name: slot for slot, name in enumerate(once)}
        self.again = {code: number for number, code in enumerate(again)}

        self.seats: dict[Seat, int] = {}
        by_key = {node.key: node for node in nodes(situation.rule)}
        asked = {row.node: by_key.get(row.node or "", situation.rule) for row in situation.milestones}
        whole = self._laid(situation.rule)
        parts = {key: self._laid(node) for key, node in asked.items()}
        self.width = len(self.seats)
        self.ever = sum(
            1 << number
            for seat, number in self.seats.items()
            if self.admission.posts[seat.leaf].validity == "ever"
        )
        fresh, endless = self._new(could)
        self.root = Seating(whole, width=self.width, fresh=fresh, endless=endless)
        self.parts = {
            key: Seating(part, width=self.width, fresh=fresh, endless=endless) for key, part in parts.items()
        }
        self.most = self._most(max(map(len, (whole, *parts.values()))))

    def _laid(self, node: Rule) -> list[Choice]:
        """The choices of a node, seats by their numbers; one too many where there are more than are used."""
        entries = {
            key: [self.situation.catalog[code] for code in there] for key, there in self.candidates.items()
        }
        return [
            tuple((self.seats.setdefault(seat, len(self.seats)), many) for seat, many in choice)
            for choice in islice(choices(node, entries), MOST_CHOICES + 1)
        ]

    def _new(self, could: Iterable[str]) -> tuple[list[int], int]:
        """By slot, the seats that each identity could fill once it is earned; those that copies can fill."""
        situation = self.situation
        fresh, endless = [0] * len(self.slot_of), 0
        for code in could:
            if not situation.catalog[code].active:
                continue
            leaves = [
                key
                for key, post in self.admission.posts.items()
                if admits_new(situation, post, NO_TERMS, code, situation.today)
            ]
            if code in self.again:
                endless |= self._seats(code, leaves)
            else:
                fresh[self.slot_of[self.class_of[code]]] |= self._seats(code, leaves)
        return fresh, endless

    def _seats(self, code: str, leaves: Iterable[str]) -> int:
        """The seats of these leaves that this code may fill."""
        there, entry = set(leaves), self.situation.catalog[code]
        return sum(1 << n for seat, n in self.seats.items() if seat.leaf in there and seat.admits(entry))

    def _most(self, many: int) -> int:
        situation = self.situation
        if many > MOST_CHOICES:
            return -1
        if is_common(situation):
            is_decided = effort(leaves_of(situation.rule) or (), situation.catalog) <= BUDGET
            return MOST_EVENTS if is_decided else -1
        return most_events(situation, self.candidates)

    def place(self, fact: Fact) -> tuple[int, int]:
        """The slot of a fact's identity and the seats that admit it; below nothing if it is repeatable."""
        code, leaves = fact.achievement, self.admission.leaves(fact)
        if not leaves:
            return 0, 0
        slot = -1 - self.again[code] if code in self.again else self.slot_of[self.class_of[code]]
        return slot, self._seats(code, leaves)

    def slot(self, number: int, copy: int) -> int:
        """The slot of a learner's so manieth fact of the repeatable achievement of this number."""
        return len(self.slot_of) + number + (copy - 1) * len(self.again)
