"""One situation before one clock, for rules of every kind: what is met when, how far, and how long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING

from pathways.rules.evaluate.facts import (
    END_OF_TIME,
    ONE_DAY,
    Fact,
    change_days,
    end_of_day,
    local_day,
    ranked,
)
from pathways.rules.evaluate.posts import (
    Post,
    Terms,
    admits_new,
    earned_day,
    identities,
    leaves_below,
    match,
    posts_of,
    refused,
    terms_at,
)
from pathways.rules.evaluate.search import Filled, Search
from pathways.rules.evaluate.situation import Situation
from pathways.rules.evaluate.tokens import LAST, Budget, Token
from pathways.rules.evaluate.verdict import Via
from pathways.rules.tree import Credits, InOrder, Rule, Within, nodes

# Plans and sets that one search may try; beyond, a person decides.
PLANS = 20_000

# Ways to fill leaves that all searches of one verdict may try together: some seconds of work.
WAYS = 1_500_000


@dataclass(frozen=True, slots=True)
class Look:
    """The facts that each leaf admits at one instant, and the exceptions then in force."""

    day: date
    terms: Terms
    admitted: Mapping[str, tuple[Fact, ...]]


class Judge:
    """Answers every question about a situation. Raises OverBudget where one takes too many trials."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.posts = posts_of(situation)
        self.identity_of = identities(situation)
        self.rank = {fact.id: rank for rank, fact in enumerate(ranked(situation.facts))}
        self.known = tuple(fact for fact in situation.facts if fact.earned_at <= situation.at)
        self.ways = WAYS
        self._met: dict[object, bool] = {}
        self._far: dict[object, int | None] = {}
        self.now = self.look(situation.at, situation.facts, situation.at)
        self.nobody = Look(situation.today, Terms(), dict.fromkeys(self.posts, ()))

    # Looking

    def look(self, at: datetime, facts: Iterable[Fact], known_at: datetime) -> Look:
        """What counts at an instant, by the exceptions approved by `known_at`."""
        situation = self.situation
        terms = terms_at(situation, at, known_at=known_at)
        facts = tuple(facts)
        admitted = {
            key: tuple(
                fact
                for fact in facts
                if self.counted_as(post, fact, terms) and refused(situation, post, terms, fact, at) is None
            )
            for key, post in self.posts.items()
        }
        return Look(local_day(at, situation.zone), terms, admitted)

    def ahead(self, day: date) -> Look:
        """The end of a later day, without what is earned or approved from now on."""
        return self.look(end_of_day(day, self.situation.zone), self.known, self.situation.at)

    def counted_as(self, post: Post, fact: Fact, terms: Terms) -> tuple[str, Via] | None:
        """The code that a fact counts as at a leaf, and by what; None if it does not match."""
        day = earned_day(fact, self.situation.zone)
        return match(self.situation, post, terms, achievement=fact.achievement, day=day, level=fact.level)

    # Searching

    def _tokens(
        self, node: Rule, look: Look, *, with_new: bool
    ) -> tuple[list[Token], dict[str, list[Token]]]:
        """All that could fill a place below a node, held facts by rank first, and what each leaf admits."""
        keys = leaves_below(node)
        bits: dict[str, int] = {}

        def bit(identity: str) -> int:
            return bits.setdefault(identity, 1 << len(bits))

        held = {fact.id: fact for key in keys for fact in look.admitted[key]}
        tokens: list[Token] = []
        admitted: dict[str, list[Token]] = {key: [] for key in keys}
        by_fact: dict[str, Token] = {}
        for fact in sorted(held.values(), key=lambda fact: self.rank[fact.id]):
            token = Token(
                number=len(tokens),
                code=fact.achievement,
                identity=bit(self.identity(fact)),
                day=earned_day(fact, self.situation.zone),
                rank=self.rank[fact.id],
                copy=-1,
                fact=fact,
            )
            tokens.append(token)
            by_fact[fact.id] = token
        for key in keys:
            admitted[key] = sorted(
                (by_fact[fact.id] for fact in look.admitted[key]), key=lambda token: token.number
            )
        for code, entry in sorted(self.situation.catalog.items()) if with_new else ():
            if not entry.active:
                continue
            fitting = [
                key for key in keys if admits_new(self.situation, self.posts[key], look.terms, code, look.day)
            ]
            copies = sum(self._most(key, code, look.terms) for key in fitting) if entry.repeatable else 1
            for copy in range(copies if fitting else 0):
                identity = f"new {code} {copy}" if entry.repeatable else f"all {self.identity_of[code]}"
                token = Token(
                    number=len(tokens),
                    code=code,
                    identity=bit(identity),
                    day=look.day,
                    rank=LAST,
                    copy=copy if entry.repeatable else -1,
                    fact=None,
                )
                tokens.append(token)
                for key in fitting:
                    admitted[key].append(token)
        return tokens, admitted

    def fits_new(self, look: Look, code: str, key: str) -> bool:
        """Whether a leaf would take this code if it were earned on the day of the look."""
        return admits_new(self.situation, self.posts[key], look.terms, code, look.day)

    def identity(self, fact: Fact) -> str:
        """What a scope uses once: the achievement's class, or the fact itself where that is repeatable."""
        entry = self.situation.catalog[fact.achievement]
        return f"one {fact.id}" if entry.repeatable else f"all {self.identity_of[fact.achievement]}"

    def _most(self, key: str, code: str, terms: Terms) -> int:
        """How many copies of a repeatable achievement one leaf could want."""
        node = self.posts[key].node
        if not isinstance(node, Credits):
            return terms.need(node)
        worth = self.situation.catalog[code].measured(node.measure)
        if not worth:
            return 0
        wanted = node.min + (node.residency_min or 0)
        return int((wanted / worth).to_integral_value(ROUND_CEILING))

    def _search(self, node: Rule, look: Look, *, with_new: bool) -> tuple[Search, Budget]:
        tokens, admitted = self._tokens(node, look, with_new=with_new)
        budget = Budget(PLANS, self.ways)
        search = Search(
            self.situation,
            node,
            posts=self.posts,
            terms=look.terms,
            today=look.day,
            tokens=tokens,
            admitted=admitted,
            budget=budget,
        )
        return search, budget

    def _best(
        self,
        search: Search,
        budget: Budget,
        weights: Sequence[int],
        *,
        is_sum_of_parts: bool,
        is_dealt: bool = False,
    ) -> Filled | None:
        budget.plans = PLANS
        budget.ways = self.ways
        try:
            return search.best(weights, is_sum_of_parts=is_sum_of_parts, is_dealt=is_dealt)
        finally:
            self.ways = budget.ways

    def _signature(self, node: Rule, look: Look) -> tuple[object, ...]:
        held = tuple(tuple(fact.id for fact in look.admitted[key]) for key in leaves_below(node))
        return (node.key, look.terms, held)

    def is_met(self, node: Rule, look: Look) -> bool:
        """Whether held facts alone satisfy a node."""
        signature = self._signature(node, look)
        if signature not in self._met:
            search, budget = self._search(node, look, with_new=False)
            found = self._best(search, budget, [0] * len(search.tokens), is_sum_of_parts=True)
            self._met[signature] = found is not None
        return self._met[signature]

    def distance(self, node: Rule, look: Look) -> int | None:
        """The least number of hypothetical facts that satisfy a node; None if no number does."""
        if self.is_met(node, look):
            return 0
        signature = (look.day, *self._signature(node, look))
        if signature not in self._far:
            search, budget = self._search(node, look, with_new=True)
            weights = [int(token.is_new) for token in search.tokens]
            found = self._best(search, budget, weights, is_sum_of_parts=True)
            self._far[signature] = None if found is None else found.cost
        return self._far[signature]

    def plan(self, node: Rule, look: Look) -> Filled | None:
        """The canonical plan of a node; None if it is out of reach."""
        if self.is_met(node, look):
            search, budget = self._search(node, look, with_new=False)
            most = len(self.rank)
            weights = [2 ** (most + 1) - 2 ** (most - token.rank) for token in search.tokens]
            return self._best(search, budget, weights, is_sum_of_parts=True, is_dealt=True)
        search, budget = self._search(node, look, with_new=True)
        costs = self._costs(search.tokens)
        return self._best(search, budget, costs, is_sum_of_parts=False, is_dealt=True)

    def _costs(self, tokens: Sequence[Token]) -> list[int]:
        """Fewest new, then most held, then the best ranks, then the least list of codes."""
        most = len(self.rank)
        new = [token for token in tokens if token.is_new]
        order = sorted({token.code for token in new})
        base = len(new) + 1
        unit = base ** len(order)
        tie = {code: base ** (len(order) - 1 - index) for index, code in enumerate(order)}
        return [
            unit * 2 ** (2 * most + 8) - tie[token.code]
            if token.is_new
            else -unit * (2 ** (most + 1) + 2 ** (most - token.rank))
            for token in tokens
        ]

    def next_useful(self, node: Rule, look: Look) -> tuple[str, ...]:
        """The codes of which any one, as a hypothetical fact, leaves fewer to earn, sorted."""
        far = self.distance(node, look)
        if not far:
            return ()
        search, budget = self._search(node, look, with_new=True)
        first = {token.code: token.number for token in reversed(search.tokens) if token.is_new}
        useful = []
        for code, number in sorted(first.items()):
            weights = [int(token.is_new and token.number != number) for token in search.tokens]
            found = self._best(search, budget, weights, is_sum_of_parts=True)
            if found is not None and found.cost < far:
                useful.append(code)
        return tuple(useful)

    # Time

    def first_met_on(self, node: Rule) -> date | None:
        """The local day on which a node was first met, as things then stood, without what was never right."""
        situation = self.situation
        history = [
            fact
            for fact in situation.facts
            if not (
                fact.revocation == "void" and fact.revoked_at is not None and fact.revoked_at <= situation.at
            )
        ]
        instants = {fact.earned_at for fact in history}
        instants |= {stay.ends_at for fact in history for stay in fact.suspensions if stay.ends_at}
        instants |= {exemption.approved_at for exemption in situation.exemptions}
        instants |= {
            end_of_day(exemption.expires_on, situation.zone) + timedelta.resolution
            for exemption in situation.exemptions
            if exemption.type == "block" and exemption.expires_on and exemption.expires_on < END_OF_TIME
        }
        for instant in sorted(instants):
            if instant <= situation.at and self.is_met(node, self.look(instant, history, instant)):
                return local_day(instant, situation.zone)
        return None

    def _ends(self) -> set[date]:
        """The later days whose end may find held facts and exceptions other than the day before."""
        situation = self.situation
        days: set[date] = set()
        for fact in self.known:
            days |= change_days(fact, after=situation.at, zone=situation.zone, validity="current")
        for exemption in situation.exemptions:
            if exemption.expires_on is not None and exemption.expires_on < END_OF_TIME:
                days.add(exemption.expires_on + ONE_DAY)
        return {day for day in days if day > situation.today}

    def _turns(self) -> set[date]:
        """The later days on which what is newly earned may begin or cease to fit."""
        situation = self.situation
        days: set[date] = set()
        for post in self.posts.values():
            first, last = post.filters.earned_from, post.filters.earned_to
            days |= {first} if isinstance(first, date) else set()
            days |= {last + ONE_DAY} if isinstance(last, date) and last < END_OF_TIME else set()
        for row in situation.equivalences:
            days |= {row.valid_from} if row.valid_from else set()
            days |= {row.valid_to + ONE_DAY} if row.valid_to and row.valid_to < END_OF_TIME else set()
        for node in nodes(situation.rule):
            if isinstance(node, InOrder):
                days.add(situation.today + ONE_DAY)
            elif isinstance(node, Within):
                starts = {earned_day(fact, situation.zone) for fact in self.known}
                if node.anchor == "enrolment" and situation.enrolled_on:
                    starts = {situation.enrolled_on}
                    days |= starts
                ends = {situation.end_of(node.window, start) for start in starts}
                days |= {end + ONE_DAY for end in ends if end < END_OF_TIME}
        return {day for day in days if day > situation.today}

    def holds_through(self, node: Rule) -> date | None:
        """The last day on which a node that is met today stays so; None if that has no end."""
        for day in sorted(self._ends()):
            if not self.is_met(node, self.ahead(day)):
                return day - ONE_DAY
        return None

    def is_at_risk(self, node: Rule) -> bool:
        """Whether a node that is met today will, by time alone, not be so within the horizon."""
        through = self.holds_through(node)
        return through is not None and through < self.horizon_on

    @property
    def horizon_on(self) -> date:
        """The first day that is too far off to warn of."""
        return self.situation.today + timedelta(days=self.situation.horizon_days)

    def finish_by(self, node: Rule) -> date | None:
        """The last day within the horizon after which more will remain to be earned than on it."""
        last: date | None = None
        before = self.distance(node, self.now)
        for day in sorted(self._ends() | self._turns()):
            if day > self.horizon_on:
                break
            after = self.distance(node, self.ahead(day))
            # Out of reach is farther than any number.
            if before is not None and (after is None or after > before):
                last = day - ONE_DAY
            before = after
        return last

    def next_change_on(self) -> date | None:
        """The first later day on which time alone may change the answer."""
        situation = self.situation
        days = self._ends() | self._turns()
        for fact in situation.facts:
            days |= change_days(fact, after=situation.at, zone=situation.zone, validity="current")
        tomorrow = situation.today + ONE_DAY
        days |= {
            max(local_day(exemption.approved_at, situation.zone), tomorrow)
            for exemption in situation.exemptions
            if exemption.approved_at > situation.at
        }
        return min(days, default=None)
