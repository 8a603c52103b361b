"""Which leaves admit a fact for as long as it counts: all that is asked of it but the time of asking."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from operator import attrgetter

from pathways.rules.evaluate.facts import Fact
from pathways.rules.evaluate.posts import Terms, earned_day, match, posts_of, refused
from pathways.rules.evaluate.situation import Situation
from pathways.rules.tree import Competency, codes

NO_TERMS = Terms()


class Admission:
    """The leaves of one rule before facts that no exception concerns."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.posts = posts_of(situation)
        dates = [edge for row in situation.equivalences for edge in (row.valid_from, row.valid_to)]
        for post in self.posts.values():
            dates += [
                edge for edge in (post.filters.earned_from, post.filters.earned_to) if isinstance(edge, date)
            ]
        self.is_dated = any(dates)
        self.key = self._key()

    def _key(self) -> Callable[[Fact], Hashable]:
        """What tells apart facts that may be admitted at different leaves: what has one key is alike."""
        read = ["achievement"]
        posts = self.posts.values()
        if any(isinstance(post.node, Competency) or post.filters.min_level for post in posts):
            read.append("level")
        if any(post.filters.sources for post in posts):
            read.append("source")
        if self.situation.exclusive_with:
            read.append("consumed_by")
        of_fact = attrgetter(*read)
        zone = self.situation.zone
        return (lambda fact: (of_fact(fact), earned_day(fact, zone))) if self.is_dated else of_fact

    def leaves(self, fact: Fact) -> tuple[str, ...]:
        """The keys of the leaves that admit this fact while it is neither expired, revoked nor suspended."""
        lasting = replace(fact, expires_on=None, revoked_at=None, suspensions=())
        day = earned_day(fact, self.situation.zone)
        return tuple(
            post.key
            for post in self.posts.values()
            if match(self.situation, post, NO_TERMS, achievement=fact.achievement, day=day, level=fact.level)
            and refused(self.situation, post, NO_TERMS, lasting, fact.earned_at) is None
        )

    def candidates(self, key: str) -> tuple[str, ...]:
        """The codes that could ever fill the leaf of this key, each once, in the catalogue's order."""
        wanted = set(codes(self.posts[key].node))
        sources = {row.source for row in self.situation.equivalences if row.target in wanted}
        return tuple(code for code in self.situation.catalog if code in wanted | sources)
